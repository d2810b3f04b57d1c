from odoo import api, models

from ..tools.steps import APPEALED


class ComplaintSealViewMixin(models.AbstractModel):
    """Screens follow the tables of the seal, see ``complaint.seal.mixin``."""

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
