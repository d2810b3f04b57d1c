"""What mail servers say about mails of ours: refusals, delays, deliveries.

Plain Python. Nothing of a report's own words is kept but its codes: the rest may tell an
address. Nothing here raises on any input.
"""

import email
import re
import smtplib
from contextlib import suppress
from email.policy import compat32
from itertools import islice
from typing import NamedTuple

from .mail_address import addresses
from .mail_charset import decode

#: Our own Message-Ids, whatever a server made of the brackets around them.
OWN_ID = re.compile(r"case\.(\d{1,15})\.([0-9a-f]{16})\.([0-9a-f]{16})(?![0-9a-f])")
_ENHANCED = re.compile(r"(?<![\d.])([245])\.\d{1,3}\.\d{1,3}(?![\d.])")
_CODE = re.compile(r"(?<![\d.#-])([45])[0-7]\d(?=[ -]|[，。：:])")
_DELAYED = re.compile(
    r"delayed|will (?:be )?retr|keep trying|not yet been delivered|temporar"
    r"|延迟|稍后(?:重试|再试)|继续(?:尝试|投递)|暂时无法|暂未送达",
    re.IGNORECASE,
)
_GIVEN_UP = re.compile(
    r"giv(?:e|ing) up|permanent|could not be delivered|undeliver|does ?n[o']t exist"
    r"|unknown user|user unknown|退信|无法送达|投递失败|不存在|被拒|停止(?:重试|投递)",
    re.IGNORECASE,
)
_RECEIPT = "message/disposition-notification"
_ADDRESS = re.compile(r"[\w.+=-]{1,64}@[\w.-]{1,255}")
#: Where a report says to whom the mail was, as the sender or as the last server knows it.
_RECIPIENTS = ("original-recipient", "final-recipient")
#: Bytes of a report that are looked at, and addresses of its words.
_LONGEST = 1_000_000
_MANY = 100


class Report(NamedTuple):
    """What a server says about one mail.

    :param fate: ``"failed"``, ``"delayed"``, ``"delivered"``, or ``""``: it does not say
    :param code: its code, such as ``5.1.1``, or empty
    :param recipients: addresses it is about, in lower case: to compare, never to keep
    :param envelope: what only servers were told of that mail (RFC 3461), or empty
    """

    fate: str = ""
    code: str = ""
    recipients: frozenset = frozenset()
    envelope: str = ""


def own_ids(content):
    """Return what our Message-Ids in a mail say, ``[(case, nonce, signature)]``.

    :param content: bytes; whatever is in them, encoded or not

    >>> own_ids(b"Your mail &lt;case.7.%s.%s@x.cn&gt; came back" % (b"a" * 16, b"b" * 16))
    [(7, 'aaaaaaaaaaaaaaaa', 'bbbbbbbbbbbbbbbb')]
    """
    texts = [content[:_LONGEST].decode("latin-1"), *_texts(_parse(content))]
    found = [match.groups() for text in texts for match in OWN_ID.finditer(text)]
    return [(int(case), *rest) for case, *rest in dict.fromkeys(found)]


def read_report(content):
    """Return the :class:`Report` of a bounce.

    >>> report = read_report("Subject: 退信\\n\\n550 User not found: Li@b.cn".encode())
    >>> report.fate, report.code, *report.recipients
    ('failed', '550', 'li@b.cn')
    >>> read_report("Subject: x\\n\\n邮件暂时无法投递，系统将继续尝试。451 busy".encode())[:2]
    ('delayed', '451')
    >>> read_report(b"Subject: failure notice\\n\\nno mailbox here by that name")[:2]
    ('failed', '')
    >>> read_report(b"Content-Type: message/disposition-notification\\n\\n550 x").fate
    ''
    """
    message = _parse(content)
    if any(part.get_content_type() == _RECEIPT for part in message.walk()):
        # of a mail that somebody opened, or deleted unread
        return Report()
    return _formal(message) or _free(message)


