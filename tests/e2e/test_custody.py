"""Evidence with a real server: two acts at once, a killed server, a journey to the seal."""

import base64
import os
import signal
import threading

import pytest
from office import Office
from test_two_people import at_once

from tools import postgres
from tools.live import RemoteError

#: A drawn line, as the web client sends a signature.
LINE = base64.b64encode(
    b"GIF89a\x01\x00\x01\x00\x80\x00\x00\x00\x00\x00\xff\xff\xff,\x00\x00\x00\x00\x01"
    b"\x00\x01\x00\x00\x02\x02D\x01\x00;"
).decode()


@pytest.fixture(scope="module")
def office(server):
    office = Office(server())
    office.case = office.register()
    return office


def evidence(office, **vals):
    """Return the id of a new piece of evidence."""
    return office.sessions["handler"].call(
        "complaint.evidence",
        "create",
        [
            {
                "ticket_id": office.case,
                "name": "楼道照片",
                "received_from": "物业",
                **vals,
            }
        ],
    )[0]


def act(office, items, **vals):
    """Return the id of a new sealing list."""
    return office.sessions["handler"].call(
        "complaint.custody.act",
        "create",
        [
            {
                "ticket_id": office.case,
                "place": "档案室3号柜",
                "evidence_ids": [(6, 0, items)],
                "second_name": "投诉人",
                **vals,
            }
        ],
    )[0]


def sign(session, number):
    """Sign for both; return ``None`` or what the user is told."""
    try:
        session.call(
            "complaint.custody.act",
            "write",
            [number],
            {"first_signature": LINE, "second_signature": LINE},
        )
    except OSError:
        return "lost"
    except RemoteError as error:
        return str(error)
    return None


def chain(office, item):
    """Return the kinds of entries of a chain of custody and whether it is whole."""
    session = office.server.login("handler")
    rows = session.call(
        "complaint.custody", "search_read", [["evidence_id", "=", item]], ["kind"]
    )
    result = session.call("complaint.evidence", "action_verify", [item])
    return [row["kind"] for row in rows], result["params"]["type"]


def test_threat_39_two_seals_at_once(office):
    """Two people seal the same evidence: one list is done, the chain stays whole."""
    item = evidence(office)
    acts = [act(office, [item]) for _person in range(4)]
    sessions = [office.server.login("handler") for _person in acts]
    told = at_once(
        [
            lambda session=session, number=number: sign(session, number)
            for session, number in zip(sessions, acts, strict=True)
        ]
    )
    assert told.count(None) == 1, told
    assert chain(office, item) == (["received", "seal"], "success")


def test_threat_43_killed_while_sealing(office):
    """The evidence is sealed with list and chain, or nothing of it happened."""
    items = [evidence(office) for _item in range(6)]
    number = act(office, items)
    session, answer = office.server.login("handler"), []
    thread = threading.Thread(target=lambda: answer.append(sign(session, number)))
    thread.start()
    wait_for_lock(office.server.database)
    os.killpg(office.server.process.pid, signal.SIGKILL)
    office.server.process.wait()
    thread.join()
    assert answer == ["lost"]
    office.server.run_process()
    office.sessions = {role: office.server.login(role) for role in office.roles}
    states = set(
        postgres.query(
            "select e.custody_state || '|' || count(c.id) from complaint_evidence e"
            " join complaint_custody c on c.evidence_id = e.id"
            f" where e.id in ({','.join(map(str, items))}) group by e.id",
            office.server.database,
        )
    )
    assert states in ({"kept|1"}, {"sealed|2"})
    if states == {"kept|1"}:
        assert sign(office.sessions["handler"], number) is None
    for item in items:
        assert chain(office, item) == (["received", "seal"], "success")


def wait_for_lock(database):
    """Wait until the act has locked its evidence."""
    for _turn in range(2000):
        if postgres.query(
            "select 1 from pg_locks l join pg_class c on c.oid = l.relation"
            " where c.relname = 'complaint_evidence' and l.mode = 'RowShareLock'",
            database,
        ):
            return
    pytest.fail("sealing never began")


def test_seal_in_the_browser(office, open_page):
    """A handler seals all the evidence of a case: two signatures, one printed list."""
    office.case = office.register()
    item = evidence(office)
    page = open_page(office.server, "handler", "handler")
    page.goto(f"{office.server.url}/odoo/complaints/{office.case}")
    page.click(".nav-link[name=investigation]")
    page.click("button[name=action_seal_evidence]")
    page.wait_for_selector(".o_field_widget[name=second_name]")
    page.fill(".o_field_widget[name=place] input", "档案室3号柜")
    page.fill(".o_field_widget[name=second_name] input", "投诉人")
    for name in ("first_signature", "second_signature"):
        page.click(f".o_field_widget[name={name}] .o_signature")
        page.click(".modal footer .btn-primary")
        page.wait_for_selector(".modal", state="detached")
    page.click(".o_form_button_save")
    page.wait_for_selector(".o_field_widget[name=sha256]")
    assert chain(office, item) == (["received", "seal"], "success")
    page.goto(f"{office.server.url}/odoo/complaint-evidence/{item}")
    page.wait_for_selector(".alert .fa-lock")
    page.click("button[name=action_verify]")
    page.wait_for_selector(
        ".o_notification .bg-success, .o_notification_bar.bg-success"
    )
