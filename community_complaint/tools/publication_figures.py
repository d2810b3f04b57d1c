"""Figures that may be published: no small count can be read or worked out; no ORM.

THREATS 25, 68. A count of 1 to k - 1 is hidden, and as many others as it takes: all that
was ever published of a sort is one system of sums (:mod:`.flow_bounds`), with what
readers know besides: what is hidden is not 0. No small count in it, published or what
remains of one period beside others, may be narrowed to a range of less than k.

Periods are months, quarters and years of the calendar: two of them either lie within each
other or have nothing in common. Which others are hidden does not follow from their counts,
which would tell something about them: they come by their names, the last one first.

>>> protect(counted(0, 3, {"noise": 12, "fees": 2, "other": 8}), 5).cells
{'noise': 12, 'fees': None, 'other': None}
>>> protect(counted(0, 3, {"noise": 12, "fees": 0}), 5).cells
{'noise': 12, 'fees': 0}
>>> protect(counted(0, 3, {"noise": 2}), 5).total is None
True
>>> protect(counted(0, 3, dict.fromkeys("abcde", 1)), 5).cells
{'a': None, 'b': None, 'c': None, 'd': None, 'e': None}

The first quarter and the year are told; what is left of the year is small:

>>> quarter = counted(0, 3, {"noise": 10, "fees": 9, "other": 20})
>>> year = counted(0, 12, {"noise": 12, "fees": 20, "other": 60})
>>> protect(year, 5, [quarter]).cells
{'noise': None, 'fees': 20, 'other': None}
"""

from typing import NamedTuple

from .flow_bounds import MANY, Network

#: The total, as if it were a cell.
TOTAL = "total"
#: Cases that are counted here move to other cells later.
MOVING = "open"


