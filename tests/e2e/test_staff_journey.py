"""Clerk, handler and leader take a case under R01 from the window to its end, in Chinese.

Nothing is written to the database but by what they click and type. What ends the clocks
of 5.1, 5.3 and 5.5 is looked at where it arrives: in the resident's mailbox and on their
phone, and on the respondent's paper. The scenario ``r01`` plays the same story by the
driver of the screens; both have to end alike.
"""

from datetime import date

import pytest
from casework import (
    NAME,
    SCAN,
    appeal,
    assert_bare,
    assert_ends,
    clock,
    close,
    decide,
    inquire,
    papers,
    read,
    register,
    release,
    scenario,
    serve,
    submit,
    wires,
)
from office import Office
from screen import Screen

CASE = scenario("r01", "the resident's mailbox")
COMPLAINT = CASE["complaint"]
ADDRESS = COMPLAINT["complainant_email"]
#: What no message outside tells.
SECRETS = ("李雷", "装修", "301", "噪声", "施工")


@pytest.fixture(scope="module")
def office(server):
    return Office(server(), name=NAME)


@pytest.fixture(scope="module")
def wire(office):
    """Return where everything arrives that the office sends."""
    with wires(office) as found:
        yield found


@pytest.fixture
def screen(office, open_page):
    """Return a factory of the windows of people by role."""

    def factory(role, name="staff"):
        return Screen(open_page(office.server, role), f"{name}-{role}")

    return factory


def test_from_the_window_to_the_end(office, screen, wire, open_page):
    clerk = screen("clerk").open("/odoo/complaint-intake/new")
    ticket = register(clerk, COMPLAINT, "噪声扰民")
    voucher(office, ticket)
    assert clock(office, ticket, "5.1") == "running", "nobody was told yet"
    phone = open_page(office.server, phone=True, path="/complaints")
    told(office, wire, phone, ticket, "voucher")
    assert clock(office, ticket, "5.1") == "met"

    handler = screen("handler").open(f"/odoo/complaints/{ticket}")
    handler.button("开始调查").phase("调查核实")
    inquire(handler, "向阳小区3号楼", "二楼住户承认夜间施工，物业有登记。")
    submit(handler, "夜间施工属实，持续三晚。")
    leader = screen("leader").open(f"/odoo/complaints/{ticket}")
    decide(leader, "属实", "夜间施工违反管理规约。")
    clerk.open(f"/odoo/complaints/{ticket}")
    custodian = screen("custodian")
    notify(office, clerk, custodian, ticket)
    assert clock(office, ticket, "5.3") == "running"
    paper = told(office, wire, phone, ticket, "result")
    assert "夜间施工违反管理规约" in paper
    assert clock(office, ticket, "5.3") == "running", "the other side has nothing"
    serve(clerk.open(f"/odoo/complaints/{ticket}"), "三号楼301室住户本人签收")
    assert scans(office, ticket) == [SCAN["buffer"]]
    assert clock(office, ticket, "5.3") == "met"

    path = appeal(office, clerk, ticket, "处理结果没有说明何时停止夜间施工。")
    assert office.step("clerk", "close", ticket)
    review(leader, screen("leader2"), path)
    release(custodian)
    texts = papers(office, "custodian", ticket, "appeal_result")["appeal_result"]
    assert len(texts) == 2
    assert all("维持原处理决定" in text for text in texts)
    assert "处理得当" in told(office, wire, phone, ticket, "appeal")
    assert clock(office, ticket, "5.5") == "running", "the other side has nothing"
    serve(clerk.open(f"/odoo/complaints/{ticket}"), "三号楼301室住户本人签收")
    close(clerk, ticket)
    assert_ends(office, clerk, ticket, CASE)


def voucher(office, ticket):
    """The voucher names the office, the case and the day it is due."""
    values = office.read(ticket, "number", "next_due_date")
    due = date.fromisoformat(values["next_due_date"])
    [text] = papers(office, "clerk", ticket)["voucher"]
    assert NAME in text
    assert values["number"] in text
    assert f"{due.year}年{due.month}月{due.day}日" in text
    assert "李雷" not in text


def told(office, wire, page, ticket, picture):
    """Return the paper behind the link of what the resident was mailed, and confirm it.

    The case is confidential: the mail has the number and a link, nothing else.
    """
    came = wire.deliver()
    assert list(came) == [ADDRESS]
    number = office.read(ticket, "number")["number"]
    assert_bare(came[ADDRESS], number, SECRETS)
    _text, paper = read(page, came[ADDRESS], number, f"r01-{picture}")
    return paper


def scans(office, ticket):
    """Return the files that prove what was served on a case, as bytes."""
    clerk = office.sessions["clerk"]
    rows = clerk.call(
        "complaint.dispatch",
        "search_read",
        [["ticket_id", "=", ticket], ["proof_attachment_ids", "!=", False]],
        ["proof_attachment_ids"],
    )
    files = [file for row in rows for file in row["proof_attachment_ids"]]
    return [clerk.get(f"/web/content/{file}")[2] for file in files]


def notify(office, clerk, custodian, ticket):
    """Both sides get their notice, the other one when a custodian lets it go."""
    clerk.button("发出处理结果通知").phase("已告知")
    release(custodian)
    texts = papers(office, "custodian", ticket, "result")["result"]
    assert len(texts) == 2
    for text in texts:
        assert "夜间施工违反管理规约" in text
        assert "李雷" not in text
    clerk.tab("文书").picture("notices")


def review(leader, reviewer, path):
    """The leader assigns somebody who had no part in the result; that one decides."""
    leader.open(path).button("指派复核人")
    leader.dialog()
    leader.fill("person_id", "leader2", ".modal")
    leader.picture("reviewer")
    leader.dialog("确认")
    leader.gone()
    reviewer.open(path).tab("申诉决定")
    reviewer.field("outcome").locator("label", has_text="维持原处理决定").click()
    reviewer.fill("reasons", "处理得当，并已要求物业巡查夜间施工。")
    reviewer.picture("decision")
    reviewer.button("作出申诉决定")
    reviewer.dialog("确定")
    reviewer.gone()
