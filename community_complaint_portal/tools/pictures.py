"""How many points a picture has, read from its first bytes; nothing is unpacked."""

import struct

#: The largest pictures phones take have 200 million points; more is a trap.
MAX_POINTS = 200_000_000
#: Even a blank page takes a byte for so many points, a photo for fewer than 100.
MAX_POINTS_PER_BYTE = 20_000
#: Pictures below are harmless, however well they are packed.
SMALL = 50_000_000
#: Markers of JPEG frames; the others in the range are tables.
_FRAMES = {*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC}


def is_bomb(content):
    r"""Tell whether a picture would fill the memory of whoever opens it.

    >>> png = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR"
    >>> is_bomb(png + struct.pack(">II", 50_000, 50_000))
    True
    >>> is_bomb(png + struct.pack(">II", 12_000, 9_000))  # 108 megapixels in 24 bytes
    True
    >>> is_bomb(png + struct.pack(">II", 1080, 2400)), is_bomb(b"no picture")
    (False, False)
    """
    width, height = size(content) or (0, 0)
    points = width * height
    if points <= SMALL:
        return False
    return points > MAX_POINTS or points > len(content) * MAX_POINTS_PER_BYTE


def size(content):
    r"""Return ``(width, height)`` of a PNG, GIF, JPEG or WebP, ``None`` of others.

    >>> size(b"GIF89a" + struct.pack("<HH", 3, 4))
    (3, 4)
    >>> size(b"\xff\xd8\xff\xe0\x00\x04JF\xff\xc0\x00\x0b\x08\x00\x05\x00\x06\x03")
    (6, 5)
    >>> size(b"\xff\xd8\xff\xe0\x00"), size(b"GIF8"), size(b"")
    (None, None, None)
    """
    reader = next(
        (reader for start, reader in _READERS if content.startswith(start)), None
    )
    try:
        return reader(content) if reader else None
    except (struct.error, IndexError):
        return None


def _png(content):
    return struct.unpack_from(">II", content, 16)


def _gif(content):
    return struct.unpack_from("<HH", content, 6)


def _jpeg(content):
    """Walk over the segments to the one that begins the picture."""
    offset = 2
    while content[offset] == 0xFF:
        marker = content[offset + 1]
        if marker in _FRAMES:
            height, width = struct.unpack_from(">HH", content, offset + 5)
            return width, height
        # fill bytes and marks without a body
        if marker == 0xFF or 0xD0 <= marker <= 0xD8 or marker == 0x01:
            offset += 1 if marker == 0xFF else 2
        else:
            offset += 2 + struct.unpack_from(">H", content, offset + 2)[0]
    return None


def _webp(content):
    r"""Read the canvas of one of the three kinds of WebP.

    >>> _webp(b"RIFF....WEBPVP8X" + bytes(8) + b"\x09\x00\x00\x04\x00\x00")
    (10, 5)
    >>> _webp(b"RIFF....WEBPVP8L" + bytes(4) + b"\x2f" + struct.pack("<I", 9 | 4 << 14))
    (10, 5)
    >>> _webp(b"RIFF....WEBPVP8 " + bytes(10) + struct.pack("<HH", 10, 5))
    (10, 5)
    """
    kind = content[12:16]
    if kind == b"VP8X":
        canvas = content[24:30] + b"\0"
        return (
            1 + (struct.unpack_from("<I", canvas, 0)[0] & 0xFFFFFF),
            1 + (struct.unpack_from("<I", canvas, 3)[0] & 0xFFFFFF),
        )
    if kind == b"VP8L":
        bits = struct.unpack_from("<I", content, 21)[0]
        return 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)
    width, height = struct.unpack_from("<HH", content, 26)
    return width & 0x3FFF, height & 0x3FFF


_READERS = (
    (b"\x89PNG\r\n\x1a\n", _png),
    (b"GIF8", _gif),
    (b"\xff\xd8\xff", _jpeg),
    (b"RIFF", _webp),
)
