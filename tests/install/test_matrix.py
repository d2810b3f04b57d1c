"""Add-ons come and go; what the helpdesk had before stays as it was."""

import ast
import contextlib
import re
import subprocess
import zipfile
from pathlib import Path

import pytest

from tools import databases, logs, odoo_cli, paths, postgres
from tools.steps import Failure

ADDONS = paths.present_addons()
SECTIONS = "select count(*) from {table} where {where}"

#: A case in full, and an ordinary ticket, as somebody in the office would make them.
FILL = """
from odoo import Command
env = env(context={"lang": "en_US"})
env.ref("community_complaint.regulation_r01").action_adopt(answers={
    "superior_name": "District Office", "superior_phone": "021-5555 0200",
    "passed_date": "2019-12-01", "in_force_date": "2020-01-01",
})
desk = env["helpdesk.ticket.team"].search([("regulation_id", "!=", False)], limit=1)
case = env["helpdesk.ticket"].create({
    "team_id": desk.id,
    "description": "<p>Noise</p>",
    "type_id": env.ref("community_complaint.type_noise").id,
    "channel_id": env.ref("community_complaint.channel_window").id,
    "complainant_name": "Li Lei",
    "complainant_phone": "13800138000",
    "respondent_ids": [Command.create({"kind": "other", "name": "Neighbour"})],
})
case.action_accept()
team = env["helpdesk.ticket.team"].create({"name": "Ordinary"})
env["helpdesk.ticket"].create(
    {"name": "Printer jam", "description": "x", "team_id": team.id}
)
env.cr.commit()
"""

#: A response that runs, a medical event, and what else hangs on the texts of the add-on.
FILL_MEDICAL = """
from odoo import Command, fields
env = env(context={"lang": "en_US"})
def adopt(name):
    action = env.ref(f"community_complaint.{name}").action_adopt(answers={
        "superior_name": "Health Bureau", "superior_phone": "021-5555 0300",
        "in_force_date": "2020-01-01",
    })
    return env["complaint.regulation"].browse(action["res_id"])
plan, medical = adopt("regulation_r13"), adopt("regulation_r15")
leader = env.ref("base.user_admin")
leader.group_ids += env.ref("community_complaint.group_complaint_leader")
plan.emergency_member_ids = leader
case = env["helpdesk.ticket"].create({
    "team_id": plan.team_id.id,
    "description": "<p>The water is brown</p>",
    "type_id": env.ref("community_complaint.type_public_health").id,
    "channel_id": env.ref("community_complaint.channel_window").id,
    "complainant_name": "Han Meimei",
    "complainant_phone": "13800138001",
    "response_level": "1",
})
plan.gate_instruction = False
case.action_start_response()
case.action_accept()
case.action_start_investigation()
env["complaint.inquiry"].create({
    "ticket_id": case.id, "kind": "explanation", "summary": "The tap is closed.",
})
env["complaint.medical.event"].create({
    "regulation_id": medical.id,
    "kind": "error",
    "event_date": fields.Datetime.now(),
    "course": "The label was wrong.",
})
tasks = plan.duty_ids._open_tasks()
tasks.filtered(lambda task: task.kind == "drill").action_record_drill()
summaries = medical.duty_ids._open_tasks()
summaries.filtered(lambda task: task.kind == "medical_report").action_open_summary()
env.cr.commit()
"""

#: An office without the hospital: nothing of it on a form, its texts are not adopted.
WITHOUT_MEDICAL = """
from ast import literal_eval
from odoo.exceptions import UserError
env = env(context={"lang": "en_US"})
for model in ("helpdesk.ticket", "complaint.regulation", "complaint.duty.task"):
    arch = env[model].get_view(view_type="form")["arch"]
    assert not [w for w in ("medical_", "emergency", "drill") if w in arch], model
assert not env["ir.ui.menu"].search([("name", "ilike", "medical")])
other = env["res.company"].create({"name": "Another office"})
action = env.ref("community_complaint.complaint_regulation_action")
offered = env["complaint.regulation"].search(literal_eval(action.domain))
for name, needs in (("r13", True), ("r15", True), ("r18", False)):
    text = env.ref(f"community_complaint.regulation_{name}")
    assert (text in offered) is not needs, name
    try:
        text.with_company(other).action_adopt(other)
    except UserError as refused:
        assert needs and "Community Complaint Medical" in str(refused), refused
    else:
        assert not needs, f"{name} was adopted"
case = env["helpdesk.ticket"].search([("phase", "=", "accepted")], limit=1)
case.action_start_investigation()
assert case.phase == "investigating"
desk = env.ref("community_complaint.regulation_r13")._adopted(env.company).team_id
case = env["helpdesk.ticket"].search([("team_id", "=", desk.id)])
case.findings = "It was rust."
case.response_level = "2"
assert case.inquiry_ids.mapped("kind") == ["contact"], "what the office did stays"
reports = case.incident_report_ids
assert reports.mapped("kind") == ["other"] and reports.receiver == "leader"
env["helpdesk.ticket"].with_user(env.ref("base.user_admin")).get_complaint_desk()
"""


