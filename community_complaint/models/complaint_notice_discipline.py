from odoo import fields, models


class ComplaintDiscipline(models.Model):
    _inherit = "complaint.discipline"

    def _issue_papers(self):
        """Issue the papers of measures that just came into force."""
        # sudo: complaint.discipline - the steps issue papers, whoever takes them
        items = self.sudo().filtered(lambda item: item._paper_kind())
        if not items:
            return
        self.env["complaint.notice"]._issue_vals(
            [
                {
                    "ticket_id": item.ticket_id.id,
                    "discipline_id": item.id,
                    "kind": item._paper_kind(),
                    "addressee": "employee",
                    "respondent_id": item.respondent_id.id,
                    "issued_date": fields.Datetime.now(),
                    "issued_by_id": self.env.uid,
                    "lang": item.ticket_id._paper_lang(),
                }
                for item in items
            ]
        )
        items.invalidate_recordset(["notice_ids"])

    def _paper_kind(self):
        """Return the kind of paper one measure is told by, if any."""
        commends = self.kind == "commendation"
        return self.measure_id.paper or (commends and "commendation")

    def action_print_papers(self):
        """Show the papers of these measures."""
        return self.notice_ids.action_print()
