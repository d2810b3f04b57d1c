from odoo import fields, models


class HelpdeskTicket(models.Model):
    """What the office is going to do, told to the resident (R07, R10)."""

    _inherit = "helpdesk.ticket"

    handling_plan = fields.Text(
        help="What will be done, by whom and by when. The complainant reads it.",
        copy=False,
    )


class ComplaintNotice(models.Model):
    _inherit = "complaint.notice"

    def _paper_facts_voucher(self):
        """OVERRIDE: a plan that is known at acceptance is told at once."""
        return [
            *super()._paper_facts_voucher(),
            (self.env._("Handling plan"), self.ticket_id.handling_plan),
        ]
