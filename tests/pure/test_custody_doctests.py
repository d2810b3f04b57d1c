"""The examples in the plain modules of custody and exports are true."""

import doctest

import pytest

from community_complaint.tools import cell_text, drawing, file_cleaning, hash_chain


@pytest.mark.parametrize("module", [cell_text, drawing, file_cleaning, hash_chain])
def test_examples(module):
    result = doctest.testmod(module)
    assert result.attempted > 0
    assert result.failed == 0
