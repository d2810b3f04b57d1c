from odoo import fields, models


class ComplaintEvidence(models.Model):
    _inherit = "complaint.evidence"

    filed_in_portal = fields.Boolean(
        readonly=True,
        copy=False,
        help="The complainant sent it with the complaint and may download it again.",
    )
