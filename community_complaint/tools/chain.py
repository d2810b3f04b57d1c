"""A chain of hashes over log rows: whoever changes a row breaks all that follow.

Plain Python, so that the server, ``./run verify-log`` and an auditor's own script
compute the same from the same rows.

>>> first = entry(None, ROW)
>>> second = entry(first, {**ROW, "kind": "step"})
>>> second.sequence, second.previous == first.hash
(2, True)
>>> find_break([as_row(first), as_row(second)])
>>> find_break([as_row(second)])
Break(sequence=1, reason='missing')
>>> find_break([{**as_row(first), "kind": "other"}, as_row(second)])
Break(sequence=1, reason='changed')
"""

import hashlib
import json
from typing import NamedTuple

#: What the first row of a chain follows.
GENESIS = "0" * 64
#: What a row says, in the order in which it is hashed.
CONTENT = (
    "company_id",
    "sequence",
    "moment",
    "user_id",
    "kind",
    "ticket_id",
    "case_number",
    "res_model",
    "res_id",
    "details",
)
#: Columns of the table: what a row says and its place in the chain.
COLUMNS = (*CONTENT, "previous_hash", "hash")
_BATCH = 10_000
#: Rows of one company in order; ``moment`` as text, to the microsecond.
_QUERY = """
    SELECT company_id, sequence,
           to_char(moment, 'YYYY-MM-DD"T"HH24:MI:SS.US'),
           user_id, kind, ticket_id, case_number, res_model, res_id, details,
           previous_hash, hash
      FROM complaint_log
     WHERE company_id = %s AND sequence > %s
  ORDER BY sequence
     LIMIT %s
"""
#: An example.
ROW = dict.fromkeys(CONTENT) | {"company_id": 1, "kind": "registered", "details": "{}"}


class Entry(NamedTuple):
    """A row that has its place in the chain."""

    content: dict
    sequence: int
    previous: str
    hash: str


class Break(NamedTuple):
    """Where a chain is broken first; ``reason``: ``missing``, ``changed``, ``link``."""

    sequence: int
    reason: str


def canonical(value):
    """Return the one text of a value that is hashed.

    >>> canonical({"b": 1, "a": "是"})
    '{"a":"是","b":1}'
    """
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def digest(previous, content):
    """Return the SHA-256 of a row and the hash of the row before it, as hex.

    :param content: dict with the keys of ``CONTENT``
    """
    values = [previous, *(content[name] or None for name in CONTENT)]
    return hashlib.sha256(canonical(values).encode()).hexdigest()


def moment_text(moment):
    """Return a naive UTC moment as it is hashed."""
    return moment.isoformat(timespec="microseconds")


def entry(last, content):
    """Return the entry that follows another one.

    :param last: :class:`Entry`, anything with ``sequence`` and ``hash``, or ``None``
    """
    sequence = last.sequence + 1 if last else 1
    previous = last.hash if last else GENESIS
    content = {**content, "sequence": sequence}
    return Entry(content, sequence, previous, digest(previous, content))


def as_row(item):
    """Return an entry as :func:`read` gives it."""
    return {**item.content, "previous_hash": item.previous, "hash": item.hash}


def read(execute, company_id):
    """Yield the rows of a company's chain as dicts, some thousands at a time.

    :param execute: function of a query and its parameters that returns the rows
    """
    sequence = 0
    while rows := execute(_QUERY, (company_id, sequence, _BATCH)):
        for values in rows:
            yield dict(zip(COLUMNS, values, strict=True))
        sequence = rows[-1][COLUMNS.index("sequence")]


def find_break(rows, heads=()):
    """Return the first :class:`Break` of one company's chain, ``None`` if it holds.

    :param rows: dicts as :func:`read` gives them, in order
    :param heads: ``(sequence, hash)`` that were seen earlier and must still be there;
        without them nobody notices that the newest rows were taken away
    """
    expected = {}
    for number, value in heads:
        expected.setdefault(number, set()).add(value)
    previous, sequence = GENESIS, 0
    for row in rows:
        sequence += 1
        if row["sequence"] != sequence:
            return Break(sequence, "missing")
        if row["previous_hash"] != previous:
            return Break(sequence, "link")
        previous = digest(previous, row)
        if row["hash"] != previous:
            return Break(sequence, "changed")
        if expected.pop(sequence, set()) - {previous}:
            return Break(sequence, "changed")
    return Break(sequence + 1, "missing") if expected else None
