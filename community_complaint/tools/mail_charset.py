"""Text of e-mails in charsets as they really are: wrong, unknown or missing.

Plain Python. Nothing here raises on any input: what cannot be read becomes ``U+FFFD``.
"""

import codecs
import re
from functools import lru_cache

import chardet

from .charset_common import COMMON
from .charset_labels import codec_of, plain

#: Bytes that are looked at to guess a charset.
_SAMPLE = 16_384
#: What says nothing about a text with bytes above 127.
_VAGUE = frozenset(
    {"", "ascii", "usascii", "unknown8bit", "xunknown", "unknown", "default", "8bit"}
)
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_PAIRS = re.compile(
    rb"[\x81-\xfe][0-9][\x81-\xfe][0-9]|([\x81-\xfe])([\x40-\x7e\x80-\xfe])|[\x80-\xff]"
)
_ISO2022CN = re.compile(rb"\x1b\$[)*+][A-Z]|\x1b[NO]|\x0e|\x0f")
_BAD = "\ufffd"
#: Bytes in a row that no Western text has.
_RUN = re.compile(rb"[\x80-\xff]{6}")
#: Charsets of two bytes a character, in which one wrong byte shifts the rest.
_DOUBLE = ("gb18030", "big5hkscs")
#: Longest text that is put right byte by byte.
_LONGEST_MENDED = 200_000
#: So many characters that fit speak for a charset against one that does not.
_FITS = 3
#: Characters of UTF-8 in a row of none that is not: it is nothing else by chance.
_SURE = 4


def decode(content, charset=None):
    """Return bytes as text without NUL characters.

    What a mail claims is believed while most of the text fits it, as browsers do: one
    wrong byte costs one character and not the text.

    :param charset: what the mail claims, if anything

    >>> decode("噪声".encode("gbk"), "x-gbk"), decode("噪声".encode("gbk"), "unknown-8bit")
    ('噪声', '噪声')
    >>> decode("楼上夜间装修".encode("gbk"), "utf-8"), decode("投訴".encode("big5"), "big5")
    ('楼上夜间装修', '投訴')
    >>> decode(b"\\x1b$)A\\x0eM6K_\\x0f ok", "iso-2022-cn")
    '投诉 ok'
    >>> decode(b"caf\\xe9 \\x80", "iso-8859-1"), decode(b"a\\x00b"), decode(b"")
    ('café €', 'ab', '')
    >>> decode("楼上夜间装修，".encode() + b"caf\\xe9!", "utf-8")
    '楼上夜间装修，caf\ufffd!'
    """
    codec = codec_of(charset)
    if plain(charset) in _VAGUE or not codec or _is_only_claimed(codec, content):
        codec = detect(content)
    text = _strictly(content, codec)
    if text is None:
        text = _roughly(content, codec)
    return text.replace("\0", "").removeprefix("\ufeff")


def detect(content):
    """Return the name of the codec that fits bytes best.

    >>> detect("楼上夜间装修".encode("gbk")), detect("樓上夜間裝修".encode("big5"))
    ('gb18030', 'big5hkscs')
    >>> detect("楼上".encode()), detect(b"plain"), detect(b"\\xff\\xfe\\x7c\\x69")
    ('utf-8', 'utf-8', 'utf-16')
    >>> detect("Жалоба на ночной шум".encode("cp1251"))
    'cp1251'
    """
    for bom, codec in _BOMS:
        if content.startswith(bom):
            return codec
    sample = content[:_SAMPLE]
    if sample.isascii():
        return _detect_escapes(sample)
    if _is_utf8(sample) or _fits(str(sample, "utf-8", "replace")):
        return "utf-8"
    return _detect_double_byte(sample) or _detect_other(sample)


def _is_only_claimed(codec, content):
    """Return whether a text is plainly not what it claims to be.

    Chinese programs say Latin-1 where they mean the system's own charset, and anything
    where they write UTF-8.
    """
    sample = content[:_SAMPLE]
    if codec in ("utf-16", "utf-16-be"):
        return b"\0" not in sample and sample.isascii() and bool(sample.strip())
    if codec == "utf-8" or sample.isascii():
        return False
    if codec != "cp1252":
        return _is_surely_utf8(sample)
    high = sum(1 for byte in sample if byte > 127)
    return high * 3 > len(sample) or bool(_RUN.search(sample)) or _is_utf8(sample)


