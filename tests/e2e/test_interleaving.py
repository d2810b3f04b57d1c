"""Somebody ends a case while somebody else adds to it: the file ends with the case."""

import json
import subprocess

import pytest
from office import Office

from tools import odoo_cli

#: What is added to a case: model and values.
PARTS = {
    "complaint.evidence": {"name": "Photo"},
    "complaint.inquiry": {"kind": "visit", "summary": "Looked at."},
    "complaint.respondent": {"kind": "other", "name": "Somebody"},
}
#: Runs beside the server, with transactions of its own, on ``CASES`` of ``DATABASE``.
SCRIPT = """
import json, threading, time
from odoo import SUPERUSER_ID, api
from odoo.exceptions import UserError
from odoo.modules.registry import Registry
registry, told = Registry(DATABASE), {}

def begin(cr):
    env = api.Environment(cr, SUPERUSER_ID, {})
    env.cr.execute("SELECT 1 FROM helpdesk_ticket LIMIT 1")  # the snapshot begins here
    return env

def end(env, case):
    env["helpdesk.ticket"].browse(case).action_withdraw("Settled at home.")
    env.flush_all()

def add(env, case, model):
    env[model].create({"ticket_id": case, **PARTS[model]})
    env.flush_all()

def outcome(function, *arguments):
    try:
        function(*arguments)
    except Exception as error:
        return type(error).__name__
    return "done"

def ended_first(case, model):
    with registry.cursor() as one, registry.cursor() as other:
        late = begin(other)
        end(begin(one), case)
        found = []
        thread = threading.Thread(
            target=lambda: found.append(outcome(add, late, case, model))
        )
        thread.start()
        thread.join(1)
        waits = thread.is_alive()
        one.commit()
        thread.join(20)
        other.rollback()
        return [waits, *found, outcome(add, begin(other), case, model)]

def added_first(case, model):
    with registry.cursor() as one, registry.cursor() as other:
        late = begin(one)
        add(begin(other), case, model)
        first = outcome(end, late, case)
        one.rollback()
        other.commit()
        return [first, outcome(end, begin(one), case)]

for model, (first, second) in CASES.items():
    told[model] = [ended_first(first, model), added_first(second, model)]
print("TOLD" + json.dumps(told))
"""


@pytest.fixture(scope="module")
def office(server):
    return Office(server())


@pytest.fixture(scope="module")
def told(office):
    """Return ``{model: [what happened when the case ended first, when last]}``."""
    cases = {model: [open_case(office), open_case(office)] for model in PARTS}
    database = office.server.database
    head = f"DATABASE, CASES, PARTS = {database!r}, {cases!r}, {PARTS!r}\n"
    done = subprocess.run(
        odoo_cli.command("shell", "-d", database, "--no-http"),
        input=f"{head}exec({SCRIPT!r}, globals())\n".encode(),
        capture_output=True,
        env=odoo_cli.environment(),
    )
    assert done.returncode == 0, done.stderr.decode()[-2000:]
    [line] = [
        part for part in done.stdout.decode().splitlines() if part.startswith("TOLD")
    ]
    return json.loads(line[4:])


def open_case(office):
    ticket = office.register()
    assert office.step("clerk", "accept", ticket) is None
    return ticket


@pytest.mark.parametrize("model", PARTS)
def test_who_adds_waits_for_who_ends(told, model):
    """The part is refused as soon as the end is committed, and when it is tried anew."""
    assert told[model][0] == [True, "SerializationFailure", "UserError"]


@pytest.mark.parametrize("model", PARTS)
def test_who_ends_is_told_of_who_adds(told, model):
    """The end is refused while something is being added, and goes on after it."""
    assert told[model][1] == ["UserError", "done"]
