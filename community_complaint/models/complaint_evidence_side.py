from odoo import fields, models


class ComplaintEvidence(models.Model):
    _inherit = "complaint.evidence"

    side = fields.Selection(
        [
            ("office", "The office"),
            ("complainant", "The complainant"),
            ("respondent", "The respondent"),
            ("third", "Somebody else"),
        ],
        string="Submitted by",
        default="office",
        required=True,
        help="Both sides submit evidence before a ruling.",
    )
