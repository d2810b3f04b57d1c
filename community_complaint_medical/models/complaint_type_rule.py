from odoo import api, fields, models

_ACTS = {
    "explanation": "Explanation to the family",
    "medical_event": "Entered in the medical register",
    "medical_reports": "Reported upwards",
    "conclusion": "Conclusion of the quality group",
    "family_informed": "Family informed of the conclusion",
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
            "conclusion": "decide",
            "medical_reports": "decide",
            "family_informed": "close",
            "response": "start_investigation",
            "settlement": "decide",
            "response_summary": "close",
        }