class Table(NamedTuple):
    """How many cases of which sort there were from a month up to another one.

    :param start: number of the first month, see :func:`month_number`
    :param end: number of the month after the last one
    :param cells: ``{sort: count}``, ``None`` for a hidden one; months are sorts by their
        numbers
    :param total: ``None`` if it is hidden, and with it all cells
    """

    start: int
    end: int
    cells: dict
    total: int | None

    def bounds(self, cell):
        """Return the least and the most that a table alone tells of a cell or the total.

        A sort that is not in the table had no case. A table without any sort tells its
        total only.

        >>> Table(0, 1, {"noise": 6, "lift": None, "other": None}, 16).bounds("lift")
        (1, 1000000000)
        >>> Table(0, 1, {"noise": 6}, 6).bounds("fees")
        (0, 0)
        >>> Table(0, 1, {}, 6).bounds("fees")
        (0, 1000000000)
        """
        if cell == TOTAL:
            return (1, MANY) if self.total is None else (self.total, self.total)
        if not self.tells_cells() and self.total != 0:
            return 0, MANY
        count = self.cells.get(cell, 0)
        return (1, MANY) if count is None else (count, count)

    def tells_cells(self):
        """Return whether any cell is told; where none is, those of 0 are hidden too."""
        return any(count is not None for count in self.cells.values())

    def within(self, other):
        """Return whether this period lies within another one, or is the same."""
        return other.start <= self.start and self.end <= other.end

    def apart(self, other):
        """Return whether two periods have nothing in common."""
        return self.end <= other.start or other.end <= self.start


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
    :param known: tables of the same sorts that readers know already, the latest one last
    """
    cells = {cell: None if 0 < n < k else n for cell, n in table.cells.items()}
    shown = table._replace(cells=cells)
    if 0 < table.total < k:
        return table._replace(cells=dict.fromkeys(cells), total=None)
    told = _told(shown, k, known)
    while shown.total is not None:
        leak = _leak(shown, k, known, told)
        if leak is None:
            break
        shown = _hide(shown, leak)
    return shown


def is_safe(table, k, known=()):
    """Return whether a table as published tells no small count, see :func:`protect`.

    >>> is_safe(Table(0, 3, {"noise": 9, "fees": None}, 11), 5)
    False
    """
    if table.total is None:
        return True
    counts = (table.total, *table.cells.values())
    small = any(n is not None and 0 < n < k for n in counts)
    return not small and _leak(table, k, known, _told(table, k, known)) is None


def _hide(table, leak):
    """Return a table with one count less, at last with its total only, then with none."""
    shown = [cell for cell, n in table.cells.items() if n]
    if shown:
        cell = leak if leak in shown else max(shown, key=_place)
        return table._replace(cells={**table.cells, cell: None})
    total = table.total if table.tells_cells() else None
    return table._replace(cells=dict.fromkeys(table.cells), total=total)


def _place(cell):
    return len(str(cell)), str(cell)


# ----------------------------------------------------------------------
# What readers work out
# ----------------------------------------------------------------------


def _told(table, k, known):
    """Return the small counts that readers know without this table."""
    return set(_narrowed(_near(table, known), k, table.cells) or ())


def _leak(table, k, known, told):
    """Return the cell by which a table tells a small count, or ``None``."""
    near = _near(table, known)
    found = _narrowed([*near, table], k, table.cells)
    if found is None:
        # the office corrected itself by more than cases that went on
        found = [*_narrowed([table], k, table.cells), *_corrected(table, k, near)]
    new = (key for key in found if key not in told)
    return next(
        (
            month if cell == TOTAL and month is not None else cell
            for (_table, month), _what, cell, *_range in new
        ),
        None,
    )


def _near(table, known):
    """Return the tables that sums may link to a table, beside each other or within.

    Periods that only overlap with this one are left out.
    """
    around = [item for item in known if table.within(item)]
    whole = max(around, key=lambda item: item.end - item.start, default=table)
    return [
        item
        for item in known
        if item.within(whole)
        and (item.within(table) or table.within(item) or item.apart(table))
    ]


def _corrected(table, k, known):
    """Yield the counts of which the difference to another period is small."""
    for item in (item for item in known if not item.apart(table)):
        for cell in (TOTAL, *table.cells):
            (least, most), other = table.bounds(cell), item.bounds(cell)
            if least == most and other[0] == other[1] and 0 < abs(least - other[0]) < k:
                yield (id(item), None), "difference", cell, least, most


def _narrowed(tables, k, cells):
    """Return the small counts that sums tell, each with the range it lies in.

    :return: list of ``(table, what, cell, least, most)``, ``None`` if the sums contradict
        each other
    """
    tables = [part for table in tables for part in _spread(table)]
    cells = [cell for cell in cells if not isinstance(cell, int)]
    for moving in (False, True):
        sums = _Sums(tables, cells, moving)
        if sums.net.fill():
            return list(sums.small(k))
    return None


class _Sums:
    """The sums of nested periods as a network.

    Cases flow by periods down to what is not divided any further, from there by sort, and
    up again by sort and period. ``children`` has the places of the tables right within a
    table, ``counts`` what each edge counts: ``(table, what, cell)``.
    """

    def __init__(self, parts, cells, moving):
        self.net, self.counts, self.moving = Network(), {}, moving
        self.names = [name for name, _table in parts]
        self.tables = [table for _name, table in parts]
        sorts = (cell for table in self.tables for cell in table.cells)
        self.cells = list(dict.fromkeys([*cells, *sorts]))
        self.children = _nested(self.tables)
        self.bottom = self.net.node()
        for place in self.children[None]:
            self._add(place, self.bottom, dict.fromkeys(self.cells, self.bottom))

    def small(self, k):
        """Yield the counts that may be small and that the sums tell, with their range."""
        for edge, key in self.counts.items():
            found = self.net.narrow(edge, k)
            if found and found[0] < k and found[1]:
                yield (*key, *found)

    def _add(self, place, source, sinks):
        """Add a period: its total comes from a node, its cells go to others."""
        inner = self.children[place]
        if not any(self._divided(child) for child in inner):
            # nothing is told by sort at all: what came just ends
            row = self.net.node() if self.cells else self.bottom
            self._total(place, source, row)
            self._cells(place, row, sinks)
            return
        below = self.net.node()
        self._edge(place, TOTAL, source, below)
        own = {cell: self.net.node() for cell in self.cells}
        for cell in self.cells:
            self._edge(place, cell, own[cell], sinks[cell])
        for child in inner:
            self._add(child, below, own)
        self._move(own)
        if not self._covered(place):
            row = self.net.node()
            self._rest(place, TOTAL, below, row)
            for cell in self.cells:
                self._rest(place, cell, row, own[cell])

    def _divided(self, place):
        """Return whether a period or one within it is told by sort."""
        inner = self.children[place]
        return bool(self.tables[place].cells) or any(map(self._divided, inner))

    def _covered(self, place):
        """Return whether the periods within a period are all of it, counted once."""
        table, inner = self.tables[place], self.children[place]
        months = sum(self.tables[c].end - self.tables[c].start for c in inner)
        return len(inner) > 1 and months == table.end - table.start

    def _total(self, place, source, row):
        """Add the totals of a period and of those within it that tell no more."""
        inner = self.children[place]
        if not inner:
            self._edge(place, TOTAL, source, row)
            return
        below = self.net.node()
        self._edge(place, TOTAL, source, below)
        for child in inner:
            self._total(child, below, row)
        if not self._covered(place):
            self._rest(place, TOTAL, below, row)

    def _cells(self, place, row, sinks):
        for cell in self.cells:
            self._edge(place, cell, row, sinks[cell])

    def _edge(self, place, cell, start, end):
        """Add a count of a table; remember it if it is not told as it is."""
        table = self.tables[place]
        least, most = table.bounds(cell)
        edge = self.net.edge(start, end, least, most)
        if least < most and (table.cells or cell == TOTAL):
            self.counts[edge] = (self.names[place], "count", cell)

    def _rest(self, place, cell, start, end):
        edge = self.net.edge(start, end)
        self.counts[edge] = (self.names[place], "rest", cell)

    def _move(self, own):
        """Let cases that were open when a period came out be counted elsewhere later."""
        if self.moving and MOVING in own:
            for cell in self.cells:
                if cell != MOVING:
                    self.net.edge(own[MOVING], own[cell])


def _spread(table):
    """Yield a table, and its months as tables of their own, each with a name."""
    months = {cell: n for cell, n in table.cells.items() if isinstance(cell, int)}
    if not months:
        yield (id(table), None), table
        return
    yield (id(table), None), table._replace(cells={})
    if table.tells_cells():
        for month, count in months.items():
            yield (id(table), month), Table(month, month + 1, {}, count)


def _nested(tables):
    """Return the places of the tables right within each table, ``{place: [place]}``.

    Of two tables of one period the earlier one lies within the later one. What is
    neither within the largest tables nor apart from them is left out.
    """
    children = {place: [] for place in (None, *range(len(tables)))}
    length = {place: table.end - table.start for place, table in enumerate(tables)}
    order = sorted(length, key=lambda place: (-length[place], -place))
    added = []
    for place in order:
        table = tables[place]
        around = [other for other in added if not table.apart(tables[other])]
        if all(table.within(tables[other]) for other in around):
            children[around[-1] if around else None].append(place)
            added.append(place)
    return children
