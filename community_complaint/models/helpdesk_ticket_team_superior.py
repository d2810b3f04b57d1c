from odoo import api, fields, models
from odoo.exceptions import ValidationError


class HelpdeskTicketTeam(models.Model):
    """The superior body of a desk takes the cases the desk must not handle."""

    _inherit = "helpdesk.ticket.team"

    superior_team_id = fields.Many2one(
        "helpdesk.ticket.team",
        string="Superior Desk",
        domain="[('regulation_id', '=', regulation_id), ('id', '!=', id)]",
        index="btree_not_null",
        ondelete="set null",
        help="Takes over when everybody here who could handle or decide a case has a "
        "conflict of interest. It works under the same regulation.",
    )

    @api.constrains("superior_team_id", "regulation_id")
    def _check_superior_team(self):
        if self._has_cycle("superior_team_id"):
            raise ValidationError(
                self.env._("A desk cannot be superior to itself, not even in a circle.")
            )
        for team in self.filtered("superior_team_id"):
            if team.superior_team_id.regulation_id != team.regulation_id:
                raise ValidationError(
                    self.env._(
                        "%(superior)s does not work under the regulation of %(desk)s.",
                        superior=team.superior_team_id.name,
                        desk=team.name,
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        """OVERRIDE: another desk of a regulation gets the stages."""
        teams = super().create(vals_list)
        teams.regulation_id._ensure_complaint_stages()
        return teams

    def write(self, vals):
        """OVERRIDE: see create()."""
        result = super().write(vals)
        if vals.get("regulation_id"):
            self.regulation_id._ensure_complaint_stages()
        return result
