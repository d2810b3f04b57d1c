import re
from datetime import timedelta

from odoo import Command, api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools.translate import LazyTranslate

from odoo.addons.community_complaint.tools import finder
from odoo.addons.community_complaint.tools.changes import on
from odoo.addons.community_complaint.tools.life import Ask, Life, Opening, Step, opens
from odoo.addons.community_complaint.tools.roles import AUDITOR, DISCIPLINE
from odoo.addons.community_complaint.tools.steps import CLERK, HANDLER, LEADER

#: Mark of medical events in their official number: 医.
MARK = "医"
#: Who reads who concealed what: not who registers, who may be the one.
_LIABILITY_GROUPS = ",".join((LEADER, DISCIPLINE, AUDITOR))
#: What a leader other than who wrote it approves.
_OPINION = ("opinion", "opinion_grounds")
#: Numbers of beds and records, which tell a patient from others.
_NUMBERS = re.compile(r"\d+(?=\s*[号]?\s*床)|(?<=[Bb]ed )\d+|\d{6,}")
_EVER = ("open", "closed")
_lt = LazyTranslate(__name__)
_LIFE = Life(
    {
        "approve_opinion": Step(
            ("open",),
            None,
            (LEADER,),
            label=_lt("Approve Opinion"),
            fills=_OPINION,
            stamps={"opinion_approved_by_id": "user", "opinion_approved_date": "now"},
            not_by=("opinion_by_ids", "involved_ids.user_id"),
            covers=("involved_ids",),
        ),
        # examined anew, whatever was found before
        "mark_concealed": Step(
            _EVER,
            None,
            (LEADER,),
            label=_lt("It Was Concealed"),
            asks=Ask("concealed_note", _lt("Who concealed what, and how it was found")),
            stamps={"concealed": True, "liability_date": False},
        ),
        "settle_liability": Step(
            _EVER,
            None,
            (LEADER,),
            label=_lt("Settle Liability"),
            asks=Ask(
                "liability_note", _lt("What was found, and what follows for whom")
            ),
            stamps={"liability_by_id": "user", "liability_date": "now"},
            not_by=("user_id", "involved_ids.user_id"),
            covers=("involved_ids",),
        ),
        "close": Step(
            ("open",),
            "closed",
            (CLERK, HANDLER),
            label=_lt("Close Event"),
            fills=("cause", "consequence", "result"),
            stamps={"closed_date": "now"},
        ),
    }
)


