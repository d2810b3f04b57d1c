"""Scenarios miss what carries a rule: ``./run conformance --mutate R01``.

Without that command one rule is tried, both ways.
"""

import os
import sys
from datetime import date
from pathlib import Path

from odoo.tests import HttpCase, tagged

sys.path.insert(0, str(Path(__file__).parent))

from mutants import MUTANTS  # noqa: E402

from tools import conformance, mutation  # noqa: E402
from tools.steps import say  # noqa: E402

WANTED = os.environ.get("COMPLAINT_MUTATE", "").split()


def script_of(code):
    """Return the scenario of a text."""
    xmlid = conformance.catalogue()[0][code]["xmlid"]
    return next(
        script
        for script in conformance.scenarios().values()
        if script["xmlid"] == xmlid
    )


class Mutations(HttpCase):
    maxDiff = None
    """One text's rules and their mutants."""

    def open(self, code):
        script = script_of(code)
        self.story = MUTANTS[script.get("played", "calls")](self, script)
        self.sound = {}

    def caught(self, rule, effect):
        """Return the step that misses what carries a rule, ``None`` if none does.

        :return: ``"<case>, <step> on <day>"``
        """
        for name, whole in mutation.proving_cases(rule["id"]):
            case = mutation.trimmed(whole, rule["id"])
            number, why = self.story.first_red(case, effect)
            say(f"{rule['id']} {effect} [{name}]: {number} {why[:300]!r}")
            if number is None or number < mutation.first_named(case, rule["id"]):
                continue
            if self.is_sound(whole):
                step = case["steps"][number]
                return f"{case['name']}, {step['do']} on {str(step['at'])[:10]}"
        return None

    def is_sound(self, case):
        """Return whether a case is green as long as nothing is taken away."""
        name = case["name"]
        if name not in self.sound:
            number, why = self.story.first_red(case)
            self.sound[name] = number is None
            if why:
                say(f"{name} is red anyway: {why}")
        return self.sound[name]


@tagged("post_install", "-at_install")
class TestMutant(Mutations):
    """The engine itself."""

    def test_what_carries_a_rule_is_missed(self):
        """Also when the office takes it for sent, and only the mailbox is empty."""
        self.open("XF")
        rule = next(item for item in mutation.hard("XF") if item["id"] == "XF-H01")
        self.assertTrue(self.caught(rule, "unissued voucher"))
        self.assertIn("deliver", self.caught(rule, "undelivered email voucher"))
        self.assertIn("deliver", self.caught(rule, "undelivered sms voucher"))
        self.assertIsNone(self.caught(rule, "unissued circulated"), "no part of it")


@tagged("post_install", "-at_install")
class TestMutations(Mutations):
    """One test a text that the command names, made below."""

    def mutate(self, code):
        self.open(code)
        for rule in mutation.hard(code):
            if {code, rule["id"]} & set(WANTED) and mutation.effects(rule):
                red = {
                    effect: self.caught(rule, effect)
                    for effect in mutation.effects(rule)
                }
                found = {
                    "date": str(date.today()),
                    "mark": mutation.mark(rule),
                    "red": red,
                }
                mutation.keep({rule["id"]: found})


def _test(code):
    def test(self):
        self.mutate(code)

    test.__doc__ = f"Take away what carries the rules of {code}."
    return test


for _code in dict.fromkeys(name.partition("-")[0] for name in WANTED):
    setattr(TestMutations, f"test_{_code}", _test(_code))
