from odoo import fields, models
from odoo.exceptions import UserError


class ComplaintTextWizard(models.TransientModel):
    """The dialog, see ``complaint.text.mixin``."""

    _name = "complaint.text.wizard"
    _description = "Text for an Action"

    model = fields.Char(required=True, readonly=True)
    record_ids = fields.Json(required=True, readonly=True)
    method = fields.Char(required=True, readonly=True)
    label = fields.Char(readonly=True)
    text = fields.Text(required=True)
    date_label = fields.Char(readonly=True)
    date = fields.Date()
    with_files = fields.Boolean(readonly=True)
    attachment_ids = fields.Many2many("ir.attachment", string="Files")

    def action_confirm(self):
        """Call the method with what was given.

        :raise UserError: if this model has no such method
        """
        self.ensure_one()
        records = self._records()
        options = {}
        if self.date_label:
            options["date"] = self.date
        if self.with_files:
            options["attachments"] = self.attachment_ids
        result = getattr(records, self.method)(self.text, **options)
        if isinstance(result, dict):
            return result
        return {"type": "ir.actions.act_window_close"}

    def _records(self):
        records = self.env.get(self.model)
        if self.method not in getattr(records, "_text_methods", frozenset)():
            raise UserError(self.env._("This action takes no text."))
        return records.browse(int(key) for key in self.record_ids)
