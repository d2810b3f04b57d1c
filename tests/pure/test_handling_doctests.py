"""The examples in the docstrings of what regulations ask for and how forms look."""

import doctest

import pytest

from community_complaint.tools import form_layout, requirements, steps


@pytest.mark.parametrize("module", [form_layout, requirements, steps])
def test_examples(module):
    result = doctest.testmod(module)
    assert result.attempted > 0
    assert result.failed == 0
