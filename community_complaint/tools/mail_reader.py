"""An e-mail taken apart: its text and its files, byte for byte.

Plain Python. The base's own parser re-encodes files, merges nested mails into the text,
opens pictures and raises on what it does not know; complaint desks read with this one.
"""

import mimetypes
import re
from dataclasses import dataclass, field
from email.errors import CloseBoundaryNotFoundDefect, MessageError
from email.parser import BytesParser
from email.policy import compat32
from itertools import islice

from .mail_charset import decode
from .mail_header import Headers
from .mail_text import (
    html_charset,
    html_to_text,
    is_placeholder,
    safe_name,
    tidy,
    unflowed,
)
from .mail_word import decode_header, raw_bytes
from .mail_wrapped import is_wrapped, unwrapped
from .printable import one_line

#: More of anything than this is left to a person.
MAX_BYTES = 60 * 1024 * 1024
MAX_PARTS = 200
MAX_DEPTH = 40
#: Characters of text that are shown; the rest is in a file beside it.
MAX_TEXT = 50_000
#: Mails inside each other whose text is looked for, where the outer ones have none.
_DEEP = 5
#: Bytes of a mail that are looked at when the whole cannot be read.
_SALVAGE = 131_072
_PARSER = BytesParser(policy=compat32)
_NESTING = re.compile(rb"(?i)\bmultipart/|\bmessage/rfc822")
_PART = re.compile(rb"(?im)^content-type:")
_FIRST_BOUNDARY = re.compile(rb"(?m)^--([^\r\n]{1,70}?)[ \t]*\r?$")
#: What ``email`` raises on bytes that nobody foresaw.
_PARSE_ERRORS = (
    MessageError,
    ValueError,
    LookupError,
    TypeError,
    AttributeError,
    RecursionError,
    AssertionError,
)


class MailProblem(Exception):
    """Why a mail is not read by itself.

    :param code: ``too_large``, ``too_many_parts``, ``too_deep`` or ``broken``
    """

    def __init__(self, code):
        super().__init__(code)
        self.code = code


@dataclass
class MailFile:
    """A file that came with a mail, byte for byte."""

    name: str
    content: bytes


@dataclass
class Mail:
    """What somebody wrote.

    :param cut: the mail ends in the middle
    :param behind: ``(name, address)`` of those whose mails are in it
    """

    text: str = ""
    files: list = field(default_factory=list)
    cut: bool = False
    behind: tuple = ()


def read(content):
    """Return a mail taken apart.

    :param content: the mail's bytes
    :raise MailProblem: if a person should look first

    >>> read(b"Subject: x\\n\\nHello").text, read(b"").text
    ('Hello', '')
    """
    _check_size(content)
    return _read(content, _DEEP)


def _read(content, deep):
    """Return a mail taken apart.

    :param deep: how many mails inside each other are still opened
    :raise MailProblem: if a person should look first
    """
    try:
        reader = _Reader(deep)
        return reader.take_apart(_PARSER.parsebytes(content.lstrip(b"\r\n")))
    except _PARSE_ERRORS as error:
        raise MailProblem("broken") from error


def _check_size(content):
    """Check what is counted before anything is parsed: parsing is what takes the time.

    :raise MailProblem: if it is too much
    """
    if len(content) > MAX_BYTES:
        raise MailProblem("too_large")
    if _more_than(_NESTING, content, MAX_DEPTH):
        raise MailProblem("too_deep")
    if _more_than(_PART, content, 2 * MAX_PARTS):
        raise MailProblem("too_many_parts")


def _more_than(pattern, content, limit):
    """Tell whether a pattern is found more often than a limit."""
    return next(islice(pattern.finditer(content), limit, None), None) is not None


