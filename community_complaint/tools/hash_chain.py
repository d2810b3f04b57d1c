"""A short chain of hashes, such as that of one piece of evidence; no ORM.

The log of the whole office has its own, see ``chain.py``.
"""

import hashlib

from .chain import GENESIS, canonical


def link(previous, values):
    """Return the hash of an entry that follows another.

    :param previous: hash of the entry before, ``None`` for the first
    :param values: dict of JSON values; the order of keys does not matter

    >>> first = link(None, {"kind": "received", "by": "李雷"})
    >>> first == link(None, {"by": "李雷", "kind": "received"})
    True
    >>> first == link(None, {"by": "韩梅梅", "kind": "received"})
    False
    """
    text = canonical([previous or GENESIS, values])
    return hashlib.sha256(text.encode()).hexdigest()


def first_break(entries):
    """Return the index of the first entry that does not follow, ``None`` if all do.

    :param entries: list of ``(values, hash)``, oldest first

    >>> one = link(None, {"n": 1})
    >>> two = link(one, {"n": 2})
    >>> first_break([({"n": 1}, one), ({"n": 2}, two)])
    >>> first_break([({"n": 1}, one), ({"n": 3}, two)])
    1
    >>> first_break([({"n": 2}, two)])
    0
    """
    previous = None
    for index, (values, found) in enumerate(entries):
        if link(previous, values) != found:
            return index
        previous = found
    return None
