"""Whoever a text names, known to the office or not. No ORM.

By a polite form, after a word for a role, before a verb of speaking, in English.

>>> from .finder_text import Folded
>>> text = "业主张三丰反映，王女士来过，患者沈玉兰之子在场。"
>>> [text[start:end] for start, end in sorted(persons(Folded(text)))]
['张三丰', '王女士', '沈玉兰']
>>> text = "My name is Laura Bianchi, I met Mr Berger at the lift."
>>> [text[start:end] for start, end in sorted(persons(Folded(text)))]
['Laura Bianchi', 'Mr Berger']
"""

import re

from .finder_names import HAN, SPEAKS, any_of
from .name_tables import COMPOUND, LISTS, ORDINARY, RARE_SURNAMES, SURNAMES, WORDS

#: Signs that are hardly ever in a given name.
_LITTLE = frozenset("".join(LISTS["little"]))
_LITTLE_SIGNS = "".join(sorted(_LITTLE))
#: What stands right after a name, sign by sign.
_AFTER = frozenset("".join(LISTS["after"]))
_BY_TITLE = re.compile(any_of("polite") + "|某某|某")
_SURNAME = "[" + "".join(sorted(SURNAMES)) + "]"
_COMPOUND = "|".join(sorted(COMPOUND))
_PERSON = rf"(?:{_COMPOUND}|{_SURNAME})(?:[^\W\d_a-z{_LITTLE_SIGNS}]){{1,2}}?"
_ROLE = re.compile(
    rf"(?:{any_of('roles')})(?:代表|亲属|家属)?[\s:是为叫(“\"]{{0,3}}(?=[^\W\d_a-z])"
)
#: After a role and before a title any sign may be part of the name.
_TITLED = re.compile(
    rf"(?:{_COMPOUND}|{_SURNAME})[\u3400-\u9fff]{{1,2}}(?=先生|女士|小姐|太太)"
)
_BY_VERB = re.compile(rf"(?:^|[\s,。;:、(“\"])({_PERSON})(?:{SPEAKS})", re.MULTILINE)
#: A name with a dot, of a people without surnames.
_DOTTED = re.compile(r"([\u4e00-\u9fff]{2,6})[·•‧∙・⋅●.][\u4e00-\u9fff]{2,7}")
_FUNCTIONS = frozenset(LISTS["functions"])
#: What follows the whole name of somebody rather than a word.
_FORMAL = frozenset(("女士", "先生", "小姐", "太太", "某某", "某"))
_ELEMENTS = frozenset(LISTS["elements"])
_NAMES = re.compile(
    r"[A-Z][\w'’\-]{0,20}(?:\s{1,2}(?:[A-Z]\.|[A-Z][\w'’\-]{1,20})){1,3}"
)
_LATIN_ROLE = re.compile(
    rf"\b(?:{any_of('latin_roles')})(?:\sof\sthe\s\w{{2,20}})?[:,]?\s$", re.IGNORECASE
)
_LONGEST_LATIN_ROLE = 50
_BY_LATIN_TITLE = re.compile(
    r"\b(?:Mr|Mrs|Ms|Miss|Madam|MR|MRS|MS)\.?\s"
    r"[A-Z][\w'’\-]{1,20}(?:\s(?:[A-Z]\.|[A-Z][\w'’\-]{1,20})){0,2}"
)

_FIRST = SURNAMES | RARE_SURNAMES
#: Words that are no given names.
_NO_GIVEN = WORDS - ORDINARY
_RUN = re.compile(r"[\u3400-\u9fff]{2,}")
#: A name may begin after these signs.
_JOINS = frozenset("和与及跟同或叫是为给找向对由被让问")
#: Capital letters that begin a sentence rather than a name.
_NO_NAME = re.compile(
    r"(?:A|An|And|At|But|By|Dear|For|From|He|I|If|In|It|My|No|Not|Of|On|Our|She|So|That|The"
    r"|There|They|This|To|We|When|Who|With|You)\s"
)


def persons(folded):
    """Yield ``(start, end)`` where a text names a person, known or not."""
    plain = folded.plain
    for found in _BY_TITLE.finditer(plain):
        length = _name_before(plain, found.start(), found[0] in _FORMAL)
        if length and not _ends_word(plain, found.start() - length):
            yield folded.plain_span(found.start() - length, found.end())
    for found in _ROLE.finditer(plain):
        length = _name_after(plain, found.end())
        if length and not _ends_word(plain, found.start()):
            yield folded.plain_span(found.end(), found.end() + length)
    for found in _BY_VERB.finditer(plain):
        if found[1][:2] not in WORDS:
            yield folded.plain_span(*found.span(1))
    for start, end in _latin_persons(folded.text):
        yield folded.text_span(start, end)


