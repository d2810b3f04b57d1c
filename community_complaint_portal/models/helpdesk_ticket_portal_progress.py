from datetime import time

from odoo import models
from odoo.tools import format_date

#: The way of a case as residents see it, and the phases each station stands for.
_STATIONS = (
    ("received", ()),
    ("accepted", ("registered",)),
    ("investigated", ("accepted", "transferred", "investigating", "mediation")),
    ("result", ("deciding",)),
    ("follow_up", ("notified",)),
    ("finished", ("follow_up",)),
)
#: At which station a clock of the office is shown, by the event that ends it.
_STATION_OF_EVENT = {
    "acknowledged": "accepted",
    "accepted": "accepted",
    "accept_told": "accepted",
    "refuse_told": "accepted",
    "refused": "accepted",
    "replied": "accepted",
    "instructed": "investigated",
    "handed_over": "investigated",
    "transferred": "investigated",
    "returned": "investigated",
    "mediation_started": "investigated",
    "mediated": "investigated",
    "mediation_failed": "investigated",
    "investigation_started": "investigated",
    "reported_back": "investigated",
    "investigated": "investigated",
    "informed": "investigated",
    "answered": "result",
    "decided": "result",
    "notified": "result",
    "served": "result",
    "followed_up": "follow_up",
    "closed": "finished",
}
#: The office looks into the matter, maybe for the second time.
_LOOKING = dict(_STATIONS)["investigated"]
_DONE_PHASES = ("closed", "archived")


