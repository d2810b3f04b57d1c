from odoo import api, fields, models
from odoo.tools.translate import LazyTranslate

from odoo.addons.community_complaint.tools.life import More
from odoo.addons.community_complaint.tools.notice_kinds import Kind

from ..tools.appeal_steps import RESULT_KINDS

#: What ends an appeal for the parties.
ANSWER_KINDS = (*RESULT_KINDS, "appeal_dismissed")
_lt = LazyTranslate(__name__)
#: Rulings are written like appeal results, under their own names.
KINDS = {
    "appeal_receipt": Kind("申受", _lt("Acknowledgement of the Appeal")),
    "appeal_result": Kind("申", _lt("Notice of the Result of the Appeal")),
    "appeal_dismissed": Kind("申驳", _lt("Notice of Dismissal of the Appeal")),
    "arbitration_ruling": Kind("裁", _lt("Arbitration Ruling"), parts="appeal_result"),
    "final_ruling": Kind("终", _lt("Final Ruling"), parts="appeal_result"),
}


class ComplaintNotice(models.Model):
    """The papers of an appeal."""

    _inherit = "complaint.notice"

    _openings = {"issue": More(writes=("appeal_id",))}

    kind = fields.Selection(
        selection_add=[
            ("appeal_receipt", "Acknowledgement of an appeal"),
            ("appeal_result", "Appeal result notice"),
            ("appeal_dismissed", "Notice of dismissal of an appeal"),
            ("arbitration_ruling", "Arbitration ruling"),
            ("final_ruling", "Final ruling"),
        ],
        ondelete=dict.fromkeys(KINDS, "cascade"),
    )
    appeal_id = fields.Many2one(
        "complaint.appeal", readonly=True, copy=False, index="btree_not_null"
    )

    @api.model
    def _kinds(self):
        """OVERRIDE: add the papers of an appeal."""
        return {**super()._kinds(), **KINDS}

    def _after_serve(self, **more):
        """OVERRIDE: tell the clocks of appeals whose notices are now all served."""
        super()._after_serve(**more)
        answers = self.filtered(lambda item: item.kind in ANSWER_KINDS)
        for appeal in answers.appeal_id:
            notices = appeal.notice_ids.filtered(
                lambda item: item.kind in ANSWER_KINDS and item.state != "void"
            )
            if all(notices.mapped("served_date")):
                case = appeal.ticket_id
                kinds = set(notices.mapped("kind"))
                case._emit_event("appeal_served", max(map(case._served_moment, kinds)))
