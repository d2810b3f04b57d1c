"""The table of working days, against the library it is fed from and against itself."""

from datetime import date, datetime, timedelta, timezone
from functools import cache
from zoneinfo import ZoneInfo

import holidays
import pytest
from clock_helpers import (
    FIRST,
    LAST,
    OFFICE_WEEK,
    britain,
    calendars,
    china,
    dates,
    moments,
    numbers,
    odd_calendar,
)
from hypothesis import given
from hypothesis import strategies as st

from community_complaint.tools.working_calendar import (
    WEEKEND,
    BadCalendar,
    DayInfo,
    NoWorkingDays,
    OutOfRange,
    WorkingCalendar,
)

DAY = timedelta(days=1)
UTC = timezone.utc
YEAR = (date(2026, 1, 1), date(2026, 12, 31))


@cache
def library(country):
    subdiv = "ENG" if country == "GB" else None
    return holidays.country_holidays(
        country, subdiv=subdiv, years=range(FIRST - 1, LAST + 2)
    )


BOTH = pytest.mark.parametrize("country, ours", [("CN", china), ("GB", britain)])


# -- against the library ---------------------------------------------------


@BOTH
def test_every_day_agrees_with_the_library(country, ours):
    theirs, calendar = library(country), ours()
    day = date(FIRST, 1, 1)
    while day.year <= LAST:
        assert calendar.is_working(day) == theirs.is_working_day(day), day
        day += DAY


@BOTH
@given(day=dates, number=st.integers(-120, 120))
def test_nth_working_day_agrees(country, ours, day, number):
    assert ours().add_working_days(day, number) == library(country).get_nth_working_day(
        day, number
    )


@BOTH
@given(start=dates, length=st.integers(0, 400))
def test_count_agrees(country, ours, start, length):
    # the library counts both ends, we leave the first day out
    end = min(start + timedelta(days=length), date(LAST, 12, 31))
    theirs = library(country).get_working_days_count(start, end)
    assert ours().count_working_days(start - DAY, end) == theirs


# -- against itself --------------------------------------------------------


@given(calendar=calendars, day=dates, number=numbers)
def test_add_lands_on_a_working_day_and_count_is_its_inverse(calendar, day, number):
    found = calendar.add_working_days(day, number)
    assert calendar.is_working(found)
    if number > 0:
        assert calendar.count_working_days(day, found) == number
    elif number < 0:
        # (found, day] holds the |number| days but its own first, plus day itself
        assert calendar.count_working_days(found - DAY, day - DAY) == -number
    else:
        assert calendar.count_working_days(day - DAY, found) == 1


@given(calendar=calendars, day=dates, number=numbers)
def test_add_equals_a_walk(calendar, day, number):
    walked, left = day, abs(number)
    step = DAY if number >= 0 else -DAY
    while left:
        walked += step
        left -= calendar.is_working(walked)
    while not calendar.is_working(walked):
        walked += step
    assert calendar.add_working_days(day, number) == walked


@given(calendar=calendars, day=dates, later=st.integers(0, 30), number=numbers)
def test_add_is_monotone(calendar, day, later, number):
    found = calendar.add_working_days(day, number)
    assert calendar.add_working_days(day + timedelta(days=later), number) >= found
    assert calendar.add_working_days(day, number + later) >= found


@given(calendar=calendars, days=st.tuples(dates, dates, dates))
def test_count_adds_up(calendar, days):
    a, b, c = days
    count = calendar.count_working_days
    assert count(a, b) + count(b, c) == count(a, c)
    assert count(a, b) == -count(b, a)
    assert calendar.index(b) - calendar.index(a) == count(a, b)


@given(calendar=calendars, day=dates)
def test_neighbours(calendar, day):
    assert calendar.prev(day) < day < calendar.next(day)
    assert calendar.roll(day) == (
        day if calendar.is_working(day) else calendar.next(day)
    )


@given(calendar=calendars, moment=moments, minutes=st.integers(0, 20_000))
def test_office_minutes_equal_a_walk(calendar, moment, minutes):
    found = calendar.add_work_minutes(moment, minutes)
    start, end = calendar.to_local(moment), calendar.to_local(found)
    passed, day = 0, start.date()
    while day <= end.date():
        hours = calendar.hours(day)
        midnight = datetime(day.year, day.month, day.day)
        for begin, finish in ((0, 1440),) if hours is None else hours:
            a = max(midnight + timedelta(minutes=begin), start)
            b = min(midnight + timedelta(minutes=finish), end)
            passed += max((b - a).total_seconds(), 0)
        day += DAY
    # days without hours go round the clock, and clocks change in some nights
    changes = calendar.hours(calendar.roll(start.date())) is None
    assert passed == pytest.approx(minutes * 60, abs=3600 if changes else 1e-3)


