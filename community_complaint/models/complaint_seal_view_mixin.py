from odoo import api, models
from odoo.exceptions import AccessError, UserError

from ..tools.steps import APPEALED, DRAFT, FINISHED_PHASES


class ComplaintSealViewMixin(models.AbstractModel):
    """What people see of the seal, see ``complaint.seal.mixin``.

    Screens follow its tables, and what is refused is refused with the reason.
    """

    _name = "complaint.seal.view.mixin"
    _description = "Screens of Sealed Fields"

    #: Field that tells a form in which phase its record counts as. EXTENSION POINT.
    _phase_shown = "phase"

    @api.model
    def _get_view(self, view_id=None, view_type="form", **options):
        """OVERRIDE: fields are read-only on screens when the table does not open them."""
        arch, view = super()._get_view(view_id, view_type, **options)
        if view_type in ("form", "list", "kanban"):
            self._mark_readonly(arch)
        return arch, view

    @api.model
    def _mark_readonly(self, arch, phase=None):
        """Add what the table says to the fields of a view, and of those within it.

        :param phase: what the expressions of this view call the phase of the case
        """
        phase = phase or self._phase_shown
        table = self._seal_table()
        for node in _own_fields(arch):
            field = self._fields.get(node.get("name"))
            if field is None:
                continue
            if table and field.name in table.sealed:
                _add_readonly(node, self._closed_expression(table, field.name, phase))
            comodel = self.env.get(field.comodel_name) if field.comodel_name else None
            if isinstance(comodel, ComplaintSealViewMixin):
                within = "parent.phase" if self._name == "helpdesk.ticket" else None
                for sub in node.xpath("./list|./form|./kanban"):
                    comodel._mark_readonly(sub, within)

    @api.model
    def _closed_expression(self, table, name, phase):
        """Return when a field is read-only, as an expression of views; empty: as it is.

        Views are the same for all users: roles are the matter of the field's description.
        """
        row = table.opens.get(name)
        if not row:
            return "1"
        parts = []
        state = self._fields.get(self._life_table().state)
        # a part with a state of its own is open as the whole is
        if row.states is not None and state and (state.related or not self._state_of):
            parts.append(f"{state.name} not in {row.states!r}")
        if row.until:
            parts.append(row.until)
        # who works on an appeal finds the file of a finished case open
        if row.phases and APPEALED not in row.phases and "phase" in self._fields:
            parts.append(f"{phase} not in {row.phases!r}")
        if row.birth:
            return "id"
        if not parts:
            return ""
        closed = " or ".join(parts)
        at_birth = self._opens_first(row)
        return f"id and ({closed})" if at_birth else f"not id or {closed}"

    # ----------------------------------------------------------------------
    # Refusals
    # ----------------------------------------------------------------------

    def _check_access_first(self, operation):
        """Answer alike for what is hidden and what is missing, before telling a reason."""
        if not self.env.su:
            self.check_access(operation)

    def _refuse(self, name, row):
        """Refuse to write a field by hand.

        :param row: its :class:`~..tools.life.Open`, ``None`` if it is never open
        :raise AccessError, UserError: telling why
        """
        self._check_access_first("write" if self else "create")
        label = self._fields[name]._description_string(self.env)
        roles = row and (self and row.later or row.by)
        if roles and not row.birth and not self._has_one_role(roles):
            raise AccessError(
                self.env._(
                    "“%(field)s” is up to: %(roles)s.",
                    field=label,
                    roles=self._role_names(roles),
                )
            )
        phases = {record._seal_place()[1] for record in self}
        if row and row.phases and phases - {*row.phases} & {*FINISHED_PHASES}:
            self._refuse_finished()
        if row and self:
            raise UserError(
                self.env._(
                    "“%(field)s” of %(record)s cannot be changed by hand at this point.",
                    field=label,
                    record=self[:1].display_name,
                )
            )
        raise UserError(
            self.env._("“%s” is filled in by a step, not by hand.", label),
        )

    def _refuse_others(self, name):
        """Refuse what ``only`` leaves to somebody else. Hook for who that is.

        :raise UserError: always
        """
        raise UserError(
            self.env._(
                "“%(field)s” of %(record)s is up to somebody else.",
                field=self._fields[name]._description_string(self.env),
                record=self[:1].display_name,
            )
        )

    def _refuse_finished(self):
        # sudo: helpdesk.ticket - numbers of the cases, which the user may write
        cases = self.sudo().ticket_id
        if any(case.phase == DRAFT for case in cases):
            raise UserError(self.env._("This is a draft. Register it first."))
        raise UserError(
            self.env._(
                "%s is finished. Ask your leader to reopen it first.",
                ", ".join(cases.mapped("number")),
            )
        )

    def _role_names(self, groups):
        """Return the names of roles, for a message."""
        # sudo: res.groups - names of the roles for the message
        names = [self.env.ref(group).sudo().name for group in groups]
        return self.env._(" or ").join(names)


def _own_fields(arch):
    """Yield the fields of a view, not those of the views within them."""
    for node in arch:
        if node.tag == "field":
            yield node
        else:
            yield from _own_fields(node)


def _add_readonly(node, expression):
    """Make a field of a view read-only when an expression holds, besides when it was."""
    given = node.get("readonly")
    if expression == "1" and given is None:
        # said by the description of the field already
        return
    if expression:
        known = f"({given}) or ({expression})" if given else expression
        node.set("readonly", "1" if expression == "1" else known)
