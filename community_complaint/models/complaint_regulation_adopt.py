from odoo import Command, api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_list

from ..tools.arguments import day, mapping, one, takes, text, understood

#: What the office answers when it adopts a text, and of which kind each answer is. The
#: superior body is chosen, or named by the texts that follow.
ANSWERS = {
    "superior_partner_id": one("res.partner"),
    "superior_name": text,
    "superior_address": text,
    "superior_phone": text,
    "superior_email": text,
    "passed_by": text,
    "passed_date": day,
    "in_force_date": day,
}
#: How a new body is called and reached, by the end of the answer's name.
_OF_BODY = ("name", "address", "phone", "email")


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

    adoption_item_ids = fields.One2many(
        "complaint.adoption.item",
        "regulation_id",
        string="Asked at Adoption",
        copy=True,
        help="What the text leaves to the office, and the office says when it adopts it.",
    )
    adoption_missing = fields.Text(
        "Not Said Yet",
        compute="_compute_adoption_missing",
        help="What the text leaves to the office and nobody said, such as when the text "
        "was adopted by an earlier version of the program.",
    )
    passed_date = fields.Date("Passed on", tracking=True, copy=False)
    superior_text = fields.Text(
        "How to Reach It", compute="_compute_superior_text", compute_sudo=True
    )

    @api.depends(
        "adoption_item_ids.item",
        "superior_partner_id",
        "passed_by",
        "passed_date",
        "in_force_date",
    )
    @api.depends_context("lang")
    def _compute_adoption_missing(self):
        for regulation in self:
            missing = [] if regulation.is_template else regulation._unanswered({})
            regulation.adoption_missing = "\n".join(missing) or False

    @api.depends("superior_partner_id")
    @api.depends_context("lang")
    def _compute_superior_text(self):
        for regulation in self:
            regulation.superior_text = regulation.superior_partner_id._body_facts()

    @takes(company=one("res.company"), answers=mapping)
    def action_adopt(self, company=None, answers=None):
        """Copy this template for a company and make its desk.

        Adopting again opens what is already there. A text that the office wrote itself
        is adopted as it is. A text that leaves something to the office asks for it.

        :param company: ``res.company`` record, the current one by default
        :param answers: dict by :data:`ANSWERS`; without any a dialog asks
        :return: an action that opens the company's own regulation, or the dialog
        :raise UserError: if a desk works under this text already, if add-ons that it
            needs are not installed, or if answers are missing
        """
        self.ensure_one()
        company = company or self.env.company
        known = self.is_template and self._adopted(company)
        if not known and not answers and list(self._unanswered({})):
            return self._ask_for_answers(company)
        regulation = known or self._adopt_with(company, answers or {})
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

    # ----------------------------------------------------------------------
    # What the text leaves to the office
    # ----------------------------------------------------------------------

    def _ask_for_answers(self, company):
        """Return the dialog that asks what one text leaves to the office."""
        self._check_adoptable()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Adopt “%s”", self.name),
            "res_model": "complaint.adoption.wizard",
            "views": [(False, "form")],
            "target": "new",
            "context": {
                "default_regulation_id": self.id,
                "default_company_id": company.id,
            },
        }

    def _adopt_with(self, company, answers):
        """Return one text, adopted with what the office answers.

        :raise UserError: telling everything that is missing
        """
        given = self._read_answers(answers)
        missing = list(self._unanswered(given))
        if missing:
            raise UserError(
                "\n".join([self.env._("%s cannot be adopted:", self.name), *missing])
            )
        adopt = self._adopt if self.is_template else self._adopt_own
        return adopt(company, self._answer_vals(company, given))

    def _read_answers(self, answers):
        """Return answers as what they are meant to be.

        :raise UserError: for what cannot be understood
        """
        return {
            name: understood(self, kind, answers.get(name))
            for name, kind in self._answer_kinds().items()
        }

    @api.model
    def _answer_kinds(self):
        """Return :data:`ANSWERS`; EXTENSION POINT for items of other add-ons."""
        return ANSWERS

    def _unanswered(self, given):
        """Yield what is asked and neither answered nor on file, as sentences.

        :param given: answers by name
        """
        labels = dict(
            self.adoption_item_ids._fields["item"]._description_selection(self.env)
        )
        for row in self.adoption_item_ids:
            if not self._is_answered(row.item, given):
                yield self.env._("“%s” is missing.", row._label(labels))

    def _is_answered(self, item, given):
        """Return whether one item is answered, or on file; EXTENSION POINT."""
        if item == "superior":
            return self._names_body("superior", given)
        return bool(given.get(item) or self[item])

    def _names_body(self, role, given):
        """Return whether a body is chosen, named, or on file."""
        chosen = f"{role}_partner_id"
        return bool(given.get(chosen) or given.get(f"{role}_name") or self[chosen])

    def _answer_vals(self, company, given):
        """Return what answers become on the regulation; EXTENSION POINT.

        :raise UserError: see ``res.partner._add_outside_body``
        """
        asked = set(self.adoption_item_ids.mapped("item"))
        vals = {
            name: given[name]
            for name in ("passed_by", "passed_date", "in_force_date")
            if name in asked and given.get(name)
        }
        if "superior" in asked:
            vals.update(self._body_vals("superior", company, given))
        return vals

    def _body_vals(self, role, company, given):
        """Return the body of a role as a value, a new contact if it was named."""
        body = given.get(f"{role}_partner_id")
        if not body and given.get(f"{role}_name"):
            facts = {name: given.get(f"{role}_{name}") for name in _OF_BODY}
            body = self.env["res.partner"]._add_outside_body(company, **facts)
        return {f"{role}_partner_id": body.id} if body else {}

    def _is_before(self, moment):
        """Return whether a moment (naive UTC) lies before one text came into force."""
        return bool(
            self.in_force_date
            and moment
            and self._local_date(moment) < self.in_force_date
        )

    # ----------------------------------------------------------------------
    # Adopting
    # ----------------------------------------------------------------------

    def _adopted(self, company):
        """Return a company's own copy of this template, if there is one."""
        return self.with_context(active_test=False).search(
            [("template_id", "=", self.id), ("company_id", "=", company.id)], limit=1
        )

    def _check_adoptable(self):
        """Check one text before anybody is asked for anything.

        :raise UserError: if add-ons that it needs are not installed, if a desk works
            under it already, or if it contradicts itself
        """
        self._check_faults()
        if self.missing_addons:
            raise UserError(
                self.env._(
                    "%(text)s cannot be adopted without the add-on %(addons)s. An "
                    "administrator installs it.",
                    text=self.name,
                    addons=self.missing_addons,
                )
            )
        if self.team_ids:
            raise UserError(self.env._("%s is already adopted.", self.name))

    def _adopt(self, company, vals=None):
        """Return a company's new copy of this template, with desk and stages.

        :param vals: values of the copy, see :meth:`_answer_vals`
        :raise UserError: see :meth:`_check_adoptable`
        """
        self._check_adoptable()
        regulation = self.with_company(company).copy(
            {
                "company_id": company.id,
                "template_id": self.id,
                "version": self.version,
                "calendar_id": company.resource_calendar_id.id,
                "shipped_state": self._text_state(),
                **(vals or {}),
            }
        )
        regulation._make_desk()
        return regulation

    def _adopt_own(self, company, vals=None):
        """Make the desk of a text that the office wrote itself.

        :param vals: see :meth:`_adopt`
        :raise UserError: see :meth:`_check_adoptable`
        """
        self._check_adoptable()
        self.company_id = self.company_id or company
        self.write(vals or {})
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
            used = {regulation: {*regulation._phases()} for regulation in regulations}
            missing = set().union(*used.values()) - {*stages.mapped("complaint_phase")}
            stages |= Stage._make_complaint_stages(missing, company)
            for regulation, phases in used.items():
                desks = [Command.link(team.id) for team in regulation.team_ids]
                own = [item.id for item in stages if item.complaint_phase in phases]
                Stage.browse(own).write({"team_ids": desks})
        self.env.registry.clear_cache()