@given(first=st.integers(2006, 2024), day=dates, number=numbers)
def test_a_small_table_grows_to_the_same_answers(first, day, number):
    small = WorkingCalendar("Asia/Shanghai", date(first, 1, 1), date(first, 1, 2))
    large = WorkingCalendar("Asia/Shanghai", date(2000, 1, 1), date(2030, 1, 1))
    assert small.add_working_days(day, number) == large.add_working_days(day, number)
    end = day + timedelta(days=number)
    assert small.count_working_days(day, end) == large.count_working_days(day, end)


# -- days --------------------------------------------------------------------


@pytest.mark.parametrize(
    "day, working, reason",
    [
        (date(2026, 2, 13), True, None),  # the Friday before Spring Festival
        (date(2026, 2, 14), True, "春节（调休上班）"),  # a worked Saturday
        (date(2026, 2, 15), False, WEEKEND),
        (date(2026, 2, 16), False, "农历除夕"),
        (date(2026, 2, 17), False, "春节"),
        (date(2026, 2, 20), False, "春节（调休）"),
        (date(2026, 2, 23), False, "春节（调休）"),
        (date(2026, 2, 24), True, None),
        (date(2026, 2, 28), True, "春节（调休上班）"),
        (date(2026, 9, 20), True, "国庆节（调休上班）"),
        (date(2026, 10, 10), True, "国庆节（调休上班）"),
        (date(2025, 10, 6), False, "中秋节"),
        (date(2020, 1, 31), False, "春节延长假期"),
        (date(2007, 12, 29), True, "元旦（调休上班）"),  # from the notice of 2008
    ],
)
def test_days_of_china(day, working, reason):
    assert china().day(day) == DayInfo(day, working, reason)


def test_make_up_day_has_the_hours_of_an_ordinary_day():
    assert china().hours(date(2026, 2, 14)) == ((510, 720), (840, 1050))


def test_half_saturday_ends_at_noon():
    calendar = odd_calendar()
    saturday = next(
        day
        for day in (date(2020, 2, 1) + timedelta(days=n) for n in range(60))
        if day.weekday() == 5 and calendar.is_working(day)
    )
    assert calendar.to_local(calendar.day_end(saturday)).hour == 12


def test_two_weeks_alternate_like_resource_calendar():
    week = {0: {0: [(8, 12)]}, 1: {6: [(8, 12)]}}
    calendar = WorkingCalendar("UTC", *YEAR, week)
    day = YEAR[0]
    while day <= YEAR[1]:
        week_type = (day.toordinal() - 1) // 7 % 2
        assert calendar.is_working(day) == (day.weekday() == (0, 6)[week_type])
        day += DAY


def test_flexible_calendar_keeps_days_and_drops_hours():
    calendar = WorkingCalendar("UTC", *YEAR, {None: {5: [(9, 12)]}}, flexible=True)
    assert calendar.add_working_days(date(2026, 3, 2), 1) == date(2026, 3, 7)
    assert calendar.hours(date(2026, 3, 7)) is None
    assert calendar.day_end(date(2026, 3, 7)) == datetime(2026, 3, 8)


def test_flexible_calendar_without_days_works_monday_to_friday():
    calendar = WorkingCalendar("UTC", *YEAR, {}, flexible=True)
    assert calendar.add_working_days(date(2026, 3, 6), 1) == date(2026, 3, 9)


