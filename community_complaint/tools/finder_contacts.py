"""Contact data in a text, whoever they belong to: phones, addresses, cards, rooms.

Every pattern begins with a sign that is rare or with a word, and repeats at most so
often: what a text of 200 kB costs is in ``bench``.

>>> from .finder_text import Folded
>>> text = "住3号楼402室，电话136 0000 8888，微信号zhoukai_88"
>>> sorted({(kind, text[start:end]) for kind, start, end in contacts(Folded(text))})
[('account', 'zhoukai_88'), ('phone', '136 0000 8888'), ('room', '402'), ('room', '402室')]
"""

import re

_SEP = r"[\s\-‐-―.·。/_()]{0,3}"
_PROVINCES = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼"
#: A number of an identity card, sign by sign: place, date of birth, order, check.
_ID_SIGNS = (
    r"[1-9]", r"\d", r"\d", r"\d", r"\d", r"\d", r"(?:19|20)", r"\d", r"\d",
    r"(?:0[1-9]|1[0-2])", r"(?:0[1-9]|[12]\d|3[01])", r"\d", r"\d", r"\d", r"[\dx]",
)  # fmt: skip
#: What a number counts if it is none of a room.
_MEASURE = (
    r"(?!\s?(?:\d|[.,:/%]\d|元|路|年|月|日|平|米|人|名|个|台|次|分|号|公斤|千克|克|吨|度|岁|"
    r"天|小时|万|亿|件|条|份|户|家|张|页|米|厘|毫|升|级|版|班|车|线|国道|省道|会议|教室|%))"
)
_ROOM = r"\d{3,4}[a-z]?|\d{1,2}[a-z]"
_CALL = r"(?:电话|座机|固话|传真|手机|致电|联系方式|tel|phone|fax|call)"
#: What is found by a word.
_WORD_PATTERNS = (
    (
        "account",
        re.compile(
            r"(?:微信|v信|(?<![a-z])(?:wx|vx|wechat|qq)(?![a-z])|扣扣|抖音|支付宝|小红书)"
            r"(?:号码|帐号|账号|号|id|是|为|[:\s]){0,4}([a-z0-9_\-]{5,30})"
        ),
    ),
    ("account", re.compile(r"wxid_[a-z0-9]{6,30}")),
)
#: What has digits: looked for around them only.
_NUMBER_PATTERNS = (
    ("id_number", re.compile(rf"(?<!\d){_SEP.join(_ID_SIGNS)}(?![\da-z])")),
    ("id_number", re.compile(r"(?<!\d)\d{15,}|(?<!\d)\d{4}(?: \d{4}){3}(?!\d)")),
    (
        "id_number",
        re.compile(
            r"(?:护照|通行证|身份证|驾驶证|社保卡|军官证|passport)[^\d\n,。;]{0,6}?"
            r"([a-z]{0,2}\d{6,14}x?)(?![\da-z])"
        ),
    ),
    ("phone", re.compile(rf"(?<!\d)1{_SEP}[3-9](?:{_SEP}\d){{9}}(?!\d)")),
    (
        "phone",
        re.compile(rf"(?<!\d)(?:0086|86)({_SEP}1{_SEP}[3-9](?:{_SEP}\d){{9}})(?!\d)"),
    ),
    ("phone", re.compile(r"(?<!\d)1[3-9]\d[*x×•某]{2,8}\d{2,4}(?!\d)")),
    (
        "phone",
        re.compile(
            r"(?:\(0\d{2,3}\)|(?<![\d.,])0\d{2,3})[\s\-–—]{0,2}\d{3,4}[\s\-]?\d{4}(?!\d)"
        ),
    ),
    (
        "phone",
        re.compile(rf"{_CALL}[^\d\n]{{0,6}}(\d{{3,4}}[\s\-]?\d{{4}})(?![\s\-]?\d)"),
    ),
    ("phone", re.compile(r"(?<![\d+])\+[1-9]\d{0,2}(?:[\s\-.()]{0,2}\d){6,12}(?!\d)")),
    (
        "phone",
        re.compile(
            r"(?:尾号|尾数|末尾(?:4位)?|[末后]4位|ending(?:\s+in)?|last\s+4)[^\d\n]{0,6}"
            r"(\d{3,6})(?!\d|年|元)"
        ),
    ),
    (
        "plate",
        re.compile(
            rf"[{_PROVINCES}]\s?[a-hj-np-z]{_SEP}(?=[a-z]{{0,4}}\d)[a-hj-np-z0-9]{{5,6}}"
            r"(?![a-z0-9])"
        ),
    ),
    (
        "room",
        re.compile(
            rf"(?<![\d.a-z\-])(?:{_ROOM})\s?(?:室|房间|房(?![价屋产东租顶]))"
            rf"|(?<![\d.a-z\-共约及计有近超])({_ROOM})\s?户(?![居家村业人])"
        ),
    ),
    (
        "room",
        re.compile(
            rf"(?:\d\s?(?:号楼|号|栋|幢|座|单元|梯|弄)|[a-z]座)\s?-?({_ROOM}){_MEASURE}"
        ),
    ),
    (
        "room",
        re.compile(
            r"(?<![\d\-.a-z])\d{1,2}-\d{1,2}-(?!(?:19|20)\d\d(?!\d))\d{3,4}(?![\d\-])"
        ),
    ),
    (
        "room",
        re.compile(
            rf"(?:住|小区|花园|新村|家园|公寓|苑)\s?\d{{1,3}}-(\d{{3,4}}){_MEASURE}"
        ),
    ),
    (
        "room",
        re.compile(rf"(?:楼上|楼下|隔壁|对门|对面|住)\s?(\d{{3,4}}){_MEASURE}"),
    ),
    ("room", re.compile(r"(?<![\d.])(\d{3,4})的?(?:住户|邻居|租客|租户|人家|主人)")),
    (
        "room",
        re.compile(
            r"(?<![a-z])(?:flat|room|apt\.?|apartment|suite)\s?#?\s?\d{1,4}[a-z]?"
            r"(?![a-z0-9])"
        ),
    ),
)
_DIGIT_RUN = re.compile(r"\d+")
#: Signs before and after digits that matter to the patterns.
_AROUND = 24
_AT = re.compile(r"\s{0,2}(?:@|[(\[]\s?at\s?[)\]])\s{0,2}")
_DOT = r"(?:\.|\s\.\s|[(\[]\s?dot\s?[)\]])"
_DOMAIN = re.compile(rf"[a-z0-9\-]{{1,63}}(?:{_DOT}[a-z0-9\-]{{1,63}}){{1,6}}")
_LOCAL = frozenset("abcdefghijklmnopqrstuvwxyz0123456789._%+-")
_LONGEST_LOCAL = 64


