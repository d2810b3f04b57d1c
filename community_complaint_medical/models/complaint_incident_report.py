from odoo import fields, models


class ComplaintIncidentReport(models.Model):
    _inherit = "complaint.incident.report"

    kind = fields.Selection(
        selection_add=[("emergency", "Emergency response started")],
        ondelete={"emergency": "cascade"},
    )
    receiver = fields.Selection(
        selection_add=[("group", "Leading group")], ondelete={"group": "cascade"}
    )
