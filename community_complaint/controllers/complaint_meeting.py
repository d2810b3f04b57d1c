from odoo import http
from odoo.http import content_disposition, request


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
        meetings = request.env["complaint.meeting"]
        meeting = meetings.has_access("read") and meetings.search(
            [("id", "=", min(meeting_id, 2**31 - 1))]
        )
        if not meeting or kind not in meeting._paper_titles():
            raise request.not_found()
        if kind == "analysis" and not (meeting.period_start and meeting.period_end):
            raise request.not_found()
        return self._pdf(meeting._paper(kind), meeting._paper_file_name(kind))

    @http.route(
        "/complaint/analysis/<int:wizard_id>",
        type="http",
        auth="user",
        methods=["GET"],
        readonly=True,
    )
    def analysis(self, wizard_id, **_kwargs):
        """Show the analysis that somebody just asked for; only they can."""
        wizards = request.env["complaint.analysis.wizard"]
        wizard = wizards.has_access("read") and wizards.search(
            [
                ("id", "=", min(wizard_id, 2**31 - 1)),
                ("create_uid", "=", request.env.uid),
            ]
        )
        if not wizard:
            raise request.not_found()
        return self._pdf(wizard._paper(), f"analysis-{wizard.date_to}.pdf")

    def _pdf(self, content, name):
        return request.make_response(
            content,
            [
                ("Content-Type", "application/pdf"),
                ("Content-Disposition", content_disposition(name, "inline")),
                ("Cache-Control", "no-store"),
                ("X-Content-Type-Options", "nosniff"),
            ],
        )
