from odoo import api, fields, models
from odoo.exceptions import UserError

from ..tools.steps import FINISHED_PHASES, PHASES

#: Stages that are folded in the kanban view.
_FOLDED = ("draft", "closed", "archived", "refused", "withdrawn")


class HelpdeskTicketStage(models.Model):
    _name = "helpdesk.ticket.stage"
    _inherit = [
        "helpdesk.ticket.stage",
        "complaint.watched.mixin",
        "complaint.setting.mixin",
    ]

    _watched_free = frozenset({"sequence", "fold"})
    _watched_fixed = frozenset({"complaint_phase", "active", "company_id", "closed"})

    complaint_phase = fields.Selection(
        PHASES,
        index="btree_not_null",
        help="Stages with a phase belong to complaints; cases enter them by the steps "
        "of the regulation only.",
    )

    @api.model
    def _make_complaint_stages(self, phases, company):
        """Return new stages of some phases, named in every installed language."""
        order = [code for code, _name in PHASES]
        names = dict(PHASES)
        stages = self.with_context(lang="en_US").create(
            [
                {
                    "name": names[phase],
                    "complaint_phase": phase,
                    "company_id": company.id,
                    # the draft, the first of all, came after desks were made
                    "sequence": 99 + order.index(phase),
                    "closed": phase in FINISHED_PHASES,
                    "unattended": phase == "registered",
                    "fold": phase in _FOLDED,
                }
                for phase in sorted(phases, key=order.index)
            ]
        )
        labels = {
            lang: dict(
                self._fields["complaint_phase"]._description_selection(
                    self.with_context(lang=lang).env
                )
            )
            for lang, _name in self.env["res.lang"].get_installed()
        }
        for stage in stages:
            stage.update_field_translations(
                "name",
                {lang: named[stage.complaint_phase] for lang, named in labels.items()},
            )
        return stages.with_env(self.env)

    # ----------------------------------------------------------------------
    # Watched: only stages of complaint desks steer complaints
    # ----------------------------------------------------------------------

    def _watched_companies(self):
        """OVERRIDE: offices whose desks use a stage with a phase, or whose cases it has."""
        used = super()._watched_companies()
        # sudo: helpdesk.ticket.stage - which desks use it, whoever changes it
        for stage in self.sudo().filtered("complaint_phase"):
            desks = stage.team_ids.filtered("regulation_id")
            ids = frozenset(desks.regulation_id.company_id.ids)
            if ids:
                used[stage.id] = used.get(stage.id, frozenset()) | ids
        return used

    def _watched_check_moved(self, old, changes):
        """OVERRIDE: nor does a desk lose the stage its cases are at."""
        for stage in self.filtered(lambda item: "team_ids" in changes.get(item.id, ())):
            # sudo: helpdesk.ticket - cases nobody may move, whoever looks
            lost = {*old[stage.id]["team_ids"]} - {*stage.sudo().team_ids.ids}
            cases = stage.env["helpdesk.ticket"].sudo()
            cases = cases.with_context(active_test=False)
            domain = [("stage_id", "=", stage.id), ("team_id", "in", [*lost])]
            if cases.search_count([*domain, ("is_complaint", "=", True)], limit=1):
                raise UserError(self._watched_fixed_text())
        return super()._watched_check_moved(old, changes)
