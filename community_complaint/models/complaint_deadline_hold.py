from odoo import fields, models
from odoo.exceptions import UserError

from ..tools.arguments import takes, text
from ..tools.life import Opening
from ..tools.steps import CLERK, HANDLER, LEADER


class ComplaintDeadlineHold(models.Model):
    """A pause of a clock: the days after its start up to its end do not count."""

    _name = "complaint.deadline.hold"
    _description = "Hold of a Deadline"
    _inherit = ["complaint.seal.mixin"]
    _rec_names_search = ("reason",)
    _order = "start_date, id"

    _opens = {}
    _openings = {
        "held": Opening(
            "A clock is held by its button, or replaces one that is.",
            ("deadline_id", "start_date", "end_date", "reason"),
            creates=True,
        ),
        "ended": Opening("The clock runs again.", ("end_date",)),
    }

    deadline_id = fields.Many2one(
        "complaint.deadline", required=True, index=True, ondelete="cascade"
    )
    start_date = fields.Date("From", required=True)
    end_date = fields.Date("To")
    reason = fields.Char(required=True)

    _open_unique = models.UniqueIndex(
        "(deadline_id) WHERE end_date IS NULL", "This deadline is already on hold."
    )
    _dates_check = models.Constraint(
        "CHECK (end_date IS NULL OR end_date >= start_date)",
        "A hold cannot end before it starts.",
    )


class ComplaintDeadlineHolding(models.AbstractModel):
    """Holds of a clock."""

    _name = "complaint.deadline.holding"
    _description = "Holds of a Clock"

    @takes(reason=text)
    def action_hold(self, reason=None):
        """Stop running clocks while the office waits for somebody else.

        :param reason: what the office waits for, shown to the complainant
        :raise UserError: without a reason, if a clock does not run or is over
        """
        if not reason:
            raise UserError(self.env._("Say what the office is waiting for."))
        self._check_may_move(CLERK, HANDLER, LEADER)
        now = fields.Datetime.now()
        for deadline in self:
            if deadline.state != "running" or deadline.is_window:
                raise UserError(
                    self.env._("Only a running time limit of the office can be held.")
                )
            if deadline.set_date:
                raise UserError(
                    self.env._("The leader set this date; ask for another one.")
                )
            if deadline.due and deadline.due < now:
                raise UserError(
                    self.env._("“%s” is already over.", deadline.display_name)
                )
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
        self._check_may_move(CLERK, HANDLER, LEADER)
        if any(deadline.state != "on_hold" for deadline in self):
            raise UserError(self.env._("This deadline is not on hold."))
        now = fields.Datetime.now()
        self._end_holds(dict.fromkeys(self, now))
        self._log_moves(self.env._("Running again"))
        return True

    def _end_holds(self, moments):
        """End the open holds of clocks.

        :param moments: ``{clock: moment}``
        """
        # sudo: complaint.deadline.hold - only through the actions above
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

    def _check_may_move(self, *groups):
        """Check that the user may move these clocks.

        :raise AccessError, UserError: if not, or if one is finished
        """
        self.check_access("read")
        self.ticket_id.check_access("write")
        self._check_going()
        if self.env.su or any(self.env.user.has_group(group) for group in groups):
            return
        # sudo: res.groups - names of the roles for the message
        names = [self.env.ref(group).sudo().name for group in groups]
        raise UserError(
            self.env._("This is up to: %s.", self.env._(" or ").join(names))
        )

    def _log_moves(self, what):
        """Log on the cases what happened to these clocks and when they are due now."""
        for ticket, clocks in self.grouped("ticket_id").items():
            lines = "\n".join(deadline.display_name for deadline in clocks)
            ticket._message_log(body=f"{what}\n{lines}")
