"""The hostile round: what it found is told, and the helpers of the attack do what they say."""

import doctest
import importlib
import sys

import pytest

from tools import hostile, paths

FOLDER = paths.ROOT / "tests" / "hostile"


@pytest.fixture(autouse=True)
def folder(monkeypatch):
    monkeypatch.setattr(sys, "path", [str(FOLDER), *sys.path])


def test_helpers():
    module = importlib.import_module("names")
    result = doctest.testmod(module)
    assert result.attempted >= 3
    assert not result.failed


def test_the_document_tells_what_was_found():
    text = hostile.DOCUMENT.read_text()
    for item in hostile.source()["found"]:
        assert item["what"].strip() in text, "run ./run hostile"


def test_what_an_office_lives_with_is_named_by_way_and_person():
    row = {"verdict": "SUCCESS", "way": "gateway", "who": "sysadmin"}
    assert hostile.is_known({**row, "found": ["changed: complaint_inbound_mail(3)"]})
    assert not hostile.is_known({**row, "found": ["a name came back"]})
    assert not hostile.is_known(
        {**row, "who": "plain", "found": ["changed: complaint_inbound_mail(3)"]}
    )