class HelpdeskTicket(models.Model):
    """Where a case stands, in plain words."""

    _inherit = "helpdesk.ticket"

    # ----------------------------------------------------------------------
    # One sentence
    # ----------------------------------------------------------------------

    def _portal_status(self):
        """Return where the case stands in two or three words."""
        self.ensure_one()
        return {
            "registered": self.env._("Received, being checked"),
            "accepted": self.env._("Accepted"),
            "transferred": self.env._("Passed on, being looked into"),
            "investigating": self.env._("Being looked into"),
            "mediation": self.env._("Talking with both sides"),
            "deciding": self.env._("Being decided"),
            "notified": self.env._("Result is there"),
            "follow_up": self.env._("Result is there"),
            "closed": self.env._("Finished"),
            "archived": self.env._("Finished"),
            "refused": self.env._("Not accepted"),
            "withdrawn": self.env._("Withdrawn"),
        }[self.phase]

    def _portal_tone(self):
        """Return the colour of the status: ``open``, ``result``, ``done``."""
        self.ensure_one()
        if self.phase in ("notified", "follow_up"):
            return "result"
        if self.phase in ("closed", "archived", "refused", "withdrawn"):
            return "done"
        return "open"

    # ----------------------------------------------------------------------
    # The list of stations
    # ----------------------------------------------------------------------

    def _portal_progress(self):
        """Return the stations of the case, as a list of dicts.

        ``key``, ``label``, ``text``, ``state`` (``done``/``current``/``todo``/
        ``stopped``), ``date`` (the office's, may be ``False``) and ``clocks``, see
        :meth:`_portal_clock_values`.
        """
        self.ensure_one()
        ended = {
            "refused": self._portal_station_refused,
            "withdrawn": self._portal_station_withdrawn,
        }.get(self._portal_end_phase())
        shown_above = self._portal_next_clock()
        clocks = self._portal_clocks_by_station(shown_above)
        stations = []
        for key, state in self._portal_station_states(bool(ended)):
            label, text, moment = self._portal_station(key)
            stations.append(
                {
                    "key": key,
                    "label": label,
                    "text": text if state != "todo" else "",
                    "state": state,
                    "date": state == "done" and moment and self._office_date(moment),
                    "clocks": clocks.get(key, []) if state != "todo" else [],
                }
            )
        if ended:
            stations.append(ended())
        return stations

    def _portal_end_phase(self):
        """Return the phase in which the case ended; archived cases tell by their reasons."""
        if self.phase != "archived":
            return self.phase
        if self.withdrawal_reason:
            return "withdrawn"
        return "refused" if self.refusal_reason and not self.accepted_date else "closed"

    def _portal_station_states(self, ended):
        """Yield ``(key, state)`` of the stations this case goes through.

        :param ended: the case was refused or withdrawn: only what was reached is shown
        """
        keys = [key for key, _phases in self._portal_stations()]
        if ended:
            for key in keys:
                if key != "finished" and self._portal_station(key)[2]:
                    yield key, "done"
            return
        if self.phase in _DONE_PHASES:
            yield from ((key, "done") for key in keys)
            return
        current = next(
            (key for key, phases in self._portal_stations() if self.phase in phases),
            "finished",
        )
        for position, key in enumerate(keys):
            done = position < keys.index(current)
            yield key, "done" if done else "current" if key == current else "todo"

    def _portal_stations(self):
        """Return the stations as ``(key, phases in which it is the current one)``."""
        if self.on_spot_answer and self._portal_end_phase() == "closed":
            return [("received", ()), ("answered", ()), ("finished", ())]
        if self.regulation_id.gate_follow_up:
            return list(_STATIONS)
        return [
            (key, (*phases, "notified") if key == "finished" else phases)
            for key, phases in _STATIONS
            if key != "follow_up"
        ]

    def _portal_station(self, key):
        """Return label, text and moment of a station.

        The moment is naive UTC, ``False`` if it was not reached.
        """
        return getattr(self, f"_portal_station_{key}")()

    def _portal_station_received(self):
        return (
            self.env._("We have it"),
            self.env._("We have your complaint. Its number is %s.", self.number),
            self.received_date,
        )

    def _portal_station_accepted(self):
        if self.accepted_date:
            return (
                self.env._("Accepted"),
                self.env._("We are the right office and take care of it."),
                self.accepted_date,
            )
        return (
            self.env._("Checked"),
            self.env._("We check whether we are the right office for it."),
            False,
        )

    def _portal_station_answered(self):
        return self.env._("Answered"), self.on_spot_answer, self.closed_date

    def _portal_station_investigated(self):
        text = {
            "transferred": self.env._("We passed it on and follow what happens."),
            "mediation": self.env._("We talk with both sides to find a solution."),
        }.get(self.phase, self.env._("We look into the matter and collect evidence."))
        if self.findings_date and self.phase not in _LOOKING:
            return (
                self.env._("Looked into"),
                self.env._("We looked into the matter."),
                self.findings_date,
            )
        return self.env._("Investigation"), text, False

    def _portal_station_result(self):
        notice = self.notice_ids.filtered(
            lambda item: (
                item.kind == "result"
                and item.addressee == "complainant"
                and item.state != "void"
            )
        ).sorted("issued_date")[:1]
        text = self.env._("We decide and write the result to you.")
        if notice:
            text = self.env._("We decided. You find the result further up.")
        return self.env._("Result"), text, notice.issued_date

    def _portal_station_follow_up(self):
        text = self.env._("We ask you how you take the result.")
        day = self.follow_up_date
        return (
            self.env._("We ask you"),
            text,
            day and self._office_moment(day, time(12)),
        )

    def _portal_station_finished(self):
        text = self.env._("The case is finished.")
        if self.phase in ("notified", "follow_up"):
            text = self.env._("The case is finished when everybody has got the result.")
        return self.env._("End of the case"), text, self.closed_date

    def _portal_station_refused(self):
        return {
            "key": "refused",
            "label": self.env._("Not accepted"),
            "text": self.refusal_reason or "",
            "state": "stopped",
            "date": self.closed_date and self._office_date(self.closed_date),
            "clocks": [],
        }

    def _portal_station_withdrawn(self):
        return {
            "key": "withdrawn",
            "label": self.env._("Withdrawn"),
            "text": self.env._("You took the complaint back. The case is finished."),
            "state": "stopped",
            "date": self.closed_date and self._office_date(self.closed_date),
            "clocks": [],
        }

    # ----------------------------------------------------------------------
    # Dates and their reasons
    # ----------------------------------------------------------------------

    def _portal_clocks(self):
        """Return the office's time limits for the case that a resident may know.

        Those of its parts, such as a transfer's, are the office's own affair; those of
        an appeal are shown with it.
        """
        return self.deadline_ids.filtered(
            lambda item: (
                item._portal_is_shown() and not item.source_model and not item.appeal_id
            )
        )

    def _portal_clocks_by_station(self, without):
        """Return ``{station: [clock values]}`` of all clocks but some."""
        by_station = {}
        for clock in (self._portal_clocks() - without).sorted("start_moment"):
            station = _STATION_OF_EVENT.get(clock.end_event, "finished")
            by_station.setdefault(station, []).append(self._portal_clock_values(clock))
        return by_station

    def _portal_clock_text(self, clock):
        """Return by when something is done or was, with a word if that was late."""
        date = clock.due_date and format_date(self.env, clock.due_date)
        done = clock.done_date and format_date(self.env, clock.done_date)
        return {
            "running": self.env._("At the latest on %s", date),
            "close": self.env._("At the latest on %s", date),
            "overdue": self.env._("Was due on %s. We are sorry for the delay.", date),
            "on_hold": self.env._("The clock stands still at the moment."),
            "met": self.env._("Done on %(done)s, in time", done=done),
            "met_late": self.env._(
                "Done on %(done)s, due on %(date)s. We are sorry for the delay.",
                done=done,
                date=date,
            ),
        }.get(clock.chip_state, "")

    def _portal_clock_values(self, clock):
        """Return what is shown of a time limit: ``name, state, text, reasons``."""
        return {
            "name": clock.name,
            "state": clock.chip_state,
            "text": self._portal_clock_text(clock),
            "reasons": clock._explanation_sentences(),
        }
