from odoo import api, fields, models
from odoo.fields import Domain

from ..tools.changes import on
from ..tools.local_html import local_html
from ..tools.printable import one_line, printable


class ComplaintPrintableMixin(models.AbstractModel):
    """Texts of a case hold what can be read and printed, whoever sends them.

    PostgreSQL refuses the NUL, and a text that turns its direction or its line forges
    lists, mail headers and log lines. Nor does a formatted text load anything from
    elsewhere: it would tell who reads the case, and when.
    """

    _name = "complaint.printable.mixin"
    _description = "Texts without Control Characters"

    @api.model
    def _printable_vals(self, vals):
        """Return values whose texts have no control or direction characters.

        What fits on one line by its type is put on one line.
        """
        return {
            name: self._printable_value(name, value)
            if isinstance(value, str)
            else value
            for name, value in vals.items()
        }

    @api.model
    def _printable_value(self, name, value):
        kind = self._fields[name].type if name in self._fields else None
        if kind == "char":
            return one_line(value)
        if kind == "html":
            return local_html(printable(value))
        return printable(value) if kind == "text" else value


class ComplaintCaseMixin(models.AbstractModel):
    """A part of a case file: belongs to one complaint and is closed with it.

    Who may see it follows the case, see ``security/ir_rule.xml``; so do its files: the
    base leaves one that was uploaded before its record was saved to whoever uploaded it.
    That nobody links a file they may not read, the ORM sees to.

    What may be written by hand is a table, see ``complaint.seal.mixin``.
    """

    _name = "complaint.case.mixin"
    _description = "Part of a Case File"
    _inherit = ["complaint.seal.mixin", "complaint.printable.mixin"]

    _effects = {
        "_own_files": on(
            lambda self: [field.name for field in self._file_fields()],
            made=True,
            before="_files_before",
        ),
    }

    ticket_id = fields.Many2one(
        "helpdesk.ticket",
        string="Complaint",
        required=True,
        index=True,
        ondelete="cascade",
    )
    company_id = fields.Many2one(
        related="ticket_id.company_id", store=True, index=True, precompute=True
    )
    phase = fields.Selection(related="ticket_id.phase", string="Phase of the Case")

    @api.model
    def _search_display_name(self, operator, value):
        """OVERRIDE: what has no name of its own is found by the number of its case."""
        if self._rec_name or self._rec_names_search:
            return super()._search_display_name(operator, value)
        return Domain("ticket_id.number", operator, value)

    # ----------------------------------------------------------------------
    # Texts that can be printed, files that follow the case
    # ----------------------------------------------------------------------

    @api.model
    def _clean_vals(self, vals):
        """OVERRIDE: see ``complaint.printable.mixin``."""
        return self._printable_vals(vals)

    @api.model
    def _file_fields(self):
        """Return the fields that hold files people upload."""
        return [
            field
            for field in self._fields.values()
            if field.type == "many2many"
            and field.store
            and field.comodel_name == "ir.attachment"
        ]

    def _files_before(self, vals):
        """Return ``{field: files}`` of what is written."""
        names = vals.keys() & {field.name for field in self._file_fields()}
        return {name: self.sudo()[name] for name in names}  # sudo: ids only

    def _own_files(self, before):
        """Make new files follow the rights of these records.

        :param before: ``{field: files}`` that were there already
        """
        for field in self._file_fields():
            for record in self:
                # sudo: ir.attachment - the user's own upload gets its owner
                files = record.sudo()[field.name] - before.get(
                    field.name, self.env["ir.attachment"]
                )
                new = files.filtered(lambda file: not file.res_id)
                if new:
                    new.write({"res_model": self._name, "res_id": record.id})
