"""What every sweep is made of: axes, the cells to try, the tally of what happened.

Plain Python, without Odoo. A sweep is a table: every cell names one value of each axis
and is tried once. ``./run sweep`` tries the full product, ``./run test`` a covering
array, in which every pair of values of two axes that may occur does occur.

>>> axes = {"who": ("clerk", "leader"), "what": ("read", "write"), "when": ("now", "late")}
>>> len(list(product(axes)))
8
>>> len(pairwise(axes, seed=1))
4
"""

import itertools
import random
from collections import Counter
from dataclasses import dataclass, field

#: What a try may come to. ``UNEXPECTED`` fails the sweep.
ALLOWED, REFUSED, SKIPPED, UNEXPECTED = OUTCOMES = (
    "allowed",
    "refused",
    "skipped",
    "unexpected",
)


def product(axes, possible=lambda _cell: True):
    """Yield every cell, a dictionary ``{axis: value}``, in order.

    :param axes: ``{name: values}``
    :param possible: function of a cell that says whether it can occur at all
    """
    for values in itertools.product(*axes.values()):
        cell = dict(zip(axes, values, strict=True))
        if possible(cell):
            yield cell


def pairwise(axes, seed, possible=lambda _cell: True):
    """Return cells in which every possible pair of values occurs at least once.

    The two longest axes are multiplied, each further axis is laid over the rows (the
    method known as IPO), and pairs that still lack get rows of their own. The same seed
    gives the same cells.

    :param possible: function of a cell, also of one without all axes; it says whether
        the cell can occur
    """
    chance = random.Random(seed)
    names = sorted(axes, key=lambda name: -len(axes[name]))
    rows = list(product({name: axes[name] for name in names[:2]}, possible))
    for count in range(2, len(names)):
        _extend(rows, names[count], names[:count], axes, possible, chance)
    complete = [_completed(row, names, axes, possible, chance) for row in rows]
    return [{name: row[name] for name in axes} for row in complete if row]


def spread(axes, first, seed, possible=lambda _cell: True):
    """Return every possible cell of two axes once, with values drawn for the others.

    For axes so long that :func:`pairwise` would take hours: this takes as long as there
    are cells. Values that were drawn least so far with the first axis' value go first, so
    that its pairs with the other axes come about evenly.

    :param first: names of the two axes that are multiplied

    >>> axes = {"what": "abc", "how": "xy", "who": ("clerk", "leader")}
    >>> cells = spread(axes, ("what", "how"), seed=1)
    >>> len(cells), len({(cell["what"], cell["who"]) for cell in cells})
    (6, 6)
    """
    chance, drawn = random.Random(seed), Counter()
    others = [name for name in axes if name not in first]
    cells = []
    for row in product({name: axes[name] for name in first}, possible):
        lead = row[first[0]]
        for name in others:
            values = [v for v in axes[name] if possible({**row, name: v})]
            chance.shuffle(values)
            if values:
                row[name] = min(values, key=lambda v, name=name: drawn[lead, name, v])
                drawn[lead, name, row[name]] += 1
        if len(row) == len(axes):
            cells.append({name: row[name] for name in axes})
    return cells


def _extend(rows, name, earlier, axes, possible, chance):
    """Give the rows values of one more axis, and add rows for pairs left over."""
    missing = {
        (other, value, new)
        for other in earlier
        for value in axes[other]
        for new in axes[name]
        if possible({other: value, name: new})
    }
    for row in rows:
        choices = [new for new in axes[name] if possible({**row, name: new})]
        if not choices:
            continue
        chance.shuffle(choices)
        row[name] = max(choices, key=lambda new: len(_new_pairs(row, new, missing)))
        missing -= _new_pairs(row, row[name], missing)
    for other, value, new in sorted(missing, key=repr):
        pair = {other: value, name: new}
        home = next((row for row in rows if _takes(row, pair, possible)), None)
        if home is None:
            rows.append(pair)
        else:
            home.update(pair)


def _new_pairs(row, new, missing):
    return {key for item in row.items() if (key := (*item, new)) in missing}


