"""Periods of duties, checked against a walk through the calendar."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from community_complaint.tools.clock import add_months
from community_complaint.tools.duty import anniversary_after, period_after, period_of

days = st.dates(date(1990, 1, 1), date(2090, 12, 31))
lengths = st.sampled_from([1, 2, 3, 4, 6, 12])


@given(days, lengths)
def test_a_period_holds_its_day_and_the_next_one_follows(day, months):
    first, last = period_of(day, months)
    assert first <= day <= last
    assert first.day == 1
    assert (last + timedelta(days=1)).day == 1
    assert period_of(first, months) == period_of(last, months) == (first, last)
    assert period_after(last, months)[0] == last + timedelta(days=1)


@given(days, lengths)
def test_a_year_is_whole_periods(day, months):
    ends = {period_of(date(day.year, month, 1), months)[1] for month in range(1, 13)}
    assert len(ends) == 12 // months
    assert max(ends) == date(day.year, 12, 31)


@given(days, st.sampled_from([1, 3, 12, 24]), days)
def test_anniversary_is_the_first_one(base, months, day):
    found = anniversary_after(base, months, day)
    turn = 0
    while add_months(base, turn * months) <= day:
        turn += 1
    assert found == add_months(base, turn * months)


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        (date(2026, 12, 31), 3, (date(2026, 10, 1), date(2026, 12, 31))),
        (date(2028, 2, 10), 1, (date(2028, 2, 1), date(2028, 2, 29))),
        (date(2026, 7, 1), 6, (date(2026, 7, 1), date(2026, 12, 31))),
    ],
)
def test_periods(day, months, expected):
    assert period_of(day, months) == expected
