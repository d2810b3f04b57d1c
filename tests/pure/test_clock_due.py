"""Time limits: real dates worked out by hand."""

from datetime import date, datetime, timedelta

import pytest
from clock_helpers import (
    britain,
    china,
    no_calendar,
)

from community_complaint.tools.clock import (
    BadHold,
    BadQuantity,
    BadRule,
    ClockError,
    Due,
    Extension,
    Hold,
    Rule,
    due,
    due_date,
    reminder,
)
from community_complaint.tools.working_calendar import CalendarError, OutOfRange

DAY = timedelta(days=1)
WD, CD, MONTH = "working_day", "calendar_day", "month"


def noon(day):
    """Return about noon of a date in China, naive UTC."""
    return datetime(day.year, day.month, day.day, 4)


def kinds(explanation):
    return [step["kind"] for step in explanation.steps]


# -- China, by hand ------------------------------------------------------------
# 2026: off 1-3 Jan, 15-23 Feb, 4-6 Apr, 1-5 May, 19-21 Jun, 25-27 Sep, 1-7 Oct;
# worked 4 Jan, 14 and 28 Feb, 9 May, 20 Sep, 10 Oct.


@pytest.mark.parametrize(
    "quantity, unit, start, expected",
    [
        # an ordinary week
        (3, WD, date(2026, 3, 2), date(2026, 3, 5)),
        (5, WD, date(2026, 3, 6), date(2026, 3, 13)),
        # worked Saturday, then nine days off
        (1, WD, date(2026, 2, 13), date(2026, 2, 14)),
        (3, WD, date(2026, 2, 13), date(2026, 2, 25)),
        (5, WD, date(2026, 2, 13), date(2026, 2, 27)),
        (6, WD, date(2026, 2, 13), date(2026, 2, 28)),
        (7, WD, date(2026, 2, 13), date(2026, 3, 2)),
        # from within the holiday
        (1, WD, date(2026, 2, 17), date(2026, 2, 24)),
        # from a worked Sunday, over Mid-Autumn
        (5, WD, date(2026, 9, 20), date(2026, 9, 28)),
        # over National Day with its worked Saturday
        (5, WD, date(2026, 9, 30), date(2026, 10, 13)),
        # over the end of the year with its worked Sunday
        (15, WD, date(2025, 12, 25), date(2026, 1, 16)),
        # the same day, or the next that works
        (0, WD, date(2026, 3, 2), date(2026, 3, 2)),
        (0, WD, date(2026, 2, 21), date(2026, 2, 24)),
        # calendar days
        (60, CD, date(2026, 1, 1), date(2026, 3, 2)),
        (15, CD, date(2026, 9, 20), date(2026, 10, 8)),  # 5 October, off
        (7, CD, date(2026, 5, 2), date(2026, 5, 9)),  # a worked Saturday
        (7, CD, date(2026, 5, 3), date(2026, 5, 11)),  # a Sunday
        (0, CD, date(2026, 3, 2), date(2026, 3, 2)),
        # months
        (1, MONTH, date(2026, 1, 31), date(2026, 2, 28)),  # a worked Saturday
        (3, MONTH, date(2025, 11, 30), date(2026, 2, 28)),
        (2, MONTH, date(2026, 3, 2), date(2026, 5, 6)),  # 2 May, off until the 5th
        (1, MONTH, date(2024, 1, 31), date(2024, 2, 29)),
        (12, MONTH, date(2024, 2, 29), date(2025, 2, 28)),
        (2, MONTH, date(2025, 12, 31), date(2026, 2, 28)),
        (3, MONTH, date(2026, 7, 1), date(2026, 10, 8)),  # 1 October
    ],
)
def test_china(quantity, unit, start, expected):
    rule = Rule(quantity, unit)
    assert due_date(rule, start, china()) == expected
    result = due(rule, noon(start), china())
    assert result.date == expected
    # the office closes at 17:30, that is 9:30 UTC
    assert result.moment == datetime(expected.year, expected.month, expected.day, 9, 30)
    assert not result.paused


