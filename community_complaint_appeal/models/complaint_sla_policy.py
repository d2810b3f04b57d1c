from odoo import api, fields, models
from odoo.fields import Domain


class ComplaintSlaPolicy(models.Model):
    """Time limits may start and end with the events of an appeal."""

    _inherit = "complaint.sla.policy"

    appeal_level = fields.Integer(
        "Level of Appeal",
        help="Only for appeals of this level, the first being 1. 0: for all levels.",
    )

    @api.model
    def _selection_events(self):
        """OVERRIDE: add the events of an appeal."""
        names = {
            "appeal_filed": self.env._("Appeal filed"),
            "appeal_accepted": self.env._("Appeal taken up"),
            "appeal_decided": self.env._("Appeal decided"),
            "appeal_served": self.env._("Appeal result served on all parties"),
            "appeal_remanded": self.env._("Sent back by an appeal"),
        }
        return [*super()._selection_events(), *names.items()]

    def _parsed_domain(self):
        """OVERRIDE: a time limit of one level is for cases whose appeal is there."""
        domain = super()._parsed_domain()
        if self.appeal_level:
            domain &= Domain("appeal_level", "=", self.appeal_level)
        return domain
