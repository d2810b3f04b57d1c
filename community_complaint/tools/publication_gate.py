r"""Does a text that is to be published tell who somebody is? No ORM.

R01 and R02 publish results and keep secret who complained; THREATS 26. What the office
knows of the people of a case is looked for however it is written: spaces, hyphens and
full-width signs between or for the characters, digits in Chinese, capitals, surnames with
a title, parts of numbers and addresses. Numbers of identity cards and mobile phones,
e-mail addresses and licence plates are found whoever they belong to.

>>> people = [("name", "李晓雷"), ("phone", "138 0013 8000"), ("address", "向阳路12弄3号402室")]
>>> text = "李 晓雷（１３８-0013-8000）住向阳路12弄3号，李先生投诉噪音。"
>>> [(hit.kind, text[hit.start:hit.end]) for hit in find(text, people)]
[('name', '李 晓雷'), ('phone', '１３８-0013-8000'), ('address', '向阳路12弄3号'), ('name', '李先生')]
>>> redact(text, people, {"name": "某某", "phone": "（略）", "address": "某处"})
'某某（（略））住某处，某某投诉噪音。'
>>> find("夜间施工噪音，已责令整改。", people)
[]
"""

import re
import unicodedata
from typing import NamedTuple

#: What is found, from what tells most to what tells least.
KINDS = ("id_number", "phone", "email", "plate", "name", "address", "unit", "number")
#: Digits that show: a number may be told by so many of them.
_WINDOW = 7
#: Names, units and addresses below these lengths would hit innocent words.
_SHORTEST = {"name": 2, "unit": 4, "address": 4, "email": 5, "number": 5}
_SHORTEST_LATIN = 3
_CHINESE_DIGITS = dict(zip("〇零一二三四五六七八九", "00123456789", strict=True))
_SEPARATORS = re.compile(
    r"[\s\-‐-―−_.·•・,、/\\()（）\[\]【】'\"*|~\u200b-\u200f\ufeff]"
)
_TITLES = (
    "先生", "女士", "小姐", "老师", "师傅", "同志", "大爷", "大妈", "大叔", "大姐", "大哥",
    "阿姨", "叔叔", "医生", "护士", "主任", "站长", "某某", "某",
)  # fmt: skip
_LATIN_TITLES = ("mr", "mrs", "ms", "miss", "dr")
_COMPOUND = frozenset(
    [
        "欧阳",
        "司马",
        "上官",
        "诸葛",
        "夏侯",
        "皇甫",
        "尉迟",
        "公孙",
        "慕容",
        "长孙",
        "宇文",
        "司徒",
        "东方",
        "南宫",
        "令狐",
        "端木",
    ]
)
#: Surnames that make an everyday word after 小 or 老.
_WORDS = frozenset("区学时路车门店组师人年板家心说雨雪吃事本")
_PIECE = re.compile(
    r".+?(?:省|市|区|县|镇|乡|街道|路|街|道|弄|巷|村|里|苑|园|号楼|号|栋|楼|幢|座|单元|层|室|户)"
)
_CJK = re.compile(r"[\u3400-\u9fff\uf900-\ufaff]")
_SEP = r"[\s\-‐-―.·]{0,3}"
_PROVINCES = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼"
#: A number of an identity card, sign by sign: place, date of birth, order, check.
_ID_SIGNS = (
    r"[1-9]", r"\d", r"\d", r"\d", r"\d", r"\d", r"(?:19|20)", r"\d", r"\d",
    r"(?:0[1-9]|1[0-2])", r"(?:0[1-9]|[12]\d|3[01])", r"\d", r"\d", r"\d", r"[\dx]",
)  # fmt: skip
#: Found in every text, as it is after making all signs half-width.
_GENERAL = (
    ("id_number", re.compile(rf"(?<!\d){_SEP.join(_ID_SIGNS)}(?![\da-z])")),
    ("id_number", re.compile(r"(?<!\d)\d{15,}|(?<!\d)\d{4}(?: \d{4}){3}(?!\d)")),
    ("phone", re.compile(rf"(?<!\d)1{_SEP}[3-9](?:{_SEP}\d){{9}}(?!\d)")),
    ("phone", re.compile(r"(?<!\d)1[3-9]\d[*x×•某]{2,8}\d{2,4}(?!\d)")),
    (
        "email",
        re.compile(
            r"(?<![a-z0-9._%+\-])[a-z0-9._%+\-]+\s?@\s?[a-z0-9\-]+(?:\s?\.\s?[a-z0-9\-]+)+"
        ),
    ),
    (
        "plate",
        re.compile(
            rf"[{_PROVINCES}]\s?[a-hj-np-z]{_SEP}(?=[a-z]{{0,4}}\d)[a-hj-np-z0-9]{{5,6}}"
            r"(?![a-z0-9])"
        ),
    ),
)
#: What parts people's names in a line that lists some; the second one may also be part
#: of a name.
_BETWEEN = re.compile(r"[,;/、，；：:()（）\n]|\band\b")
_AND = re.compile(r"(和|与|及)")
#: Longer pieces of such a line are sentences.
_LONGEST_NAME = 20
#: Stands in such a line as well and names nobody.
_ROLES = frozenset(
    [
        "邻居",
        "居民",
        "业主",
        "住户",
        "租户",
        "家属",
        "证人",
        "群众",
        "当事人",
        "投诉人",
        "被投诉人",
        "物业",
        "保安",
        "店主",
        "双方",
        "对方",
        "工作人员",
        "负责人",
        "complainant",
        "respondent",
        "neighbour",
        "neighbours",
        "witness",
        "resident",
        "residents",
        "office",
    ]
)
#: The last digits of a number, told as such.
_LAST = re.compile(
    r"(?:尾号|末[四4]位|后[四4]位|ending(?:\s+in)?|last\s+4)\D{0,6}(\d{4,6})"
)


