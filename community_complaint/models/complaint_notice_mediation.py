from odoo import fields, models


class ComplaintMediation(models.Model):
    _inherit = "complaint.mediation"

    def _issue_agreements(self):
        """Issue the agreements, one for each side."""
        vals_list = [
            {
                "ticket_id": session.ticket_id.id,
                "mediation_id": session.id,
                "kind": "agreement",
                "addressee": party.role,
                "respondent_id": party.respondent_id.id,
                "issued_date": fields.Datetime.now(),
                "issued_by_id": self.env.uid,
                "lang": session.ticket_id._paper_lang(),
            }
            for session in self
            for party in session.party_ids
            if party.role in ("complainant", "respondent")
        ]
        return self.env["complaint.notice"]._issue_vals(vals_list)
