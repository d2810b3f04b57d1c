"""Official holidays: what the State Council's notices say, and how days are named."""

from datetime import date, datetime, timedelta

import pytest
from clock_helpers import FIRST, LAST

from community_complaint.tools import official_holidays
from community_complaint.tools.clock import Rule, due
from community_complaint.tools.official_holidays import (
    HALF_DAY,
    HOLIDAY,
    MAKEUP,
    Holiday,
    HolidaysUnavailable,
    calendar_for,
    official,
    published,
    published_years,
)
from community_complaint.tools.working_calendar import WEEKEND


def days(country, year, kind, subdiv=None):
    return [item for item in official(country, subdiv, year) if item.kind == kind]


# From the notices of the General Office of the State Council.
WORKED = {
    2006: ["01-28", "02-05", "04-29", "04-30", "09-30", "10-08", "12-30", "12-31"],
    2018: ["02-11", "02-24", "04-08", "04-28", "09-29", "09-30", "12-29"],
    2020: ["01-19", "04-26", "05-09", "06-28", "09-27", "10-10"],
    2024: ["02-04", "02-18", "04-07", "04-28", "05-11", "09-14", "09-29", "10-12"],
    2025: ["01-26", "02-08", "04-27", "09-28", "10-11"],
    2026: ["01-04", "02-14", "02-28", "05-09", "09-20", "10-10"],
}


@pytest.mark.parametrize("year", WORKED)
def test_make_up_days_of_china(year):
    found = [item.date.strftime("%m-%d") for item in days("CN", year, MAKEUP)]
    assert found == WORKED[year]


# First and last day of each holiday of 2026, weekends included.
BREAKS_2026 = [
    ("01-01", "01-03"),
    ("02-15", "02-23"),
    ("04-04", "04-06"),
    ("05-01", "05-05"),
    ("06-19", "06-21"),
    ("09-25", "09-27"),
    ("10-01", "10-07"),
]


@pytest.mark.parametrize("start, end", BREAKS_2026)
def test_breaks_of_2026(start, end):
    calendar = calendar_for("CN", 2026)
    start, end = (date.fromisoformat(f"2026-{day}") for day in (start, end))
    assert calendar.is_working(start - timedelta(days=1))
    assert calendar.is_working(end + timedelta(days=1))
    assert calendar.count_working_days(start - timedelta(days=1), end) == 0


def test_working_days_of_2026():
    # 365 days, 104 of them weekend, 19 weekdays off, 6 worked weekend days
    calendar = calendar_for("CN", 2026)
    working = calendar.count_working_days(date(2025, 12, 31), date(2026, 12, 31))
    assert working == 365 - 104 - 19 + 6


@pytest.mark.parametrize(
    "expected",
    [
        Holiday(date(2026, 2, 17), "Chinese New Year (Spring Festival)", "春节"),
        Holiday(
            date(2026, 2, 23),
            "Chinese New Year (Spring Festival), swapped day off",
            "春节（调休）",
        ),
        Holiday(
            date(2026, 9, 20),
            "National Day, make-up working day",
            "国庆节（调休上班）",
            MAKEUP,
        ),
        Holiday(date(2026, 3, 8), "International Women's Day", "国际妇女节", HALF_DAY),
        # listed in 2018 although it belongs to New Year 2019
        Holiday(
            date(2018, 12, 29),
            "New Year's Day, make-up working day",
            "元旦（调休上班）",
            MAKEUP,
        ),
    ],
)
def test_names(expected):
    assert expected in official("CN", None, expected.date.year)


def test_every_swapped_day_has_its_festival():
    for item in official("CN", None, range(FIRST, LAST + 1)):
        assert "substituted" not in item.name_en
        assert "由" not in item.name_local
        assert item.name_en != "Make-up working day"


def test_half_days_are_worked():
    assert calendar_for("CN", 2027).is_working(date(2027, 3, 8))


def test_order_and_range():
    found = official("CN", None, [2026, 2025])
    assert [item.date for item in found] == sorted(item.date for item in found)
    assert {item.date.year for item in found} == {2025, 2026}


def test_other_countries():
    names = {item.date: item.name_en for item in days("GB", 2026, HOLIDAY, "ENG")}
    assert names[date(2026, 4, 6)] == "Easter Monday"
    assert date(2026, 4, 6) not in {i.date for i in days("GB", 2026, HOLIDAY, "SCT")}
    # Hungary swaps days too, but does not name them in Chinese
    worked = days("HU", 2026, MAKEUP)
    assert [item.date for item in worked][:2] == [date(2026, 1, 10), date(2026, 8, 8)]
    assert all(item.name_local.isascii() for item in worked)


def test_weekend_is_the_countrys():
    # Friday and Saturday
    calendar = calendar_for("SA", 2024, "Asia/Riyadh")
    assert not calendar.is_working(date(2024, 5, 10))
    assert not calendar.is_working(date(2024, 5, 11))
    assert calendar.is_working(date(2024, 5, 12))


def test_published():
    assert published("CN", 2026)
    assert not published("CN", 2099)
    assert not published("CN", 1990)
    assert published("GB", 2027)
    # holidays by the moon are estimates
    assert not published("MY", 2050)
    assert published_years("CN", [2000, 2001, 2026, 2099]) == {2001, 2026}


@pytest.mark.parametrize(
    "country, subdiv",
    [("XX", None), ("GB", "ZZ"), ("CN", "ENG"), ("", None), (None, None), (86, None)],
)
def test_unknown_places(country, subdiv):
    for ask in (
        lambda: official(country, subdiv, 2026),
        lambda: published(country, 2026, subdiv),
        lambda: calendar_for(country, 2026, "UTC", subdiv),
    ):
        with pytest.raises(HolidaysUnavailable):
            ask()


@pytest.mark.parametrize("years", [[], 0, 99999, [2026, 1]])
def test_bad_years(years):
    with pytest.raises(HolidaysUnavailable):
        official("CN", None, years)


def test_library_missing(monkeypatch):
    monkeypatch.setattr(official_holidays, "_library", None)
    with pytest.raises(HolidaysUnavailable, match="'holidays'"):
        official("CN", None, 2026)


# ----------------------------------------------------------------------
# Estimates
# ----------------------------------------------------------------------


@pytest.mark.parametrize(
    "start", [date(2026, 12, 20) + timedelta(n) for n in range(90)]
)
@pytest.mark.parametrize("rule", [Rule(3, "working_day"), Rule(7, "calendar_day")])
def test_every_estimate_that_moves_a_date_says_so(rule, start):
    """No notice for 2027 is known: its festivals are estimates, weekends are not."""
    calendar = calendar_for("CN", range(2025, 2028), "Asia/Shanghai")
    for step in due(
        rule, datetime(*start.timetuple()[:3], 4), calendar
    ).explanation.steps:
        days = days_of_step(step)
        guessed = any(
            day.year == 2027 and calendar.reason(day) != WEEKEND for day in days
        )
        assert bool(step.get("estimated")) is (guessed and bool(days)), step


def days_of_step(step):
    """Return the days that a step of an explanation says something of."""
    if step["kind"] == "makeup":
        return [date.fromisoformat(step["date"])]
    if step["kind"] not in ("skipped", "rolled"):
        return []
    first = date.fromisoformat(step["from"])
    return [first + timedelta(days=n) for n in range(step["days"])]


def test_estimates_of_2027():
    calendar = calendar_for("CN", range(2026, 2028))
    assert calendar.is_estimated(date(2027, 1, 1))
    assert not calendar.is_estimated(date(2027, 1, 2)), "a Saturday"
    assert not calendar.is_estimated(date(2026, 10, 1)), "announced"
