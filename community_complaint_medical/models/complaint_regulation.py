from odoo import api, fields, models


class ComplaintRegulation(models.Model):
    """The leading group of a regulation and its office (R13 二)."""

    _inherit = "complaint.regulation"

    emergency_response = fields.Boolean(
        "Emergency Responses",
        help="Complaints may start an emergency response in four levels.",
    )
    emergency_member_ids = fields.Many2many(
        "res.users",
        "complaint_regulation_emergency_member_rel",
        "regulation_id",
        "user_id",
        string="Leading Group",
        copy=False,
        domain="[('share', '=', False)]",
        help="They are told at once when a response starts or its level changes.",
    )
    emergency_office_ids = fields.Many2many(
        "res.users",
        "complaint_regulation_emergency_office_rel",
        "regulation_id",
        "user_id",
        string="Office of the Group",
        copy=False,
        domain=lambda self: self.env["complaint.regulation"]._handlers_domain(),
        help="They check the facts, plan, carry out and report to the group.",
    )

    @api.constrains("emergency_office_ids")
    def _check_emergency_office(self):
        self._check_handlers("emergency_office_ids")
