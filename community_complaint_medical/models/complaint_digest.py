from odoo import api, models


class ComplaintDigest(models.Model):
    _inherit = "complaint.digest"

    @api.model
    def _section_titles(self):
        return {
            **super()._section_titles(),
            "medical": self.env._("Not reported upwards in time"),
            "emergency": self.env._("Emergency responses"),
        }
