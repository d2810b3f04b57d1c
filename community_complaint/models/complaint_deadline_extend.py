from odoo import api, fields, models
from odoo.exceptions import LockError, UserError

from ..tools import clock
from ..tools.arguments import choice, day, number, takes, text
from ..tools.steps import HANDLER, LEADER
from ..tools.working_calendar import CalendarError


class ComplaintDeadlineExtending(models.AbstractModel):
    """Extensions of a clock, and overruns that are explained."""

    _name = "complaint.deadline.extending"
    _description = "Extensions of a Clock"

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
    # Actions
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
        self._check_may_move(HANDLER, LEADER)
        self._check_counted()
        self._check_not_over()
        if any(deadline.pending_extension_id for deadline in self):
            raise UserError(
                self.env._("An extension of this time limit was asked for already.")
            )
        for deadline in self:
            deadline._check_extension(deadline._asked(quantity, unit))
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
        self._check_may_move(HANDLER, LEADER)
        self._check_counted()
        for deadline in self:
            if not deadline.policy_id.extension_uncapped:
                raise UserError(
                    self.env._("“%s” must be kept or extended.", deadline.name)
                )
            if deadline.state != "running":
                raise UserError(self.env._("“%s” does not run.", deadline.name))
            if day and day <= deadline.due_date:
                raise UserError(
                    self.env._("The expected day must lie after the last day.")
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

    # ----------------------------------------------------------------------
    # Business
    # ----------------------------------------------------------------------

    def _create_extensions(self, prepare):
        """Return a new extension of each clock, in its order.

        :param prepare: function of a clock that gives the values
        """
        return self.env["complaint.deadline.extension"]._create_sealed(
            "asked",
            [{"deadline_id": deadline.id, **prepare(deadline)} for deadline in self],
        )

    def _overruns(self):
        """Return the explanations of overruns of a clock, the last one first."""
        return self.extension_ids.filtered(lambda item: item.kind == "overrun").sorted(
            "id", reverse=True
        )

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

    def _check_counted(self):
        """Check that these are time limits of the office that are counted.

        :raise UserError: if not
        """
        if any(deadline.set_date for deadline in self):
            raise UserError(
                self.env._("The leader set this date; ask for another one.")
            )
        if any(deadline.is_window for deadline in self):
            raise UserError(
                self.env._("Only a time limit of the office can be extended.")
            )

    def _check_not_over(self):
        """Check that the limits still run: what is late cannot be made good.

        :raise UserError: naming the one that is over
        """
        now = fields.Datetime.now()
        for deadline in self:
            if deadline.due and deadline.due < now:
                raise UserError(
                    self.env._("“%s” is already over.", deadline.display_name)
                )

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

    def _check_extension(self, *asked):
        """Check that the approved extensions, and those asked for, are not too long.

        :raise UserError: naming the longest one the policy allows
        """
        self.ensure_one()
        policy = self.policy_id
        if policy.extension_uncapped:
            return
        if not policy.max_extension:
            raise UserError(self.env._("“%s” cannot be extended.", self.name))
        most = clock.Extension(
            policy.max_extension, policy.max_extension_unit or policy.unit
        )
        if self._exceeds([*self._extensions(), *asked], most):
            raise UserError(
                self.env._(
                    "“%(name)s” may be extended by %(most)s altogether.",
                    name=self.name,
                    most=policy._format_quantity(most.quantity, most.unit),
                )
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
