from odoo import api, fields, models

#: Inquiries that only medical complaints know, which are acts of their own.
INQUIRIES = {
    "explanation": "Explanation to the family",
    "protection": "Immediate measures against harm",
    "price_check": "Fees and prices checked",
}


class ComplaintInquiry(models.Model):
    """R15 六: one spokesperson. R18 8: measures at once, prices checked on the spot."""

    _inherit = "complaint.inquiry"

    kind = fields.Selection(
        selection_add=[*INQUIRIES.items()],
        ondelete=dict.fromkeys(INQUIRIES, "cascade"),
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
