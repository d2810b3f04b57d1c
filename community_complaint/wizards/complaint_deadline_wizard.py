from odoo import api, fields, models
from odoo.exceptions import UserError


class ComplaintDeadlineWizard(models.TransientModel):
    """Asks for what a hold, an extension, an overrun or another date needs."""

    _name = "complaint.deadline.wizard"
    _inherit = ["complaint.dialog.mixin"]
    _description = "Move a Deadline"

    deadline_id = fields.Many2one("complaint.deadline", required=True, readonly=True)
    kind = fields.Selection(
        [
            ("hold", "Hold"),
            ("extend", "Ask for an Extension"),
            ("overrun", "Explain the Overrun"),
            ("set_due", "Set Another Date"),
        ],
        required=True,
        readonly=True,
    )
    reason = fields.Char(required=True)
    day = fields.Date("New Date")
    quantity = fields.Integer(default=1)
    unit = fields.Selection(
        selection=lambda self: (
            self.env["complaint.sla.policy"]
            ._fields["unit"]
            ._description_selection(self.env)
        ),
        compute="_compute_unit",
        store=True,
        readonly=False,
    )
    hint = fields.Char(compute="_compute_hint")

    @api.depends("deadline_id")
    def _compute_unit(self):
        for wizard in self:
            wizard.unit = wizard.deadline_id.policy_id.unit

    @api.depends("deadline_id", "kind")
    def _compute_hint(self):
        for wizard in self:
            policy = wizard.deadline_id.policy_id
            wizard.hint = False
            if wizard.kind == "extend" and policy.extension_uncapped:
                wizard.hint = self.env._("There is no longest extension.")
            elif wizard.kind == "extend":
                wizard.hint = self.env._(
                    "At most %s altogether.",
                    policy._format_quantity(
                        policy.max_extension, policy.max_extension_unit or policy.unit
                    ),
                )

    def action_apply(self):
        """Do what was asked for."""
        self.ensure_one()
        getattr(self, f"_apply_{self.kind}")()
        return {"type": "ir.actions.act_window_close"}

    def _apply_hold(self):
        self.deadline_id.action_hold(self.reason)

    def _apply_extend(self):
        if self.quantity < 1:
            raise UserError(self.env._("An extension must be longer than 0."))
        self.deadline_id.action_extend(self.quantity, self.unit, self.reason)

    def _apply_overrun(self):
        self.deadline_id.action_explain_overrun(self.reason, self.day)

    def _apply_set_due(self):
        self.deadline_id.action_set_due(self.day, self.reason)
