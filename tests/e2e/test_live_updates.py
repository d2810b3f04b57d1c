"""What one person does is on another's screen at once: the websocket works."""

import pytest
from office import Office

pytestmark = pytest.mark.prefork

INBOX = "/odoo/discuss?active_id=mail.box_inbox"
TEXT = "请今天去现场看一下。"


@pytest.fixture(scope="module")
def office(server):
    return Office(server())


def read_in_odoo(office, role):
    """Let a person read messages in Odoo, not by e-mail; return their partner."""
    user = office.people[role]
    office.admin.call("res.users", "write", [user], {"notification_type": "inbox"})
    [row] = office.admin.call("res.users", "read", [user], ["partner_id"])
    return row["partner_id"][0]


def test_message_arrives_on_an_open_screen(office, open_page):
    """The leader writes; the handler reads it without touching anything."""
    handler = read_in_odoo(office, "handler")
    ticket = office.register()
    page = open_page(office.server, "handler", path=INBOX)
    page.wait_for_selector(".o-mail-Thread-empty h4")
    office.sessions["leader"].call(
        "helpdesk.ticket",
        "message_post",
        [ticket],
        body=TEXT,
        partner_ids=[handler],
        message_type="comment",
        subtype_xmlid="mail.mt_note",
    )
    page.wait_for_selector(f".o-mail-Message:has-text('{TEXT}')")
