from odoo import Command, api, fields, models

from ..tools.changes import on
from ..tools.discipline_steps import STATES, WAITING_STATES
from ..tools.life import Opening, opens

#: Measures that are proposed for members of staff.
STAFF_KINDS = ("sanction", "commendation")
#: Constraint on how long a measure lasts: 50 years are longer than anybody works.
DURATION = (
    "CHECK (duration BETWEEN 0 AND 600)",
    "A duration is between 0 and 600 months.",
)
#: The words of a proposal: who writes one of them does not approve it.
_WORDING = frozenset({"duration", "reason"})
#: What people say with a step and everybody with the right reads in the history.
_NOTES = {"suspend": "suspension_reason", "revoke": "end_reason"}


class ComplaintDiscipline(models.Model):
    """A measure against a member of staff, or a commendation (处分, 表彰).

    It follows from a decision (R02 9, R18 9) or is proposed for how a case was handled
    (R05 9). With the case it is read by the leaders of the desk, discipline officers and
    auditors; what is entered in the personnel file is ``complaint.discipline.record``,
    which knows nothing of the case. Whom it is about never sees it.

    EXPOSED API: ``action_<step>``, see ``complaint.discipline.step``.
    """

    _name = "complaint.discipline"
    _description = "Discipline or Commendation"
    _inherit = ["complaint.case.mixin", "complaint.discipline.step"]
    _order = "proposed_date desc, id desc"
    _check_company_auto = True

    # measures outlive their case
    _opens = {
        **opens("ticket_id", "employee_id", "measure_id", birth=True),
        **opens(*_WORDING, states=WAITING_STATES),
    }
    _fits = {
        "measure_id.kind": STAFF_KINDS,
        "respondent_id.ticket_id": "ticket_id",
        "measure_line_id.ticket_id": "ticket_id",
    }
    _effects = {
        "_begin": on(made=True),
        "_note_editor": on(*_WORDING, by_hand=True),
    }
    _openings = {
        "decided": Opening(
            "What a decision says is proposed when it comes into force.",
            ("respondent_id", "measure_line_id"),
            creates=True,
        ),
        "reworded": Opening(
            "Who rewords a proposal does not approve it; it is heard about anew.",
            ("editor_ids", "state", "heard_date"),
        ),
    }

    employee_id = fields.Many2one(
        "hr.employee",
        string="Staff Member",
        help="Empty for who is not on file and was named by the complainant.",
        index=True,
        ondelete="restrict",
        check_company=True,
    )
    measure_id = fields.Many2one(
        "complaint.measure",
        required=True,
        ondelete="restrict",
        domain="[('kind', 'in', ('sanction', 'commendation'))]",
    )
    kind = fields.Selection(
        [
            ("sanction", "Disciplinary action"),
            ("commendation", "Commendation"),
            ("technical_file", "Technical file"),
        ],
        compute="_compute_kind",
        store=True,
        precompute=True,
    )
    state = fields.Selection(
        STATES,
        default="proposed",
        required=True,
        readonly=True,
        copy=False,
        index=True,
    )
    respondent_id = fields.Many2one(
        "complaint.respondent",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
    )
    measure_line_id = fields.Many2one(
        "complaint.decision.measure",
        string="Measure Decided",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
    )
    decision_id = fields.Many2one(
        related="measure_line_id.decision_id",
        store=True,
        precompute=True,
        index="btree_not_null",
    )
    reason = fields.Text(
        "Facts and Reasons", help="What it is for. Printed on the paper."
    )
    proposed_by_id = fields.Many2one(
        "res.users",
        "Proposed by",
        default=lambda self: self.env.uid,
        readonly=True,
        copy=False,
    )
    proposed_date = fields.Datetime(
        "Proposed on", default=fields.Datetime.now, readonly=True, copy=False
    )
    editor_ids = fields.Many2many(
        "res.users",
        "complaint_discipline_editor_rel",
        "discipline_id",
        "user_id",
        string="Reworded by",
        readonly=True,
        copy=False,
        help="Who changed the proposal; none of them approves it.",
    )

    statement = fields.Text(
        "Statement and Defence",
        readonly=True,
        help="Of who is no respondent of the case; respondents are heard on the case.",
    )
    heard_date = fields.Datetime("Heard on", readonly=True)
    approved_by_id = fields.Many2one("res.users", "Approved by", readonly=True)
    approved_date = fields.Datetime("Approved on", readonly=True)

    duration = fields.Integer(
        "Duration (months)",
        compute="_compute_duration",
        store=True,
        readonly=False,
        precompute=True,
        aggregator=None,
        help="How long it is in force. 0: for good.",
    )
    start_date = fields.Date("In Force from", readonly=True)
    expiry = fields.Date("In Force until", readonly=True)
    suspended_state = fields.Selection(STATES, "Suspended While", readonly=True)
    suspended_date = fields.Date("Suspended on", readonly=True)
    suspension_reason = fields.Text("Reason for the Suspension", readonly=True)
    end_reason = fields.Text("Reason of the Revocation", readonly=True)

    event_ids = fields.One2many(
        "complaint.discipline.event", "discipline_id", string="History", readonly=True
    )
    record_id = fields.Many2one(
        "complaint.discipline.record",
        string="Entry in the Personnel File",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
    )
    notice_ids = fields.One2many(
        "complaint.notice", "discipline_id", string="Papers", readonly=True
    )

    _somebody = models.Constraint(
        "CHECK(employee_id IS NOT NULL OR respondent_id IS NOT NULL)",
        "Say whom it is about.",
    )
    _one_per_line = models.UniqueIndex(
        "(measure_line_id) WHERE measure_line_id IS NOT NULL",
        "This measure was proposed already.",
    )
    _duration_bounded = models.Constraint(*DURATION)
    _expiry_idx = models.Index("(expiry) WHERE state = 'in_force'")

    # ----------------------------------------------------------------------
    # Computes and constraints
    # ----------------------------------------------------------------------

    @api.depends("measure_id")
    def _compute_kind(self):
        for item in self:
            measure = item.measure_id
            if measure.kind == "commendation":
                item.kind = "commendation"
            else:
                item.kind = "technical_file" if measure.is_technical else "sanction"

    @api.depends("measure_id")
    def _compute_duration(self):
        for item in self:
            item.duration = item.measure_id.duration

    @api.depends("measure_id", "employee_id", "respondent_id.name")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for item in self:
            item.display_name = f"{item.measure_id.name}: {item._person()}"

    # ----------------------------------------------------------------------
    # Proposals
    # ----------------------------------------------------------------------

    def _begin(self):
        """Begin the history; who is to be disciplined is excluded."""
        self.filtered(lambda item: item.kind != "commendation")._exclude_staff()
        self._log("propose")

    def _gates_birth(self):
        """What people propose themselves (R05 9)."""
        rules = self.ticket_id.regulation_id
        if not rules.carries_discipline:
            yield self.env._("%s knows no measures for staff.", rules.name)
        elif rules.measure_ids and self.measure_id not in rules.measure_ids:
            yield self.env._(
                "%(rules)s does not know the measure “%(measure)s”.",
                rules=rules.name,
                measure=self.measure_id.name,
            )
        if not (self.reason or "").strip():
            yield self.env._("Say what it is for.")

    def _note_editor(self):
        """Note who rewords proposals; what was heard about is heard about anew.

        Otherwise the second person could approve words that are their own.
        """
        self._write_sealed("reworded", {"editor_ids": [Command.link(self.env.uid)]})
        heard = self.filtered(lambda item: item.state == "heard")
        if heard:
            heard._write_sealed("reworded", {"state": "proposed", "heard_date": False})
            heard._log("propose")

    def _exclude_staff(self):
        """Exclude people from the cases they are to be disciplined for."""
        for item in self:
            # sudo: helpdesk.ticket, hr.employee, complaint.respondent - nobody chooses
            # this by hand
            item = item.sudo()  # noqa: PLW2901
            user, case = item.employee_id.user_id, item.ticket_id
            if user and user not in case.conflict_user_ids:
                case._exclude([(user, "discipline", item.respondent_id)])

    # ----------------------------------------------------------------------
    # Papers and the personnel file
    # ----------------------------------------------------------------------

    def action_print_papers(self):
        """Show the papers of these measures."""
        return self.notice_ids.action_print()

    def _issue_papers(self, kind=None):
        """Issue the papers of measures that just came into force, or of another kind."""
        # sudo: complaint.discipline - the steps issue papers, whoever takes them
        items = self.sudo().filtered(lambda item: kind or item._paper_kind())
        if not items:
            return
        self.env["complaint.notice"]._issue_vals(
            [
                {
                    "ticket_id": item.ticket_id.id,
                    "discipline_id": item.id,
                    "kind": kind or item._paper_kind(),
                    "addressee": "employee" if item.employee_id else "respondent",
                    "respondent_id": item.respondent_id.id,
                    "issued_date": fields.Datetime.now(),
                    "issued_by_id": self.env.uid,
                    "lang": item.ticket_id._paper_lang(),
                }
                for item in items
            ]
        )
        items.invalidate_recordset(["notice_ids"])

    def _paper_kind(self):
        """Return the kind of paper one measure is told by, if any."""
        commends = self.kind == "commendation"
        return self.measure_id.paper or (commends and "commendation")

    def _enter_record(self):
        """Enter measures in the file of whom they are about, if they belong there."""
        # sudo: complaint.discipline - what is entered is read with all rights
        items = self.sudo().filtered(
            lambda item: (
                item.measure_id.on_record and item.employee_id and not item.record_id
            )
        )
        records = self.env["complaint.discipline.record"]._create_sealed(
            "entered", [item._prepare_record_vals() for item in items]
        )
        for item, record in zip(items, records, strict=True):
            item._write_step({"record_id": record.id})

    def _prepare_record_vals(self):
        """Return the values of the entry: the outcome, nothing that leads to the case."""
        return {
            "company_id": self.company_id.id,
            "employee_id": self.employee_id.id,
            "kind": self.kind,
            "measure_id": self.measure_id.id,
            "paper_number": self.notice_ids[:1].number,
            "start_date": self.start_date,
            "expiry": self.expiry,
            "self_review_date": self.respondent_id.self_review_ids[:1].submitted_date,
        }

    def _follow_record(self):
        """Let entries say what became of their measures."""
        # sudo: complaint.discipline.record - leaders take steps, officers read entries
        items = self.sudo().filtered("record_id")
        for (state, expiry), group in items.grouped(
            lambda item: (item.state, item.expiry)
        ).items():
            group.record_id._write_sealed(
                "followed", {"state": state, "expiry": expiry}
            )

    # ----------------------------------------------------------------------
    # History
    # ----------------------------------------------------------------------

    def _log_step(self, name, before, given=None):
        """OVERRIDE: in the history of the measure as well, with its own kind of row."""
        self._log(name, _NOTES.get(name))

    def _log(self, step, note=None):
        """Append to the history of measures and to the log of the office.

        :param note: name of the field that holds what was said with it
        """
        self.env["complaint.discipline.event"]._create_sealed(
            "step",
            [
                {
                    "discipline_id": item.id,
                    "company_id": item.company_id.id,
                    "moment": fields.Datetime.now(),
                    "user_id": self.env.uid,
                    "step": step,
                    # what is appended cannot be redacted later
                    "note": note and item.ticket_id._without_names(item[note]),
                }
                # sudo: helpdesk.ticket - the names are what is hidden
                for item in self.sudo()
            ],
        )
        self.env["complaint.log"]._record(
            "discipline",
            self,
            lambda item: {"step": step, "measure": item.measure_id.code},
        )

    def _note_without_names(self, note):
        """Return somebody's words about measures without who complained."""
        # sudo: helpdesk.ticket - the names are what is hidden
        for ticket in self.sudo().ticket_id:
            note = note and ticket._words_redactor()(note)
        return note

    # ----------------------------------------------------------------------
    # Helpers
    # ----------------------------------------------------------------------

    def _person(self):
        """Return the name of whom it is about."""
        self.ensure_one()
        # sudo: hr.employee, complaint.respondent - who may read the measure may read
        # the name
        item = self.sudo()
        return item.employee_id.name or item.respondent_id.name or ""
