"""R01: a resident who has nothing but an e-mail address, over real SMTP and IMAP.

Odoo's own action fetches the office's mailbox; the resident's mail program sends by SMTP
and reads by IMAP. Nothing is handed to the office in any other way.
"""

from email.message import EmailMessage

import pytest
from casework import NAME, read, said
from office import Office
from post_office import PASSWORD, PostOffice
from resident import photo

from tools.live import RemoteError

DOMAIN = "xiangyang.example"
DESK = f"tousu@{DOMAIN}"
LI = "lilei@resident.example"
STORY = "三号楼楼上连续三天夜里十一点后还在装修，老人无法休息。"


@pytest.fixture(scope="module")
def post():
    with PostOffice() as post:
        yield post


@pytest.fixture(scope="module")
def office(server, post):
    """Return an office whose mail comes by IMAP and leaves by SMTP."""
    office = Office(server(), name=NAME)
    admin = office.admin
    [domain] = admin.call("mail.alias.domain", "create", [{"name": DOMAIN}])
    [user] = admin.call("res.users", "read", [admin.info["uid"]], ["company_id"])
    company = user["company_id"][0]
    admin.call("res.company", "write", [company], {"alias_domain_id": domain})
    desk = {"alias_name": "tousu", "alias_domain_id": domain}
    admin.call("helpdesk.ticket.team", "write", [office.desk], desk)
    office.mails_leave_by(post.smtp_port, DOMAIN)
    office.mailbox = admin.call(
        "fetchmail.server",
        "create",
        [
            {
                "name": "Mailbox",
                "server_type": "imap",
                "server": "127.0.0.1",
                "port": post.imap_port,
                "user": DESK,
                "password": "mistyped",
            }
        ],
    )
    return office


def complaint():
    """Return the bytes of a mail as a mail program writes it, with a photo."""
    message = EmailMessage()
    message["From"] = f"李雷 <{LI}>"
    message["To"] = DESK
    message["Subject"] = "夜间装修噪声"
    message["Message-ID"] = "<20261129.1@resident.example>"
    message.set_content(STORY, charset="gb18030")
    message.add_attachment(
        photo(), maintype="image", subtype="png", filename="夜间.png"
    )
    return message.as_bytes()


def case_of(office):
    """Return the case that came by mail."""
    [ticket] = office.sessions["clerk"].call(
        "helpdesk.ticket", "search", [["by_mail", "=", True]]
    )
    return ticket


def test_the_mailbox_is_asked_for_its_password(office):
    with pytest.raises(RemoteError, match="who are you"):
        office.admin.call("fetchmail.server", "button_confirm_login", office.mailbox)
    office.admin.call(
        "fetchmail.server", "write", office.mailbox, {"password": PASSWORD}
    )
    office.admin.call("fetchmail.server", "button_confirm_login", office.mailbox)
    [row] = office.admin.call("fetchmail.server", "read", office.mailbox, ["state"])
    assert row["state"] == "done"


def test_from_mailbox_to_mailbox(office, post, open_page):
    post.send(LI, DESK, complaint())
    office.admin.call("fetchmail.server", "fetch_mail", office.mailbox)
    ticket = case_of(office)
    values = office.read(ticket, "number", "phase", "description")
    assert values["phase"] == "registered"
    assert STORY in values["description"]

    office.deliver()
    [acknowledged] = post.unread(LI)
    assert acknowledged["From"].endswith(f"<{DESK}>")
    assert acknowledged["Subject"] == values["number"]
    assert values["number"] in said(acknowledged)

    kind = {"type_id": office.ref("type_noise")}
    office.sessions["clerk"].call("helpdesk.ticket", "write", [ticket], kind)
    assert office.step("clerk", "accept", ticket) is None
    office.deliver()
    [told] = post.unread(LI)
    assert told["Subject"] == values["number"]
    assert "李雷" not in said(told), "who complained is confidential"
    page = open_page(office.server, phone=True, path="/complaints")
    _text, voucher = read(page, told, values["number"], "imap-voucher")
    assert values["number"] in voucher
    assert NAME in voucher
    [notice] = office.sessions["clerk"].call(
        "complaint.notice",
        "search_read",
        [["ticket_id", "=", ticket], ["kind", "=", "voucher"]],
        ["state", "delivery"],
    )
    assert (notice["state"], notice["delivery"]) == ("served", "email")
    assert not post.unread(LI), "nothing more came"


def test_fetched_once(office, post):
    """What was fetched is marked as seen; the next round finds nothing."""
    assert not post.unread(DESK)
    office.admin.call("fetchmail.server", "fetch_mail", office.mailbox)
    case_of(office)
