from odoo import api, models
from odoo.tools import html2plaintext


class HelpdeskTicket(models.Model):
    """The ground the files on instructions, transfers and mediation build upon."""

    _name = "helpdesk.ticket"
    _inherit = ["helpdesk.ticket", "complaint.text.mixin"]

    # ----------------------------------------------------------------------
    # Gates that only other files fill, see their ``super()`` calls
    # ----------------------------------------------------------------------

    def _gates_refuse(self):
        yield from ()

    def _gates_start_investigation(self):
        yield from ()

    def _gates_transfer(self):
        yield from ()

    def _gates_start_mediation(self):
        yield from ()

    # ----------------------------------------------------------------------
    # Next step
    # ----------------------------------------------------------------------

    @api.depends("transfer_ids.state", "mediation_ids.state", "instruction_ids.state")
    def _compute_next_step(self):
        """OVERRIDE: what the other parts of the file lack."""
        return super()._compute_next_step()

    def _next_step(self):
        """OVERRIDE: the steps out of these phases."""
        if self.phase == "transferred":
            return "report_back"
        if self.phase == "mediation":
            failed = self.mediation_result == "failed"
            return "resume_investigation" if failed else "end_mediation"
        return super()._next_step()

    # ----------------------------------------------------------------------
    # Helpers
    # ----------------------------------------------------------------------

    def _description_text(self):
        """Return what happened, in the complainant's words, as plain text."""
        self.ensure_one()
        return html2plaintext(self.description or "").strip()