@pytest.mark.parametrize(
    "quantity, start, expected",
    [
        (10, date(2026, 3, 26), datetime(2026, 4, 13, 16)),  # Easter, then summer time
        (20, date(2025, 12, 12), datetime(2026, 1, 14, 17)),  # Christmas
        (1, date(2026, 5, 22), datetime(2026, 5, 26, 16)),  # spring bank holiday
        (5, date(2026, 10, 23), datetime(2026, 10, 30, 17)),  # back to winter time
    ],
)
def test_england(quantity, start, expected):
    result = due(Rule(quantity, WD), noon(start), britain())
    assert result.moment == expected


@pytest.mark.parametrize(
    "start, expected",
    [
        (datetime(2026, 3, 5, 15, 59, 59), date(2026, 3, 6)),  # Thursday 23:59:59
        (datetime(2026, 3, 5, 16, 0, 0), date(2026, 3, 9)),  # Friday 0:00
    ],
)
def test_midnight_is_the_offices(start, expected):
    assert due(Rule(1, WD), start, china()).date == expected


@pytest.mark.parametrize(
    "rule, start, expected",
    [
        (Rule(3, WD, count_start_day=True), date(2026, 2, 13), date(2026, 2, 24)),
        (Rule(1, WD, count_start_day=True), date(2026, 2, 15), date(2026, 2, 24)),
        (Rule(15, CD, count_start_day=True), date(2026, 3, 2), date(2026, 3, 16)),
        (Rule(1, MONTH, count_start_day=True), date(2026, 3, 17), date(2026, 4, 16)),
        (Rule(15, CD, roll=False), date(2026, 9, 20), date(2026, 10, 5)),
        (Rule(1, MONTH, roll=False), date(2026, 9, 3), date(2026, 10, 3)),
        (Rule(0, CD, count_start_day=True), date(2026, 3, 2), date(2026, 3, 2)),
    ],
)
def test_settings(rule, start, expected):
    assert due(rule, noon(start), china()).date == expected


@pytest.mark.parametrize(
    "rule, moment",
    [
        (Rule(1, WD), datetime(2026, 3, 3, 9, 30)),
        (Rule(1, WD, end_of="day"), datetime(2026, 3, 3, 16)),
        # Sunday 8 March has no office hours
        (Rule(6, CD, roll=False), datetime(2026, 3, 8, 16)),
    ],
)
def test_end_of_the_last_day(rule, moment):
    assert due(rule, noon(date(2026, 3, 2)), china()).moment == moment


def test_without_a_calendar():
    result = due(Rule(1, WD), datetime(2026, 3, 6, 15), no_calendar())
    assert result.date == date(2026, 3, 9)
    # 24:00 in New York, in summer time since the day before
    assert result.moment == datetime(2026, 3, 10, 4)


@pytest.mark.parametrize(
    "rule, start, expected",
    [
        # elapsed time does not care for nights or for clocks
        (Rule(24, "hour"), datetime(2026, 3, 28, 12), datetime(2026, 3, 29, 12)),
        (Rule(30, "minute"), datetime(2026, 3, 28, 12), datetime(2026, 3, 28, 12, 30)),
        (Rule(0, "minute"), datetime(2026, 3, 28, 12), datetime(2026, 3, 28, 12)),
    ],
)
def test_hours_elapse(rule, start, expected):
    result = due(rule, start, britain())
    assert (result.date, result.moment) == (expected.date(), expected)


@pytest.mark.parametrize(
    "hours, start, expected",
    [
        # Friday 17:00: half an hour, the worked Saturday, half an hour after the holiday
        (8, datetime(2026, 2, 13, 9), datetime(2026, 2, 24, 1)),
        # until closing time, not until the next morning
        (1, datetime(2026, 3, 2, 8, 30), datetime(2026, 3, 2, 9, 30)),
        # over lunch
        (1, datetime(2026, 3, 2, 3, 30), datetime(2026, 3, 2, 6, 30)),
        # from the night and from a holiday
        (1, datetime(2026, 3, 2, 15), datetime(2026, 3, 3, 1, 30)),
        (7, datetime(2026, 2, 18, 3), datetime(2026, 2, 24, 9, 30)),
        # seconds go over to the next day
        (1, datetime(2026, 3, 2, 8, 30, 30), datetime(2026, 3, 3, 0, 30, 30)),
    ],
)
def test_office_hours_only(hours, start, expected):
    result = due(Rule(hours, "hour", office_hours_only=True), start, china())
    assert result.moment == expected


