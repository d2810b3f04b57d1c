from odoo import api, models


class ComplaintLog(models.Model):
    _inherit = "complaint.log"

    @api.model
    def _selection_kind(self):
        """OVERRIDE: codes that were given out."""
        return [
            *super()._selection_kind(),
            ("receipt_given", self.env._("Receipt code given out")),
        ]