# 2026-03-04 is a Wednesday; 8:30-12 and 14-17:30 in Shanghai is 0:30-4 and 6-9:30 UTC
@pytest.mark.parametrize(
    "start, end, hours",
    [
        ((4, 0, 30), (4, 9, 30), ()),  # exactly the office hours
        ((3, 16, 0), (4, 15, 59, 59), ()),  # the local day as Odoo writes it
        ((3, 0, 0), (6, 0, 0), ()),  # in the middle of a longer one
        ((4, 6, 0), (4, 12, 0), ((510, 720),)),  # the afternoon off
        ((4, 4, 0), (4, 6, 0), ((510, 720), (840, 1050))),  # the lunch break
        ((4, 1, 0), (4, 2, 0), ((510, 540), (600, 720), (840, 1050))),
        ((4, 6, 0), (4, 6, 0), ((510, 720), (840, 1050))),  # empty
    ],
)
def test_leaves_take_hours_or_the_day(start, end, hours):
    leave = (datetime(2026, 3, *start), datetime(2026, 3, *end), "closed")
    calendar = WorkingCalendar("Asia/Shanghai", *YEAR, OFFICE_WEEK, [leave])
    day = date(2026, 3, 4)
    assert calendar.hours(day) == hours
    assert calendar.is_working(day) == bool(hours)
    assert (calendar.reason(day) == "closed") == (hours != ((510, 720), (840, 1050)))


def test_long_leave_from_noon_to_noon_keeps_two_half_days():
    # from Wednesday noon to Friday noon in Shanghai
    leave = (datetime(2026, 3, 4, 4), datetime(2026, 3, 6, 4), "closed")
    calendar = WorkingCalendar("Asia/Shanghai", *YEAR, OFFICE_WEEK, [leave])
    hours = [calendar.hours(date(2026, 3, day)) for day in (4, 5, 6)]
    assert hours == [((510, 720),), (), ((840, 1050),)]


def test_days_without_hours_are_not_shortened():
    leave = (datetime(2026, 3, 4, 4), datetime(2026, 3, 4, 20), "closed")
    calendar = WorkingCalendar("UTC", *YEAR, leaves=[leave])
    assert calendar.day(date(2026, 3, 4)) == DayInfo(date(2026, 3, 4), True, None)


def test_two_leaves_together_close_the_day():
    leaves = [
        (datetime(2026, 3, 4, 0), datetime(2026, 3, 4, 4), "morning"),
        (datetime(2026, 3, 4, 6), datetime(2026, 3, 4, 10), "afternoon"),
    ]
    calendar = WorkingCalendar("Asia/Shanghai", *YEAR, OFFICE_WEEK, leaves)
    assert not calendar.is_working(date(2026, 3, 4))


def test_make_up_day_beats_a_leave_that_covers_it():
    leave = (datetime(2026, 3, 1), datetime(2026, 3, 12), "closed")
    makeup = [(date(2026, 3, 8), "swap", [(9, 12)])]
    calendar = WorkingCalendar("UTC", *YEAR, OFFICE_WEEK, [leave], makeup)
    assert calendar.day(date(2026, 3, 8)) == DayInfo(date(2026, 3, 8), True, "swap")
    assert calendar.hours(date(2026, 3, 8)) == ((540, 720),)
    assert calendar.next(date(2026, 2, 28)) == date(2026, 3, 8)


def test_leave_over_the_weekend_gives_its_name():
    leave = (datetime(2026, 3, 6), datetime(2026, 3, 9, 23, 59, 59), "flood")
    calendar = WorkingCalendar("UTC", *YEAR, leaves=[leave])
    reasons = [calendar.reason(date(2026, 3, day)) for day in range(5, 11)]
    assert reasons == [None, "flood", "flood", "flood", "flood", None]


def test_leave_ends_with_the_local_day_when_clocks_change():
    # London, Sunday 29 March 2026: the local Monday begins at 23:00 UTC
    leave = (datetime(2026, 3, 29, 23), datetime(2026, 3, 30, 22, 59, 59), "closed")
    calendar = WorkingCalendar("Europe/London", *YEAR, leaves=[leave])
    assert calendar.next(date(2026, 3, 27)) == date(2026, 3, 31)


# -- moments -----------------------------------------------------------------


@pytest.mark.parametrize(
    "day, office_hours, moment",
    [
        (date(2026, 3, 27), True, datetime(2026, 3, 27, 17)),  # winter time
        (date(2026, 3, 30), True, datetime(2026, 3, 30, 16)),  # summer time
        (date(2026, 3, 28), True, datetime(2026, 3, 29, 0)),  # Saturday: 24:00
        (date(2026, 3, 29), True, datetime(2026, 3, 29, 23)),  # Sunday of 23 hours
        (date(2026, 3, 27), False, datetime(2026, 3, 28, 0)),
    ],
)
def test_day_end(day, office_hours, moment):
    assert britain().day_end(day, office_hours) == moment


