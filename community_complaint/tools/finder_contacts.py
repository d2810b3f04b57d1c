"""Contact data in a text, whoever they belong to: phones, addresses, cards, rooms.

Every pattern begins with a sign that is rare or with a word, and repeats at most so
often: what a text of 200 kB costs is in ``bench``.

>>> from .finder_text import Folded
>>> text = "住3号楼402室，电话136 0000 8888，微信号zhoukai_88"
>>> sorted({(kind, text[start:end]) for kind, start, end in contacts(Folded(text))})
[('account', 'zhoukai_88'), ('phone', '136 0000 8888'), ('room', '402'), ('room', '402室')]
"""

import re
from bisect import bisect_right

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
            r"(?:[微薇威]信|v信|(?<![a-z])(?:wx|vx|wechat|qq)(?![a-z])|扣扣|抖音|支付宝|小红书)"
            r"(?:号码|帐号|账号|号|id|is|是|为|[:\s]){0,6}([a-z0-9_\-]{5,30})"
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
            r"(?:护照|通行证|身份证|驾驶证|社保卡|军官证|passport)[^\d\n,。;]{0,12}?"
            r"([a-z]{0,2}\d{6,14}x?)(?![\da-z])"
        ),
    ),
    # partly hidden
    ("id_number", re.compile(r"(?<!\d)\d{4,8}[*×•x]{4,12}\d{2,4}x?(?![\da-z])")),
    (
        "id_number",
        re.compile(
            r"(?:住院|病历|病案|门诊|门诊卡|就诊卡|诊疗卡|医保卡|社保|会员|会员卡|准考证|学籍)号码?"
            r"[\s:是为]{0,3}([a-z]{0,2}\d{5,20})(?!\d)"
        ),
    ),
    # letters for digits
    ("phone", re.compile(r"(?<![\da-z])1[3-9][\dol]{9}(?![\da-z])")),
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
            r"(?:尾号|尾数|末尾(?:4位)?|[末后尾]\d位数?字?|ending(?:\s{1,3}in)?|last\s{1,3}4)[^\d\n]{0,6}"
            r"(\d{3,6})(?!\d|年|元)"
        ),
    ),
    ("phone", re.compile(r"(?<!\d)(\d{4})(?:结尾|收尾)的?(?:号码|手机|电话)")),
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
    ("room", re.compile(r"(?<!\d)\d{1,3}#\s?\d{1,2}-\d{3,4}(?!\d)")),
    (
        "room",
        re.compile(
            r"(?:no\.?\s?|#)(\d{3,4}[a-z]?),\s?(?:building|block|tower|unit|lane)\s?\d"
        ),
    ),
    (
        "room",
        re.compile(
            rf"(?:\d\s?(?:号楼|楼|号|栋|幢|座|单元|梯|弄)|[a-z]座)\s?-?({_ROOM}){_MEASURE}"
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
    (
        "room",
        re.compile(
            r"(?<![\d.])(\d{3,4})"
            r"(?:的?(?:住户|邻居|租客|租户|人家|主人)|家(?=里|的|[,。]|反映|投诉|漏))"
        ),
    ),
    (
        "room",
        re.compile(
            r"(?<![a-z])(?:flat|room|apt\.?|apartment|suite)\s?#?\s?\d{1,4}[a-z]?"
            r"(?![a-z0-9])"
        ),
    ),
)
#: Where somebody lives, after a word that says so; after the second kind of words two
#: steps at least: 家住北山村4组17号.
_STEP = (
    r"[甲乙丙丁戊己]?(?:\d{1,5}|[a-z])(?:号之\d{1,2}|号院|号楼|号|组|社|栋|幢|座|弄|巷|单元|门|梯|室|房"
    r"|户|层|楼|院|#|-)[甲乙丙丁东西南北]?"
)
_HOME = re.compile(
    r"(?:住址|(?:家庭|住宅|收件|收货|寄件|户籍|投诉人|申请人)地址)[\s:是为在]{0,3}"
    rf"[^\n,。;]{{0,30}}?((?:{_STEP}){{1,7}}\d{{0,4}})"
    rf"|(?:[我家现]住|住[在于]|我家在)[^\n,。;]{{0,30}}?((?:{_STEP}){{2,7}}\d{{0,4}})"
)
#: Before numbers of things, and before what an office is reached by.
_PUBLIC = re.compile(
    r"(?:(?P<thing>代码|编码|编号|票号|单号|序列号|批号|案号|文号|型号|条码|条形码|流水号|注册号|许可证号|证书号|标准号"
    r"|批次|订单|serial|batch|order|invoice|code)"
    r"|热线|值班|监督|举报|投诉|服务|咨询|客服|总机|前台|中心|官方|窗口|[我本贵][局院校所站街]|hotline"
    r"|line|desk|office|switchboard)"
    r"(?:的|电话|邮箱|座机|码|号|number|no\.?|phone|is|at|是|为|[:\s#(]){0,5}$"
)
#: Somebody's own, whatever else it is called.
_MINE = re.compile(r"我的|我家|本人|家里|\bmy\b")
_MOBILE = re.compile(r"(?:\+?86)?1[3-9]\d{9}")
_LONGEST_CUE = 20
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
    near, place = _near_digits(numeric)
    for kind, pattern in _NUMBER_PATTERNS:
        for found in pattern.finditer(near):
            start, end = found.span(found.lastindex or 0)
            if not _is_public(near, kind, start, end):
                yield kind, *folded.plain_span(place(start), place(end - 1) + 1)
    for found in _HOME.finditer(numeric):
        yield "room", *folded.plain_span(*found.span(found.lastindex))
    for start, end in _addresses(folded.plain):
        if not _cue(folded.plain, start):
            yield "email", *folded.plain_span(start, end)


def _is_public(text, kind, start, end):
    r"""Return whether a number is one of a thing, or of an office that is meant to be called.

    >>> texts = (
    ...     "服务热线0755-27801234", "服务热线13800138000", "发票代码033002300111",
    ...     "我的服务电话0755-27801234",
    ... )
    >>> [_is_public(text, "phone", re.search(r"\d", text).start(), len(text)) for text in texts]
    [True, False, True, False]
    """
    if kind not in ("phone", "id_number"):
        return False
    number = re.sub(r"\D", "", text[start:end])
    if _MOBILE.fullmatch(number) or len(number) in (15, 18):
        return False
    cue = _cue(text, start)
    return bool(cue and (kind == "phone" or cue["thing"]))


def _cue(text, start):
    """Return the word before a place that says that what follows is nobody's own."""
    first = max(0, start - _LONGEST_CUE)
    found = _PUBLIC.search(text, first, start)
    return None if found and _MINE.search(text, first, start) else found


def _near_digits(text):
    """Return what stands around digits, and a function for where a sign of it stood.

    >>> near, place = _near_digits("a" * 50 + "1" + "b" * 50 + "23")
    >>> near == "a" * 24 + "1" + "b" * 24 + "\\n\\n" + "b" * 24 + "23"
    True
    >>> [place(near.index(sign)) for sign in "123"]
    [50, 101, 102]
    """
    parts, starts, origins, last, length = [], [], [], 0, 0
    for found in _DIGIT_RUN.finditer(text):
        start, end = max(last, found.start() - _AROUND), found.end() + _AROUND
        if last and start > last:
            # nothing goes across
            parts.append("\n\n")
            length += 2
        if start > last or not starts:
            starts.append(length)
            origins.append(start)
        part = text[start:end]
        parts.append(part)
        length += len(part)
        last = start + len(part)

    def place(index):
        run = bisect_right(starts, index) - 1
        return origins[run] + index - starts[run]

    return "".join(parts), place


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
