from odoo import fields, models

from ..tools.clock import GOING
from ..tools.steps import ACKNOWLEDGING, TERMINAL_EVENTS
from ..tools.succession import INCIDENT, kind_of
from .complaint_deadline_succession import Start

#: What an event sets off besides the clocks: methods of the case, in this order.
_SETS_OFF = {
    "received": ("_request_reading",),
    "refused": ("_call_off_transfers", "_recall_held"),
    "replied": ("_call_off_transfers", "_recall_held", "_mail_survey"),
    "served": ("_propose_result",),
    "closed": (
        "_call_off_transfers",
        "_recall_held",
        "_plan_follow_up",
        "_mail_survey",
    ),
    "withdrawn": ("_call_off_transfers", "_recall_held"),
    "reopened": ("_drop_follow_up",),
}
#: What else an event is the end of: earlier steps; what is told tells of the receipt too.
_IMPLIED = {
    "transferred": frozenset({"investigation_started"}),
    "refused": frozenset({"accepted", "replied", "closed"}),
    "accept_told": frozenset({"acknowledged"}),
    "refuse_told": frozenset({"accept_told", "acknowledged"}),
    "informed": frozenset({"acknowledged"}),
    "answered": frozenset({"informed", "acknowledged"}),
    "served": frozenset({"acknowledged"}),
    "replied": frozenset(
        {"accepted", "accept_told", "investigated", "decided", "notified", "served",
         "closed"}
    ),
}  # fmt: skip
#: What is still to be told when an event ends the case: its clocks go on.
_STILL_TOLD = {
    "refused": frozenset({"accept_told", "refuse_told"}),
    "replied": frozenset({"answered"}),
}


