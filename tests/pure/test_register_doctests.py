"""The examples in the plain modules of old registers and letters are true."""

import doctest

import pytest

from community_complaint.tools import (
    paper_letters,
    register_columns,
    register_rows,
    register_table,
    register_values,
)


@pytest.mark.parametrize(
    "module",
    [paper_letters, register_columns, register_rows, register_table, register_values],
)
def test_examples(module):
    result = doctest.testmod(module)
    assert result.attempted > 0
    assert result.failed == 0
