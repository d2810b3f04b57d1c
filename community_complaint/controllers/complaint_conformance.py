from odoo import http
from odoo.http import request

from .papers import find_one, print_pdf


class ComplaintConformanceController(http.Controller):
    """The conformance page of a regulation as a paper, for the staff."""

    @http.route(
        "/complaint/conformance/<int:regulation_id>",
        type="http",
        auth="user",
        methods=["GET"],
        readonly=True,
    )
    def conformance(self, regulation_id, **_kwargs):
        """Show the conformance page of a regulation the user may read."""
        regulation = find_one("complaint.regulation", regulation_id, active_test=False)
        name = request.env._("Conformance %s", regulation.code)
        return print_pdf(regulation._conformance_pdf, f"{name}.pdf")
