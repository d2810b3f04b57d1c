from odoo import models

from odoo.addons.community_complaint.tools.append_only import PURGE


class HelpdeskTicket(models.Model):
    """What the portal knows of a complainant is forgotten with the identity."""

    _inherit = "helpdesk.ticket"

    def _erase_more(self, known):
        """OVERRIDE: receipts say which resident sent which case."""
        result = super()._erase_more(known)
        # sudo: complaint.submission - no role reads these rows
        drafts = self.env["complaint.submission"].sudo()
        sent = drafts.with_context(complaint_purge=PURGE).search(
            [("ticket_id", "in", self.ids)]
        )
        sent._files().unlink()
        sent._unlink_sealed("over")
        return result
