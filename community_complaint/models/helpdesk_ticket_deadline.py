from odoo import api, fields, models
from odoo.fields import Domain

from ..tools.clock import GOING
from ..tools.steps import FINISHED_PHASES, TERMINAL_EVENTS

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

#: When an event was, for clocks that start by it later on.
_MOMENTS = {
    "received": "received_date",
    "accepted": "accepted_date",
    "investigated": "findings_date",
}
#: States of the office's clocks, the least pressing first.
_PRESSING = ("met", "met_late", "on_hold", "running")


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

    # ----------------------------------------------------------------------
    # Dates a leader sets for a case or a part of it. EXPOSED API
    # ----------------------------------------------------------------------

    def _set_due(
        self,
        day,
        start_event="transferred",
        end_event="reported_back",
        title=None,
        source=None,
    ):
        """Start a clock whose last day somebody set, or move it (R03: 交办).

        The regulation's time limit without a length between these events gives the name,
        the clause and the reminder, if there is one; else ``title`` is its name.

        :param day: last day, the office's date
        :param source: the part of the case it is about, such as a transfer; each has
            its own clock, which ends with an event of the same source
        :return: the clocks, one a case
        :raise UserError: if the day lies before today
        """
        clocks = self.env["complaint.deadline"]
        running = self._set_clocks(start_event, end_event, source)
        running._change_set_date(day)
        for case in self - running.ticket_id:
            clocks |= case._start_set_clock(day, start_event, end_event, title, source)
        return running | clocks

    def _clear_due(self, source):
        """Cancel the clocks of a part of these cases that nobody needs any more."""
        going = self._going_clocks().filtered(lambda item: item._has_source(source))
        going._cancel(dict.fromkeys(going, fields.Datetime.now()))

    def _set_clocks(self, start_event, end_event, source):
        """Return the going clocks of these cases that were given a date."""
        return self._going_clocks().filtered(
            lambda item: (
                item.set_date
                and item.start_event == start_event
                and item.end_event == end_event
                and item._has_source(source)
            )
        )

    def _start_set_clock(self, day, start_event, end_event, title, source):
        """Return a new clock of one case that ends on a given day."""
        clocks = self.env["complaint.deadline"]
        clocks._check_set_date(self, day)
        specs = [
            spec
            for spec, _case in self.env["complaint.sla.policy"]._match(
                self, {start_event}
            )
            if spec.is_dated and spec.end_event == end_event
        ]
        policy_id = specs[0].id if specs else False
        now = fields.Datetime.now()
        model, number = clocks._source_key(source)
        started = clocks._create_sealed(
            "started",
            {
                "ticket_id": self.id,
                "policy_id": policy_id,
                "title": title or (not specs and self.env._("Report Back")),
                "set_date": day,
                "start_event": start_event,
                "end_event": end_event,
                "start_moment": now,
                "source_model": model,
                "source_id": number,
                **clocks._work_out_set_date(now, day, self.regulation_id, policy_id),
            },
        )
        # sudo: complaint.deadline - the steps move all clocks, whoever takes them
        return started.sudo()

    # ----------------------------------------------------------------------
    # A case classified anew: its clocks follow
    # ----------------------------------------------------------------------

    def _reads_of_clocks(self):
        """Return the names of the fields that decide which clocks run."""
        specs = self.env["complaint.sla.policy"]._specs
        names = {"received_date"}
        for regulation in self.regulation_id:
            names.update(*(spec.reads for spec in specs(regulation.id)))
        return names

    def _rematch_clocks(self):
        """Let the clocks follow the classification, from their original start on.

        What was late by then stays late; a date the leader set stands.
        """
        cases = self.filtered(lambda case: case.phase not in FINISHED_PHASES)
        if not cases:
            return
        clocks = cases._all_clocks()
        counted = clocks.filtered(
            lambda item: item.state in GOING and item.policy_id and not item.set_date
        )
        wrong = counted.filtered(lambda deadline: not deadline._still_fits())
        wrong._cancel(dict.fromkeys(wrong, fields.Datetime.now()))
        # the index knows one going clock a limit
        wrong.flush_recordset(["state"])
        started = cases._start_missing(clocks, wrong.filtered("source_id"), wrong)
        started._take_over_holds(wrong)
        cases._log_rematch(wrong, started)

    def _all_clocks(self):
        """Return all clocks of these cases, finished ones included."""
        # sudo: complaint.deadline - the steps move all clocks, whoever takes them
        return (
            self.env["complaint.deadline"]
            .sudo()
            .search([("ticket_id", "in", self.ids)])
        )

    def _start_missing(self, clocks, sourced, wrong):
        """Start the clocks that fit now and did not before.

        :param sourced: those of ``wrong`` that are about one part of their case
        """
        started = self._start_missing_of_cases(clocks, wrong)
        for item in sourced:
            source = self.env[item.source_model].browse(item.source_id)
            starts = [
                (item.ticket_id, spec, item.start_moment)
                for spec, _case in self.env["complaint.sla.policy"]._match(
                    item.ticket_id, {item.start_event}
                )
                if spec.end_event == item.end_event and not spec.is_dated
            ]
            started |= item._start(starts, source)
        return started

    def _start_missing_of_cases(self, clocks, wrong):
        """Start the missing clocks that are about a whole case."""
        known = {
            (item.ticket_id.id, item.policy_id.id)
            for item in clocks - wrong
            if item.state != "cancelled" and not item.source_id
        }
        happened = self._known_moments()
        origins = self._origins(happened, clocks)
        events = {event for moments in origins.values() for event in moments}
        starts = [
            (case, spec, origins[case][spec.start_event])
            for spec, cases in self.env["complaint.sla.policy"]._match(self, events)
            for case in cases
            if spec.start_event in origins[case]
            and spec.end_event not in happened[case]
            and not spec.is_dated
            and (case.id, spec.id) not in known
        ]
        return clocks._start(starts) if starts else clocks.browse()

    def _known_moments(self):
        """Return ``{case: {event: moment}}`` of what the case itself remembers."""
        return {
            case: {event: case[name] for event, name in _MOMENTS.items() if case[name]}
            for case in self
        }

    def _origins(self, happened, clocks):
        """Return ``{case: {event: moment}}``, with what only the clocks remember."""
        origins = {case: dict(moments) for case, moments in happened.items()}
        for item in clocks.filtered(lambda clock: not clock.source_id):
            moments = origins[item.ticket_id]
            moments.setdefault(item.start_event, item.start_moment)
            if item.state in ("met", "met_late"):
                moments.setdefault(item.end_event, item.done_moment)
        return origins

    def _log_rematch(self, wrong, started):
        """Log which clocks a case lost and got."""
        bodies = {}
        for ticket in (wrong | started).ticket_id:
            lines = [
                self.env._("Stopped: %s", deadline.display_name)
                for deadline in wrong
                if deadline.ticket_id == ticket
            ]
            lines += [
                self.env._("Started: %s", deadline.display_name)
                for deadline in started
                if deadline.ticket_id == ticket
            ]
            bodies[ticket.id] = "\n".join(lines)
        if bodies:
            self.browse(bodies)._message_log_batch(bodies=bodies)

    # ----------------------------------------------------------------------
    # Popover of a chip. EXPOSED API
    # ----------------------------------------------------------------------

    @api.readonly
    def get_complaint_clocks(self):
        """Return all clocks of one case, see :meth:`complaint.deadline`."""
        self.ensure_one()
        self.check_access("read")
        return self.deadline_ids.get_complaint_clocks()
