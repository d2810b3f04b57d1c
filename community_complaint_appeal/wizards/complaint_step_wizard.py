from odoo import fields, models


class ComplaintStepWizard(models.TransientModel):
    """Names the step that an appeal takes a case back by."""

    _inherit = "complaint.step.wizard"

    step = fields.Selection(
        selection_add=[("remand", "Sent back by an appeal")],
        ondelete={"remand": "cascade"},
    )
