from odoo import fields, models


class HelpdeskTicket(models.Model):
    """What the office is going to do, told to the resident (R07, R10)."""

    _inherit = "helpdesk.ticket"

    handling_plan = fields.Text(
        help="What will be done, by whom and by when. The complainant reads it.",
        copy=False,
    )
