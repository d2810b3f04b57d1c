"""Whether somebody who is named is one of the colleagues. No ORM.

A complaint names whom it is about as people write: with spaces, full width, traditional
signs, or by surname and title. It is compared with the names of those who work here.
"""

import re

from .name_tables import COMPOUND, LISTS, ORDINARY, SURNAMES, WORDS, simplified
from .vault import fold

#: What a complaint says, in whose words ever: fields of the case.
TEXTS = ("name", "description", "demand", "incident_place")
_HAN = re.compile(r"[\u3400-\u9fff]+")
#: Signs nobody sees, and what people put between the signs of a name.
_UNSEEN = re.compile(
    "[\u00ad\u034f\u061c\u180b-\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f"
    "\ufe00-\ufe0f\ufeff\U000e0100-\U000e01ef]"
)
_BETWEEN = re.compile(
    r"(?<=[\u3400-\u9fff])[\s·•・‧.*_“”\"'‘’()（）\[\]【】《》〈〉~—–-]+(?=[\u3400-\u9fff])"
)
#: Where a sentence ends, in a text as it is compared.
_END = re.compile(r"[。!?;…]|\.(?=\s|$)")
_TITLES = sorted({*LISTS["titles"], *LISTS["polite"]}, key=len, reverse=True)
_TITLED = re.compile(
    rf"(?P<surname>[\u3400-\u9fff]{{1,2}}?)(?P<title>{'|'.join(map(re.escape, _TITLES))})"
)


def key(name):
    """Return a name, or a text, as it is compared.

    >>> key(" 王　偉 "), key("Wang  WEI"), key(None)
    ('王伟', 'wang wei', '')
    >>> key("王\u200b伟"), key("王·伟"), key("网格员*王*（伟）")
    ('王伟', '王伟', '网格员王伟)')
    """
    return _BETWEEN.sub("", simplified(fold(_UNSEEN.sub("", name or "")) or ""))


def titled(name):
    """Return ``(surname, title)`` of somebody who is called so, ``None`` otherwise.

    >>> titled("王医生"), titled("欧阳主任"), titled("王伟")
    (('王', '医生'), ('欧阳', '主任'), None)
    """
    found = _TITLED.fullmatch(key(name))
    if not found:
        return None
    surname, title = found["surname"], found["title"]
    known = surname in COMPOUND if len(surname) > 1 else surname in SURNAMES
    return (surname, title) if known else None


def is_full(name):
    """Return whether a name says by itself who somebody is, in the middle of a text.

    >>> is_full("王伟"), is_full("Wang Wei"), is_full("王"), is_full("May")
    (True, True, False, False)
    """
    name = key(name)
    return bool(_HAN.fullmatch(name) and len(name) > 1) or len(name.split()) > 1


def is_word(name):
    """Return whether a name is an everyday word as well.

    >>> is_word("安康"), is_word("王晓雷")
    (True, False)
    """
    name = key(name)
    return name in WORDS or name in ORDINARY


def passages(name, text):
    """Return the sentences that hold a full name, each with the ones beside it.

    What is said of somebody without the name stands there as well. All as compared.

    >>> passages("王伟", key("很吵。王伟来了！他骂人。再见。"))
    ['很吵。王伟来了。他骂人']
    """
    sentences = list(filter(None, map(str.strip, _END.split(text))))
    return [
        "。".join(sentences[max(place - 1, 0) : place + 2])
        for place, sentence in enumerate(sentences)
        if stands_in(name, sentence)
    ]


def stands_in(name, text):
    """Return whether a full name stands in a text; both as :func:`key` returns them.

    >>> stands_in("wang wei", "a wang weimin"), stands_in("王伟", "找王伟办")
    (False, True)
    """
    if _HAN.search(name):
        return name in text
    return bool(re.search(rf"\b{re.escape(name)}\b", text))
