"""Where somebody lives, written in other words than on file: 3号楼201, 3-201, 2单元201.

Whoever writes of a home leaves out the street, the staircase or the word for a room. The
number of the room with that of the house or of the stairs tells the home; so does the
number of the room where it is called one. No ORM.

>>> from .finder_text import Folded
>>> texts = ("3号楼201漏水", "3-201", "3栋2单元201室", "二单元二〇一", "201室", "3号楼", "4号楼201")
>>> home = Home("向阳小区3号楼2单元201")
>>> [[text[start:end] for start, end in home.places(Folded(text))] for text in texts]
[['3号楼201'], ['3-201'], ['3栋2单元201室'], ['二单元二〇一'], ['201室'], [], []]
>>> list(Home("向阳路12弄").places(Folded("12弄201室")))
[]
"""

import re

from .finder_text import Folded

_HOUSE = r"(?:号楼|号|栋|幢|座|楼|弄|#)"
_STAIRS = r"(?:单元|门|梯)"
_ROOM = r"(?:室|号房|房间|房(?![价屋产东租顶])|户(?![居家村业人]))"
_DASH = r"[\-‐-―]"
_STEP = re.compile(
    rf"(?<![\d.])(\d{{1,5}}[a-z]?)\s?({_HOUSE}|{_STAIRS}|{_ROOM}|{_DASH}|号院|院|层|组|巷)?"
)
#: Steps that people leave out, or that are no part of a home.
_LEFT_OUT = frozenset(("号院", "院", "层", "组", "巷"))
#: Shorter numbers are those of a room only where they are called so.
_SHORTEST_ROOM = 3
_BETWEEN = r"[\s\-‐-―,、/]{0,2}"
_STEPS = rf"(\d{{1,2}})\s?{_STAIRS}{_BETWEEN}"
_END = rf"(\d{{1,5}}[a-z]?)(?![\da-z])(?:\s?{_ROOM})?"
#: Number of the house, of the stairs, of the room; also where one begins inside another.
_FORMS = (
    re.compile(
        rf"(?<![\d.a-z])(?=((\d{{1,5}}[a-z]?)\s?{_HOUSE}{_BETWEEN}(?:{_STEPS})?{_END}))"
    ),
    re.compile(
        rf"(?<![\d.a-z])(?=((\d{{1,5}}[a-z]?){_DASH}(?:(\d{{1,2}}){_DASH})?{_END}))"
    ),
    re.compile(rf"(?<![\d.])(?=(()(\d{{1,2}})\s?{_STAIRS}{_BETWEEN}{_END}))"),
    re.compile(rf"(?<![\d.a-z\-])(?=(()()(\d{{1,5}}[a-z]?)\s?{_ROOM}))"),
)


class Home:
    """One address; what is looked for is worked out at once.

    :param address: as it is on file
    """

    def __init__(self, address):
        self._house, self._stairs, self._room = _steps(Folded(address).numeric)

    def places(self, folded):
        """Yield where a :class:`Folded` text tells the home, as places of the original."""
        taken = set()
        # no pattern is made of what people are told by: compiled ones outlive the call
        for pattern in _FORMS if self._room else ():
            for found in pattern.finditer(folded.numeric):
                if self._is_home(*found.groups()[1:]) and found.start() not in taken:
                    taken.update(range(*found.span(1)))
                    yield folded.plain_span(*found.span(1))

    def _is_home(self, house, stairs, room):
        """Return whether numbers are those of the home; what is missing fits."""
        return (
            room == self._room
            and (not house or house == self._house)
            and (
                not stairs or stairs == self._stairs or bool(house and not self._stairs)
            )
        )


def _steps(address):
    """Return the numbers of house, stairs and room; ``None`` for those that are not told.

    >>> _steps("向阳路12弄3号402室"), _steps("3-2-201"), _steps("解放南路311号")
    (('3', None, '402'), ('3', '2', '201'), (None, None, None))
    """
    steps = [
        found.groups(default="")
        for found in _STEP.finditer(address)
        if found[2] not in _LEFT_OUT
    ]
    if len(steps) < 2 or not _is_room(*steps[-1]):
        return None, None, None
    *before, (room, _word) = steps
    house, stairs = before[-1][0], None
    is_dash = re.fullmatch(_DASH, before[-1][1])
    if len(before) > 1 and (is_dash or re.fullmatch(_STAIRS, before[-1][1])):
        house, stairs = before[-2][0], before[-1][0]
    return house, stairs, room


def _is_room(number, word):
    """Return whether the last step of an address is a room.

    >>> _is_room("201", ""), _is_room("12", ""), _is_room("12", "室"), _is_room("311", "号")
    (True, False, True, False)
    """
    return bool(re.fullmatch(_ROOM, word)) or (
        not word and len(number) >= _SHORTEST_ROOM
    )