# -- holds ---------------------------------------------------------------------


@pytest.mark.parametrize(
    "rule, start, pauses, expected",
    [
        # Wednesday to Friday: two working days
        (Rule(5, WD), (3, 2), [((3, 4), (3, 6))], (3, 11)),
        # ended on the day it began
        (Rule(5, WD), (3, 2), [((3, 4), (3, 4))], (3, 9)),
        # over Spring Festival only the worked Saturday was lost
        (Rule(3, WD), (2, 11), [((2, 13), (2, 23))], (2, 24)),
        # begun before the start, over before it, begun after the end
        (Rule(5, WD), (3, 2), [((2, 20), (3, 3))], (3, 10)),
        (Rule(5, WD), (3, 2), [((2, 20), (3, 2))], (3, 9)),
        (Rule(5, WD), (3, 2), [((3, 10), (3, 20))], (3, 9)),
        # begun on the last day: not over before the hold is
        (Rule(5, WD), (3, 2), [((3, 9), (3, 11))], (3, 11)),
        (Rule(5, WD), (3, 2), [((3, 9), (3, 15))], (3, 16)),
        # two, in any order, overlapping or not
        (Rule(5, WD), (3, 2), [((3, 10), (3, 12)), ((3, 4), (3, 6))], (3, 13)),
        (Rule(5, WD), (3, 2), [((3, 5), (3, 9)), ((3, 4), (3, 6))], (3, 12)),
        # calendar days and months stop for calendar days, then roll
        (Rule(10, CD), (3, 2), [((3, 4), (3, 6))], (3, 16)),
        (Rule(2, MONTH), (3, 2), [((4, 1), (4, 11))], (5, 12)),
        # begun in the days the end was rolled over
        (Rule(2, MONTH), (3, 2), [((5, 4), (5, 8))], (5, 8)),
        # hours
        (Rule(48, "hour"), (3, 2), [((3, 3), (3, 5))], (3, 6)),
        (Rule(9, "hour", office_hours_only=True), (3, 5), [((3, 5), (3, 9))], (3, 10)),
        # ended on a Sunday
        (Rule(1, "hour", office_hours_only=True), (3, 5), [((3, 5), (3, 8))], (3, 9)),
    ],
)
def test_holds(rule, start, pauses, expected):
    pauses = [tuple(date(2026, *day) for day in pause) for pause in pauses]
    result = due(rule, noon(date(2026, *start)), china(), holds=pauses)
    assert result.date == date(2026, *expected)


def test_open_hold_pauses():
    result = due(
        Rule(5, WD),
        noon(date(2026, 3, 2)),
        china(),
        [Hold(date(2026, 3, 4), None, "x")],
    )
    assert result.paused
    assert (result.date, result.moment) == (None, None)
    assert result.explanation.due_date is None
    assert result.explanation.steps[-1] == {
        "kind": "hold",
        "from": "2026-03-04",
        "to": None,
        "days": None,
        "unit": WD,
        "reason": "x",
    }
    assert reminder(result, 1, WD, china()) is None


def test_open_hold_after_the_end_does_not_pause():
    pause = (date(2026, 3, 10), None)
    result = due(Rule(5, WD), noon(date(2026, 3, 2)), china(), [pause])
    assert result.date == date(2026, 3, 9)


def test_hold_that_ends_before_it_starts():
    with pytest.raises(BadHold):
        due(
            Rule(5, WD),
            noon(date(2026, 3, 2)),
            china(),
            [(date(2026, 3, 4), date(2026, 3, 3))],
        )


# -- extensions ----------------------------------------------------------------


