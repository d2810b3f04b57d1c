from collections import defaultdict
from datetime import UTC
from zoneinfo import ZoneInfo

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.tools import format_date, html2plaintext, plaintext2html

from ..tools.arguments import mapping, takes
from ..tools.life import Opening
from ..tools.steps import DRAFT
from .helpdesk_ticket import HELPERS

#: What a desk may not know of a complaint, and the regulation's list of it.
_LISTED = {
    "type_id": "type_ids",
    "channel_id": "channel_ids",
    "complainant_kind_id": "complainant_kind_ids",
}
#: Longest title made from a description.
_TITLE_LENGTH = 60
#: Context of searches that want drafts as well.
WITH_DRAFTS = "complaint_drafts"
#: Kinds of cases besides complaints, and the setting that lets them in.
_TAKES = {
    "opinion": "takes_opinions",
    "report": "takes_reports",
    "dispute": "takes_disputes",
}


class HelpdeskTicket(models.Model):
    """Registering a complaint, at the window by keyboard only, and drafts before it.

    Complaints, opinions, reports and disputes are registered alike. A draft is what
    somebody took down and did not register yet: without number, clock, paper or row in
    the log, seen by nobody but its author. It is no case: searches leave it out, as
    superuser and for archived tickets as well, unless their context has
    ``complaint_drafts``. Its author may delete it, nobody else.

    EXPOSED API: :meth:`create_draft`, :meth:`action_register_draft`,
    :meth:`action_discard_draft`.
    """

    _inherit = "helpdesk.ticket"

    _openings = {
        "discarded": Opening("Who wrote a draft throws it away.", drops=True),
    }

    what_happened = fields.Text(
        store=False, help="In the complainant's words; becomes the description."
    )
    draft_by_id = fields.Many2one(
        "res.users",
        string="Draft of",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
        help="Who wrote it down and did not register it yet.",
    )
    case_kind = fields.Selection(
        [
            ("complaint", "Complaint"),
            ("opinion", "Opinion or suggestion"),
            ("report", "Report of wrongdoing"),
            ("dispute", "Dispute"),
        ],
        string="Kind of Case",
        default="complaint",
        required=True,
    )
    opinion_result = fields.Selection(
        [
            ("adopted", "Adopted as suggested"),
            ("partly", "Adopted in part"),
            ("declined", "Not adopted"),
            ("noted", "Noted"),
        ],
        string="What Came of It",
        help="Told to who suggested it, with the reasons.",
        copy=False,
    )
    has_case_kinds = fields.Boolean(compute="_compute_has_case_kinds")
    takes_internal = fields.Boolean(related="regulation_id.takes_internal")
    complainant_employee_id = fields.Many2one(
        "hr.employee",
        string="Colleague",
        store=False,
        help="Fills in name and work unit; is not kept anywhere else.",
    )
    complainant_department_id = fields.Many2one(
        "hr.department",
        string="Department That Complains",
        store=False,
        help="Fills in the name; is not kept anywhere else.",
    )

    # ----------------------------------------------------------------------
    # Kinds of cases: R16 takes opinions, R05 disputes and reports, R17 complaints inside
    # ----------------------------------------------------------------------

    @api.depends("regulation_id")
    def _compute_has_case_kinds(self):
        for ticket in self:
            rules = ticket.regulation_id
            ticket.has_case_kinds = any(rules[name] for name in _TAKES.values())

    def _matter_word(self):
        """Return what the text calls such a matter: its own word, or that of the kind."""
        words = {
            "complaint": self.env._("complaint"),
            "opinion": self.env._("suggestion"),
            "report": self.env._("report"),
            "dispute": self.env._("dispute"),
        }
        own = self.regulation_id.with_context(lang=self.env.lang).matter_word
        return own or words.get(self.case_kind, words["complaint"])

    # ----------------------------------------------------------------------
    # What the regulation takes
    # ----------------------------------------------------------------------

    @api.constrains(
        "type_id",
        "channel_id",
        "complainant_kind_id",
        "confidentiality",
        "case_kind",
        "nature",
    )
    def _check_regulation_allows(self):
        """A regulation says which channels, kinds and complainants it knows."""
        for ticket in self.filtered("is_complaint"):
            rules = ticket.regulation_id
            for value in ticket._unknown_values():
                raise UserError(
                    self.env._(
                        "%(rules)s does not know “%(value)s”.",
                        rules=rules.name,
                        value=value,
                    )
                )
            nameless = ticket.confidentiality == "anonymous" and not ticket.import_id
            if nameless and not rules.allow_anonymous:
                raise UserError(ticket._no_anonymous_text())
            if ticket.nature == "internal" and not rules.takes_internal:
                raise UserError(
                    self.env._("%s takes no complaints from inside.", rules.name)
                )

    @api.constrains("received_date", "regulation_id")
    def _check_in_force(self):
        """R01 10: a text holds for what came in since it is in force."""
        for ticket in self.filtered("is_complaint"):
            # sudo: complaint.regulation - since when it holds, whoever registers
            rules = ticket.regulation_id.sudo()
            if rules._is_before(ticket.received_date) and not ticket.import_id:
                raise UserError(
                    self.env._(
                        "%(rules)s is in force from %(day)s: what was received before "
                        "does not run under it.",
                        rules=rules.name,
                        day=format_date(self.env, rules.in_force_date),
                    )
                )

    def _unknown_values(self):
        """Yield the names of what one case is said to be and its regulation excludes."""
        # whatever is archived stays listed; nobody asks for it
        rules = self.regulation_id.with_context(active_test=False)
        for name, allowed in _LISTED.items():
            known = rules[allowed]
            if (
                self[name]
                and known
                and self[name] not in known | self._way_it_came(name)
            ):
                yield self[name].display_name
        setting = _TAKES.get(self.case_kind)
        if setting and not self.regulation_id[setting]:
            kinds = dict(self._fields["case_kind"]._description_selection(self.env))
            yield kinds[self.case_kind]

    def _no_anonymous_text(self):
        name = self.regulation_id.name
        return self.env._("%s takes no anonymous complaints.", name)

    def _way_it_came(self, name):
        """Return the channel of one case that came by message, if it is asked for.

        It is the true one, also under a text that does not list it.
        """
        by_mail = name == "channel_id" and self.by_mail
        return self[name].filtered(
            lambda item: by_mail and item.complaint_kind in ("email", "sms")
        )

    # ----------------------------------------------------------------------
    # Defaults
    # ----------------------------------------------------------------------

    @api.model
    def default_get(self, fields):
        """OVERRIDE: the intake form starts with the user's own desk and its habits."""
        defaults = super().default_get(fields)
        if self.env.context.get("complaint_intake"):
            desk = (
                self.env["helpdesk.ticket.team"].browse(defaults.get("team_id"))
                or self._intake_desk()
            )
            habits = {"team_id": desk.id, **self._intake_habits(desk.regulation_id)}
            defaults.update(
                {name: value for name, value in habits.items() if name in fields}
            )
        return defaults

    @api.model
    def _intake_desk(self):
        """Return the desk at which the user registers complaints, maybe none."""
        domain = [
            ("regulation_id", "!=", False),
            ("company_id", "in", self.env.companies.ids),
        ]
        Team = self.env["helpdesk.ticket.team"]
        own = Team.search([*domain, ("user_ids", "in", self.env.uid)], limit=1)
        if own or not self.env.user.has_group(
            "community_complaint.group_complaint_manager"
        ):
            return own
        return Team.search(domain, limit=1)

    @api.model
    def _intake_habits(self, regulation):
        """Return the usual values of a complaint under a regulation."""
        if not regulation:
            return {}
        channels = regulation.channel_ids
        window = channels.filtered(lambda item: item.complaint_kind == "window")
        return {
            "confidentiality": regulation.confidentiality,
            "channel_id": (window or channels)[:1].id,
            "complainant_kind_id": regulation.complainant_kind_ids[:1].id,
        }

    # ----------------------------------------------------------------------
    # Onchange
    # ----------------------------------------------------------------------

    @api.onchange("team_id")
    def _onchange_team_id_regulation(self):
        """Another desk may know other channels and kinds, and keep other secrets."""
        regulation = self.team_id.regulation_id
        if self._origin or not regulation:
            return
        self.confidentiality = regulation.confidentiality
        for name, source in _LISTED.items():
            if regulation[source] and self[name] not in regulation[source]:
                self[name] = self._intake_habits(regulation).get(name, False)

    @api.onchange("type_id")
    def _onchange_type_id(self):
        """OVERRIDE: the regulation lists the kinds; none of them takes the desk away."""
        if not self.team_id.regulation_id:
            return super()._onchange_type_id()
        return None

    # ----------------------------------------------------------------------
    # Create
    # ----------------------------------------------------------------------

    @api.model
    def _complaint_teams(self, vals_list):
        """Return the complaint desks among the teams, ``{id: team}``.

        Fills in the team that the context or the user's default gives.
        """
        missing = [vals for vals in vals_list if "team_id" not in vals]
        if missing and (default := self.default_get(["team_id"]).get("team_id")):
            for vals in missing:
                vals["team_id"] = default
        ids = {vals["team_id"] for vals in vals_list if vals.get("team_id")}
        # sudo: helpdesk.ticket.team - the desk decides that this is a complaint
        teams = self.env["helpdesk.ticket.team"].sudo().with_context(active_test=False)
        self._cache_settings()
        known = teams._fields["regulation_id"]._get_cache(teams.env)
        if known.keys() >= ids:
            found = teams.browse(id_ for id_ in ids if known[id_])
        else:
            found = teams.search_fetch(
                [("id", "in", ids), ("regulation_id", "!=", False)]
            )
        # sudo: helpdesk.ticket.team - the same, for the case made of it
        return {team.id: team for team in found.with_env(self.sudo().env)}

    @api.model
    def _prepare_complaint_vals(self, vals, team, phase="registered"):
        """Return complete values of a complaint."""
        regulation = team.regulation_id
        vals = self._printable_vals(vals)
        words = vals.pop("what_happened", None)
        if (words or "").strip():
            vals["description"] = plaintext2html(words)
        for name in HELPERS:
            vals.pop(name, None)
        description = vals.get("description") or ""
        text = html2plaintext(description).strip().split("\n")[0]
        vals = {
            "description": description,
            "confidentiality": regulation.confidentiality,
            "rating_status": "no_rate",
            "rating_last_value": 0,
            "user_id": False,
            **vals,
            "company_id": team.company_id.id or self.env.company.id,
            "stage_id": team._complaint_stage_id(phase),
            "number": False,
            "partner_id": False,
            "regulation_id": regulation.id,
            "is_complaint": True,
            **self._prepare_author_vals(phase),
        }
        if not vals.setdefault("received_date", fields.Datetime.now()):
            raise UserError(self.env._("Say when the complaint came in."))
        if not (vals.get("name") or "").strip():
            vals["name"] = text[:_TITLE_LENGTH] or self.env._("Complaint")
        return vals

    # ----------------------------------------------------------------------
    # Buttons of the intake form; the web client saves before it calls them
    # ----------------------------------------------------------------------

    def action_register(self):
        """Open the complaint that was just registered."""
        if not self.has_access("read"):
            return self._registered_unseen()
        return {**self.action_open_complaint(), "target": "main"}

    def action_register_and_accept(self):
        """Accept the complaint that was just registered and open it.

        Whoever may be a colleague is asked about there: the form for new complaints has
        no place to answer, and what was registered must not be registered again.
        """
        if not self.has_access("read"):
            return self.action_register()
        questions = list(self._gates_called())
        if not questions:
            self.action_accept()
            return self.action_register()
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "warning",
                "sticky": True,
                "title": self.env._("%s is registered.", self.number),
                "message": "\n".join(
                    [*questions, self.env._("Then accept it by its own button.")]
                ),
                "next": self.action_register(),
            },
        }

    def action_register_and_next(self):
        """Tell the number of the complaint just registered and take the next one."""
        self.ensure_one()
        if not self.has_access("read"):
            return self._registered_unseen()
        return self._registered(self.env._("%s is registered.", self.number))

    def _registered_unseen(self):
        """Tell somebody who is kept away from the case that it is on file."""
        return self._registered(
            self.env._(
                "The complaint is registered. It concerns you or your unit, so others "
                "work on it and it is not shown to you."
            )
        )

    def _registered(self, message):
        """Return the action that shows a message and takes the next complaint."""
        action = self.env["ir.actions.actions"]._for_xml_id(
            "community_complaint.helpdesk_ticket_action_intake"
        )
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": message,
                "next": {**action, "target": "main"},
            },
        }

    # ----------------------------------------------------------------------
    # Drafts
    # ----------------------------------------------------------------------

    @api.model
    @takes(vals=mapping)
    def create_draft(self, vals):
        """Take down a complaint without registering it.

        :param vals: dict of values, as for ``create`` of a complaint; ``received_date``
            is when it came in, now by default: registering later does not move the clocks
        :return: the draft, whose form is opened with ``complaint_drafts`` in the context
        :raise UserError: if the team is no complaint desk, or has no stage for drafts
        """
        teams = self._complaint_teams([vals])
        if vals.get("team_id") not in teams:
            raise UserError(self.env._("Choose the desk that takes the complaint."))
        if not teams[vals["team_id"]]._complaint_stage_id(DRAFT):
            raise UserError(
                self.env._(
                    "The desk has no stage for drafts. Ask the manager to check the "
                    "stages."
                )
            )
        return self._create_complaints([vals], teams, DRAFT)

    def action_discard_draft(self):
        """Delete drafts with who complained; up to who wrote them.

        :raise AccessError: for everybody else
        :raise UserError: for registered complaints
        """
        self.check_access("write")
        if self._no_drafts():
            raise UserError(
                self.env._("A registered complaint is never deleted, only drafts are.")
            )
        if self.draft_by_id - self.env.user:
            raise AccessError(self.env._("A draft is up to who wrote it."))
        return self._unlink_sealed("discarded")

    # ----------------------------------------------------------------------
    # Drafts are no cases
    # ----------------------------------------------------------------------

    @api.model
    def _search(self, domain, *args, active_test=True, **kwargs):
        """OVERRIDE: leave drafts out; records one has already are read all the same."""
        if active_test and not self.env.context.get(WITH_DRAFTS):
            domain = Domain(domain) & Domain("draft_by_id", "=", False)
        return super()._search(domain, *args, active_test=active_test, **kwargs)

    def _no_drafts(self):
        """Return those of the tickets that are no drafts."""
        return self.filtered(lambda ticket: ticket.phase != DRAFT)

    @api.model
    def _prepare_author_vals(self, phase):
        """Return who received a new complaint, or wrote its draft."""
        if phase == DRAFT:
            return {"draft_by_id": self.env.uid, "user_id": False}
        return {"first_receiver_id": self._is_receiver() and self.env.uid}

    def _forget_anonymous(self):
        """Empty the identities of drafts that became anonymous; nothing is on record."""
        anonymous = self.filtered(lambda item: item.confidentiality == "anonymous")
        if anonymous:
            anonymous._erase_identities()

    # ----------------------------------------------------------------------
    # Registration
    # ----------------------------------------------------------------------

    @api.model
    def _number_new(self, vals_list, teams):
        """Put case numbers into the values of new complaints."""
        births = [
            (
                self.env["res.company"].browse(vals["company_id"]),
                teams[vals["team_id"]].regulation_id,
                fields.Datetime.to_datetime(vals["received_date"]),
            )
            for vals in vals_list
        ]
        for vals, number in zip(vals_list, self._next_numbers(births), strict=True):
            vals["number"] = number

    @api.model
    def _next_numbers(self, births, mark=""):
        """Return case numbers, without gaps per company, prefix and year received.

        :param births: list of ``(company, regulation, moment received as naive UTC)``
        :param mark: follows the prefix, for a series of their own
        :return: list of numbers, in the same order
        """
        groups = defaultdict(list)
        for place, (company, regulation, received) in enumerate(births):
            year = received.replace(tzinfo=UTC).astimezone(ZoneInfo(regulation.tz)).year
            groups[company, f"{regulation.prefix}{mark}", year].append(place)
        found = [None] * len(births)
        for (company, prefix, year), places in groups.items():
            numbers = self.env["complaint.counter"]._next(
                company, f"case/{prefix}", year, len(places)
            )
            for place, number in zip(places, numbers, strict=True):
                found[place] = f"{prefix}{year}-{number:05d}"
        return found

    def _prepare_register_vals(self, _given=None):
        """Give drafts their numbers, each its own; return what is the same for all."""
        # sudo: complaint.regulation - prefix and time zone, whoever registers
        drafts = self.sudo()
        births = [
            (case.company_id, case.regulation_id, case.received_date) for case in drafts
        ]
        for case, number in zip(drafts, self._next_numbers(births), strict=True):
            case._write_step({"number": number})
        return {**self._prepare_author_vals("registered"), "draft_by_id": False}

    def _after_register(self):
        """Say so as for every new complaint, and keep excluded what it is about.

        Only who wrote a draft changes it: what it says of the complainant is their own.
        """
        secret = self.filtered(lambda case: case.confidentiality == "confidential")
        secret._redact_texts()
        self._message_log_batch(
            bodies={case.id: case._creation_message() for case in self}
        )
        self._refresh_conflicts()

    def _creation_message(self):
        """OVERRIDE: an office calls it a case."""
        if self.is_complaint:
            return self.env._("Case registered")
        return super()._creation_message()

    def _creation_subtype(self):
        """OVERRIDE: no mail to followers, the desk sees new cases on its list."""
        if len(self) == 1 and self.is_complaint:
            return self.env["mail.message.subtype"]
        return super()._creation_subtype()

    def _log_registered(self):
        """Put new complaints on record."""
        self.env["complaint.log"]._record(
            "registered",
            self,
            lambda case: {"confidentiality": case.confidentiality},
        )

    # ----------------------------------------------------------------------
    # Complaints from inside
    # ----------------------------------------------------------------------

    @api.onchange("complainant_employee_id", "complainant_department_id")
    def _onchange_complainant_inside(self):
        """Who complains from inside is written down like everybody else."""
        # sudo: hr.employee - a clerk takes down a colleague without HR's rights
        employee = self.complainant_employee_id.sudo()
        department = self.complainant_department_id or employee.department_id
        if not (employee or department):
            return
        # read before writing: the first look computes all of the complainant's fields
        phone = employee.work_phone or self.complainant_phone
        email = employee.work_email or self.complainant_email
        self.nature = "internal"
        self.complainant_name = employee.name or department.name
        self.complainant_work_unit = department.name
        self.complainant_phone = phone
        self.complainant_email = email
        self.complainant_occupation = employee.job_title
