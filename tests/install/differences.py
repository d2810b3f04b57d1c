"""What an upgrade changes, and what of it is known to be right."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

GONE, NEW = "(row gone)", "(row new)"


@dataclass(frozen=True)
class Difference:
    """A difference of one row.

    :param column: its name, :data:`GONE` or :data:`NEW`
    :param old, new: values of the column, or the whole rows
    """

    table: str
    key: object
    column: str
    old: object = None
    new: object = None

    def __str__(self):
        what = f"{self.table} {self.key} {self.column}"
        return f"{what}: {str(self.old)[:200]} -> {str(self.new)[:200]}"


@dataclass(frozen=True)
class Known:
    """Differences that are meant.

    :param columns: their names; :data:`GONE` and :data:`NEW` stand for whole rows
    :param reason: why, for people
    :param when: tells of a :class:`Difference` whether it is one of these; all are by
        default
    :param sealed: occurs only where the server has keys
    """

    table: str
    columns: tuple
    reason: str
    when: Callable = lambda _difference: True
    sealed: bool = False

    def covers(self, difference):
        """Return whether a difference is one of these."""
        return (
            self.table == difference.table
            and difference.column in self.columns
            and bool(self.when(difference))
        )


def between(old, new, shipped, links):
    """Yield every :class:`Difference` of two snapshots.

    Columns and tables that only the new one has are no difference: nothing was there.
    Neither are new rows that come with the add-ons, nor what updates always overwrite.

    :param shipped: ``snapshot.shipped`` of the new state
    :param links: ``snapshot.links`` of the new state
    """
    for table, before in old.items():
        rows = new[table].rows if table in new else {}
        overwritten = shipped.overwritten.get(table, ())
        for key, row in before.rows.items():
            if key not in rows:
                yield Difference(table, key, GONE, row)
            elif key not in overwritten:
                yield from _of_row(table, key, row, rows[key])
        for key in rows.keys() - before.rows.keys():
            if not _comes_with_addons(table, key, rows[key], shipped, links):
                yield Difference(table, key, NEW, None, rows[key])


def _comes_with_addons(table, key, row, shipped, links):
    """Return whether a new row is shipped, or relates two rows that are."""
    if table not in links:
        return key in shipped.named.get(table, ())
    ends = links[table].items()
    return all(row[column] in shipped.named.get(end, ()) for column, end in ends)


def _of_row(table, key, old, new):
    for column, value in old.items():
        if column not in new:
            # an empty column that goes takes nothing along
            if value is not None:
                yield Difference(table, key, column, value)
        elif new[column] != value:
            yield Difference(table, key, column, value, new[column])


def judge(differences, known):
    """Return which differences nobody named, and which names matched nothing.

    :param known: list of :class:`Known`
    :return: ``(list of Difference, list of Known)``
    """
    used, unnamed = Counter(), []
    for difference in differences:
        names = [item for item in known if item.covers(difference)]
        used.update(names)
        if not names:
            unnamed.append(difference)
    return unnamed, [item for item in known if not used[item]]


def listed(differences, most=40):
    """Return differences as text: how many of each kind, then the first ones."""
    counts = Counter((item.table, item.column) for item in differences)
    lines = [f"{count} x {table} {column}" for (table, column), count in counts.items()]
    return "\n".join([*lines, "", *map(str, differences[:most])])
