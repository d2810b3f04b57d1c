from odoo import models


class HelpdeskTicket(models.Model):
    """Forgetting who complained includes who sent the e-mails (THREATS 42).

    And to which numbers text messages went.
    """

    _inherit = "helpdesk.ticket"

    def _erase_more(self):
        """OVERRIDE: erase the originals of e-mails and their senders."""
        result = super()._erase_more()
        # sudo: complaint.inbound.mail - the routine that forgets
        self.sudo().inbound_mail_ids._forget()
        # sudo: complaint.dispatch - as above
        told = self.env["complaint.dispatch"].sudo()
        told.search(
            [("ticket_id", "in", self.ids), ("number_key", "!=", False)]
        )._write_sealed("number", {"number_key": False})
        return result
