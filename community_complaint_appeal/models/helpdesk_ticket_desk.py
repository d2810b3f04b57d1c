from odoo import api, models
from odoo.fields import Domain

from odoo.addons.community_complaint.models.helpdesk_ticket_desk import Tile
from odoo.addons.community_complaint.tools.steps import CLERK, HANDLER, LEADER

TILES = (
    Tile("appeals_waiting", "leader", LEADER, "complaint.appeal"),
    Tile("appeals_late", "leader", LEADER, "complaint.appeal", "warning"),
    Tile("appeals_overdue", "leader", LEADER, "complaint.appeal", "danger"),
    Tile("appeals_superior", "clerk", CLERK, "complaint.appeal"),
    Tile("appeals_mine", "handler", HANDLER, "complaint.appeal"),
)


class HelpdeskTicket(models.Model):
    """“My desk”: the appeals that need me now."""

    _inherit = "helpdesk.ticket"

    @api.model
    def _desk_tiles(self):
        """OVERRIDE: add the tiles of appeals of the user's roles."""
        user = self.env.user
        return [
            *super()._desk_tiles(),
            *(tile for tile in TILES if user.has_group(tile.group)),
        ]

    @api.model
    def _desk_labels(self):
        """OVERRIDE: add the labels of the tiles of appeals."""
        return {
            **super()._desk_labels(),
            "appeals_waiting": self.env._("Appeals without a reviewer"),
            "appeals_late": self.env._("Appeals out of time"),
            "appeals_overdue": self.env._("Answers to appeals overdue"),
            "appeals_superior": self.env._("Appeals with the superior body"),
            "appeals_mine": self.env._("Appeals to review"),
        }

    def _desk_domain_appeals_waiting(self):
        late = Domain("is_late", "=", True) & Domain("admitted_by_id", "=", False)
        return Domain("state", "=", "filed") & ~late

    def _desk_domain_appeals_late(self):
        return (
            Domain("state", "=", "filed")
            & Domain("is_late", "=", True)
            & Domain("admitted_by_id", "=", False)
        )

    def _desk_domain_appeals_overdue(self):
        today = self._office_date()
        return Domain("due_date", "<", today)

    def _desk_domain_appeals_superior(self):
        return Domain("state", "=", "under_review") & Domain(
            "level_id.authority", "=", "superior"
        )

    def _desk_domain_appeals_mine(self):
        return Domain("state", "=", "under_review") & Domain(
            "reviewer_id", "=", self.env.uid
        )
