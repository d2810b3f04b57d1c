from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from odoo.addons.community_complaint.models.helpdesk_ticket_desk import Tile
from odoo.addons.community_complaint.tools import publication_gate
from odoo.addons.community_complaint.tools.steps import (
    FINISHED_PHASES,
    HANDLER,
    LEADER,
)

EVENT = "complaint.medical.event"


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

    # ----------------------------------------------------------------------
    # “My desk”
    # ----------------------------------------------------------------------

    @api.model
    def _desk_tiles(self):
        """OVERRIDE: responses that run, reports upwards, liability to examine."""
        tiles = super()._desk_tiles()
        user = self.env.user
        if user.has_group(HANDLER):
            tiles += [
                Tile("responses", "alarm", HANDLER, "complaint.emergency", "danger"),
                Tile(
                    "medical_reports",
                    "alarm",
                    HANDLER,
                    EVENT,
                    "warning",
                ),
            ]
        if user.has_group(LEADER):
            tiles.append(
                Tile(
                    "medical_liability",
                    "alarm",
                    LEADER,
                    EVENT,
                    "warning",
                )
            )
        return tiles

    @api.model
    def _desk_titles(self):
        return {
            **super()._desk_titles(),
            "alarm": self.env._("Emergencies and medical events"),
        }

    @api.model
    def _desk_labels(self):
        return {
            **super()._desk_labels(),
            "responses": self.env._("Emergency responses running"),
            "medical_reports": self.env._("Medical events to report upwards"),
            "medical_liability": self.env._("Late or concealed: liability"),
        }

    def _desk_domain_responses(self):
        return Domain("state", "=", "running")

    def _desk_domain_medical_reports(self):
        return Domain("report_ids", "any", [("state", "=", "waiting")])

    def _desk_domain_medical_liability(self):
        return Domain("liability_open", "=", True)

    # ----------------------------------------------------------------------
    # Whose names to look for
    # ----------------------------------------------------------------------

    def _people_of_case(self):
        """OVERRIDE: who carries out emergency measures."""
        yield from super()._people_of_case()
        for measure in self.emergency_ids.measure_ids:
            yield "name", measure.responsible_id.name
            yield from publication_gate.people(measure.responsible)
