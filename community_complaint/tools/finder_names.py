"""People's names in a text, in all the forms in which people are called. No ORM.

:class:`Name` looks for somebody the office knows; whoever else is named: see
``finder_persons.py``.

>>> from .finder_text import Folded
>>> text = "司 马 小 芳（司马女士）说，小芳家在司马光路。"
>>> [text[start:end] for start, end in Name("司马小芳").places(Folded(text))]
['司 马 小 芳', '司马女士', '小芳']
"""

import re
from functools import cached_property
from itertools import product

from .finder_text import STOPS, Folded, is_latin, spans
from .name_tables import (
    COLLOQUIAL,
    COMPOUND,
    FAMOUS,
    JAPANESE,
    LISTS,
    ORDINARY,
    WORDS,
    sounds_of,
    spelled,
    surname_of,
    transliterated,
)


def any_of(*names):
    """Return a pattern for any of some lists, the longest first."""
    items = {item for name in names for item in LISTS[name]}
    return "|".join(sorted(map(re.escape, items), key=lambda item: (-len(item), item)))


#: Stand where names stand, and name nobody.
NOBODY = frozenset(LISTS["nobody"])
HAN = re.compile(r"[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")
_TITLE = re.compile(
    any_of("polite", "titles")
    # one sign that may begin another word
    + r"|总(?![理统部结是会体共数量之站计台])|工(?![作业程地厂人商会资具期艺])"
    + r"|家(?![港湾界庄村口集屯营桥浜宅巷弄坪坝店园镇嘴渡堡浦汇沟具电庭乡峡坡岭岛塔寺庙河江山洼崖塬窑沱楼台])"
)
_LATIN_TITLES = tuple(LISTS["latin_titles"])
_PLACE_ENDS = tuple(LISTS["places"])
_PLACE = re.compile(any_of("places") + "|楼(?![上下道梯里])")
_LATIN_PLACE = re.compile(rf"[\s\-]{{1,3}}(?:{any_of('latin_places')})\b")
#: One speaks, or is spoken to.
SPEAKS = any_of("speaks")
_SPOKEN = re.compile(rf"(?:{SPEAKS}|在场|家|的|和|与|及)")
_SAYS = re.compile(SPEAKS)
#: Stands before a name: a role, or whom somebody spoke to.
_ROLE_BEFORE = re.compile(rf"(?:{any_of('roles')})[是为系叫]?$")
_LONGEST_ROLE = 1 + max(map(len, LISTS["roles"]))
_TO = frozenset("向对与和给由请让找跟同为经")
_SPOKEN_TO = re.compile(any_of("spoken_to"))
#: What somebody has: 某某的手机.
_THEIRS = re.compile(
    f"的(?:{any_of('polite', 'titles')}|电话|手机|号码|住址|地址|家|投诉|来信|来电|诉求|意见|病历|账户|账号|身份|证件|孩子|父|母|妻|丈夫)"
)
#: Latin parts of names that are words as well.
_LATIN_WORDS = frozenset(LISTS["latin_words"])
_SHORTEST_PART = 4
#: Kinship of one sign: 多多妈.
_KIN = frozenset("妈爸爹娘姐哥叔伯婶姨嫂兄弟妹")
_QUOTES = frozenset("\"'”’」』》")
#: A surname taken apart as people do on the phone: 口天吴.
_APART = {}
for _apart in LISTS["apart"]:
    _APART[_apart[-1]] = (*_APART.get(_apart[-1], ()), _apart)
#: No surnames, although a nickname may begin with them.
_NO_SURNAMES = frozenset("一二三四五六七八九十百千国小大阿老中")
_HIDDEN = r"[\s]?[*某×x○＊]{1,2}[\s]?"
_SEX = re.compile(r"\s?[,(]\s?[男女](?![士儿孩])")
_TOGETHER = re.compile(r"[、和与及,][^。;\n]{0,6}?[两二三四]位|[两二]人|夫妇|夫妻")


