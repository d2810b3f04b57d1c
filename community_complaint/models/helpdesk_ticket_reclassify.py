from odoo import fields, models

from ..tools.running_clock import GOING
from ..tools.steps import FINISHED_PHASES

#: When an event was, for clocks that start by it later on.
_MOMENTS = {
    "received": "received_date",
    "accepted": "accepted_date",
    "investigated": "findings_date",
}


class HelpdeskTicket(models.Model):
    """A case classified anew: its clocks follow, from their original start on."""

    _inherit = "helpdesk.ticket"

    def _reads_of_clocks(self):
        """Return the names of the fields that decide which clocks run."""
        specs = self.env["complaint.sla.policy"]._specs
        names = {"received_date"}
        for regulation in self.regulation_id:
            names.update(*(spec.reads for spec in specs(regulation.id)))
        return names

    # ----------------------------------------------------------------------
    # Business
    # ----------------------------------------------------------------------

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