def _is_surely_utf8(sample):
    """Return whether bytes are UTF-8, maybe with some wrong ones, and by no chance."""
    text = str(sample, "utf-8", "replace")
    good = sum(1 for char in text if char > ("\u07ff" if _BAD in text else "\x7f"))
    bad = text.count(_BAD)
    return good - bad >= max(_SURE, _FITS * bad)


def _strictly(content, codec):
    """Return bytes decoded without any error, ``None`` if there is one."""
    if codec == "iso2022cn":
        return _decode_iso2022cn(content)
    try:
        return str(content, codec)
    except (UnicodeError, LookupError, TypeError, ValueError):
        return None


def _roughly(content, codec):
    """Return bytes with errors in them as text.

    The claimed charset stands if most of the text fits it; otherwise the one that looks
    best does, and at last whatever loses least.
    """
    tried = {}
    for name in dict.fromkeys((codec, detect(content), "utf-8", "gb18030")):
        text = _with_marks(content, name)
        if text is not None and _fits(text):
            return text
        tried[name] = text or ""
    return min(tried.values(), key=lambda text: (not text, text.count(_BAD)))


def _with_marks(content, codec):
    """Return bytes as text in which ``U+FFFD`` stands for what is wrong."""
    if codec in _DOUBLE and len(content) <= _LONGEST_MENDED:
        return _resynchronised(content, codec)
    try:
        return str(content, codec, "replace")
    except (UnicodeError, LookupError, TypeError, ValueError):
        return None


def _fits(text):
    """Return whether most characters beyond ASCII are there."""
    bad = text.count(_BAD)
    return sum(1 for char in text if char > "\x7f") - bad >= _FITS * bad


def _resynchronised(content, codec):
    """Return text of two bytes a character that lacks bytes or has wrong ones.

    A codec that reads on from a wrong byte pairs all others wrongly. Of all ways to cut
    the bytes the likeliest is taken: common characters cost nothing, marks most.
    """
    size = len(content)
    # costs[i] of what begins at i, with the length of its first character
    costs, steps = [0.0] * (size + 5), [1] * size
    for place in range(size - 1, -1, -1):
        byte = content[place]
        single = 0.0 if byte < 0x80 else 5.0
        if 0x40 <= byte < 0x80 and place and content[place - 1] >= 0x80:
            # rather half a character than a letter
            single = 1.5
        best, step = single + costs[place + 1], 1
        if byte > 0x80 and place + 1 < size:
            cost = _pair_cost(byte, content[place + 1], codec) + costs[place + 2]
            if cost <= best:
                best, step = cost, 2
            if codec == "gb18030" and _is_four(content[place : place + 4]):
                cost = 2.5 + costs[place + 4]
                if cost < best:
                    best, step = cost, 4
        costs[place], steps[place] = best, step
    pieces, place = [], 0
    while place < size:
        end = place + steps[place]
        pieces.append(_strictly(content[place:end], codec) or _BAD)
        place = end
    return "".join(pieces)


def _pair_cost(first, second, codec):
    """Return how unlikely two bytes are one character.

    Two wrong bytes were one character, rather than two.
    """
    wrong = 6.0 if second >= 0x80 else 99.0
    if codec == "gb18030":
        if second < 0x40 or second in (0x7F, 0xFF) or first == 0xFF:
            return wrong
        if bytes((first, second)) in _common(codec):
            return 0.0
        if second >= 0xA1 and (0xB0 <= first <= 0xD7 or first in (0xA1, 0xA3)):
            return 1.0
        return 2.0 if second >= 0xA1 and 0xA1 <= first <= 0xF7 else 3.0
    if not (0x40 <= second <= 0x7E or 0xA1 <= second <= 0xFE) or first == 0xFF:
        return wrong
    if bytes((first, second)) in _common(codec):
        return 0.0
    return 1.0 if 0xA4 <= first <= 0xC6 or first in (0xA1, 0xA2) else 2.5


