from odoo import api, models


class HelpdeskTicket(models.Model):
    """The history of a case is part of the chain of hashes (THREATS 40)."""

    _inherit = "helpdesk.ticket"

    @api.model
    def _create_complaints(self, vals_list, teams):
        """OVERRIDE: log what was registered."""
        tickets = super()._create_complaints(vals_list, teams)
        self.env["complaint.log"]._record(
            "registered",
            tickets,
            lambda ticket: {"confidentiality": ticket.confidentiality},
        )
        return tickets

    def _log_step(self, name, sources, text=None):
        """OVERRIDE: a step leaves a row in the log as well."""
        result = super()._log_step(name, sources, text)
        self.env["complaint.log"]._record(
            "step",
            self,
            lambda ticket: {"step": name, "from": sources[ticket], "to": ticket.phase},
        )
        return result
