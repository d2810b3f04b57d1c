from odoo import http
from odoo.http import request

from .papers import find_one, show_pdf


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
        act = find_one("complaint.custody.act", act_id)
        content = act._paper()
        if content is None:
            response = request.render(
                "community_complaint.notice_error", {"notices": act}
            )
            response.status_code = 409
            return response
        return show_pdf(content, f"{act.number}.pdf".replace("/", "-"))
