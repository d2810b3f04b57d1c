from odoo import fields, models


class ComplaintInquiry(models.Model):
    _name = "complaint.inquiry"
    _description = "Inquiry"
    _inherit = ["complaint.case.mixin"]
    _order = "date desc, id desc"

    kind = fields.Selection(
        [
            ("visit", "Visit"),
            ("interview", "Interview"),
            ("phone", "Phone call"),
            ("record", "Record check"),
            ("appraisal", "Expert appraisal"),
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
    attachment_ids = fields.Many2many("ir.attachment", string="Files", copy=False)
