from odoo import api, fields, models
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

    asks_person = fields.Boolean(compute="_compute_asks_person")
    complainant_name = fields.Char("Complainant")
    complainant_email = fields.Char("E-mail of the Complainant")

    @api.depends("inbound_mail_ids", "deed")
    def _compute_asks_person(self):
        for wizard in self:
            wizard.asks_person = wizard.deed == "case" and any(
                mail._came_by_others() for mail in wizard.inbound_mail_ids
            )

    def action_confirm(self):
        """Do it."""
        self.ensure_one()
        # the dialog's own defaults must not reach what is made of the mails
        # pylint: disable-next=context-overridden
        mails = self.inbound_mail_ids.with_context(clean_context(self.env.context))
        if self.deed == "case":
            person = (self.complainant_name, self.complainant_email)
            return mails.action_make_case(self.team_id, *person)
        if self.writer == "complainant":
            mails.action_accept(self.ticket_id)
        else:
            mails.action_refuse_sender(self.ticket_id)
        return {"type": "ir.actions.act_window_close"}