def salvage(content):
    """Return the text of a mail nobody can take apart, as far as it goes.

    >>> salvage(b"To: a@b.cn\\n\\nHello\\n" + b"QUJD" * 19 + b"\\n").text
    'Hello'
    """
    head, _blank, body = content[:_SALVAGE].replace(b"\r\n", b"\n").partition(b"\n\n")
    lines = [
        line
        for line in body.split(b"\n")
        if not re.fullmatch(rb"[A-Za-z0-9+/=]{60,}|--\S+|Content-\S+: .*", line)
    ]
    charset = re.search(rb"charset=\"?([\w-]+)", head)
    text = decode(b"\n".join(lines), charset and charset[1].decode())
    return Mail(text=tidy(text)[:MAX_TEXT], cut=True)


class _Reader:
    """Walks through the parts of a mail, once each."""

    def __init__(self, deep=0):
        self.mail = Mail()
        self.texts = []
        self.parts = 0
        self.deep = deep
        # where the text is looked for if there is none: in files that are text, in mails
        self.named = []
        self.nested = []

    def take_apart(self, message):
        """Return the mail."""
        waiting = [(message, True)]
        while waiting:
            part, with_html = waiting.pop()
            self.parts += 1
            if self.parts > MAX_PARTS:
                raise MailProblem("too_many_parts")
            waiting += reversed(self._open(part, with_html))
        text = tidy("\n\n".join(filter(None, self.texts or self.named)))
        text = text if text.strip() else self._text_inside()
        if len(text) > MAX_TEXT:
            self.mail.files.append(MailFile("text.txt", text.encode()))
        self.mail.text = text[:MAX_TEXT]
        self.mail.behind = tuple(Headers(content).sender() for content in self.nested)
        return self.mail

    def _text_inside(self):
        """Return the text of the first mail inside this one that has any."""
        for content in self.nested if self.deep else ():
            try:
                text = _read(content, self.deep - 1).text
            except MailProblem:
                continue
            if text:
                return text
        return ""

    def _open(self, part, with_html):
        """Take one part; return the parts in it that are still to be taken.

        :param with_html: the same text is not there in another form
        """
        defects = (type(defect) for defect in part.defects)
        self.mail.cut |= CloseBoundaryNotFoundDefect in defects
        kind = part.get_content_type()
        if kind.startswith("multipart/"):
            return self._open_multipart(part, kind, with_html)
        if kind.startswith("message/"):
            self._keep_nested(part, kind)
        elif kind in ("text/plain", "text/html") and not _is_file(part):
            if with_html or kind != "text/html":
                self.texts.append(_text(part, kind))
        else:
            return self._open_file(part, kind)
        return []

    def _open_file(self, part, kind):
        """Keep a file; return the part it holds if it is a mail that was wrapped."""
        name, content = _name(part), _content(part)
        self._keep(name, content, kind)
        if kind in ("text/plain", "text/html") and not _is_attached(part):
            self.named.append(_text(part, kind))
        inner = unwrapped(content) if is_wrapped(kind, name) else None
        if inner is None:
            return []
        _check_size(inner)
        return [(_PARSER.parsebytes(inner.lstrip(b"\r\n")), True)]

    def _open_multipart(self, part, kind, with_html):
        parts = part.get_payload() if part.is_multipart() else _resplit(part)
        if parts is None:
            # a container nobody can open is text at least
            self.texts.append(decode(_content(part)))
            return []
        if kind == "multipart/alternative":
            said = [item for item in parts if _is_plain_text(item)]
            if said and is_placeholder(_text(said[0], "text/plain"), _html(parts)):
                parts = [item for item in parts if item not in said]
            else:
                with_html = with_html and not said
        return [(item, with_html) for item in parts]

    def _keep_nested(self, part, kind):
        """Keep a mail inside a mail, and what servers report, as files."""
        content = _nested_bytes(part)
        if kind in ("message/rfc822", "message/global"):
            self.nested.append(content)
            title = Headers(content).text("subject") or "message"
            self._keep(f"{title}.eml", content, kind)
        else:
            self._keep(_name(part) or f"{kind.rpartition('/')[2]}.txt", content, kind)

    def _keep(self, name, content, kind):
        ending = mimetypes.guess_extension(kind) or ""
        if not ending and kind.startswith("text/"):
            ending = ".txt"
        fallback = f"attachment-{len(self.mail.files) + 1}{ending}"
        self.mail.files.append(MailFile(safe_name(name, fallback), content))


