from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL


class MailMessage(models.Model):
    """A conflict of interest beats having written or having been notified.

    The base shows a message to its author and to who was notified, whatever became of
    their right to see the document; a record rule on this field takes it away.
    """

    _inherit = "mail.message"

    in_complaint_conflict = fields.Boolean(
        compute="_compute_in_complaint_conflict",
        search="_search_in_complaint_conflict",
        compute_sudo=True,
    )

    @api.depends_context("uid")
    def _compute_in_complaint_conflict(self):
        # sudo: mail.message - the record rule on this field must not ask itself
        hidden = self.sudo().search(
            [("id", "in", self.ids), ("in_complaint_conflict", "=", True)]
        )
        for message in self:
            message.in_complaint_conflict = message in hidden

    @api.model
    def _search_in_complaint_conflict(self, operator, value):
        if operator != "in":
            return NotImplemented
        self.env["helpdesk.ticket"].flush_model(["conflict_user_ids"])
        kept_away = SQL(
            "(SELECT ticket_id FROM helpdesk_ticket_conflict_user_rel WHERE user_id = %s)",
            self.env.uid,
        )
        domain = Domain("model", "=", "helpdesk.ticket") & Domain(
            "res_id", "in", kept_away
        )
        return domain if True in value else ~domain
