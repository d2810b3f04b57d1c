from odoo import api, fields, models


class HelpdeskTicket(models.Model):
    """Who must not know of a case: respondents, their units, who recused."""

    _inherit = "helpdesk.ticket"

    recused_user_ids = fields.Many2many(
        "res.users",
        "helpdesk_ticket_recused_user_rel",
        "ticket_id",
        "user_id",
        string="Recused",
        copy=False,
        help="Colleagues with a conflict of interest. They lose every trace of the case.",
    )
    conflict_user_ids = fields.Many2many(
        "res.users",
        "helpdesk_ticket_conflict_user_rel",
        "ticket_id",
        "user_id",
        string="Kept Away",
        compute="_compute_conflict_user_ids",
        store=True,
        copy=False,
    )

    @api.depends(
        "recused_user_ids",
        "respondent_ids.employee_id.user_id",
        "respondent_ids.department_id",
        "respondent_ids.partner_id",
    )
    def _compute_conflict_user_ids(self):
        for ticket in self:
            ticket.conflict_user_ids = (
                ticket.recused_user_ids | ticket.respondent_ids._conflicted_users()
            )

    def _drop_conflicted(self):
        """Take followers, activities and the handler's role from who is kept away."""
        # sudo: helpdesk.ticket - a conflict holds whatever the rights of who names it
        for ticket in self.sudo():
            users = ticket.conflict_user_ids
            if not users:
                continue
            ticket.message_unsubscribe(users.partner_id.ids)
            activities = ticket.activity_ids
            activities.filtered_domain([("user_id", "in", users.ids)]).unlink()
            if ticket.user_id in users:
                ticket.user_id = False
