"""The examples in the docstrings of the papers' tools are true."""

import doctest

import pytest

from community_complaint.tools import paper_pdf, paper_text


@pytest.mark.parametrize("module", [paper_pdf, paper_text])
def test_examples(module):
    result = doctest.testmod(module)
    assert result.attempted > 0
    assert result.failed == 0
