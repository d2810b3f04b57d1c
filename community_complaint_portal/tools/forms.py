"""What visitors type, made safe: nothing here raises, whatever they send."""

import re
import unicodedata
from datetime import date

#: Largest id PostgreSQL's integer knows.
_MAX_ID = 2**31 - 1
#: Invisible signs that turn text around or hide in it.
_BIDI = re.compile("[\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
#: A form's one-time number, see ``complaint.portal.nonce``.
_NONCE = re.compile(r"[0-9a-f]{32}")
_NUMBER = re.compile(r"[\w.〔〕/-]{1,64}")
#: A Chinese mobile number, complete or not.
_MOBILE = re.compile(r"(?:(?:00|\+)86)?(1[3-9]\d*)")


def clean_text(value, limit=None):
    r"""Return text without control signs, its line ends as ``\n``, at most ``limit`` long.

    >>> clean_text(" a\x00b\r\nc\u202e ")
    'ab\nc'
    >>> clean_text(None), clean_text(["x"]), clean_text("abcdef", 3)
    ('', '', 'abc')
    """
    if not isinstance(value, str):
        return ""
    value = _BIDI.sub("", value.replace("\r\n", "\n").replace("\r", "\n"))
    kept = [
        char
        for char in value
        if char in "\n\t" or unicodedata.category(char) not in ("Cc", "Cs", "Cn", "Co")
    ]
    return "".join(kept).strip()[:limit].strip()


def clean_line(value, limit=200):
    r"""Return one line of text.

    >>> clean_line("  Lane 12,\n no. 3 ")
    'Lane 12, no. 3'
    """
    return " ".join(clean_text(value).split())[:limit].strip()


def as_id(value):
    """Return a record id, or ``False``.

    >>> as_id("12"), as_id("abc"), as_id("9" * 30), as_id("-1"), as_id("²"), as_id(None)
    (12, False, False, False, False, False)
    """
    if not isinstance(value, str) or not re.fullmatch(r"[0-9]{1,10}", value):
        return False
    number = int(value)
    return number if 0 < number <= _MAX_ID else False


def as_date(value):
    """Return a date, ``None`` without one, ``False`` if it is none.

    >>> as_date("2026-02-28"), as_date(""), as_date("2026-02-30"), as_date("0001-01-01")
    (datetime.date(2026, 2, 28), None, False, False)
    """
    value = clean_line(value)
    if not value:
        return None
    if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value):
        return False
    try:
        day = date.fromisoformat(value)
    except ValueError:
        return False
    return day if day.year >= 1900 else False


def as_nonce(value):
    """Return a form's one-time number, or ``False``.

    >>> as_nonce("0" * 32) == "0" * 32, as_nonce("0" * 31), as_nonce(None)
    (True, False, False)
    """
    return value if isinstance(value, str) and _NONCE.fullmatch(value) else False


def as_number(value):
    r"""Return a case number as it may be looked up, or ``False``.

    >>> as_number("TS2026-00001"), as_number("a\x00"), as_number("x" * 65), as_number("%")
    ('TS2026-00001', False, False, False)
    """
    return value if isinstance(value, str) and _NUMBER.fullmatch(value) else False


def as_key(value, keys):
    """Return the value if it is one of the keys, else the first of them.

    >>> as_key("b", ("a", "b")), as_key("zzz", ("a", "b")), as_key(None, ("a",))
    ('b', 'a', 'a')
    """
    keys = tuple(keys)
    return value if isinstance(value, str) and value in keys else keys[0]


def is_odd_mobile(phone):
    """Return whether a phone number is a mobile one with digits too many or too few.

    >>> [is_odd_mobile(phone) for phone in ("1370013700", "+86 137-0013-70001",
    ...     "13700137000", "021 6688 9900", "12345", "13700137000 转 8")]
    [True, True, False, False, False, False]
    """
    found = _MOBILE.fullmatch(re.sub(r"[\s\-()]", "", phone))
    return bool(found) and len(found[1]) != 11
