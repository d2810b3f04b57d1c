from odoo import http
from odoo.exceptions import MissingError
from odoo.http import request

from odoo.addons.helpdesk_mgmt.controllers.main import HelpdeskTicketController
from odoo.addons.helpdesk_mgmt.controllers.myaccount import CustomerPortalHelpdesk

#: Largest id of a PostgreSQL integer.
_MOST = 2**31 - 1


def _as_id(value):
    """Return a visitor's parameter as an id, ``None`` if it is none.

    The base reads ids with ``int``, which also takes blanks, signs and other digits.
    """
    try:
        number = int(value)
    except (TypeError, ValueError):
        return None
    return number if 0 < number <= _MOST else None


def _is_complaint(ticket_id):
    """Tell whether a ticket is a complaint."""
    # sudo: helpdesk.ticket - only whether it is a complaint, nothing is shown
    tickets = request.env["helpdesk.ticket"].sudo()
    return tickets.browse(ticket_id).exists().is_complaint


class ComplaintTicketController(HelpdeskTicketController):
    """The base closes anybody's ticket by a link; a complaint has its steps."""

    @http.route()
    def support_ticket_close(self, **kw):
        """OVERRIDE: no complaint is closed here; what is no id is no ticket."""
        ticket, stage = _as_id(kw.get("ticket_id")), _as_id(kw.get("stage_id"))
        if not ticket or not stage or _is_complaint(ticket):
            raise request.not_found()
        return super().support_ticket_close(ticket_id=ticket, stage_id=stage)

    def _get_teams(self):
        """OVERRIDE: complaints have pages of their own."""
        teams = super()._get_teams()
        # sudo: helpdesk.ticket.team - whether it is a complaint desk
        return teams and teams.filtered(lambda team: not team.sudo().regulation_id)

    @http.route()
    def submit_ticket(self, **kw):
        """OVERRIDE: no complaint is made here, and nothing by following a link."""
        if request.httprequest.method != "POST":
            return request.redirect("/new/ticket")
        # sudo: helpdesk.ticket.team - whether it is a complaint desk
        teams = request.env["helpdesk.ticket.team"].sudo()
        if teams.browse(_as_id(kw.get("team"))).exists().regulation_id:
            raise request.not_found()
        return super().submit_ticket(**kw)


class ComplaintCustomerPortal(CustomerPortalHelpdesk):
    """The base's ticket pages serve whoever holds a link; never for complaints."""

    def _document_check_access(self, model_name, document_id, access_token=None):
        """OVERRIDE: no token opens a complaint.

        :raise MissingError: as if there were no such ticket
        :raise AccessError, MissingError: as the base does
        """
        if model_name == "helpdesk.ticket" and _is_complaint(document_id):
            raise MissingError(request.env._("This document does not exist."))
        return super()._document_check_access(model_name, document_id, access_token)
