import logging

from odoo import models
from odoo.exceptions import AccessError, UserError
from odoo.tools import email_normalize

_logger = logging.getLogger(__name__)


class MailThread(models.AbstractModel):
    """The gateway's way into complaint desks (THREATS 31-38)."""

    _inherit = "mail.thread"

    def _message_route_process(self, message, message_dict, routes):
        """OVERRIDE: mail to complaint desks takes its own way.

        The base would make the sender author and follower, subscribe everybody in To
        and Cc, and act as the user whose address the mail claims to come from.
        """
        own = [route for route in routes or () if self._complaint_desk(route)]
        if not own:
            return super()._message_route_process(message, message_dict, routes)
        self._check_complaint_gateway()
        rest = [route for route in routes if route not in own]
        found = False
        if rest:
            values = dict(message_dict)
            found = super()._message_route_process(message, values, rest)
        for route in own:
            found = self._complaint_mail(route, message, message_dict) or found
        return found

    def _complaint_desk(self, route):
        """Return the complaint desk a route leads to, empty if it is none."""
        model, thread_id, custom_values, _user_id, alias = route
        # sudo: helpdesk.ticket.team - where a mail goes is no matter of rights
        teams = self.env["helpdesk.ticket.team"].sudo()
        if model != "helpdesk.ticket":
            return teams
        if thread_id:
            # sudo: helpdesk.ticket - see above
            ticket = self.env["helpdesk.ticket"].sudo().browse(thread_id).exists()
            return ticket.team_id if ticket.is_complaint else teams
        team = teams.browse((custom_values or {}).get("team_id")).exists()
        if not team and alias:
            team = teams.search([("alias_id", "=", alias.id)], limit=1)
        return team if team.regulation_id else teams

    def _check_complaint_gateway(self):
        """Only the mail gateway brings mail to a complaint desk, no employee by RPC.

        :raise AccessError: for everybody else
        """
        if not (self.env.su or self.env.user._is_system()):
            raise AccessError(
                self.env._("Only the mail gateway delivers e-mail to a complaint desk.")
            )

    def _complaint_mail(self, route, message, message_dict):
        """Make a case or a reply of one mail; what fails is kept for a person.

        :return: id of the complaint, ``False`` if the mail went to quarantine
        """
        desk = self._complaint_desk(route)
        company = desk.company_id or self.env.company
        inbound = self.env["complaint.inbound.mail"]
        mail_id = inbound._keep(message.as_bytes(), company, desk)
        # the office's own service acts, not the user the mail claims to come from
        tickets = self.env["helpdesk.ticket"].with_user(self.env.ref("base.user_root"))
        tickets = tickets.with_context(
            allowed_company_ids=company.ids, lang=company.partner_id.lang
        )
        try:
            with self.env.cr.savepoint():
                ticket, state = tickets._take_mail(
                    desk, route[1], message, message_dict
                )
        except (UserError, ValueError, LookupError, TypeError) as error:
            _logger.info(
                "Mail %s to a complaint desk is quarantined: %s", mail_id, error
            )
            inbound._quarantine(mail_id, str(error)[:200])
            return False
        # sudo: complaint.inbound.mail - nobody writes here but the gateway
        kept = inbound.sudo().browse(mail_id)
        kept.write({"ticket_id": ticket.id, "state": state})
        return ticket.id

    def _complaint_sender(self, message_dict):
        """Return the normalised address a mail says it is from."""
        return email_normalize(message_dict.get("email_from") or "", strict=False)
