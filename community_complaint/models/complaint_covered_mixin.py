from collections import defaultdict
from typing import NamedTuple

from odoo import api, models, tools

from ..tools.changes import on
from ..tools.life import unsealed

_CASE = "ticket_id"


class Approval(NamedTuple):
    """A step that approves something which stays open.

    ``model``: whose step it is; ``step``: its name; ``lines``: the list that it covers,
    ``None`` for fields of the record itself, ``ticket_id`` for fields of its case;
    ``names``: the fields, ``None`` for all.
    """

    model: str
    step: str
    lines: str | None
    names: frozenset | None


class ComplaintCoveredMixin(models.AbstractModel):
    """An approval falls when what it is about changes, on record, and who gave it is told.

    A step says by ``covers`` what it is about. Whoever changes that, by hand or by the
    program, takes the step back: the approval was on what was read, not on what it became.
    Lines that are added or taken away count as changes.
    """

    _name = "complaint.covered.mixin"
    _description = "What Approvals Are About"
    _inherit = ["complaint.change.mixin"]

    _effects = {
        "_void_by_new": on(made=True),
        "_void_by_changed": on(every=True, before="_covered_before"),
        "_void_by_gone": on(removed=True, before="_covered_wholes"),
    }

    # ----------------------------------------------------------------------
    # Tables
    # ----------------------------------------------------------------------

    @api.model
    @tools.ormcache(cache="stable")
    def _covered_fields(self):
        """Return the :class:`Approval` of this model's steps about its own fields."""
        return tuple(
            Approval(self._name, name, None, frozenset(own))
            for name, step in self._life_table().steps.items()
            if (own := _own_fields(self, step))
        )

    @api.model
    @tools.ormcache(cache="stable")
    def _covered_lines(self):
        """Return the :class:`Approval` of other models' steps about records like these."""
        found = []
        for name, model in self.env.registry.items():
            if model._abstract or not hasattr(model, "_covered_lines"):
                continue
            whole = self.env[name]
            for step_name, step in whole._life_table().steps.items():
                lines = defaultdict(set)
                for path in step.covers:
                    lines_path, names = _split(whole, path)
                    if lines_path and _comodel(whole, lines_path) == self._name:
                        lines[lines_path].update(names)
                found += [
                    Approval(name, step_name, path, frozenset(names) or None)
                    for path, names in lines.items()
                ]
        return tuple(found)

    # ----------------------------------------------------------------------
    # Changes
    # ----------------------------------------------------------------------

    def _void_by_new(self):
        """Take back the approvals of what these are new lines of."""
        for approval in self._covered_lines():
            if approval.lines != _CASE:
                self._approved_wholes(approval)._void(approval)

    def _covered_before(self, vals):
        """Return ``(values written, {approval: what it covers})``, ``None`` for none."""
        before = {
            item: self._values_covered(item, vals)
            for item in (*self._covered_fields(), *self._covered_lines())
            if item.names is None or item.names & vals.keys()
        }
        return (vals, before) if before else None

    def _void_by_changed(self, known):
        """Take back the approvals of what is different now."""
        vals, before = known
        for item, values in before.items():
            after = self._values_covered(item, vals)
            changed = self.filtered(lambda one: values[one] != after[one])  # noqa: B023
            changed._approved_wholes(item)._void(item, vals)

    def _covered_wholes(self, _vals):
        """Return ``{approval: what these are lines of}``."""
        return {
            item: self._approved_wholes(item)
            for item in self._covered_lines()
            if item.lines != _CASE
        }

    def _void_by_gone(self, wholes):
        """Take back the approvals of what lines are gone from."""
        for item, records in wholes.items():
            records.exists()._void(item)

    def _values_covered(self, approval, vals):
        """Return ``{record: values}`` of what is written and an approval covers."""
        names = [
            name
            for name in vals.keys() & self._fields.keys()
            if (approval.names is None or name in approval.names)
            and self._fields[name].type != "one2many"
        ]
        # sudo: compared, not shown
        return {record: [record.sudo()[name] for name in names] for record in self}

    # ----------------------------------------------------------------------
    # Taking an approval back
    # ----------------------------------------------------------------------

    def _approved_wholes(self, approval):
        """Return the records approved by a step that these are, or are lines of."""
        # sudo: whether somebody approved it does not depend on who changes it
        lines, whole = self.sudo(), self.env[approval.model].sudo()
        if approval.lines is None:
            wholes = lines
        elif approval.lines.startswith(_CASE):
            own = approval.lines == _CASE
            wholes = whole._of_old_cases(lines if own else lines.mapped(_CASE))
        else:
            wholes = lines.mapped(whole._fields[approval.lines].inverse_name)
        step, state = whole._step(approval.step), whole._life_table().state
        return wholes.filtered(
            lambda one: one[step.signed] and one[state] in step.sources
        )

    @api.model
    def _of_old_cases(self, cases):
        """Return the records of cases; one that is being made has none yet."""
        if not cases or cases._are_being_born():
            return self.browse()
        return self.search([(_CASE, "in", cases.ids)])

    def _void(self, approval, vals=()):
        """Take a step of these records back, on record, and tell who took it.

        :param vals: what was written of them, if it were their own fields
        """
        if not self:
            return
        step = self._step(approval.step)
        own = approval.lines in (None, _CASE)
        changed = approval.names & {*vals} if own else [approval.lines]
        people = {record: record[step.signed] for record in self}
        names = {*step.stamps, *filter(None, [step.needs])}
        with unsealed(self._unsealed(names)):
            self._write_step(dict.fromkeys(names, False))
        self.env["complaint.log"]._record(
            "approval_void",
            self,
            lambda record: {
                "step": approval.step,
                "person": people[record].login,
                "changed": sorted(changed),
            },
        )
        for record, person in people.items():
            record._tell_void(approval.step, person)

    def _tell_void(self, step, person):
        """Tell somebody, if they may know of it, that their approval fell."""
        case = self._step_cases()
        if case:
            case._message_log(body=self._void_text(step))
        # pylint: disable-next=context-overridden
        seen = self.with_user(person).with_context(
            allowed_company_ids=person.company_ids.ids
        )
        if person == self.env.user or not seen.has_access("read"):
            return
        (case or self.env["mail.thread"]).message_notify(
            partner_ids=person.partner_id.ids,
            subject=case.number or self.display_name,
            author_id=self.env["ir.model.data"]._xmlid_to_res_id("base.partner_root"),
            body=self.with_context(lang=person.lang)._void_text(step),
        )

    def _void_text(self, step):
        return self.env._(
            "%(what)s: “%(step)s” is void: what it was about was changed. Somebody has to "
            "look at it again.",
            what=self.display_name,
            step=self._step_label(step),
        )


def _own_fields(model, step):
    """Return the fields of the record itself that a step covers."""
    return [path for path in step.covers if _split(model, path)[0] is None]


def _split(model, path):
    """Return ``(path of a list of lines or None, set of names)`` of what a step covers."""
    lines, _dot, name = path.removeprefix(f"{_CASE}.").partition(".")
    if path.startswith(f"{_CASE}."):
        if model.env["helpdesk.ticket"]._fields[lines].type != "one2many":
            return _CASE, {lines}
        return f"{_CASE}.{lines}", {name} - {""}
    if model._fields[lines].type == "one2many":
        return lines, {name} - {""}
    return None, {path}


def _comodel(model, path):
    """Return the name of the model of a list of lines."""
    *case, lines = path.split(".")
    owner = model.env["helpdesk.ticket"] if case else model
    return owner._fields[lines].comodel_name
