"""Encoded words and raw bytes in the heads of e-mails (RFC 2047), as text.

Plain Python. Nothing here raises on any input.
"""

import binascii
import re

from .mail_charset import decode

_WORD = re.compile(r"=\?([^?\s*]*)(?:\*[^?\s]*)?\?([bBqQ])\?([^?]*)\?=")
_BETWEEN_WORDS = re.compile(r"(\?=)\s+(?==\?)")


def unfolded(value):
    """Return a raw header on one line."""
    return re.sub(r"\r?\n[ \t]*", " ", value)


def decode_header(value):
    """Return a raw header as text: encoded words, raw bytes, several lines.

    Neighbouring words are joined before they are decoded, since programs cut them in
    the middle of a character.

    >>> decode_header("=?gb2312?B?zbbL3w==?= =?GBK?Q?=C8=CB?= ok")
    '投诉人 ok'
    >>> decode_header("=?utf-8?B?5oqV6A==?= =?utf-8?B?r4k=?="), decode_header("=?x?B?!?=")
    ('投诉', '')
    """
    value = _BETWEEN_WORDS.sub(r"\1", unfolded(value))
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
