from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import format_date

from ..tools import clock
from ..tools.clock import NOTHING, Special
from ..tools.life import Opening
from ..tools.working_calendar import CalendarError
from .complaint_sla_policy import spec_matches

#: What is worked out from the time limit, the calendar and what happened to a clock.
_COUNTED = ("start_date", "due", "due_date", "reminder_moment", "problem")
#: Reminder of a date that belongs to no time limit (R03: three days before).
_REMINDER = (3, "calendar_day")
_TOLD = ("reminded_date", "escalated_date", "raise_moment")


class ComplaintDeadline(models.Model):
    """A clock of a case: one time limit that runs, or ran.

    Steps start and stop clocks through :meth:`helpdesk.ticket._emit_event`. A running
    clock follows its policy and its calendar; a finished one never changes again.
    """

    _name = "complaint.deadline"
    _description = "Deadline"
    _inherit = [
        "complaint.deadline.moving",
        "complaint.deadline.explained",
        "complaint.deadline.recount",
        "complaint.deadline.reminding",
        "complaint.deadline.succeeding",
        "complaint.seal.mixin",
    ]
    _order = "due, id"

    _opens = {}
    _openings = {
        "started": Opening(
            "A step of the case starts clocks, or a leader sets a date.",
            (
                "ticket_id",
                "company_id",
                "policy_id",
                "title",
                "set_date",
                "start_event",
                "end_event",
                "start_moment",
                "round",
                "is_window",
                "source_model",
                "source_id",
                *_COUNTED,
            ),
            creates=True,
        ),
        "stopped": Opening(
            "A step of the case ends a clock, or its time is over.",
            ("state", "was_late", "done_moment", "done_date", "frozen_explanation"),
        ),
        "reopened": Opening(
            "Who was told was not told after all: a message bounced, a letter came back.",
            (
                "state",
                "done_moment",
                "done_date",
                "frozen_explanation",
                "ran_out_date",
                *_TOLD,
            ),
        ),
        "begun": Opening(
            "The other one of two starts was earlier after all, or the last day before "
            "moved.",
            ("start_event", "start_moment"),
        ),
        "ran_out": Opening(
            "Its last day is over: what starts with that starts.", ("ran_out_date",)
        ),
        "held": Opening("A clock is held, or runs again.", ("state",)),
        "dated": Opening("A leader sets another date.", ("set_date",)),
        "moved": Opening(
            "A running clock is counted anew after that.", (*_COUNTED, *_TOLD)
        ),
        "followed": Opening(
            "A running clock follows its time limit.", ("end_event", "is_window")
        ),
        "told": Opening("Somebody was told of a clock.", _TOLD),
    }

    ticket_id = fields.Many2one(
        "helpdesk.ticket",
        string="Complaint",
        required=True,
        index=True,
        readonly=True,
        ondelete="cascade",
    )
    user_id = fields.Many2one(related="ticket_id.user_id", string="Handler")
    company_id = fields.Many2one(
        related="ticket_id.company_id", store=True, index=True, precompute=True
    )
    policy_id = fields.Many2one(
        "complaint.sla.policy",
        string="Time Limit",
        index="btree_not_null",
        readonly=True,
        ondelete="restrict",
        help="Empty: a date set by the leader.",
    )
    title = fields.Char("Own Name", readonly=True, help="Of a date set by the leader.")
    name = fields.Char(compute="_compute_name", search="_search_name")
    clause = fields.Char(related="policy_id.clause")
    internal = fields.Boolean(related="policy_id.internal")
    extension_uncapped = fields.Boolean(related="policy_id.extension_uncapped")
    is_window = fields.Boolean("Right of the Complainant", readonly=True)
    start_event = fields.Char("From", readonly=True)
    end_event = fields.Char("Until", readonly=True)

    round = fields.Integer(
        default=1,
        readonly=True,
        aggregator=None,
        help="Of a limit that comes again: which time it is.",
    )
    ran_out_date = fields.Datetime(
        "Ran out",
        readonly=True,
        copy=False,
        help="When that started the limits that wait for it.",
    )

    source_model = fields.Char(readonly=True)
    source_id = fields.Many2oneReference(
        "Of",
        model_field="source_model",
        readonly=True,
        index="btree_not_null",
        help="The part of the case this clock is about, such as one of its transfers.",
    )
    start_moment = fields.Datetime("Started", required=True, readonly=True)
    start_date = fields.Date(readonly=True, help="The office's own date.")
    set_date = fields.Date(
        "Date Set", readonly=True, help="Set by the leader instead of counted."
    )
    due = fields.Datetime("Due at", readonly=True)
    due_date = fields.Date(
        readonly=True,
        help="The office's own date; empty while the clock is on hold.",
    )
    reminder_moment = fields.Datetime("Remind from", readonly=True)
    reminded_date = fields.Datetime("Reminded", readonly=True, copy=False)
    escalated_date = fields.Datetime(
        "Told the Leader", readonly=True, copy=False, help="When it was overdue."
    )
    raise_moment = fields.Datetime(
        "Up to the Manager from",
        readonly=True,
        copy=False,
        help="When the manager is told that it still is overdue.",
    )
    done_moment = fields.Datetime("Done at", readonly=True, copy=False)
    done_date = fields.Date("Done", readonly=True, copy=False)
    state = fields.Selection(
        [
            ("running", "Running"),
            ("on_hold", "On hold"),
            ("met", "Met"),
            ("met_late", "Met late"),
            ("expired", "Expired"),
            ("cancelled", "Cancelled"),
        ],
        required=True,
        default="running",
        readonly=True,
    )
    was_late = fields.Boolean(
        readonly=True,
        copy=False,
        help="It was over when it was met or stopped; nothing changes that.",
    )
    is_overdue = fields.Boolean(
        "Overdue", compute="_compute_chip_state", search="_search_is_overdue"
    )
    chip_state = fields.Selection(
        [
            ("running", "Running"),
            ("close", "Due soon"),
            ("overdue", "Overdue"),
            ("on_hold", "On hold"),
            ("met", "Met"),
            ("met_late", "Met late"),
            ("expired", "Expired"),
            ("cancelled", "Cancelled"),
            ("cancelled_late", "Cancelled late"),
        ],
        string="Status",
        compute="_compute_chip_state",
    )
    problem = fields.Char(
        readonly=True, help="Why there is no date, as the clock calls it."
    )
    hold_ids = fields.One2many("complaint.deadline.hold", "deadline_id", string="Holds")
    extension_ids = fields.One2many(
        "complaint.deadline.extension", "deadline_id", string="Extensions"
    )
    frozen_explanation = fields.Json(readonly=True, prefetch=False, copy=False)

    # the lists of what is due
    _due_idx = models.Index("(due) WHERE state = 'running'")
    # the scans of the reminders, by the index alone: PostgreSQL takes it that as many of
    # the clocks that run were told as of all clocks, and else goes through all that run
    _reminder_idx = models.Index(
        "(reminder_moment) INCLUDE (due, id, policy_id, company_id, ticket_id) "
        "WHERE state = 'running' AND reminded_date IS NULL AND is_window IS NOT TRUE"
    )
    _escalation_idx = models.Index(
        "(due, id) INCLUDE (policy_id, company_id, ticket_id) "
        "WHERE state = 'running' AND escalated_date IS NULL AND is_window IS NOT TRUE"
    )
    _stopped_idx = models.Index(
        "(done_moment) WHERE state = 'cancelled' AND was_late IS TRUE "
        "AND escalated_date IS NULL"
    )
    _raise_idx = models.Index(
        "(raise_moment) WHERE state = 'running' AND raise_moment IS NOT NULL"
    )
    _window_idx = models.Index("(due) WHERE state = 'running' AND is_window IS TRUE")
    _going_idx = models.Index("(policy_id, id) WHERE state = 'running'")
    _one_clock = models.UniqueIndex(
        "(ticket_id, policy_id, COALESCE(source_model, ''), COALESCE(source_id, 0)) "
        "WHERE state IN ('running', 'on_hold')",
        "This time limit is already running for the case.",
    )

    # ----------------------------------------------------------------------
    # Computes
    # ----------------------------------------------------------------------

    @api.depends("policy_id.name", "policy_id.repeats", "round", "title")
    @api.depends_context("lang")
    def _compute_name(self):
        for deadline in self:
            name = deadline.title or deadline.policy_id.name
            if deadline.policy_id.repeats or deadline.round > 1:
                name = self.env._(
                    "%(limit)s (round %(number)s)", limit=name, number=deadline.round
                )
            deadline.name = name

    @api.model
    def _search_name(self, operator, value):
        return Domain("policy_id.name", operator, value) | Domain(
            "title", operator, value
        )

    @api.depends("name", "due_date", "ticket_id.number")
    @api.depends_context("lang", "complaint_case_names")
    def _compute_display_name(self):
        """Name and last day; where the day is seen anyway, case and name."""
        with_case = self.env.context.get("complaint_case_names")
        for deadline in self:
            if with_case:
                deadline.display_name = f"{deadline.ticket_id.number} {deadline.name}"
                continue
            day = deadline.due_date and format_date(self.env, deadline.due_date)
            deadline.display_name = ": ".join(filter(None, (deadline.name, day)))

    @api.depends("state", "due", "reminder_moment", "is_window", "was_late")
    def _compute_chip_state(self):
        now = fields.Datetime.now()
        for deadline in self:
            chip = deadline.state
            if chip == "running" and deadline.due:
                if deadline.due < now:
                    chip = "expired" if deadline.is_window else "overdue"
                elif (deadline.reminder_moment or deadline.due) <= now:
                    chip = "close"
            elif chip == "cancelled" and deadline.was_late:
                chip = "cancelled_late"
            deadline.chip_state = chip
            deadline.is_overdue = chip == "overdue"

    @api.model
    def _search_is_overdue(self, operator, value):
        if operator != "in":
            return NotImplemented
        overdue = (
            Domain("state", "=", "running")
            & Domain("due", "<", fields.Datetime.now())
            & Domain("is_window", "=", False)
        )
        if True in value and False in value:
            return Domain.TRUE
        return overdue if True in value else ~overdue

    # ----------------------------------------------------------------------
    # Starting and finishing
    # ----------------------------------------------------------------------

    @api.model
    def _start(self, starts, source=None):
        """Start clocks.

        :param starts: list of :class:`Start`
        :param source: the part of the case they are about, see :meth:`_source_key`
        :return: the clocks, in the same order
        """
        model, number = self._source_key(source)
        vals_list = []
        for start in starts:
            case, spec = start.case, start.spec
            vals = {
                "ticket_id": case.id,
                "company_id": case.company_id.id,
                "policy_id": spec.id,
                "start_event": start.event,
                "end_event": spec.end_event,
                "start_moment": start.moment,
                "round": start.round,
                "is_window": spec.is_window,
                "source_model": model,
                "source_id": number,
            }
            vals.update(self._work_out(spec, start.moment, case.regulation_id))
            vals_list.append(vals)
        at_once = {start.spec.id for start in starts if start.spec.at_once}
        if at_once:
            self._wake_up(vals_list, at_once)
        # sudo: complaint.deadline - the steps move all clocks, whoever takes them
        return self._create_sealed("started", vals_list).sudo()

    @api.model
    def _work_out(self, spec, start, regulation, special=NOTHING, calendar=None):
        """Return the values of a clock that follow from its policy and calendar.

        :param special: what happened to this clock, see :class:`Special`
        :param calendar: that of the regulation, if it is at hand

        A calendar that makes no sense must not keep a complaint from being
        registered: the clock then runs without a date and says why.
        """
        try:
            calendar = calendar or regulation._working_calendar()
            due = clock.due(
                spec.rule, start, calendar, special.holds, special.extensions
            )
            reminder = spec.reminder and clock.reminder(
                special.expected_end(due, calendar), *spec.reminder, calendar, start
            )
        except (clock.ClockError, CalendarError) as error:
            return {
                "start_date": start.date(),
                "due": False,
                "due_date": False,
                "reminder_moment": False,
                "problem": type(error).__name__,
            }
        return {
            "start_date": calendar.local_date(start),
            "due": due.moment or False,
            "due_date": due.date or False,
            "reminder_moment": reminder or False,
            "problem": False,
        }

    @api.model
    def _work_out_set_date(self, start, day, regulation, policy_id=False):
        """Return the values of a clock whose last day was set.

        The policy says when to remind and whether the day ends with office hours.
        """
        spec = policy_id and self.env["complaint.sla.policy"]._spec_of(policy_id)
        reminder = spec.reminder if spec else _REMINDER
        try:
            calendar = regulation._working_calendar()
            due = clock.Due(
                day,
                calendar.day_end(day, not spec or spec.rule.end_of == "office_hours"),
                None,
            )
            moment = reminder and clock.reminder(due, *reminder, calendar, start)
            first = calendar.local_date(start)
        except (clock.ClockError, CalendarError) as error:
            return {
                "start_date": start.date(),
                "due": False,
                "due_date": day,
                "reminder_moment": False,
                "problem": type(error).__name__,
            }
        return {
            "start_date": first,
            "due": due.moment,
            "due_date": day,
            "reminder_moment": moment or False,
            "problem": False,
        }

    def _finish(self, moments):
        """Finish clocks by the event they were waiting for, in time or late.

        :param moments: ``{clock: moment}``
        """
        self.filtered(lambda deadline: deadline.state == "on_hold")._end_holds(moments)
        met = self.filtered(
            lambda deadline: not deadline.due or moments[deadline] <= deadline.due
        )
        # a right that was not used in time is nobody's delay
        windows = (self - met).filtered("is_window")
        for state, clocks in (
            ("met", met),
            ("expired", windows),
            ("met_late", self - met - windows),
        ):
            clocks._stop(state, moments)

    def _cancel(self, moments):
        """Stop clocks nobody needs any more."""
        self._stop("cancelled", moments)

    def _stop(self, state, moments):
        """Write an end that never changes again; the explanation is frozen with it."""
        # sudo: complaint.deadline - the steps move all clocks, whoever takes them
        for (_key, moment, day, late), clocks in (
            self.sudo()
            .grouped(
                lambda item: (
                    item._explanation_key(),
                    moments[item],
                    item._local_date(moments[item]),
                    not item.is_window and bool(item.due) and item.due < moments[item],
                )
            )
            .items()
        ):
            clocks._write_sealed(
                "stopped",
                {
                    "state": state,
                    "was_late": late,
                    "done_moment": moment,
                    "done_date": day,
                    "frozen_explanation": clocks[0]._explain(),
                },
            )
            clocks.extension_ids._lapse()

    def _still_fits(self):
        """Tell whether this clock's policy is for its case as it is classified now."""
        self.ensure_one()
        typed = self.ticket_id._typed_moments()
        if not self.set_date and self.start_moment != typed.get(
            self.start_event, self.start_moment
        ):
            return False
        return bool(spec_matches(self._spec(), self.ticket_id))

    @api.model
    def _source_key(self, source):
        """Return what stands for a part of a case in its clocks.

        :param source: one record such as a transfer, or ``None``
        :return: ``(model, id)``, or ``(False, False)``
        """
        return (source._name, source.id) if source else (False, False)

    def _source(self):
        """Return the part of the case that one clock is about, ``None``: it all."""
        if not self.source_id:
            return None
        return self.env[self.source_model].browse(self.source_id)

    def _has_source(self, source):
        """Tell whether this clock is about a part of the case, ``None``: about it all."""
        return (self.source_model, self.source_id or False) == self._source_key(source)

    def _is_of(self, source):
        """Tell whether an event of a part of the case concerns this clock.

        Clocks of one part wait for that part; the others for any.
        """
        return not self.source_id or self._has_source(source)

    def _local_date(self, moment):
        """Return the office's date of a moment (naive UTC)."""
        try:
            return self.ticket_id.regulation_id._working_calendar().local_date(moment)
        except CalendarError:
            return moment.date()

    def _is_late_at(self, moment):
        """Return whether one limit of the office is or was over at a moment, unmet."""
        over = self.state in clock.GOING and self.due and self.due < moment
        late = self.was_late or self.state == "met_late" or over
        return bool(late and not self.is_window)

    # ----------------------------------------------------------------------
    # Holds and extensions as the engine wants them
    # ----------------------------------------------------------------------

    def _spec(self):
        """Return the :class:`PolicySpec` of this clock."""
        return self.policy_id._spec_of(self.policy_id.id)

    def _ends(self):
        """Return the events that end this clock, whichever comes first."""
        own = {self.end_event}
        return own | self._spec().ends if self.policy_id else own

    def _holds(self):
        return [
            clock.Hold(hold.start_date, hold.end_date or None, hold.reason or "")
            for hold in self.hold_ids
        ]

    def _extensions(self):
        return [
            clock.Extension(item.quantity, item.unit, item.reason or "")
            for item in self.extension_ids
            if item.kind == "extension" and item.state == "approved"
        ]

    def _overruns(self):
        """Return the explanations of overruns of a clock, the last one first."""
        return self.extension_ids.filtered(lambda item: item.kind == "overrun").sorted(
            "id", reverse=True
        )

    def _special(self):
        """Return what happened to this clock as :class:`Special`."""
        return Special(
            self._holds(), self._extensions(), self._overruns()[:1].new_due_date
        )

    def _end_holds(self, moments):
        """End the open holds of clocks.

        :param moments: ``{clock: moment}``
        """
        # sudo: complaint.deadline.hold - only through the methods of the clock
        for hold in self.sudo().hold_ids.filtered(lambda hold: not hold.end_date):
            day = hold.deadline_id._local_date(moments[hold.deadline_id])
            hold._write_sealed("ended", {"end_date": max(day, hold.start_date)})
        self._write_sealed("held", {"state": "running"})
        self._move()

    def _take_over_holds(self, replaced):
        """Copy the holds of the clocks that these ones replace."""
        # sudo: complaint.deadline.hold - only through the methods of the clock
        for hold in replaced.sudo().hold_ids:
            old = hold.deadline_id
            for deadline in self.sudo().filtered(
                lambda item, old=old: (
                    item.ticket_id == old.ticket_id
                    and item.start_event == old.start_event
                )
            ):
                hold._create_sealed(
                    "held",
                    {
                        "deadline_id": deadline.id,
                        "start_date": hold.start_date,
                        "end_date": hold.end_date,
                        "reason": hold.reason,
                    },
                )
        held = self.filtered("hold_ids")
        waiting = held.filtered(lambda item: not all(item.hold_ids.mapped("end_date")))
        waiting._write_sealed("held", {"state": "on_hold"})
        held._move()

    def _move(self):
        """Work out running clocks again after a hold or an extension."""
        for deadline in self:
            vals = deadline._recount()
            if vals["reminder_moment"] and vals["reminder_moment"] > (
                fields.Datetime.now()
            ):
                vals["reminded_date"] = False
            if vals["due"] and vals["due"] > fields.Datetime.now():
                vals.update(escalated_date=False, raise_moment=False)
            deadline._write_sealed("moved", vals)
        self.filtered("ran_out_date")._correct_silences()

    def _recount(self):
        """Return the values of this clock worked out anew."""
        self.ensure_one()
        regulation = self.ticket_id.regulation_id
        if self.set_date:
            return self._work_out_set_date(
                self.start_moment, self.set_date, regulation, self.policy_id.id
            )
        return self._work_out(
            self._spec(), self.start_moment, regulation, self._special()
        )
