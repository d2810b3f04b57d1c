from odoo import api, fields, models

from ..tools.steps import LEADER


class ComplaintRecuseWizard(models.TransientModel):
    """Somebody steps aside, or a leader excludes somebody, and says why."""

    _name = "complaint.recuse.wizard"
    _inherit = ["complaint.dialog.mixin"]
    _description = "Conflict of Interest"

    ticket_id = fields.Many2one("helpdesk.ticket", string="Complaint", required=True)
    user_ids = fields.Many2many(
        "res.users",
        string="Excluded",
        required=True,
        default=lambda self: self.env.user,
        domain="[('share', '=', False)]",
    )
    reason = fields.Text(required=True)
    may_name_others = fields.Boolean(compute="_compute_may_name_others")

    @api.depends_context("uid")
    def _compute_may_name_others(self):
        self.may_name_others = self.env.user.has_group(LEADER)

    def action_confirm(self):
        """Exclude the people, note the reason on the case.

        :return: the list of cases, since one's own is gone; else nothing
        :raise AccessError: for naming others without being a leader
        """
        self.ensure_one()
        self.ticket_id._exclude_users(self.user_ids, self.reason)
        if self.env.user not in self.user_ids:
            return {"type": "ir.actions.act_window_close"}
        return {
            **self.env["ir.actions.actions"]._for_xml_id(
                "community_complaint.helpdesk_ticket_action"
            ),
            "target": "main",
        }
