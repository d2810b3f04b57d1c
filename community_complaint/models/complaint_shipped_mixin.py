from odoo import api, fields, models

#: People, bodies and hours are always the office's own: no shipped text knows them.
OFFICE_OWN = frozenset(
    {
        *("hr.department", "hr.employee", "res.company", "res.partner", "res.users"),
        *("helpdesk.ticket.team", "resource.calendar"),
    }
)


class ComplaintShippedMixin(models.AbstractModel):
    """A line of a text that may come from a shipped one, and knows from which line.

    An office's own copy keeps the name of the shipped line, so that what changes there
    later is found again, see ``complaint.regulation._shipped_changes``.
    """

    _name = "complaint.shipped.mixin"
    _description = "Line of a Shipped Text"

    #: Which fields tell one line of a text from another, for copies without a name.
    _shipped_alike = ("clause",)

    shipped_key = fields.Char(
        "Shipped Line",
        readonly=True,
        index="btree_not_null",
        help="External identifier of the line of the shipped text it was copied from.",
    )

    def copy_data(self, default=None):
        """OVERRIDE: the copy of a shipped line knows it."""
        vals_list = super().copy_data(default)
        keys = self._shipped_names()
        for line, vals in zip(self, vals_list, strict=True):
            vals["shipped_key"] = keys.get(line.id) or line.shipped_key
        return vals_list

    def _shipped_names(self):
        """Return ``{id: external identifier}`` of those that are shipped."""
        shipped = self.filtered(lambda line: line.regulation_id.is_template)
        found = shipped._get_external_ids()
        return {id_: names[0] for id_, names in found.items() if names}

    @api.model
    def _shipped_fields(self):
        """Return the names of the fields in which a line is compared, in order."""
        left_out = {"regulation_id", "sequence", "active", "shipped_key"}
        left_out.update(models.MAGIC_COLUMNS)
        return [
            name
            for name, field in self._fields.items()
            if field.store
            and field.copy
            and name not in left_out
            and field.comodel_name not in OFFICE_OWN
        ]

    def _take_shipped(self, vals):
        """Write what a shipped line says now. EXTENSION POINT.

        :return: the line that holds it
        """
        self.write(vals)
        return self

    def _drop_shipped(self):
        """Take out a line that the shipped text does not have any more."""
        if "active" in self._fields:
            self.write({"active": False})
        else:
            self.unlink()
