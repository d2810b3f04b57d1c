from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_list

from ..tools.arguments import one, takes
from ..tools.steps import FINISHED_PHASES, PHASES

#: Stages that are folded in the kanban view.
_FOLDED = ("draft", "closed", "archived", "refused", "withdrawn")


class ComplaintRegulation(models.Model):
    """Adoption: from a shipped text to a working desk."""

    _inherit = "complaint.regulation"

    needed_addons = fields.Char(
        copy=False,
        readonly=True,
        help="Technical names of the add-ons that carry out parts of a shipped text.",
    )
    missing_addons = fields.Char(
        compute="_compute_missing_addons",
        search="_search_missing_addons",
        help="Add-ons that have to be installed before the text can be adopted.",
    )

    @api.depends("needed_addons")
    @api.depends_context("lang")
    def _compute_missing_addons(self):
        modules = self.env["ir.module.module"]
        for regulation in self:
            names = [
                # one that is not even on the server has its technical name only
                modules._get(name).shortdesc or name
                for name in regulation._missing_addon_names()
            ]
            regulation.missing_addons = format_list(self.env, names) if names else False

    def _search_missing_addons(self, operator, value):
        """Only “is there something missing” is asked."""
        if operator != "in" or set(value) != {False}:
            return NotImplemented
        templates = self.with_context(active_test=False).search_fetch(
            [("needed_addons", "!=", False)], ["needed_addons"]
        )
        lacking = templates.filtered(lambda item: item._missing_addon_names())
        return [("id", "not in", lacking.ids)]

    def _missing_addon_names(self):
        """Return the technical names of the add-ons one text needs and does not have."""
        loaded = self.env.registry._init_modules
        return [
            name for name in (self.needed_addons or "").split() if name not in loaded
        ]

    @takes(company=one("res.company"))
    def action_adopt(self, company=None):
        """Copy this template for a company and make its desk.

        Adopting again opens what is already there. A text that the office wrote itself
        is adopted as it is.

        :param company: ``res.company`` record, the current one by default
        :return: an action that opens the company's own regulation
        :raise UserError: if a desk works under this text already, or if add-ons that
            it needs are not installed
        """
        self.ensure_one()
        company = company or self.env.company
        if not self.is_template:
            regulation = self._adopt_own(company)
        else:
            regulation = self._adopted(company) or self._adopt(company)
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": regulation.id,
            "view_mode": "form",
            "views": [(False, "form")],
        }

    def action_open_desk(self):
        """Open the desk that works under this regulation."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "helpdesk.ticket.team",
            "res_id": self.team_id.id,
            "views": [(False, "form")],
        }

    def _adopted(self, company):
        """Return a company's own copy of this template, if there is one."""
        return self.with_context(active_test=False).search(
            [("template_id", "=", self.id), ("company_id", "=", company.id)], limit=1
        )

    def _adopt(self, company):
        """Return a company's new copy of this template, with desk and stages.

        :raise UserError: if add-ons that it needs are not installed
        """
        if self.missing_addons:
            raise UserError(
                self.env._(
                    "%(text)s cannot be adopted without the add-on %(addons)s. An "
                    "administrator installs it.",
                    text=self.name,
                    addons=self.missing_addons,
                )
            )
        regulation = self.with_company(company).copy(
            {
                "company_id": company.id,
                "template_id": self.id,
                "version": self.version,
                "calendar_id": company.resource_calendar_id.id,
            }
        )
        regulation._make_desk()
        return regulation

    def _adopt_own(self, company):
        """Make the desk of a text that the office wrote itself.

        :raise UserError: if a desk works under it already
        """
        if self.team_ids:
            raise UserError(self.env._("%s is already adopted.", self.name))
        self.company_id = self.company_id or company
        self.calendar_id = self.calendar_id or self.company_id.resource_calendar_id
        self._make_desk()
        return self

    def _make_desk(self):
        """Make the team, its alias and its stages."""
        for regulation in self:
            regulation.env["helpdesk.ticket.team"].create(
                {
                    "name": regulation.name,
                    "company_id": regulation.company_id.id,
                    "regulation_id": regulation.id,
                    "user_ids": [(6, 0, regulation.env.user.ids)],
                    "user_id": regulation.env.uid,
                    "type_ids": [(6, 0, regulation.type_ids.ids)],
                    "alias_name": regulation._desk_alias(),
                    "show_in_portal": False,
                }
            )
            for lang, _name in self.env["res.lang"].get_installed():
                team = regulation.team_id.with_context(lang=lang)
                team.name = regulation.with_context(lang=lang).name
        self._ensure_complaint_stages()

    def _desk_alias(self):
        """Return a free local part for the desk's e-mail address."""
        self.ensure_one()
        name = f"complaint-{self.code.lower()}"
        # sudo: mail.alias - an alias may belong to a model the user cannot read
        taken = self.env["mail.alias"].sudo().search_count([("alias_name", "=", name)])
        return f"{name}-{self.company_id.id}" if taken else name

    def _ensure_complaint_stages(self):
        """Link every desk to one stage per phase its regulation uses.

        Stages are shared by the desks of a company, so that boards of several desks
        have one column per phase.
        """
        Stage = self.env["helpdesk.ticket.stage"].with_context(active_test=False)
        for company, regulations in self.grouped("company_id").items():
            stages = Stage.search(
                [("complaint_phase", "!=", False), ("company_id", "=", company.id)]
            )
            by_phase = {stage.complaint_phase: stage for stage in stages}
            for regulation in regulations:
                for phase in regulation._phases():
                    if phase not in by_phase:
                        by_phase[phase] = self._make_stage(phase, company)
                    by_phase[phase].team_ids += regulation.team_ids
        self.env.registry.clear_cache()

    @api.model
    def _make_stage(self, phase, company):
        """Return a new stage of a phase, named in every installed language."""
        order = [code for code, _name in PHASES]
        stage = self.env["helpdesk.ticket.stage"].create(
            {
                "name": dict(PHASES)[phase],
                "complaint_phase": phase,
                "company_id": company.id,
                # the draft, the first of all, came after desks were made
                "sequence": 99 + order.index(phase),
                "closed": phase in FINISHED_PHASES,
                "unattended": phase == "registered",
                "fold": phase in _FOLDED,
            }
        )
        field = self.env["helpdesk.ticket.stage"]._fields["complaint_phase"]
        for lang, _name in self.env["res.lang"].get_installed():
            labels = dict(
                field._description_selection(self.with_context(lang=lang).env)
            )
            stage.with_context(lang=lang).name = labels[phase]
        return stage