@lru_cache(maxsize=2)
def _common(codec):
    """Return the bytes of the most frequent characters in a charset."""
    return frozenset(char.encode(codec, "ignore") for char in COMMON)


def _is_four(chunk):
    """Return whether bytes are one character of four bytes in GB 18030."""
    return (
        len(chunk) == 4
        and chunk[0] < 0xFF
        and 0x80 < chunk[2] < 0xFF
        and all(0x30 <= byte <= 0x39 for byte in (chunk[1], chunk[3]))
    )


def _detect_escapes(sample):
    """Return the codec of text that only uses seven bits."""
    if re.search(rb"\x1b\$\)[AEG]", sample):
        return "iso2022cn"
    if re.search(rb"\x1b\$[@B]", sample):
        return "iso2022_jp"
    if re.search(rb"~\{[\x21-\x7e]{2,}?~\}", sample):
        return "hz"
    return "utf-8"


def _is_utf8(sample):
    """Tell whether bytes are UTF-8, but for a character cut off at the end."""
    try:
        codecs.getincrementaldecoder("utf-8")().decode(sample)
    except UnicodeDecodeError:
        return False
    return True


def _detect_double_byte(sample):
    """Return the charset that the pairs of bytes speak for, or ``None``.

    Japanese has kana, Korean few of the first bytes and spaces between words. Simplified text hardly leaves the first level of GB 2312, whose second bytes are all
    above 160; traditional text in Big5 has a third of them below 127.
    """
    pairs = singles = simplified = common = traditional = kana = hangul = 0
    for match in _PAIRS.finditer(sample):
        if match[1] is None:
            singles += len(match[0]) == 1
            continue
        pairs += 1
        first, second = match[1][0], match[2][0]
        if second >= 0xA1 and 0xA1 <= first <= 0xF7:
            simplified += 1
            common += first <= 0xD7
        kana += first == 0x82 and second >= 0x9F or first == 0x83 and second <= 0x96
        hangul += 0xB0 <= first <= 0xC8 and second >= 0xA1
        traditional += 0xA1 <= first <= 0xC6 and (second <= 0x7E or second >= 0xA1)
    if not pairs or singles > max(2, pairs / 10):
        return None
    if kana * 3 >= pairs:
        return "cp932"
    if hangul * 100 >= pairs * 95 and pairs >= 8 and b" " in sample:
        return "cp949"
    if simplified * 10 >= pairs * 9 and common * 10 >= simplified * 7:
        return "gb18030"
    if traditional * 10 >= pairs * 8:
        return "big5hkscs"
    return "gb18030" if common * 10 >= pairs * 6 else None


def _detect_other(sample):
    """Return the codec of text that is neither UTF-8 nor plainly Chinese."""
    guess = chardet.detect(sample)
    codec = codec_of(guess["encoding"])
    if codec and guess["confidence"] >= 0.5:
        return codec
    return "cp1252" if _strictly(sample, "cp1252") else "latin-1"


def _decode_iso2022cn(content):
    """Return ISO-2022-CN (RFC 1922) as text; Python has no codec for it.

    Only the plane of GB 2312 is known; characters of other planes are marked.
    """
    pieces, shifted, simplified, position = [], False, True, 0
    for match in [*_ISO2022CN.finditer(content), None]:
        end = match.start() if match else len(content)
        chunk = content[position:end]
        if shifted and simplified:
            high = bytes(byte | 0x80 if byte > 0x20 else byte for byte in chunk)
            pieces.append(str(high, "gb18030", "replace"))
        elif shifted:
            pieces.append(_BAD * (len(chunk) // 2))
        else:
            pieces.append(str(chunk, "ascii", "replace"))
        if match:
            position = match.end()
            if match[0] in (b"\x0e", b"\x0f"):
                shifted = match[0] == b"\x0e"
            elif match[0].startswith(b"\x1b$)"):
                simplified = match[0].endswith((b"A", b"E"))
    return "".join(pieces)
