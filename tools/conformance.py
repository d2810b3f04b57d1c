"""The rules of all texts: their records, their Chinese, their page in the documentation.

``data/rules.yaml`` says what each text asks for; steps of ``data/scenarios`` name the
rules they prove (``rules: [R01-H02]``); ``data/replay.json`` keeps what the last replay
by ``./run conformance`` came to, ``data/mutations.json`` whether a scenario misses what
carries a rule (``tools/mutation.py``). Everything else is made from these.
"""

import csv
import hashlib
import io
import json
from functools import cache

import yaml

from tools import paths
from tools.steps import Failure, say

RULES = paths.ROOT / "data" / "rules.yaml"
REPLAY = paths.ROOT / "data" / "replay.json"
SCENARIOS = paths.ROOT / "data" / "scenarios"
RECORDS = paths.ROOT / "community_complaint/data/complaint.regulation.rule.csv"
TERMS = paths.ROOT / "i18n" / "terms" / "rules.tsv"
PAGE = paths.ROOT / "docs" / "conformance.rst"
KINDS = {"H": "hard", "A": "ambiguous", "G": "guidance"}
#: Words of ``by`` that name lists, and the prefix of their records' xmlids.
LISTS = {
    "channels": ("channel_ids", "channel"),
    "types": ("type_ids", "type"),
    "measures": ("measure_ids", "measure"),
    "kinds": ("complainant_kind_ids", "complainant_kind"),
}
#: Words of ``by`` that name lines, the fields that find one, and those that measure it.
LINES = {
    "limit": ("sla_policy_ids", ("start_event", "end_event"), ("quantity", "unit")),
    "needs": ("requirement_ids", ("item",), ()),
    "act": ("type_rule_ids", ("requires",), ()),
    "duty": ("duty_ids", ("kind",), ("period", "period_unit")),
    "level": ("appeal_level_ids", ("authority",), ("quantity", "unit")),
}
#: Fields given as ``field=value`` that tell one line from another.
FINDING = frozenset(
    {"complexity", "response_level", "appeal_level", "kind", "is_dated"}
)
#: Steps without an expectation prove nothing.
PROVING = frozenset({"refused", "expect"})


# ----------------------------------------------------------------------
# Reading
# ----------------------------------------------------------------------


@cache
def catalogue():
    """Return ``(texts, open ids)``; a text has ``xmlid`` and ``rules``."""
    texts = yaml.safe_load(RULES.read_text())
    waiting = texts.pop("open")
    ids = [rule["id"] for text in texts.values() for rule in text["rules"]]
    twice = {name for name in ids if ids.count(name) > 1}
    if twice or not set(waiting) <= set(ids):
        raise Failure(f"{RULES.name}: {sorted(twice | (set(waiting) - set(ids)))}")
    return texts, waiting


def rules():
    """Yield ``(text code, xmlid of the regulation, rule)``."""
    for code, text in catalogue()[0].items():
        for rule in text["rules"]:
            yield code, text["xmlid"], rule


def check_script(script, name):
    """Check what a scenario says it proves.

    :raise Failure: if it names a rule that is unknown or another text's, or on a step
        that expects nothing
    """
    own = {rule["id"] for _c, xmlid, rule in rules() if xmlid == script["xmlid"]}
    for case in script["cases"]:
        for step in case["steps"]:
            named = step.get("rules", [])
            where = f"{name}, {case['name']}, {step['do']} at {step['at']}"
            if unknown := set(named) - own:
                raise Failure(f"{where}: no rules of this text: {sorted(unknown)}")
            if named and not PROVING & step.keys():
                raise Failure(f"{where}: proves nothing, it expects nothing")


@cache
def scenarios():
    """Return ``{name of the file: its checked content}``."""
    found = {}
    for path in sorted(SCENARIOS.glob("*.yaml")):
        found[path.stem] = yaml.safe_load(path.read_text())
        check_script(found[path.stem], path.name)
    return found