def _takes(row, pair, possible):
    """Return whether a row has room for a pair."""
    fits = all(row.get(name, value) == value for name, value in pair.items())
    return fits and possible({**row, **pair})


def _completed(row, names, axes, possible, chance):
    """Return a row with all axes, or None when no value is possible for one."""
    open_axes = {
        name: chance.sample(list(axes[name]), len(axes[name]))
        for name in names
        if name not in row
    }
    return next(
        ({**row, **rest} for rest in product(open_axes) if possible({**row, **rest})),
        None,
    )


def described(cell):
    """Return a cell as it is typed after ``./run sweep NAME``.

    >>> described({"who": "clerk", "what": "write it"})
    "who=clerk 'what=write it'"
    """
    words = (f"{name}={value}" for name, value in cell.items())
    return " ".join(f"'{word}'" if " " in word else word for word in words)


def narrowed(axes, words):
    """Return the axes with only the values that words such as ``who=clerk`` name.

    :raise ValueError: if there is no such axis or value

    >>> narrowed({"who": ("clerk", "leader"), "what": ("read",)}, ["who=leader"])
    {'who': ('leader',), 'what': ('read',)}
    """
    chosen = dict(axes)
    for word in words:
        name, _equals, value = word.partition("=")
        if value not in map(str, axes.get(name, ())):
            raise ValueError(f"There is no {word!r} in this sweep.")
        chosen[name] = tuple(v for v in axes[name] if str(v) == value)
    return chosen


@dataclass
class Tally:
    """What the tries of a sweep came to.

    :param cells: how many cells the full product has
    :param known: ``[(part of a cell, reason)]`` of failures that wait for their cure
    :param full: all cells are tried, so that a known failure that is not met is cured
    """

    name: str
    cells: int
    known: list = field(default_factory=list)
    full: bool = False
    counts: dict = field(default_factory=lambda: dict.fromkeys(OUTCOMES, 0))
    #: ``{message: cells}``
    failures: dict = field(default_factory=dict)
    #: per entry of ``known``: how many cells were tried, and how many of them failed
    tries: dict = field(default_factory=dict)

    @property
    def tried(self):
        """Return how many cells were really tried."""
        return sum(self.counts.values()) - self.counts[SKIPPED]

    @property
    def waiting(self):
        """Return how many failures are known."""
        return sum(failed for _tried, failed in self.tries.values())

    def add(self, cell, outcome, message=""):
        """Count a try.

        :param message: what happened, for an unexpected outcome
        """
        self.counts[outcome] += 1
        bad = outcome == UNEXPECTED
        known = self._known(cell)
        if known is not None and outcome != SKIPPED:
            tried, failed = self.tries.get(known, (0, 0))
            self.tries[known] = (tried + 1, failed + bad)
        elif bad:
            self.failures.setdefault(message, []).append(cell)

    def _known(self, cell):
        """Return the place of the known failure that a cell belongs to."""
        for place, (part, _reason) in enumerate(self.known):
            if part.items() <= cell.items():
                return place
        return None

    def figures(self):
        """Return ``{column: figure}`` of the sweep."""
        return {
            "cells": self.cells,
            "tried": self.tried,
            **self.counts,
            "known": self.waiting,
        }

    def line(self):
        """Return the figures on one line."""
        figures = (f"{count} {name}" for name, count in self.figures().items())
        return f"sweep {self.name}: {', '.join(figures)}"

    def problems(self):
        """Return a line per kind of failure, which reproduces the first of its kind.

        Known failures that are cured get a line, too: they are no longer to be known.
        """
        failures = [
            f"./run sweep {self.name} {described(cells[0])}: {message}"
            + (f" (and {len(cells) - 1} like it)" if cells[1:] else "")
            for message, cells in self.failures.items()
        ]
        cured = [
            f"cured, take it off the known ones: {described(self.known[place][0])}"
            for place, (_tried, failed) in self.tries.items()
            if self.full and not failed
        ]
        return [*failures, *cured]
