from odoo import fields, models

#: Kinds of duties that are done by a summary of medical events.
DUTIES = {
    "medical_summary": "Summary of medical events",
    "medical_report": "Annual report on medical safety",
}


class ComplaintDuty(models.Model):
    _inherit = "complaint.duty"

    kind = fields.Selection(
        selection_add=[*DUTIES.items()], ondelete=dict.fromkeys(DUTIES, "set default")
    )
