from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from odoo import api, fields, models
from odoo.exceptions import MissingError, UserError

from ..tools import called
from ..tools.life import Opening, Unsealed, opens, unsealed
from ..tools.steps import DRAFT, OPEN_PHASES

#: Whose fields other tickets have as well.
_BASES = (("helpdesk_mgmt",), ("helpdesk_type",), ("helpdesk_mgmt_rating",))
#: What the base's own code writes along with other fields.
_STAMPS = frozenset({"assigned_date", "closed_date", "last_stage_update"})
#: What a form or the base sends for every new ticket; a complaint takes none of it.
_NOT_TAKEN = frozenset(
    {
        "access_token",
        "assigned_date",
        "closed_date",
        "company_id",
        "last_stage_update",
        "number",
        "partner_id",
        "stage_id",
    }
)
#: Fields of the intake form that are no part of the case.
HELPERS = ("complainant_employee_id", "complainant_department_id")
#: What came in before is a slip of the pen.
_OLDEST = timedelta(days=10 * 365)
_BEFORE_DECIDING = tuple(phase for phase in OPEN_PHASES if phase != "deciding")
#: What is told of the matter and of who complained: while the office may still ask.
_TOLD = (
    "name", "description", "type_id", "channel_id", "complainant_kind_id", "demand",
    "incident_date", "incident_place", "written_form", "case_kind", "nature",
    "complainant_signature", "identity_checked", "form_signed", "form_signed_date",
    "tell_by",
)  # fmt: skip
#: How the office looks at it and works on it.
_HANDLED = (
    "complexity", "response_level", "is_major", "is_accusation",
    "priority", "tag_ids", "category_id", "color", "kanban_state", "sequence",
    "user_id", "team_id", "handling_plan", "opinion_result", "cause_id",
)  # fmt: skip
#: Parts, which know themselves what may be done to them.
_PARTS = (
    "evidence_ids", "inquiry_ids", "decision_ids", "notice_ids",
    "transfer_ids", "instruction_ids", "mediation_ids", "follow_up_ids",
    "attachment_ids",
)  # fmt: skip


