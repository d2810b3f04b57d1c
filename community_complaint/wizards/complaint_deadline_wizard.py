from odoo import api, fields, models
from odoo.exceptions import UserError


class ComplaintDeadlineWizard(models.TransientModel):
    """Asks for the reason of a hold, an extension or another date."""

    _name = "complaint.deadline.wizard"
    _description = "Hold or Extend a Deadline"

    deadline_id = fields.Many2one("complaint.deadline", required=True, readonly=True)
    kind = fields.Selection(
        [("hold", "Hold"), ("extend", "Extend"), ("set_due", "Set Another Date")],
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

    @api.depends("deadline_id")
    def _compute_unit(self):
        for wizard in self:
            wizard.unit = wizard.deadline_id.policy_id.unit

    def action_apply(self):
        """Hold, extend or set another date."""
        self.ensure_one()
        if self.kind == "hold":
            self.deadline_id.action_hold(self.reason)
        elif self.kind == "set_due":
            self.deadline_id.action_set_due(self.day, self.reason)
        elif self.quantity < 1:
            raise UserError(self.env._("An extension must be longer than 0."))
        else:
            self.deadline_id.action_extend(self.quantity, self.unit, self.reason)
        return {"type": "ir.actions.act_window_close"}
