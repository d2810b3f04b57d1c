from odoo import http
from odoo.http import content_disposition, request


class ComplaintCustodyController(http.Controller):
    """The lists both sides sign, for the staff."""

    @http.route(
        "/complaint/custody/<int:act_id>",
        type="http",
        auth="user",
        methods=["GET"],
        readonly=True,
    )
    def act(self, act_id, **_kwargs):
        """Show the paper of an act: as it was signed, a blank one before."""
        acts = request.env["complaint.custody.act"]
        act = acts.has_access("read") and acts.search([("id", "=", act_id)])
        if not act:
            raise request.not_found()
        content = act._paper()
        if content is None:
            response = request.render(
                "community_complaint.notice_error", {"notices": act}
            )
            response.status_code = 409
            return response
        name = f"{act.number}.pdf".replace("/", "-")
        return request.make_response(
            content,
            [
                ("Content-Type", "application/pdf"),
                ("Content-Disposition", content_disposition(name, "inline")),
                ("Cache-Control", "no-store"),
                ("X-Content-Type-Options", "nosniff"),
            ],
        )