class ComplaintMedicalEvent(models.Model):
    """A medical error, accident or dispute in the register (R15 一).

    It may come without a complaint. Linked to one it belongs to that case: only who may
    see the case sees the event.
    """

    _name = "complaint.medical.event"
    _description = "Medical Event"
    _inherit = ["complaint.life.mixin"]
    _order = "event_date desc, id desc"
    _rec_name = "number"
    _check_company_auto = True

    _life = _LIFE
    _opens = {
        **opens("regulation_id", birth=True),
        # what happened is written once; a leader corrects it
        **opens(
            *("kind", "event_date", "department_id", "course", "ticket_id"),
            states=("open",),
            later=(LEADER,),
        ),
        **opens(
            *("place", "involved_ids", "patient_ref", "cause", "consequence", "result"),
            *("report_ids", "conclusion_ids"),
            states=("open",),
        ),
        **opens(*_OPINION, states=("open",), until="opinion_approved_date"),
        # R15 六: the vice-president sends one person
        **opens("spokesperson_id", states=("open",), by=(LEADER,)),
    }
    _guards = {"_check_may_join": on("ticket_id", made=True)}
    #: Who keeps the register enters events; the ladder begins.
    _effects = {
        "_check_may_register": on(made=True),
        "_note_opinion": on(*_OPINION, made=True),
        "_take_numbers": on(made=True),
        "_begin_ladder": on(made=True),
    }
    _openings = {
        "numbered": Opening("An event gets its official number.", ("number",)),
        "opinion": Opening(
            "Who wrote the department's opinion does not approve it.",
            ("opinion_by_ids",),
        ),
        "erased": Opening(
            "A record number tells who complained as well as a name.", ("patient_ref",)
        ),
    }

    _fits = {"ticket_id.regulation_id": "regulation_id"}
    _past = ("event_date",)

    number = fields.Char(readonly=True, copy=False, index="btree_not_null")
    regulation_id = fields.Many2one(
        "complaint.regulation",
        required=True,
        index=True,
        domain="[('medical_register', '=', True), ('company_id', '!=', False)]",
        default=lambda self: self._default_regulation(),
        ondelete="restrict",
    )
    company_id = fields.Many2one(
        related="regulation_id.company_id", store=True, index=True, precompute=True
    )
    ticket_id = fields.Many2one(
        "helpdesk.ticket",
        string="Complaint",
        index="btree_not_null",
        ondelete="restrict",
        domain="[('regulation_id', '=', regulation_id)]",
        help="The event then belongs to that case and its secrets.",
    )
    kind = fields.Selection(
        [
            ("error", "Medical error"),
            ("accident", "Medical accident"),
            ("dispute", "Medical dispute"),
        ],
        required=True,
        default="error",
    )
    event_date = fields.Datetime(
        "Happened or Found", required=True, default=fields.Datetime.now
    )
    place = fields.Char()
    department_id = fields.Many2one(
        "hr.department",
        string="Ward or Department",
        index="btree_not_null",
        check_company=True,
        help="Empty: the register of the office.",
    )
    involved_ids = fields.Many2many(
        "hr.employee.public",
        "complaint_medical_event_involved_rel",
        "event_id",
        "employee_id",
        string="Persons Involved",
        check_company=True,
    )
    patient_ref = fields.Char(
        "Patient", help="Bed or record number; the register bears no names of patients."
    )
    course = fields.Text("Course of the Event", required=True)
    cause = fields.Text()
    consequence = fields.Text()
    result = fields.Text(help="How it was handled and how it ended.")
    user_id = fields.Many2one(
        "res.users", "Entered by", readonly=True, default=lambda self: self.env.uid
    )
    registered_date = fields.Datetime(
        "Entered on", readonly=True, default=fields.Datetime.now
    )
    state = fields.Selection(
        [("open", "Being handled"), ("closed", "Closed")],
        required=True,
        default="open",
        readonly=True,
    )
    closed_date = fields.Datetime("Closed on", readonly=True)

    # the department's opinion
    opinion = fields.Text("Department's Preliminary Opinion")
    opinion_grounds = fields.Text("Grounds of the Opinion")
    opinion_by_ids = fields.Many2many(
        "res.users",
        "complaint_medical_event_opinion_rel",
        "event_id",
        "user_id",
        string="Opinion Written by",
        readonly=True,
        copy=False,
        help="None of them approves it.",
    )
    opinion_approved_by_id = fields.Many2one("res.users", "Approved by", readonly=True)
    opinion_approved_date = fields.Datetime("Approved on", readonly=True)

    # reported upwards
    report_ids = fields.One2many(
        "complaint.medical.report", "event_id", string="Reported Upwards"
    )
    concealed = fields.Boolean(readonly=True)
    concealed_note = fields.Text(
        "What Was Concealed", readonly=True, groups=_LIABILITY_GROUPS
    )
    liability_note = fields.Text(
        "Finding on Liability", readonly=True, groups=_LIABILITY_GROUPS
    )
    liability_by_id = fields.Many2one("res.users", "Found by", readonly=True)
    liability_date = fields.Datetime("Found on", readonly=True)
    liability_open = fields.Boolean(
        "Liability to Examine",
        compute="_compute_liability_open",
        store=True,
        help="It was concealed or reported late, and nobody said yet what follows.",
    )

    # concluded, and explained to the family
    conclusion_ids = fields.One2many(
        "complaint.medical.conclusion", "event_id", string="Conclusions"
    )
    spokesperson_id = fields.Many2one(
        "res.users",
        domain="[('share', '=', False)]",
        help="Nobody else explains the event to the family.",
    )

    sealed_count = fields.Integer(compute="_compute_sealed_count")
    may_correct = fields.Boolean(
        compute="_compute_may_correct", help="Technical: leaders correct what happened."
    )

    _liability_idx = models.Index("(id) WHERE liability_open")
    _number_unique = models.UniqueIndex(
        "(company_id, number)", "This official number is already taken."
    )

    # ----------------------------------------------------------------------
    # Defaults and computes
    # ----------------------------------------------------------------------

    @api.model
    def _default_regulation(self):
        """Return the regulation with a register, if the office has just one."""
        found = self.env["complaint.regulation"].search(
            [
                ("medical_register", "=", True),
                ("company_id", "in", self.env.companies.ids),
            ],
            limit=2,
        )
        return found if len(found) == 1 else found.browse()

    @api.depends("report_ids.is_late", "concealed", "liability_date")
    def _compute_liability_open(self):
        for event in self:
            wrong = event.concealed or any(event.report_ids.mapped("is_late"))
            event.liability_open = wrong and not event.liability_date

    @api.depends("ticket_id.evidence_ids.sealed_date")
    def _compute_sealed_count(self):
        for event in self:
            evidence = event.ticket_id.evidence_ids
            event.sealed_count = len(evidence.filtered("sealed_date"))

    @api.depends_context("uid")
    def _compute_may_correct(self):
        self.may_correct = self.env.user.has_group(LEADER)

    # ----------------------------------------------------------------------
    # Constraints
    # ----------------------------------------------------------------------

    @api.constrains("spokesperson_id", "ticket_id")
    def _check_spokesperson(self):
        for event in self:
            # sudo: helpdesk.ticket - who is kept away speaks for nobody
            kept_away = event.sudo().ticket_id.conflict_user_ids
            if event.spokesperson_id in kept_away:
                raise UserError(
                    self.env._(
                        "%s has a conflict of interest in this case.",
                        event.spokesperson_id.name,
                    )
                )
            if event.spokesperson_id and not event._reads(event.spokesperson_id):
                raise UserError(
                    self.env._(
                        "%s may not read this event and could not explain it: choose "
                        "somebody of the desk or the department.",
                        event.spokesperson_id.name,
                    )
                )

    def _reads(self, user):
        """Return whether a user may read one event."""
        # sudo: res.users - the companies of somebody else
        if self.company_id not in user.sudo().company_ids:
            return False
        event = self.with_user(user).with_context(
            allowed_company_ids=self.company_id.ids
        )
        return event.has_access("read")

    # ----------------------------------------------------------------------
    # Changes
    # ----------------------------------------------------------------------

    def _check_may_join(self, vals):
        """Check that people link events to cases only that they may read.

        Before anything is written: later checks name the case.

        :raise AccessError: the same whether the case is hidden or does not exist
        """
        born = {} if self else self.default_get(["ticket_id"])
        case = vals.get("ticket_id", born.get("ticket_id"))
        if not case or self.env.su:
            return
        cases = self.env["helpdesk.ticket"].with_context(active_test=False)
        if not cases.search_count([("id", "=", case)], limit=1):
            raise AccessError(self.env._("You have no access to this case."))

    def _note_opinion(self):
        """Note who wrote the department's opinion: somebody else approves it."""
        written = self.filtered(lambda event: event.opinion or event.opinion_grounds)
        written._write_sealed(
            "opinion", {"opinion_by_ids": [Command.link(self.env.uid)]}
        )

    def _take_numbers(self):
        """Give official numbers, without gaps per company and year."""
        for event in self:
            rules = event.regulation_id
            year = event._office_date(event.registered_date).year
            [number] = self.env["complaint.counter"]._next(
                event.company_id, f"medical/{rules.prefix}", year
            )
            event._write_sealed(
                "numbered",
                {"number": rules._format_notice_number(MARK, year, number)},
            )

    def _office_date(self, moment):
        """Return the office's local date of a moment (naive UTC)."""
        return self.regulation_id._local_date(moment)

    # ----------------------------------------------------------------------
    # Who registers
    # ----------------------------------------------------------------------

    def _check_may_register(self):
        """R15 一: the director, the head nurse or a delegate keeps the register.

        :raise AccessError: naming who does
        """
        user = self.env.user
        if self.env.su or user.has_group(LEADER):
            return
        for event in self:
            if user not in (keepers := event._registrars()):
                raise AccessError(
                    self.env._(
                        "The register of %(department)s is kept by %(people)s.",
                        department=event.department_id.name or self.env._("the office"),
                        people=", ".join(keepers.mapped("name"))
                        or self.env._("nobody yet: a manager names who does"),
                    )
                )

    def _registrars(self):
        """Return who keeps the register of the event's department."""
        # sudo: complaint.medical.registrar, hr.employee, res.users - who keeps it
        event = self.sudo()
        lines = event.regulation_id.medical_registrar_ids.filtered(
            lambda line: line.department_id == event.department_id
        )
        people = lines.user_ids
        if not people:
            people = event.regulation_id.team_ids.user_ids
        return (people | event.department_id.manager_id.user_id).with_env(self.env)

    # ----------------------------------------------------------------------
    # Steps. EXPOSED API
    # ----------------------------------------------------------------------

    def action_approve_opinion(self):
        """Approve the department's preliminary opinion (R15 三)."""
        return self._take("approve_opinion")

    def action_mark_concealed(self, text=None):
        """Record that an event was concealed; liability is to be examined (R15 二)."""
        self.ensure_one()
        return self._take("mark_concealed", text)

    def action_settle_liability(self, text=None):
        """Record what follows for who concealed or reported late (R15 二)."""
        self.ensure_one()
        return self._take("settle_liability", text)

    def action_close(self):
        """Close events whose register is complete (R15 一)."""
        return self._take("close")

    def _gates_approve_opinion(self):
        if self.opinion_approved_date:
            yield self.env._("The opinion was approved and stays.")

    def _prepare_mark_concealed_vals(self, given):
        # sudo: complaint.medical.event - what was found before stays
        return {"concealed_note": _added(self.sudo().concealed_note, given)}

    def _gates_settle_liability(self, text):
        if not self.liability_open:
            yield self.env._("There is no liability to examine here.")

    def _prepare_settle_liability_vals(self, given):
        # sudo: complaint.medical.event - what was found before stays
        return {"liability_note": _added(self.sudo().liability_note, given)}

    def _gates_close(self):
        """Accidents and disputes need the group's conclusion (R15 七)."""
        for report in self.report_ids.filtered(lambda item: item.state == "waiting"):
            yield self.env._("Not reported yet: %s.", report.display_name)
        if self.liability_open:
            yield self.env._("Nobody said yet what follows from the delay.")
        if self.kind != "error" and not self._concluded():
            yield self.env._("The quality group has not concluded yet.")

    # ----------------------------------------------------------------------
    # Other actions
    # ----------------------------------------------------------------------

    def action_new_conclusion(self):
        """Open a new conclusion of one event."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Conclusion of the Quality Group"),
            "res_model": "complaint.medical.conclusion",
            "views": [(False, "form")],
            "target": "new",
            "context": {"default_event_id": self.id},
        }

    def action_view_evidence(self):
        """Show the evidence of one event's case: what is sealed, and what could be."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Records and Items"),
            "res_model": "complaint.evidence",
            "views": [(False, "list"), (False, "form")],
            "domain": [("ticket_id", "=", self.ticket_id.id)],
            "context": {"default_ticket_id": self.ticket_id.id},
        }

    def action_open(self):
        """Show one event on a page of its own."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": self.id,
            "views": [(False, "form")],
        }

    def action_print(self):
        """Show the error or accident forms of events."""
        return self.env["complaint.form"]._open_sheets("medical_event", self)

    def action_print_register(self):
        """Show the register of events, by department."""
        return self.env["complaint.form"]._open_sheets("medical_register", self)

    # ----------------------------------------------------------------------
    # Ladder
    # ----------------------------------------------------------------------

    def _begin_ladder(self):
        """Open a report for each rung of the regulation's ladder."""
        self.env["complaint.medical.report"]._create_sealed(
            "ladder",
            [
                {
                    "event_id": event.id,
                    "sequence": rung.sequence,
                    "receiver": rung.receiver,
                    "clause": rung.clause,
                    "minutes": rung.minutes,
                }
                for event in self
                for rung in event.regulation_id.medical_rung_ids
            ],
        )
        self._work_out_ladder()
        self._wake_alarm()

    def _work_out_ladder(self):
        """Work out from when each rung counts: the event, then the report before.

        While the report before is missing, the next one counts from when it was due.
        """
        for event in self:
            start = event.event_date
            for report in event.report_ids.sorted(
                lambda item: (item.sequence, item.id)
            ):
                if report.state == "waiting":
                    due = start + timedelta(minutes=report.minutes)
                    report._write_sealed("ladder", {"start": start, "due": due})
                start = report.told_date if report.state == "done" else report.due

    def _wake_alarm(self):
        """Let the alarm run when a report falls due."""
        moments = sorted(set(filter(None, self.report_ids.mapped("due"))))
        if moments:
            cron = self.env.ref(
                "community_complaint_medical.complaint_medical_cron_alarm"
            )
            cron._trigger(at=moments)

    # ----------------------------------------------------------------------
    # Who speaks, what was concluded
    # ----------------------------------------------------------------------

    def _gates_speaking(self):
        """Yield why the user does not explain one event to the family, if so."""
        # sudo: res.users - who speaks is known to all who work on the event
        speaker = self.sudo().spokesperson_id
        if not speaker:
            yield self.env._(
                "Nobody explains this event to the family before a leader has "
                "designated who does."
            )
        elif speaker != self.env.user:
            yield self.env._("Only %s explains this event to the family.", speaker.name)

    def _concluded(self):
        """Return the conclusions in force of these events."""
        return self.conclusion_ids.filtered(lambda item: item.state == "done")

    def _redactor(self):
        """Return a function that takes everybody's name out of a text of one event."""
        # sudo: hr.employee, res.users, helpdesk.ticket - the names are what is hidden
        event = self.sudo()
        people = event.involved_ids.mapped("name")
        patient = re.split(r"[\s,;，；、]+", event.patient_ref or "")
        known = [*people, event.patient_ref, *patient]
        secrets = [(finder.classify(text), text) for text in known if text]
        secrets.append(("unit", event.department_id.name))
        names = finder.redactor(secrets, "×××")
        ticket = self.ticket_id
        outer = ticket._words_redactor() if ticket else str
        return lambda text: outer(_NUMBERS.sub("××", names(text)))


def _added(old, new):
    """Return a note with another one below: what was found before stays."""
    return "\n".join(filter(None, (old, new.strip())))
