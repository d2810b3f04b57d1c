from odoo import fields, models


class HelpdeskTicketType(models.Model):
    _name = "helpdesk.ticket.type"
    _inherit = [
        "helpdesk.ticket.type",
        "complaint.listed.mixin",
        "complaint.watched.mixin",
        "complaint.setting.mixin",
    ]

    _complaint_list = "type_ids"
    _watched_fixed = frozenset({"complaint_code"})

    complaint_code = fields.Char(
        index="btree_not_null",
        help="Code of a ground or kind of complaint in a regulation.",
    )
    is_accusation = fields.Boolean(
        "Accusation",
        help="Accuses a person or unit: the case is kept from them, see “Accusations Go "
        "to the Superior Only” of a regulation.",
    )
