"""What carries a rule: taken away, the rule's scenario must turn red.

A step that names a rule may expect something that would be there anyway. Therefore
``./run conformance --mutate R01 R02`` takes what carries each hard rule away, for one
replay and in the test's process only, and plays the case that proves the rule. It is
*caught* if the first step that fails names the rule, or comes after one that does.
``data/mutations.json`` keeps what it came to.

What carries a rule follows from its ``at`` and ``by``, or is said by ``effect``: a list of

    off BY                a setting, a line or an entry of a list is not there
    longer BY             a limit, level or duty has one unit more
    changed BY            what else a line says is not so
    elsewhere level …     the appeal goes to the other authority
    unended limit …       what the limit waits for does not end its clocks
    added limit …         there is a limit of a day where the text sets none
    added level …         there is one more level of appeal above the last
    unissued KIND         papers of a kind are not issued
    undelivered WAY KIND  papers of a kind are lost on a channel, sent for all the office knows
    optional FIELD        no form of a case asks for a field
    ungated STEP          nothing is missing for a step
    untaken STEP          a step does nothing

or the word ``office``: the rule is the office's own duty, which no program proves.
"""

import json
import os
from functools import cache

from tools import conformance, paths
from tools.steps import Failure, say

KEPT = paths.ROOT / "data" / "mutations.json"
OFFICE = "office"
#: Verbs of scenarios that undo all they do; other rules need not wait for them.
TRIALS = frozenset({"try_each", "try_measures", "look"})
#: Words of ``at`` that are no steps of a case.
NO_STEPS = frozenset(
    [
        "access",
        "appeal",
        "clock",
        "duty",
        "form",
        "gate",
        "publication",
        "register",
        "settings",
    ]
)


# ----------------------------------------------------------------------
# What carries a rule
# ----------------------------------------------------------------------


def effects(rule):
    """Return what carries a rule, one mutant each; none for the office's own duties.

    >>> effects({"at": "accept clock paper:voucher", "by": ["limit received accept_told 15 calendar_day"]})
    ['longer limit received accept_told 15 calendar_day', 'unended limit received accept_told 15 calendar_day', 'unissued voucher']
    >>> effects({"at": "accept gate", "by": []}), effects({"at": "decide", "by": []})
    (['ungated accept'], ['untaken decide'])
    >>> effects({"at": "register", "by": ["channels window"], "effect": "office"})
    []
    """
    own = rule.get("effect", ())
    if own:
        return [] if own == OFFICE else list(own)
    found = [effect for text in rule["by"] for effect in _of_setting(text)]
    found += [
        f"unissued {place.removeprefix('paper:')}"
        for place in rule["at"].split()
        if place.startswith("paper:")
    ]
    return found or _of_steps(rule["at"].split())


def _of_setting(text):
    """Return the effects of one setting of ``by``.

    >>> _of_setting("limit received investigation_started")
    ['off limit received investigation_started', 'unended limit received investigation_started']
    >>> _of_setting("limit accepted notified max_extension=30")
    ['changed limit accepted notified max_extension=30']
    >>> _of_setting("level superior"), _of_setting("level superior 15 calendar_day")
    (['elsewhere level superior'], ['longer level superior 15 calendar_day'])
    >>> _of_setting("duty publication"), _of_setting("gate_voucher")
    (['off duty publication'], ['off gate_voucher'])
    """
    word = text.split()[0]
    stated = conformance.condition(text).get("is", {})
    measured = {"quantity", "period"} & stated.keys()
    if word == "limit" and (measured or not stated):
        return [f"{'longer' if measured else 'off'} {text}", f"unended {text}"]
    if stated:
        return [f"{'longer' if measured else 'changed'} {text}"]
    return [f"{'elsewhere' if word == 'level' else 'off'} {text}"]


def _of_steps(places):
    steps = [place for place in places if place not in NO_STEPS]
    return [f"{'ungated' if 'gate' in places else 'untaken'} {step}" for step in steps]


def proving_cases(rule_id):
    """Return ``[(scenario, case)]`` with a step that names a rule, each once."""
    found = conformance.proofs().get(rule_id, ())
    return list(
        {(name, case["name"]): (name, case) for name, case, _step in found}.values()
    )


def trimmed(case, rule_id):
    """Return a case without trials that say nothing of a rule."""
    steps = [
        step
        for step in case["steps"]
        if step["do"] not in TRIALS or rule_id in step.get("rules", ())
    ]
    return {**case, "steps": steps}


def first_named(case, rule_id):
    """Return the number of the first step that names a rule."""
    return next(
        number
        for number, step in enumerate(case["steps"])
        if rule_id in step.get("rules", ())
    )


# ----------------------------------------------------------------------
# What it came to
# ----------------------------------------------------------------------


@cache
def kept():
    """Return ``{rule id: {date, mark, red: {effect: step or null}}}``."""
    return json.loads(KEPT.read_text()) if KEPT.is_file() else {}


def mark(rule):
    """Return a mark that changes with a rule, what carries it and what proves it."""
    cases = [case for _name, case, _step in conformance.proofs().get(rule["id"], ())]
    content = {"at": rule["at"], "by": rule["by"], "effects": effects(rule)}
    return conformance.digest({**content, "cases": cases})


def state(rule):
    """Return ``(state, why)`` of a rule.

    :return: ``works``, ``office`` or ``uncovered``; ``why`` is empty, ``stale`` (the rule
        or its case changed since), ``untried``, or the effects nobody missed
    """
    if rule.get("effect") == OFFICE:
        return OFFICE, ""
    known = kept().get(rule["id"])
    if not known:
        return "uncovered", "untried"
    if known["mark"] != mark(rule):
        return "uncovered", "stale"
    missed = [effect for effect, step in known["red"].items() if not step]
    return (
        ("uncovered", "; ".join(missed))
        if missed or not known["red"]
        else ("works", "")
    )


def keep(found):
    """Write what some rules came to, see :func:`kept`."""
    content = dict(sorted({**kept(), **found}.items()))
    KEPT.write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n")
    kept.cache_clear()


def counts(rules):
    """Return ``{state: number}`` of some rules."""
    states = [state(rule)[0] for rule in rules]
    return {name: states.count(name) for name in ("works", OFFICE, "uncovered")}


def hard(code):
    """Return the hard rules of a text."""
    return [
        rule
        for text, _xmlid, rule in conformance.rules()
        if text == code and conformance.kind(rule) == "H"
    ]


# ----------------------------------------------------------------------
# Trying
# ----------------------------------------------------------------------


def main(codes):
    """``./run conformance --mutate [TEXT or RULE…]``: all texts if none is named."""
    from tools import testing

    known = {code for code, _xmlid, _rule in conformance.rules()}
    known |= {rule["id"] for _code, _xmlid, rule in conformance.rules()}
    if unknown := set(codes) - known:
        raise Failure(f"There are no texts or rules {sorted(unknown)}")
    os.environ["COMPLAINT_MUTATE"] = " ".join(codes or conformance.catalogue()[0])
    status = testing.main(["scenarios", "-k", "TestMutations", "-s"])
    kept.cache_clear()
    for path, content in conformance.outputs().items():
        path.write_text(content)
    report(codes or conformance.catalogue()[0])
    return status


def report(codes):
    """Say what the texts came to, and what nobody missed."""
    for code in dict.fromkeys(name.partition("-")[0] for name in codes):
        rules = hard(code)
        found = counts(rules)
        say(
            f"{code}: "
            + ", ".join(f"{number} {name}" for name, number in found.items())
        )
        for rule in rules:
            name, why = state(rule)
            if name == "uncovered":
                say(f"  {rule['id']}: {why}")
