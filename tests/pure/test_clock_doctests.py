"""The examples in the clock's docstrings are true."""

import doctest

import pytest

from community_complaint.tools import (
    clock,
    duty,
    explanation,
    official_holidays,
    succession,
    working_calendar,
)


@pytest.mark.parametrize(
    "module",
    [clock, duty, explanation, official_holidays, succession, working_calendar],
)
def test_examples(module):
    result = doctest.testmod(module)
    assert result.attempted > 0
    assert result.failed == 0
