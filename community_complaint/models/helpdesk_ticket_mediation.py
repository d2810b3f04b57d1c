from odoo import fields, models


class HelpdeskTicket(models.Model):
    """Cases in which both sides are brought together (R09, R11)."""

    _inherit = "helpdesk.ticket"

    allow_mediation = fields.Boolean(related="regulation_id.allow_mediation")

    # ----------------------------------------------------------------------
    # Steps. EXPOSED API
    # ----------------------------------------------------------------------

    def action_start_mediation(self):
        """Bring both sides of cases together."""
        return self._run_step("start_mediation")

    def action_end_mediation(self):
        """Go on to the decision with what both sides agreed to."""
        return self._run_step("end_mediation")

    def action_resume_investigation(self):
        """Go on investigating cases that could not be settled."""
        return self._run_step("resume_investigation")

    # ----------------------------------------------------------------------
    # Gates
    # ----------------------------------------------------------------------

    def _gates_start_mediation(self):
        yield from super()._gates_start_mediation()
        if not self.regulation_id.allow_mediation:
            yield self.env._("%s knows no mediation.", self.regulation_id.name)

    # ----------------------------------------------------------------------
    # What follows
    # ----------------------------------------------------------------------

    def _after_end_mediation(self):
        """An agreement ends the investigation as well."""
        open_cases = self.filtered(lambda ticket: not ticket.findings_date)
        open_cases._write_step({"findings_date": fields.Datetime.now()})
        open_cases._emit_event("investigated")
