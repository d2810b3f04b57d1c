from datetime import time

from odoo import api, fields, models
from odoo.fields import Domain

from ..tools.clock import GOING
from ..tools.steps import FINISHED_PHASES
from ..tools.succession import INCIDENT, silence
from .complaint_deadline_succession import Start

#: When a step was, for clocks that start by it later on.
_MOMENTS = {"accepted": "accepted_date", "investigated": "findings_date"}
#: States of the office's clocks, the least pressing first.
_PRESSING = ("met", "met_late", "on_hold", "running")


class HelpdeskTicket(models.Model):
    """The clocks of a case."""

    _inherit = "helpdesk.ticket"

    deadline_ids = fields.One2many(
        "complaint.deadline", "ticket_id", string="Deadlines"
    )
    next_due = fields.Datetime(compute="_compute_next_due", store=True, copy=False)
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
            starts = [
                Start(item.ticket_id, spec, item.start_moment, item.start_event)
                for spec, _case in self.env["complaint.sla.policy"]._match(
                    item.ticket_id, {item.start_event}
                )
                if spec.end_event == item.end_event and not spec.is_dated
            ]
            started |= item._start(starts, item._source())
        return started

    def _start_missing_of_cases(self, clocks, wrong):
        """Start the missing clocks that are about a whole case."""
        known = {
            (item.ticket_id.id, item.policy_id.id)
            for item in clocks - wrong
            if item.state != "cancelled" and not item.source_id
        }
        followed = self._followed_limits(clocks - wrong)
        happened = self._known_moments()
        origins = self._origins(happened, clocks)
        events = {event for moments in origins.values() for event in moments}
        starts = [
            Start(case, spec, *_first(spec.starts, origins[case]))
            for spec, cases in self.env["complaint.sla.policy"]._match(self, events)
            for case in cases
            if not spec.starts.isdisjoint(origins[case])
            and spec.ends.isdisjoint(happened[case])
            and not spec.is_dated
            and (case.id, spec.id) not in known
            and (case.id, spec.shipped_key) not in followed
        ]
        return clocks._start(starts) if starts else clocks.browse()

    def _followed_limits(self, clocks):
        """Return which limits these cases keep although another one followed them.

        :return: ``{(id of the case, name of the shipped line)}``
        """
        return {
            (item.ticket_id.id, item.policy_id.shipped_key)
            for item in clocks
            if item.state != "cancelled"
            and item.policy_id.shipped_key
            and not item.policy_id.active
        }

    def _typed_moments(self):
        """Return ``{event: moment}`` of what people type about one case."""
        day = self.incident_date
        return {
            "received": self.received_date,
            # only the day is known
            INCIDENT: day and self._office_moment(day, time(12)),
        }

    def _known_moments(self):
        """Return ``{case: {event: moment}}`` of what the case itself remembers."""
        return {
            case: {
                event: moment
                for event, moment in (
                    *case._typed_moments().items(),
                    *((event, case[name]) for event, name in _MOMENTS.items()),
                    *case._told_before_import().items(),
                )
                if moment
            }
            for case in self
        }

    def _origins(self, happened, clocks):
        """Return ``{case: {start: moment}}``, with what only the clocks remember."""
        origins = {case: dict(moments) for case, moments in happened.items()}
        for item in clocks.filtered(lambda clock: not clock.source_id):
            moments, ends = origins[item.ticket_id], item._ends()
            moments.setdefault(item.start_event, item.start_moment)
            if item.ran_out_date and item.due:
                for event in ends:
                    moments.setdefault(silence(event), item._last_moment())
            if item.state in ("met", "met_late") and len(ends) == 1:
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


def _first(starts, moments):
    """Return ``(moment, start)`` of the start that came first."""
    return min((moments[start], start) for start in starts if start in moments)
