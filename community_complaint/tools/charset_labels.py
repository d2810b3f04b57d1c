"""Which charset a label means, as browsers read it: the superset of what it says.

The labels are those of the Encoding Standard (encoding.spec.whatwg.org), and what mail
programs write besides. Plain Python.

>>> codec_of("ISO-8859-1"), codec_of("gb2312"), codec_of("Shift_JIS"), codec_of("nonsense")
('cp1252', 'gb18030', 'cp932', None)
>>> codec_of("ks_c_5601-1987"), codec_of("x-sjis"), codec_of("utf8"), codec_of(None)
('cp949', 'cp932', 'utf-8', None)
"""

import codecs
import re

#: ``{codec of Python: labels without punctuation}``
_LABELS = {
    "utf-8": "utf8 unicode11utf8 unicode20utf8 xunicode20utf8 utf8mb4 utf8bom utf8sig",
    "cp866": "866 cp866 csibm866 ibm866",
    "iso8859-2": "csisolatin2 iso88592 iso885921987 isoir101 l2 latin2",
    "iso8859-3": "csisolatin3 iso88593 iso885931988 isoir109 l3 latin3",
    "iso8859-4": "csisolatin4 iso88594 iso885941988 isoir110 l4 latin4",
    "iso8859-5": "csisolatincyrillic cyrillic iso88595 iso885951988 isoir144",
    "iso8859-6": "arabic asmo708 csiso88596e csiso88596i csisolatinarabic ecma114"
    " iso88596 iso885961987 iso88596e iso88596i isoir127",
    "iso8859-7": "csisolatingreek ecma118 elot928 greek greek8 iso88597 iso885971987"
    " isoir126 suneugreek",
    "iso8859-8": "csiso88598e csiso88598i csisolatinhebrew hebrew iso88598"
    " iso885981988 iso88598e iso88598i isoir138 logical visual",
    "iso8859-10": "csisolatin6 iso885910 isoir157 l6 latin6",
    "iso8859-13": "iso885913",
    "iso8859-14": "iso885914",
    "iso8859-15": "csisolatin9 iso885915 l9 latin9",
    "iso8859-16": "iso885916",
    "koi8-r": "cskoi8r koi koi8 koi8r",
    "koi8-u": "koi8ru koi8u",
    "mac-roman": "csmacintosh mac macintosh xmacroman",
    "cp874": "dos874 iso885911 tis620 windows874 cp874",
    "cp1250": "cp1250 windows1250 xcp1250",
    "cp1251": "cp1251 windows1251 xcp1251",
    "cp1252": "ansix341968 ascii cp1252 cp819 csisolatin1 ibm819 iso88591 iso885911987"
    " isoir100 l1 latin1 usascii windows1252 xcp1252 ansi iso646us us ansix341986",
    "cp1253": "cp1253 windows1253 xcp1253",
    "cp1254": "cp1254 csisolatin5 iso88599 iso885991989 isoir148 l5 latin5"
    " windows1254 xcp1254",
    "cp1255": "cp1255 windows1255 xcp1255",
    "cp1256": "cp1256 windows1256 xcp1256",
    "cp1257": "cp1257 windows1257 xcp1257",
    "cp1258": "cp1258 windows1258 xcp1258",
    "mac-cyrillic": "xmaccyrillic xmacukrainian",
    "gb18030": "chinese csgb2312 csiso58gb231280 gb18030 gb2312 gb231280 gbk isoir58"
    " xgbk cp936 ms936 windows936 xcp936 xmswin936 936 euccn xeuccn gb",
    "big5hkscs": "big5 big5hkscs cnbig5 csbig5 xxbig5 xbig5 cp950 ms950 windows950"
    " xwindows950 950 big5eten xbig5hkscs",
    "euc-jp": "cseucpkdfmtjapanese eucjp xeucjp eucjpms ujis",
    "iso2022-jp-ext": "csiso2022jp iso2022jp iso2022jp1 iso2022jp2 iso2022jpext",
    "cp932": "csshiftjis ms932 mskanji shiftjis sjis windows31j xsjis cp932 932"
    " xmscp932 shiftjiscp932",
    "cp949": "cseuckr csksc56011987 euckr isoir149 korean ksc56011987 ksc56011989"
    " ksc5601 windows949 cp949 ms949 uhc xwindows949 949 ksc5601r",
    "iso2022-kr": "csiso2022kr iso2022kr",
    "johab": "johab ms1361 cp1361",
    "utf-16-be": "unicodefffe utf16be",
    "utf-16": "csunicode iso10646ucs2 ucs2 unicode unicodefeff utf16 utf16le",
    "utf-7": "utf7 unicode11utf7 csunicode11utf7",
    "hz": "hz hzgb2312 hzgb",
    # Python has no codec for it, see mail_charset.py
    "iso2022cn": "iso2022cn iso2022cnext",
}
_CODECS = {
    label: codec for codec, labels in _LABELS.items() for label in labels.split()
}


def plain(label):
    """Return a label without case and punctuation.

    >>> plain(" ISO_8859-1:1987 "), plain("'gb2312'"), plain(None)
    ('iso885911987', 'gb2312', '')
    """
    return re.sub(r"[^a-z0-9]", "", (label or "").lower())


def codec_of(label):
    """Return the name of the codec a label means, ``None`` if nobody knows it."""
    name = plain(label)
    if name in _CODECS:
        return _CODECS[name]
    name = (label or "").strip(" \t'\"")
    try:
        # "base64" and the like are no charsets
        str(b"", name)
        return codecs.lookup(name).name
    except (LookupError, ValueError):
        return None
