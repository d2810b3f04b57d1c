from odoo import fields, models


class ComplaintReceiptWizard(models.TransientModel):
    """Asks an identity custodian how it was checked who asks for a new code."""

    _name = "complaint.receipt.wizard"
    _inherit = ["complaint.dialog.mixin"]
    _description = "New Receipt Code"

    ticket_id = fields.Many2one(
        "helpdesk.ticket", string="Complaint", required=True, readonly=True
    )
    reason = fields.Text(
        "How Was It Checked?",
        required=True,
        help="For example: knew the date, the place and the wording of the complaint.",
    )

    def action_confirm(self):
        """Ask for the new code."""
        self.ensure_one()
        return self.ticket_id.action_give_receipt(self.reason)
