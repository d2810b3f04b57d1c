"""The worked examples of ``docs/clock.rst``, as far as other tests do not have them."""

from datetime import date, datetime

from clock_helpers import china

from community_complaint.tools.clock import Extension, Hold, Rule, due, reminder


def test_explanation_of_national_day():
    result = due(Rule(5, "working_day"), datetime(2026, 9, 30, 4), china())
    told = [
        (
            step["kind"],
            step.get("date") or step["from"],
            step.get("to"),
            step.get("reason"),
        )
        for step in result.explanation.steps
    ]
    assert told == [
        ("start_excluded", "2026-09-30", None, None),
        ("skipped", "2026-10-01", "2026-10-03", "国庆节"),
        ("skipped", "2026-10-04", "2026-10-04", "weekend"),
        ("skipped", "2026-10-05", "2026-10-05", "国庆节（补假）"),
        ("skipped", "2026-10-06", "2026-10-07", "国庆节（调休）"),
        ("makeup", "2026-10-10", None, "国庆节（调休上班）"),
        ("skipped", "2026-10-11", "2026-10-11", "weekend"),
    ]


def test_example_for_developers():
    limit = due(
        Rule(5, "working_day"),
        datetime(2026, 3, 2, 4),
        china(),
        holds=[Hold(date(2026, 3, 4), date(2026, 3, 6), "appraisal")],
        extension=Extension(5, reason="many witnesses"),
    )
    assert limit.date == date(2026, 3, 18)
    assert reminder(limit, 3, "working_day", china()) == datetime(2026, 3, 13, 0, 30)
    assert [step["kind"] for step in limit.explanation.steps][:3] == [
        "start_excluded",
        "extension",
        "hold",
    ]
