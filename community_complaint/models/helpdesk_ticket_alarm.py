from odoo import api, models
from odoo.fields import Domain

from ..tools.steps import HANDLER, LEADER
from .helpdesk_ticket_desk import Tile

EVENT = "complaint.medical.event"


class HelpdeskTicket(models.Model):
    """“My desk”: emergencies and medical events, shown when there are some."""

    _inherit = "helpdesk.ticket"

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
