"""The examples in the docstrings of the gate and of the figures."""

import doctest

import pytest

from community_complaint.tools import publication_figures, publication_gate


@pytest.mark.parametrize("module", [publication_figures, publication_gate])
def test_examples(module):
    result = doctest.testmod(module)
    assert result.attempted > 0
    assert result.failed == 0
