from odoo import api, models


class HelpdeskTicket(models.Model):
    """Texts of complaints have no control characters, see the mixin."""

    _name = "helpdesk.ticket"
    _inherit = ["helpdesk.ticket", "complaint.printable.mixin"]

    @api.model
    def _prepare_complaint_vals(self, vals, team):
        return super()._prepare_complaint_vals(self._printable_vals(vals), team)

    def write(self, vals):
        if any(ticket.is_complaint for ticket in self):
            vals = self._printable_vals(vals)
        return super().write(vals)