class Hit(NamedTuple):
    """A place of a text that tells who somebody is."""

    kind: str
    start: int
    end: int


class _Folded(NamedTuple):
    """A text without what does not matter, and where each sign of it stood."""

    text: str
    places: list

    def span(self, start, end):
        """Return where a part of the folded text begins and ends in the original."""
        return self.places[start], self.places[end - 1] + 1


def _plain(text):
    """Return a text half-width and small, sign by sign, and where each sign stood.

    >>> _plain("Ａ１")[0]
    'a1'
    """
    signs, places = [], []
    for place, sign in enumerate(text):
        for part in unicodedata.normalize("NFKC", sign).lower():
            signs.append(_CHINESE_DIGITS.get(part, part))
            places.append(place)
    return "".join(signs), places


def _fold(text):
    """Return a text as it is compared: plain and without separators."""
    plain, places = _plain(text)
    kept = [
        (sign, place)
        for sign, place in zip(plain, places, strict=True)
        if not _SEPARATORS.match(sign)
        and unicodedata.category(sign) not in ("Cc", "Cf")
    ]
    return _Folded(
        "".join(sign for sign, _place in kept), [place for _s, place in kept]
    )


def find(text, secrets, allowed=()):
    """Return the places that tell who somebody is, in order, none inside another.

    :param text: what is to be published
    :param secrets: pairs of one of ``KINDS`` and what the office knows
    :param allowed: pairs of kinds and texts that may be told although they look like
        secrets of that kind, such as the office's own phone; never a name
    :return: list of :class:`Hit`
    """
    if not text:
        return []
    folded = _fold(text)
    hits = [*_general_hits(text), *_last_digits(text, secrets)]
    for kind, value in secrets:
        hits += _secret_hits(text, folded, kind, value)
    free = {}
    for kind, value in allowed:
        free.setdefault(kind, []).extend(_spans(folded, _fold(value).text))
    hits = [hit for hit in hits if not _inside(hit, free.get(hit.kind, ()))]
    return _without_overlaps(hits)


