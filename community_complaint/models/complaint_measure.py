from odoo import fields, models


class ComplaintMeasure(models.Model):
    _name = "complaint.measure"
    _description = "Measure"
    _inherit = ["complaint.watched.mixin", "complaint.setting.mixin"]
    _order = "sequence, id"

    _watched_free = frozenset({"sequence"})
    _watched_fixed = frozenset({"code", "kind", "company_id"})

    name = fields.Char(required=True, translate=True)
    code = fields.Char(required=True, index=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    kind = fields.Selection(
        [
            ("remedy", "Remedy for the complainant"),
            ("correction", "Correction of the work"),
            ("sanction", "Sanction against staff"),
            ("referral", "Referral to another body"),
            ("commendation", "Commendation"),
        ],
        required=True,
        default="remedy",
    )
    needs_hearing = fields.Boolean(
        "Only after a Hearing",
        help="The respondent must have been heard before this measure is decided.",
    )
    company_id = fields.Many2one("res.company", index=True)

    _code_unique = models.UniqueIndex(
        "(code, COALESCE(company_id, 0))", "This code is already used by a measure."
    )
