"""The examples in the docstrings of the chain, the proofs and the key ring are true."""

import doctest

import pytest

from community_complaint.tools import called, chain, proofs, vault


@pytest.mark.parametrize("module", [called, chain, proofs, vault])
def test_examples(module):
    result = doctest.testmod(module)
    assert result.attempted > 0
    assert result.failed == 0
