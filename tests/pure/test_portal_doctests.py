"""The examples in the docstrings of the portal's tools are true."""

import doctest
import importlib

import pytest
from without_odoo import load_tools

ADDON = "community_complaint_portal"


@pytest.mark.parametrize("name", ["forms", "uploads", "pictures", "rates", "receipts"])
def test_examples(name):
    load_tools(name=ADDON)
    module = importlib.import_module(f"{ADDON}.tools.{name}")
    result = doctest.testmod(module)
    assert result.attempted > 0
    assert result.failed == 0
