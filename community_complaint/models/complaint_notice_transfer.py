from odoo import fields, models


class ComplaintTransfer(models.Model):
    """The papers of transfers."""

    _inherit = "complaint.transfer"

    notice_ids = fields.One2many("complaint.notice", "transfer_id", string="Papers")

    def action_print_papers(self):
        """Show the slips and urging notices of these transfers."""
        return self.notice_ids.action_print()

    def _issue_papers(self, kind):
        """Issue one paper per transfer, sent as the case is; return them in order."""
        vals_list = [
            {
                "ticket_id": transfer.ticket_id.id,
                "transfer_id": transfer.id,
                "kind": kind,
                "addressee": "body",
                "issued_date": fields.Datetime.now(),
                "issued_by_id": self.env.uid,
                "lang": transfer.ticket_id._paper_lang(),
            }
            for transfer in self
        ]
        notices = self.env["complaint.notice"]._issue_vals(vals_list)
        for notice in notices:
            notice.action_serve(delivery=notice.transfer_id.delivery or "hand")
        return notices

    def _paper_title(self):
        """Return the title of the slip."""
        if self.mode == "joint":
            return self.env._("Request to Handle Jointly")
        return {
            "transfer": self.env._("Transfer Slip"),
            "assignment": self.env._("Assignment Slip"),
            "handover": self.env._("Hand-over Slip"),
        }.get(self.kind)

    def _paper_addressee(self):
        """Return to whom the slip is, with the person it is for."""
        # sudo: hr.employee - the name stands on the slip, whoever prints it
        person = self.sudo().recipient_id.name or self.recipient_name
        if not person:
            return self.target_name
        return self.env._("%(text)s (%(aside)s)", text=self.target_name, aside=person)