class Name:
    """The name of somebody, and where texts show it.

    :param value: as the office knows it
    :param surname: whether the surname with a title names them as well
    :param alone: whether one part of a Latin name does
    """

    def __init__(self, value, surname=True, alone=True):
        self.alone = alone
        folded = Folded(value or "")
        self.whole = folded.letters
        self.parts = [
            Folded(part).letters for part in re.split(r"[\s·•・,]+", value or "")
        ]
        han = bool(self.whole) and all(map(HAN.match, self.whole))
        compound = self.whole[:2] in COMPOUND and len(self.whole) > 2
        self.chinese = han and 2 <= len(self.whole) <= 3 + compound
        self.foreign = han and not self.chinese
        self.latin = self.whole.isascii() and len(self.whole) >= 3
        # nicknames that are words or places tell nobody, and the matter's place stays
        self.is_nobody = self.whole in NOBODY or (
            self.foreign and len(self.parts) == 1 and self.whole.endswith(_PLACE_ENDS)
        )
        self.is_word = self.whole in WORDS or self.whole in ORDINARY
        if self.chinese:
            self.surname = surname_of(self.whole)
            self.given = self.whole[len(self.surname) :]
            self.famous = tuple(FAMOUS - {self.whole})
            self.is_given_word = self.given in ORDINARY or self.given in WORDS
        # who signs with a given name alone has no surname
        self.with_surname = (
            surname and self.chinese and self.surname not in _NO_SURNAMES
        )
        self.value = value or ""

    @cached_property
    def latin_forms(self):
        """Return ``{form in small letters: whether a place may be called so}``."""
        if self.chinese:
            return self._spelled_forms()
        if self.latin:
            return _forms_of(self.parts)
        if self.foreign:
            ways = ["".join(way) for part in [self.parts] for way in _ways(part)]
            forms = dict.fromkeys(ways, True)
            return forms | _titled(forms) | self._japanese_forms()
        forms = {}
        for way in transliterated(self.value):
            forms |= _forms_of(re.split(r"[^a-z]+", way))
        return forms

    def _spelled_forms(self):
        forms = {}
        for surname, given in spelled(self.whole):
            forms |= dict.fromkeys((surname + given, given + surname), True)
            forms |= dict.fromkeys((given[0] + surname, surname[0] + given), False)
            # a sign somebody cannot type
            forms |= dict.fromkeys((self.surname + given, surname + self.given), False)
            if self.with_surname:
                forms |= _titled([surname])
        return {form: place for form, place in forms.items() if len(form) > 3}

    def _japanese_forms(self):
        return _titled(JAPANESE.get(self._japanese(), ()))

    def _japanese(self):
        """Return the Japanese surname of a name in signs, empty if it has none."""
        starts = (self.whole[:length] for length in (3, 2))
        return next((start for start in starts if start in JAPANESE), "")

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
        elif self.latin:
            found.update(self._latin_parts(folded))
        else:
            found.update(self._other(folded))
        if folded.has_latin:
            found.update(_latin(folded, self.latin_forms))
        last = 0
        # what lies inside another place is none of its own
        for start, end in sorted(found, key=lambda item: (item[0], -item[1])):
            if end > last:
                yield start, end
                last = end

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
            if self._is_meant(folded, start, end):
                yield folded.span(start, end)
        hidden = re.escape(self.surname) + _HIDDEN
        last = self.given[-1]
        for found in re.finditer(f"{hidden}{last}", folded.plain):
            yield folded.plain_span(*found.span())

    def _is_meant(self, folded, start, end):
        """Return whether the signs of a name are the name, and no words."""
        if _is_named(folded, start, end):
            return True
        return not (
            self.is_word
            or (self.whole[:2] in WORDS and _runs_on(folded, end))
            or _crosses_word(folded, start)
            or folded.letters.startswith(self.famous, start)
        )

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
            return len(self.surname) > 1 or not before or not HAN.match(before)
        if len(self.surname) == 1:
            return letters.startswith(_APART.get(self.surname, ()), max(0, start - 2))
        if letters.startswith(self.famous, start) or _crosses_word(folded, start):
            return False
        return not _PLACE.match(letters, end)

    def _given(self, folded):
        letters, given = folded.letters, self.given
        for start, end in spans(letters, given):
            title = _TITLE.match(letters, end)
            kin = title and (len(title[0]) > 1 or title[0] in _KIN)
            if kin and _close(folded, start, title.end()):
                if len(given) > 1 or not HAN.match(letters[start - 1 : start] or " "):
                    yield folded.span(start, title.end())
            elif len(given) > 1 and self._is_given(folded, start, end):
                yield folded.span(start, end)
        for form in self._pet_names():
            for start, end in spans(letters, form):
                meant = form not in WORDS and not _crosses_word(folded, start)
                if _close(folded, start, end) and (
                    meant or _is_named(folded, start, end)
                ):
                    yield folded.span(start, end)

    def _pet_names(self):
        """Return what people call somebody by one sign of the given name."""
        last = self.given[-1]
        forms = {f"阿{last}"} if self.given not in ORDINARY else set()
        forms |= {last + kin for kin in "姐哥妹"}
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
        if _crosses_word(folded, start):
            return False
        if self.is_given_word:
            before = letters[start - 1 : start]
            return bool(_SPOKEN.match(letters, end)) and not (
                before in "新国中我" if before else False
            )
        return True

    # ------------------------------------------------------------------
    # Others
    # ------------------------------------------------------------------

    def _latin_parts(self, folded):
        """Yield where one part of a Latin name stands with a capital letter."""
        for part in self.parts if self.alone and len(self.parts) > 1 else ():
            if len(part) >= _SHORTEST_PART and part not in _LATIN_WORDS:
                for start, end in _latin(folded, {part: True}):
                    sign = folded.text[start - folded.offset]
                    if sign.isupper() or sign > "\x7f":
                        yield start, end

    def _other(self, folded):
        """Yield the places of a name of another people, or of no person."""
        if len(self.whole) < 2:
            return
        if self.whole.isascii():
            yield from _latin(folded, {self.whole: True})
            return
        yield from (folded.span(*span) for span in spans(folded.letters, self.whole))
        for part in self.parts if len(self.parts) > 1 else ():
            if len(part) > 2:
                yield from (folded.span(*span) for span in spans(folded.letters, part))
        for part in self._halves() if self.foreign else ():
            for start, end in spans(folded.letters, part):
                title = _TITLE.match(folded.letters, end)
                if title and _close(folded, start, title.end()):
                    yield folded.span(start, title.end())
        japanese = self._japanese() if self.foreign else ""
        for start, end in spans(
            folded.letters, japanese and self.whole[len(japanese) :]
        ):
            if not _crosses_word(folded, start) and not _runs_on(folded, end):
                yield folded.span(start, end)

    def _halves(self):
        """Return what people call somebody by whose name has no surname."""
        halves = {self._japanese()}
        if len(self.whole) == 4:
            halves |= {self.whole[:2], self.whole[2:]}
        return halves - {""}


