"""Text of e-mails in charsets as they really are: wrong, unknown or missing.

Plain Python. Nothing here raises on any input: what cannot be read becomes ``U+FFFD``.
"""

import codecs
import re

import chardet

#: Bytes that are looked at to guess a charset.
_SAMPLE = 16_384
#: Names that mail programs use for the Chinese charsets; each is read by a superset.
_CHINESE = {
    "gb18030": "gb18030",
    "gb2312": "gb18030",
    "gb231280": "gb18030",
    "gbk": "gb18030",
    "xgbk": "gb18030",
    "cp936": "gb18030",
    "ms936": "gb18030",
    "windows936": "gb18030",
    "chinese": "gb18030",
    "euccn": "gb18030",
    "xeuccn": "gb18030",
    "big5": "big5hkscs",
    "xbig5": "big5hkscs",
    "big5hkscs": "big5hkscs",
    "cp950": "big5hkscs",
    "hz": "hz",
    "hzgb2312": "hz",
    "iso2022cn": "iso2022cn",
    "iso2022cnext": "iso2022cn",
}
#: What says nothing about a text with bytes above 127.
_VAGUE = frozenset(
    {"", "ascii", "usascii", "unknown8bit", "xunknown", "unknown", "default", "8bit"}
)
#: What Chinese programs claim when they mean the system's own charset.
_CLAIMED = frozenset({"iso88591", "latin1", "windows1252", "cp1252"})
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


def decode(content, charset=None):
    """Return bytes as text without NUL characters.

    :param charset: what the mail claims, if anything

    >>> decode("噪声".encode("gbk"), "x-gbk"), decode("噪声".encode("gbk"), "unknown-8bit")
    ('噪声', '噪声')
    >>> decode("楼上夜间装修".encode("gbk"), "utf-8"), decode("投訴".encode("big5"), "big5")
    ('楼上夜间装修', '投訴')
    >>> decode(b"\\x1b$)A\\x0eM6K_\\x0f ok", "iso-2022-cn")
    '投诉 ok'
    >>> decode(b"caf\\xe9", "iso-8859-1"), decode(b"a\\x00b"), decode(b"")
    ('café', 'ab', '')
    """
    name = re.sub(r"[^a-z0-9]", "", (charset or "").lower())
    codec = _CHINESE.get(name) or _known(charset)
    if name in _VAGUE or not codec or _only_claimed(name, content):
        codec = detect(content)
    text = _strictly(content, codec)
    if text is None:
        text = _somehow(content, codec)
    return text.replace("\0", "").removeprefix("\ufeff")


def detect(content):
    """Return the name of the codec that fits bytes best.

    >>> detect("楼上夜间装修".encode("gbk")), detect("樓上夜間裝修".encode("big5"))
    ('gb18030', 'big5hkscs')
    >>> detect("楼上".encode()), detect(b"plain"), detect(b"\\xff\\xfe\\x7c\\x69")
    ('utf-8', 'utf-8', 'utf-16')
    >>> detect("Жалоба на ночной шум".encode("cp1251"))
    'windows-1251'
    """
    for bom, codec in _BOMS:
        if content.startswith(bom):
            return codec
    sample = content[:_SAMPLE]
    if sample.isascii():
        return _detect_escapes(sample)
    if _is_utf8(sample):
        return "utf-8"
    return _detect_double_byte(sample) or _detect_other(sample)


def _known(charset):
    """Return the codec of a charset Python knows, ``None`` for others."""
    try:
        return codecs.lookup((charset or "").strip()).name
    except (LookupError, ValueError):
        return None


def _only_claimed(name, content):
    """Tell whether a text that claims to be Western is full of other bytes."""
    if name not in _CLAIMED:
        return False
    sample = content[:_SAMPLE]
    high = sum(1 for byte in sample if byte > 127)
    return high * 3 > len(sample)


def _strictly(content, codec):
    """Return bytes decoded without any error, ``None`` if there is one."""
    if codec == "iso2022cn":
        return _decode_iso2022cn(content)
    try:
        return str(content, codec)
    except (UnicodeError, LookupError, TypeError, ValueError):
        return None


def _somehow(content, codec):
    """Return bytes that do not fit a codec, decoded with the fewest losses."""
    best, fewest = "", len(content) + 1
    for name in dict.fromkeys((codec, detect(content), "gb18030", "utf-8")):
        try:
            text = str(content, name, "replace")
        except (UnicodeError, LookupError, TypeError, ValueError):
            continue
        if (lost := text.count(_BAD)) < fewest:
            best, fewest = text, lost
    return best


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
    """Return the Chinese charset that the pairs of bytes speak for, or ``None``.

    Simplified text hardly leaves the first level of GB 2312, whose second bytes are all
    above 160; traditional text in Big5 has a third of them below 127.
    """
    pairs = singles = simplified = common = traditional = 0
    for match in _PAIRS.finditer(sample):
        if match[1] is None:
            singles += len(match[0]) == 1
            continue
        pairs += 1
        first, second = match[1][0], match[2][0]
        if second >= 0xA1 and 0xA1 <= first <= 0xF7:
            simplified += 1
            common += first <= 0xD7
        traditional += 0xA1 <= first <= 0xC6 and (second <= 0x7E or second >= 0xA1)
    if not pairs or singles * 10 > pairs:
        return None
    if simplified * 10 >= pairs * 9 and common * 10 >= simplified * 7:
        return "gb18030"
    if traditional * 10 >= pairs * 8:
        return "big5hkscs"
    return "gb18030" if common * 10 >= pairs * 6 else None


def _detect_other(sample):
    """Return the codec of text that is neither UTF-8 nor plainly Chinese."""
    guess = chardet.detect(sample)
    codec = _known(guess["encoding"])
    if codec and guess["confidence"] >= 0.5:
        claimed = re.sub(r"[^a-z0-9]", "", codec)
        return _CHINESE.get(claimed) or guess["encoding"].lower()
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
