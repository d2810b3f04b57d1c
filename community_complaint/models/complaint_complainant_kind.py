from odoo import fields, models


class ComplaintComplainantKind(models.Model):
    _name = "complaint.complainant.kind"
    _description = "Kind of Complainant"
    _inherit = [
        "complaint.listed.mixin",
        "complaint.watched.mixin",
        "complaint.setting.mixin",
    ]
    _order = "sequence, id"

    _complaint_list = "complainant_kind_ids"
    _watched_free = frozenset({"sequence"})
    _watched_fixed = frozenset({"code"})

    name = fields.Char(required=True, translate=True)
    code = fields.Char(required=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)

    _code_unique = models.UniqueIndex(
        "(code)", "This code is already used by a kind of complainant."
    )
