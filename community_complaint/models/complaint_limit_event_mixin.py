from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..tools.steps import ONLY_BEGIN
from ..tools.succession import INCIDENT, SILENCE, kind_of, silence


class ComplaintLimitEventMixin(models.AbstractModel):
    """From which event to which a time limit runs, and whether it comes again."""

    _name = "complaint.limit.event.mixin"
    _description = "Events of a Time Limit"

    start_event = fields.Selection(
        "_selection_events", string="From", required=True, default="received"
    )
    other_start_event = fields.Selection(
        "_selection_events",
        string="Or From",
        help="The limit starts with whichever comes first, and only once. Empty: there is "
        "one start.",
    )
    silence_of = fields.Selection(
        "_selection_events",
        string="Not in Time",
        help="“A time limit ran out”: what did not happen by the last day of its own "
        "limit. That day is the start.",
    )
    end_event = fields.Selection(
        "_selection_events", string="Until", required=True, default="accepted"
    )
    other_end_event = fields.Selection(
        "_selection_events",
        string="Or Until",
        help="The limit ends with whichever comes first. One that comes again does so no "
        "more after this.",
    )
    repeats = fields.Selection(
        [
            ("due", "Counted from the last day before"),
            ("met", "Counted from the day it was met"),
        ],
        string="Comes Again",
        help="For example an update every 20 working days: each round is a clock of its "
        "own, until the case ends. Empty: the limit runs once.",
    )
    too_late = fields.Selection(
        [
            ("show", "It is shown"),
            ("ask", "Accepting it needs a reason"),
            ("refuse", "It is not accepted"),
        ],
        string="A Complaint That Comes Later",
        help="For a limit from the day of the incident until the complaint. Empty: it is "
        "shown.",
    )

    # ----------------------------------------------------------------------
    # Selections
    # ----------------------------------------------------------------------

    @api.model
    def _selection_events(self):
        """Return the events of a case; EXTENSION POINT: other addons add theirs.

        The codes are those of :data:`~.tools.steps.EVENTS`; the names are repeated
        here because only written out they are translated.
        """
        names = {
            "incident": self.env._("Day of the incident"),
            "received": self.env._("Complaint received"),
            "acknowledged": self.env._("Receipt acknowledged"),
            "accepted": self.env._("Accepted"),
            "accept_told": self.env._("Complainant told of the acceptance"),
            "refused": self.env._("Not accepted"),
            "refuse_told": self.env._("Complainant told of the non-acceptance"),
            "informed": self.env._("Complainant informed of the progress"),
            "answered": self.env._("Complainant answered"),
            "replied": self.env._("Answered on the spot"),
            "instructed": self.env._("Leader's instruction given"),
            "handed_over": self.env._("Handed over by the first receiver"),
            "transferred": self.env._("Transferred"),
            "reported_back": self.env._("Reported back"),
            "returned": self.env._("Returned by the other body"),
            "investigation_started": self.env._("Investigation started"),
            "investigated": self.env._("Investigation finished"),
            "mediation_started": self.env._("Mediation started"),
            "mediated": self.env._("Settled by mediation"),
            "mediation_failed": self.env._("Mediation failed"),
            "decided": self.env._("Decided"),
            "notified": self.env._("Result notices issued"),
            "served": self.env._("Result served on all parties"),
            "followed_up": self.env._("Followed up"),
            "closed": self.env._("Closed"),
            "withdrawn": self.env._("Withdrawn"),
            "reopened": self.env._("Reopened"),
            "silence": self.env._("A time limit ran out"),
        }
        return list(names.items())

    @api.model
    def _start_name(self, start):
        """Return what a clock starts with in the reader's language.

        :param start: as clocks keep it, see ``tools.succession``
        """
        kind, event = kind_of(start)
        name = dict(self._selection_events()).get(event, event)
        if kind == SILENCE:
            return self.env._("time ran out without: %s", name)
        return self.env._("last day before: %s", name) if kind else name

    def _starts(self):
        """Return what starts one limit, as clocks keep it, the first one first."""
        return [
            silence(self.silence_of or "") if event == SILENCE else event
            for event in (self.start_event, self.other_start_event)
            if event
        ]

    def _ends(self):
        """Return the events that end one limit."""
        return frozenset(filter(None, (self.end_event, self.other_end_event)))

    def _begins_with(self):
        """Return what one limit starts with, in the reader's language."""
        names = [self._start_name(start) for start in self._starts()]
        if len(names) < 2:
            return "".join(names)
        return self.env._(
            "%(first)s, or %(other)s, whichever comes first",
            first=names[0],
            other=names[1],
        )

    # ----------------------------------------------------------------------
    # Constraints
    # ----------------------------------------------------------------------

    @api.constrains(
        "start_event",
        "other_start_event",
        "end_event",
        "other_end_event",
        "silence_of",
        "is_window",
        "is_dated",
        "repeats",
        "quantity",
        "unit",
    )
    def _check_events(self):
        """Check that a limit begins and ends with what a case tells.

        :raise ValidationError: naming it
        """
        for policy in self:
            for problem in policy._wrong_events():
                raise ValidationError(
                    self.env._(
                        "“%(limit)s”: %(problem)s", limit=policy.name, problem=problem
                    )
                )

    def _wrong_events(self):
        """Yield what is wrong with the events of one limit, as sentences."""
        begins = {self.start_event, self.other_start_event} - {False}
        ends = self._ends()
        if ends & ONLY_BEGIN:
            yield self.env._("a time limit does not end with what only begins one.")
        if begins & ends:
            yield self.env._("a time limit cannot end with the event it starts with.")
        if SILENCE in begins and not self.silence_of:
            yield self.env._("say what did not happen in time.")
        if SILENCE in begins and self.silence_of in ONLY_BEGIN | {"received"}:
            yield self.env._("what did not happen in time must have a time limit.")
        if INCIDENT in begins and self.unit in ("minute", "hour"):
            yield self.env._("of an incident only the day is known.")
        if "received" in ends and not (begins == {INCIDENT} and self.is_window):
            yield self.env._(
                "until a complaint comes only its complainant's own time runs, from the "
                "day of the incident."
            )
        if self.repeats and (self.is_window or self.is_dated or not self.quantity):
            yield self.env._(
                "only a time limit of the office with a length comes again."
            )
