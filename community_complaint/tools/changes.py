"""What is declared to follow when records are made, changed or deleted: no ORM.

>>> on("date", "kind", made=True).writes({"kind", "name"})
True
>>> on(made=True).writes({"name"})
False
>>> on(every=True).writes({"name"})
True
"""

from typing import NamedTuple


class On(NamedTuple):
    """When a method of ``_guards`` or ``_effects`` is called, see ``complaint.change.mixin``.

    ``names``: fields whose writing counts, or a function of the model that returns them
    ``every``: whether every write counts
    ``made``, ``removed``: whether making and deleting records count
    ``given``: whether making counts for records that are given one of ``names``
    ``by_hand``: whether only what no step or routine opened counts as written
    ``of``: field, or method, that leads to the records it is called on, those before the
    change and those after
    ``before``: method that is asked before the change, with the values that are written,
    ``{}`` if records are made, ``None`` if they are deleted; what it returns is passed on,
    ``None``: nothing follows
    """

    names: object = frozenset()
    every: bool = False
    made: bool = False
    removed: bool = False
    given: bool = False
    by_hand: bool = False
    of: str | None = None
    before: str | None = None

    def writes(self, names):
        """Return whether writing these fields counts."""
        return bool(names) and (self.every or not self.names.isdisjoint(names))


def on(*names, **options):
    """Return the :class:`On` of some fields, or of what one function returns."""
    if len(names) == 1 and callable(names[0]):
        return On(names[0], **options)
    return On(frozenset(names), **options)


def merge_changes(tables, model):
    """Return one table ``{method: On}`` of what the classes of a model declare."""
    rows = {name: row for table in tables for name, row in table.items()}
    return {
        name: row._replace(names=frozenset(row.names(model)))
        if callable(row.names)
        else row
        for name, row in rows.items()
    }
