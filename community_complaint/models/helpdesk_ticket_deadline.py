from odoo import api, fields, models
from odoo.fields import Domain

from ..tools.running_clock import GOING
from ..tools.steps import TERMINAL_EVENTS

#: What an event sets off besides the clocks: methods of the case, in this order.
_SETS_OFF = {
    "received": ("_request_reading",),
    "refused": ("_call_off_transfers",),
    "replied": ("_call_off_transfers", "_mail_survey"),
    "served": ("_propose_result",),
    "closed": ("_call_off_transfers", "_plan_follow_up", "_mail_survey"),
    "withdrawn": ("_call_off_transfers",),
    "reopened": ("_drop_follow_up",),
}
#: An end of the case that also is the end of earlier steps.
_IMPLIED = {
    "transferred": frozenset({"investigation_started"}),
    "refused": frozenset({"accepted", "replied", "closed"}),
    "refuse_told": frozenset({"accept_told"}),
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
    """The clocks of a case."""

    _inherit = "helpdesk.ticket"

    deadline_ids = fields.One2many(
        "complaint.deadline", "ticket_id", string="Deadlines"
    )
    next_due = fields.Datetime(
        compute="_compute_next_due", store=True, index="btree_not_null", copy=False
    )
    next_due_date = fields.Date(
        compute="_compute_next_due",
        store=True,
        copy=False,
        help="The office's own date.",
    )
    next_reminder = fields.Datetime(
        compute="_compute_next_due",
        store=True,
        copy=False,
        help="When the first clock that runs counts as due soon.",
    )
    clock_state = fields.Selection(
        [
            ("met", "In time"),
            ("met_late", "Was late"),
            ("on_hold", "On hold"),
            ("running", "Running"),
        ],
        compute="_compute_next_due",
        store=True,
        copy=False,
        help="State of the office's most pressing clock.",
    )
    next_due_state = fields.Selection(
        [
            ("running", "Running"),
            ("close", "Due soon"),
            ("overdue", "Overdue"),
            ("on_hold", "On hold"),
            ("met", "In time"),
            ("met_late", "Was late"),
        ],
        string="Deadline Status",
        compute="_compute_next_due_state",
        search="_search_next_due_state",
    )

    # ----------------------------------------------------------------------
    # Computes and searches
    # ----------------------------------------------------------------------

    @api.depends(
        "deadline_ids.due",
        "deadline_ids.state",
        "deadline_ids.is_window",
        "deadline_ids.was_late",
        "deadline_ids.reminder_moment",
    )
    def _compute_next_due(self):
        """Keep on the case what lists and boards ask of its clocks, thousands at once.

        The most pressing of the office's clocks decides; late stays late.
        """
        dues, states = {}, {}
        for ticket, state, was_late, *dates in self.env[
            "complaint.deadline"
        ]._read_group(
            [("ticket_id", "in", self.ids), ("is_window", "=", False)],
            ["ticket_id", "state", "was_late"],
            ["due:min", "due_date:min", "reminder_moment:min"],
        ):
            if state == "running":
                dues[ticket.id] = dates
            elif was_late:
                state = "met_late"
            if state in _PRESSING:
                known = states.get(ticket.id, state)
                states[ticket.id] = max(known, state, key=_PRESSING.index)
        for ticket in self:
            id_ = ticket._origin.id
            ticket.next_due, ticket.next_due_date, ticket.next_reminder = dues.get(
                id_, (False, False, False)
            )
            ticket.clock_state = states.get(id_, False)

    @api.depends("clock_state", "next_due", "next_reminder")
    def _compute_next_due_state(self):
        now = fields.Datetime.now()
        for ticket in self:
            state = ticket.clock_state
            if state == "running" and ticket.next_due and ticket.next_due < now:
                state = "overdue"
            elif state == "running" and ticket.next_reminder:
                state = "close" if ticket.next_reminder <= now else state
            ticket.next_due_state = state

    @api.model
    def _search_next_due_state(self, operator, value):
        if operator != "in":
            return NotImplemented
        now = fields.Datetime.now()
        running = Domain("clock_state", "=", "running")
        overdue = running & Domain("next_due", "<", now)
        close = running & Domain("next_due", ">=", now)
        close &= Domain("next_reminder", "<=", now)
        domains = {
            "overdue": overdue,
            "close": close,
            "running": running & ~overdue & ~close,
        }
        for key in {"on_hold", "met_late", "met", False} & set(value):
            domains[key] = Domain("clock_state", "=", key)
        return Domain.OR(domains[key] for key in value)

    # ----------------------------------------------------------------------
    # EXPOSED API
    # ----------------------------------------------------------------------

    def _emit_event(self, event, moment=None, source=None):
        """Tell the clocks of cases that something happened.

        Clocks that waited for the event are met, or met late; terminal events cancel
        what still runs; the time limits that start with it begin.

        :param event: code of an event, see ``complaint.sla.policy._selection_events``
        :param moment: when, naive UTC; now by default, ``received_date`` for receipts
        :param source: the part of the case it happened to, such as one of several
            transfers: its clocks are its own, and end with its own events only
        """
        cases = self.filtered("is_complaint")
        if not cases:
            return
        moments = cases._event_moments(event, moment)
        going = cases._going_clocks()
        cases._finish_clocks(event, going, moments, source)
        cases._start_clocks(event, going, moments, source)
        cases._after_event(event, moment)

    def _after_event(self, event, moment=None):
        """Do what an event sets off besides the clocks. EXTENSION POINT.

        Their clocks know of it already.
        """
        for method in _SETS_OFF.get(event, ()):
            getattr(self, method)()

    # ----------------------------------------------------------------------
    # Events
    # ----------------------------------------------------------------------

    def _event_moments(self, event, moment):
        """Return ``{case: moment}`` of an event."""
        if moment:
            return dict.fromkeys(self, moment)
        now = fields.Datetime.now()
        if event == "received":
            return {case: case.received_date or now for case in self}
        return dict.fromkeys(self, now)

    def _going_clocks(self):
        """Return the clocks of these cases that run or are on hold."""
        # sudo: complaint.deadline - the steps move all clocks, whoever takes them
        return (
            self.env["complaint.deadline"]
            .sudo()
            .search([("ticket_id", "in", self.ids), ("state", "in", GOING)])
        )

    def _finish_clocks(self, event, going, moments, source=None):
        """Finish the clocks an event ends, cancel the others if the case is over."""
        ends = {event} | _IMPLIED.get(event, frozenset())
        moments = {deadline: moments[deadline.ticket_id] for deadline in going}
        met = going.filtered(
            lambda deadline: deadline.end_event in ends and deadline._is_of(source)
        )
        met._finish(moments)
        if event in TERMINAL_EVENTS:
            told = _STILL_TOLD.get(event, frozenset())
            (going - met).filtered(
                lambda item: not item.is_window and item.end_event not in told
            )._cancel(moments)

    def _reopen_clocks(self, event):
        """Let the clocks run again that an event ended which did not happen after all.

        What began with it is called off until it happens.
        """
        # sudo: complaint.deadline - the steps move all clocks, whoever takes them
        clocks = self.env["complaint.deadline"].sudo()
        known = clocks.search([("ticket_id", "in", self.ids)], order="id desc")
        going = known.filtered(lambda item: item.state in GOING)
        begun = going.filtered(lambda item: item.start_event == event)
        begun._cancel(dict.fromkeys(begun, fields.Datetime.now()))
        busy = {item.policy_id for item in going - begun}
        ends = {event} | _IMPLIED.get(event, frozenset())
        for policy, ended in known.grouped("policy_id").items():
            last = ended.filtered(
                lambda item: (
                    item.state in ("met", "met_late") and item.end_event in ends
                )
            )[:1]
            if last and policy not in busy:
                last._reopen()

    def _start_clocks(self, event, going, moments, source=None):
        """Start the time limits that begin with an event, none of them twice.

        Those whose date the leader sets wait for :meth:`_set_due`.
        """
        clocks = self.env["complaint.deadline"]
        busy = {
            (deadline.ticket_id.id, deadline.policy_id.id)
            for deadline in going
            if deadline.state in GOING and deadline._has_source(source)
        }
        starts = [
            (case, spec, moments[case])
            for spec, cases in self.env["complaint.sla.policy"]._match(self, {event})
            for case in cases
            if not spec.is_dated and (case.id, spec.id) not in busy
        ]
        return clocks._start(starts, source) if starts else clocks


#: States of the office's clocks, the least pressing first.
_PRESSING = ("met", "met_late", "on_hold", "running")
