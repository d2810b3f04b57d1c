"""A chain of hashes over a log: whoever changes an entry breaks the chain; no ORM."""

import hashlib
import json

#: What the first entry of a chain follows.
GENESIS = "0" * 64


def link(previous, values):
    """Return the hash of an entry that follows another.

    :param previous: hash of the entry before, :data:`GENESIS` for the first
    :param values: dict of JSON values; the order of keys does not matter

    >>> first = link(GENESIS, {"kind": "received", "by": "李雷"})
    >>> first == link(GENESIS, {"by": "李雷", "kind": "received"})
    True
    >>> first == link(GENESIS, {"by": "韩梅梅", "kind": "received"})
    False
    """
    text = json.dumps(values, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(f"{previous}\n{text}".encode()).hexdigest()


def first_break(entries):
    """Return the index of the first entry that does not follow, ``None`` if all do.

    :param entries: list of ``(previous, values, hash)``, oldest first

    >>> one = link(GENESIS, {"n": 1})
    >>> two = link(one, {"n": 2})
    >>> first_break([(GENESIS, {"n": 1}, one), (one, {"n": 2}, two)])
    >>> first_break([(GENESIS, {"n": 1}, one), (one, {"n": 3}, two)])
    1
    >>> first_break([(one, {"n": 2}, two)])
    0
    """
    before = GENESIS
    for index, (previous, values, found) in enumerate(entries):
        if previous != before or link(previous, values) != found:
            return index
        before = found
    return None
