"""The examples in the docstrings of lives, changes, the seal and passes."""

import doctest

import pytest

from community_complaint.tools import changes, life, passes


@pytest.mark.parametrize("module", [changes, life, passes])
def test_examples(module):
    result = doctest.testmod(module)
    assert result.attempted > 0
    assert result.failed == 0
