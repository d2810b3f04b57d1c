"""What the tables of the seal mean, worked out apart from the engine that obeys them."""

from odoo.addons.community_complaint.models.complaint_respondent import UNHEARD
from odoo.addons.community_complaint.models.complaint_seal_mixin import (
    ComplaintSealMixin,
)

#: Stands for the record itself, which may be deleted or not.
RECORD = "itself"


def sealed_models(env):
    """Return the names of the models with a table of the seal."""
    return sorted(
        name
        for name, model in env.registry.items()
        if issubclass(model, ComplaintSealMixin)
        and not model._abstract
        and model._auto
        and not name.startswith("complaint.life.")
        and env[name]._seal_table()
    )


class Oracle:
    """Says what is open where and to whom.

    The tables are read once: what the engine makes of them later is what is tried.

    :param has_role: function of a role and groups
    """

    def __init__(self, env, has_role):
        self.models = sealed_models(env)
        self.tables = {name: env[name]._seal_table() for name in self.models}
        self.has_role = has_role

    def row(self, model, name):
        """Return the row of a field, or of the record itself, or ``None``."""
        table = self.tables[model]
        return table.drops if name == RECORD else table.opens.get(name)

    def has_phases(self, model):
        """Return whether the phase of the case matters to a model."""
        table = self.tables[model]
        rows = [*table.opens.values(), *([table.drops] if table.drops else [])]
        return model == "helpdesk.ticket" or any(row.phases for row in rows)

    def place(self, record):
        """Return ``(state, phase)`` that count for a record."""
        special = getattr(self, f"_place_{record._name.replace('.', '_')}", None)
        if special:
            return special(record)
        phase = record.ticket_id.phase if "ticket_id" in record._fields else False
        whole = record
        while whole._state_of and whole[whole._state_of]:
            whole = whole[whole._state_of]
        state = whole._life_table().state
        return (whole[state] if state in whole._fields else False), phase

    def _place_helpdesk_ticket(self, record):
        return record.phase, False

    def _place_complaint_respondent(self, record):
        on_file = record.employee_id or record.department_id or record.partner_id
        phase = record.ticket_id.phase
        if phase == "deciding" and not record.heard:
            phase = UNHEARD
        return "named" if on_file else "unnamed", phase

    def _place_complaint_delegation(self, record):
        today = record._today(record.company_id)
        if record.date_to < today:
            return "over", False
        return "ahead" if record.date_from > today else "going", False

    def _place_complaint_custody_act(self, record):
        signed = record.first_signed_date or record.second_signed_date
        state = "signed" if record.state == "draft" and signed else record.state
        return state, record.ticket_id.phase

    def may_change(self, record, name, role):
        """Return whether a role may write a field, or delete the record, by hand."""
        row = self.row(record._name, name)
        if not row or row.birth or not self.has_role(role, row.later or row.by):
            return False
        if row.until and record[row.until]:
            return False
        state, phase = self.place(record)
        return _holds(row.states, state) and _holds(row.phases, phase)

    def may_give(self, record, name, role, first):
        """Return whether a role may give a field to a new record beside this one.

        :param first: the state that new records have
        """
        row = self.row(record._name, name)
        if not row or not self.has_role(role, row.by):
            return False
        if record._state_of or row.birth:
            return True
        return _holds(row.states, first)


def _holds(wanted, found):
    return wanted is None or found in wanted
