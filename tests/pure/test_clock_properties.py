"""Time limits: properties that hold for all calendars, rules and moments."""

from datetime import date, timedelta

from clock_helpers import (
    calendars,
    day_units,
    extensions,
    holds,
    moments,
    rules,
)
from hypothesis import assume, given
from hypothesis import strategies as st

from community_complaint.tools.clock import (
    _long_way,
    _merge_holds,
    add_months,
    due,
    reminder,
)
from community_complaint.tools.explanation import Explanation
from community_complaint.tools.succession import last_moment

DAY = timedelta(days=1)
WD, CD, MONTH = "working_day", "calendar_day", "month"


@given(calendar=calendars, rule=rules(day_units), moment=moments)
def test_ends_on_a_working_day(calendar, rule, moment):
    result = due(rule, moment, calendar)
    if rule.roll or rule.unit == WD:
        assert calendar.is_working(result.date)
    assert calendar.local_date(result.moment - timedelta(seconds=1)) == result.date
    assert result.date >= calendar.local_date(moment)


@given(calendar=calendars, rule=rules(), moment=moments, later=st.integers(0, 10**7))
def test_later_start_never_ends_earlier(calendar, rule, moment, later):
    first = due(rule, moment, calendar)
    second = due(rule, moment + timedelta(seconds=later), calendar)
    assert second.date >= first.date
    assert second.moment >= first.moment


@given(calendar=calendars, rule=rules(), moment=moments, more=st.integers(0, 300))
def test_more_never_ends_earlier(calendar, rule, moment, more):
    first = due(rule, moment, calendar)
    second = due(rule, moment, calendar, extension=more)
    assert second.date >= first.date
    assert second.moment >= first.moment


@given(calendar=calendars, rule=rules(), moment=moments)
def test_short_way_equals_long_way(calendar, rule, moment):
    short = due(rule, moment, calendar)
    long = _long_way(rule, moment, calendar, (), ()).result()
    assert (short.date, short.moment) == long


@given(calendar=calendars, rule=rules(), moment=moments, data=st.data())
def test_holds_never_shorten(calendar, rule, moment, data):
    pauses = data.draw(holds(calendar.local_date(moment)))
    free = due(rule, moment, calendar)
    held = due(rule, moment, calendar, pauses)
    assert held.date >= free.date
    if rule.unit in (WD, CD, MONTH) and (rule.roll or rule.unit == WD):
        assert calendar.is_working(held.date)
    for hold in _merge_holds(pauses):
        # nothing ends while it stands still
        assert not hold.start < held.date < hold.end


@given(calendar=calendars, rule=rules(st.just(WD)), moment=moments, data=st.data())
def test_held_days_are_not_counted(calendar, rule, moment, data):
    assume(rule.quantity)
    start = calendar.local_date(moment)
    merged = _merge_holds(data.draw(holds(start)))
    result = due(rule, moment, calendar, merged).date
    day, left = start - rule.count_start_day * DAY, rule.quantity
    while left:
        day += DAY
        held = any(max(h.start, start) < day <= h.end for h in merged)
        left -= calendar.is_working(day) and not held
    # holds begun on the very last day are another case
    assume(not any(max(h.start, start) == day < h.end for h in merged))
    assert result == day


@given(
    calendar=calendars,
    rule=rules(st.just(WD)),
    moment=moments,
    more=st.integers(0, 40),
    data=st.data(),
)
def test_explained_days_add_up(calendar, rule, moment, more, data):
    pauses = data.draw(holds(calendar.local_date(moment)))
    result = due(rule, moment, calendar, pauses, more)
    explanation = result.explanation
    assert explanation.counted == rule.quantity + more
    start = date.fromisoformat(explanation.start_date)
    if rule.count_start_day and explanation.counted:
        start -= DAY
    days = sum(step.get("days", 0) for step in explanation.steps)
    assert explanation.counted + days == (result.date - start).days


@given(calendar=calendars, rule=rules(), moment=moments, data=st.data())
def test_explanations_are_true_and_survive_json(calendar, rule, moment, data):
    pauses = data.draw(holds(calendar.local_date(moment)))
    longer = data.draw(st.lists(extensions, max_size=2))
    explanation = due(rule, moment, calendar, pauses, longer).explanation
    text = explanation.to_json()
    assert Explanation.from_json(text) == explanation
    assert Explanation.from_json(text).to_json() == text
    previous = None
    for step in explanation.steps:
        if step["kind"] == "skipped":
            _check_skipped(step, previous, calendar)
        elif step["kind"] == "makeup":
            assert calendar.is_working(date.fromisoformat(step["date"]))
        previous = step


def _check_skipped(step, previous, calendar):
    first, last = map(date.fromisoformat, (step["from"], step["to"]))
    assert (last - first).days + 1 == step["days"]
    for offset in range(step["days"]):
        day = first + timedelta(days=offset)
        assert not calendar.is_working(day)
        assert calendar.reason(day) == step["reason"]
    if previous["kind"] == "skipped" and previous["reason"] == step["reason"]:
        assert date.fromisoformat(previous["to"]) < first - DAY


@given(
    calendar=calendars,
    rule=rules(),
    moment=moments,
    quantity=st.integers(0, 60),
    unit=day_units,
)
def test_reminders_come_before_the_end(calendar, rule, moment, quantity, unit):
    limit = due(rule, moment, calendar)
    reminded = reminder(limit, quantity, unit, calendar)
    assert reminded <= limit.moment
    if quantity:
        day = calendar.local_date(reminded)
        assert calendar.is_working(day)
        assert day < limit.date


@given(day=st.dates(date(1900, 1, 1), date(2200, 1, 1)), months=st.integers(-600, 600))
def test_months(day, months):
    found = add_months(day, months)
    assert (found.year - day.year) * 12 + found.month - day.month == months
    assert found.day == day.day or (found.day < day.day and (found + DAY).day == 1)


@given(calendar=calendars, rule=rules(), moment=moments)
def test_what_ran_out_ran_out_on_its_last_day(calendar, rule, moment):
    result = due(rule, moment, calendar)
    last = last_moment(result.moment, result.date, calendar)
    assert calendar.local_date(last) == result.date
    assert result.moment - timedelta(seconds=1) <= last <= result.moment
