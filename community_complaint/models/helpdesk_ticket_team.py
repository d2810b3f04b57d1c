from odoo import api, fields, models, tools
from odoo.exceptions import UserError, ValidationError


class HelpdeskTicketTeam(models.Model):
    _inherit = "helpdesk.ticket.team"

    regulation_id = fields.Many2one(
        "complaint.regulation",
        domain="[('is_template', '=', False), ('company_id', '=', company_id)]",
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
        help="A team with a regulation is a complaint desk: its tickets are complaints.",
    )
    superior_team_id = fields.Many2one(
        "helpdesk.ticket.team",
        string="Superior Desk",
        domain="[('regulation_id', '=', regulation_id), ('id', '!=', id)]",
        index="btree_not_null",
        ondelete="set null",
        help="Takes over when everybody here who could handle or decide a case has a "
        "conflict of interest. It works under the same regulation.",
    )

    @api.constrains("regulation_id")
    def _check_regulation(self):
        for team in self.filtered("regulation_id"):
            if team.regulation_id.is_template:
                raise UserError(
                    self.env._("Adopt the regulation before a desk works under it.")
                )

    def write(self, vals):
        """OVERRIDE: a desk of another regulation gets its stages."""
        # the record rules ask for the desks of a user and are cached
        if {"regulation_id", "company_id", "user_ids"} & vals.keys():
            self.env.registry.clear_cache()
        result = super().write(vals)
        if vals.get("regulation_id"):
            self.regulation_id._ensure_complaint_stages()
        return result

    def _get_applicable_stages(self):
        """OVERRIDE: a complaint desk only uses stages with a phase."""
        stages = super()._get_applicable_stages()
        # sudo: helpdesk.ticket.team - the regulation decides the stages, whoever looks
        if len(self) == 1 and self.sudo().regulation_id:
            return stages.filtered("complaint_phase")
        return stages.filtered(lambda stage: not stage.complaint_phase)

    @tools.ormcache("self.id", "phase")
    def _complaint_stage_id(self, phase):
        """Return the id of this desk's stage of a phase, ``False`` if it has none."""
        self.ensure_one()
        # sudo: helpdesk.ticket.stage - the steps need the stage whoever takes them
        return (
            self.env["helpdesk.ticket.stage"]
            .sudo()
            .search(
                [
                    ("complaint_phase", "=", phase),
                    ("team_ids", "in", self.ids),
                    ("company_id", "in", [False, self.company_id.id]),
                ],
                limit=1,
            )
            .id
        )

    # ----------------------------------------------------------------------
    # The superior body takes the cases the desk must not handle
    # ----------------------------------------------------------------------

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
