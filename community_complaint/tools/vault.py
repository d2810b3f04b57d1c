"""Encryption at rest of identities, and the keyed index by which they are found.

Plain Python on ``cryptography``: AES-256-GCM, the first key encrypts, the others only
decrypt. The place of a text (which case it belongs to) is authenticated with it, so that
nobody swaps two rows in the database.

>>> old, new = Key("2025", b"o" * 32), Key("2026", b"n" * 32)
>>> ring = KeyRing([old])
>>> sealed = ring.seal("李雷", "7")
>>> ring.open(sealed, "7"), key_of(sealed)
('李雷', '2025')
>>> KeyRing([new, old]).open(sealed, "7")
'李雷'
>>> KeyRing([new]).open(sealed, "7")  # doctest: +IGNORE_EXCEPTION_DETAIL
Traceback (most recent call last):
MissingKey: 2025
>>> ring.open(sealed, "8")  # doctest: +IGNORE_EXCEPTION_DETAIL
Traceback (most recent call last):
Damaged: 2025

Without keys a text stays as it is:

>>> KeyRing([]).seal("李雷", "7"), key_of("李雷")
('李雷', None)
>>> ring.mark("phone", "13800138000").split(".")[:2]
['mark', '2025']
>>> ring.mark("phone", "13800138000") in KeyRing([new, old]).index("phone", "13800138000")
True

The check value of a key tells whether it is the same key, and nothing else:

>>> ring.check("2025") == KeyRing([Key("2025", b"x" * 32)]).check("2025")
False
"""

import base64
import binascii
import hashlib
import hmac
import os
import re
import unicodedata
from functools import lru_cache
from typing import NamedTuple

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

_PREFIX = "sealed"
_MARK = "mark"
_NONCE = 12
_KEY = 32
#: What a phone number is compared by: its last digits.
_PHONE_DIGITS = 11
#: Digits as people say and write them.
_SPOKEN = str.maketrans("〇○零一二三四五六七八九幺两", "00012345678912")
_EXTENSION = re.compile(r"转|轉|分机|ext\.?|x(?=\s*\d)|#", re.IGNORECASE)
#: The country's code before a number of it.
_MOBILE = re.compile(r"1[3-9]\d{9}$")
_HOME = re.compile(r"(0086|86)(\d{9,11})$")
_KEY_ID = re.compile(r"[A-Za-z0-9_-]{1,32}")


class VaultError(Exception):
    """Something with the keys is wrong."""


class BadKeys(VaultError):
    """The configuration cannot be read; the text says which entry."""


class MissingKey(VaultError):
    """A text was encrypted with a key that is not configured; the text is its name."""


class Damaged(VaultError):
    """A text was changed, moved, or its key has another value; the text is its key."""


class Key(NamedTuple):
    """A key of 32 bytes and its name."""

    id: str
    secret: bytes


def parse_keys(text):
    """Return the keys of a configuration value, such as ``2026:BASE64,2025:BASE64``.

    >>> parse_keys("")
    ()
    >>> value = "QUFB" * 10 + "QUE="
    >>> [key.id for key in parse_keys(f"b:{value}, a:{value}")]
    ['b', 'a']
    >>> parse_keys("x:short")  # doctest: +IGNORE_EXCEPTION_DETAIL
    Traceback (most recent call last):
    BadKeys: x
    """
    keys = []
    for part in filter(None, re.split(r"[,\s]+", text or "")):
        name, colon, encoded = part.partition(":")
        try:
            secret = base64.b64decode(encoded, validate=True)
        except (binascii.Error, ValueError):
            secret = b""
        known = {key.id for key in keys}
        if not colon or not _KEY_ID.fullmatch(name) or name in known:
            raise BadKeys(name[:32] or "?")
        if len(secret) != _KEY:
            raise BadKeys(name)
        keys.append(Key(name, secret))
    return tuple(keys)


@lru_cache(maxsize=8)
def key_ring(text):
    """Return the key ring of a configuration value.

    :raise BadKeys: naming the entry that cannot be read
    """
    return KeyRing(parse_keys(text))


def key_of(text):
    """Return the name of the key of a sealed text or a mark, ``None`` if it is plain.

    >>> key_of("mark.2026.0a1b"), key_of("sealed.2026.AAAA"), key_of("李雷")
    ('2026', '2026', None)
    """
    prefix, _dot, rest = (text or "").partition(".")
    return rest.partition(".")[0] if prefix in (_PREFIX, _MARK) and rest else None


