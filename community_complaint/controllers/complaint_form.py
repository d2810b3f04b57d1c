from odoo import http
from odoo.http import request

from ..models.complaint_print import AT_ONCE
from .papers import parse_ids, print_pdf, too_many


class ComplaintFormController(http.Controller):
    """Forms and registers of cases, for the staff."""

    @http.route(
        "/complaint/forms/<string:kind>/<string:ids>",
        type="http",
        auth="user",
        methods=["GET"],
        readonly=True,
    )
    def forms(self, kind, ids, **_kwargs):
        """Show forms of cases as one PDF, in the order given.

        :param kind: key of ``complaint.form._kinds``
        :param ids: ids of cases, separated by commas
        """
        if answer := too_many(ids, AT_ONCE):
            return answer
        Form = request.env["complaint.form"]
        tickets = self._find_tickets(ids)
        if kind not in Form._kinds() or not tickets:
            raise request.not_found()
        name = Form._file_name(kind, tickets)
        return print_pdf(lambda: Form._render(kind, tickets), name)

    def _find_tickets(self, ids):
        """Return the complaints in the order given, none if one is unknown to the user."""
        Ticket = request.env["helpdesk.ticket"].with_context(active_test=False)
        wanted = parse_ids(ids, AT_ONCE)
        if not request.env.user.has_group("community_complaint.group_complaint_staff"):
            return Ticket
        domain = [("id", "in", wanted), ("is_complaint", "=", True)]
        found = set(Ticket.search(domain)._ids)
        return Ticket.browse(wanted) if found.issuperset(wanted) else Ticket
