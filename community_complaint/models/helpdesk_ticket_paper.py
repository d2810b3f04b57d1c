from odoo import models
from odoo.exceptions import UserError


class HelpdeskTicket(models.Model):
    """The papers of cases."""

    _inherit = "helpdesk.ticket"

    def action_print_notices(self):
        """Show all papers of cases as one file, case by case, oldest first.

        :raise UserError: if there are none
        """
        notices = self.notice_ids.filtered(lambda item: item.state != "void")
        if not notices:
            raise UserError(self.env._("There are no papers to print yet."))
        order = {ticket: index for index, ticket in enumerate(self)}
        return notices.sorted(
            lambda item: (order[item.ticket_id], item.issued_date, item.id)
        ).action_print()
