from odoo import api, models
from odoo.fields import Domain

from ..tools.roles import DISCIPLINE
from ..tools.steps import HANDLER, LEADER
from .helpdesk_ticket_desk import Tile

_MODEL = "complaint.discipline"
TILES = (
    Tile("discipline_hear", "discipline", DISCIPLINE, _MODEL),
    Tile("discipline_approve", "discipline", DISCIPLINE, _MODEL, "warning"),
    Tile("discipline_enforce", "discipline", DISCIPLINE, _MODEL),
    Tile("discipline_suspended", "discipline", DISCIPLINE, _MODEL, "secondary"),
    Tile("discipline_to_approve", "leader", LEADER, _MODEL),
    Tile("self_review_late", "handler", HANDLER, "complaint.self.review", "danger"),
)


class HelpdeskTicket(models.Model):
    """“My desk”: measures for members of staff that wait for me."""

    _inherit = "helpdesk.ticket"

    @api.model
    def _desk_tiles(self):
        """OVERRIDE: add the tiles of discipline officers; leaders approve as well."""
        user = self.env.user
        officer = user.has_group(DISCIPLINE)
        return [
            *super()._desk_tiles(),
            *(
                tile
                for tile in TILES
                if user.has_group(tile.group)
                and not (officer and tile.key == "discipline_to_approve")
            ),
        ]

    @api.model
    def _desk_titles(self):
        """OVERRIDE: add the heading of the discipline officers' section."""
        titles = super()._desk_titles()
        return {**titles, "discipline": self.env._("Discipline and commendations")}

    @api.model
    def _desk_labels(self):
        """OVERRIDE: add the labels of the tiles."""
        approve = self.env._("Measures to approve")
        return {
            **super()._desk_labels(),
            "discipline_hear": self.env._("To hear"),
            "discipline_approve": approve,
            "discipline_to_approve": approve,
            "discipline_enforce": self.env._("To put in force"),
            "discipline_suspended": self.env._("Suspended"),
            "self_review_late": self.env._("Self-reviews overdue"),
        }

    def _desk_domain_discipline_hear(self):
        return Domain("state", "=", "proposed") & Domain("kind", "!=", "commendation")

    def _desk_domain_discipline_approve(self):
        """What others proposed: nobody approves their own."""
        commended = Domain("state", "=", "proposed") & Domain(
            "kind", "=", "commendation"
        )
        others = Domain("proposed_by_id", "!=", self.env.uid)
        return (Domain("state", "=", "heard") | commended) & others

    def _desk_domain_discipline_to_approve(self):
        return self._desk_domain_discipline_approve()

    def _desk_domain_discipline_enforce(self):
        return Domain("state", "=", "approved")

    def _desk_domain_discipline_suspended(self):
        return Domain("state", "=", "suspended")

    def _desk_domain_self_review_late(self):
        today = self._office_date()
        return Domain("submitted_date", "=", False) & Domain("due_date", "<", today)