@pytest.mark.parametrize(
    "rule, start, extension, expected",
    [
        (Rule(60, CD), (1, 5), 30, (4, 7)),  # 5 April and its Monday are off
        (Rule(60, CD), (1, 5), 0, (3, 6)),
        (Rule(10, WD), (3, 2), Extension(10, None, "many witnesses"), (3, 30)),
        (Rule(10, WD), (3, 2), [Extension(4), Extension(6, WD)], (3, 30)),
        (Rule(1, MONTH), (1, 31), 1, (3, 31)),
        (Rule(15, WD), (3, 2), Extension(1, MONTH), (4, 23)),
        (Rule(15, WD), (3, 2), Extension(5, CD), (3, 30)),  # 28 March, a Saturday
        # working days end on one, whatever the setting
        (Rule(15, WD, roll=False), (3, 2), Extension(5, CD), (3, 30)),
        (Rule(10, CD), (3, 2), Extension(3, WD), (3, 17)),
        (Rule(5, WD), (3, 2), Extension(24, "hour"), (3, 10)),
        (Rule(24, "hour"), (3, 2), Extension(3, WD), (3, 6)),
        (Rule(24, "hour"), (3, 2), Extension(720, "minute"), (3, 4)),
    ],
)
def test_extensions(rule, start, extension, expected):
    result = due(rule, noon(date(2026, *start)), china(), extension=extension)
    assert result.date == date(2026, *expected)


def test_extension_together_with_a_hold():
    result = due(
        Rule(5, WD),
        noon(date(2026, 3, 2)),
        china(),
        [(date(2026, 3, 11), date(2026, 3, 13), "appraisal")],
        Extension(5, WD, "complex"),
    )
    # extended to the 16th, then two working days more
    assert result.date == date(2026, 3, 18)
    assert kinds(result.explanation)[:3] == ["start_excluded", "extension", "hold"]


# -- reminders -----------------------------------------------------------------


@pytest.mark.parametrize(
    "quantity, unit, expected",
    [
        (3, WD, datetime(2026, 3, 18, 0, 30)),
        (0, WD, datetime(2026, 3, 23, 0, 30)),
        (3, CD, datetime(2026, 3, 20, 0, 30)),
        (2, CD, datetime(2026, 3, 20, 0, 30)),  # a Saturday: the Friday before
        (1, MONTH, datetime(2026, 2, 14, 0, 30)),  # off: the worked Saturday before
        (2, "hour", datetime(2026, 3, 23, 7, 30)),
        (30, "minute", datetime(2026, 3, 23, 9, 0)),
    ],
)
def test_reminder(quantity, unit, expected):
    limit = due(Rule(15, WD), noon(date(2026, 3, 2)), china())
    assert limit.date == date(2026, 3, 23)
    assert reminder(limit, quantity, unit, china()) == expected


def test_reminder_not_before_the_start():
    start = noon(date(2026, 3, 2))
    limit = due(Rule(2, WD), start, china())
    assert reminder(limit, 9, WD, china(), not_before=start) == start


# -- explanations --------------------------------------------------------------


def test_explanation_of_spring_festival():
    result = due(Rule(3, WD), noon(date(2026, 2, 13)), china())
    assert result.explanation.to_dict() == {
        "start": "2026-02-13T04:00:00",
        "start_date": "2026-02-13",
        "rule": {
            "quantity": 3,
            "unit": WD,
            "count_start_day": False,
            "roll": True,
            "end_of": "office_hours",
            "office_hours_only": False,
        },
        "counted": 3,
        "due_date": "2026-02-25",
        "due": "2026-02-25T09:30:00",
        "steps": [
            {"kind": "start_excluded", "date": "2026-02-13"},
            {"kind": "makeup", "date": "2026-02-14", "reason": "春节（调休上班）"},
            skipped("2026-02-15", "2026-02-15", 1, "weekend"),
            skipped("2026-02-16", "2026-02-16", 1, "农历除夕"),
            skipped("2026-02-17", "2026-02-19", 3, "春节"),
            skipped("2026-02-20", "2026-02-20", 1, "春节（调休）"),
            skipped("2026-02-21", "2026-02-22", 2, "weekend"),
            skipped("2026-02-23", "2026-02-23", 1, "春节（调休）"),
        ],
    }