def bare_names(folded):
    """Yield ``(start, end)`` of what may be a name, though no word around it says so.

    For what is forgotten: rather a word too many than a name too few.

    >>> from .finder_text import Folded
    >>> text = "周丽丽、丁香雪、高血压，吴建国与欧阳小明无关 Li Lei, The North Gate"
    >>> [text[start:end] for start, end in sorted(bare_names(Folded(text)))]
    ['周丽丽', '丁香雪', '吴建国', '欧阳小明', 'Li Lei', 'North Gate']
    """
    plain = folded.plain
    for run in _RUN.finditer(plain):
        joined = [place + 1 for place, sign in enumerate(run[0]) if sign in _JOINS]
        for start in (run.start(), *(run.start() + place for place in joined)):
            length = _bare_length(plain, start, run.end())
            if length:
                yield folded.plain_span(start, start + length)
    for found in _NAMES.finditer(folded.text):
        no_name = _NO_NAME.match(found[0])
        start = found.start() + (no_name.end() if no_name else 0)
        if " " in folded.text[start : found.end()]:
            yield folded.text_span(start, found.end())


def _bare_length(text, start, end):
    """Return how many signs from a place on are a name, 0 if none are.

    :param end: where the signs end
    """
    if _is_whole_name(text[start:end]):
        return end - start
    if end - start < 4:
        return 0
    length = _name_after(text, start)
    sure = text[start : start + 2] not in WORDS or text[start : start + 2] in COMPOUND
    return length if sure and start + length <= end else 0


def _is_whole_name(signs):
    """Return whether signs between two marks look like a name.

    >>> [_is_whole_name(signs) for signs in ("金丝雀", "李健康", "高血压", "周一", "司马光")]
    [True, True, False, False, True]
    """
    if signs[:2] in COMPOUND:
        return 2 < len(signs) < 5
    if len(signs) == 4:
        return signs[:2] in _ELEMENTS and signs[2:] in _ELEMENTS
    given = signs[1:]
    return (
        len(signs) in (2, 3)
        and signs[0] in _FIRST
        and not any(sign in _LITTLE for sign in given)
        and (signs if len(signs) == 2 else given) not in _NO_GIVEN
    )


def _latin_persons(text):
    """Yield where English names somebody.

    >>> texts = "Patient John Smith waits", "The North Gate", "Please ask Ms. Wu"
    >>> [[text[start:end] for start, end in _latin_persons(text)] for text in texts]
    [['John Smith'], [], ['Ms. Wu']]
    """
    for found in _NAMES.finditer(text):
        start, end = found.span()
        # the word for a role may begin a sentence
        for first in (start, start + len(found[0].split()[0]) + 1):
            before = max(0, first - _LONGEST_LATIN_ROLE)
            if " " in text[first:end] and _LATIN_ROLE.search(text, before, first):
                yield first, end
    for found in _BY_LATIN_TITLE.finditer(text):
        yield found.span()


def _ends_word(text, place):
    """Return whether the sign of a surname ends a word: 门卫大爷."""
    word = text[max(0, place - 1) : place + 1]
    return (
        word in _FUNCTIONS
        or word in WORDS
        and text[max(0, place - 2) : place] not in WORDS
    )


def _name_after(text, start):
    """Return how many signs after a word for a role are a name, 0 if none are.

    >>> [_name_after(text, 0) for text in ("沈玉兰之子", "高度近视", "家属", "次仁央金的")]
    [3, 0, 0, 4]
    """
    dotted = _DOTTED.match(text, start)
    if dotted:
        ends = range(dotted.end(1) + 3, dotted.end() + 1)
        return next((end for end in ends if _goes_on(text, end)), dotted.end()) - start
    if (
        text[start : start + 2] in _ELEMENTS
        and text[start + 2 : start + 4] in _ELEMENTS
    ):
        return 4
    titled = _TITLED.match(text, start)
    if titled:
        return titled.end() - start
    compound = text[start : start + 2] in COMPOUND
    if not compound and text[start : start + 1] not in SURNAMES | RARE_SURNAMES:
        return 0
    first = start + 1 + compound
    for end in (first + 2, first + 1):
        if _is_given(text[first:end], end - first) and _goes_on(text, end):
            name = text[start:end]
            doubled = name[1:2] == name[2:]
            if (
                name[:2] not in WORDS
                or compound
                or doubled
                or not text[end : end + 1].isalnum()
            ):
                return end - start
    return 0


def _is_given(signs, length):
    return len(signs) == length and all(
        sign not in _LITTLE and HAN.match(sign) for sign in signs
    )


def _goes_on(text, end):
    """Return whether a name may end here: other words begin."""
    following = text[end : end + 1]
    return (
        not HAN.match(following or " ")
        or following in _AFTER
        or text[end : end + 2] in WORDS
    )


def _name_before(text, end, formal=False):
    """Return how many signs before a polite form are a name, 0 if none are.

    :param formal: whether words may be a name there: 白雪女士, not 司机师傅

    >>> [_name_before(text, len(text)) for text in ("王", "向李", "司马小芳", "各位", "于")]
    [1, 1, 4, 0, 1]
    >>> _name_before("白雪", 2, True), _name_before("司机", 2, True), _name_before("安心", 2)
    (2, 0, 0)
    """
    for length in (4, 3, 2):
        name = text[max(0, end - length) : end]
        compound = name[:2] in COMPOUND
        if (
            len(name) == length
            and name[:2] not in _FUNCTIONS
            and (formal or compound or name[:2] not in WORDS)
            and (compound or (name[0] in SURNAMES and length < 4))
            and not any(
                sign in _LITTLE or not HAN.match(sign) for sign in name[1 + compound :]
            )
        ):
            return length
    last = text[end - 1 : end]
    return 1 if last and (last in SURNAMES or last in RARE_SURNAMES) else 0
