"""What carries a rule, and what ``data/mutations.json`` keeps of it."""

import pytest

from tools import conformance, mutation

MUTANTS = conformance.paths.ROOT / "tests/scenarios/mutants.py"


def hard_rules():
    return [rule for _c, _x, rule in conformance.rules() if rule["id"][-3] == "H"]


@pytest.fixture
def store(tmp_path, monkeypatch):
    """A file of its own."""
    monkeypatch.setattr(mutation, "KEPT", tmp_path / "mutations.json")
    mutation.kept.cache_clear()
    yield
    mutation.kept.cache_clear()


def test_every_effect_is_a_verb_somebody_has_written():
    text = MUTANTS.read_text()
    for rule in hard_rules():
        for effect in mutation.effects(rule):
            assert f"def {effect.split()[0]}(" in text, (rule["id"], effect)


def test_an_effect_of_its_own_goes_before_the_table():
    rule = {"at": "decide", "by": ["gate_hearing"], "effect": ["ungated decide"]}
    assert mutation.effects(rule) == ["ungated decide"]


def test_trials_of_other_rules_are_left_out():
    steps = [
        {"do": "try_each", "rules": ["R01-H01"]},
        {"do": "register"},
        {"do": "try_each", "rules": ["R01-H02"]},
        {"do": "accept", "rules": ["R01-H02"]},
    ]
    case = mutation.trimmed({"steps": steps}, "R01-H02")
    assert case["steps"] == steps[1:]
    assert mutation.first_named(case, "R01-H02") == 1


def test_a_case_that_names_a_rule_twice_is_played_once():
    steps = len(conformance.proofs()["R01-H06"])
    assert steps > len(mutation.proving_cases("R01-H06")) == 1


def test_a_rule_works_as_long_as_all_that_carries_it_is_missed(store):
    rule = hard_rules()[0]
    assert mutation.state(rule) == ("uncovered", "untried")
    found = {"date": "2026-11-28", "mark": mutation.mark(rule)}
    mutation.keep({rule["id"]: {**found, "red": {"off a": "x", "off b": None}}})
    assert mutation.state(rule) == ("uncovered", "off b")
    mutation.keep({rule["id"]: {**found, "red": {"off a": "x", "off b": "y"}}})
    assert mutation.state(rule) == ("works", "")
    changed = {**rule, "by": [*rule["by"], "gate_other"]}
    assert mutation.state(changed) == ("uncovered", "stale")


def test_nothing_tried_is_not_covered(store):
    rule = hard_rules()[0]
    found = {"date": "2026-11-28", "mark": mutation.mark(rule), "red": {}}
    mutation.keep({rule["id"]: found})
    assert mutation.state(rule)[0] == "uncovered"


def test_the_offices_own_duty_is_neither(store):
    rule = {**hard_rules()[0], "effect": mutation.OFFICE}
    assert mutation.state(rule) == ("office", "")
    assert mutation.counts([rule]) == {"works": 0, "office": 1, "uncovered": 0}
