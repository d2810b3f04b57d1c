from typing import NamedTuple

from odoo import api, models, tools

from ..tools.changes import merge_changes


class ChangeTable(NamedTuple):
    """What is asked before, and what follows, a change: ``{method: On}`` each."""

    guards: dict
    effects: dict


class ComplaintChangeMixin(models.AbstractModel):
    """What has to be asked before records change, and what follows, is a table.

    A model declares, and so do its mixins and other add-ons, which add up:

    ``_guards``
        ``{method: On}``: called before anything is written, with the values, or ``None``
        if the records are deleted; new records are asked one by one, on the model
    ``_effects``
        ``{method: On}``: called afterwards, in the order of the classes, the base's first

    See :class:`~..tools.changes.On`. This is the one place that overrides ``create``,
    ``write`` and ``unlink`` for them, and for the seal. In ``_inherit`` of a model of
    others it stands before that model if what follows must see all that its own code does.
    """

    _name = "complaint.change.mixin"
    _description = "What Follows a Change"

    _guards = {}
    _effects = {}

    # ----------------------------------------------------------------------
    # CRUD
    # ----------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        """OVERRIDE: see the class."""
        table = self._change_table()
        for name, row in table.guards.items():
            if row.made:
                for vals in vals_list:
                    getattr(self.browse(), name)(vals)
        vals_list = [self._clean_vals(vals) for vals in vals_list]
        model = self._guard_create(vals_list)
        rows = [
            (name, row, self.browse()._before_change(row, {}), _given(row, vals_list))
            for name, row in table.effects.items()
            if row.made or row.given
        ]
        records = super(ComplaintChangeMixin, model).create(vals_list)
        records = records.with_env(self.env)
        records._guard_born(vals_list)
        for name, row, before, given in rows:
            ids = records._ids
            made = records.browse(
                id_ for id_, one in zip(ids, given, strict=True) if one
            )
            made._follow_change(name, row, before)
        return records

    def write(self, vals):
        """OVERRIDE: see the class."""
        guards, effects = (
            self._rows_written(rows, vals) for rows in self._change_table()
        )
        for name, _row in guards:
            getattr(self, name)(vals)
        vals = self._clean_vals(vals)
        asked = self._guard_write(vals)
        before = [self._before_change(row, vals) for _name, row in effects]
        result = super().write(vals)
        self._guard_written(asked)
        for (name, row), known in zip(effects, before, strict=True):
            self._follow_change(name, row, known)
        return result

    def unlink(self):
        """OVERRIDE: see the class."""
        table = self._change_table()
        for name, row in table.guards.items():
            if row.removed:
                getattr(self, name)(None)
        self._guard_unlink()
        rows = [
            (name, row, self._before_change(row, None))
            for name, row in table.effects.items()
            if row.removed
        ]
        result = super().unlink()
        for name, row, before in rows:
            if row.of:
                getattr(before.exists(), name)()
            else:
                self._follow_change(name, row, before)
        return result

    # ----------------------------------------------------------------------
    # Hooks of the mixins: the seal, and texts that can be printed
    # ----------------------------------------------------------------------

    @api.model
    def _clean_vals(self, vals):
        """Return values as they are kept."""
        return vals

    @api.model
    def _guard_create(self, _vals_list):
        """Check what new records get; return the model that creates them."""
        return self

    def _guard_born(self, vals_list):
        """Check new records."""

    def _guard_write(self, _vals):
        """Check what is written; return what :meth:`_guard_written` is to ask of."""
        return ()

    def _guard_written(self, asked):
        """Check records after they were written."""

    def _guard_unlink(self):
        """Check that records may be deleted."""

    # ----------------------------------------------------------------------
    # The table
    # ----------------------------------------------------------------------

    @api.model
    @tools.ormcache()
    def _change_table(self):
        """Return the :class:`ChangeTable` of the model, of all add-ons."""
        return ChangeTable(
            merge_changes(self._declared("_guards"), self),
            merge_changes(self._declared("_effects"), self),
        )

    @api.model
    def _declared(self, attribute):
        """Return what the classes of the model declare, the base's first."""
        return [
            vars(cls)[attribute]
            for cls in reversed(type(self).mro())
            if vars(cls).get(attribute) is not None
        ]

    def _rows_written(self, rows, vals):
        """Return the rows of a table that count for a write, as ``[(method, row)]``."""
        found = []
        for name, row in rows.items():
            names = self._names_by_hand(vals) if row.by_hand else vals.keys()
            if row.writes(names):
                found.append((name, row))
        return found

    def _before_change(self, row, vals):
        """Return what an effect wants to know of how it was before."""
        if row.of:
            return self._lead_changed(row.of)
        return getattr(self, row.before)(vals) if row.before else None

    def _follow_change(self, name, row, before):
        """Call what follows, on these or on what they lead to."""
        if row.of:
            getattr(before | self._lead_changed(row.of), name)()
        elif not row.before:
            getattr(self, name)()
        elif before is not None:
            getattr(self, name)(before)

    def _lead_changed(self, path):
        """Return the records that a field, or a method, of these leads to."""
        return self[path] if path in self._fields else getattr(self, path)()


def _given(row, vals_list):
    """Return for each new record whether an effect follows for it."""
    if row.made:
        return [True] * len(vals_list)
    return [any(vals.get(name) for name in row.names) for vals in vals_list]
