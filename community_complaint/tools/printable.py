"""Texts without control characters. Plain Python."""

import re

#: Control characters and those that turn the direction of text.
_UNSAFE = re.compile(
    r"[\x00-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]+"
)
#: The same, but for those that lay text out.
_CONTROL = re.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufeff]"
)
_SURROGATES = re.compile(r"[\ud800-\udfff]")


def one_line(text):
    """Return text without control characters, on one line.

    >>> one_line("a\\r\\nBcc: x\\u202egpj.exe")
    'a Bcc: x gpj.exe'
    """
    return _SURROGATES.sub("\ufffd", _UNSAFE.sub(" ", text)).strip()


def printable(text):
    """Return text without control characters, its layout kept.

    >>> printable("a\\x00b\\n  c\\u202e")
    'ab\\n  c'
    """
    return _SURROGATES.sub("\ufffd", _CONTROL.sub("", text))
