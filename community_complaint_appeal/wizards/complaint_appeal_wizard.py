from odoo import api, fields, models

from ..tools.appeal_steps import APPEAL_STEPS


class ComplaintAppealWizard(models.TransientModel):
    """Asks for the reason or the person that a step of an appeal needs."""

    _name = "complaint.appeal.wizard"
    _description = "Step of an Appeal"

    appeal_ids = fields.Many2many("complaint.appeal", string="Appeals", required=True)
    step = fields.Selection(
        [
            ("admit_late", "Admit late"),
            ("assign", "Assign a reviewer"),
            ("reassign", "Assign another reviewer"),
            ("dismiss_late", "Dismiss as time-barred"),
            ("dismiss", "Dismiss as inadmissible"),
            ("withdraw", "Appeal withdrawn"),
        ],
        required=True,
        readonly=True,
    )
    asks_reviewer = fields.Boolean("Asks for a Reviewer", compute="_compute_text_label")
    text = fields.Text()
    text_label = fields.Char(compute="_compute_text_label")
    reviewer_id = fields.Many2one("res.users")
    allowed_reviewer_ids = fields.Many2many(
        "res.users",
        string="Possible Reviewers",
        compute="_compute_allowed_reviewer_ids",
    )
    barred_text = fields.Text("Not Possible", compute="_compute_allowed_reviewer_ids")

    @api.depends("step")
    @api.depends_context("lang")
    def _compute_text_label(self):
        names = self.env["complaint.appeal"]._fields
        for wizard in self:
            needs = wizard.step and APPEAL_STEPS[wizard.step].needs
            wizard.asks_reviewer = needs == "reviewer_id"
            wizard.text_label = needs and names[needs]._description_string(self.env)

    @api.depends("appeal_ids", "asks_reviewer")
    @api.depends_context("lang")
    def _compute_allowed_reviewer_ids(self):
        """Who may be chosen, and why the other members of the desk may not."""
        for wizard in self:
            appeals = wizard.appeal_ids._origin if wizard.asks_reviewer else ()
            allowed = self.env["res.users"]
            lines = []
            for appeal in appeals:
                possible = appeal._possible_reviewers()
                allowed = allowed & possible if allowed else possible
                # sudo: helpdesk.ticket.team - who works at the desk is no secret in it
                members = appeal.ticket_id.team_id.sudo().user_ids
                lines += [
                    line
                    for user in members - possible
                    for line in list(appeal._review_obstacles(user))[:1]
                ]
            wizard.allowed_reviewer_ids = allowed
            wizard.barred_text = "\n".join(lines)

    def action_confirm(self):
        """Take the step with what was given."""
        self.ensure_one()
        given = self.reviewer_id if self.asks_reviewer else self.text
        getattr(self.appeal_ids, f"action_{self.step}")(given)
        return {"type": "ir.actions.act_window_close"}
