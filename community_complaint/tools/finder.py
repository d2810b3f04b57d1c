r"""The one finder of what tells who somebody is, for everything that leaves the house.

Papers, messages, transfer slips, publications, proofs and the log ask it (R01, R02;
THREATS 26). What the office knows of people (``secrets``) is found in all the forms in
which people write it, see ``finder_names.py``; contact data are found whoever they belong
to, see ``finder_contacts.py``. No ORM.

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
from functools import lru_cache
from typing import NamedTuple

from .finder_contacts import contacts
from .finder_names import NOBODY, Name, persons
from .finder_text import Folded, is_latin, spans
from .name_tables import simplified, surname_of
from .paper_text import clean

#: What is found, from what tells most to what tells least. ``full_name`` is a name whose
#: surname alone says nothing, ``person`` somebody the office need not know.
KINDS = (
    "id_number", "phone", "email", "account", "plate", "name", "full_name", "person",
    "address", "room", "unit", "number",
)  # fmt: skip
#: What people are reached or registered by; not where something is.
PRIVATE = frozenset(("id_number", "phone", "email", "account"))
#: Digits that show: a number may be told by so many of them.
_WINDOW = 7
#: Units and addresses below these lengths would hit innocent words.
_SHORTEST = {"unit": 4, "address": 4, "email": 5, "number": 5}
_SHORTEST_LATIN = 3
_PIECE = re.compile(
    r".{1,40}?(?:省|市|区|县|镇|乡|街道|路|街|道|弄|巷|村|里|苑|园|号楼|号|栋|楼|幢|座|单元|层|室|户)"
)
#: What parts people's names in a line that lists some; the second one may also be part
#: of a name.
_BETWEEN = re.compile(r"[,;/、，；：:()（）\n]|\band\b")
_AND = re.compile(r"(和|与|及)")
#: Longer pieces of such a line are sentences.
_LONGEST_NAME = 20


class Hit(NamedTuple):
    """A place of a text that tells who somebody is."""

    kind: str
    start: int
    end: int


def find(text, secrets, allowed=(), contact=True, people=False):
    """Return the places that tell who somebody is, in order, none inside another.

    :param text: what leaves the house
    :param secrets: pairs of one of ``KINDS`` and what the office knows
    :param allowed: pairs of kinds and texts that may be told although they look like
        secrets of that kind, such as the office's own phone; of names only those that
        are not looked for: ``("person", name)``
    :param contact: whether to look for contact data of anybody, or for which kinds
    :param people: whether to look for people who are called by name
    :return: list of :class:`Hit`
    """
    if not text:
        return []
    folded = Folded(text)
    wanted = frozenset(KINDS) if contact is True else contact or ()
    hits = [Hit(*found) for found in contacts(folded)] if wanted else []
    hits = [hit for hit in hits if hit.kind in wanted]
    if people:
        hits += _persons(folded, allowed)
    for kind, value in secrets:
        hits += [Hit(kind, *span) for span in _places(folded, kind, value)]
    free = {}
    for kind, value in allowed:
        if kind not in ("person", "name", "full_name"):
            digits = Folded(value).digits
            free.setdefault(_group(kind), []).extend(
                folded.span(*span) for span in spans(folded.digits, digits)
            )
    hits = [hit for hit in hits if not _inside(hit, free.get(_group(hit.kind), ()))]
    return _without_overlaps(hits)


def redact(text, secrets, masks, allowed=(), contact=True, people=False):
    """Return a text with a mask at each place that :func:`find` finds.

    :param masks: ``{kind: text}``; kinds that are missing take the one of ``name``

    >>> redact("电话13800138000", [], {"name": "某某", "phone": "（略）"})
    '电话（略）'
    """
    result = text or ""
    # a mask may complete what stood around it: look again
    for _turn in range(5):
        hits = find(result, secrets, allowed, contact, people)
        if not hits:
            break
        parts, last = [], 0
        for hit in hits:
            parts += [result[last : hit.start], masks.get(hit.kind, masks["name"])]
            last = hit.end
        before, result = result, "".join([*parts, result[last:]])
        if before == result:
            break
    return result


def is_doubtful(text, secrets):
    """Return whether somebody should look whether a text names one of some people.

    >>> is_doubtful("李建军来过", [("name", "李建国")]), is_doubtful("来过", [("name", "李雷")])
    (True, False)
    """
    folded = Folded(text)
    return any(
        _prepared(kind, value).is_doubtful(folded)
        for kind, value in secrets
        if kind in ("name", "full_name")
    )


def redactor(secrets, mask, allowed=(), contact=False, people=False):
    """Return a function that cleans a text and masks what tells somebody.

    :param mask: text, or masks by kind as of :func:`redact`

    >>> hide = redactor([("name", "Li Lei"), ("phone", "13800138000")], "***")
    >>> hide("li  lei (138-0013 8000) is not Li Leigh"), hide(False)
    ('*** (***) is not Li Leigh', '')
    """
    masks = {"name": mask} if isinstance(mask, str) else mask
    secrets = [(kind, value) for kind, value in secrets if value]
    return lambda text: redact(clean(text), secrets, masks, allowed, contact, people)


def narrowed(secrets, others):
    """Return secrets of which surnames that others bear as well tell nothing alone.

    >>> narrowed([("name", "王芳"), ("name", "李雷"), ("phone", "1")], ["王伟"])
    [('full_name', '王芳'), ('name', '李雷'), ('phone', '1')]
    """
    borne = {surname_of(simplified(name or "")) for name in others}
    return [
        (
            "full_name"
            if kind == "name" and surname_of(simplified(value)) in borne
            else kind,
            value,
        )
        for kind, value in secrets
    ]


def classify(value):
    """Return the kind of a value that is known to tell who somebody is.

    >>> [classify(value) for value in ("a@b.cn", "021 6688 9900", "11010119900307451X",
    ...     "李雷", "向阳路12弄3号", "Li Lei")]
    ['email', 'phone', 'id_number', 'name', 'address', 'name']
    """
    folded = Folded(value).letters
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
                if 2 <= len(name) <= _LONGEST_NAME and name.lower() not in NOBODY:
                    yield "name", name


# ----------------------------------------------------------------------
# One secret
# ----------------------------------------------------------------------


@lru_cache(maxsize=512)
def _prepared(kind, value):
    """Return what is looked for: a :class:`Name`, a number, or forms."""
    if kind in ("name", "full_name"):
        return Name(value, surname=kind == "name")
    digits = Folded(value).digits
    if kind in ("phone", "id_number"):
        return re.sub(r"[^0-9x]", "", digits)
    shortest = _SHORTEST_LATIN if digits.isascii() else 2
    forms = {digits} if len(digits) >= _SHORTEST.get(kind, shortest) else set()
    return forms | (_address_parts(digits) if kind == "address" else set())


def _places(folded, kind, value):
    """Yield where a text tells one secret, as places of the original."""
    wanted = _prepared(kind, value or "")
    if isinstance(wanted, Name):
        yield from wanted.places(folded)
    elif isinstance(wanted, str):
        yield from _number_places(folded, wanted)
    else:
        for form in wanted:
            for start, end in spans(folded.digits, form):
                if _stands_alone(folded, start, end):
                    yield folded.span(start, end)


def _address_parts(digits):
    """Return parts of an address that tell where somebody lives.

    Two pieces in a row, of which one has a number.

    >>> sorted(_address_parts("向阳路12弄3号402室"))[:2]
    ['12弄3号', '12弄3号402室']
    """
    pieces = _PIECE.findall(digits)[:12]
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


def _number_places(folded, number):
    """Yield where a text tells a number, whole or seven digits in a row of it."""
    digits = folded.digits
    if len(number) < _WINDOW:
        if len(number) >= _SHORTEST["number"]:
            for start, end in spans(digits, number):
                around = digits[start - 1 : start] + digits[end : end + 1]
                if not re.search(r"\d", around):
                    yield folded.span(start, end)
        return
    windows = {
        number[start : start + _WINDOW] for start in range(len(number) - _WINDOW + 1)
    }
    for run in re.finditer(rf"[0-9x]{{{_WINDOW},}}", digits):
        for start in range(run.start(), run.end() - _WINDOW + 1):
            # overlapping ones are joined in the end
            if digits[start : start + _WINDOW] in windows:
                yield folded.span(start, start + _WINDOW)


def _persons(folded, allowed):
    """Return hits for people who are called by name, but those who may be named."""
    hits = [Hit("person", *span) for span in persons(folded)]
    if not hits:
        return hits
    free = [
        span
        for kind, value in allowed
        if kind == "person"
        for span in _prepared("name", value).places(folded)
    ]
    return [
        hit
        for hit in hits
        if not any(start < hit.end and hit.start < end for start, end in free)
    ]


# ----------------------------------------------------------------------
# Places
# ----------------------------------------------------------------------


def _stands_alone(folded, start, end):
    """Return whether a form that begins or ends in Latin is no part of longer words."""
    digits = folded.digits
    first, last = folded.place(start), folded.place(end - 1) + 1
    before = folded.plain[first - 1 : first] if first else ""
    after = folded.plain[last : last + 1]
    return not (
        (is_latin(digits[start]) and before and is_latin(before))
        or (is_latin(digits[end - 1]) and after and is_latin(after))
    )


def _group(kind):
    """Return under what kind something is allowed: all numbers of phones are phones."""
    return {"room": "address", "id_number": "phone", "account": "phone"}.get(kind, kind)


def _inside(hit, free):
    return any(start <= hit.start and hit.end <= end for start, end in free)


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
