import hashlib

from odoo import api, fields, models
from odoo.exceptions import UserError


class ComplaintEvidence(models.Model):
    """A piece of evidence: where it came from, its files and their hashes."""

    _name = "complaint.evidence"
    _description = "Evidence"
    _inherit = ["complaint.case.mixin"]
    _order = "received_date desc, id desc"

    name = fields.Char("Title", required=True)
    kind = fields.Selection(
        [
            ("document", "Document"),
            ("photo", "Photo"),
            ("recording", "Recording"),
            ("object", "Object"),
            ("record", "Service record"),
        ],
        default="document",
        required=True,
    )
    description = fields.Text()
    attachment_ids = fields.Many2many("ir.attachment", string="Files", copy=False)
    sha256 = fields.Text(
        "SHA-256",
        compute="_compute_sha256",
        store=True,
        help="One line per file; they prove that nobody changed the files.",
    )
    received_from = fields.Char("Handed in by")
    received_date = fields.Date(default=fields.Date.context_today, required=True)
    custodian_id = fields.Many2one(
        "res.users", string="Kept by", default=lambda self: self.env.user
    )
    sealed = fields.Boolean(readonly=True, copy=False)
    sealed_date = fields.Datetime(readonly=True, copy=False)

    @api.depends("attachment_ids")
    def _compute_sha256(self):
        for evidence in self:
            evidence.sha256 = "\n".join(
                f"{hashlib.sha256(file.raw or b'').hexdigest()}  {file.name}"
                for file in evidence.attachment_ids.sorted("id")
            )

    @api.model_create_multi
    def create(self, vals_list):
        records = super().create(vals_list)
        records._own_files()
        return records

    def write(self, vals):
        if any(self.mapped("sealed")) and not self.env.su:
            raise UserError(self.env._("Sealed evidence cannot be changed."))
        result = super().write(vals)
        if "attachment_ids" in vals:
            self._own_files()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_sealed(self):
        if any(self.mapped("sealed")):
            raise UserError(self.env._("Sealed evidence cannot be deleted."))

    def _own_files(self):
        """Make the files follow the access rights of this record."""
        for evidence in self:
            files = evidence.attachment_ids.filtered(
                lambda file: file.res_model in (False, self._name) and not file.res_id
            )
            if files:
                # sudo: ir.attachment - the user's own upload gets its owner record
                files.sudo().write({"res_model": self._name, "res_id": evidence.id})

    def action_seal(self):
        """Seal: from now on nobody changes or deletes it."""
        for evidence in self.filtered(lambda item: not item.sealed):
            evidence.write({"sealed": True, "sealed_date": fields.Datetime.now()})
            evidence.ticket_id._message_log(
                body=self.env._("Evidence sealed: %s", evidence.name)
            )
