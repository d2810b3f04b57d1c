from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import format_list

from ..tools.steps import HANDLER

#: The longest time limit of a rung, in minutes.
_YEAR = 365 * 24 * 60


class ComplaintMedicalRegistrar(models.Model):
    """Who keeps the register of medical events of a department (R15 一).

    The director of a department always may, the office keeps that of the others.
    """

    _name = "complaint.medical.registrar"
    _description = "Registrar of Medical Events"
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


class ComplaintMedicalRung(models.Model):
    """A rung of the ladder by which medical events are reported upwards (R15 二–四)."""

    _name = "complaint.medical.rung"
    _description = "Rung of the Upward Reporting"
    _order = "regulation_id, sequence, id"
    _rec_names_search = ("clause",)

    regulation_id = fields.Many2one(
        "complaint.regulation", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(
        related="regulation_id.company_id", store=True, index=True, precompute=True
    )
    sequence = fields.Integer(default=10)
    receiver = fields.Selection(
        [
            ("head", "Head of the department"),
            ("office", "Office or vice-president"),
            ("leader", "Leaders of the centre"),
            ("superior", "Higher health authority"),
        ],
        string="Reported to",
        required=True,
    )
    minutes = fields.Integer(
        "Within (minutes)",
        required=True,
        default=30,
        help="From the event, or from the report before.",
    )
    clause = fields.Char(
        translate=True, help="Where the text says so, for example “Article 7”."
    )

    _within_a_year = models.Constraint(
        "CHECK (minutes <= 525600)",
        "A report upwards has to be made within a year.",
    )
    _some_time = models.Constraint(
        "CHECK (minutes >= 1)",
        "A report upwards needs a time limit of a minute or more.",
    )

    @api.depends("receiver")
    @api.depends_context("lang")
    def _compute_display_name(self):
        receivers = dict(self._fields["receiver"]._description_selection(self.env))
        for rung in self:
            rung.display_name = receivers.get(rung.receiver)


class ComplaintRegulation(models.Model):
    _inherit = "complaint.regulation"

    medical_register = fields.Boolean(
        "Register of Medical Events",
        help="Medical errors, accidents and disputes are registered by department and "
        "reported upwards.",
    )
    gate_spokesperson = fields.Boolean(
        "One Spokesperson for the Family",
        help="Only the person designated for an event explains it to the family, also "
        "by messages to the complainant.",
    )
    medical_registrar_ids = fields.One2many(
        "complaint.medical.registrar",
        "regulation_id",
        string="Registrars",
        copy=False,
    )
    medical_rung_ids = fields.One2many(
        "complaint.medical.rung",
        "regulation_id",
        string="Reported Upwards",
        copy=True,
    )
    quality_member_ids = fields.Many2many(
        "res.users",
        "complaint_regulation_quality_member_rel",
        "regulation_id",
        "user_id",
        string="Quality Group",
        copy=False,
        domain=lambda self: self.env["complaint.regulation"]._handlers_domain(),
        help="Members of the quality leading group; they conclude on medical events.",
    )
    quality_quorum = fields.Integer(
        "Members Present at Least",
        default=2,
        help="As many members of the quality group have to be present to conclude.",
    )

    @api.model
    def _handlers_domain(self):
        """Return the domain of the users who work on cases."""
        return [
            ("share", "=", False),
            ("all_group_ids", "in", self.env.ref(HANDLER).ids),
        ]

    @api.constrains("quality_member_ids")
    def _check_quality_members(self):
        self._check_handlers("quality_member_ids")

    def _check_handlers(self, name):
        """Check that members of a group work on cases: others get no button of it.

        :param name: field of users
        :raise ValidationError: naming who does not
        """
        for rules in self:
            others = rules[name].filtered(lambda user: not user.has_group(HANDLER))
            if others:
                raise ValidationError(
                    self.env._(
                        "%(group)s: %(people)s cannot act there. Give them the role of a "
                        "handler or leader first.",
                        group=self._fields[name]._description_string(self.env),
                        people=format_list(self.env, others.mapped("name")),
                    )
                )

    def _faults_settings(self):
        """OVERRIDE: a register without a ladder reports nothing upwards."""
        yield from super()._faults_settings()
        if self.medical_register and not self.medical_rung_ids:
            yield (
                "medical_ladder",
                self.env._(
                    "It keeps a register of medical events but does not say whom they "
                    "are reported to."
                ),
            )


class HrDepartment(models.Model):
    _inherit = "hr.department"

    medical_registrar_ids = fields.One2many(
        "complaint.medical.registrar",
        "department_id",
        string="Registrars of Medical Events",
        groups="community_complaint.group_complaint_staff",
    )
