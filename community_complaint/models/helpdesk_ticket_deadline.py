from odoo import api, fields, models
from odoo.fields import Domain

from ..tools.steps import FINISHED_PHASES, TERMINAL_EVENTS
from .complaint_deadline import GOING

#: An end of the case that also is the end of earlier steps.
_IMPLIED = {
    "refused": frozenset({"accepted", "replied", "closed"}),
    "replied": frozenset(
        {"accepted", "investigated", "decided", "notified", "served", "closed"}
    ),
}
#: When an event was, for clocks that start by it later on.
_MOMENTS = {
    "received": "received_date",
    "accepted": "accepted_date",
    "investigated": "findings_date",
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

    @api.depends("deadline_ids.due", "deadline_ids.state", "deadline_ids.is_window")
    def _compute_next_due(self):
        dues = {
            ticket.id: dates
            for ticket, *dates in self.env["complaint.deadline"]._read_group(
                [
                    ("ticket_id", "in", self.ids),
                    ("state", "=", "running"),
                    ("is_window", "=", False),
                ],
                ["ticket_id"],
                ["due:min", "due_date:min"],
            )
        }
        for ticket in self:
            ticket.next_due, ticket.next_due_date = dues.get(
                ticket._origin.id, (False, False)
            )

    @api.depends("next_due", "deadline_ids.state", "deadline_ids.reminder_moment")
    def _compute_next_due_state(self):
        """The most pressing of the office's clocks decides; late stays late."""
        chips = dict.fromkeys(self, False)
        for deadline in self.deadline_ids:
            ticket = deadline.ticket_id
            chip = deadline.chip_state
            if ticket in chips and not deadline.is_window and chip in _PRESSING:
                chips[ticket] = max(chips[ticket] or chip, chip, key=_PRESSING.index)
        for ticket in self:
            ticket.next_due_state = chips[ticket]

    @api.model
    def _search_next_due_state(self, operator, value):
        if operator != "in":
            return NotImplemented
        domains = self._next_due_state_domains()
        return Domain.OR(domains[key] for key in value)

    @api.model
    def _next_due_state_domains(self):
        """Return the domain of each value of ``next_due_state``."""
        now = fields.Datetime.now()
        clocks = self.env["complaint.deadline"]

        def having(*conditions):
            query = clocks._search(
                [("is_window", "=", False), *conditions], bypass_access=True
            )
            return Domain("id", "in", query.subselect("ticket_id"))

        running = Domain("next_due", ">=", now)
        close = running & having(
            ("state", "=", "running"),
            ("due", ">=", now),
            ("reminder_moment", "<=", now),
        )
        none = Domain("next_due", "=", False)
        held = none & having(("state", "=", "on_hold"))
        late = none & having(("state", "=", "met_late"))
        met = none & having(("state", "=", "met"))
        return {
            "overdue": Domain("next_due", "<", now),
            "close": close,
            "running": running & ~close,
            "on_hold": held,
            "met_late": late & ~held,
            "met": met & ~held & ~late,
            False: none & ~held & ~late & ~met,
        }

    # ----------------------------------------------------------------------
    # CRUD
    # ----------------------------------------------------------------------

    def write(self, vals):
        """OVERRIDE: clocks follow a case that is classified anew."""
        complaints = self.filtered("is_complaint")
        if not complaints or not complaints._reads_of_clocks() & vals.keys():
            return super().write(vals)
        result = super().write(vals)
        complaints._rematch_clocks()
        return result

    def _reads_of_clocks(self):
        """Return the names of the fields that decide which clocks run."""
        specs = self.env["complaint.sla.policy"]._specs
        names = {"received_date"}
        for regulation in self.regulation_id:
            names.update(*(spec.reads for spec in specs(regulation.id)))
        return names

    # ----------------------------------------------------------------------
    # EXPOSED API
    # ----------------------------------------------------------------------

    def _emit_event(self, event, moment=None):
        """Tell the clocks of cases that something happened.

        Clocks that waited for the event are met, or met late; terminal events cancel
        what still runs; the time limits that start with it begin.

        :param event: code of an event, see ``complaint.sla.policy._selection_events``
        :param moment: when, naive UTC; now by default, ``received_date`` for receipts
        """
        cases = self.filtered("is_complaint")
        if not cases:
            return
        moments = cases._event_moments(event, moment)
        going = cases._going_clocks()
        cases._finish_clocks(event, going, moments)
        cases._start_clocks(event, going, moments)
        cases._after_event(event, moment)

    def _after_event(self, event, moment=None):
        """Hook: an event happened to these cases and their clocks know of it."""

    def _set_deadline(self, title, day, end_event="reported_back"):
        """Start a clock whose last day the leader sets (R03: a dated report-back).

        :param title: name of the clock
        :param day: last day, the office's date
        :return: the clocks
        """
        clocks = self.env["complaint.deadline"]
        now = fields.Datetime.now()
        # sudo: complaint.deadline - only methods start clocks
        return clocks.sudo().create(
            [
                {
                    "ticket_id": ticket.id,
                    "title": title,
                    "set_date": day,
                    "start_event": "transferred",
                    "end_event": end_event,
                    "start_moment": now,
                    **clocks._work_out_set_date(now, day, ticket.regulation_id),
                }
                for ticket in self
            ]
        )

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

    def _finish_clocks(self, event, going, moments):
        """Finish the clocks an event ends, cancel the others if the case is over."""
        ends = {event} | _IMPLIED.get(event, frozenset())
        moments = {deadline: moments[deadline.ticket_id] for deadline in going}
        met = going.filtered(lambda deadline: deadline.end_event in ends)
        met._finish(moments)
        if event in TERMINAL_EVENTS:
            (going - met).filtered(lambda item: not item.is_window)._cancel(moments)

    def _start_clocks(self, event, going, moments):
        """Start the time limits that begin with an event, none of them twice."""
        clocks = self.env["complaint.deadline"]
        busy = {
            (deadline.ticket_id.id, deadline.policy_id.id)
            for deadline in going
            if deadline.state in GOING
        }
        starts = [
            (case, spec, moments[case])
            for spec, cases in self.env["complaint.sla.policy"]._match(self, {event})
            for case in cases
            if (case.id, spec.id) not in busy
        ]
        return clocks._start(starts) if starts else clocks

    # ----------------------------------------------------------------------
    # A case classified anew
    # ----------------------------------------------------------------------

    def _rematch_clocks(self):
        """Let the clocks follow the classification, from their original start on."""
        cases = self.filtered(lambda case: case.phase not in FINISHED_PHASES)
        if not cases:
            return
        going = cases._going_clocks().filtered("policy_id")
        wrong = going.filtered(lambda deadline: not deadline._still_fits())
        wrong._cancel(dict.fromkeys(wrong, fields.Datetime.now()))
        started = cases._start_missing(going, wrong)
        started._take_over_holds(wrong)
        cases._log_rematch(wrong, started)

    def _start_missing(self, going, wrong):
        """Start the clocks that fit now and did not before."""
        known = {(item.ticket_id.id, item.policy_id.id) for item in going - wrong}
        origins = self._known_moments()
        ended = {case: set(events) for case, events in origins.items()}
        for deadline in wrong:
            origins[deadline.ticket_id].setdefault(
                deadline.start_event, deadline.start_moment
            )
        finished = self._finished_policies()
        events = {event for known_events in origins.values() for event in known_events}
        starts = [
            (case, spec, origins[case][spec.start_event])
            for spec, cases in self.env["complaint.sla.policy"]._match(self, events)
            for case in cases
            if spec.start_event in origins[case]
            and spec.end_event not in ended[case]
            and (case.id, spec.id) not in known | finished
        ]
        clocks = self.env["complaint.deadline"]
        return clocks._start(starts) if starts else clocks

    def _known_moments(self):
        """Return ``{case: {event: moment}}`` of what has happened already."""
        return {
            case: {event: case[name] for event, name in _MOMENTS.items() if case[name]}
            for case in self
        }

    def _finished_policies(self):
        """Return ``{(case id, policy id)}`` of the clocks that were met."""
        # sudo: complaint.deadline - the steps see all clocks, whoever takes them
        groups = (
            self.env["complaint.deadline"]
            .sudo()
            ._read_group(
                [
                    ("ticket_id", "in", self.ids),
                    ("state", "in", ("met", "met_late", "expired")),
                ],
                ["ticket_id", "policy_id"],
            )
        )
        return {(ticket.id, policy.id) for ticket, policy in groups}

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


#: States of the office's clocks, the least pressing first.
_PRESSING = ("met", "met_late", "on_hold", "running", "close", "overdue")
