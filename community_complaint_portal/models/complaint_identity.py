from odoo import models

from odoo.addons.community_complaint.tools.life import Opening


class ComplaintIdentity(models.Model):
    _inherit = "complaint.identity"

    _openings = {
        "demo": Opening(
            "Residents of the demo office are the complainants of some of its cases.",
            ("name", "phone", "partner_id"),
        ),
    }
