"""The examples in the docstrings of the chain and of the key ring are true."""

import doctest

import pytest

from community_complaint.tools import chain, vault


@pytest.mark.parametrize("module", [chain, vault])
def test_examples(module):
    result = doctest.testmod(module)
    assert result.attempted > 0
    assert result.failed == 0