class HelpdeskTicket(models.Model):
    """The case file: what a register of complaints holds."""

    _inherit = "helpdesk.ticket"

    _opens = {
        **opens(*_TOLD, states=(DRAFT, *OPEN_PHASES)),
        **opens(*_HANDLED, states=OPEN_PHASES),
        **opens("confidentiality", "respondent_ids", states=(DRAFT, *OPEN_PHASES)),
        **opens(*_PARTS, states=OPEN_PHASES),
        **opens("received_date", states=(DRAFT, "registered"), until="number"),
        **opens("late_reason", states=(DRAFT, "registered")),
        **opens("findings", states=_BEFORE_DECIDING),
        **opens("follow_up_result", states=("notified", "follow_up")),
        **opens("what_happened", *HELPERS, birth=True),
        # the base's fields of a contact, which the vault takes
        **opens("partner_name", "partner_email", birth=True),
    }
    _openings = {
        "conflict": Opening(
            "Who is excluded from a case loses it; it goes to who may handle it.",
            ("user_id", "team_id", "desk_blocked", "office_blocked", "told_date"),
        ),
        "erase": Opening(
            "The office forgets who complained.", ("identity_erased_date",)
        ),
        "hold": Opening(
            "A manager forbids to erase anything, or allows it again, with a reason.",
            ("legal_hold", "legal_hold_reason"),
        ),
        "level": Opening(
            "A case becomes more secret at any time, or less so by a custodian, with the "
            "complainant's consent.",
            ("confidentiality",),
        ),
        "solved": Opening(
            "Solved cases are followed up after they are closed.",
            ("follow_up_date", "follow_up_result", "follow_up_note", "reopen_proposed"),
        ),
        "mailed": Opening(
            "It came by message, whether or not the text lists that way.",
            ("channel_id", "by_mail"),
        ),
        "handed_over": Opening(
            "A transfer to another desk moves the case there.", ("team_id", "user_id")
        ),
    }
    _checks_birth = False

    number = fields.Char(index="trigram")
    name = fields.Char(index="trigram")
    regulation_id = fields.Many2one(
        "complaint.regulation",
        compute="_compute_regulation_id",
        store=True,
        index="btree_not_null",
        ondelete="restrict",
    )
    is_complaint = fields.Boolean(
        "Complaint",
        compute="_compute_is_complaint",
        store=True,
    )
    phase = fields.Selection(
        related="stage_id.complaint_phase", store=True, index="btree_not_null"
    )
    is_open = fields.Boolean(
        "Not Finished",
        compute="_compute_is_open",
        store=True,
        help="The office still owes something: a step, or the answer to an appeal.",
    )
    confidentiality = fields.Selection(
        [
            ("open", "Open"),
            ("confidential", "Confidential"),
            ("anonymous", "Anonymous"),
        ],
        default="open",
        required=True,
        help="Confidential: custodians see who complained, and until the end of the day "
        "whoever took it down; with a reason and on record.",
    )
    complexity = fields.Selection(
        [
            ("on_spot", "On the spot"),
            ("simple", "Simple"),
            ("ordinary", "Ordinary"),
            ("complex", "Complex"),
            ("legacy", "Legacy or multi-department"),
        ],
        default="ordinary",
    )
    response_level = fields.Selection(
        [("1", "I major"), ("2", "II larger"), ("3", "III general"), ("4", "IV minor")]
    )
    nature = fields.Selection(
        [("external", "External"), ("internal", "Internal")], default="external"
    )
    is_major = fields.Boolean("Major Matter")
    written_form = fields.Boolean(
        "In Writing", help="The complaint was made, or confirmed, in writing."
    )
    complainant_kind_id = fields.Many2one(
        "complaint.complainant.kind", string="Kind of Complainant"
    )
    demand = fields.Text(help="What the complainant asks for.")
    handling_plan = fields.Text(
        help="What will be done, by whom and by when. The complainant reads it.",
        copy=False,
    )
    incident_date = fields.Date("Date of the Incident")
    incident_place = fields.Char("Place of the Incident")
    received_date = fields.Datetime(
        "Received",
        default=fields.Datetime.now,
        copy=False,
        help="When the office got the complaint; time limits start here. Until the case is "
        "accepted a leader corrects it, with the reason; from then on it stays.",
    )
    accepted_date = fields.Datetime("Accepted", readonly=True, copy=False)

    respondent_ids = fields.One2many(
        "complaint.respondent", "ticket_id", string="Respondents", copy=True
    )
    evidence_ids = fields.One2many("complaint.evidence", "ticket_id")
    inquiry_ids = fields.One2many("complaint.inquiry", "ticket_id", string="Inquiries")
    findings = fields.Text(help="What the investigation established.")
    findings_date = fields.Datetime("Findings Submitted", readonly=True, copy=False)
    decision_ids = fields.One2many(
        "complaint.decision", "ticket_id", string="Decisions"
    )
    decision_id = fields.Many2one("complaint.decision", compute="_compute_decision_id")
    notice_ids = fields.One2many("complaint.notice", "ticket_id", string="Notices")
    notice_count = fields.Integer(compute="_compute_counts")
    evidence_count = fields.Integer(compute="_compute_counts")
    unserved_count = fields.Integer(
        "Notices to Serve", compute="_compute_counts", search="_search_unserved_count"
    )

    refusal_reason = fields.Text("Reason of Non-acceptance", copy=False)
    withdrawal_reason = fields.Text("Reason of Withdrawal", copy=False)
    reopen_reason = fields.Text("Reason of Reopening", copy=False)
    on_spot_answer = fields.Text("Answer on the Spot", copy=False)
    follow_up_date = fields.Date("Followed Up on", copy=False)
    follow_up_result = fields.Selection(
        [
            ("satisfied", "Satisfied"),
            ("partly", "Partly satisfied"),
            ("dissatisfied", "Dissatisfied"),
            ("unreachable", "Could not be reached"),
        ],
        copy=False,
    )
    follow_up_note = fields.Text(copy=False)

    _order_idx = models.Index("(priority DESC, sequence, number DESC, id DESC)")
    # what lists are sorted by; PostgreSQL takes the ORM's own way of writing IS TRUE only
    _complaint_received_idx = models.Index(
        "(received_date DESC, id DESC) WHERE is_complaint IS TRUE"
    )
    _complaint_open_idx = models.Index("(phase, team_id) WHERE is_open IS TRUE")
    _complaint_board_idx = models.Index(
        "(stage_id, next_due, received_date) WHERE is_complaint IS TRUE"
    )
    # how many cases a column of the board has is told by the index alone, whoever asks
    _complaint_column_idx = models.Index(
        "(stage_id) INCLUDE (company_id, team_id, partner_id, is_complaint, active, id, "
        "draft_by_id) WHERE is_complaint IS TRUE AND active IS TRUE"
    )
    _complaint_open_received_idx = models.Index(
        "(received_date DESC, id DESC) WHERE is_open IS TRUE"
    )
    # what is due next, and how many open cases wait for what
    _complaint_open_due_idx = models.Index(
        "(next_due, id) INCLUDE (is_open, company_id, team_id, partner_id, is_complaint, "
        "active, draft_by_id, user_id, phase, decision_state, clock_state, "
        "next_due_date, next_reminder) WHERE is_open IS TRUE"
    )

    # ----------------------------------------------------------------------
    # Computes
    # ----------------------------------------------------------------------

    @api.depends("user_id")
    def _compute_team_id(self):
        """OVERRIDE: a ticket never becomes a complaint by who is assigned to it."""
        guessed = self.filtered(lambda ticket: not ticket.team_id)
        result = super()._compute_team_id()
        for ticket in guessed.filtered("team_id.regulation_id"):
            # sudo: helpdesk.ticket.team - the user's other teams, whoever assigns
            teams = ticket.user_id.sudo().helpdesk_team_ids
            ticket.team_id = teams.filtered(lambda team: not team.regulation_id)[:1]
        return result

    @api.depends("team_id")
    def _compute_regulation_id(self):
        for ticket in self:
            ticket.regulation_id = ticket.team_id.regulation_id

    @api.depends("regulation_id")
    def _compute_is_complaint(self):
        for ticket in self:
            ticket.is_complaint = bool(ticket.regulation_id)

    @api.depends("is_complaint", "phase")
    def _compute_is_open(self):
        """Work out whether the office has to do something. EXTENSION POINT: appeals."""
        for ticket in self:
            ticket.is_open = ticket.is_complaint and ticket.phase in OPEN_PHASES

    @api.depends("decision_ids.state")
    def _compute_decision_id(self):
        for ticket in self:
            decisions = ticket.decision_ids.grouped("state")
            ticket.decision_id = (
                decisions.get("draft")
                or decisions.get("in_force")
                or ticket.decision_id
            )[:1]

    @api.depends("notice_ids.state", "evidence_ids")
    def _compute_counts(self):
        # the form, which shows the numbers, reads the lists as well
        for ticket in self:
            states = ticket.notice_ids.mapped("state")
            ticket.unserved_count = states.count("issued")
            ticket.notice_count = len(states) - states.count("void")
            ticket.evidence_count = len(ticket.evidence_ids)

    @api.model
    def _search_unserved_count(self, operator, value):
        if operator not in ("=", "!=", ">") or value not in (0, False):
            return NotImplemented
        return [("notice_ids.state", "=" if operator != "=" else "!=", "issued")]

    @api.depends("name", "number", "is_complaint")
    def _compute_display_name(self):
        """OVERRIDE: a complaint shows its number, never its title."""
        complaints = self.filtered("is_complaint")
        for ticket in complaints:
            ticket.display_name = ticket.number or self.env._("Draft")
        return super(HelpdeskTicket, self - complaints)._compute_display_name()

    # ----------------------------------------------------------------------
    # Constraints
    # ----------------------------------------------------------------------

    @api.constrains("received_date", "incident_date")
    def _check_dates(self):
        for ticket in self.filtered("is_complaint"):
            received = ticket.received_date
            if not received:
                raise UserError(self.env._("Say when the complaint came in."))
            if received > fields.Datetime.now() + timedelta(minutes=5):
                raise UserError(self.env._("A complaint cannot arrive in the future."))
            if received < fields.Datetime.now() - _OLDEST and not ticket.import_id:
                raise UserError(
                    self.env._(
                        "This came in more than %s years ago. Check the date.",
                        _OLDEST.days // 365,
                    )
                )
            if ticket.incident_date and ticket.incident_date > ticket._office_date(
                received
            ):
                raise UserError(
                    self.env._("The incident lies after the day of the complaint.")
                )

    # ----------------------------------------------------------------------
    # CRUD
    # ----------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        """OVERRIDE: complaints get their number, phase, identity and first clocks."""
        teams = self._complaint_teams(vals_list)
        if not teams:
            return super().create(vals_list)
        ordinary = [vals for vals in vals_list if vals.get("team_id") not in teams]
        tickets = iter(super().create(ordinary) if ordinary else ())
        complaints = [vals for vals in vals_list if vals.get("team_id") in teams]
        complaints = iter(self._create_complaints(complaints, teams))
        self._keep_settings()
        return self.browse(
            next(complaints if vals.get("team_id") in teams else tickets).id
            for vals in vals_list
        )

    @api.model
    def _create_complaints(self, vals_list, teams, phase="registered"):
        """Create complaints, see :meth:`create` and :meth:`create_draft`."""
        table = self._seal_table()
        vals_list = [
            {name: vals[name] for name in vals if name not in _NOT_TAKEN}
            for vals in vals_list
        ]
        self._check_birth(table, vals_list)
        vals_list = [
            self._prepare_complaint_vals(vals, teams[vals["team_id"]], phase)
            for vals in vals_list
        ]
        if phase != DRAFT:
            self._number_new(vals_list, teams)
        tickets = self._bear(vals_list, teams, noted=phase != DRAFT)
        if phase != DRAFT:
            tickets._emit_event("received")
            tickets._log_registered()
        # reads the kind of matter while what is read of settings is kept
        tickets.mapped("is_accusation")
        return tickets

    @api.model
    def _bear(self, vals_list, teams, noted):
        """Create complaints of complete values, with their identities."""
        table = self._seal_table()
        identities = [self._pop_identity_vals(vals) for vals in vals_list]
        vals_list = [
            self._without_complainant(vals, said, teams[vals["team_id"]])
            for vals, said in zip(vals_list, identities, strict=True)
        ]
        quiet = self._without_defaults(table).with_context(
            mail_create_nosubscribe=True, mail_notrack=True
        )
        if not noted:
            quiet = quiet.with_context(mail_create_nolog=True)
        born = Unsealed(self._name, None, table.sealed, self._is_automated())
        with unsealed(born):
            # pylint: disable-next=super-method-mismatch
            tickets = super(HelpdeskTicket, quiet).create(vals_list)
        tickets = tickets.with_env(self.env)
        # nobody rated them yet, the base need not look
        for name in ("rating_last_value", "positive_rate_percentage"):
            self.env.remove_to_compute(self._fields[name], tickets)
        tickets._exclude_named(vals_list)
        tickets._create_identities(identities)
        return tickets

    @api.model
    def _sealable_fields(self):
        """OVERRIDE: whoever gives a complaint the base's token acts as its customer."""
        return super()._sealable_fields() | {"access_token"}

    @api.model
    def _first_state(self):
        """OVERRIDE: a complaint begins as registered."""
        return "registered"

    @api.model
    def _guards_defaults(self):
        """OVERRIDE: those of complaints; other tickets are as before."""
        return self._are_being_born()

    @api.model
    def _are_being_born(self):
        """Return whether complaints are being created right now."""
        return bool(self.browse()._names_unsealed())

    def _under_seal(self):
        """OVERRIDE: only complaints are sealed."""
        return self._complaints()

    def _complaints(self):
        """Return those of the tickets that are complaints.

        :raise AccessError: for some that are hidden, or gone
        """
        try:
            return self.filtered("is_complaint")
        except MissingError:
            self.check_access("read")
            raise

    def _may_be_open(self, field):
        """OVERRIDE: other tickets keep the base's fields, whose screens they share."""
        # fields that people add themselves come from no module
        return field._modules[:1] in _BASES or super()._may_be_open(field)

    @api.model
    def _closed_expression(self, table, name, phase):
        """OVERRIDE: other tickets, on the same screens, are as before."""
        closed = super()._closed_expression(table, name, phase)
        return closed and f"is_complaint and ({closed})"

    def write(self, vals):
        """OVERRIDE: what is written to complaints obeys the seal and sets things off."""
        complaints = self._complaints()
        rest = self - complaints
        teams = self.env["helpdesk.ticket.team"]
        if rest:
            if "team_id" in vals:
                # sudo: helpdesk.ticket.team - the desk decides what a ticket is
                rest._check_new_team(teams.sudo().browse(vals["team_id"]))
            # the base adds to the values it gets
            super(HelpdeskTicket, rest).write(dict(vals))
        return complaints._write_complaints(dict(vals)) if complaints else True

    def _write_complaints(self, vals):
        by_hand = self._names_by_hand(vals)
        identity = self._take_identity_vals(vals)
        if "stage_id" in by_hand:
            self._move_to_stage(vals.pop("stage_id"))
        vals = self._printable_vals(vals)
        self._check_open(vals.keys() & by_hand & self._seal_table().sealed)
        vals = self._prepare_by_hand(vals, by_hand)
        before = self._snapshot(vals)
        self._note_changes(vals.keys() & by_hand)
        if vals:
            with unsealed(self._unsealed(vals.keys() | _STAMPS)):
                # pylint: disable-next=super-method-mismatch
                super().write(vals)
        self._after_write(vals, before)
        if identity:
            self._write_identity(identity)
        return True

    def _prepare_by_hand(self, vals, names):
        """Return what is written for what somebody wrote by hand.

        :param names: names of the fields written by hand
        :raise UserError: for a value that the case cannot have
        """
        if "team_id" in names:
            teams = self.env["helpdesk.ticket.team"]
            self._check_new_team(teams.browse(vals["team_id"]))
        if "user_id" in names and vals["user_id"]:
            vals["user_id"] = self._available(vals["user_id"]).id
        if "is_accusation" in names and not vals["is_accusation"]:
            self._check_not_accusation()
        if "confidentiality" in names:
            self._no_drafts()._check_only_stricter(vals["confidentiality"])
        if "form_signed" in names and vals["form_signed"]:
            vals.setdefault("form_signed_date", fields.Datetime.now())
        return vals

    def _snapshot(self, vals):
        """Return what the cases hold before a write of what sets things off."""
        return {
            name: {case: case[name] for case in self}
            for name in ("confidentiality", "response_level", *called.TEXTS)
            if name in vals
        }

    def _after_write(self, vals, before):
        """Do what a change sets off; one screen shows all of it.

        :param before: see :meth:`_snapshot`
        """
        for name, known in before.items():
            changed = self.filtered(lambda case: case[name] != known[case])  # noqa: B023
            getattr(changed, f"_after_{name}")(known)
        if self._reads_of_clocks() & vals.keys():
            self._no_drafts()._rematch_clocks()

    def _after_response_level(self, before):
        """Do what another level sets off. EXTENSION POINT.

        :param before: ``{case: level it had}``
        """

    def _check_new_team(self, team):
        """Check that tickets may go to another desk.

        Complaints stay with desks of their regulation, and other tickets do not become
        complaints by moving to a desk.

        :raise UserError: otherwise, with the way to register one
        """
        for ticket in self.filtered(
            lambda item: item.regulation_id != team.regulation_id
        ):
            if not ticket.is_complaint:
                raise UserError(
                    self.env._(
                        "Moving a ticket does not make it a complaint. Register the "
                        "complaint at %s instead.",
                        team.name,
                    )
                )
            raise UserError(
                self.env._(
                    "%(case)s runs under %(rules)s and stays with a desk that "
                    "works under it.",
                    case=ticket.number,
                    rules=ticket.regulation_id.name,
                )
            )

    @api.ondelete(at_uninstall=True)
    def _unlink_except_complaint(self):
        cases = self.filtered(lambda item: item.is_complaint and not item.import_id)
        if any(ticket.phase != DRAFT for ticket in cases):
            raise UserError(
                self.env._(
                    "A registered complaint is never deleted: its number stays taken. "
                    "Withdraw or refuse it instead."
                )
            )

    def copy(self, default=None):
        """OVERRIDE: the copy of a complaint takes its own number."""
        if len(self) == 1 and self._complaints():
            default = {"number": "/", **(default or {})}
        return super().copy(default)

    # ----------------------------------------------------------------------
    # Helpers
    # ----------------------------------------------------------------------

    def _office_date(self, moment=None):
        """Return the office's local date of a moment (naive UTC, now by default).

        Whoever asks, wherever the server is; without a case it is the company's office.
        """
        zone = self[:1].regulation_id.tz or self.env.company.resource_calendar_id.tz
        local = fields.Datetime.context_timestamp(
            self.with_context(tz=zone or "UTC"),
            moment or fields.Datetime.now(),
        )
        return local.date()

    def _served_moment(self, kind):
        """Return when the last notice of a kind was served, as naive UTC.

        Only the day of service is known: its noon in the office's time zone.
        """
        self.ensure_one()
        day = max(
            self.notice_ids.filtered(
                lambda item: item.kind == kind and item.served_date
            ).mapped("served_date")
        )
        if day == self._office_date():
            return fields.Datetime.now()
        return self._office_moment(day, time(12))

    def _office_moment(self, day, hour):
        """Return a wall time of the office as naive UTC."""
        local = datetime.combine(day, hour, ZoneInfo(self.regulation_id.tz or "UTC"))
        return local.astimezone(ZoneInfo("UTC")).replace(tzinfo=None)

    def _paper_lang(self):
        """Return the language of papers: the company's."""
        return self.company_id.partner_id.lang or self.env.lang or "en_US"
