from odoo import fields, models


class HrDepartment(models.Model):
    _inherit = "hr.department"

    medical_registrar_ids = fields.One2many(
        "complaint.medical.registrar",
        "department_id",
        string="Registrars of Medical Events",
        groups="community_complaint.group_complaint_staff",
    )
