from datetime import date, timedelta

from odoo import api, fields, models
from odoo.exceptions import LockError, UserError
from odoo.tools import format_date

from ..tools import clock
from ..tools.arguments import choice, day, number, takes, text
from ..tools.clock import GOING
from ..tools.reasons import says_something
from ..tools.steps import CLERK, HANDLER, LEADER
from ..tools.working_calendar import CalendarError

#: How long one hold lasts, and all that staff put on one clock.
LONGEST_HOLD = timedelta(days=60)


class ComplaintDeadlineMoving(models.AbstractModel):
    """What people do to a clock: hold it, extend it, explain its overrun, set its date."""

    _name = "complaint.deadline.moving"
    _description = "Moves of a Clock"

    pending_extension_id = fields.Many2one(
        "complaint.deadline.extension",
        string="Extension Asked for",
        compute="_compute_pending_extension_id",
    )
    can_be_extended = fields.Boolean(compute="_compute_can_be_extended")
    can_decide_extension = fields.Boolean(compute="_compute_pending_extension_id")
    needs_overrun_notice = fields.Boolean(
        "Overrun to Be Explained", compute="_compute_needs_overrun_notice"
    )

    @api.depends("extension_ids.state", "extension_ids.requested_by_id")
    @api.depends_context("uid")
    def _compute_pending_extension_id(self):
        for deadline in self:
            pending = deadline.extension_ids.filtered(
                lambda item: item.state == "requested"
            )[:1]
            deadline.pending_extension_id = pending
            deadline.can_decide_extension = pending.can_decide

    @api.depends("is_window", "set_date", "policy_id.max_extension")
    def _compute_can_be_extended(self):
        for deadline in self:
            policy = deadline.policy_id
            deadline.can_be_extended = (
                not deadline.is_window
                and not deadline.set_date
                and bool(policy.extension_uncapped or policy.max_extension)
            )

    @api.depends("state", "due", "extension_ids", "policy_id.extension_uncapped")
    def _compute_needs_overrun_notice(self):
        now = fields.Datetime.now()
        for deadline in self:
            deadline.needs_overrun_notice = (
                deadline.state == "running"
                and deadline.policy_id.extension_uncapped
                and bool(deadline.due)
                and deadline.due < now
                and not deadline._overruns()
            )

    # ----------------------------------------------------------------------
    # Holds
    # ----------------------------------------------------------------------

    @takes(reason=text)
    def action_hold(self, reason=None):
        """Stop running clocks while the office waits for somebody else.

        They run again by themselves after :data:`LONGEST_HOLD`. Who is no leader does
        not hold them for longer than that altogether.

        :param reason: what the office waits for, shown to the complainant
        :raise UserError: without a reason, if a clock does not run or is over
        """
        if not says_something(reason):
            raise UserError(self.env._("Say what the office is waiting for."))
        self._check_may_move(
            CLERK, HANDLER, LEADER, gates=lambda deadline: deadline._gates_hold()
        )
        now = fields.Datetime.now()
        # the index knows one open hold a clock
        self.hold_ids.flush_recordset(["end_date"])
        self.env["complaint.deadline.hold"]._create_sealed(
            "held",
            [
                {
                    "deadline_id": deadline.id,
                    "start_date": deadline._local_date(now),
                    "reason": reason,
                }
                for deadline in self
            ],
        )
        self._write_sealed("held", {"state": "on_hold"})
        self._move()
        self._log_moves(self.env._("On hold: %s", reason))
        return True

    def action_resume(self):
        """Let held clocks run again, as much later as the hold lasted.

        :raise UserError: if a clock is not on hold
        """
        self._check_may_move(
            CLERK, HANDLER, LEADER, gates=lambda deadline: deadline._gates_resume()
        )
        now = fields.Datetime.now()
        self._end_holds(dict.fromkeys(self, now))
        self._log_moves(self.env._("Running again"))
        return True

    def _gates_hold(self):
        if self.state != "running" or self.is_window:
            yield self.env._("Only a running time limit of the office can be held.")
        if self.set_date:
            yield self.env._("The leader set this date; ask for another one.")
        yield from self._gates_in_time()
        if self._days_held() >= LONGEST_HOLD.days and not self._is_up_to_leaders():
            yield self.env._(
                "“%(name)s” was on hold for %(days)s days already. A leader decides "
                "whether it is held once more.",
                name=self.name,
                days=self._days_held(),
            )

    def _days_held(self):
        """Return for how many days one clock was held, up to today."""
        today = self._local_date(fields.Datetime.now())
        return sum(
            ((hold.end_date or today) - hold.start_date).days for hold in self.hold_ids
        )

    def _is_up_to_leaders(self):
        """Return whether the user decides what leaders decide, as one or for one."""
        people = self.env.user | self.ticket_id._represented()
        return self.env.su or any(user.has_group(LEADER) for user in people)

    @api.model
    def _end_long_holds(self):
        """Let clocks run again that nobody resumed for as long as a hold may last."""
        now = fields.Datetime.now()
        # sudo: complaint.deadline.hold - the scheduled action
        holds = self.env["complaint.deadline.hold"].sudo()
        # no office is further than a day from the server's date
        first = now.date() - LONGEST_HOLD + timedelta(days=1)
        held = holds.search([("end_date", "=", False), ("start_date", "<", first)])
        long = held.filtered(
            lambda hold: (
                hold.deadline_id._local_date(now) - hold.start_date > LONGEST_HOLD
            )
        )
        clocks = long.deadline_id.filtered(lambda item: item.state == "on_hold")
        if clocks:
            clocks._end_holds(dict.fromkeys(clocks, now))
            clocks._log_moves(
                self.env._(
                    "Running again: a hold lasts for %s days at most.",
                    LONGEST_HOLD.days,
                )
            )

    def _gates_resume(self):
        if self.state != "on_hold":
            yield self.env._("This deadline is not on hold.")

    def _leave_out(self, first, last, reason):
        """Leave days out of clocks that go, such as those of a hearing.

        :param first, last: the office's dates, both left out
        """
        self.env["complaint.deadline.hold"]._create_sealed(
            "held",
            [
                {
                    "deadline_id": deadline.id,
                    # a hold counts from the day after its start
                    "start_date": first - timedelta(days=1),
                    "end_date": last,
                    "reason": reason,
                }
                for deadline in self
            ],
        )
        self._move()
        self._log_moves(reason)

    # ----------------------------------------------------------------------
    # Extensions and overruns
    # ----------------------------------------------------------------------

    @takes(quantity=number, unit=choice("complaint.sla.policy", "unit"), reason=text)
    def action_extend(self, quantity, unit=None, reason=None):
        """Ask for an extension; another person, a leader, approves it.

        :param unit: that of the time limit by default
        :return: the extensions
        :raise UserError: without a reason, beyond the policy's maximum, or when the
            limit is over
        """
        if not reason:
            raise UserError(self.env._("An extension needs a reason."))
        self._check_may_move(
            HANDLER,
            LEADER,
            gates=lambda deadline: deadline._gates_extend(quantity, unit),
        )
        # the index knows one request a clock
        self.extension_ids.flush_recordset(["state"])
        extensions = self._create_extensions(
            lambda deadline: {
                "quantity": quantity,
                "unit": unit or deadline.policy_id.unit,
                "reason": reason,
            }
        )
        self._log_moves(
            self.env._(
                "Extension by %(quantity)s asked for: %(reason)s",
                quantity=extensions[:1]._format_quantity(),
                reason=reason,
            )
        )
        return extensions

    @takes(reason=text, day=day)
    def action_explain_overrun(self, reason=None, day=None):
        """Tell the complainants why a limit is not kept, and go on (R04).

        The limit stays where it is, so what is late stays late; there is no cap. The
        reminder comes again before the day the office expects to be through.

        :param day: when the office expects to be through, if it knows
        :raise UserError: without a reason, or if the text allows no overrun
        """
        if not reason:
            raise UserError(self.env._("Say why the time limit is not kept."))
        self._check_may_move(
            HANDLER,
            LEADER,
            gates=lambda deadline: deadline._gates_explain_overrun(day),
        )
        overruns = self._create_extensions(
            lambda deadline: {
                "kind": "overrun",
                "reason": reason,
                "state": "approved",
                "old_due_date": deadline.due_date,
                "new_due_date": day,
            }
        )
        self._move()
        self._log_moves(self.env._("Overrun explained to the complainant: %s", reason))
        overruns._after_extension()
        return overruns

    def action_approve_extension(self):
        """Approve the extensions asked for, see the extension."""
        return self.pending_extension_id.action_approve()

    def action_reject_extension(self):
        """Reject the extensions asked for, see the extension."""
        return self.pending_extension_id.action_reject()

    def _create_extensions(self, prepare):
        """Return a new extension of each clock, in its order.

        :param prepare: function of a clock that gives the values
        """
        return self.env["complaint.deadline.extension"]._create_sealed(
            "asked",
            [{"deadline_id": deadline.id, **prepare(deadline)} for deadline in self],
        )

    def _gates_extend(self, quantity, unit):
        yield from self._gates_counted()
        yield from self._gates_in_time()
        if self.pending_extension_id:
            yield self.env._("An extension of this time limit was asked for already.")
        yield from self._gates_longest(self._asked(quantity, unit))

    def _gates_explain_overrun(self, day):
        yield from self._gates_counted()
        if not self.policy_id.extension_uncapped:
            yield self.env._("“%s” must be kept or extended.", self.name)
        if self.state != "running":
            yield self.env._("“%s” does not run.", self.name)
        if day and day <= self.due_date:
            yield self.env._("The expected day must lie after the last day.")

    def _gates_counted(self):
        """Yield why one clock is no time limit of the office that is counted."""
        if self.set_date:
            yield self.env._("The leader set this date; ask for another one.")
        if self.is_window:
            yield self.env._("Only a time limit of the office can be extended.")

    def _gates_in_time(self):
        """Yield that one limit is over: what is late cannot be made good."""
        if self.due and self.due < fields.Datetime.now():
            yield self.env._("“%s” is already over.", self.display_name)

    def _asked(self, quantity, unit):
        """Return what is asked for, as the engine wants it.

        :raise UserError: on nonsense
        """
        self.ensure_one()
        try:
            asked = clock.Extension(quantity, unit or self.policy_id.unit)
        except clock.ClockError as error:
            raise UserError(self.env._("This extension is absurd.")) from error
        if not asked.quantity:
            raise UserError(self.env._("An extension must be longer than 0."))
        return asked

    def _gates_longest(self, asked):
        """Yield that extensions are too long: those approved, and the one asked for."""
        policy = self.policy_id
        if policy.extension_uncapped:
            return
        if not policy.max_extension:
            yield self.env._("“%s” cannot be extended.", self.name)
            return
        most = clock.Extension(
            policy.max_extension, policy.max_extension_unit or policy.unit
        )
        if self._exceeds([*self._extensions(), asked], most):
            yield self.env._(
                "“%(name)s” may be extended by %(most)s altogether.",
                name=self.name,
                most=policy._format_quantity(most.quantity, most.unit),
            )

    def _exceeds(self, extensions, most):
        """Tell whether extensions are longer together than the longest one.

        In one unit their sum decides, else the days they lead to: a sum that ends on a
        day off must not hide behind the next working day.
        """
        if {item.unit for item in extensions} <= {most.unit}:
            return sum(item.quantity for item in extensions) > most.quantity
        return self._end_with(extensions) > self._end_with([most])

    def _end_with(self, extensions):
        """Return when the limit would end with extensions and without holds."""
        try:
            return clock.due(
                self._spec().rule,
                self.start_moment,
                self.ticket_id.regulation_id._working_calendar(),
                extension=extensions,
            ).moment
        except (clock.ClockError, CalendarError) as error:
            raise UserError(
                self.env._(
                    "This extension cannot be worked out: %s",
                    self.ticket_id.regulation_id._clock_error_text(error),
                )
            ) from error

    # ----------------------------------------------------------------------
    # Dates that a leader sets (R03: dated report-back)
    # ----------------------------------------------------------------------

    @takes(day=day, reason=text)
    def action_set_due(self, day, reason=None):
        """Set another last day of clocks that were given one; old and new are logged.

        :param day: the office's date
        :raise UserError: without a reason, by others than a leader, or before the start
        """
        if not reason:
            raise UserError(self.env._("Another date needs a reason."))
        self._check_may_move(LEADER, gates=lambda deadline: deadline._gates_set_due())
        self._change_set_date(day, reason)
        return True

    def _gates_set_due(self):
        if not self.set_date:
            yield self.env._("This time limit is counted; nobody sets its date.")

    def _change_set_date(self, day, reason=""):
        """Move clocks to another last day and log it."""
        for deadline in self:
            old = deadline.set_date
            if old == day:
                continue
            self._check_set_date(deadline.ticket_id, day)
            deadline._write_sealed("dated", {"set_date": day})
            deadline._move()
            body = self.env._(
                "“%(name)s”: %(old)s → %(new)s",
                name=deadline.name,
                old=format_date(self.env, old),
                new=format_date(self.env, day),
            )
            deadline.ticket_id._message_log(
                body="\n".join(filter(None, (body, reason)))
            )

    @api.model
    def _check_set_date(self, ticket, day):
        """Check a last day: not before today, nor absurdly far away.

        :raise UserError: naming it
        """
        today = ticket._office_date()
        if not isinstance(day, date) or not today <= day <= clock.add_months(
            today, clock.MAX_MONTHS
        ):
            raise UserError(
                self.env._("The last day of %s must be a day to come.", ticket.number)
            )

    # ----------------------------------------------------------------------
    # Who may, and what is told
    # ----------------------------------------------------------------------

    def _check_may_move(self, *groups, gates=None):
        """Check that the user may move these clocks.

        :param groups: the roles that may
        :param gates: function of a clock that yields what keeps it from being moved
        :raise AccessError, UserError: if not, or if one is finished
        """
        self.check_access("read")
        self.ticket_id.check_access("write")
        finished = self.filtered(lambda deadline: deadline.state not in GOING)
        if finished:
            raise UserError(
                self.env._(
                    "“%s” is finished and never changes again.",
                    ", ".join(finished.mapped("display_name")),
                )
            )
        if not (self.env.su or any(map(self.env.user.has_group, groups))):
            # sudo: res.groups - names of the roles for the message
            names = [self.env.ref(group).sudo().name for group in groups]
            raise UserError(
                self.env._("This is up to: %s.", self.env._(" or ").join(names))
            )
        for deadline in self if gates else ():
            for problem in gates(deadline):
                raise UserError(problem)

    def _lock(self):
        """Lock clocks, so that two people never decide on the same one.

        :raise UserError: if somebody else is at it
        """
        try:
            # sudo: complaint.deadline - nobody writes clocks, everybody waits for them
            self.sudo().lock_for_update()
        except LockError as error:
            raise UserError(
                self.env._(
                    "Somebody else is working on this deadline right now. Try again "
                    "in a moment."
                )
            ) from error
        self.invalidate_recordset(["state", "due", "due_date"])

    def _log_moves(self, what):
        """Log on the cases what happened to these clocks and when they are due now."""
        for ticket, clocks in self.grouped("ticket_id").items():
            lines = "\n".join(deadline.display_name for deadline in clocks)
            ticket._message_log(body=f"{what}\n{lines}")
