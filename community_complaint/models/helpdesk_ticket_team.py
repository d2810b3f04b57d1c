from odoo import api, fields, models, tools
from odoo.exceptions import UserError, ValidationError

from ..tools.changes import on
from ..tools.steps import OPEN_PHASES


class HelpdeskTicketTeam(models.Model):
    _name = "helpdesk.ticket.team"
    _inherit = [
        "helpdesk.ticket.team",
        "complaint.watched.mixin",
        "complaint.setting.mixin",
    ]

    _watched_free = frozenset({"sequence", "color"})
    _watched_fixed = frozenset({"company_id"})
    _effects = {"_ensure_stages": on("regulation_id", made=True)}

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

    def _ensure_stages(self):
        """Give desks the stages of their regulations."""
        self.regulation_id._ensure_complaint_stages()

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
    # Watched: only complaint desks steer complaints
    # ----------------------------------------------------------------------

    def _watched_companies(self):
        """OVERRIDE: the office of a complaint desk."""
        # sudo: helpdesk.ticket.team - the desk of complaints, whoever changes it
        desks = self.sudo().filtered("regulation_id")
        return {
            desk.id: frozenset((desk.company_id | desk.regulation_id.company_id).ids)
            for desk in desks
        }

    def _watched_cases(self, phases=None):
        """OVERRIDE: desks with a complaint on file.

        :param phases: only with one in these phases
        """
        # sudo: helpdesk.ticket - cases nobody may move, whoever looks
        cases = self.env["helpdesk.ticket"].sudo().with_context(active_test=False)
        domain = [("team_id", "in", self.ids), ("is_complaint", "=", True)]
        if phases:
            domain.append(("phase", "in", phases))
        groups = cases._read_group(domain, ["team_id"], [])
        return self.browse(team.id for [team] in groups)

    def _watched_check_moved(self, old, changes):
        """OVERRIDE: a desk with running cases stays, and one with files has a text.

        Another text is fine: cases keep the one they came in under.
        """
        # sudo: helpdesk.ticket.team - what they are now, whoever changed it
        changed = self.browse(changes).sudo()
        closed = changed.filtered(lambda desk: not desk.active)
        bare = changed.filtered(lambda desk: not desk.regulation_id)
        if closed._watched_cases(OPEN_PHASES) or bare._watched_cases():
            raise UserError(self._watched_fixed_text())
        return super()._watched_check_moved(old, changes)

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
