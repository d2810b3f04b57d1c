from odoo import api, fields, models

from ..tools.appeal_steps import RESULT_KINDS

#: What ends an appeal for the parties.
ANSWER_KINDS = (*RESULT_KINDS, "appeal_dismissed")
#: Mark of a kind in its official number, see ``notice_pattern`` of the regulation.
MARKS = {
    "appeal_receipt": "申受",
    "appeal_result": "申",
    "appeal_dismissed": "申驳",
    "arbitration_ruling": "裁",
    "final_ruling": "终",
}


class ComplaintNotice(models.Model):
    """The papers of an appeal."""

    _inherit = "complaint.notice"

    kind = fields.Selection(
        selection_add=[
            ("appeal_receipt", "Acknowledgement of an appeal"),
            ("appeal_result", "Appeal result notice"),
            ("appeal_dismissed", "Notice of dismissal of an appeal"),
            ("arbitration_ruling", "Arbitration ruling"),
            ("final_ruling", "Final ruling"),
        ],
        ondelete=dict.fromkeys(MARKS, "cascade"),
    )
    appeal_id = fields.Many2one(
        "complaint.appeal", readonly=True, copy=False, index="btree_not_null"
    )

    @api.model
    def _mark(self, kind):
        """OVERRIDE: marks of the papers of an appeal."""
        return MARKS.get(kind) or super()._mark(kind)

    def _after_served(self):
        """OVERRIDE: tell the clocks of appeals whose notices are now all served."""
        result = super()._after_served()
        answers = self.filtered(lambda item: item.kind in ANSWER_KINDS)
        for appeal in answers.appeal_id:
            notices = appeal.notice_ids.filtered(
                lambda item: item.kind in ANSWER_KINDS and item.state != "void"
            )
            if all(notices.mapped("served_date")):
                case = appeal.ticket_id
                kinds = set(notices.mapped("kind"))
                case._emit_event("appeal_served", max(map(case._served_moment, kinds)))
        return result