def skipped(start, end, days, reason):
    return {
        "kind": "skipped",
        "from": start,
        "to": end,
        "days": days,
        "reason": reason,
    }


def test_each_make_up_day_is_told_once():
    result = due(Rule(6, WD), noon(date(2026, 2, 13)), china())
    days = [
        step["date"] for step in result.explanation.steps if step["kind"] == "makeup"
    ]
    assert days == ["2026-02-14", "2026-02-28"]


def test_holds_that_cost_nothing_are_not_told():
    over = (date(2026, 2, 20), date(2026, 3, 2))
    late = (date(2026, 3, 20), date(2026, 3, 25))
    result = due(Rule(5, WD), noon(date(2026, 3, 2)), china(), [over, late])
    assert "hold" not in kinds(result.explanation)


@pytest.mark.parametrize(
    "rule, start, last_step",
    [
        (
            Rule(15, CD),
            date(2026, 9, 20),
            {
                "kind": "rolled",
                "from": "2026-10-05",
                "to": "2026-10-08",
                "days": 3,
                "reason": "国庆节（补假）",
            },
        ),
        (
            Rule(7, CD),
            date(2026, 5, 2),
            {"kind": "makeup", "date": "2026-05-09", "reason": "劳动节（调休上班）"},
        ),
        (Rule(10, WD), date(2026, 12, 28), {"kind": "unpublished", "year": 2027}),
        (Rule(1, MONTH), date(2026, 12, 28), {"kind": "unpublished", "year": 2027}),
        (
            Rule(1, "hour"),
            date(2026, 12, 28),
            {"kind": "start_moment", "moment": "2026-12-28T04:00:00"},
        ),
    ],
)
def test_last_step(rule, start, last_step):
    assert due(rule, noon(start), china()).explanation.steps[-1] == last_step


def test_fixed_end_does_not_ask_for_holidays():
    result = due(Rule(1, MONTH, roll=False), noon(date(2026, 12, 28)), china())
    assert kinds(result.explanation) == ["start_excluded"]


# -- nonsense ------------------------------------------------------------------


@pytest.mark.parametrize(
    "quantity", [-1, True, False, 10_001, 10**30, 1.5, 1.0, "3", None, float("nan")]
)
def test_bad_quantities(quantity):
    for unit in (WD, CD, "hour"):
        with pytest.raises(BadQuantity):
            Rule(quantity, unit)
    with pytest.raises(BadQuantity):
        Extension(quantity)


def test_more_bad_input():
    with pytest.raises(BadQuantity):
        Rule(1_201, MONTH)
    for unit in ("week", "", None):
        with pytest.raises(BadRule):
            Rule(1, unit)
    with pytest.raises(BadRule):
        Rule(1, WD, end_of="week")
    with pytest.raises(BadRule):
        due_date(Rule(1, "hour"), date(2026, 3, 2), china())
    with pytest.raises(BadQuantity):
        due(Rule(6_000, WD), noon(date(2026, 3, 2)), china(), extension=6_000)
    for error in (BadQuantity, BadRule, BadHold, CalendarError):
        assert issubclass(error, ValueError)


@pytest.mark.parametrize("year", [1, 9999])
@pytest.mark.parametrize("unit", [WD, CD, MONTH, "hour"])
def test_impossible_years(year, unit):
    for rule in (Rule(1_200, unit), Rule(1_200, unit, office_hours_only=True)):
        try:
            due(
                rule,
                datetime(year, 12, 31, 23, 59),
                china(),
                extension=Extension(9, WD),
            )
        except (ClockError, OutOfRange):
            continue
        assert unit == "hour"


def test_largest_quantities():
    for unit, most in ((WD, 10_000), (CD, 10_000), (MONTH, 1_200)):
        assert due(Rule(most, unit), noon(date(2026, 3, 2)), china()).date.year > 2050


def test_due_is_lazy():
    result = due(Rule(5, WD), noon(date(2026, 3, 2)), china())
    assert isinstance(result, Due)
    assert result._explanation is None
    assert result.explanation is result.explanation
