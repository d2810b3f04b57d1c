r"""The one finder of what tells who somebody is, for everything that leaves the house.

Papers, messages, transfer slips, publications, proofs and the log ask it (R01, R02;
THREATS 26). What the office knows of people (``secrets``) is found in all the forms in
which people write it, see ``finder_names.py``; contact data are found whoever they belong
to, see ``finder_contacts.py``; homes however they are written, see
``finder_homes.py``. No ORM.

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
from functools import cached_property
from typing import NamedTuple

from .finder_contacts import contacts
from .finder_homes import Home
from .finder_names import NOBODY, Name
from .finder_persons import bare_names, persons
from .finder_text import Folded, foldings, is_latin, spans, tags
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
_SHORTEST_LOCAL = 10
_BORN = re.compile(r"\d{6}((?:19|20)\d\d)(0[1-9]|1[0-2])([0-3]\d)\d{3}[\dx]$")
_TENS = re.compile(r"(?<!\d)[1-9]\d(?!\d)")
#: Houses and stairs: alone they are where many live.
_SHARED = re.compile(r"(?:\d{1,5}(?:号楼|栋|楼|幢|座|单元)){1,6}")
_EXTENSION = re.compile(r"转\d+$")
_PEOPLE = frozenset(("person", "name", "full_name"))
_PIECE = re.compile(
    r".{1,40}?(?:省|市|区|县|镇|乡|街道|路|街|道|弄|巷|村|里|苑|园|号楼|号|栋|楼|幢|座|单元|组|社|屯|庄|层|室|户)"
)
#: What parts people's names in a line that lists some; the second one may also be part
#: of a name.
_BETWEEN = re.compile(r"[,;/、，；：:()（）\n]|\band\b")
_AND = re.compile(r"(和|与|及)")
#: Longer pieces of such a line are sentences.
_LONGEST_NAME = 20


#: Where people are looked for by :func:`find`: also where no word says that it is one.
ANYWHERE = "anywhere"


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
    :param people: whether to look for people who are called by name; :data:`ANYWHERE`:
        for whatever may be a name as well
    :return: list of :class:`Hit`
    """
    wanted = frozenset(KINDS) if contact is True else contact or ()
    secrets, allowed = prepared(secrets), prepared(allowed)
    hits = []
    for folded in foldings(text) if text else ():
        hits += _hits(folded, secrets, allowed, wanted, people)
    return _without_overlaps(hits)


def _hits(folded, secrets, allowed, wanted, people):
    """Return the hits in one folding of a text, in no order."""
    hits = [Hit(*found) for found in contacts(folded)] if wanted else []
    hits = [hit for hit in hits if hit.kind in wanted]
    if people:
        hits += _persons(folded, allowed, people == ANYWHERE)
    for kind, sought in secrets:
        hits += [Hit(kind, *span) for span in _places(folded, kind, sought)]
    free = {}
    for kind, sought in allowed:
        if kind not in _PEOPLE:
            free.setdefault(_group(kind), []).extend(
                folded.span(*span) for span in spans(folded.digits, sought.digits)
            )
    return [hit for hit in hits if not _inside(hit, free.get(_group(hit.kind), ()))]


def redact(text, secrets, masks, allowed=(), contact=True, people=False):
    """Return a text with a mask at each place that :func:`find` finds.

    :param masks: ``{kind: text}``; kinds that are missing take the one of ``name``

    >>> redact("电话13800138000", [], {"name": "某某", "phone": "（略）"})
    '电话（略）'
    """
    result = text or ""
    secrets, allowed = prepared(secrets), prepared(allowed)
    # a mask may complete what stood around it: look again
    for _turn in range(5):
        hits = find(result, secrets, allowed, contact, people)
        if not hits:
            break
        parts, last = [], 0
        for hit in hits:
            mask = masks.get(hit.kind, masks["name"])
            # what is formatted stays so
            parts += [result[last : hit.start], mask, tags(result[hit.start : hit.end])]
            last = hit.end
        before, result = result, "".join([*parts, result[last:]])
        if before == result:
            break
    return result


def redactor(secrets, mask, allowed=(), contact=False, people=False):
    """Return a function that cleans a text and masks what tells somebody.

    :param mask: text, or masks by kind as of :func:`redact`

    >>> hide = redactor([("name", "Li Lei"), ("phone", "13800138000")], "***")
    >>> hide("li  lei (138-0013 8000) is not Li Leigh"), hide(False)
    ('*** (***) is not Li Leigh', '')
    """
    masks = {"name": mask} if isinstance(mask, str) else mask
    secrets = prepared((kind, value) for kind, value in secrets if value)
    allowed = prepared(allowed)
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


