"""Two people at once, and a server that dies: the case is before a step or after it."""

import os
import signal
import threading

import pytest
from office import Office

from tools import postgres

pytestmark = pytest.mark.prefork

PEOPLE = 6


@pytest.fixture(scope="module")
def office(server):
    return Office(server())


def at_once(functions):
    """Call functions at the same time and return their results."""
    results = [None] * len(functions)
    barrier = threading.Barrier(len(functions))

    def run(index, function):
        barrier.wait()
        results[index] = function()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(functions)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def test_one_acceptance(office):
    """Both pressed the button; one of them is told, and there is one voucher."""
    ticket = office.register()
    sessions = [office.server.login("clerk") for _person in range(PEOPLE)]

    def accept(session):
        office.sessions["clerk"] = session
        return office.step("clerk", "accept", ticket)

    told = at_once([lambda session=session: accept(session) for session in sessions])
    assert told.count(None) == 1, told
    values = office.read(ticket, "phase", "notice_ids")
    assert values["phase"] == "accepted"
    assert len(values["notice_ids"]) == 1


def test_numbers_without_gaps(office):
    """Registered at once by several people, the numbers are unique and have no gap."""
    tickets = at_once([office.register for _person in range(PEOPLE)])
    numbers = sorted(
        int(office.read(ticket, "number")["number"].split("-")[1]) for ticket in tickets
    )
    assert numbers == list(range(numbers[0], numbers[0] + PEOPLE))


def test_killed_in_the_middle(office):
    """The server is killed while a voucher prints; the case is where it was."""
    server = office.server
    tickets = [office.register() for _case in range(8)]
    answer = []

    def accept():
        try:
            answer.append(office.step("clerk", "accept", *tickets))
        except OSError:
            answer.append("lost")

    thread = threading.Thread(target=accept)
    thread.start()
    wait_for_lock(server.database)
    os.killpg(server.process.pid, signal.SIGKILL)
    server.process.wait()
    thread.join()
    assert answer == ["lost"]
    server.run_process()
    states = {
        (row.split("|")[0], row.split("|")[1])
        for row in postgres.query(
            "select t.phase || '|' || count(n.id) from helpdesk_ticket t"
            " left join complaint_notice n on n.ticket_id = t.id"
            f" where t.id in ({','.join(map(str, tickets))}) group by t.id, t.phase",
            server.database,
        )
    }
    assert states in ({("registered", "0")}, {("accepted", "1")})
    office.sessions["clerk"] = server.login("clerk")
    office.sessions["leader"] = server.login("leader")
    if states == {("registered", "0")}:
        assert office.step("clerk", "accept", *tickets) is None
    assert office.read(tickets[-1], "phase")["phase"] == "accepted"


def wait_for_lock(database):
    """Wait until the step has locked its cases."""
    for _turn in range(2000):
        busy = postgres.query(
            "select 1 from pg_locks l join pg_class c on c.oid = l.relation"
            " where c.relname = 'complaint_counter' and l.mode = 'RowExclusiveLock'",
            database,
        )
        if busy:
            return
    pytest.fail("the step never began")
