from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain

from odoo.addons.community_complaint.models.helpdesk_ticket_desk import Tile
from odoo.addons.community_complaint.tools import finder
from odoo.addons.community_complaint.tools.steps import (
    FINISHED_PHASES,
    HANDLER,
    LEADER,
)

EVENT = "complaint.medical.event"


class HelpdeskTicket(models.Model):
    """Medical events of a complaint, and the emergency response to it."""

    _inherit = "helpdesk.ticket"

    medical_event_ids = fields.One2many(
        "complaint.medical.event", "ticket_id", string="Medical Events"
    )
    medical_register = fields.Boolean(related="regulation_id.medical_register")
    emergency_ids = fields.One2many(
        "complaint.emergency", "ticket_id", string="Emergency Response"
    )
    emergency_state = fields.Selection(
        related="emergency_ids.state", string="State of the Response"
    )
    emergency_response = fields.Boolean(related="regulation_id.emergency_response")

    def _after_response_level(self, before):
        """OVERRIDE: the group is told when the level of a response changes."""
        running = self.emergency_ids.filtered(lambda item: item.state == "running")
        running._alert()
        return super()._after_response_level(before)

    # ----------------------------------------------------------------------
    # Medical events
    # ----------------------------------------------------------------------

    def action_register_medical_event(self):
        """Open the register with what the case says already."""
        self.ensure_one()
        kinds = {
            "medical_error": "error",
            "medical_accident": "accident",
            "medical_dispute": "dispute",
        }
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Medical Event"),
            "res_model": "complaint.medical.event",
            "views": [(False, "form")],
            "context": {
                "default_ticket_id": self.id,
                "default_regulation_id": self.regulation_id.id,
                "default_kind": kinds.get(self.type_id.complaint_code, "dispute"),
                "default_course": self._description_text(),
                "default_place": self.incident_place,
                "default_event_date": self.received_date,
                "default_involved_ids": self.respondent_ids.employee_id.ids,
            },
        }

    def _check_spokesperson(self):
        """Check that the user may explain the matter of these cases to the family.

        :raise AccessError: naming the one person who may (R15 六)
        """
        if self.env.su:
            return
        guarded = self.filtered("regulation_id.gate_spokesperson")
        # sudo: complaint.medical.event - who speaks, whoever asks
        for event in guarded.sudo().medical_event_ids.with_env(self.env):
            for problem in event._gates_speaking():
                raise AccessError(problem)

    def action_write_to_complainant(self, *args, **kwargs):
        """OVERRIDE: nobody but the spokesperson explains an event by message either."""
        self._check_spokesperson()
        return super().action_write_to_complainant(*args, **kwargs)

    def _erase_more(self, known):
        """OVERRIDE: a record number tells who complained as well as a name."""
        result = super()._erase_more(known)
        # sudo: complaint.medical.event - the events of the case, whoever reads them
        events = self.sudo().medical_event_ids
        events._write_sealed("erased", {"patient_ref": False})
        return result

    # ----------------------------------------------------------------------
    # Acts: medical events
    # ----------------------------------------------------------------------

    def _act_done_explanation(self):
        return "explanation" in self.inquiry_ids.mapped("kind")

    def _act_done_medical_event(self):
        return bool(self.medical_event_ids)

    def _act_done_medical_reports(self):
        reports = self.medical_event_ids.report_ids
        return bool(reports) and not any(item.state == "waiting" for item in reports)

    def _act_done_conclusion(self):
        events = self.medical_event_ids
        return bool(events) and all(event._concluded() for event in events)

    def _act_done_family_informed(self):
        done = self.medical_event_ids._concluded()
        return bool(done) and all(item.informed_date for item in done)

    # ----------------------------------------------------------------------
    # Emergency responses
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
    # Acts: emergency responses
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
    # What belongs to the file, and whose names to look for
    # ----------------------------------------------------------------------

    def _shared_records(self):
        """OVERRIDE: summaries of the events of one case."""
        yield from super()._shared_records()
        # sudo: complaint.medical.summary - see the base
        summaries = self.env["complaint.medical.summary"].sudo()
        yield summaries.search([("event_ids.ticket_id", "=", self.id)])

    def _people_of_case(self):
        """OVERRIDE: people of medical events, and who carries out emergency measures."""
        yield from super()._people_of_case()
        for event in self.medical_event_ids:
            yield from self._people_of_event(event)
        for measure in self.emergency_ids.measure_ids:
            yield "name", measure.responsible_id.name
            yield from finder.people(measure.responsible)

    def _people_of_event(self, event):
        for name in event.involved_ids.mapped("name"):
            yield "name", name
        yield "name", event.spokesperson_id.name
        for line in event.conclusion_ids.mapped("experts"):
            yield from finder.people(line)
        # R15: the record number of a patient
        yield "number", event.patient_ref

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
