from odoo import api, models


class HelpdeskTicket(models.Model):
    """A complaint has no access token and no outsiders among its followers.

    The base's token is a bearer token: whoever reads it, staff included, posts as the
    customer (THREATS 9). Following or being suggested would name outsiders in tables that
    others read (THREATS 3, 7); to treat all outsiders alike tells nothing about who of
    them complained. Who is mentioned: see ``helpdesk_ticket_mail_guard.py``.
    """

    _inherit = "helpdesk.ticket"

    # ----------------------------------------------------------------------
    # Token
    # ----------------------------------------------------------------------

    def _portal_ensure_token(self):
        """OVERRIDE: no token for a complaint; links to it ask for a login."""
        if self.is_complaint:
            return ""
        return super()._portal_ensure_token()

    @api.model
    def _get_thread_with_access(self, thread_id, **kwargs):
        """OVERRIDE: a token from before its desk took complaints opens no complaint."""
        # sudo: helpdesk.ticket - only whether it is a complaint
        if self.browse(thread_id).sudo().exists().is_complaint:
            kwargs.update(hash=None, pid=None, token=None)
        return super()._get_thread_with_access(thread_id, **kwargs)

    # ----------------------------------------------------------------------
    # Followers, suggestions
    # ----------------------------------------------------------------------

    def _message_add_suggested_recipients(self, force_primary_email=False):
        """OVERRIDE: no outsider is suggested; the complainant has a way of its own."""
        suggested = super()._message_add_suggested_recipients(force_primary_email)
        for ticket in self.filtered("is_complaint"):
            partners = suggested[ticket.id]["partners"]
            inside = self._insiders(partners.ids)
            suggested[ticket.id].update(
                email_to_lst=[], partners=partners.browse(inside)
            )
        return suggested

    @api.model
    def _insiders(self, partner_ids):
        """Return the ids of the contacts that belong to members of the staff."""
        # sudo: res.partner - who is a member of the staff is no secret
        partners = self.env["res.partner"].sudo().browse(partner_ids)
        return [
            partner.id
            for partner in partners
            if any(not user.share for user in partner.user_ids)
        ]
