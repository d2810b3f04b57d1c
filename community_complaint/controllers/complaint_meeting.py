from odoo import http
from odoo.http import request

from .papers import find_one, print_pdf


class ComplaintMeetingController(http.Controller):
    """Papers of meetings and analyses, for the staff."""

    @http.route(
        "/complaint/meetings/<string:kind>/<int:meeting_id>",
        type="http",
        auth="user",
        methods=["GET"],
        readonly=True,
    )
    def meeting(self, kind, meeting_id, **_kwargs):
        """Show a paper of a meeting, under the reader's rights."""
        meeting = find_one("complaint.meeting", meeting_id)
        if kind not in meeting._paper_titles():
            raise request.not_found()
        if kind == "analysis" and not (meeting.period_start and meeting.period_end):
            raise request.not_found()
        name = meeting._paper_file_name(kind)
        return print_pdf(lambda: meeting._paper(kind), name)

    @http.route(
        "/complaint/analysis/<int:wizard_id>",
        type="http",
        auth="user",
        methods=["GET"],
        readonly=True,
    )
    def analysis(self, wizard_id, **_kwargs):
        """Show the analysis that somebody just asked for; only they can."""
        own = ("create_uid", "=", request.env.uid)
        wizard = find_one("complaint.analysis.wizard", wizard_id, own)
        return print_pdf(wizard._paper, f"analysis-{wizard.date_to}.pdf")
