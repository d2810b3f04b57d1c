"""The examples in what the driver makes of views."""

import doctest

from driver import arch


def test_examples():
    result = doctest.testmod(arch)
    assert result.attempted
    assert not result.failed
