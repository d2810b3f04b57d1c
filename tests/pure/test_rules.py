"""``data/rules.yaml`` and the scenarios: every hard rule is proven, or named as open."""

import pytest

from tools import conformance
from tools.steps import Failure


def hard():
    return {
        rule["id"]
        for _c, _x, rule in conformance.rules()
        if conformance.kind(rule) == "H"
    }


def test_every_hard_rule_is_proven_or_open():
    waiting = set(conformance.catalogue()[1])
    unproven = hard() - conformance.proofs().keys()
    assert sorted(unproven - waiting) == [], "no scenario proves these rules"
    assert sorted(waiting - unproven) == [], "these are proven, so they are not open"


def test_every_text_of_the_digest_has_rules():
    texts = conformance.catalogue()[0]
    assert set(texts) == {*(f"R{n:02d}" for n in range(1, 20)), "XF", "YL", "UK", "EU"}
    for code, text in texts.items():
        for rule in text["rules"]:
            assert rule["id"].startswith(f"{code}-"), rule["id"]
            assert rule["en"], rule["id"]
            assert rule["zh"], rule["id"]
            words = set(rule) - {"effect"}
            assert words == {"id", "clause", "at", "by", "en", "zh"}, rule["id"]


def case(**step):
    step = {"do": "accept", "at": "2026-11-02 10:00", **step}
    return {"xmlid": "regulation_r01", "cases": [{"name": "x", "steps": [step]}]}


def test_a_step_proves_rules_of_its_own_text_that_exist():
    good = case(rules=["R01-H02"], expect={"phase": "accepted"})
    conformance.check_script(good, "good")
    for rules in (["R01-H99"], ["R02-H01"]):
        with pytest.raises(Failure, match="no rules of this text"):
            conformance.check_script(case(rules=rules, refused="x"), "bad")
    with pytest.raises(Failure, match="proves nothing"):
        conformance.check_script(case(rules=["R01-H02"]), "bad")


def test_all_that_is_made_from_the_rules_is_up_to_date():
    for path, content in conformance.outputs().items():
        assert path.read_text() == content, f"{path.name}: ./run conformance"


def test_the_last_replay_is_of_these_scenarios():
    assert list(conformance.stale()) == [], "./run conformance"
