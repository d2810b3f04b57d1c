"""Time the clock's engine: no database, no Odoo."""

import random
import statistics
import sys
import time
from datetime import date, datetime, timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests" / "pure"))

from odoo_env import Row  # noqa: E402
from without_odoo import load_tools  # noqa: E402

load_tools()

from community_complaint.tools import clock  # noqa: E402
from community_complaint.tools.working_calendar import WorkingCalendar  # noqa: E402

YEARS = (date(2020, 1, 1), date(2031, 12, 31))
WEEK = {None: {day: [(8.5, 12), (14, 17.5)] for day in range(5)}}
HOLIDAYS_A_YEAR = 30
MAKEUP_A_YEAR = 6
LOOPS = 2_000


def build_calendar():
    """Return twelve years with 30 holidays and 6 make-up days each."""
    rng = random.Random(19)
    leaves, makeup = [], []
    for year in range(YEARS[0].year, YEARS[1].year + 1):
        for _day in range(HOLIDAYS_A_YEAR):
            start = datetime(year, 1, 1) + timedelta(days=rng.randrange(365), hours=-8)
            leaves.append((start, start + timedelta(hours=24), "holiday"))
        for _day in range(MAKEUP_A_YEAR):
            saturday = date(year, 1, 6) + timedelta(days=7 * rng.randrange(50))
            makeup.append((saturday, "make-up day", None))
    return lambda: WorkingCalendar("Asia/Shanghai", *YEARS, WEEK, leaves, makeup)


def scenarios():
    """Return ``[(name, function, calls in it, unit, target)]``."""
    build = build_calendar()
    calendar = build()
    calendar.add_work_minutes(datetime(2026, 1, 1), 1)
    rng = random.Random(7)
    starts = [
        datetime(2021, 1, 1) + timedelta(minutes=rng.randrange(8 * 365 * 1440))
        for _start in range(LOOPS)
    ]
    days = [start.date() for start in starts]
    working, month = clock.Rule(15, "working_day"), clock.Rule(2, "month")
    hours = clock.Rule(40, "hour", office_hours_only=True)
    pauses = [[(day, day + timedelta(days=5), "appraisal")] for day in days]

    def each(function, *columns):
        def loop():
            for values in zip(*columns, strict=True):
                function(*values)

        return loop

    def explain(start):
        return clock.due(working, start, calendar).explanation

    return [
        ("table of 12 years", build, 1, "ms", 3.0),
        (
            "date of 15 working days",
            each(lambda day: clock.due_date(working, day, calendar), days),
            LOOPS,
            "us",
            5.0,
        ),
        (
            "due: 15 working days",
            each(lambda start: clock.due(working, start, calendar), starts),
            LOOPS,
            "us",
            5.0,
        ),
        (
            "due: 2 months",
            each(lambda start: clock.due(month, start, calendar), starts),
            LOOPS,
            "us",
            8.0,
        ),
        (
            "due: 40 office hours",
            each(lambda start: clock.due(hours, start, calendar), starts),
            LOOPS,
            "us",
            20.0,
        ),
        (
            "due: 15 working days, a hold, an extension",
            each(lambda s, p: clock.due(working, s, calendar, p, 5), starts, pauses),
            LOOPS,
            "us",
            None,
        ),
        ("due with explanation", each(explain, starts), LOOPS, "us", None),
    ]


def run(args):
    """Return the medians of all scenarios."""
    rows = []
    for name, function, calls, unit, target in scenarios():
        function()
        factor = {"ms": 1e3, "us": 1e6}[unit] / calls
        times = []
        for _round in range(args.repeat):
            begin = time.perf_counter()
            function()
            times.append((time.perf_counter() - begin) * factor)
        ours = {"ours": statistics.median(times)}
        rows.append(Row(name, ours, limit=target, unit=unit.replace("u", "µ")))
    return rows
