from odoo import fields, models
from odoo.tools.misc import clean_context


class ComplaintInboundMailWizard(models.TransientModel):
    """Asks for the desk or the case of incoming e-mails, then takes the step."""

    _name = "complaint.inbound.mail.wizard"
    _inherit = ["complaint.dialog.mixin"]
    _description = "Deal with an Incoming E-mail"

    inbound_mail_ids = fields.Many2many(
        "complaint.inbound.mail", string="E-mails", required=True
    )
    deed = fields.Selection(
        [
            ("case", "Make a case of it"),
            ("add", "Add to a case"),
        ],
        required=True,
        readonly=True,
    )
    team_id = fields.Many2one(
        "helpdesk.ticket.team", string="Desk", domain="[('regulation_id', '!=', False)]"
    )
    ticket_id = fields.Many2one(
        "helpdesk.ticket", string="Complaint", domain="[('is_complaint', '=', True)]"
    )
    writer = fields.Selection(
        [("complainant", "The complainant"), ("other", "Somebody else")],
        string="Written by",
        default="complainant",
    )

    def action_confirm(self):
        """Do it."""
        self.ensure_one()
        # the dialog's own defaults must not reach what is made of the mails
        # pylint: disable-next=context-overridden
        mails = self.inbound_mail_ids.with_context(clean_context(self.env.context))
        if self.deed == "case":
            return mails.action_make_case(self.team_id)
        if self.writer == "complainant":
            mails.action_accept(self.ticket_id)
        else:
            mails.action_refuse_sender(self.ticket_id)
        return {"type": "ir.actions.act_window_close"}
