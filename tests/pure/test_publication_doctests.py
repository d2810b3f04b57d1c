"""The examples in the docstrings of the finder and of the figures."""

import doctest

import pytest

from community_complaint.tools import (
    finder,
    finder_contacts,
    finder_homes,
    finder_names,
    finder_persons,
    finder_text,
    name_tables,
    publication_figures,
)


@pytest.mark.parametrize(
    "module",
    [
        finder,
        finder_contacts,
        finder_homes,
        finder_names,
        finder_persons,
        finder_text,
        name_tables,
        publication_figures,
    ],
)
def test_examples(module):
    result = doctest.testmod(module)
    assert result.attempted > 0
    assert result.failed == 0
