from odoo import models


class ComplaintDeadline(models.Model):
    _inherit = "complaint.deadline"

    def _portal_is_shown(self):
        """Tell whether a resident may know of this time limit."""
        self.ensure_one()
        return not (
            self.state == "cancelled" or self.internal or self.is_window or self.problem
        )
