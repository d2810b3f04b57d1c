from odoo import api, fields, models
from odoo.exceptions import AccessError

from ..tools.steps import LEADER


class ComplaintRecuseWizard(models.TransientModel):
    """Somebody steps aside, or a leader keeps somebody away, and says why."""

    _name = "complaint.recuse.wizard"
    _description = "Conflict of Interest"

    ticket_id = fields.Many2one("helpdesk.ticket", string="Complaint", required=True)
    user_ids = fields.Many2many(
        "res.users",
        string="Kept Away",
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
        """Keep the people away, note the reason on the case.

        :return: the list of cases, since one's own is gone; else nothing
        :raise AccessError: for naming others without being a leader
        """
        self.ensure_one()
        self.ticket_id.check_access("read")
        others = self.user_ids - self.env.user
        if others and not self.may_name_others:
            raise AccessError(self.env._("Only leaders keep others away from a case."))
        self._keep_away()
        if self.env.user not in self.user_ids:
            return {"type": "ir.actions.act_window_close"}
        return {
            **self.env["ir.actions.actions"]._for_xml_id(
                "community_complaint.helpdesk_ticket_action"
            ),
            "target": "main",
        }

    def _keep_away(self):
        # sudo: helpdesk.ticket - stepping aside needs no right to change the case
        ticket = self.ticket_id.sudo()
        ticket._message_log(
            body=self.env._(
                "Kept away from the case: %(people)s. Reason: %(reason)s",
                people=", ".join(self.user_ids.mapped("name")),
                reason=self.reason,
            )
        )
        ticket._write_sealed(
            "recuse", {"recused_user_ids": [(4, user.id) for user in self.user_ids]}
        )