def redact(text, secrets, masks, allowed=()):
    """Return a text with a mask at each place that :func:`find` finds.

    :param masks: ``{kind: text}``; kinds that are missing take the one of ``name``

    >>> redact("电话13800138000", [], {"name": "某某", "phone": "（略）"})
    '电话（略）'
    """
    result = text or ""
    # a mask may complete what stood around it: look again
    for _turn in range(5):
        hits = find(result, secrets, allowed)
        if not hits:
            break
        for hit in reversed(hits):
            mask = masks.get(hit.kind, masks["name"])
            result = result[: hit.start] + mask + result[hit.end :]
    return result


def classify(value):
    """Return the kind of a value that is known to tell who somebody is.

    >>> [classify(value) for value in ("a@b.cn", "021 6688 9900", "11010119900307451X",
    ...     "李雷", "向阳路12弄3号", "Li Lei")]
    ['email', 'phone', 'id_number', 'name', 'address', 'name']
    """
    folded = _fold(value).text
    if "@" in folded:
        return "email"
    if re.fullmatch(r"\+?\d{14,}x?", folded):
        return "id_number"
    if re.fullmatch(r"\+?\d{5,}", folded):
        return "phone"
    return "address" if re.search(r"\d", folded) and len(folded) > 4 else "name"


def people(text):
    """Yield pairs of ``name`` and a name for those whom a line lists.

    >>> [name for _kind, name in people("王大妈（邻居）、Li Lei and 张三")]
    ['王大妈', 'Li Lei', '张三']
    >>> [name for _kind, name in people("李和平和王五")]
    ['李和平', '李和平和王五', '平和王五', '王五']
    """
    for piece in _BETWEEN.split(text or ""):
        parts = _AND.split(piece.strip())
        for start in range(0, len(parts), 2):
            for end in range(start + 1, len(parts) + 1, 2):
                name = "".join(parts[start:end]).strip()
                if 2 <= len(name) <= _LONGEST_NAME and name.lower() not in _ROLES:
                    yield "name", name


# ----------------------------------------------------------------------
# One secret
# ----------------------------------------------------------------------


def _secret_hits(text, folded, kind, value):
    """Yield the places where a text tells one secret."""
    if kind in ("phone", "id_number"):
        yield from _digit_hits(folded, kind, value)
        return
    for form in _forms(kind, value):
        for start, end in _spans(folded, form):
            if _stands_alone(text, start, end, form):
                yield Hit(kind, start, end)


def _forms(kind, value):
    """Return the forms, folded, in which a secret that is no number is looked for.

    >>> {"王伟", "小王", "王女士"} <= _forms("name", "王伟")
    True
    >>> "欧阳先生" in _forms("name", "欧阳明"), "老楼" in _forms("name", "楼上住户")
    (True, False)
    >>> _forms("unit", "医院"), _forms("name", "x")
    (set(), set())
    """
    form = _fold(value or "").text
    latin = form.isascii()
    shortest = _SHORTEST_LATIN if latin else _SHORTEST.get(kind, 2)
    forms = {form} if len(form) >= shortest else set()
    if kind == "name" and forms:
        forms |= _latin_names(value) if latin else _chinese_names(form)
    if kind == "address":
        forms |= _address_parts(value)
    return forms


def _chinese_names(form):
    """Return how people are called by a Chinese name of two to four characters."""
    compound = len(form) > 2 and form[:2] in _COMPOUND
    if not 2 <= len(form) <= 3 + compound or not all(map(_CJK.match, form)):
        return set()
    surname = form[: 1 + compound]
    given = form[len(surname) :]
    forms = {part + title for part in (surname, given) for title in _TITLES[:-2]}
    forms |= {surname + title for title in _TITLES[-2:]}
    if surname not in _WORDS:
        forms |= {"小" + surname, "老" + surname}
    return {item for item in forms if len(item) > 1}


