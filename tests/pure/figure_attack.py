"""Somebody who works out small counts from published tables, and knows the program.

Written apart from :mod:`community_complaint.tools.publication_figures`, on purpose: sums
are solved for their unknowns by elimination, then ranges are narrowed by every sum, and
the last doubt by trying both ends. Tables are given by name, ``{name: [Table]}``; all
tables of one period share its total, and months told are totals of months.
"""

from fractions import Fraction
from itertools import pairwise

MANY = 10**6


class Attack:
    """What a reader knows: unknowns with ranges, and sums that are 0.

    ``ranges`` is ``{unknown: [least, most]}``, ``sums`` a list of ``{unknown: factor}``.
    An unknown is ``(sort or "total", start, end)``; ``end`` is ``None`` for what is left
    of a period beside those published within it.
    """

    def __init__(self, tables):
        self.ranges, self.sums, self.small = {}, [], []
        totals = {}
        for shown in tables.values():
            for table in shown:
                totals.setdefault((table.start, table.end), table.total)
        for month in tables.get("month", ()):
            for code, count in month.cells.items():
                period = code, code + 1
                if _tells(month) and totals.get(period) is None:
                    totals[period] = count
        for (start, end), total in totals.items():
            self._know(("total", start, end), total, 1)
        self._divide(totals, ["total"])
        for name, shown in tables.items():
            if name != "month":
                self._sorts(name, shown)

    def _know(self, unknown, count, least):
        low, high = self.ranges.get(unknown, (0, MANY))
        if count is None:
            self.ranges[unknown] = [max(low, least), high]
        else:
            self.ranges[unknown] = [count, count]

    def _sorts(self, name, shown):
        sorts = sorted({(name, sort) for table in shown for sort in table.cells})
        periods = {}
        for table in shown:
            period = periods[table.start, table.end] = table.start, table.end
            for sort in sorts:
                count = table.cells.get(sort[1], 0)
                if table.total == 0 or _tells(table):
                    self._know((sort, *period), count, 1)
                else:
                    self._know((sort, *period), None, 0)
        self._divide(periods, ["total", *sorts])
        for start, end in [*periods, *((start, None) for start in self.left(periods))]:
            if ("total", start, end) in self.ranges:
                row = {(sort, start, end): 1 for sort in sorts}
                self.sums.append({**row, ("total", start, end): -1})

    @staticmethod
    def inner(periods, outer):
        """Return the largest periods within another one."""
        inside = [
            p for p in periods if p != outer and outer[0] <= p[0] and p[1] <= outer[1]
        ]
        return [
            p
            for p in inside
            if not any(q != p and q[0] <= p[0] and p[1] <= q[1] for q in inside)
        ]

    def left(self, periods):
        """Yield the names of what is left of periods that others do not fill."""
        for start, end in periods:
            inner = self.inner(periods, (start, end))
            if inner and sum(q[1] - q[0] for q in inner) < end - start:
                yield (start, end, tuple(sorted(inner)))

    def _divide(self, periods, sorts):
        left = {
            (start, end): (start, end, inner)
            for start, end, inner in self.left(periods)
        }
        for outer in periods:
            inner = self.inner(periods, outer)
            if not inner:
                continue
            for sort in sorts:
                row = {(sort, *outer): 1, **{(sort, *q): -1 for q in inner}}
                if outer in left:
                    rest = (sort, left[outer], None)
                    self.ranges.setdefault(rest, [0, MANY])
                    row[rest] = -1
                self.sums.append(row)

    # ------------------------------------------------------------------
    # Solving
    # ------------------------------------------------------------------

    def solve(self):
        """Narrow all ranges as far as this reader can; return them."""
        rows = [*self.sums, *self._eliminated()]
        self._narrow(self.ranges, rows)
        for unknown in list(self.ranges):
            low, high = self.ranges[unknown]
            if 0 < high - low < 8:
                self._try(unknown, rows)
        return self.ranges

    def _eliminated(self):
        """Return the sums solved for as many unknowns as possible."""
        solved = []
        for row in self.sums:
            left, constant = {}, 0
            for unknown, factor in row.items():
                low, high = self.ranges[unknown]
                if low == high:
                    constant += factor * low
                else:
                    left[unknown] = factor
            left[None] = constant
            for pivot, other in solved:
                if pivot in left:
                    _subtract(left, other, _ratio(left[pivot], other[pivot]))
            pivot = next((u for u in left if u is not None), None)
            if pivot is None:
                continue
            for _pivot, other in solved:
                if pivot in other:
                    _subtract(other, left, _ratio(other[pivot], left[pivot]))
            solved.append((pivot, left))
        return [row for _pivot, row in solved]

    def _narrow(self, ranges, rows):
        """Narrow ranges until nothing moves; return whether they are possible."""
        users = {}
        for place, row in enumerate(rows):
            for unknown in row:
                users.setdefault(unknown, set()).add(place)
        waiting = set(range(len(rows)))
        while waiting:
            moved = self._by_sum(ranges, rows[waiting.pop()])
            if moved is None:
                return False
            for unknown in moved:
                waiting |= users[unknown]
        return True

    @staticmethod
    def _by_sum(ranges, row):
        """Narrow the ranges of one sum; return which, ``None`` if it is impossible."""
        parts = {}
        for unknown, factor in row.items():
            low, high = ranges[unknown] if unknown is not None else (1, 1)
            parts[unknown] = sorted((factor * low, factor * high))
        least, most = (sum(p[side] for p in parts.values()) for side in (0, 1))
        if least > 0 or most < 0:
            return None
        moved = []
        for unknown, factor in row.items():
            if unknown is None:
                continue
            # factor * value lies between these two
            ends = (-(most - parts[unknown][1]), -(least - parts[unknown][0]))
            low, high = sorted(_ratio(end, factor) for end in ends)
            now = ranges[unknown]
            new = [max(now[0], -((-low) // 1)), min(now[1], high // 1)]
            if new[0] > new[1]:
                return None
            if new != now:
                ranges[unknown] = new
                moved.append(unknown)
        return moved

    def _try(self, unknown, rows):
        """Take away the ends of a range that are impossible."""
        for side, step in ((0, 1), (1, -1)):
            while self.ranges[unknown][0] < self.ranges[unknown][1]:
                end = self.ranges[unknown][side]
                tried = {**self.ranges, unknown: [end, end]}
                if self._narrow(tried, rows):
                    break
                now = list(self.ranges[unknown])
                now[side] += step
                self.ranges[unknown] = now

    # ------------------------------------------------------------------
    # Judging
    # ------------------------------------------------------------------

    def proven(self, k):
        """Return the small counts that are known exactly, ``{unknown: count}``."""
        return {u: low for u, (low, high) in self.ranges.items() if 0 < low == high < k}

    def narrow(self, k):
        """Return the counts that exist, may be small and lie in a range of less than k.

        A range from 1 to k - 1 and beyond tells no more than that a count is not shown.
        """
        return {
            u: (low, high)
            for u, (low, high) in self.ranges.items()
            if 0 < low < k and high - low < k and not (low == 1 and high >= k)
        }


def _tells(table):
    """Return whether any sort is told: where none is, those of 0 are hidden as well."""
    return any(count is not None for count in table.cells.values())


def _ratio(value, by):
    return value * by if by in (1, -1) else Fraction(value) / by


def _subtract(row, other, factor):
    for unknown, value in other.items():
        value = row.get(unknown, 0) - factor * value
        if value or unknown is None:
            row[unknown] = value
        else:
            row.pop(unknown, None)


# ----------------------------------------------------------------------
# Offices
# ----------------------------------------------------------------------

#: Months, quarters and the year, in the order in which they come out.
YEAR = [p for q in range(0, 12, 3) for p in ((q, q + 1), (q + 1, q + 2), (q + 2, q + 3), (q, q + 3))]  # fmt: skip
YEAR.append((0, 12))
#: What offices publish of a year.
PLANS = {
    "year": [(0, 12)],
    "quarter and year": [(0, 3), (0, 12)],
    "3 quarters and year": [(0, 3), (3, 6), (6, 9), (0, 12)],
    "quarters and year": [*pairwise(range(0, 13, 3)), (0, 12)],
    "months, quarters, year": YEAR,
}


def office(random, mean):
    """Return the cases of a year of a made-up office, ``[{name: sort}]`` with the month."""
    kinds = random.randint(3, 10)
    names = {
        "type": ([f"k{n}" for n in range(kinds)], [1 / (n + 1) for n in range(kinds)]),
        "conclusion": (
            ["substantiated", "partly", "unsubstantiated", "settled", "answered",
             "refused", "withdrawn"],
            [6, 3, 5, 2, 3, 1, 1],
        ),
        "timeliness": (["in_time", "late"], [9, 1]),
    }  # fmt: skip
    number = sum(
        random.random() < mean / (4 * mean + 40) for _n in range(int(4 * mean + 40))
    )
    return [
        {
            "month": random.randrange(12),
            **{n: random.choices(*sorts)[0] for n, sorts in names.items()},
        }
        for _n in range(number)
    ], {name: sorts for name, (sorts, _weights) in names.items()}


def tables_of(cases, sorts, start, end):
    """Return the real counts of a period, ``{name: {sort: count}}``."""
    inside = [case for case in cases if start <= case["month"] < end]
    sorts = {**sorts, "month": range(start, end)}
    return {
        name: {sort: sum(case[name] == sort for case in inside) for sort in names}
        for name, names in sorts.items()
    }


def publish(cases, sorts, plan, figures, k):
    """Publish periods one after the other as the product does, ``{name: [Table]}``.

    :param figures: the product's :mod:`~community_complaint.tools.publication_figures`
    """
    known = {name: [] for name in (*sorts, "month")}
    months = []
    for start, end in plan:
        shown = {
            name: figures.protect(
                figures.counted(start, end, cells), k, [*known[name], *months]
            )
            for name, cells in tables_of(cases, sorts, start, end).items()
        }
        if any(table.total is None for table in shown.values()):
            shown = {
                name: table._replace(cells=dict.fromkeys(table.cells), total=None)
                for name, table in shown.items()
            }
        for name, table in shown.items():
            known[name].append(table)
        months += [
            figures.Table(code, code + 1, {}, count)
            for code, count in shown["month"].cells.items()
            if count is not None
        ]
    return known


def hidden_share(tables):
    """Return ``(hidden, all)`` cells and totals of published tables, but those of 0."""
    counts = [
        count
        for shown in tables.values()
        for table in shown
        for count in (table.total, *table.cells.values())
        if count != 0
    ]
    return counts.count(None), len(counts)
