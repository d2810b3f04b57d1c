"""The examples in the docstrings of the portal's tools are true."""

import doctest
import importlib.util

import pytest
from without_odoo import ROOT, load_tools

ADDON = "community_complaint_portal"


@pytest.mark.parametrize(
    "name", ["forms", "open_figures", "uploads", "pictures", "rates", "receipts"]
)
def test_examples(name):
    load_tools(name=ADDON)
    module = importlib.import_module(f"{ADDON}.tools.{name}")
    result = doctest.testmod(module)
    assert result.attempted > 0
    assert result.failed == 0


def test_examples_of_the_log():
    path = ROOT / ADDON / "controllers" / "quiet_log.py"
    spec = importlib.util.spec_from_file_location("quiet_log", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    result = doctest.testmod(module)
    assert result.attempted > 0
    assert result.failed == 0
