from odoo import fields, models

from ..tools.life import Open, opens
from ..tools.steps import FILE_PHASES, INQUIRY_PHASES


class ComplaintInquiry(models.Model):
    """An act of investigation; it is not reworded once the case is being decided."""

    _name = "complaint.inquiry"
    _description = "Inquiry"
    _inherit = ["complaint.case.mixin"]
    _order = "date desc, id desc"

    _opens = {
        **opens("ticket_id", phases=FILE_PHASES, birth=True),
        **opens(
            "kind",
            "date",
            "user_id",
            "person",
            "place",
            "summary",
            "attachment_ids",
            phases=INQUIRY_PHASES,
        ),
    }
    _drops = Open(phases=INQUIRY_PHASES)

    kind = fields.Selection(
        [
            ("visit", "Visit"),
            ("interview", "Interview"),
            ("phone", "Phone call"),
            ("record", "Record check"),
            ("appraisal", "Expert appraisal"),
            ("contact", "Talk with the complainant"),
            ("inspection", "Inspection by a supervisor"),
            ("opinions", "Residents' opinions"),
            ("assessment", "Internal safety assessment"),
            ("legal_aid", "Legal aid offered, or found needless"),
            ("protection", "Immediate measures against harm"),
            ("price_check", "Fees and prices checked"),
        ],
        required=True,
        default="visit",
    )
    date = fields.Datetime(default=fields.Datetime.now, required=True)
    user_id = fields.Many2one(
        "res.users", string="Done by", default=lambda self: self.env.user, required=True
    )
    person = fields.Char("Persons Met")
    place = fields.Char()
    summary = fields.Text("What Was Found", required=True)
    attachment_ids = fields.Many2many(
        "ir.attachment", string="Files", copy=False, bypass_search_access=True
    )
