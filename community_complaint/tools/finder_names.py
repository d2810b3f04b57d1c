"""People's names in a text, in all the forms in which people are called. No ORM.

:class:`Name` looks for somebody the office knows; :func:`persons` for whoever is called
by a polite form, or named where one names somebody.

>>> from .finder_text import Folded
>>> text = "司 马 小 芳（司马女士）说，小芳家在司马光路。"
>>> [text[start:end] for start, end in Name("司马小芳").places(Folded(text))]
['司 马 小 芳', '司马女士', '小芳']
>>> text = "业主张三丰反映，王女士来过。"
>>> [text[start:end] for start, end in persons(Folded(text))]
['王女士', '张三丰']
"""

import re

from .finder_text import STOPS, Folded, is_latin, spans
from .name_tables import (
    COLLOQUIAL,
    COMPOUND,
    FAMOUS,
    ORDINARY,
    PLACES,
    RARE_SURNAMES,
    SURNAMES,
    spelled,
    surname_of,
)

#: Stand where names stand, and name nobody.
NOBODY = frozenset(
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
        "物业公司",
        "保安",
        "店主",
        "双方",
        "对方",
        "工作人员",
        "负责人",
        "居委会",
        "业委会",
        "社区",
        "小区",
        "匿名",
        "热心市民",
        "市民",
        "complainant",
        "respondent",
        "neighbour",
        "neighbours",
        "witness",
        "resident",
        "residents",
        "office",
        "anonymous",
    ]
)
_HAN = re.compile(r"[\u3400-\u9fff\uf900-\ufaff]")
_POLITE = [
    "先生",
    "女士",
    "小姐",
    "太太",
    "夫人",
    "阿姨",
    "大爷",
    "大妈",
    "大娘",
    "大叔",
    "大婶",
    "大姐",
    "大哥",
    "大嫂",
    "大伯",
    "奶奶",
    "爷爷",
    "阿婆",
    "阿公",
    "阿伯",
    "老太太",
    "老太",
    "老伯",
    "老汉",
    "老先生",
]
_TITLES = _POLITE + [
    "老师",
    "师傅",
    "同志",
    "叔叔",
    "伯伯",
    "婆婆",
    "公公",
    "阿叔",
    "阿嫂",
    "老人",
    "老人家",
    "老板娘",
    "老板",
    "医生",
    "大夫",
    "护士",
    "主任",
    "站长",
    "书记",
    "经理",
    "局长",
    "科长",
    "处长",
    "所长",
    "院长",
    "校长",
    "教授",
    "队长",
    "店长",
    "班长",
    "律师",
    "警官",
    "老头",
    "老弟",
    "老兄",
    "居民",
    "业主",
    "住户",
    "村民",
    "租户",
    "女娃",
    "男子",
    "女子",
    "某某",
    "某",
    "氏",
    "姓",
    "叔",
    "伯",
    "婶",
    "姨",
    "姐",
    "哥",
    "嫂",
    "妈",
    "爸",
    "爹",
    "娘",
]
_TITLE = re.compile(
    "|".join(sorted(map(re.escape, _TITLES), key=len, reverse=True))
    # one sign that may begin another word
    + r"|总(?![理统部结是会体共数量之站计台])|工(?![作业程地厂人商会资具期艺])"
    + r"|家(?![港湾界庄村口集屯营桥浜宅巷弄坪坝店园镇嘴渡堡浦汇沟具电庭乡])"
)
_LATIN_TITLES = ("mr", "mrs", "ms", "miss", "dr", "madam")
_PLACE_ENDS = tuple(PLACES)
_PLACE = re.compile("|".join(sorted(PLACES, key=len, reverse=True)))
#: One speaks, or is spoken to.
_SPEAKS = "反映|投诉|举报|来电|来访|来信|称|说|表示|要求|认为|诉称|陈述|提出|告诉|询问|到场|签名|签字"
_SPOKEN = re.compile(rf"(?:{_SPEAKS}|在场|家|的|和|与|及|也)")
#: Latin parts of names that are words as well.
_LATIN_WORDS = frozenset(
    [
        "will",
        "mark",
        "may",
        "rose",
        "grace",
        "april",
        "june",
        "hope",
        "faith",
        "bill",
        "frank",
        "young",
        "long",
        "king",
        "page",
        "case",
        "park",
        "street",
        "office",
        "house",
        "room",
        "rich",
        "price",
        "white",
        "black",
        "brown",
        "green",
        "gray",
    ]
)
_SHORTEST_PART = 4
_HIDDEN = r"[\s]?[*某×x○＊]{1,2}[\s]?"
_SEX = re.compile(r"\s?[,(]\s?[男女](?![士儿孩])")
_TOGETHER = re.compile(r"[、和与及,][^。;\n]{0,6}?[两二三四]位|[两二]人|夫妇|夫妻")


