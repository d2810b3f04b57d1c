from odoo import fields, models

from odoo.addons.community_complaint.tools.life import Opening


class ComplaintEvidence(models.Model):
    _inherit = "complaint.evidence"

    _openings = {
        "portal": Opening(
            "A resident sends files, also to a case that is finished.",
            ("filed_in_portal",),
            creates=True,
        ),
    }

    filed_in_portal = fields.Boolean(
        readonly=True,
        copy=False,
        help="The complainant sent it with the complaint and may download it again.",
    )
