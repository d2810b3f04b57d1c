from odoo import api, fields, models

_ACTS = {
    "response": "Response started, leading group told",
    "verification": "Facts checked by the group's office",
    "response_plan": "Response plan in force",
    "settlement": "Settlement sought",
    "response_summary": "Summary and evaluation handed in",
}


class ComplaintTypeRule(models.Model):
    _inherit = "complaint.type.rule"

    requires = fields.Selection(
        selection_add=[*_ACTS.items()], ondelete=dict.fromkeys(_ACTS, "cascade")
    )

    @api.model
    def _usual_steps(self):
        return {
            **super()._usual_steps(),
            "response": "start_investigation",
            "settlement": "decide",
            "response_summary": "close",
        }