def refusal(error):
    """Return ``(final, code)`` of what went wrong while a mail was handed over.

    Who is refused for good is refused by a 5xx to the address or to the mail itself; a
    server that does not let *us* in is put right by somebody, so that is tried again.

    :param error: exception of ``smtplib``

    >>> refusal(smtplib.SMTPRecipientsRefused({"a@b.cn": (550, b"5.1.1 no a@b.cn here")}))
    (True, '550 5.1.1')
    >>> refusal(smtplib.SMTPRecipientsRefused({"a@b.cn": (450, b"greylisted")}))
    (False, '450')
    >>> refusal(smtplib.SMTPSenderRefused(553, b"who are you", "x"))
    (False, '553')
    >>> refusal(ConnectionRefusedError(111, "refused"))
    (False, '')
    """
    number, text, ours = 0, b"", True
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        number, text = next(iter(error.recipients.values()), (0, b""))
        ours = False
    elif isinstance(error, smtplib.SMTPResponseException):
        number, text = error.smtp_code, error.smtp_error
        ours = not isinstance(error, smtplib.SMTPDataError)
    if isinstance(text, bytes):
        text = text.decode("latin-1")
    enhanced = _ENHANCED.search(str(text))
    code = " ".join(filter(None, [str(number or ""), enhanced and enhanced[0]]))
    return not ours and number >= 500, code


def _parse(content):
    with suppress(Exception):
        return email.message_from_bytes(content[:_LONGEST], policy=compat32)
    return email.message_from_bytes(b"")


def _formal(message):
    """Return what the machine-readable part of a report says (RFC 3464), or ``None``."""
    for part in message.walk():
        if part.get_content_type() != "message/delivery-status":
            continue
        blocks = _blocks(part)
        envelope = next(filter(None, map(_envelope, blocks)), "")
        for fields in blocks:
            action = fields.get("action", "").strip().lower()
            status = _ENHANCED.search(fields.get("status", ""))
            code = status[0] if status else ""
            if action in ("failed", "delayed", "delivered"):
                # "failed" with 4.4.7: the server gave up after having tried for days
                return Report(action, code, _recipients(fields), envelope)
            if action in ("relayed", "expanded"):
                return Report("", code)
    return None


def _envelope(fields):
    return fields.get("original-envelope-id", "").strip()


def _recipients(fields):
    """Return the addresses of a block, such as ``rfc822; li@b.cn``."""
    values = [fields.get(name, "").partition(";")[2] for name in _RECIPIENTS]
    return frozenset(address for value in values for _name, address in addresses(value))


def _blocks(part):
    """Return the blocks of fields of a delivery status, as dictionaries."""
    payload = part.get_payload()
    if isinstance(payload, list):
        blocks = [block.items() for block in payload]
    else:
        text = _text(part)
        blocks = [
            [line.split(":", 1) for line in block.splitlines() if ":" in line]
            for block in re.split(r"\r?\n\r?\n", text)
        ]
    return [{str(k).lower(): str(v) for k, v in block} for block in blocks]


def _free(message):
    """Return what the words of a report say."""
    text = "\n".join([str(message.get("subject", "")), *_texts(message)])[:_LONGEST]
    codes = [*_ENHANCED.finditer(text), *_CODE.finditer(text)]
    final = next((match for match in codes if match[1] == "5"), None)
    later = next((match for match in codes if match[1] == "4"), None)
    named = frozenset(
        item[0].lower() for item in islice(_ADDRESS.finditer(text), _MANY)
    )
    if final:
        return Report("failed", final[0], named)
    if later or (_DELAYED.search(text) and not _GIVEN_UP.search(text)):
        return Report("delayed", later[0] if later else "", named)
    return Report("failed", "", named)


def _texts(message):
    """Yield the texts of a mail and of mails inside it, heads included."""
    for part in message.walk():
        yield "\n".join(f"{name}: {value}" for name, value in part.items())
        if not part.is_multipart():
            yield _text(part)


def _text(part):
    with suppress(Exception):
        content = part.get_payload(decode=True) or b""
        return decode(content, part.get_content_charset() or "")
    return ""
