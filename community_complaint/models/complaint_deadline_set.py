from datetime import date

from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools import format_date

from ..tools import clock
from ..tools.arguments import day, takes, text
from ..tools.steps import LEADER
from ..tools.working_calendar import CalendarError

#: Reminder of a date that belongs to no time limit (R03: three days before).
_REMINDER = (3, "calendar_day")


class ComplaintDeadlineDated(models.AbstractModel):
    """Clocks whose last day a leader sets instead of a rule (R03: dated report-back)."""

    _name = "complaint.deadline.dated"
    _description = "Clock with a Set Date"

    @takes(day=day, reason=text)
    def action_set_due(self, day, reason=None):
        """Set another last day of clocks that were given one; old and new are logged.

        :param day: the office's date
        :raise UserError: without a reason, by others than a leader, or before the start
        """
        if not reason:
            raise UserError(self.env._("Another date needs a reason."))
        self._check_may_move(LEADER)
        if not all(deadline.set_date for deadline in self):
            raise UserError(
                self.env._("This time limit is counted; nobody sets its date.")
            )
        self._change_set_date(day, reason)
        return True

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
