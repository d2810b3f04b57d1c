"""A text as it is compared: half-width, small, simplified, with and without separators.

Each form knows where its signs stood. All of it is linear in the length of the text.

>>> text = Folded("司 馬・小芳 １３８")
>>> text.letters, text.span(0, 4)
('司马小芳138', (0, 6))
>>> Folded("一三八").digits, Folded("José").plain
('138', 'jose')
>>> text = "吴<b>九</b>与&#21556;九"
>>> Folded(text, markup=True).plain, Folded(text, markup=True).span(3, 5)
('吴九与吴九', (10, 19))
"""

import html
import re
import unicodedata
from functools import cached_property

from .name_tables import simplified

#: Stand between or for the signs of a name or number.
SEPARATORS = frozenset(
    " \t\n\r\v\f\x1c\x1d\x1e\x1f\x85\xa0-‐‑‒–—―−_.·•・‧∙﹒⋅●◦,、/\\()（）[]【】'\"“”‘’|*~…"
)
#: Those that also end a thought: a short name does not go across.
STOPS = frozenset(",、()[]【】\n;:")
_NOTHING = dict.fromkeys(map(ord, SEPARATORS))
_DIGITS = str.maketrans(
    "〇零一二三四五六七八九幺壹贰叁肆伍陆柒捌玖",
    "0012345678911234567" + "89",
)


#: A tag of formatted text, or a sign written by number or name.
_MARKUP = re.compile(
    r"</?[a-z][a-z0-9:\-]{0,15}(?:\s[^<>]{0,500})?/?>"
    r"|&(?:#\d{1,7}|#x[0-9a-f]{1,6}|[a-z]{2,8}\d{0,2});",
    re.IGNORECASE,
)
_APART = 200
_LATIN = re.compile("[a-z]")
#: Latin letters that are no letter with an accent.
_LETTERS = str.maketrans(
    {"ł": "l", "đ": "d", "ð": "d", "ø": "o", "ı": "i", "ß": "ss", "æ": "ae", "œ": "oe"}
)


class _Signs(dict):
    """Each sign as it is compared, without accents; invisible ones are nothing."""

    def __missing__(self, sign):
        # Hangul would fall into its letters
        form = "NFKC" if "\uac00" <= sign <= "\ud7a3" else "NFKD"
        plain = simplified(unicodedata.normalize(form, sign).lower())
        plain = plain.translate(_LETTERS)
        plain = "".join(
            part
            for part in plain
            if part in "\n\t" or unicodedata.category(part) not in ("Cc", "Cf", "Mn")
        )
        if len(self) < 50_000:
            self[sign] = plain
        return plain


_SIGNS = _Signs()


class Folded:
    """One text; ``plain`` with separators, ``letters`` without.

    :param markup: whether tags are nothing, and signs by number what they stand for
    :param offset: where the text stands in a longer one, whose places are returned
    """

    def __init__(self, text, markup=False, offset=0):
        self.text, self.offset = text, offset
        parts = [_SIGNS[sign] for sign in text]
        self._ends = {}
        for found in _MARKUP.finditer(text) if markup else ():
            start, end = found.span()
            parts[start:end] = [""] * (end - start)
            if text[start] == "&":
                sign = html.unescape(found[0])
                parts[start] = "".join(map(_SIGNS.__getitem__, sign))
                self._ends[start] = end
        self.plain = "".join(parts)
        if len(self.plain) == len(text) and all(parts):
            self.plain_places = range(len(text))
        else:
            self.plain_places = [
                place for place, part in enumerate(parts) for _sign in part
            ]

    @cached_property
    def _kept(self):
        return [
            place for place, sign in enumerate(self.plain) if sign not in SEPARATORS
        ]

    @cached_property
    def letters(self):
        return self.plain.translate(_NOTHING)

    @cached_property
    def has_latin(self):
        return bool(_LATIN.search(self.plain))

    @cached_property
    def numeric(self):
        """Return ``plain`` with digits for Chinese numerals, sign by sign."""
        return self.plain.translate(_DIGITS)

    @cached_property
    def digits(self):
        """Return ``letters`` with digits for Chinese numerals, sign by sign."""
        return self.letters.translate(_DIGITS)

    def span(self, start, end):
        """Return where a part of ``letters`` begins and ends in the original."""
        kept = self._kept
        return self.plain_span(kept[start], kept[end - 1] + 1)

    def plain_span(self, start, end):
        """Return where a part of ``plain`` begins and ends in the original."""
        last = self.plain_places[end - 1]
        return self.text_span(self.plain_places[start], self._ends.get(last, last + 1))

    def text_span(self, start, end):
        """Return where a part of ``text`` begins and ends in the longer one."""
        return start + self.offset, end + self.offset

    def place(self, index):
        """Return where a sign of ``letters`` stands in ``plain``."""
        return self._kept[index]

    def gap(self, start, end):
        """Return what stands in ``plain`` from one sign of ``letters`` to another."""
        return self.plain[self._kept[start] : self._kept[end - 1] + 1]


def foldings(text):
    """Yield the ways in which a text is read: as it stands, and as formatted text.

    >>> len(list(foldings("5<10"))), len(list(foldings("<p>5</p>")))
    (1, 2)
    """
    yield Folded(text)
    for start, end in _formatted(text) if "<" in text or "&" in text else ():
        yield Folded(text[start:end], markup=True, offset=start)


def _formatted(text):
    """Return where lines with markup stand, those close to each other as one.

    >>> _formatted("a\\n<b>c</b>\\nd")
    [[2, 10]]
    """
    parts = []
    for found in _MARKUP.finditer(text):
        if parts and found.start() < parts[-1][1]:
            continue
        start = text.rfind("\n", 0, found.start()) + 1
        end = text.find("\n", found.end())
        end = len(text) if end < 0 else end
        if parts and start - parts[-1][1] < _APART:
            parts[-1][1] = end
        else:
            parts.append([start, end])
    return parts


def tags(text):
    """Return the tags of a part of a text.

    >>> tags("吴<b>九")
    '<b>'
    """
    return "".join(found[0] for found in _MARKUP.finditer(text) if found[0][0] == "<")


def spans(text, form):
    """Yield where a text shows a form, also overlapping."""
    start = text.find(form) if form else -1
    while start >= 0:
        yield start, start + len(form)
        start = text.find(form, start + 1)


def is_latin(sign):
    """Return whether a folded sign is a Latin letter or a digit."""
    return sign.isascii() and sign.isalnum()
