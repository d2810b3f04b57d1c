import re

from odoo import http
from odoo.exceptions import UserError
from odoo.http import content_disposition, request

#: Cases in one file.
_MOST = 500


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
        Form = request.env["complaint.form"]
        tickets = self._find_tickets(ids)
        if kind not in Form._kinds() or not tickets:
            raise request.not_found()
        try:
            content = Form._render(kind, tickets)
        except UserError as error:
            return request.make_response(
                str(error), [("Content-Type", "text/plain; charset=utf-8")], 503
            )
        return request.make_response(
            content,
            [
                ("Content-Type", "application/pdf"),
                (
                    "Content-Disposition",
                    content_disposition(Form._file_name(kind, tickets), "inline"),
                ),
                ("Cache-Control", "no-store"),
                ("X-Content-Type-Options", "nosniff"),
            ],
        )

    def _find_tickets(self, ids):
        """Return the complaints in the order given, none if one is unknown to the user."""
        Ticket = request.env["helpdesk.ticket"].with_context(active_test=False)
        if not re.fullmatch(r"[0-9]{1,9}(,[0-9]{1,9})*", ids, re.ASCII):
            return Ticket
        wanted = list(dict.fromkeys(map(int, ids.split(","))))
        if len(wanted) > _MOST or not request.env.user.has_group(
            "community_complaint.group_complaint_staff"
        ):
            return Ticket
        domain = [("id", "in", wanted), ("is_complaint", "=", True)]
        found = set(Ticket.search(domain)._ids)
        return Ticket.browse(wanted) if found.issuperset(wanted) else Ticket