class Name:
    """The name of somebody, and where texts show it.

    :param value: as the office knows it
    :param surname: whether the surname with a title names them as well
    """

    def __init__(self, value, surname=True):
        folded = Folded(value or "")
        self.whole = folded.letters
        self.with_surname = surname
        self.parts = [
            Folded(part).letters for part in re.split(r"[\s·•・,]+", value or "")
        ]
        han = bool(self.whole) and all(map(_HAN.match, self.whole))
        compound = self.whole[:2] in COMPOUND and len(self.whole) > 2
        self.chinese = han and 2 <= len(self.whole) <= 3 + compound
        self.foreign = han and not self.chinese
        self.latin = self.whole.isascii() and len(self.whole) >= 3
        # nicknames that are words or places tell nobody, and the matter's place stays
        self.is_nobody = self.whole in NOBODY or (
            self.foreign and len(self.parts) == 1 and self.whole.endswith(_PLACE_ENDS)
        )
        if self.chinese:
            self.surname = surname_of(self.whole)
            self.given = self.whole[len(self.surname) :]
            self.spelled = spelled(self.whole)
            self.famous = tuple(FAMOUS - {self.whole})

    def places(self, folded):
        """Yield ``(start, end)`` in the original where a :class:`Folded` text names them."""
        found = set()
        if self.is_nobody:
            return
        if self.chinese:
            found.update(self._whole(folded))
            found.update(self._given(folded))
            if self.with_surname:
                found.update(self._surname(folded))
            if self.spelled:
                found.update(_latin(folded, _turned(self.spelled)))
        elif self.latin:
            found.update(self._latin_places(folded))
        else:
            found.update(self._other(folded))
        last = 0
        # what lies inside another place is none of its own
        for start, end in sorted(found, key=lambda item: (item[0], -item[1])):
            if end > last:
                yield start, end
                last = end

    def is_doubtful(self, folded):
        """Return whether a text may name them, where :meth:`places` finds nobody.

        One sign is another, a sentence ends inside the name, or the given name is a
        word as well.

        >>> [Name("李建国").is_doubtful(Folded(text)) for text in ("李建军", "建国路", "李家")]
        [True, True, False]
        >>> Name("吴九").is_doubtful(Folded("问吴，九点来"))
        True
        """
        if not self.chinese:
            return False
        letters = folded.letters
        if self.given in ORDINARY and self.given in letters:
            return True
        if len(self.given) == 1:
            return self.whole in letters
        first, last = re.escape(self.surname + self.given[0]), re.escape(self.given[-1])
        near = f"{first}{_HAN.pattern}|{re.escape(self.surname)}{_HAN.pattern}{last}"
        return bool(re.search(near, letters))

    # ------------------------------------------------------------------
    # Chinese
    # ------------------------------------------------------------------

    def _whole(self, folded):
        letters = folded.letters
        for start, end in spans(letters, self.whole):
            if len(self.whole) == 2 and (
                not _close(folded, start, end)
                or _PLACE.match(letters, end)
                and _next(folded, end)
            ):
                continue
            yield folded.span(start, end)
        hidden = re.escape(self.surname) + _HIDDEN
        last = self.given[-1]
        for found in re.finditer(f"{hidden}{last}", folded.plain):
            yield folded.plain_span(*found.span())

    def _surname(self, folded):
        letters, surname = folded.letters, self.surname
        for start, end in spans(letters, surname):
            title = _TITLE.match(letters, end)
            if title and _close(folded, start, title.end()):
                yield folded.span(start, title.end())
            elif self._is_familiar(letters, start, end):
                if _close(folded, start - 1, end):
                    yield folded.span(start - 1, end)
            elif letters[start - 1 : start] == "姓" or self._is_alone(
                folded, start, end
            ):
                yield folded.span(start, end)
        for found in re.finditer(re.escape(surname) + _HIDDEN, folded.plain):
            if not is_latin(folded.plain[found.end() : found.end() + 1] or " "):
                yield folded.plain_span(*found.span())

    def _is_familiar(self, letters, start, end):
        """Return whether a surname stands after 小, 老 or 阿 and names somebody."""
        if not start or letters[start - 1] not in "小老阿":
            return False
        words = COLLOQUIAL.get(self.surname)
        if words is None:
            return True
        return bool(words) and letters[end : end + 1] not in words

    def _is_alone(self, folded, start, end):
        """Return whether a surname alone names somebody."""
        letters = folded.letters
        place = folded.place(end - 1) + 1
        if _SEX.match(folded.plain, place) or _TOGETHER.match(folded.plain, place):
            before = folded.plain[folded.place(start) - 1 : folded.place(start)]
            return len(self.surname) > 1 or not before or not _HAN.match(before)
        if len(self.surname) == 1:
            return False
        if letters.startswith(self.famous, start):
            return False
        return not _PLACE.match(letters, end)

    def _given(self, folded):
        letters, given = folded.letters, self.given
        for start, end in spans(letters, given):
            title = _TITLE.match(letters, end)
            if title and len(title[0]) > 1 and _close(folded, start, title.end()):
                if len(given) > 1 or not _HAN.match(letters[start - 1 : start] or " "):
                    yield folded.span(start, title.end())
            elif len(given) > 1 and self._is_given(folded, start, end):
                yield folded.span(start, end)
        for form in self._pet_names():
            for start, end in spans(letters, form):
                if _close(folded, start, end):
                    yield folded.span(start, end)

    def _pet_names(self):
        """Return what people call somebody by one sign of the given name."""
        last = self.given[-1]
        forms = {f"阿{last}"} if self.given not in ORDINARY else set()
        if len(self.given) == 1 or self.given[0] == "小":
            forms |= {last * 2}
        if len(self.given) == 1 and last not in COLLOQUIAL:
            forms |= {f"小{last}"}
        return forms

    def _is_given(self, folded, start, end):
        """Return whether a given name alone names somebody."""
        letters = folded.letters
        if not _close(folded, start, end) or _PLACE.match(letters, end):
            return False
        if self.given[0] == "小" and letters[end : end + 1] == "金":
            return False
        if self.given in ORDINARY:
            before = letters[start - 1 : start]
            return bool(_SPOKEN.match(letters, end)) and not (
                before in "新国中我" if before else False
            )
        return True

    # ------------------------------------------------------------------
    # Others
    # ------------------------------------------------------------------

    def _latin_places(self, folded):
        parts = [part for part in self.parts if part]
        forms = {self.whole} | {
            title + part for title in _LATIN_TITLES for part in parts if len(part) > 1
        }
        if len(parts) > 1:
            forms |= {"".join(reversed(parts)), parts[-1] + "".join(parts[:-1])}
            forms |= {parts[0][0] + parts[-1]}
        yield from _latin(folded, forms)
        for part in parts if len(parts) > 1 else ():
            if len(part) >= _SHORTEST_PART and part not in _LATIN_WORDS:
                for start, end in _latin(folded, [part]):
                    if folded.text[start].isupper() or folded.text[start] > "\x7f":
                        yield start, end

    def _other(self, folded):
        """Yield the places of a name of another people, or of no person."""
        if len(self.whole) < 2:
            return
        if self.whole.isascii():
            yield from _latin(folded, [self.whole])
            return
        yield from (folded.span(*span) for span in spans(folded.letters, self.whole))
        if not self.foreign or len(self.parts) < 2:
            return
        for part in self.parts:
            if len(part) > 2:
                yield from (folded.span(*span) for span in spans(folded.letters, part))


