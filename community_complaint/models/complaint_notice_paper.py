from odoo import models


class ComplaintNotice(models.Model):
    """How notices become paper."""

    _inherit = "complaint.notice"

    def _render_paper(self):
        """Return the PDF of one notice, in the notice's language."""
        self.ensure_one()
        # sudo: complaint.notice - the paper shows what it must, whoever issues it
        notice = self.sudo().with_context(lang=self.lang)
        html = notice.env["ir.qweb"]._render(
            "community_complaint.paper", {"notice": notice, "ticket": notice.ticket_id}
        )
        return notice.env["ir.actions.report"]._run_wkhtmltopdf([html])
