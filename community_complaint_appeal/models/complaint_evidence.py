from odoo import api, fields, models

from odoo.addons.community_complaint.models.complaint_respondent import UNHEARD
from odoo.addons.community_complaint.tools.life import Opening, opens
from odoo.addons.community_complaint.tools.steps import APPEALED


class ComplaintAppealPart(models.AbstractModel):
    """A part of the file that was added for an appeal."""

    _name = "complaint.appeal.part"
    _description = "Part of an Appeal"

    # which one it is, create() says, whatever a form sends
    _opens = opens("appeal_id", birth=True)

    appeal_id = fields.Many2one(
        "complaint.appeal", copy=False, index="btree_not_null", ondelete="set null"
    )

    @api.model_create_multi
    def create(self, vals_list):
        """OVERRIDE: what comes while an appeal is open belongs to it."""
        default = self.env.context.get("default_ticket_id")
        cases = [vals.get("ticket_id", default) for vals in vals_list]
        tickets = self.env["helpdesk.ticket"].browse(filter(None, cases))
        appeals = {item.ticket_id.id: item.id for item in tickets._open_appeals()}
        return super().create(
            [
                {**vals, "appeal_id": appeals.get(case, False)}
                for vals, case in zip(vals_list, cases, strict=True)
            ]
        )


class ComplaintEvidence(models.Model):
    _name = "complaint.evidence"
    _inherit = ["complaint.evidence", "complaint.appeal.part"]

    _openings = {
        "appealed": Opening(
            "Files that came with an appeal are evidence before it is filed.",
            ("appeal_id",),
        ),
    }


class ComplaintInquiry(models.Model):
    _name = "complaint.inquiry"
    _inherit = ["complaint.inquiry", "complaint.appeal.part"]

    def _seal_phase(self):
        """OVERRIDE: an appeal's own inquiries are worked on, not those before it."""
        appeals = self.ticket_id._open_appeals()
        return APPEALED if self.appeal_id & appeals else self.ticket_id.phase


class ComplaintRespondent(models.Model):
    _inherit = "complaint.respondent"

    def _seal_phase(self):
        """OVERRIDE: whom an appeal is about is heard, whether the case is finished yet."""
        phase = super()._seal_phase()
        if phase in ("notified", "follow_up") and self.ticket_id._open_appeals():
            return APPEALED if self.heard else UNHEARD
        return phase
