"""The examples in the docstrings of the life of measures for staff."""

import doctest

import pytest

from community_complaint.tools import discipline_steps


@pytest.mark.parametrize("module", [discipline_steps])
def test_examples(module):
    result = doctest.testmod(module)
    assert result.attempted > 0
    assert result.failed == 0
