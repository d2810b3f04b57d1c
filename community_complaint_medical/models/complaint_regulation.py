from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import format_list

from odoo.addons.community_complaint.tools.steps import HANDLER


class ComplaintRegulation(models.Model):
    """What a text says of medical events (R15) and of emergencies (R13 二)."""

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

    # the leading group and its office
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

    @api.constrains("emergency_office_ids")
    def _check_emergency_office(self):
        self._check_handlers("emergency_office_ids")

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
