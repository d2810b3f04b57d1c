from odoo import api, models
from odoo.exceptions import UserError


class ComplaintCaseMixin(models.AbstractModel):
    """Files of a part of a case follow the rights of the case.

    The base leaves a file that was uploaded before its record was saved to whoever
    uploaded it. That nobody links a file they may not read, the ORM sees to.
    """

    _inherit = "complaint.case.mixin"

    @api.model_create_multi
    def create(self, vals_list):
        """OVERRIDE: see the class."""
        records = super().create(vals_list)
        records._own_files()
        return records

    def write(self, vals):
        """OVERRIDE: a part stays with its case, its files with it.

        :raise UserError: for another case
        """
        if "ticket_id" in vals and any(
            item.ticket_id.id != vals["ticket_id"] for item in self if item.ticket_id
        ):
            raise UserError(self.env._("A part of a case file stays with its case."))
        names = vals.keys() & {field.name for field in self._file_fields()}
        before = {name: self.sudo()[name] for name in names}  # sudo: ids only
        result = super().write(vals)
        if names:
            self._own_files(before)
        return result

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

    def _own_files(self, before=None):
        """Make new files follow the rights of these records.

        :param before: ``{field: files}`` that were there already
        """
        for field in self._file_fields():
            for record in self:
                # sudo: ir.attachment - the user's own upload gets its owner
                files = record.sudo()[field.name] - (before or {}).get(
                    field.name, self.env["ir.attachment"]
                )
                new = files.filtered(lambda file: not file.res_id)
                if new:
                    new.write({"res_model": self._name, "res_id": record.id})