def named(text, allowed=()):
    """Return what a text calls people, or may call them, as a set of names.

    >>> sorted(named("投诉人金丝雀、丁香雪和王女士；Li Lei", [("person", "丁香雪")]))
    ['Li Lei', '王女士', '金丝雀']
    """
    hits = find(text, (), allowed, contact=False, people=ANYWHERE)
    return {text[hit.start : hit.end] for hit in hits}


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


class Prepared(tuple):
    """Pairs of kinds and :class:`Sought`; whoever holds it decides how long it lives."""

    __slots__ = ()


def prepared(secrets):
    """Return secrets ready to be looked for in many texts.

    Nothing is kept here: what people are called does not outlive the call.
    """
    if isinstance(secrets, Prepared):
        return secrets
    return Prepared((kind, Sought(kind, value or "")) for kind, value in secrets)


class Sought:
    """One secret: what is looked for is worked out when it first is."""

    def __init__(self, kind, value):
        self.kind, self.value = kind, value

    @cached_property
    def digits(self):
        return Folded(self.value).digits

    @cached_property
    def name(self):
        return Name(self.value, surname=self.kind != "full_name")

    @cached_property
    def number(self):
        """Return the digits of a number, without those of an extension."""
        return re.sub(r"[^0-9x]", "", _EXTENSION.sub("", self.digits))

    @cached_property
    def birthday(self):
        """Return a pattern for the day of birth that an identity number tells."""
        found = _BORN.match(self.number) if self.kind == "id_number" else None
        if not found:
            return None
        year, month, day = (int(part) for part in found.groups())
        return re.compile(
            rf"{year}\s?[年\-./]?\s?0?{month}\s?[月\-./]?\s?0?{day}(?!\d)"
        )

    @cached_property
    def forms(self):
        digits = self.digits
        shortest = _SHORTEST_LATIN if digits.isascii() else 2
        forms = {digits} if len(digits) >= _SHORTEST.get(self.kind, shortest) else set()
        if self.kind == "email":
            local = digits.partition("@")[0]
            if len(local) >= _SHORTEST_LOCAL or re.search(r"[a-z]\d", local):
                forms |= {local}
        if self.kind == "address":
            forms |= _address_parts(digits)
            forms |= {_TENS.sub(_spoken_tens, form) for form in forms}
        return forms

    @cached_property
    def home(self):
        return Home(self.value)

    @cached_property
    def spelled(self):
        """Return the name that an address for mail spells, or ``None``."""
        local = self.value.partition("@")[0].lower()
        parts = [part for part in re.split(r"[._\-+\d]+", local) if part]
        if len(parts) == 2 and all(len(part) > 2 and part.isalpha() for part in parts):
            return Name(" ".join(parts), alone=False)
        return None


def _places(folded, kind, sought):
    """Yield where a text tells one secret, as places of the original."""
    if kind in ("name", "full_name"):
        yield from sought.name.places(folded)
    elif kind in ("phone", "id_number"):
        yield from _number_places(folded, sought.number)
        for found in (
            sought.birthday.finditer(folded.numeric) if sought.birthday else ()
        ):
            yield folded.plain_span(*found.span())
    else:
        for form in sought.forms:
            for start, end in spans(folded.digits, form):
                if _stands_alone(folded, start, end):
                    yield folded.span(start, end)
        if kind == "address":
            yield from sought.home.places(folded)
        if kind == "email" and sought.spelled:
            yield from sought.spelled.places(folded)


def _spoken_tens(found):
    """Return a number below 100 as it is spoken, its digits as they are compared.

    >>> [_TENS.sub(_spoken_tens, text) for text in ("5组18号", "20弄", "128号", "25幢")]
    ['5组十8号', '2十弄', '128号', '2十5幢']
    """
    tens, ones = found[0]
    return f"{tens if tens > '1' else ''}十{ones if ones > '0' else ''}"


def _address_parts(digits):
    """Return parts of an address that tell where somebody lives.

    Two pieces in a row, of which one has a number; people leave out the 室.

    >>> sorted(_address_parts("向阳路12弄3号402室"))[:3]
    ['12弄3号', '12弄3号402', '12弄3号402室']
    """
    pieces = _PIECE.findall(digits)[:12]
    parts = {
        "".join(pieces[start:end])
        for start in range(len(pieces))
        for end in range(start + 2, len(pieces) + 1)
    }
    parts |= {part.removesuffix("室") for part in parts}
    return {
        part
        for part in parts
        if re.search(r"\d", part)
        and len(part) >= _SHORTEST["address"]
        and not _SHARED.fullmatch(part)
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


def _persons(folded, allowed, anywhere):
    """Return hits for people who are called by name, but those who may be named."""
    hits = [Hit("person", *span) for span in persons(folded)]
    if anywhere:
        hits += [Hit("person", *span) for span in bare_names(folded)]
    if not hits:
        return hits
    free = [
        span
        for kind, sought in allowed
        if kind == "person"
        for span in sought.name.places(folded)
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
