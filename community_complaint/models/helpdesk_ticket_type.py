from odoo import fields, models


class HelpdeskTicketType(models.Model):
    _inherit = "helpdesk.ticket.type"

    complaint_code = fields.Char(
        index="btree_not_null",
        help="Code of a ground or kind of complaint in a regulation.",
    )