class HelpdeskTicket(models.Model):
    """What the clocks of a case learn: events end them, start them, call them off."""

    _inherit = "helpdesk.ticket"

    # ----------------------------------------------------------------------
    # EXPOSED API
    # ----------------------------------------------------------------------

    def _emit_event(self, event, moment=None, source=None):
        """Tell the clocks of cases that something happened.

        Clocks that ran out before start what waits for that. Those that waited for the
        event are met, or met late; terminal events cancel what still runs; the time limits
        that start with it begin.

        :param event: code of an event, see ``complaint.sla.policy._selection_events``
        :param moment: when, naive UTC; now by default, ``received_date`` for receipts
        :param source: the part of the case it happened to, such as one of several
            transfers: its clocks are its own, and end with its own events only
        """
        cases = self.filtered("is_complaint")
        if not cases:
            return
        moments = cases._event_moments(event, moment)
        # what just came has the clocks it was made with, mostly none
        new = event == "received"
        going = cases._clocks_at_birth() if new else cases._going_clocks()
        going |= going._run_out(moments)
        ends = {event} | _IMPLIED.get(event, frozenset())
        met = cases._finish_clocks(event, ends, going, moments, source)
        cases._start_clocks(cases._begun(event, moments), source, going)
        met._start_next_rounds(ends, moments)
        cases._after_event(event, moment)

    def _after_event(self, event, moment=None):
        """Do what an event sets off besides the clocks. EXTENSION POINT.

        Their clocks know of it already.
        """
        for method in _SETS_OFF.get(event, ()):
            getattr(self, method)()

    # ----------------------------------------------------------------------
    # When
    # ----------------------------------------------------------------------

    def _event_moments(self, event, moment):
        """Return ``{case: moment}`` of an event."""
        if moment:
            return dict.fromkeys(self, moment)
        now = fields.Datetime.now()
        if event == "received":
            return {case: case.received_date or now for case in self}
        return dict.fromkeys(self, now)

    def _begun(self, event, moments):
        """Return what begins with an event, ``{start: {case: moment}}``."""
        begun = {event: moments}
        if event == "received":
            typed = {case: case._typed_moments()[INCIDENT] for case in self}
            begun[INCIDENT] = {case: day for case, day in typed.items() if day}
        if event in ACKNOWLEDGING:
            begun["acknowledged"] = moments
        return begun

    def _going_clocks(self):
        """Return the clocks of these cases that run or are on hold."""
        # sudo: complaint.deadline - the steps move all clocks, whoever takes them
        return (
            self.env["complaint.deadline"]
            .sudo()
            .search([("ticket_id", "in", self.ids), ("state", "in", GOING)])
        )

    def _clocks_at_birth(self):
        """Return the same of cases that were created just now, without a query."""
        # sudo: complaint.deadline - the steps move all clocks, whoever takes them
        return self.sudo().deadline_ids.filtered(lambda item: item.state in GOING)

    # ----------------------------------------------------------------------
    # Ends
    # ----------------------------------------------------------------------

    def _finish_clocks(self, event, ends, going, moments, source=None):
        """Finish the clocks an event ends, cancel the others if the case is over.

        :param ends: all that the event is the end of
        :return: the clocks it ended
        """
        moments = {deadline: moments[deadline.ticket_id] for deadline in going}
        met = going.filtered(
            lambda item: (
                not item._ends().isdisjoint(ends)
                and item._is_of(source)
                # what was told in the round before does not count again
                and (item.round < 2 or item.start_moment < moments[item])
            )
        )
        met._finish(moments)
        if event in TERMINAL_EVENTS:
            told = _STILL_TOLD.get(event, frozenset())
            (going - met).filtered(
                lambda item: not item.is_window and item._ends().isdisjoint(told)
            )._cancel(moments)
        return met

    def _reopen_clocks(self, event):
        """Let the clocks run again that an event ended which did not happen after all.

        What began with it is called off until it happens.
        """
        told = {"acknowledged"}
        ends = ({event} | _IMPLIED.get(event, frozenset())) - told
        if ends:
            self._take_back({event}, ends)
        if event in ACKNOWLEDGING | told:
            unaware = self.filtered(lambda case: not case._complainant_was_told())
            unaware._take_back(told, told)

    def _take_back(self, starts, ends):
        """Call off the clocks that began with something, let those run that it ended.

        The next round of a limit began with the end of the one before.
        """
        # sudo: complaint.deadline - the steps move all clocks, whoever takes them
        clocks = self.env["complaint.deadline"].sudo()
        known = clocks.search([("ticket_id", "in", self.ids)], order="id desc")
        going = known.filtered(lambda item: item.state in GOING)
        begun = going.filtered(
            lambda item: (
                item.start_event in starts
                or (item.round > 1 and item.end_event in ends)
            )
        )
        begun._cancel(dict.fromkeys(begun, fields.Datetime.now()))
        # the index knows one going clock a limit
        begun.flush_recordset(["state"])
        busy = {(item.ticket_id, item.policy_id) for item in going - begun}
        for key, ended in known.grouped(
            lambda item: (item.ticket_id, item.policy_id)
        ).items():
            last = ended.filtered(
                lambda item: (
                    item.state in ("met", "met_late")
                    and not item._ends().isdisjoint(ends)
                )
            )[:1]
            if last and key not in busy:
                last._reopen()

    def _complainant_was_told(self):
        """Return whether a message about one case reached its complainant."""
        # sudo: complaint.dispatch - clocks follow whoever records what came back
        return any(
            item.met_date and item.addressee == "complainant"
            for item in self.sudo().dispatch_ids
        )

    # ----------------------------------------------------------------------
    # Starts
    # ----------------------------------------------------------------------

    def _start_clocks(self, begun, source=None, going=None):
        """Start the time limits that begin with something, none of them twice.

        Those whose date the leader sets wait for :meth:`_set_due`.

        :param begun: ``{start: {case: moment}}``, see ``tools.succession``
        :param going: the clocks of these cases that run or are on hold
        :return: the clocks
        """
        clocks = self.env["complaint.deadline"]
        starts = [
            Start(case, spec, begun[event][case], event)
            for spec, cases in self.env["complaint.sla.policy"]._match(
                self, begun.keys()
            )
            if not spec.is_dated
            for event in spec.starts & begun.keys()
            for case in cases
            if case in begun[event]
        ]
        if not starts:
            return clocks
        going = self._going_clocks() if going is None else going
        busy = {
            (item.ticket_id.id, item.policy_id.id): item
            for item in going
            if item.state in GOING and item._has_source(source)
        }
        self._correct_starts(starts, busy)
        known = busy.keys() | self._begun_once(starts, source)
        free = {}
        for start in starts:
            key = (start.case.id, start.spec.id)
            if key not in known:
                free[key] = min(
                    start, free.get(key, start), key=lambda item: item.moment
                )
        return clocks._start(list(free.values()), source) if free else clocks

    def _correct_starts(self, starts, busy):
        """Let clocks with two starts begin with the one that was earlier after all."""
        for start in starts:
            clock = busy.get((start.case.id, start.spec.id))
            if (
                clock
                and len(start.spec.starts) > 1
                and clock.start_event != start.event
                and start.moment < clock.start_moment
            ):
                clock._begin_anew(start.event, start.moment)

    def _begun_once(self, starts, source):
        """Return ``{(case id, policy id)}`` of what began and does not begin again.

        A limit with two starts begins with the first one; a receipt is acknowledged once,
        and time runs out once.
        """
        once = {
            start.spec.id
            for start in starts
            if len(start.spec.starts) > 1
            or start.event == "acknowledged"
            or kind_of(start.event)[0]
        }
        if not once:
            return set()
        # sudo: complaint.deadline - the steps move all clocks, whoever takes them
        known = self.env["complaint.deadline"].sudo()
        found = known.search(
            [
                ("ticket_id", "in", self.ids),
                ("policy_id", "in", list(once)),
                ("state", "!=", "cancelled"),
            ]
        )
        return {
            (item.ticket_id.id, item.policy_id.id)
            for item in found
            if item._has_source(source)
        }
