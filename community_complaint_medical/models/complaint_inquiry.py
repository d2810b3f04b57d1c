from odoo import api, fields, models

from odoo.addons.community_complaint.tools.life import Opening


class ComplaintInquiry(models.Model):
    """R15 六: one spokesperson explains."""

    _inherit = "complaint.inquiry"

    _openings = {
        "plain": Opening("Without this add-on an explanation is a talk.", ("kind",)),
    }

    kind = fields.Selection(
        selection_add=[("explanation", "Explanation to the family")],
        ondelete={"explanation": lambda inquiries: inquiries._stay_as_talks()},
    )

    @api.model_create_multi
    def create(self, vals_list):
        """OVERRIDE: only the spokesperson explains anything to the family.

        :raise AccessError: naming the spokesperson
        """
        inquiries = super().create(vals_list)
        inquiries._check_explains()
        return inquiries

    def write(self, vals):
        result = super().write(vals)
        if "kind" in vals:
            self._check_explains()
        return result

    def _check_explains(self):
        told = self.filtered(lambda item: item.kind == "explanation")
        told.ticket_id._check_spokesperson()

    def _stay_as_talks(self):
        """Keep what was done when the add-on goes: the file stays whole."""
        self._write_sealed("plain", {"kind": "contact"})
