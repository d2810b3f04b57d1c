"""Published figures as everybody reads them: what is hidden merges; no ORM.

Counts that are hidden (THREATS 25, 68) are told together with each other, as far as the
total of their table is told: that is what readers work out by themselves. Nothing is
told here that does not follow from what was published.

>>> merge([("noise", 12), ("fees", None), ("lift", None)], 20)
[(['noise'], 12), (['fees', 'lift'], 8)]
>>> merge([("noise", None), ("fees", None)], None)
[]

The satisfied ones, of those who answered:

>>> rate({"satisfied": 20, "partly": None, "dissatisfied": None, "open": 50}, 78, ("satisfied",))
(20, 28)
>>> rate({"satisfied": None, "partly": None, "dissatisfied": 9, "open": 50}, 78, ("satisfied",))
>>> rate({"yes": 0, "no": 0, "open": 9}, 9, ("yes",))
"""

#: Cases that a rate leaves out: nothing is known of them yet.
_UNKNOWN = "open"
#: What a spreadsheet would take for a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def merge(rows, total):
    """Return ``[(names, count)]`` of a table: each count that is told, the others together.

    :param rows: pairs of name and count, ``None`` for a hidden one
    :param total: of the table, ``None`` if it is hidden too
    """
    told = [([name], count) for name, count in rows if count]
    hidden = [name for name, count in rows if count is None]
    if not hidden:
        return told
    rest = total is not None and total - sum(count for _names, count in told)
    return [*told, (hidden, rest)] if told and rest else []


def rate(counts, total, good):
    """Return ``(numerator, denominator)``, ``None`` if one of them is not told or is 0.

    :param counts: ``{code: count}``, ``None`` for a hidden one
    :param good: the codes of the numerator
    """
    unknown = counts.get(_UNKNOWN, 0)
    numbers = [counts.get(code) for code in good]
    if total is None or unknown is None or None in numbers or total == unknown:
        return None
    return sum(numbers), total - unknown


def percent(fraction):
    """Return a rate in whole per cent.

    >>> percent((2, 3))
    67
    """
    numerator, denominator = fraction
    return round(100 * numerator / denominator)


def widest(periods):
    """Return the periods that tell something, and for the others the one that tells them.

    :param periods: ``[(key, first day, last day, whether it tells something)]``
    :return: ``{key: key of the shortest told period it lies in, or None}``

    >>> widest([("q", 1, 3, False), ("y", 1, 12, True), ("old", 0, 0, False)])
    {'q': 'y', 'y': 'y', 'old': None}
    """
    told = sorted((end - start, key) for key, start, end, tells in periods if tells)
    spans = {key: (start, end) for key, start, end, _tells in periods}

    def found(start, end):
        around = (
            key
            for _length, key in told
            if spans[key][0] <= start and end <= spans[key][1]
        )
        return next(around, None)

    return {
        key: key if tells else found(start, end) for key, start, end, tells in periods
    }


def cell(text):
    """Return a text that a spreadsheet takes for nothing but text.

    >>> cell("=1+1"), cell("Noise")
    ("'=1+1", 'Noise')
    """
    return f"'{text}" if str(text).startswith(_FORMULA) else text


def by_table(rows):
    """Return ``{table: [(code, label, count)]}`` of rows in their order."""
    found = {}
    for table, *row in rows:
        found.setdefault(table, []).append(tuple(row))
    return found