class KeyRing:
    """Some keys, the current one first; maybe none."""

    def __init__(self, keys):
        self._keys = {key.id: key.secret for key in keys}
        self._derived = {}
        self.current = next(iter(self._keys), None)

    @property
    def names(self):
        """Return the names of the keys, the current one first."""
        return list(self._keys)

    def without(self, names):
        """Return a ring without some keys."""
        kept = (item for item in self._keys.items() if item[0] not in names)
        return KeyRing([Key(*item) for item in kept])

    def check(self, name):
        """Return the check value of a key, by which the database knows it again."""
        return self._derive(name, "check").hex()[:32]

    def seal(self, text, place):
        """Return a text encrypted with the current key, as it is without keys.

        :param place: what the text belongs to; needed again to open it
        """
        if not self.current:
            return text
        nonce = os.urandom(_NONCE)
        cipher = AESGCM(self._derive(self.current, "seal"))
        content = nonce + cipher.encrypt(nonce, text.encode(), place.encode())
        return f"{_PREFIX}.{self.current}.{base64.b64encode(content).decode()}"

    def open(self, sealed, place):
        """Return the text.

        :raise MissingKey: its key is not configured
        :raise Damaged: it was changed or belongs elsewhere
        """
        name = key_of(sealed)
        if name is None:
            return sealed
        if name not in self._keys:
            raise MissingKey(name)
        try:
            content = base64.b64decode(sealed.split(".", 2)[2], validate=True)
            cipher = AESGCM(self._derive(name, "seal"))
            plain = cipher.decrypt(content[:_NONCE], content[_NONCE:], place.encode())
        except (InvalidTag, binascii.Error, ValueError) as error:
            raise Damaged(name) from error
        return plain.decode()

    def mark(self, kind, value):
        """Return what a value is found by: its HMAC, or itself without keys.

        :param kind: kind of value, so that equal texts of two kinds differ
        """
        return self._mark(self.current, kind, value) if self.current else value

    def index(self, kind, value):
        """Return all marks a value may have, the current one first, the plain one last.

        Before 19.0.1.4.0 marks did not name their key.
        """
        marks = [self._mark(name, kind, value) for name in self._keys]
        return [*marks, *(mark.rpartition(".")[2] for mark in marks), value]

    def _mark(self, name, kind, value):
        key = self._derive(name, f"index {kind}")
        digest = hmac.new(key, value.encode(), hashlib.sha256).hexdigest()[:40]
        return f"{_MARK}.{name}.{digest}"

    def _derive(self, name, purpose):
        """Return the key for one purpose: no key serves two."""
        known = self._derived.get((name, purpose))
        if known is None:
            known = hmac.new(self._keys[name], purpose.encode(), hashlib.sha256)
            known = self._derived[name, purpose] = known.digest()
        return known


def fold(text):
    """Return a name as names are compared.

    >>> fold("  Li   LEI "), fold("李　雷"), fold(None)
    ('li lei', '李雷', False)
    """
    text = unicodedata.normalize("NFKC", text or "").casefold()
    text = " ".join(text.split())
    # between Chinese characters a space means nothing
    text = re.sub(r"(?<=[\u3400-\u9fff]) (?=[\u3400-\u9fff])", "", text)
    return text or False


def phone_key(phone):
    """Return the digits by which phone numbers are compared, or ``False``.

    However they are written: full width or in Chinese numerals, with a country code or
    an extension.

    >>> phone_key("+86 138-0013-8000"), phone_key("021 6688 9900"), phone_key("n/a")
    ('13800138000', '02166889900', False)
    >>> phone_key("一三八〇〇一三八〇〇〇"), phone_key("１３８００１３８０００")
    ('13800138000', '13800138000')
    >>> phone_key("0086 21 66889900"), phone_key("(+86)021-66889900转805")
    ('02166889900', '02166889900')
    >>> phone_key("+86 10 8888 8888"), phone_key("010-88888888")
    ('01088888888', '01088888888')
    >>> phone_key("幺三八零零幺三八零零零"), phone_key("8613800138000 ext. 12")
    ('13800138000', '13800138000')
    """
    text = unicodedata.normalize("NFKC", phone or "").translate(_SPOKEN)
    text = _EXTENSION.split(text, maxsplit=1)[0]
    digits = re.sub(r"[^0-9]", "", text)
    home = _HOME.match(digits)
    if home and (home[1] != "86" or "+" in text or home[2][0] in "01"):
        whole = home[2].startswith("0") or _MOBILE.match(home[2])
        digits = home[2] if whole else f"0{home[2]}"
    return digits[-_PHONE_DIGITS:] if len(digits) >= 5 else False


def earlier_phone_key(phone):
    """Return the digits by which phone numbers were compared before 19.0.1.4.0.

    >>> earlier_phone_key("021-66889900-805")
    '66889900805'
    """
    digits = re.sub(r"\D", "", phone or "")
    return digits[-_PHONE_DIGITS:] if len(digits) >= 5 else False
