"""The examples of what regulations ask for, of names of bodies and how forms look."""

import doctest

import pytest

from community_complaint.tools import (
    bodies,
    form_layout,
    local_html,
    number_pattern,
    reasons,
    requirements,
    shipped,
    steps,
)


@pytest.mark.parametrize(
    "module",
    [
        bodies,
        form_layout,
        local_html,
        number_pattern,
        reasons,
        requirements,
        shipped,
        steps,
    ],
)
def test_examples(module):
    result = doctest.testmod(module)
    assert result.attempted > 0
    assert result.failed == 0