def _close(folded, start, end):
    """Return whether nothing that ends a thought stands inside a part of a text."""
    gap = folded.gap(start, end)
    return len(gap) == end - start or not STOPS.intersection(gap)


def _next(folded, end):
    """Return whether nothing stands between a name and what follows it."""
    return folded.place(end) == folded.place(end - 1) + 1


def _turned(parts):
    return {"".join(parts), "".join(reversed(parts))}


def _latin(folded, forms):
    """Yield where a text shows Latin forms that are not parts of longer words."""
    plain = folded.plain
    for form in forms:
        for start, end in spans(folded.letters, form):
            first, last = folded.place(start), folded.place(end - 1) + 1
            before, after = (
                plain[first - 1 : first] if first else "",
                plain[last : last + 1],
            )
            if not (before and is_latin(before)) and not (after and is_latin(after)):
                yield folded.span(start, end)


# ----------------------------------------------------------------------
# Anybody
# ----------------------------------------------------------------------

_SURNAME = "[" + "".join(sorted(SURNAMES)) + "]"
_COMPOUND = "|".join(sorted(COMPOUND))
#: Signs that are hardly ever in a given name.
_LITTLE = (
    "多次经常有人不也都已又再就才向对把被将因为其的地得了着过在是从与和及或我你他她它们这那哪谁什么"
    "当日时间前后上下中内外等各某每该此本由于关按照根据进行处理情况问题要求应须可能会去来到里家"
)
#: Words that begin like a name.
_WORDS = (
    "利益|利用|全[部体面程]|陈[述列]|尚[无未需]|查[找看询明实处封]|勾选|包[括含裹]|高[度层空]|方[便式面案]|"
    "安[全排装]|严[重格禁厉]|单[位独元]|平时|成功|万一|万元|金额|白[色天]|路[面灯口]|车位|马[上路]|龙头|"
    "毛病|文[件明化]|程序|项目|付[款费]|温[度馨]|康[复养]|段落|焦急|左侧|厉害|易燃|关[于闭键]|权[利益]|"
    "盖章|连续|丰富|边上|申[请诉辩]|扶梯|管[理道线]|房[屋东产]|解释|顾客|苗木|花[园坛]|钟点|党员|史料"
)
_PERSON = rf"(?!{_WORDS})(?:{_COMPOUND}|{_SURNAME})(?:[^\W\d_a-z{_LITTLE}]){{1,2}}?"
_BY_TITLE = re.compile("|".join(sorted(_POLITE, key=len, reverse=True)) + "|某某|某")
_BY_ROLE = re.compile(
    r"(?:投诉人|反映人|举报人|来电人|来访人|来信人|联系人|业主|住户|居民|邻居|租户|租客|家属|证人|"
    r"群众|姓名|签名|署名|我叫|名叫|是叫)[\s:是为叫(“\"]{0,3}"
    rf"({_PERSON})(?={_SPEAKS}|[\s,。;:、)(”\"]|$|女士|先生|等|和|与|及)"
)
_BY_VERB = re.compile(rf"(?:^|[\s,。;:、(“\"])({_PERSON})(?:{_SPEAKS})", re.MULTILINE)


def persons(folded):
    """Yield ``(start, end)`` where a text names a person, known or not."""
    plain = folded.plain
    for found in _BY_TITLE.finditer(plain):
        length = _name_before(plain, found.start())
        if length:
            yield folded.plain_span(found.start() - length, found.end())
    for pattern in (_BY_ROLE, _BY_VERB):
        for found in pattern.finditer(plain):
            yield folded.plain_span(*found.span(1))


def _name_before(text, end):
    """Return how many signs before a polite form are a name, 0 if none are.

    >>> [_name_before(text, len(text)) for text in ("王", "向李", "司马小芳", "各位", "于")]
    [1, 1, 4, 0, 1]
    """
    for length in (4, 3, 2):
        name = text[max(0, end - length) : end]
        compound = name[:2] in COMPOUND
        if (
            len(name) == length
            and (compound or (name[0] in SURNAMES and length < 4))
            and not any(
                sign in _LITTLE or not _HAN.match(sign) for sign in name[1 + compound :]
            )
        ):
            return length
    last = text[end - 1 : end]
    return 1 if last and (last in SURNAMES or last in RARE_SURNAMES) else 0
