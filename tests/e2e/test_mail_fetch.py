"""THREATS 34: a real server fetches every e-mail of ``data/mail`` from a real mailbox.

What no test inside one transaction can show: the original is stored before, and whatever
becomes of, the transaction that fetches.
"""

import csv
from pathlib import Path
from xmlrpc.client import Binary, Fault, ServerProxy

import pytest
from mailbox_server import Mailbox
from office import Office

FOLDER = Path(__file__).resolve().parents[2] / "data" / "mail"
DOMAIN = "xiangyang.example"


@pytest.fixture(scope="module")
def office(server):
    """Return an office whose desk has the address ``tousu@xiangyang.example``."""
    # Odoo's own script still calls by XML-RPC, and Odoo warns of it
    quiet = ("--log-handler", "odoo.addons.rpc.controllers.xmlrpc:ERROR")
    office = Office(server(arguments=quiet))
    admin = office.admin
    [domain] = admin.call("mail.alias.domain", "create", [{"name": DOMAIN}])
    [user] = admin.call("res.users", "read", [admin.info["uid"]], ["company_id"])
    admin.call(
        "res.company", "write", [user["company_id"][0]], {"alias_domain_id": domain}
    )
    admin.call(
        "helpdesk.ticket.team",
        "write",
        [office.desk],
        {
            "alias_name": "tousu",
            "alias_domain_id": domain,
            "user_id": office.people["leader"],
            "mail_limit": 1000,
            "mail_domain_limit": 1000,
        },
    )
    admin.call(
        "ir.config_parameter",
        "set_param",
        "community_complaint.mail_burst_count",
        "1000",
    )
    return office


def kept(office, since=0):
    """Return the kept mails, the oldest first."""
    return office.sessions["custodian"].call(
        "complaint.inbound.mail",
        "search_read",
        [["id", ">", since]],
        ["state", "reason", "ticket_id", "size", "sha256"],
        order="id",
    )


def fetch(office, mailbox):
    """Let the server fetch a mailbox as its scheduled action does."""
    [server] = office.admin.call(
        "fetchmail.server",
        "create",
        [
            {
                "name": "Mailbox",
                "server_type": "pop",
                "server": "127.0.0.1",
                "port": mailbox.port,
                "is_ssl": False,
                "user": "tousu",
                "password": "tousu",
                "state": "done",
            }
        ],
    )
    office.admin.call("fetchmail.server", "fetch_mail", [server])
    office.admin.call("fetchmail.server", "write", [server], {"active": False})


def test_threat_34_fetched_mails(office):
    with open(FOLDER / "classes.csv", newline="") as stream:
        expected = [
            (row["file"], row["state"], row["reason"]) for row in csv.DictReader(stream)
        ]
    mails = [(FOLDER / name).read_bytes() for name, _state, _reason in expected]
    with Mailbox(mails) as mailbox:
        fetch(office, mailbox)
        assert not mailbox.mails, "all were handled"
    rows = kept(office)
    found = [
        (name, row["state"], row["reason"] or "")
        for (name, _state, _reason), row in zip(expected, rows, strict=True)
    ]
    assert found == expected
    for row in rows:
        assert bool(row["ticket_id"]) == (row["state"] == "case")
    tasks = office.sessions["leader"].call(
        "mail.activity", "search_count", [["res_model", "=", "complaint.inbound.mail"]]
    )
    assert tasks == 1


def test_threat_34_fetched_again(office):
    """The mailbox was not emptied after all: nothing is on file twice."""
    [last] = kept(office)[-1:]
    with Mailbox([(FOLDER / "iphone_utf8.eml").read_bytes()]) as mailbox:
        fetch(office, mailbox)
    [row] = kept(office, last["id"])
    assert row["state"] == "duplicate"


def test_threat_31_script_of_the_mail_server(office):
    """``odoo-mailgate`` calls over XML-RPC: as administrator, and as nobody else."""
    [last] = kept(office)[-1:]
    url = f"{office.server.url}/xmlrpc/2/object"
    content = (FOLDER / "163_gbk_cut_words.eml").read_bytes()
    content = content.replace(b"5c1f9a2e", b"6c1f9a2e").replace(b"wang_jg", b"wang_jh")
    with ServerProxy(url) as objects:
        for login in ("clerk", "leader"):
            with pytest.raises(Fault, match="Only the mail gateway"):
                objects.execute_kw(
                    office.server.database,
                    office.people[login],
                    login,
                    "mail.thread",
                    "message_process",
                    [False, Binary(content)],
                )
        ticket = objects.execute_kw(
            office.server.database,
            office.admin.info["uid"],
            "admin",
            "mail.thread",
            "message_process",
            [False, Binary(content)],
        )
    [row] = kept(office, last["id"])
    assert (row["state"], row["ticket_id"][0]) == ("case", ticket)