def contacts(folded):
    """Yield ``(kind, start, end)`` of contact data in a :class:`Folded` text."""
    numeric = folded.numeric
    for kind, pattern in _WORD_PATTERNS:
        for found in pattern.finditer(numeric):
            yield kind, *folded.plain_span(*found.span(found.lastindex or 0))
    near, places = _near_digits(numeric)
    for kind, pattern in _NUMBER_PATTERNS:
        for found in pattern.finditer(near):
            start, end = found.span(found.lastindex or 0)
            yield kind, *folded.plain_span(places[start], places[end - 1] + 1)
    for start, end in _addresses(folded.plain):
        yield "email", *folded.plain_span(start, end)


def _near_digits(text):
    """Return what stands around digits, and where each sign of it stood.

    >>> _near_digits("a" * 50 + "1")[0] == "a" * 24 + "1"
    True
    """
    parts, places, last = [], [], 0
    for found in _DIGIT_RUN.finditer(text):
        start, end = max(last, found.start() - _AROUND), found.end() + _AROUND
        if last and start > last:
            # nothing goes across
            parts.append("\n\n")
            places += (last, last)
        parts.append(text[start:end])
        last = min(end, len(text))
        places += range(start, last)
    return "".join(parts), places


def _addresses(text):
    """Yield where a text has e-mail addresses.

    >>> [("a.b (at) c[dot]de"[start:end]) for start, end in _addresses("a.b (at) c[dot]de")]
    ['a.b (at) c[dot]de']
    """
    for at in _AT.finditer(text):
        start = at.start()
        while (
            start and text[start - 1] in _LOCAL and at.start() - start < _LONGEST_LOCAL
        ):
            start -= 1
        domain = _DOMAIN.match(text, at.end())
        if start < at.start() and domain:
            yield start, domain.end()
