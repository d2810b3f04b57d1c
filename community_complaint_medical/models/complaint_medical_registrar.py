from odoo import fields, models


class ComplaintMedicalRegistrar(models.Model):
    """Who keeps the register of medical events of a department (R15 一).

    The director of a department always may, the office keeps that of the others.
    """

    _name = "complaint.medical.registrar"
    _description = "Registrar of Medical Events"
    _inherit = ["complaint.watched.mixin"]
    _order = "department_id, id"
    _rec_names_search = ("department_id.name",)
    _check_company_auto = True

    regulation_id = fields.Many2one(
        "complaint.regulation", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(
        related="regulation_id.company_id", store=True, index=True, precompute=True
    )
    department_id = fields.Many2one(
        "hr.department",
        required=True,
        index=True,
        check_company=True,
        ondelete="cascade",
    )
    user_ids = fields.Many2many(
        "res.users",
        string="Registered by",
        domain="[('share', '=', False)]",
        help="Head nurse or delegate; the director of the department always may.",
    )

    _once = models.UniqueIndex(
        "(regulation_id, department_id)", "This department has its registrars already."
    )

    def _watched_companies(self):
        """OVERRIDE: the office that adopted the text."""
        return self._watched_regulations(lambda part: part.regulation_id)

    def _watched_cases(self):
        """OVERRIDE: no file names it."""
        return self.browse()
