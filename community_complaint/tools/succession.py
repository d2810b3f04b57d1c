"""What begins when a time limit is over: what its silence sets off, and its next round.

A clock starts with an event of ``steps.EVENTS``, or with one that names another event:
``silence:acknowledged`` is the last day of a limit until which nothing was acknowledged,
``round:informed`` that of the round before, of a limit that ``informed`` meets.

>>> silence("acknowledged"), after_round("informed")
('silence:acknowledged', 'round:informed')
>>> kind_of("silence:acknowledged"), kind_of("received"), kind_of("notice: received")
(('silence', 'acknowledged'), ('', 'received'), ('', 'notice: received'))
"""

from datetime import timedelta

#: Starts of a limit that are nobody's step.
INCIDENT = "incident"
SILENCE = "silence"
_ROUND = "round"


def silence(event):
    """Return what starts a limit when an event did not happen in time."""
    return f"{SILENCE}:{event}"


def after_round(event):
    """Return what starts the next round of a limit that an event meets."""
    return f"{_ROUND}:{event}"


def kind_of(start):
    """Return ``(kind, event)`` of a start; the kind of a plain event is empty."""
    kind, _colon, event = start.partition(":")
    return (kind, event) if kind in (SILENCE, _ROUND) else ("", start)


def last_moment(moment, day, calendar):
    """Return when a limit ran out, still on its last day (naive UTC).

    Midnight ends a day and begins the next one; what is counted from the end of a limit
    is counted from its last day.

    >>> from datetime import date, datetime
    >>> from .working_calendar import WorkingCalendar
    >>> office = WorkingCalendar("Asia/Shanghai", date(2026, 1, 1), date(2026, 12, 31))
    >>> last_moment(datetime(2026, 11, 13, 16, 0), date(2026, 11, 13), office)
    datetime.datetime(2026, 11, 13, 15, 59, 59)
    >>> last_moment(datetime(2026, 11, 13, 9, 30), date(2026, 11, 13), office)
    datetime.datetime(2026, 11, 13, 9, 30)

    :param moment: its end, naive UTC
    :param day: its last day, the office's date
    """
    if calendar.local_date(moment) == day:
        return moment
    return moment - timedelta(seconds=1)
