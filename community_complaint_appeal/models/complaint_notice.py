from odoo import api, fields, models

from ..tools.appeal_steps import RESULT_KINDS

#: Mark of a kind in its official number, see ``notice_pattern`` of the regulation.
MARKS = {
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
        for appeal in self.appeal_id:
            notices = appeal.notice_ids.filtered(lambda item: item.state != "void")
            if all(notices.mapped("served_date")):
                case = appeal.ticket_id
                kinds = set(notices.mapped("kind"))
                case._emit_event("appeal_served", max(map(case._served_moment, kinds)))
        return result

    def _is_appeal_result(self):
        """Tell whether this paper tells the decision on an appeal."""
        return self.kind in RESULT_KINDS
