"""The examples in what the driver makes of views, and of how cases end."""

import doctest

import pytest
from driver import arch, ending


@pytest.mark.parametrize("module", [arch, ending], ids=lambda module: module.__name__)
def test_examples(module):
    result = doctest.testmod(module)
    assert result.attempted
    assert not result.failed
