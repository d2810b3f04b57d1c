"""What the finder of names knows of names; the tables are in ``names``.

>>> simplified("陳麗華女士"), spelled("司马小芳")
('陈丽华女士', [['sima', 'xiaofang'], ['cima', 'xiaofang']])
>>> surname_of("欧阳娜"), surname_of("李建国"), surname_of("司马")
('欧阳', '李', '司')
>>> "紧张" in WORDS, "张三" in WORDS
(True, False)
"""

from itertools import islice, product
from pathlib import Path

_FOLDER = Path(__file__).parent / "names"
#: So many ways of reading one name.
_READINGS = 8


def _lines(name):
    text = (_FOLDER / name).read_text(encoding="utf-8")
    return [line for line in text.splitlines() if line and line[0] != "#"]


def _lists():
    """Return ``{section: [items]}`` of the lists by hand; ``|`` parts items with spaces."""
    lists, items = {}, []
    for line in _lines("lists.txt"):
        if line[0] == "[":
            items = lists.setdefault(line.strip("[]"), [])
        else:
            items += line.strip().split("|" if "|" in line else None)
    return lists


def _readings(items):
    """Return ``{signs: [sounds]}`` of items such as ``单shan``."""
    read = {}
    for item in items:
        signs = "".join(sign for sign in item if not sign.isascii())
        read.setdefault(signs, []).append(item[len(signs) :])
    return read


LISTS = _lists()
COMPOUND = frozenset(LISTS["compound"])
SURNAMES = frozenset("".join(LISTS["surnames"]))
RARE_SURNAMES = frozenset("".join(LISTS["rare_surnames"]))
ORDINARY = frozenset(LISTS["ordinary"])
FAMOUS = frozenset(LISTS["famous"])
#: What makes everyday words of 小 or 老, a surname and one of these signs; without signs
#: the two are a word already.
COLLOQUIAL = {item[0]: item[1:] for item in LISTS["colloquial"]}
JAPANESE = _readings(LISTS["japanese"])
_READ = _readings(LISTS["read"])
#: Frequent words of two signs.
WORDS = frozenset(line[0] + sign for line in _lines("words.txt") for sign in line[2:])
_SIMPLIFIED = {
    ord(line[at]): line[at + 1]
    for line in _lines("simplified.txt")
    for at in range(0, len(line), 2)
}
# formal numerals that are no surnames, and a sign few computers show
_SIMPLIFIED |= str.maketrans("壹贰叁肆柒捌玖𠮷", "一二三四七八九吉")
#: As passports of several countries write it.
_CYRILLIC = dict(
    zip(
        "абвгдеёжзийклмнопрстуфхцчшщъыьэюяіїєґ",
        "a b v g d e e zh z i y k l m n o p r s t u f kh ts ch sh shch _ y _ e yu ya "
        "i yi ye g".replace("_", "").split(" "),
        strict=True,
    )
)


def _sounds():
    """Return ``{sign: [sounds]}``, the usual one first."""
    lines = [line.split("\t") for line in _lines("sounds.txt")]
    sounds = {}
    for column in (1, 2):
        for line in lines:
            for sign in line[column]:
                sounds.setdefault(sign, []).append(line[0])
    return sounds


_SOUNDS = _sounds()


def simplified(text):
    """Return a text with traditional signs made simplified."""
    return text.translate(_SIMPLIFIED)


def surname_of(name):
    """Return the surname of a name in Chinese signs."""
    return name[:2] if len(name) > 2 and name[:2] in COMPOUND else name[:1]


def sounds_of(signs):
    """Return the ways in which signs are spelled in Latin letters, some of them."""
    sounds = [_SOUNDS.get(sign, ()) for sign in signs]
    ways = ["".join(way) for way in islice(product(*sounds), _READINGS)]
    # whoever has no ü writes u
    return ways + [way.replace("v", "u") for way in ways if "v" in way]


def transliterated(name):
    """Return the ways in which a Cyrillic name stands in passports, in small letters.

    >>> transliterated("Сергей Петров")
    ['sergey petrov', 'sergei petrov']
    """
    ways = [dict(_CYRILLIC, й=sound) for sound in ("y", "i")]
    found = ["".join(way.get(sign, sign) for sign in name.lower()) for way in ways]
    return list(dict.fromkeys(way for way in found if way.isascii()))


def spelled(name):
    """Return pairs of surname and given name in Latin letters, empty if unknown."""
    surname = surname_of(name)
    first = _READ.get(surname) or sounds_of(surname)
    return [[one, other] for one in first for other in sounds_of(name[len(surname) :])][
        :_READINGS
    ]
