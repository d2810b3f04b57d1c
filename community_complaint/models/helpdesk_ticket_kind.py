from odoo import api, fields, models
from odoo.exceptions import UserError

#: Kinds of cases besides complaints, and the setting that lets them in.
_TAKES = {
    "opinion": "takes_opinions",
    "report": "takes_reports",
    "dispute": "takes_disputes",
}


class HelpdeskTicket(models.Model):
    """Opinions, reports and disputes besides complaints; complaints from inside.

    R16: opinions as well as complaints. R05: disputes, complaints, reports. R17: internal
    complaints of staff and departments.
    """

    _inherit = "helpdesk.ticket"

    case_kind = fields.Selection(
        [
            ("complaint", "Complaint"),
            ("opinion", "Opinion or suggestion"),
            ("report", "Report of wrongdoing"),
            ("dispute", "Dispute"),
        ],
        string="Kind of Case",
        default="complaint",
        required=True,
    )
    opinion_result = fields.Selection(
        [
            ("adopted", "Adopted as suggested"),
            ("partly", "Adopted in part"),
            ("noted", "Noted"),
        ],
        string="What Came of It",
        copy=False,
    )
    has_case_kinds = fields.Boolean(compute="_compute_has_case_kinds")
    takes_internal = fields.Boolean(related="regulation_id.takes_internal")
    complainant_employee_id = fields.Many2one(
        "hr.employee",
        string="Colleague",
        store=False,
        help="Fills in name and work unit; is not kept anywhere else.",
    )
    complainant_department_id = fields.Many2one(
        "hr.department",
        string="Department That Complains",
        store=False,
        help="Fills in the name; is not kept anywhere else.",
    )

    @api.depends("regulation_id")
    def _compute_has_case_kinds(self):
        for ticket in self:
            rules = ticket.regulation_id
            ticket.has_case_kinds = any(rules[name] for name in _TAKES.values())

    @api.constrains("case_kind", "nature")
    def _check_case_kind(self):
        for ticket in self.filtered("is_complaint"):
            rules = ticket.regulation_id
            setting = _TAKES.get(ticket.case_kind)
            if setting and not rules[setting]:
                kinds = dict(self._fields["case_kind"]._description_selection(self.env))
                raise UserError(
                    self.env._(
                        "%(rules)s does not know “%(value)s”.",
                        rules=rules.name,
                        value=kinds[ticket.case_kind],
                    )
                )
            if ticket.nature == "internal" and not rules.takes_internal:
                raise UserError(
                    self.env._("%s takes no complaints from inside.", rules.name)
                )

    # ----------------------------------------------------------------------
    # Complaints from inside
    # ----------------------------------------------------------------------

    @api.onchange("complainant_employee_id", "complainant_department_id")
    def _onchange_complainant_inside(self):
        """Who complains from inside is written down like everybody else."""
        # sudo: hr.employee - a clerk takes down a colleague without HR's rights
        employee = self.complainant_employee_id.sudo()
        department = self.complainant_department_id or employee.department_id
        if not (employee or department):
            return
        # read before writing: the first look computes all of the complainant's fields
        phone = employee.work_phone or self.complainant_phone
        email = employee.work_email or self.complainant_email
        self.nature = "internal"
        self.complainant_name = employee.name or department.name
        self.complainant_work_unit = department.name
        self.complainant_phone = phone
        self.complainant_email = email
        self.complainant_occupation = employee.job_title


class ComplaintRegulation(models.Model):
    _inherit = "complaint.regulation"

    takes_opinions = fields.Boolean()
    takes_reports = fields.Boolean("Takes Reports of Wrongdoing")
    takes_disputes = fields.Boolean()
    takes_internal = fields.Boolean("Takes Complaints from Inside")
