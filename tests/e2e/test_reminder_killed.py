"""The morning's digests: each person once, whatever happens to the job."""

import os
import signal
import subprocess
import threading
import time
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import pytest
from office import Office
from test_two_people import at_once

from tools import postgres

CASES = 40
CRON = "complaint_deadline_cron_remind"
#: Digests that are on file, by reader.
SENT = """
    select login || '|' || count(*)
      from mail_message message
      join mail_notification note on note.mail_message_id = message.id
      join res_users reader on reader.partner_id = note.res_partner_id
     where message.message_type = 'user_notification' and message.body like '%TS%'
  group by login order by login
"""
#: The job has its lock and waits for somebody else's.
JOB_WAITS = """
    select 1 from pg_locks waiting join pg_locks own on own.pid = waiting.pid
     where not waiting.granted and own.locktype = 'advisory'
"""
MARKED = "select count(*) from complaint_deadline where escalated_date is not null"


@pytest.fixture(scope="module")
def office(server):
    """An office that is open at this moment, with cases that are overdue."""
    office = Office(server())
    always_open(office)
    received = datetime.now(UTC) - timedelta(days=40)
    for _case in range(CASES):
        office.register(received_date=f"{received:%Y-%m-%d %H:%M:%S}")
    return office


def always_open(office):
    """Give the office a calendar that never closes, so that it is always morning."""
    hours = [
        (0, 0, {"name": str(day), "dayofweek": str(day), "hour_from": 0, "hour_to": 24})
        for day in range(7)
    ]
    [calendar] = office.admin.call(
        "resource.calendar",
        "create",
        [{"name": "24/7", "tz": "Asia/Shanghai", "attendance_ids": [(5,), *hours]}],
    )
    office.admin.call(
        "complaint.regulation", "write", [office.regulation], {"calendar_id": calendar}
    )


def run_job(session, cron):
    """Run the scheduled action as an administrator does; return what it answers."""
    try:
        return session.call("ir.cron", "method_direct_trigger", [cron])
    except Exception as error:  # noqa: BLE001 - a killed server answers anything
        return str(error)


@contextmanager
def clock_held(database):
    """Hold a clock: the job stops where it marks it, when all digests are written."""
    hold = "begin; select 1 from complaint_deadline limit 1 for update; select pg_sleep(60)"
    holder = subprocess.Popen(
        ["psql", "--no-psqlrc", "-Atq", "-d", database, "-c", hold],
        env=postgres.environment(),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    sleeping = "from pg_stat_activity where wait_event = 'PgSleep'"
    wait_for(f"select 1 {sleeping}", database)
    try:
        yield
    finally:
        postgres.query(f"select pg_terminate_backend(pid) {sleeping}", database)
        holder.wait()


def wait_for(sql, database):
    """Wait until a statement finds something."""
    for _turn in range(600):
        if postgres.query(sql, database):
            return
        time.sleep(0.05)
    pytest.fail(f"never: {sql}")


def test_once_each_though_killed_and_run_twice(office):
    server = office.server
    database = server.database
    cron = office.ref(CRON)
    thread = threading.Thread(target=run_job, args=(office.admin, cron))
    with clock_held(database):
        thread.start()
        wait_for(JOB_WAITS, database)
        os.killpg(server.process.pid, signal.SIGKILL)
        server.process.wait()
    thread.join()
    assert postgres.query(SENT, database) == [], "half of it was kept"
    assert postgres.query(MARKED, database) == ["0"]

    server.run_process()
    sessions = [server.login("admin") for _run in range(4)]
    at_once([lambda session=session: run_job(session, cron) for session in sessions])
    run_job(sessions[0], cron)
    sent = dict(row.split("|") for row in postgres.query(SENT, database))
    assert sent, "nobody was told"
    assert set(sent.values()) == {"1"}, sent
    assert "leader" in sent
    assert postgres.query(MARKED, database) == [str(CASES)]