def _is_plain_text(part):
    """Tell whether a part says something in plain text."""
    return (
        part.get_content_type() == "text/plain"
        and not _is_file(part)
        and bool(_content(part).strip())
    )


def _html(parts):
    """Return the text of the first page among parts, looking into containers."""
    waiting = [*parts]
    while waiting:
        part = waiting.pop(0)
        if part.get_content_type() == "text/html":
            return _text(part, "text/html")
        if part.is_multipart() and part.get_content_maintype() == "multipart":
            waiting += part.get_payload()
    return ""


def _is_file(part):
    """Tell whether a part is a file and not what somebody wrote."""
    return _is_attached(part) or bool(_name(part))


def _is_attached(part):
    """Tell whether a part says that it is a file."""
    disposition = decode_header(_raw_value(part, "content-disposition"))
    return disposition.strip().lower().startswith("attachment")


def _raw_value(part, name):
    """Return the first value of a header as the parser has it, surrogates included."""
    for header, value in part.raw_items():
        if header.lower() == name:
            return value
    return ""


def _name(part):
    """Return the name of a file as its sender wrote it, empty if it has none.

    Programs write it as parameters of RFC 2231, as encoded words, or as raw bytes.
    """
    for header, parameter in (
        ("content-disposition", "filename"),
        ("content-type", "name"),
    ):
        value = _parameter(part, header, parameter)
        if value:
            return one_line(value)
    return ""


def _parameter(part, header, parameter):
    """Return a parameter of a header as text."""
    raw = _raw_value(part, header)
    if parameter not in raw.lower():
        return ""
    if not raw.isascii():
        raw = decode(raw_bytes(raw))
    probe = _PARSER.parsebytes(b"")
    probe[header] = raw
    try:
        value = probe.get_param(parameter, "", header)
    except _PARSE_ERRORS:
        return ""
    if isinstance(value, tuple):
        charset, _language, text = value
        return decode(text.encode("latin-1", "replace"), charset)
    return decode_header(value)


def _content(part):
    """Return the bytes of a part, with its transfer encoding undone."""
    try:
        return part.get_payload(decode=True) or b""
    except _PARSE_ERRORS:
        return b""


def _text(part, kind):
    """Return what somebody wrote in a part."""
    content = _content(part)
    charset = _parameter(part, "content-type", "charset")
    if kind == "text/html":
        return html_to_text(decode(content, charset or html_charset(content)))
    text = decode(content, charset)
    if _parameter(part, "content-type", "format").lower() == "flowed":
        spaces = _parameter(part, "content-type", "delsp").lower()
        text = unflowed(text, spaces == "yes")
    return tidy(text)


def _resplit(part):
    """Return the parts of a container whose boundary is missing or wrong.

    :return: ``None`` if no boundary is to be seen in it
    """
    content = _content(part)
    found = _FIRST_BOUNDARY.search(content)
    if not found:
        return None
    head = b'Content-Type: multipart/mixed; boundary="%s"\n\n' % found[1]
    again = _PARSER.parsebytes(head + content)
    return again.get_payload() if again.is_multipart() else None


def _nested_bytes(part):
    """Return the bytes of a mail inside a mail."""
    payload = part.get_payload()
    if not isinstance(payload, list):
        return _content(part)
    nested = b"\n".join(map(message_bytes, payload))
    if _raw_value(part, "content-transfer-encoding").strip().lower() == "base64":
        probe = _PARSER.parsebytes(b"Content-Transfer-Encoding: base64\n\n" + nested)
        return _content(probe) or nested
    return nested


def message_bytes(message):
    """Return a parsed message as bytes, even one that ``email`` cannot write."""
    try:
        return message.as_bytes()
    except _PARSE_ERRORS:
        head = "".join(f"{name}: {value}\n" for name, value in message.raw_items())
        return raw_bytes(head) + b"\n" + _content(message)
