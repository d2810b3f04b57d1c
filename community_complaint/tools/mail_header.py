"""Headers of e-mails: who, to whom, on what, and whether a machine wrote it.

Plain Python. Nothing here raises on any input.
"""

import binascii
import re
from dataclasses import dataclass
from email.parser import BytesHeaderParser
from email.policy import compat32
from email.utils import getaddresses, unquote

from .mail_charset import decode
from .mail_proof import judge
from .printable import one_line

#: Longest head of a mail that is looked at, in bytes.
_LONGEST_HEAD = 262_144
#: Longest value of one header, in characters.
_LONGEST = 8_192
_REFERENCES = 32
_WORD = re.compile(r"=\?([^?\s*]*)(?:\*[^?\s]*)?\?([bBqQ])\?([^?]*)\?=")
_BETWEEN_WORDS = re.compile(r"(\?=)\s+(?==\?)")
_ADDRESS = re.compile(r"[^\s<>\"'(),;:\[\]]+@[^\s<>\"'(),;:\[\]]+")
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
_AUTOREPLY_SUBJECT = re.compile(
    r"^\s*[\[【(（]?\s*(自[动動](?:[回答][复復覆]|[应應]答)|外出|休假|不在[办辦]公室"
    r"|automatic reply|auto(matic)?[ -]?(reply|response)|out of (the )?office|away from"
    # a withdrawn complaint is no withdrawn mail: 撤回投诉
    r"|(?:撤回|召回|收回|已[读讀閱阅]|recall|read)\s*[:：]|(?:撤回|召回|收回)(?:[邮郵]件|消息))",
    re.IGNORECASE,
)
_BOUNCE_SENDERS = ("mailer-daemon@", "postmaster@")
#: What servers write that send reports of their own making, if nobody can answer them.
_BOUNCE_SUBJECT = re.compile(
    r"退信|退件|投递失败|投遞失敗|无法(?:投递|送达)|未送达|delivery (?:status|failure|has failed)"
    r"|undeliver(?:ed|able)|returned mail|failure notice|mail delivery (?:failed|system)"
    r"|delivery notification",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Head:
    """What the head of a mail says.

    :param sender: normalised address, empty if there is none
    :param sender_name: name beside it
    :param recipients: normalised addresses, those of envelope headers included
    :param references: Message-Ids this mail answers, the last first
    :param automatic: ``""``, ``"bounce"``, ``"reply"``, ``"list"``, ``"generated"``, or
        ``"quiet"``: maybe a person, but nobody who wants an automatic answer
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
    return Head(
        sender=sender,
        sender_name=name,
        recipients=headers.recipients(),
        subject=headers.text("subject"),
        message_id=(_message_ids(headers.raw("message-id")) or [""])[0],
        references=headers.references(),
        automatic=headers.automatic(),
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

    def automatic(self):
        """Tell what kind of machine wrote a mail, see :class:`Head`."""
        if self._is_bounce():
            return "bounce"
        submitted = self.raw("auto-submitted").strip().lower() or "no"
        precedence = self.raw("precedence").strip().lower()
        if self._is_autoreply(submitted, precedence):
            return "reply"
        listed = ("list-id", "list-post", "list-unsubscribe")
        if precedence in ("list", "bulk", "junk") or self.values.keys() & {*listed}:
            return "list"
        if not submitted.startswith("no"):
            return "generated"
        suppress = self.raw("x-auto-response-suppress").strip().lower()
        quiet = "x-loop" in self.values or suppress not in ("", "none")
        return "quiet" if quiet else ""

    def _is_bounce(self):
        kind = self.raw("content-type").lower()
        report = "multipart/report" in kind and "delivery-status" in kind
        _name, sender = self.sender()
        return (
            report
            or "x-failed-recipients" in self.values
            or sender.startswith(_BOUNCE_SENDERS)
            or (
                self.raw("return-path").strip() == "<>"
                and bool(_BOUNCE_SUBJECT.search(self.text("subject")))
            )
        )

    def _is_autoreply(self, submitted, precedence):
        flags = ("x-autoreply", "x-autorespond", "x-auto-reply")
        return bool(
            submitted.startswith(("auto-replied", "auto_replied"))
            or precedence == "auto_reply"
            or any(self.raw(flag).strip().lower() not in ("", "no") for flag in flags)
            or any(flag in self.values and not self.raw(flag).strip() for flag in flags)
            or self.raw("return-path").strip() == "<>"
            or "disposition-notification" in self.raw("content-type").lower()
            or _AUTOREPLY_SUBJECT.match(self.text("subject"))
        )


def _message_ids(value):
    """Return the Message-Ids in a raw header."""
    return [one_line(found) for found in _MESSAGE_ID.findall(value)]


def decode_header(value):
    """Return a raw header as text: encoded words, raw bytes, several lines.

    Neighbouring words are joined before they are decoded, since programs cut them in
    the middle of a character.

    >>> decode_header("=?gb2312?B?zbbL3w==?= =?GBK?Q?=C8=CB?= ok")
    '投诉人 ok'
    >>> decode_header("=?utf-8?B?5oqV6A==?= =?utf-8?B?r4k=?="), decode_header("=?x?B?!?=")
    ('投诉', '')
    """
    value = _BETWEEN_WORDS.sub(r"\1", re.sub(r"\r?\n[ \t]*", " ", value))
    pieces, position, words = [], 0, []
    for match in _WORD.finditer(value):
        plain = value[position : match.start()]
        position = match.end()
        charset = match[1].lower()
        if words and (plain or words[0] != charset):
            pieces.append(decode(b"".join(words[1:]), words[0]))
            words = []
        pieces.append(decode(raw_bytes(plain)) if plain else "")
        words = [*(words or [charset]), _word_bytes(match[2], match[3])]
    if words:
        pieces.append(decode(b"".join(words[1:]), words[0]))
    pieces.append(decode(raw_bytes(value[position:])))
    return "".join(pieces)


def _word_bytes(encoding, text):
    """Return the bytes of an encoded word (RFC 2047)."""
    content = raw_bytes(text)
    if encoding in "qQ":
        return binascii.a2b_qp(content.replace(b"_", b" "), header=False)
    content = re.sub(rb"[^A-Za-z0-9+/]", b"", content)
    try:
        return binascii.a2b_base64(
            content[: len(content) - (len(content) % 4 == 1)] + b"=="
        )
    except binascii.Error:
        return b""


def raw_bytes(text):
    """Return the bytes behind text that the parser escaped as surrogates."""
    return text.encode("utf-8", "surrogateescape") if text else b""


def addresses(value):
    """Return ``[(name, normalised address)]`` of a raw header.

    >>> addresses('"Wang, F" <A@B.cn>, c@d.cn')
    [('Wang, F', 'a@b.cn'), ('', 'c@d.cn')]
    >>> addresses("=?utf-8?B?5p2O6Zu3PGxpQGIuY24+?="), addresses("undisclosed-recipients:;")
    ([('李雷', 'li@b.cn')], [])
    """
    try:
        parsed = getaddresses([re.sub(r"\r?\n[ \t]*", " ", value)])
    except (ValueError, IndexError, AttributeError, TypeError, RecursionError):
        parsed = []
    found = [
        (one_line(decode_header(unquote(name))), one_line(address).lower())
        for name, address in parsed
        if _ADDRESS.fullmatch(address)
    ]
    return found or _addresses_anywhere(decode_header(value))


def _addresses_anywhere(text):
    """Return what looks like addresses in a header that is no list of them."""
    found = [
        (one_line(text[: match.start()]).strip("<\"' ,;:"), match[0].lower())
        for match in _ADDRESS.finditer(text)
    ]
    return [(name if "@" not in name else "", address) for name, address in found]
