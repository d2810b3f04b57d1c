"""Calendars and strategies shared by the tests of the clock."""

from datetime import date, datetime, timedelta
from functools import cache

from hypothesis import strategies as st

from community_complaint.tools.clock import Extension, Hold, Rule
from community_complaint.tools.official_holidays import calendar_for
from community_complaint.tools.working_calendar import WorkingCalendar

FIRST, LAST = 2006, 2026

OFFICE_WEEK = {None: {day: [(8.5, 12), (14, 17.5)] for day in range(5)}}


@cache
def china():
    """Return the official days of China with the hours of a public office."""
    return calendar_for(
        "CN", range(FIRST, LAST + 1), "Asia/Shanghai", None, OFFICE_WEEK
    )


@cache
def britain():
    """Return the bank holidays of England, office hours 9 to 17."""
    week = {None: {day: [(9, 17)] for day in range(5)}}
    return calendar_for("GB", range(FIRST, LAST + 1), "Europe/London", "ENG", week)


@cache
def odd_calendar():
    """Return two alternating weeks, half Saturdays, a long and many partial leaves."""
    short = {day: [(9, 12), (13, 17)] for day in (0, 2, 3)} | {5: [(9, 12)]}
    long = {day: [(8, 12), (13, 18)] for day in range(5)}
    noon = datetime(2020, 1, 1, 11)
    leaves = [
        (
            noon + timedelta(days=17 * n),
            noon + timedelta(days=17 * n, hours=6),
            "partial",
        )
        for n in range(100)
    ]
    leaves.append((datetime(2021, 7, 1), datetime(2021, 9, 3, 21, 59, 59), "summer"))
    makeup = [
        (date(2020, 1, 5) + timedelta(days=70 * n), "swap", None) for n in range(30)
    ]
    return WorkingCalendar(
        "Europe/Berlin",
        date(2020, 1, 1),
        date(2024, 12, 31),
        {0: short, 1: long},
        leaves,
        makeup,
    )


@cache
def no_calendar():
    return WorkingCalendar.without_calendar("America/New_York", 2020)


CALENDARS = (china, britain, odd_calendar, no_calendar)

calendars = st.sampled_from(CALENDARS).map(lambda factory: factory())
dates = st.dates(date(2008, 1, 1), date(2025, 12, 31))
moments = st.datetimes(datetime(2008, 1, 1), datetime(2025, 12, 31))
numbers = st.integers(-400, 400)
day_units = st.sampled_from(("working_day", "calendar_day", "month"))
units = st.sampled_from(("minute", "hour", "working_day", "calendar_day", "month"))


@st.composite
def rules(draw, unit=units):
    """Draw a rule of at most a few years."""
    chosen = draw(unit)
    most = 24 if chosen == "month" else 300
    return Rule(
        draw(st.integers(0, most)),
        chosen,
        count_start_day=draw(st.booleans()),
        roll=draw(st.booleans()),
        end_of=draw(st.sampled_from(("office_hours", "day"))),
        office_hours_only=draw(st.booleans()),
    )


@st.composite
def holds(draw, start, most=3):
    """Draw closed holds around a start date."""
    found = []
    for _hold in range(draw(st.integers(0, most))):
        begin = start + timedelta(days=draw(st.integers(-10, 60)))
        length = draw(st.integers(0, 40))
        found.append(Hold(begin, begin + timedelta(days=length), "appraisal"))
    return found


extensions = st.builds(
    Extension,
    st.integers(0, 30),
    st.sampled_from((None, "working_day", "hour", "month")),
)
