from odoo import api, fields, models


class ComplaintAppealPart(models.AbstractModel):
    """A part of the file that was added for an appeal."""

    _name = "complaint.appeal.part"
    _description = "Part of an Appeal"

    appeal_id = fields.Many2one(
        "complaint.appeal", copy=False, index="btree_not_null", ondelete="set null"
    )

    @api.model_create_multi
    def create(self, vals_list):
        """OVERRIDE: what comes while an appeal is open belongs to it."""
        records = super().create(vals_list)
        appeals = records.ticket_id._open_appeals().grouped("ticket_id")
        for record in records:
            appeal = appeals.get(record.ticket_id)
            if appeal and record.appeal_id != appeal:
                record.appeal_id = appeal
        return records


class ComplaintEvidence(models.Model):
    _name = "complaint.evidence"
    _inherit = ["complaint.evidence", "complaint.appeal.part"]


class ComplaintInquiry(models.Model):
    _name = "complaint.inquiry"
    _inherit = ["complaint.inquiry", "complaint.appeal.part"]
