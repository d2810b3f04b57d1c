from odoo import api, fields, models

from ..tools.steps import STEPS


class ComplaintStepWizard(models.TransientModel):
    """Asks for the reason or answer that a step needs, then takes the step."""

    _name = "complaint.step.wizard"
    _description = "Step of a Complaint"

    ticket_ids = fields.Many2many("helpdesk.ticket", string="Complaints", required=True)
    step = fields.Selection(
        [
            ("accept", "Accept"),
            ("refuse", "Refuse"),
            ("answer_on_spot", "Answer on the spot"),
            ("transfer", "Send to another body"),
            ("involve", "Handle jointly"),
            ("hand_over", "Hand over"),
            ("report_back", "Record that all reported back"),
            ("take_back", "Take back"),
            ("start_investigation", "Start investigation"),
            ("submit_findings", "Submit findings"),
            ("start_mediation", "Start mediation"),
            ("end_mediation", "Settle by mediation"),
            ("resume_investigation", "Go on investigating"),
            ("decide", "Decide"),
            ("notify", "Issue result notices"),
            ("follow_up", "Follow up"),
            ("close", "Close"),
            ("archive", "Archive"),
            ("withdraw", "Withdraw"),
            ("reopen", "Reopen"),
        ],
        required=True,
        readonly=True,
    )
    text = fields.Text(required=True)
    text_label = fields.Char(compute="_compute_text_label")
    follow_up_result = fields.Selection(
        selection=lambda self: (
            self.env["helpdesk.ticket"]._fields["follow_up_result"].selection
        )
    )

    @api.depends("step")
    @api.depends_context("lang")
    def _compute_text_label(self):
        ticket_fields = self.env["helpdesk.ticket"]._fields
        for wizard in self:
            needs = wizard.step and STEPS[wizard.step].needs
            wizard.text_label = needs and ticket_fields[needs]._description_string(
                self.env
            )

    def action_confirm(self):
        """Take the step with the text given."""
        self.ensure_one()
        tickets = self.ticket_ids
        if self.step == "follow_up":
            tickets.action_follow_up(self.text, self.follow_up_result)
        else:
            getattr(tickets, f"action_{self.step}")(self.text)
        return {"type": "ir.actions.act_window_close"}
