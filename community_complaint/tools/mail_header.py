"""Headers of e-mails: who, to whom, on what, and whether a machine wrote it.

Plain Python. Nothing here raises on any input.
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from email.parser import BytesHeaderParser
from email.policy import compat32
from email.utils import parsedate_to_datetime

from . import mail_machine
from .mail_address import addresses
from .mail_proof import judge
from .mail_word import decode_header, unfolded
from .printable import one_line

#: Longest head of a mail that is looked at, in bytes.
_LONGEST_HEAD = 262_144
#: Longest value of one header, in characters.
_LONGEST = 8_192
_REFERENCES = 32
_MESSAGE_ID = re.compile(r"<[^<>\s]{3,500}>")
_RECEIVED_FOR = re.compile(r"\bfor\s+<?([^\s<>;]+@[^\s<>;]+)>?")
#: Where mail servers write for whom a mail is.
_RECIPIENT_HEADERS = (
    "to",
    "cc",
    "bcc",
    "delivered-to",
    "x-delivered-to",
    "x-original-to",
    "envelope-to",
    "x-envelope-to",
    "x-rcpt-to",
    "apparently-to",
    "resent-to",
    "resent-cc",
)
#: Which server took a mail, and when, in a ``Received`` header.
_BY = re.compile(r"\bby\s+\[?([^\s;()\[\]]+)", re.IGNORECASE)


@dataclass(frozen=True)
class Head:
    """What the head of a mail says.

    :param sender: normalised address, empty if there is none
    :param sender_name: name beside it
    :param recipients: normalised addresses, those of envelope headers included
    :param references: Message-Ids this mail answers, the last first
    :param automatic: ``""``, ``"bounce"``, ``"reply"``, ``"list"``, ``"generated"``, or
        ``"quiet"``: maybe a person, but nobody who wants an automatic answer
    :param reply_to: ``(name, address)`` to which answers should go, if that is another
    :param arrived: when the last mail server took it, naive UTC, or ``None``
    :param arrived_here: that server is the office's own
    :param behind: ``(name, address)`` of others who may have written what it passes on
    :param forged: a server found that the sender is not who it claims
    :param proven: the office's own server found that the sender is who it claims
    """

    sender: str = ""
    sender_name: str = ""
    recipients: tuple = ()
    subject: str = ""
    message_id: str = ""
    references: tuple = ()
    automatic: str = ""
    reply_to: tuple = ("", "")
    arrived: datetime | None = None
    arrived_here: bool = False
    behind: tuple = ()
    forged: bool = False
    proven: bool = False


def parse_head(content, servers=()):
    """Return the head of a mail as bytes.

    :param servers: names under which the office's own mail servers state what they
        found of a sender (RFC 8601), in lower case

    >>> head = parse_head("From: 王芳 <a@b.cn>\\nTo: X@y.cn\\nSubject: 噪声".encode("gbk"))
    >>> head.sender, head.sender_name, head.recipients, head.subject
    ('a@b.cn', '王芳', ('x@y.cn',), '噪声')
    >>> parse_head(b"").recipients
    ()
    """
    headers = Headers(content)
    name, sender = headers.sender()
    proof = judge(headers, servers)
    answers = headers.reply_to()
    moment, own = headers.arrival(servers)
    return Head(
        sender=sender,
        sender_name=name,
        recipients=headers.recipients(),
        subject=headers.text("subject"),
        message_id=(_message_ids(headers.raw("message-id")) or [""])[0],
        references=headers.references(),
        automatic=mail_machine.kind(headers),
        reply_to=answers if answers[1] != sender else ("", ""),
        arrived=moment,
        arrived_here=own,
        forged=proof == "forged",
        proven=proof == "proven",
    )


class Headers:
    """The headers of a mail by lower-case name, each a list of raw values."""

    def __init__(self, content):
        head = content.lstrip(b"\r\n")[:_LONGEST_HEAD]
        message = BytesHeaderParser(policy=compat32).parsebytes(head)
        self.values = {}
        for name, value in message.raw_items():
            self.values.setdefault(name.lower(), []).append(value[:_LONGEST])

    def raw(self, name):
        """Return the first value of a header as it stands, empty if it is missing."""
        return self.values.get(name, [""])[0]

    def text(self, name):
        """Return the first value of a header as one line of text."""
        return one_line(decode_header(self.raw(name)))

    def sender(self):
        """Return ``(name, address)`` of who wrote, both may be empty."""
        for header in ("from", "sender", "reply-to", "return-path"):
            for name, address in addresses(self.raw(header)):
                if address:
                    return name, address
        return one_line(decode_header(self.raw("from"))), ""

    def recipients(self):
        """Return the addresses a mail is for, each once."""
        found = [
            address
            for header in _RECIPIENT_HEADERS
            for value in self.values.get(header, ())
            for _name, address in addresses(value)
        ]
        for value in self.values.get("received", ())[:3]:
            found += [one_line(item).lower() for item in _RECEIVED_FOR.findall(value)]
        return tuple(dict.fromkeys(filter(None, found)))

    def references(self):
        """Return the Message-Ids this mail answers, the last first."""
        listed = self.raw("references") + " " + self.raw("in-reply-to")
        return tuple(dict.fromkeys(reversed(_message_ids(listed)[-_REFERENCES:])))

    def reply_to(self):
        """Return ``(name, address)`` of where answers should go, both may be empty."""
        return next(iter(addresses(self.raw("reply-to"))), ("", ""))

    def arrival(self, servers):
        """Return ``(moment, own)``: when the last mail server took it, and if it is ours.

        Servers write above what they got: whoever sent the mail wrote nothing above that.

        :param servers: see :func:`parse_head`
        """
        value = re.sub(r"\([^()]*\)", " ", unfolded(self.raw("received")))
        by = _BY.search(value)
        try:
            moment = parsedate_to_datetime(value.rpartition(";")[2].strip())
            if moment.tzinfo:
                moment = moment.astimezone(UTC).replace(tzinfo=None)
        except (ValueError, TypeError, IndexError, OverflowError, AttributeError):
            return None, False
        own = bool(by) and by[1].lower().rstrip(".") in servers
        return moment.replace(microsecond=0), own


def _message_ids(value):
    """Return the Message-Ids in a raw header."""
    return [one_line(found) for found in _MESSAGE_ID.findall(value)]
