from odoo import http
from odoo.exceptions import MissingError
from odoo.http import request

from odoo.addons.helpdesk_mgmt.controllers.main import HelpdeskTicketController
from odoo.addons.helpdesk_mgmt.controllers.myaccount import CustomerPortalHelpdesk


def _is_complaint(ticket_id):
    """Tell whether a ticket is a complaint; anything but a number is none."""
    if not str(ticket_id).isdecimal() or len(str(ticket_id)) > 9:
        return False
    # sudo: helpdesk.ticket - only whether it is a complaint, nothing is shown
    return (
        request.env["helpdesk.ticket"]
        .sudo()
        .browse(int(ticket_id))
        .exists()
        .is_complaint
    )


class ComplaintTicketController(HelpdeskTicketController):
    """The base closes anybody's ticket by a link; a complaint has its steps."""

    @http.route()
    def support_ticket_close(self, **kw):
        """OVERRIDE: no complaint is closed from the helpdesk's page."""
        if _is_complaint(kw.get("ticket_id")):
            raise request.not_found()
        return super().support_ticket_close(**kw)


class ComplaintCustomerPortal(CustomerPortalHelpdesk):
    """The base's ticket page serves whoever holds a link; never for complaints."""

    def _document_check_access(self, model_name, document_id, access_token=None):
        """OVERRIDE: no token opens a complaint.

        :raise MissingError: as if there were no such ticket
        :raise AccessError, MissingError: as the base does
        """
        if model_name == "helpdesk.ticket" and _is_complaint(document_id):
            raise MissingError(request.env._("This document does not exist."))
        return super()._document_check_access(model_name, document_id, access_token)
