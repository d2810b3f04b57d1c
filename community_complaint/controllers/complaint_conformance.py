from odoo import http
from odoo.exceptions import UserError
from odoo.http import content_disposition, request


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
        Regulation = request.env["complaint.regulation"]
        if not Regulation.has_access("read"):
            raise request.not_found()
        regulation = Regulation.with_context(active_test=False).search(
            [("id", "=", min(regulation_id, 2**31 - 1))]
        )
        if not regulation:
            raise request.not_found()
        try:
            content = regulation._conformance_pdf()
        except UserError as error:
            return request.make_response(
                str(error), [("Content-Type", "text/plain; charset=utf-8")], 503
            )
        name = request.env._("Conformance %s", regulation.code)
        return request.make_response(
            content,
            [
                ("Content-Type", "application/pdf"),
                ("Content-Disposition", content_disposition(f"{name}.pdf", "inline")),
                ("Cache-Control", "no-store"),
                ("X-Content-Type-Options", "nosniff"),
            ],
        )