def _close(folded, start, end):
    """Return whether nothing that ends a thought stands inside a part of a text."""
    gap = folded.gap(start, end)
    return len(gap) == end - start or not STOPS.intersection(gap)


def _next(folded, end):
    """Return whether nothing stands between a name and what follows it."""
    return folded.place(end) == folded.place(end - 1) + 1


def _is_named(folded, start, end):
    """Return whether what stands around signs says that they are a name.

    >>> texts = "投诉人高兴来过", "经向高兴核实", "高兴说，他去过", "大家都高兴"
    >>> [_is_named(Folded(text), text.index("高"), text.index("高") + 2) for text in texts]
    [True, True, True, False]
    """
    letters = folded.letters
    before = letters[max(0, start - _LONGEST_ROLE) : start]
    if _ROLE_BEFORE.search(before):
        return True
    title = _TITLE.match(letters, end)
    if title and len(title[0]) > 1:
        return True
    if before[-1:] in _TO and before and _SPOKEN_TO.match(letters, end):
        return True
    place = folded.place(end - 1) + 1
    if _SEX.match(folded.plain, place):
        return True
    if not _begins(folded, start):
        return False
    said = _SAYS.match(letters, end) or _THEIRS.match(letters, end)
    return bool(said) or (
        _ends(folded, place) and folded.plain[place : place + 1] not in _QUOTES
    )


def _begins(folded, start):
    """Return whether a thought begins with a sign."""
    place = folded.place(start)
    return not place or not folded.plain[place - 1].isalnum()


def _ends(folded, place):
    return not folded.plain[place : place + 1].isalnum()


def _crosses_word(folded, start):
    """Return whether the sign that begins a name ends a word, as in 紧张三天.

    >>> texts = "紧张三天后", "业主张三来过", "紧，张三"
    >>> [_crosses_word(Folded(text), text.replace("，", "").index("张")) for text in texts]
    [True, False, False]
    """
    letters = folded.letters
    return (
        start > 0
        and letters[start - 1 : start + 1] in WORDS
        and folded.place(start - 1) + 1 == folded.place(start)
        and letters[max(0, start - 2) : start] not in WORDS
    )


def _runs_on(folded, end):
    """Return whether the last sign of a name begins a word, as in 周一鸣笛."""
    return folded.letters[end - 1 : end + 1] in WORDS and _next(folded, end)


def _forms_of(parts):
    """Return the forms of a name of Latin parts, as of :attr:`Name.latin_forms`."""
    parts = [part for part in parts if part]
    if not parts:
        return {}
    forms = {"".join(parts): True}
    if len(parts) > 1:
        whole = ["".join(reversed(parts)), parts[-1] + "".join(parts[:-1])]
        forms |= dict.fromkeys(whole, True)
        forms |= {parts[0][0] + parts[-1]: False}
    return forms | _titled(part for part in parts if len(part) > 1)


def _titled(names):
    """Return forms with a title; no place is called so."""
    names = list(names)
    forms = {title + name: False for title in _LATIN_TITLES for name in names}
    return forms | {name + "family": False for name in names}


def _ways(parts):
    """Return the ways to spell a name of parts, in both orders."""
    sounds = [sounds_of(part)[:4] for part in parts]
    if not sounds or not all(sounds):
        return []
    return [*product(*sounds), *product(*reversed(sounds))][:16]


def _latin(folded, forms):
    """Yield where a text shows Latin forms that are no parts of longer words.

    :param forms: ``{form: whether it is none before a word such as Road}``
    """
    plain = folded.plain
    for form, place in forms.items():
        for start, end in spans(folded.letters, form):
            first, last = folded.place(start), folded.place(end - 1) + 1
            before, after = (
                plain[first - 1 : first] if first else "",
                plain[last : last + 1],
            )
            if (before and is_latin(before)) or (after and is_latin(after)):
                continue
            if not (place and _LATIN_PLACE.match(plain, last)):
                yield folded.span(start, end)
