"""The budgets of the suites are those of the document, and half an hour is kept."""

import re

from tools import paths, testing

MINUTES = 30
LANES = testing.WORKERS


def test_the_document_tells_the_budgets():
    text = (paths.ROOT / "docs" / "tests.rst").read_text()
    rows = re.findall(r"\* - ``(\w+)``\n     - .+\n     - (\d+)\n     - \d+", text)
    assert {name: int(budget) for name, budget in rows} == testing.BUDGETS


def test_every_suite_has_a_budget():
    assert {suite.name for suite in testing.suites()} == set(testing.BUDGETS)


def test_together_they_take_half_an_hour():
    assert sum(testing.BUDGETS.values()) <= MINUTES * 60 * LANES


def test_a_suite_over_its_budget_is_named():
    late = testing.Result("pure", seconds=testing.BUDGETS["pure"] + 1)
    in_time = testing.Result("pure", seconds=testing.BUDGETS["pure"])
    assert testing.over_budget(late) == [
        f"over its budget of {testing.BUDGETS['pure']} s"
    ]
    assert testing.over_budget(in_time) == []