@given(
    calendar=calendars, moment=st.datetimes(datetime(2008, 1, 1), datetime(2025, 1, 1))
)
def test_local_time_and_back(calendar, moment):
    back = calendar.to_utc(calendar.to_local(moment))
    # of two equal times on the wall the first is taken
    assert moment - back in (timedelta(), timedelta(hours=1))


@given(calendar=calendars, day=dates)
def test_a_day_ends_on_itself(calendar, day):
    for office_hours in (True, False):
        end = calendar.day_end(day, office_hours)
        assert calendar.local_date(end - timedelta(seconds=1)) == day
        assert calendar.day_start(day) < end
    assert calendar.day_end(day) <= calendar.day_end(day, False)


def test_day_whose_midnight_does_not_exist():
    # Santiago skips 0:00-1:00 on 6 September 2026
    calendar = WorkingCalendar("America/Santiago", *YEAR)
    assert calendar.day_end(date(2026, 9, 5)) == datetime(2026, 9, 6, 4)


# -- limits ------------------------------------------------------------------


@pytest.mark.parametrize("attendances", [{}, {None: {}}, {None: {0: []}}])
def test_no_working_days(attendances):
    calendar = WorkingCalendar("UTC", *YEAR, attendances)
    assert not calendar.is_working(date(2026, 3, 4))
    with pytest.raises(NoWorkingDays):
        calendar.next(date(2026, 3, 4))


def test_only_make_up_days():
    makeup = [(date(2026, 3, 8), "open day", [(9, 12)])]
    calendar = WorkingCalendar("UTC", *YEAR, {}, makeup=makeup)
    assert calendar.next(date(2026, 1, 1)) == date(2026, 3, 8)
    with pytest.raises(NoWorkingDays):
        calendar.next(date(2026, 3, 8))


def test_make_up_day_beyond_the_table():
    makeup = [(date(2031, 3, 8), "open day", None)]
    calendar = WorkingCalendar("UTC", *YEAR, makeup=makeup)
    assert calendar.next(date(2031, 3, 7)) == date(2031, 3, 8)


@pytest.mark.parametrize(
    "day", [date(1700, 1, 1), date(2500, 1, 1), date.min, date.max]
)
def test_out_of_range(day):
    calendar = WorkingCalendar("UTC", *YEAR)
    with pytest.raises(OutOfRange):
        calendar.is_working(day)
    with pytest.raises(OutOfRange):
        calendar.add_working_days(day, 1)


def test_far_but_in_range():
    calendar = WorkingCalendar("UTC", *YEAR)
    # after that Monday: 10,435 whole weeks, then Tuesday to Friday
    days = calendar.count_working_days(date(1900, 1, 1), date(2100, 1, 1))
    assert days == 10_435 * 5 + 4


@pytest.mark.parametrize(
    "values",
    [
        {"tz": "Mars/Olympus"},
        {"tz": "../etc/passwd"},
        {"first": date(2027, 1, 1)},
        {"attendances": {2: {}}},
        {"attendances": {None: {7: []}}},
        {"attendances": {None: {0: [(9, 25)]}}},
        {"attendances": {None: {0: [(12, 9)]}}},
    ],
)
def test_bad_calendars(values):
    values = {"tz": "UTC", "first": YEAR[0], "last": YEAR[1]} | values
    with pytest.raises(BadCalendar):
        WorkingCalendar(**values)


def test_published():
    assert china().is_published(2026)
    assert not china().is_published(2027)
    assert WorkingCalendar("UTC", *YEAR).is_published(2090)


@pytest.mark.parametrize(
    "zone", ["Europe/London", "Africa/Casablanca", "America/Santiago", "Pacific/Apia"]
)
def test_every_hour_of_years_with_changing_clocks(zone):
    """Offsets are remembered for two weeks at a time: none may be remembered wrongly."""
    calendar, tz = WorkingCalendar(zone, *YEAR), ZoneInfo(zone)
    moment = datetime(2010, 1, 1)
    while moment.year < 2013:
        local = moment.replace(tzinfo=UTC).astimezone(tz).replace(tzinfo=None)
        assert calendar.to_local(moment) == local
        back = local.replace(tzinfo=tz, fold=0).astimezone(UTC).replace(tzinfo=None)
        assert calendar.to_utc(local) == back
        assert calendar.local_date(moment) == local.date()
        moment += timedelta(hours=1)
