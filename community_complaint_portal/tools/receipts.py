"""Receipt codes of anonymous complaints: 16 digits; plain Python.

A code is shown to one person once. What is kept of it is a slow hash, and the keyed mark
by which it is found, see ``complaint.receipt``.
"""

import re
import unicodedata

from passlib.hash import scrypt

DIGITS = 16
#: 2 ** 14 rounds take 16 MB and some 50 milliseconds.
_scrypt = scrypt.using(rounds=14)
#: What a code that nobody has is compared with, so that a miss takes as long as a hit.
_NOBODYS = (
    "$scrypt$ln=14,r=8,p=1$p3QOgVBKaY1xTqk1BsBYCw"
    "$eRnP1jFSpbldsU0PmdAfnLX3qpyHPSTHnY0yKNSYX0E"
)


def clean_code(text):
    """Return the digits of a typed code, ``None`` if they are not 16.

    >>> clean_code("1234 5678-9012 3456"), clean_code("１２３４５６７８９０１２３４５６")
    ('1234567890123456', '1234567890123456')
    >>> clean_code("1234"), clean_code(None), clean_code("x" * 16)
    (None, None, None)
    """
    if not isinstance(text, str) or len(text) > 100:
        return None
    digits = re.sub(r"[\s.,_-]", "", unicodedata.normalize("NFKC", text))
    return digits if re.fullmatch(r"[0-9]{16}", digits) else None


def show_code(code):
    """Return a code as it is read aloud and written down.

    >>> show_code("1234567890123456")
    '1234 5678 9012 3456'
    """
    return " ".join(code[start : start + 4] for start in range(0, DIGITS, 4))


def make_code(secret):
    r"""Return the code that follows from secret bytes.

    >>> make_code(b"\x00" * 32), len(make_code(b"\xff" * 32))
    ('0000000000000000', 16)
    """
    return f"{int.from_bytes(secret, 'big') % 10**DIGITS:0{DIGITS}}"


def hash_code(code):
    """Return the slow hash of a code."""
    return _scrypt.hash(code)


def check_code(code, known):
    """Tell whether a code is the one whose hash is known, in the same time for all.

    :param code: digits, anything else is compared as well
    :param known: a hash, or a false value if there is none

    >>> known = hash_code("1234567890123456")
    >>> check_code("1234567890123456", known), check_code("1234567890123457", known)
    (True, False)
    >>> check_code("1234567890123456", None)
    False
    """
    found = _scrypt.verify(code or "", known or _NOBODYS)
    return found and bool(known)
