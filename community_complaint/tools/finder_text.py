"""A text as it is compared: half-width, small, simplified, with and without separators.

Each form knows where its signs stood. All of it is linear in the length of the text.

>>> text = Folded("司 馬・小芳 １３８")
>>> text.letters, text.span(0, 4)
('司马小芳138', (0, 6))
>>> Folded("一三八").digits
'138'
"""

import unicodedata
from functools import cached_property

from .name_tables import simplified

#: Stand between or for the signs of a name or number.
SEPARATORS = frozenset(
    " \t\n\r\v\f\x1c\x1d\x1e\x1f\x85\xa0-‐‑‒–—―−_.·•・‧∙﹒,、/\\()（）[]【】'\"“”‘’|*~…"
)
#: Those that also end a thought: a short name does not go across.
STOPS = frozenset(",、()[]【】\n;:")
_NOTHING = dict.fromkeys(map(ord, SEPARATORS))
_DIGITS = str.maketrans(
    "〇零一二三四五六七八九幺壹贰叁肆伍陆柒捌玖",
    "0012345678911234567" + "89",
)


class _Signs(dict):
    """Each sign as it is compared; invisible ones are nothing."""

    def __missing__(self, sign):
        plain = simplified(unicodedata.normalize("NFKC", sign).lower())
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
    """One text; ``plain`` with separators, ``letters`` without."""

    def __init__(self, text):
        self.text = text
        parts = [_SIGNS[sign] for sign in text]
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
    def numeric(self):
        """Return ``plain`` with digits for Chinese numerals, sign by sign."""
        return self.plain.translate(_DIGITS)

    @cached_property
    def digits(self):
        """Return ``letters`` with digits for Chinese numerals, sign by sign."""
        return self.letters.translate(_DIGITS)

    def span(self, start, end):
        """Return where a part of ``letters`` begins and ends in the original."""
        kept, places = self._kept, self.plain_places
        return places[kept[start]], places[kept[end - 1]] + 1

    def plain_span(self, start, end):
        """Return where a part of ``plain`` begins and ends in the original."""
        return self.plain_places[start], self.plain_places[end - 1] + 1

    def place(self, index):
        """Return where a sign of ``letters`` stands in ``plain``."""
        return self._kept[index]

    def gap(self, start, end):
        """Return what stands in ``plain`` from one sign of ``letters`` to another."""
        return self.plain[self._kept[start] : self._kept[end - 1] + 1]


def spans(text, form):
    """Yield where a text shows a form, also overlapping."""
    start = text.find(form) if form else -1
    while start >= 0:
        yield start, start + len(form)
        start = text.find(form, start + 1)


def is_latin(sign):
    """Return whether a folded sign is a Latin letter or a digit."""
    return sign.isascii() and sign.isalnum()
