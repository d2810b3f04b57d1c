from odoo import api, models


class ComplaintLog(models.Model):
    _inherit = "complaint.log"

    @api.model
    def _selection_kind(self):
        """OVERRIDE: codes that were given out, and asked for."""
        kinds = {
            "receipt_given": self.env._("Receipt code given out"),
            "receipt_requested": self.env._("Receipt code asked for"),
            "receipt_approved": self.env._("Receipt code approved"),
            "receipt_refused": self.env._("Receipt code refused"),
            "receipt_ended": self.env._("Request for a receipt code over"),
        }
        return [*super()._selection_kind(), *kinds.items()]
