"""A clock of a case that runs, and what happened to it: no ORM."""

from datetime import date
from typing import NamedTuple

from . import clock

#: States in which a clock goes on.
GOING = ("running", "on_hold")


class Special(NamedTuple):
    """What happened to one clock, as the engine wants it.

    ``expected``: when the office expects to be through with what is overdue.
    """

    holds: tuple = ()
    extensions: tuple = ()
    expected: date | None = None

    def expected_end(self, due, calendar):
        """Return the end to remind of: the due one, unless an overrun was explained."""
        if not self.expected or not due.date or self.expected <= due.date:
            return due
        return clock.Due(self.expected, calendar.day_end(self.expected), None)


NOTHING = Special()
