"""Periodic duties: which period is next, and where it ends.

Plain Python on dates; the last day to do it is then worked out by the clock.

>>> period_of(date(2026, 5, 17), 3)
(datetime.date(2026, 4, 1), datetime.date(2026, 6, 30))
>>> period_after(date(2026, 6, 30), 3)
(datetime.date(2026, 7, 1), datetime.date(2026, 9, 30))
>>> anniversary_after(date(2024, 2, 29), 12, date(2026, 1, 5))
datetime.date(2026, 2, 28)
"""

from datetime import date, timedelta

from .clock import add_months

#: Units a period may have, in months.
MONTHS = {"month": 1, "quarter": 3, "year": 12}
_DAY = timedelta(days=1)


def period_of(day, months):
    """Return first and last date of the calendar period that holds a date.

    Periods start with the year: quarters in January, April, July and October.

    :param months: a divisor of 12
    """
    first = date(day.year, (day.month - 1) // months * months + 1, 1)
    return first, add_months(first, months) - _DAY


def period_after(end, months):
    """Return first and last date of the period after the one that ends on a date."""
    return period_of(end + _DAY, months)


def anniversary_after(base, months, day):
    """Return the first date after ``day`` that is a multiple of months after ``base``.

    Counted from ``base`` each time, so that 31 January stays the end of every month.

    >>> anniversary_after(date(2026, 1, 31), 1, date(2026, 2, 28))
    datetime.date(2026, 3, 31)
    >>> anniversary_after(date(2030, 1, 1), 12, date(2026, 1, 1))
    datetime.date(2030, 1, 1)
    """
    passed = (day.year - base.year) * 12 + day.month - base.month
    turns = max(passed // months, 0)
    while add_months(base, turns * months) <= day:
        turns += 1
    return add_months(base, turns * months)
