from odoo import api, fields, models
from odoo.exceptions import UserError

from ..tools.steps import FINISHED_PHASES

_ACTS = {
    "response": "Response started, leading group told",
    "verification": "Facts checked by the group's office",
    "response_plan": "Response plan in force",
    "settlement": "Settlement sought",
    "response_summary": "Summary and evaluation handed in",
}


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


class ComplaintIncidentReport(models.Model):
    _inherit = "complaint.incident.report"

    kind = fields.Selection(
        selection_add=[("emergency", "Emergency response started")],
        ondelete={"emergency": "cascade"},
    )
    receiver = fields.Selection(
        selection_add=[("group", "Leading group")], ondelete={"group": "cascade"}
    )


class ComplaintTypeRule(models.Model):
    _inherit = "complaint.type.rule"

    requires = fields.Selection(
        selection_add=[*_ACTS.items()], ondelete=dict.fromkeys(_ACTS, "cascade")
    )

    @api.model
    def _usual_steps(self):
        return {
            **super()._usual_steps(),
            "response": "start_investigation",
            "settlement": "decide",
            "response_summary": "close",
        }


class ComplaintDigest(models.Model):
    _inherit = "complaint.digest"

    @api.model
    def _section_titles(self):
        return {
            **super()._section_titles(),
            "emergency": self.env._("Emergency responses"),
        }


class HelpdeskTicket(models.Model):
    """The emergency response to a complaint."""

    _inherit = "helpdesk.ticket"

    emergency_ids = fields.One2many(
        "complaint.emergency", "ticket_id", string="Emergency Response"
    )
    emergency_state = fields.Selection(
        related="emergency_ids.state", string="State of the Response"
    )
    emergency_response = fields.Boolean(related="regulation_id.emergency_response")

    def _after_response_level(self, _before):
        """The group is told when the level of a response changes."""
        running = self.emergency_ids.filtered(lambda item: item.state == "running")
        running._alert()

    # ----------------------------------------------------------------------
    # Actions
    # ----------------------------------------------------------------------

    def action_start_response(self):
        """Start the emergency response and tell the leading group at once.

        :return: the action that shows the response
        :raise UserError: without a level or a group, or if it was started already
        """
        self.ensure_one()
        self.check_access("write")
        self._check_may_respond()
        emergency = self.env["complaint.emergency"]._start(self)
        levels = dict(self._fields["response_level"]._description_selection(self.env))
        self.env["complaint.incident.report"].create(
            {
                "ticket_id": self.id,
                "kind": "emergency",
                "receiver": "group",
                "text": levels[self.response_level],
                "event_date": self.received_date,
            }
        )
        emergency._alert()
        return self.action_view_response()

    def _check_may_respond(self):
        rules = self.regulation_id
        if not rules.emergency_response:
            raise UserError(self.env._("%s knows no emergency responses.", rules.name))
        if self.phase in FINISHED_PHASES:
            raise UserError(
                self.env._(
                    "%s is finished. Ask your leader to reopen it first.", self.number
                )
            )
        if not self.response_level:
            raise UserError(self.env._("Choose the response level first."))
        if not rules.emergency_member_ids:
            raise UserError(
                self.env._(
                    "The leading group has no members yet. A manager names them in the "
                    "regulation."
                )
            )
        if self.emergency_ids:
            raise UserError(
                self.env._("The response to this complaint was started already.")
            )

    def action_view_response(self):
        """Show the response to one complaint."""
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Emergency Response"),
            "res_model": "complaint.emergency",
            "res_id": self.emergency_ids.id,
            "views": [(False, "form")],
        }

    # ----------------------------------------------------------------------
    # Acts
    # ----------------------------------------------------------------------

    def _act_done_response(self):
        return bool(self.emergency_ids)

    def _act_done_verification(self):
        return bool(self.emergency_ids.verified_date)

    def _act_done_response_plan(self):
        # what turned out not to be true needs no plan
        response = self.emergency_ids
        return bool(response.plan_date) or response.verified == "false"

    def _act_done_settlement(self):
        # nor is there anything to settle
        response = self.emergency_ids
        return bool(response.settled_date) or response.verified == "false"

    def _act_done_response_summary(self):
        return self.emergency_ids.state == "ended"