def digest(case):
    """Return a mark that changes with the case."""
    text = json.dumps(case, sort_keys=True, default=str, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def proofs():
    """Return ``{rule id: [(scenario, case, step)]}``."""
    found = {}
    for name, script in scenarios().items():
        for case in script["cases"]:
            for step in case["steps"]:
                for rule in step.get("rules", ()):
                    found.setdefault(rule, []).append((name, case, step))
    return found


@cache
def replayed():
    """Return ``{date, cases: {scenario: {case: mark}}}`` of the last replay."""
    return json.loads(REPLAY.read_text())


def is_replayed(name, case):
    """Tell whether the last replay went through a case as it is now."""
    return replayed()["cases"].get(name, {}).get(case["name"]) == digest(case)


def replayed_proofs(rule_id):
    """Return ``[(scenario, case, step)]`` that prove a rule and were replayed."""
    return [found for found in proofs().get(rule_id, ()) if is_replayed(*found[:2])]


def stale():
    """Yield proving cases that have changed since they were replayed."""
    cases = {(n, c["name"]): c for found in proofs().values() for n, c, _s in found}
    for (name, title), case in sorted(cases.items(), key=lambda item: item[0]):
        if not is_replayed(name, case):
            yield f"{name}: {title}"


def condition(text):
    """Return one setting of ``by`` as the add-on compares it.

    >>> condition("gate_voucher")
    {'field': 'gate_voucher', 'value': True}
    >>> condition("respondent_kind=staff")
    {'field': 'respondent_kind', 'value': 'staff'}
    >>> condition("channels window app")["has"]
    ['community_complaint.channel_window', 'community_complaint.channel_app']
    >>> found = condition("limit received accepted 3 working_day")
    >>> found["find"], found["is"]
    ({'start_event': 'received', 'end_event': 'accepted'}, {'quantity': 3, 'unit': 'working_day'})
    """
    word, *rest = text.split()
    if word in LISTS:
        field, prefix = LISTS[word]
        return {
            "field": field,
            "has": [f"community_complaint.{prefix}_{code}" for code in rest],
        }
    if word in LINES:
        return _line_condition(word, rest)
    name, _equals, value = text.partition("=")
    return {"field": name, "value": _value(name, value) if value else True}


def _line_condition(word, rest):
    field, finding, measuring = LINES[word]
    plain = [_value("", part) for part in rest if "=" not in part]
    pairs = dict(part.split("=") for part in rest if "=" in part)
    given = {name: _value(name, value) for name, value in pairs.items()}
    found = dict(zip((*finding, *measuring), plain, strict=False))
    found.update(given)
    names = {*finding, *(FINDING & given.keys())}
    return {
        "field": field,
        "find": {name: value for name, value in found.items() if name in names},
        "is": {name: value for name, value in found.items() if name not in names},
    }


def _value(name, text):
    """Return a value of ``by``; levels of response are words that look like numbers."""
    if text in ("true", "false"):
        return text == "true"
    return int(text) if text.isdigit() and name != "response_level" else text


# ----------------------------------------------------------------------
# Writing
# ----------------------------------------------------------------------


def main(_arguments):
    """Write everything that is made from the rules."""
    for path, content in outputs().items():
        path.write_text(content)
    waiting = catalogue()[1]
    count = sum(1 for _c, _x, rule in rules() if kind(rule) == "H")
    say(f"{count} hard rules, {count - len(waiting)} proven, {len(waiting)} open.")
    return 0


def outputs():
    """Return ``{path: content}`` of everything that is made from the rules."""
    return {RECORDS: records(), TERMS: terms(), PAGE: page()}


def kind(rule):
    """Return the letter of a rule's kind.

    >>> kind({"id": "R01-H02"})
    'H'
    """
    return rule["id"].rpartition("-")[2][0]


def evidence(rule_id):
    """Return ``{date, steps: [[day, what, refused]]}`` of a rule, or ``None``."""
    steps = [
        [str(step["at"])[:10], step["do"], "refused" in step]
        for _name, _case, step in replayed_proofs(rule_id)
    ]
    return {"date": replayed()["date"], "steps": steps} if steps else None


def records():
    """Return the records of the add-on as CSV."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(
        [
            "id",
            "regulation_id:id",
            "sequence",
            "code",
            "kind",
            "clause",
            "name",
            "places",
            "conditions",
            "evidence",
        ]
    )
    for number, (_code, xmlid, rule) in enumerate(rules(), 1):
        found = evidence(rule["id"])
        writer.writerow(
            [
                "rule_" + rule["id"].lower().replace("-", "_"),
                xmlid,
                number,
                rule["id"],
                KINDS[kind(rule)],
                rule["clause"],
                rule["en"],
                rule["at"],
                _json([condition(text) for text in rule["by"]]),
                _json(found) if found else "",
            ]
        )
    return stream.getvalue()


def _json(value):
    return json.dumps(value, ensure_ascii=False)


def terms():
    """Return the Chinese of the records."""
    words = {rule["en"]: rule["zh"] for _code, _xmlid, rule in rules()}
    return "".join(f"{en}\t{zh}\n" for en, zh in sorted(words.items()))


def page():
    """Return the page of the documentation."""
    lines = head()
    for code, text in catalogue()[0].items():
        lines += ["", code, "=" * len(code), ""]
        lines += [".. list-table::", "   :header-rows: 1", ""]
        lines += row(
            "Clause", "Rule", "Text", "Settings", "Acts at", "State", "Evidence"
        )
        for rule in text["rules"]:
            lines += row(
                rule["clause"],
                rule["id"],
                rule["en"],
                "; ".join(f"``{item}``" for item in rule["by"]) or "always",
                rule["at"],
                shown_state(rule),
                shown_evidence(rule),
            )
    return "\n".join(lines) + "\n"


def head():
    """Return the lines above the tables."""
    # it reads the rules from here
    from tools import mutation

    hard = [rule for _c, _x, rule in rules() if kind(rule) == "H"]
    found, waiting = mutation.counts(hard), catalogue()[1]
    return [
        "===========",
        "Conformance",
        "===========",
        "",
        "Made by ``./run conformance`` from ``data/rules.yaml``, the replay of",
        f"``data/scenarios`` on {replayed()['date']} and ``data/mutations.json``; do not",
        f"edit. {len(hard)} hard rules: {found['works']} work, {found['office']} are the",
        f"office's own duty, {found['uncovered']} are not covered.",
        "",
        "*Works*: with what carries the rule taken away, its scenario fails at the step",
        "that names the rule, or later (``./run conformance --mutate``). *Office*: no",
        "program proves it. *Not covered*: nobody tried yet; or the rule or its case has",
        "changed since (stale); or no step missed what is named.",
        f"A step of a scenario names {len(hard) - len(waiting)} of them as its evidence,",
        f"{len(waiting)} are open.",
        "H: must hold. A: the text leaves it open, the setting has a default. G: advice.",
    ]


def shown_state(rule):
    """Return what became of a hard rule without what carries it."""
    from tools import mutation

    if kind(rule) != "H":
        return ""
    state, why = mutation.state(rule)
    if state == "uncovered":
        plain = why in ("untried", "stale")
        return f"not covered: {why if plain else f'``{why}``'}"
    return {"works": "**works**", "office": "office"}[state]


def row(*cells):
    """Return the lines of one row of a table.

    >>> row("a", "b")
    ['   * - a', '     - b']
    """
    return [f"   {'*' if n == 0 else ' '} - {cell}" for n, cell in enumerate(cells)]


def shown_evidence(rule):
    """Return what proves a rule, in words."""
    found = replayed_proofs(rule["id"])
    if not found:
        return "**open**" if kind(rule) == "H" else ""
    return "; ".join(
        f"{name}.yaml “{case['name']}”, {step['do']} on {str(step['at'])[:10]}"
        + (" (refused)" if "refused" in step else "")
        for name, case, step in found[:3]
    )
