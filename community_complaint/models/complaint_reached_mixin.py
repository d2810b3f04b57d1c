from odoo import api, models

from ..tools.changes import on

#: How much of a value stands in a row of the log.
_LENGTH = 300


class ComplaintReachedMixin(models.AbstractModel):
    """Whom letters and alarms of complaints reach: bodies, contacts, staff (THREATS 51).

    Whoever manages contacts or staff may write there; then a letter goes elsewhere. So a
    change of who is reached, and where, is never quiet, ``sudo()`` or not.

    EXTENSION POINTS: :attr:`_reached_names`, :meth:`_reached_with` and
    :meth:`_note_reached`.
    """

    _name = "complaint.reached.mixin"
    _description = "Reached by Letters of Complaints"
    _inherit = ["complaint.change.mixin"]

    _effects = {
        "_reached_written": on(
            lambda self: self._reached_names, before="_reached_before"
        ),
    }

    #: Fields that say who is reached, and where.
    _reached_names = frozenset()

    def _reached_before(self, vals):
        """Return ``(whom a write moves, their values)``, ``None`` while loading modules."""
        if not self.pool.ready:
            return None
        names = sorted(self._reached_names & vals.keys())
        # sudo: contacts and staff - who is reached by what, whoever changes it
        reached = self.sudo()._reached_with(names)
        return reached, reached._reached_values(names)

    def _reached_written(self, known):
        """Let the extension see, or refuse, what moves letters."""
        reached, old = known
        changes = reached._reached_changes(old)
        if changes:
            reached.browse(changes)._note_reached(changes)

    def _reached_with(self, _names):
        """Return these and whoever a change of some fields moves as well."""
        return self

    def _note_reached(self, changes):
        """Check and put on record what changed; these come as superuser.

        :param changes: ``{id: {field: [before, after]}}``
        """
        raise NotImplementedError

    def _reached_values(self, names):
        """Return ``{id: {field: value}}``, links by their names."""
        return {
            record.id: {name: _text(record[name]) for name in names} for record in self
        }

    def _reached_changes(self, old):
        """Return ``{id: {field: [before, after]}}`` of what is different now."""
        changes = {}
        for record in self.exists():
            before = old[record.id]
            after = record._reached_values(list(before))[record.id]
            change = {
                name: [before[name], after[name]]
                for name in before
                if before[name] != after[name]
            }
            if change:
                changes[record.id] = change
        return changes

    def _log_reached(self, offices, changes):
        """Put on record in the log of offices what changed.

        :param offices: ``{id: res.company records}``
        """
        for record in self.filtered("id"):
            details = {
                "model": self._name,
                "name": (record.display_name or "")[:_LENGTH],
                "fields": changes[record.id],
            }
            for company in offices.get(record.id) or ():
                self.env["complaint.log"]._record(
                    "setting_changed", record, details, company
                )

    @api.model
    def _tell_reached(self, offices, what):
        """Tell custodians and auditors of offices whose letters go elsewhere now.

        :param offices: ``{id: res.company records}``
        :param what: what kind of people or bodies, as text
        """
        for id_, companies in offices.items():
            if companies and not self.env.user._is_superuser():
                self.env["res.groups"]._tell_watchers(
                    companies, what, [self.browse(id_).display_name]
                )


def _text(value):
    """Return a value of a field as the log keeps it."""
    if isinstance(value, models.BaseModel):
        return ", ".join(value.mapped("display_name"))[:_LENGTH]
    return value if isinstance(value, bool) else str(value)[:_LENGTH]
