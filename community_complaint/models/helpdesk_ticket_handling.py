from odoo import models
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
    # Helpers
    # ----------------------------------------------------------------------

    def _description_text(self):
        """Return what happened, in the complainant's words, as plain text."""
        self.ensure_one()
        return html2plaintext(self.description or "").strip()
