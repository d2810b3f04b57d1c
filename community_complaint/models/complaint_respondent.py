from odoo import api, fields, models
from odoo.exceptions import ValidationError


class ComplaintRespondent(models.Model):
    """Person or unit complained about, with their statement and the finding."""

    _name = "complaint.respondent"
    _description = "Respondent"
    _inherit = ["complaint.case.mixin"]
    _order = "id"

    kind = fields.Selection(
        [
            ("employee", "Staff member"),
            ("department", "Department"),
            ("partner", "Person or company on file"),
            ("other", "Somebody else"),
        ],
        required=True,
        default="employee",
    )
    employee_id = fields.Many2one(
        "hr.employee",
        string="Staff Member",
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
    )
    department_id = fields.Many2one(
        "hr.department",
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
    )
    partner_id = fields.Many2one(
        "res.partner",
        string="Person or Company",
        index="btree_not_null",
        ondelete="restrict",
    )
    name = fields.Char(compute="_compute_name", store=True, readonly=False)
    post = fields.Char("Position", compute="_compute_name", store=True, readonly=False)
    statement = fields.Text(
        "Statement and Defence", help="What the respondent has to say, in their words."
    )
    statement_date = fields.Date("Heard on")
    statement_waived = fields.Boolean(
        "Declined to Speak",
        help="The respondent was invited and did not want to make a statement.",
    )
    heard = fields.Boolean(compute="_compute_heard", store=True)
    finding = fields.Selection(
        [
            ("substantiated", "Substantiated"),
            ("partly", "Partly substantiated"),
            ("unsubstantiated", "Unsubstantiated"),
        ]
    )
    finding_note = fields.Text()

    _check_company_auto = True

    @api.depends("kind", "employee_id", "department_id", "partner_id")
    def _compute_name(self):
        for respondent in self:
            # sudo: hr.employee - a clerk names a colleague without HR's rights
            employee = respondent.employee_id.sudo()
            if respondent.kind == "employee" and employee:
                respondent.name = employee.name
                respondent.post = employee.job_title or employee.job_id.name
            elif respondent.kind == "department" and respondent.department_id:
                respondent.name = respondent.department_id.name
                respondent.post = False
            elif respondent.kind == "partner" and respondent.partner_id:
                respondent.name = respondent.partner_id.name
                respondent.post = False

    @api.depends("statement", "statement_date", "statement_waived")
    def _compute_heard(self):
        for respondent in self:
            respondent.heard = respondent.statement_waived or bool(
                respondent.statement and respondent.statement_date
            )

    @api.constrains("kind", "name", "employee_id", "department_id", "partner_id")
    def _check_named(self):
        for respondent in self:
            if not (respondent.name or "").strip():
                raise ValidationError(
                    self.env._("Say who the complaint is about: a name is missing.")
                )
            if (
                respondent.ticket_id.regulation_id.respondent_kind == "staff"
                and respondent.kind in ("department", "partner")
            ):
                raise ValidationError(
                    self.env._(
                        "%s is for complaints about members of staff only.",
                        respondent.ticket_id.regulation_id.name,
                    )
                )

    @api.depends("name", "post")
    def _compute_display_name(self):
        for respondent in self:
            parts = filter(None, (respondent.name, respondent.post))
            respondent.display_name = ", ".join(parts)

    def _conflicted_users(self):
        """Return the users who must not know of the case: respondents, their units.

        A department complained about keeps everybody in it away, and a company its
        people who work here.
        """
        # sudo: hr.employee - conflicts hold whoever works on the case
        respondents = self.sudo().with_context(active_test=False)
        users = respondents.employee_id.user_id
        units = respondents.department_id
        if units:
            members = units.env["hr.employee"].search(
                [("department_id", "child_of", units.ids), ("user_id", "!=", False)]
            )
            users |= members.user_id | units.manager_id.user_id
        partners = respondents.partner_id
        if partners:
            users |= partners.user_ids | users.search(
                [("partner_id", "child_of", partners.ids), ("share", "=", False)]
            )
        return users

    # ----------------------------------------------------------------------
    # CRUD
    # ----------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        respondents = super().create(vals_list)
        respondents.ticket_id._drop_conflicted()
        return respondents

    def write(self, vals):
        result = super().write(vals)
        if {"employee_id", "department_id", "partner_id"} & vals.keys():
            self.ticket_id._drop_conflicted()
        return result

    def unlink(self):
        tickets = self.ticket_id
        result = super().unlink()
        tickets._drop_conflicted()
        return result
