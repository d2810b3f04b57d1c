"""Figures that may be published: no small count can be read or worked out; no ORM.

THREATS 25. A count of 1 to k - 1 is hidden. So that nobody works it out, neither by taking
what is shown from the total, nor by taking one period from another, more is hidden.

Periods are months, quarters and years of the calendar: two of them either lie within each
other or have nothing in common. What a reader can work out of published sums is then,
for every published period, what remains of it without published periods within it.

>>> protect(counted(0, 3, {"noise": 12, "fees": 2, "other": 8}), 5).cells
{'noise': 12, 'fees': None, 'other': None}
>>> protect(counted(0, 3, {"noise": 12, "fees": 0}), 5).cells
{'noise': 12, 'fees': 0}
>>> protect(counted(0, 3, {"noise": 2}), 5).total is None
True

The first quarter and the year are told; what is left of the year is small:

>>> quarter = counted(0, 3, {"noise": 10, "fees": 9, "other": 20})
>>> year = counted(0, 12, {"noise": 12, "fees": 20, "other": 60})
>>> protect(year, 5, [quarter]).cells
{'noise': None, 'fees': None, 'other': 60}
"""

from typing import NamedTuple

#: The total and the sum of all that is hidden, as if they were cells.
TOTAL, REST = "total", "rest"


class Table(NamedTuple):
    """How many cases of which sort there were from a month up to another one.

    :param start: number of the first month, see :func:`month_number`
    :param end: number of the month after the last one
    :param cells: ``{sort: count}``, ``None`` for a hidden one
    :param total: ``None`` if it is hidden
    """

    start: int
    end: int
    cells: dict
    total: int | None

    def value(self, cell):
        """Return what a reader knows of a cell or of the total, ``None`` if nothing.

        A sort that is not in the table had no case. A table without any sort tells its
        total only.

        >>> Table(0, 1, {"noise": 6}, 6).value("fees")
        0
        >>> Table(0, 1, {}, 6).value("fees") is None
        True
        """
        if cell == TOTAL:
            return self.total
        return self.cells.get(cell, 0 if self.cells or self.total == 0 else None)

    def within(self, other):
        """Tell whether this period lies within another one, or is the same."""
        return other.start <= self.start and self.end <= other.end


def counted(start, end, cells):
    """Return the table of counts of which nothing is hidden."""
    return Table(start, end, cells, sum(cells.values()))


def month_number(day):
    """Return the number of the month of a date.

    >>> from datetime import date
    >>> month_number(date(2026, 1, 31)) - month_number(date(2025, 12, 1))
    1
    """
    return day.year * 12 + day.month - 1


def protect(table, k, known=()):
    """Return a table of which no small count can be read or worked out.

    :param table: real counts
    :param k: the smallest count that may be known, besides 0
    :param known: tables of the same sorts that readers know already
    """
    cells = {cell: None if 0 < n < k else n for cell, n in table.cells.items()}
    shown = table._replace(cells=cells)
    while leak := _leak(shown, k, known):
        shown = _hide(shown, leak)
    return shown


def is_safe(table, k, known=()):
    """Tell whether a table as published tells no small count, see :func:`protect`.

    >>> is_safe(Table(0, 3, {"noise": 9, "fees": None}, 11), 5)
    False
    """
    small = any(n is not None and 0 < n < k for n in table.cells.values())
    return not small and not _leak(table, k, known)


def _hide(table, leak):
    """Return a table with one count less, or with none at all."""
    cell = leak
    if table.cells.get(leak) is None:
        # the rest: the smallest one joins it
        shown = [(n, str(key), key) for key, n in table.cells.items() if n]
        cell = min(shown)[2] if shown and leak != TOTAL else TOTAL
    if cell == TOTAL:
        return table._replace(cells=dict.fromkeys(table.cells), total=None)
    return table._replace(cells={**table.cells, cell: None})


def _leak(table, k, known):
    """Return the cell by which a table tells a small count, or ``None``."""
    for outer in (table, *known):
        inner = [item for item in known if item is not outer and item.within(outer)]
        told = set()
        if outer is not table:
            if not table.within(outer):
                continue
            # what readers know without this table is not told by it
            told = set(_worked_out(outer, inner, table.cells))
            inner.append(table)
        for cell, count in _worked_out(outer, inner, table.cells):
            if 0 < abs(count) < k and (cell, count) not in told:
                return cell
    return None


def _worked_out(outer, inner, cells):
    """Yield what a reader works out of one period, as ``(cell, count)``."""
    for cell in (TOTAL, *cells):
        yield from ((cell, n) for n in _remainders(outer, inner, cell))
    told = [item for item in inner if item.total is not None]
    if outer.total is None:
        return
    for parts in ((), *((item,) for item in told), tuple(_largest(told, outer))):
        yield REST, _rest(outer, parts)


def _remainders(outer, inner, cell):
    """Yield what remains of a count without periods within it."""
    count = outer.value(cell)
    if count is None:
        return
    told = [item for item in inner if item.value(cell) is not None]
    yield count
    for item in told:
        yield count - item.value(cell)
    yield count - sum(item.value(cell) for item in _largest(told, outer))


def _rest(outer, parts):
    """Return what all sorts come to that are not told for what remains of a period."""
    total = outer.total - sum(item.total for item in parts)
    for cell, count in outer.cells.items():
        counts = [item.value(cell) for item in parts]
        if count is not None and None not in counts:
            total -= count - sum(counts)
    return total


def _largest(tables, outer):
    """Return the largest periods that lie within one and have nothing in common."""
    found = []
    for item in sorted(tables, key=lambda item: (item.start - item.end, item.start)):
        same = (item.start, item.end) == (outer.start, outer.end)
        if not same and not any(item.within(other) for other in found):
            found.append(item)
    return found
