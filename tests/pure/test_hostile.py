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


def test_a_round_goes_on_where_it_was_stopped(tmp_path, monkeypatch):
    monkeypatch.setattr(hostile.paths, "WORK", tmp_path)
    row = {"way": "case by number", "verdict": "refused", "calls": 1}
    hostile.note("keys", "outsider", "times", [row, row], "before")
    hostile.note("keys", "outsider", "codes", [row], "now")
    assert hostile._done("keys", "outsider", "now") == {"codes"}
    assert "on other code only: ``codes``" in hostile.document()
    hostile.note("keys", "outsider", "times", [row], "now")
    assert hostile._done("keys", "outsider", "now") == {"codes", "times"}
    [rows] = hostile.results().values()
    assert [row["of"] for row in rows] == ["codes", "times"]
    assert "on other code" not in hostile.document().partition("Not run")[2]


class Guard:
    """Finds one row changed, by somebody or by nobody knows whom."""

    def __init__(self, writer):
        self.who = writer

    def changes(self):
        return [("changed", "complaint_evidence", 7)]

    def writer(self, *_change):
        return self.who

    def counts(self, *_change):
        return True


@pytest.mark.parametrize(
    ("writer", "guilty"), [("accused", {"accused"}), (None, {"accused", "plain"})]
)
def test_what_changed_meanwhile_is_theirs_who_wrote_it(writer, guilty):
    ledger = importlib.import_module("ledger").Ledger([], Guard(writer))
    tries = [(who, lambda trial: None) for who in ("accused", "plain")]
    ledger.at_once("insider", "write_hidden", tries)
    found = {row.who for row in ledger.attempts if row.verdict == "SUCCESS"}
    assert found == guilty


def test_a_broken_attempt_is_told_and_its_changes_as_well():
    ledger = importlib.import_module("ledger").Ledger([], Guard("accused"))
    with ledger.attempt("insider", "accused", "write_hidden"):
        raise ValueError
    [attempt] = ledger.attempts
    assert attempt.verdict == "SUCCESS"
    assert any("BROKEN" in text for text in attempt.found)
