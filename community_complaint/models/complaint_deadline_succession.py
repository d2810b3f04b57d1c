from datetime import datetime
from typing import NamedTuple

from odoo import api, fields, models

from ..tools.clock import GOING
from ..tools.succession import after_round, last_moment, silence
from ..tools.working_calendar import CalendarError

#: Clocks whose silence is looked at in one run.
_MOST = 5_000
#: Rounds that are caught up with; who missed more was silent for decades.
_MOST_ROUNDS = 500


class Start(NamedTuple):
    """A clock about to start: ``spec`` for a ``case`` at a ``moment``, and with what.

    ``event``: as clocks keep it, see ``tools.succession``.
    """

    case: models.Model
    spec: NamedTuple
    moment: datetime
    event: str
    round: int = 1


class ComplaintDeadlineSucceeding(models.AbstractModel):
    """What follows when a clock is over, and what if it is not over after all.

    A clock that ran out starts the limits that wait for this silence; a limit that comes
    again starts its next round when the one before was met.
    """

    _name = "complaint.deadline.succeeding"
    _description = "What Follows a Clock"

    # ----------------------------------------------------------------------
    # Silence
    # ----------------------------------------------------------------------

    @api.model
    def _cron_run_out(self):
        """Start what waits for limits that ran out unnoticed."""
        policies = self.env["complaint.sla.policy"]._awaited()
        if not policies:
            return
        now = fields.Datetime.now()
        silent = self.search(
            [
                ("policy_id", "in", policies),
                ("state", "=", "running"),
                ("due", "<", now),
                ("ran_out_date", "=", False),
            ],
            limit=_MOST,
        )
        silent._run_out(dict.fromkeys(silent.ticket_id, now))

    def _run_out(self, moments):
        """Start what waits for the silence of those of these clocks that ran out.

        :param moments: ``{case: moment}`` until which nothing came
        :return: the clocks that started, whether or not they ran out as well
        """
        begun = self.browse()
        awaited = self.env["complaint.sla.policy"]._awaited()
        silent = self.filtered(
            lambda item: (
                item.policy_id.id in awaited
                and not item.ran_out_date
                and item.due
                and item.due < moments[item.ticket_id]
            )
        )
        if not silent:
            return begun
        silent._write_sealed("ran_out", {"ran_out_date": fields.Datetime.now()})
        for (source, event), clocks in silent._by_silence().items():
            ends = {item.ticket_id: item._last_moment() for item in clocks}
            begun |= clocks.ticket_id._start_clocks({silence(event): ends}, source)
        return begun | begun._run_out(moments)

    def _by_silence(self):
        """Return ``{(source, event that did not happen): clocks}``."""
        found = {}
        for item in self:
            for event in item._ends():
                key = (item._source(), event)
                found[key] = found.get(key, self.browse()) | item
        return found

    def _last_moment(self):
        """Return when one clock runs out, on its last day (naive UTC)."""
        try:
            calendar = self.ticket_id.regulation_id._working_calendar()
        except CalendarError:
            return self.due
        return last_moment(self.due, self.due_date, calendar)

    def _correct_silences(self):
        """Let what began when these clocks ran out follow their new last days."""
        now = fields.Datetime.now()
        again = self.filtered(lambda item: not item.due or item.due > now)
        again._write_sealed("ran_out", {"ran_out_date": False})
        starts = {
            (item.ticket_id, item._source(), silence(event)): item
            for item in self
            for event in item._ends()
        }
        begun = self.search(
            [
                ("ticket_id", "in", self.ticket_id.ids),
                ("state", "in", GOING),
                ("start_event", "in", list({start for _case, _of, start in starts})),
            ]
        )
        for clock in begun:
            before = starts.get((clock.ticket_id, clock._source(), clock.start_event))
            if before and before in again:
                clock._cancel({clock: now})
            elif before:
                clock._begin_anew(clock.start_event, before._last_moment())

    # ----------------------------------------------------------------------
    # The next round
    # ----------------------------------------------------------------------

    def _start_next_rounds(self, events, moments):
        """Start the next rounds of those of these clocks that come again.

        Counted from the last day before, a round may be over as well by the time the first
        message came: that was late for each of them.

        :param events: what met them; another end than the limit's first one ends them
            for good
        :param moments: ``{case: moment}``
        """
        met = self.filtered(lambda item: item._comes_again(events))
        while met:
            # the index knows one going clock a limit
            met.flush_recordset(["state"])
            met = met._start_next_round(moments).filtered(
                lambda item: item.due and item.due < moments[item.ticket_id]
            )
            met._finish({item: moments[item.ticket_id] for item in met})

    def _comes_again(self, events):
        """Return whether one clock that just ended by events has a next round."""
        if not self.policy_id or self.state not in ("met", "met_late"):
            return False
        spec = self._spec()
        others = spec.ends - {spec.end_event}
        return bool(spec.repeats and spec.end_event in events and not others & events)

    def _start_next_round(self, moments):
        """Return the clock of the next round of each of these, which were met."""
        started = self.browse()
        for source, clocks in self.grouped(lambda item: item._source()).items():
            starts = [item._next_start(moments[item.ticket_id]) for item in clocks]
            started |= self._start(starts, source)
        return started

    def _next_start(self, met):
        """Return the :class:`Start` of the round after one clock."""
        spec, number = self._spec(), self.round + 1
        if spec.repeats == "met" or not self.due or number > _MOST_ROUNDS:
            return Start(self.ticket_id, spec, met, spec.end_event, number)
        start = after_round(spec.end_event)
        return Start(self.ticket_id, spec, self._last_moment(), start, number)

    # ----------------------------------------------------------------------
    # Another start or end after all
    # ----------------------------------------------------------------------

    def _begin_anew(self, event, moment):
        """Let one running clock start at another moment than was thought."""
        self._write_sealed("begun", {"start_event": event, "start_moment": moment})
        self._move()

    def _reopen(self):
        """Let finished clocks run again with their old due dates, on record.

        The one exception to “finished clocks never change”: what ended them did not happen.
        """
        self._write_sealed(
            "reopened",
            {
                "state": "running",
                "done_moment": False,
                "done_date": False,
                "frozen_explanation": False,
                "ran_out_date": False,
                "reminded_date": False,
                "escalated_date": False,
                "raise_moment": False,
            },
        )
        self.env["complaint.log"]._record(
            "clock_reopened", self, lambda item: {"event": item.end_event}
        )
