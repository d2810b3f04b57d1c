"""Patterns of official numbers: a few names in braces, never a program.

>>> fill("{prefix}{mark}〔{year}〕{seq}号", prefix="TS", mark="受", year=2026, seq=15)
'TS受〔2026〕15号'
>>> fill("{seq:05}/{year}", prefix="TS", mark="A", year=2026, seq=15)
'00015/2026'
>>> sorted(names("{mark}-{seq:3}"))
['mark', 'seq']
>>> [names(bad) for bad in ("{prefix.__class__}", "{seq:>999999999}", "{seq!r}", "{", "{0}")]
[None, None, None, None, None]
"""

import re

#: What may stand in braces; of a running number also its least number of digits.
NAMES = frozenset({"prefix", "mark", "year", "seq"})
#: Longest pattern.
_LENGTH = 64
_PLACE = re.compile(r"\{(?:(prefix|mark|year)|(seq)(?::0?([1-9]))?)\}")


def names(pattern):
    """Return the set of names in a pattern, ``None`` if it is not one."""
    if not pattern or len(pattern) > _LENGTH:
        return None
    rest = _PLACE.sub("", pattern)
    if set("{}\r\n\0") & set(rest):
        return None
    return {place[1] or place[2] for place in _PLACE.finditer(pattern)}


def fill(pattern, **values):
    """Return the number that a pattern and the values of its names give."""
    return _PLACE.sub(
        lambda place: str(values[place[1] or place[2]]).zfill(int(place[3] or 0)),
        pattern,
    )
