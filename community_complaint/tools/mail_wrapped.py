"""What programs wrap around a mail: signatures that hold its text (S/MIME, RFC 8551).

Plain Python. Nothing here raises on any input.
"""

import zlib

from asn1crypto import cms

#: Types of parts, and ends of names, of what S/MIME wraps.
_KINDS = ("application/pkcs7-mime", "application/x-pkcs7-mime")
_ENDINGS = (".p7m", ".p7z")
_VAGUE = ("application/octet-stream", "application/x-octet-stream")
#: Wraps inside each other.
_LAYERS = 5
#: Bytes of what was compressed.
_LONGEST = 60 * 1024 * 1024


def is_wrapped(kind, name):
    """Return whether a part may hold a whole mail.

    >>> is_wrapped("application/pkcs7-mime", ""), is_wrapped("text/plain", "smime.p7m")
    (True, False)
    """
    return kind in _KINDS or (kind in _VAGUE and name.lower().endswith(_ENDINGS))


def unwrapped(content):
    """Return the mail that somebody signed, ``None`` if it is encrypted or none.

    >>> unwrapped(b""), unwrapped(b"0\\x80 no such thing")
    (None, None)
    """
    for _layer in range(_LAYERS):
        inner = _content(content)
        if inner is None:
            return None
        if not inner.startswith(b"\x30"):
            return inner
        content = inner
    return None


def _plain(value):
    content = value["encap_content_info"]["content"].native
    return content if isinstance(content, bytes) else None


def _content(content):
    """Return what is in one layer, ``None`` if nobody can read it."""
    try:
        info = cms.ContentInfo.load(content)
        kind, value = info["content_type"].native, info["content"]
        if kind == "signed_data":
            return _plain(value)
        if kind == "compressed_data":
            return zlib.decompressobj().decompress(_plain(value), _LONGEST)
    except Exception:  # noqa: BLE001 - whatever somebody calls a signature
        return None
    return None
