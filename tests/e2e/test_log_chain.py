"""The log of a real server: many writers, one chain; and the command that verifies it."""

import subprocess
import threading

import psycopg2
import pytest
from office import Office

from tools import paths, postgres

PEOPLE = 6
TURNS = 3


@pytest.fixture(scope="module")
def office(server):
    return Office(server())


def verify(database, *arguments):
    """Run ``./run verify-log`` and return its exit status and what it says."""
    done = subprocess.run(
        [paths.ROOT / "run", "verify-log", database, *arguments],
        capture_output=True,
        text=True,
    )
    return done.returncode, done.stdout + done.stderr


def change(database, *queries):
    """Do to the table what only the owner of the database can do."""
    with owner(database) as connection, connection.cursor() as cursor:
        cursor.execute("ALTER TABLE complaint_log DISABLE TRIGGER ALL")
        for query in queries:
            cursor.execute(query)
        cursor.execute("ALTER TABLE complaint_log ENABLE TRIGGER ALL")


def owner(database):
    environment = postgres.environment()
    names = {"host": "PGHOST", "port": "PGPORT", "user": "PGUSER"}
    given = {key: environment[name] for key, name in names.items() if environment[name]}
    return psycopg2.connect(dbname=database, **given)


def at_once(functions):
    """Call functions at the same time and return what they raised."""
    barrier, raised = threading.Barrier(len(functions)), []

    def call(function):
        barrier.wait()
        try:
            function()
        except Exception as error:  # noqa: BLE001 - whatever it is, it is shown
            raised.append(error)

    threads = [threading.Thread(target=call, args=[item]) for item in functions]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return raised


def test_many_writers_one_chain(office):
    """Cases registered and accepted at once leave a chain without gap or fork."""
    database = office.server.database
    sessions = [office.server.login("clerk") for _person in range(PEOPLE)]

    def work(session):
        own = Office.__new__(Office)
        own.__dict__.update(office.__dict__, sessions={"clerk": session})
        for _turn in range(TURNS):
            assert own.step("clerk", "accept", own.register()) is None

    raised = at_once([lambda session=session: work(session) for session in sessions])
    assert not raised
    [count] = postgres.query(
        "select count(*) from complaint_log where kind in ('registered', 'step')",
        database,
    )
    assert int(count) == PEOPLE * TURNS * 2
    status, said = verify(database)
    assert status == 0, said
    assert "unbroken" in said


def test_two_connections(office):
    """Who waited for the other one's commit goes on from there, in an older snapshot."""
    database = office.server.database
    company = postgres.query("select id from res_company order by id", database)[0]
    script = f"""
import threading
from odoo import SUPERUSER_ID, api
from odoo.modules.registry import Registry
registry = Registry({database!r})
begun, go = threading.Barrier(3), threading.Barrier(3)
def write():
    with registry.cursor() as cr:
        env = api.Environment(cr, SUPERUSER_ID, {{}})
        company = env["res.company"].browse({company})
        assert company.name  # the snapshot begins here, before the other one commits
        begun.wait()
        go.wait()
        env["complaint.log"]._record("keys_rotated", company, {{"count": 1}}, company)
threads = [threading.Thread(target=write) for _i in range(2)]
for thread in threads: thread.start()
begun.wait()
go.wait()
for thread in threads: thread.join()
"""
    from tools import odoo_cli

    done = subprocess.run(
        odoo_cli.command("shell", "-d", database, "--no-http"),
        input=script.encode(),
        capture_output=True,
        env=odoo_cli.environment(),
    )
    assert done.returncode == 0
    assert b"Traceback" not in done.stderr, done.stderr
    rows = postgres.query(
        "select count(*) from complaint_log where kind = 'keys_rotated'", database
    )
    assert int(rows[0]) == 2
    status, said = verify(database)
    assert status == 0, said


def test_broken_chain(office):
    database = office.server.database
    office.register()
    status, said = verify(database)
    assert status == 0
    head = said.split("--head ")[1].split()[0]
    number = int(head.split(":")[1])
    change(database, f"delete from complaint_log where sequence = {number}")
    status, said = verify(database)
    assert status == 0, "nobody who has not kept the end can know"
    status, said = verify(database, "--head", head)
    assert status == 1
    assert f"row {number} is missing" in said
    change(
        database,
        "update complaint_log set user_id = 1 where sequence = 2 and user_id > 1",
    )
    change(database, "update complaint_log set kind = 'other' where sequence = 2")
    status, said = verify(database)
    assert status == 1
    assert "BROKEN, row 2 was changed" in said


def test_no_such_database():
    status, said = verify("cc_absent")
    assert status == 1
    assert "Traceback" not in said