@pytest.fixture(scope="module")
def filled():
    """The name of a database with all our add-ons and some data, which is copied."""
    name, log = "cc_matrix_filled", paths.LOGS / "matrix_filled.log"
    databases.copy(databases.ensure_ours(), name)
    log.unlink(missing_ok=True)
    shell(name, FILL, log)
    assert not logs.read(log)
    yield name
    databases.drop(name)


@pytest.fixture
def database(request, filled):
    """A copy of it, and the log of what is done with it."""
    name = "cc_matrix"
    databases.copy(filled, name)
    log = paths.LOGS / f"{request.node.name}.log".replace("/", "_")
    log.unlink(missing_ok=True)
    yield name, log
    databases.drop(name)


def shell(name, code, log):
    """Run code in Odoo's shell on a database."""
    with open(log, "ab") as stream:
        subprocess.run(
            odoo_cli.command("shell", "-d", name, "--no-http"),
            input=code.encode(),
            stdout=stream,
            stderr=subprocess.STDOUT,
            env=odoo_cli.environment(),
            check=True,
        )


def modules(name, action, *names, log):
    """Install or uninstall modules, the way the command line does it."""
    odoo_cli.call(log, "module", action, "-d", name, *names)


def installed(name):
    """Return which of our add-ons are installed."""
    rows = postgres.query(
        "select name from ir_module_module where state = 'installed'"
        " and name like 'community_complaint%'",
        name,
    )
    return sorted(rows)


def count(name, table, where="true"):
    """Return how many rows a table has."""
    return int(postgres.query(SECTIONS.format(table=table, where=where), name)[0])


def dependents(addon):
    """Return the names of an add-on and of those of ours that need it."""
    found = {addon}
    for name in ADDONS:
        manifest = ast.literal_eval((paths.ROOT / name / "__manifest__.py").read_text())
        if found & set(manifest["depends"]):
            found.add(name)
    return found


def force(name):
    """Let add-ons with records on file be uninstalled today, as an administrator can."""
    postgres.query(
        "insert into ir_config_parameter (key, value) values"
        " ('community_complaint.uninstall', (now() at time zone 'utc')::date::text)",
        name,
    )


@pytest.mark.parametrize("addon", ["community_complaint", "helpdesk_mgmt"])
def test_what_is_on_file_is_not_uninstalled(database, addon):
    """By the command line, which asks as the buttons do, and by a mark past them."""
    name, log = database
    rows = count(name, "complaint_log")
    with pytest.raises(Failure):
        modules(name, "uninstall", addon, log=log)
    assert "community_complaint.uninstall" in log.read_text()
    mark = f"update ir_module_module set state = 'to remove' where name = '{addon}'"
    postgres.query(mark, name)
    # the mark is refused, or taken back; nothing goes either way
    with contextlib.suppress(Failure):
        odoo_cli.call(
            log,
            "server",
            "-d",
            name,
            "-u",
            "community_complaint_portal",
            "--stop-after-init",
            "--no-http",
        )
    assert installed(name) == sorted(ADDONS)
    assert count(name, "complaint_log") >= rows


@pytest.mark.parametrize("addon", list(reversed(ADDONS)))
def test_uninstall_and_install_again(database, addon):
    name, log = database
    gone = dependents(addon)
    force(name)
    before = count(name, "helpdesk_ticket")
    modules(name, "uninstall", addon, log=log)
    [path] = re.findall(r"what was on file is in (\S+\.zip)", log.read_text())[-1:] or [
        None
    ]
    if path:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
            assert ("helpdesk_ticket.csv" in names) is ("community_complaint" in gone)
        Path(path).unlink()
    assert path or addon not in ("community_complaint", "community_complaint_appeal")
    kept = count(name, "helpdesk_ticket")
    assert kept == (before - 1 if "community_complaint" in gone else before)
    assert installed(name) == sorted(set(ADDONS) - set(gone))
    assert count(name, "helpdesk_ticket", "name = 'Printer jam'") == 1
    assert count(name, "ir_model_data", f"module = '{addon}'") == 0
    modules(name, "install", *gone, log=log)
    assert installed(name) == sorted(ADDONS)
    assert count(name, "complaint_regulation", "is_template") >= 2
    assert not logs.read(log)


def test_without_medical(database):
    """A residents' committee has no trace of the hospital."""
    name, log = database
    shell(name, FILL_MEDICAL, log)
    force(name)
    modules(name, "uninstall", "community_complaint_medical", log=log)
    left = "select tablename from pg_tables where tablename ~ 'medical|emergency|drill'"
    assert not postgres.query(left, name)
    shell(name, WITHOUT_MEDICAL, log)
    assert not logs.read(log)


def test_beside_helpdesk_mgmt_sla(database):
    """Nobody needs it here, but offices may have it for their ordinary teams."""
    name, log = database
    modules(name, "install", "helpdesk_mgmt_sla", log=log)
    shell(
        name,
        'case = env["helpdesk.ticket"].search([("is_complaint", "=", True)], limit=1)\n'
        "assert case.copy().phase == 'registered'\n"
        "case.action_start_investigation()\n"
        "assert case.phase == 'investigating'\n",
        log,
    )
    assert not logs.read(log)