def _latin_names(value):
    """Return a Latin name with titles.

    >>> sorted(_latin_names("Li Lei"))[:2]
    ['drlei', 'drli']
    """
    parts = [_fold(part).text for part in value.split()]
    return {title + part for title in _LATIN_TITLES for part in parts if len(part) > 1}


def _address_parts(value):
    """Return parts of an address that tell where somebody lives.

    Two pieces in a row, of which one has a number.

    >>> sorted(_address_parts("向阳路12弄3号402室"))[:2]
    ['12弄3号', '12弄3号402室']
    """
    pieces = _PIECE.findall(_fold(value).text)
    parts = {
        "".join(pieces[start:end])
        for start in range(len(pieces))
        for end in range(start + 2, len(pieces) + 1)
    }
    return {
        part
        for part in parts
        if re.search(r"\d", part) and len(part) >= _SHORTEST["address"]
    }


def _digit_hits(folded, kind, value):
    """Yield where a text tells a number, whole or seven digits in a row of it."""
    number = re.sub(r"[^0-9x]", "", _fold(value or "").text)
    if len(number) < _WINDOW:
        if len(number) >= _SHORTEST["number"]:
            spans = _spans(folded, number, digits=True)
            yield from (Hit(kind, *span) for span in spans)
        return
    windows = {
        number[start : start + _WINDOW] for start in range(len(number) - _WINDOW + 1)
    }
    for start in range(len(folded.text) - _WINDOW + 1):
        # overlapping ones are joined in the end
        if folded.text[start : start + _WINDOW] in windows:
            yield Hit(kind, *folded.span(start, start + _WINDOW))


def _last_digits(text, secrets):
    """Yield where a text tells the last digits of a number as such.

    >>> [hit.kind for hit in find("手机尾号8000", [("phone", "13800138000")])]
    ['phone']
    >>> find("手机尾号8001，共8000元", [("phone", "13800138000")])
    []
    """
    plain, places = _plain(text)
    for found in _LAST.finditer(plain):
        for kind, value in secrets:
            number = re.sub(r"\D", "", _fold(value or "").text)
            if kind in ("phone", "id_number") and number.endswith(found[1]):
                yield Hit(kind, places[found.start(1)], places[found.end(1) - 1] + 1)


def _general_hits(text):
    """Yield what looks like a number or address of somebody."""
    plain, places = _plain(text)
    for kind, pattern in _GENERAL:
        for found in pattern.finditer(plain):
            yield Hit(kind, places[found.start()], places[found.end() - 1] + 1)


# ----------------------------------------------------------------------
# Places
# ----------------------------------------------------------------------


def _spans(folded, form, digits=False):
    """Yield where a folded text shows a form, as places of the original."""
    if not form:
        return
    start = folded.text.find(form)
    while start >= 0:
        end = start + len(form)
        around = folded.text[start - 1 : start] + folded.text[end : end + 1]
        if not digits or not re.search(r"\d", around):
            yield folded.span(start, end)
        start = folded.text.find(form, start + 1)


def _stands_alone(text, start, end, form):
    """Tell whether a Latin form is not just a part of longer words."""
    before, after = text[start - 1 : start] if start else "", text[end : end + 1]
    return not (
        (_latin(form[0]) and _latin(before)) or (_latin(form[-1]) and _latin(after))
    )


def _latin(sign):
    return bool(sign) and unicodedata.normalize("NFKC", sign)[0].lower() in (
        "abcdefghijklmnopqrstuvwxyz0123456789"
    )


def _inside(hit, spans):
    return any(start <= hit.start and hit.end <= end for start, end in spans)


def _without_overlaps(hits):
    """Return the hits in order; what overlaps becomes one, of the kind that tells most."""
    merged = []
    for hit in sorted(hits, key=lambda item: (item.start, -item.end)):
        if merged and hit.start < merged[-1].end:
            last = merged.pop()
            kind = min(last.kind, hit.kind, key=KINDS.index)
            hit = Hit(kind, last.start, max(last.end, hit.end))
        merged.append(hit)
    return merged
