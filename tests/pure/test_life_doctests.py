"""The examples in the docstrings of lives, the seal and passes."""

import doctest

import pytest

from community_complaint.tools import life, passes


@pytest.mark.parametrize("module", [life, passes])
def test_examples(module):
    result = doctest.testmod(module)
    assert result.attempted > 0
    assert result.failed == 0
