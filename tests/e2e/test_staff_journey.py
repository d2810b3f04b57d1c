"""Clerk, handler and leader take a case under R01 from the window to its end, in Chinese.

Nothing is written to the database but by what they click and type. What ends the clocks
of 5.1 and 5.3 is looked at where it arrives: in the resident's mailbox and on their phone,
and on the respondent's paper.
"""

import importlib.util
import re
import sys
from datetime import date
from email import message_from_bytes
from email.policy import default

import pytest
from driver.web import paper_text
from office import Office
from resident import Phone, photo
from screen import Screen

from tools import paths

NAME = "向阳街道向阳社区居民委员会"
ADDRESS = "lilei@resident.example"
SCAN = {"name": "回执.png", "mimeType": "image/png", "buffer": photo()}
STORY = "十一月二十日夜里十一点后，三号楼楼上连续装修，电钻声影响老人休息。"


@pytest.fixture(scope="module")
def office(server):
    return Office(server(), name=NAME)


@pytest.fixture(scope="module")
def mailbox(office):
    """Return the mail server that takes what the office sends."""
    sink = sys.modules.get("mail_sink") or load_sink()
    with sink.MailSink() as server:
        office.mails_leave_by(server.port)
        yield server


def load_sink():
    """Return the mail server of the add-on's own tests; it needs no Odoo."""
    path = paths.ROOT / "community_complaint" / "tests" / "mail_sink.py"
    spec = importlib.util.spec_from_file_location("mail_sink", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def screen(office, open_page):
    """Return a factory of the windows of people by role."""

    def factory(role, name="staff"):
        return Screen(open_page(office.server, role), f"{name}-{role}")

    return factory


def papers(office, role, ticket):
    """Return ``{kind: [text]}`` of the papers of a case, as that person prints them."""
    session = office.sessions[role]
    rows = session.call(
        "complaint.notice",
        "search_read",
        [["ticket_id", "=", ticket], ["state", "!=", "void"]],
        ["kind", "number"],
    )
    found = {}
    for row in rows:
        action = session.call("complaint.notice", "action_print", [row["id"]])
        status, headers, body = session.get(action["url"])
        assert status == 200, row
        assert headers["Content-Type"] == "application/pdf"
        text = paper_text(body)
        assert row["number"] in text
        found.setdefault(row["kind"], []).append(text)
    return found


def test_from_the_window_to_the_end(office, screen, mailbox, open_page):
    clerk = screen("clerk").open("/odoo/complaint-intake/new")
    register(clerk)
    clerk.phase("已受理").picture("accepted")
    ticket = int(re.search(r"/(\d+)(?:\?|$)", clerk.page.url)[1])
    voucher(office, ticket)
    assert clock(office, ticket, "5.1") == "running", "nobody was told yet"
    phone = open_page(office.server, phone=True, path="/complaints")
    told(office, mailbox, phone, ticket)
    assert clock(office, ticket, "5.1") == "met"

    handler = screen("handler").open(f"/odoo/complaints/{ticket}")
    investigate(handler)
    leader = screen("leader").open(f"/odoo/complaints/{ticket}")
    decide(leader)
    clerk.open(f"/odoo/complaints/{ticket}")
    notify(office, clerk, ticket)
    assert clock(office, ticket, "5.3") == "running"
    paper = told(office, mailbox, phone, ticket)
    assert "夜间施工违反管理规约" in paper
    assert clock(office, ticket, "5.3") == "running", "the other side has nothing"
    serve(clerk.open(f"/odoo/complaints/{ticket}"), "三号楼301室住户本人签收")
    assert scans(office, ticket) == [SCAN["buffer"]]
    assert clock(office, ticket, "5.3") == "met"
    appeal = take_down_appeal(office, clerk, ticket)
    review(leader, screen("leader2"), appeal)
    answer_appeal(office, clerk, ticket, appeal)
    clerk.open(f"/odoo/complaints/{ticket}")
    close(clerk)
    values = office.read(ticket, "phase", "closed_date")
    assert values["phase"] == "closed"
    assert values["closed_date"]


def register(clerk):
    """Fill the register by keyboard and accept at once."""
    clerk.fill("type_id", "噪声扰民")
    clerk.fill("what_happened", STORY)
    clerk.fill("demand", "夜间停止施工")
    clerk.fill("incident_place", "向阳小区3号楼")
    clerk.page.locator(
        ".o_field_widget[name=respondent_ids] .o_field_x2many_list_row_add a"
    ).click()
    clerk.fill("kind", "其他人", ".o_field_widget[name=respondent_ids]")
    clerk.fill("name", "三号楼301室住户", ".o_field_widget[name=respondent_ids]")
    clerk.fill("complainant_name", "李雷")
    clerk.fill("complainant_phone", "13800138000")
    clerk.fill("complainant_email", ADDRESS)
    clerk.fill("complainant_address", "向阳小区3号楼502室")
    clerk.picture("intake")
    clerk.button("登记并受理")


def voucher(office, ticket):
    """The voucher names the office, the case and the day it is due."""
    values = office.read(ticket, "number", "next_due_date")
    due = date.fromisoformat(values["next_due_date"])
    [text] = papers(office, "clerk", ticket)["voucher"]
    assert NAME in text
    assert values["number"] in text
    assert f"{due.year}年{due.month}月{due.day}日" in text
    assert "李雷" not in text


def clock(office, ticket, clause):
    """Return the state of the latest clock of a clause."""
    rows = office.sessions["leader"].call(
        "complaint.deadline",
        "search_read",
        [["ticket_id", "=", ticket], ["clause", "=", clause]],
        ["state"],
    )
    return max(rows, key=lambda row: row["id"])["state"]


def told(office, mailbox, page, ticket):
    """Open what the resident was mailed, confirm it, and return the paper's text.

    The case is confidential: the mail has the number and a link, nothing else.
    """
    office.deliver()
    assert mailbox.mails, "nothing came"
    _sender, [recipient], content = mailbox.mails.pop()
    assert not mailbox.mails, "it came more than once"
    assert ADDRESS in recipient
    mail = message_from_bytes(content, policy=default)
    number = office.read(ticket, "number")["number"]
    text = mail.get_body(("plain", "html")).get_content()
    assert mail["Subject"] == number
    for secret in ("李雷", "装修", "301", "噪声"):
        assert secret not in text
    assert not list(mail.iter_attachments())
    page.goto(re.search(r"http\S+/complaints/told/[\w-]+", text)[0])
    assert number in page.inner_text("main")
    with page.expect_download() as download:
        page.locator("a[href$='/paper']").click()
    paper = paper_text(download.value.path().read_bytes())
    page.locator("form button[type=submit]").click()
    page.wait_for_selector(".o_cc_success")
    Phone(page, "told").accessible().picture(f"{ticket}")
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


def serve(clerk, proof):
    """Record the service of the papers that wait, with the signed receipt."""
    clerk.button("登记全部文书送达")
    clerk.fill("note", proof, ".modal")
    clerk.page.locator(".modal input[type=file]").set_input_files([SCAN])
    clerk.page.wait_for_selector(".modal .o_attachment")
    clerk.picture("service")
    clerk.dialog("确认")
    clerk.gone()


def investigate(handler):
    """Take the case, add an inquiry, write what was found."""
    handler.button("开始调查").phase("调查核实")
    handler.tab("调查核实")
    handler.page.locator(
        ".o_field_widget[name=inquiry_ids] .o_field_x2many_list_row_add a"
    ).click()
    handler.dialog()
    handler.fill("place", "向阳小区3号楼", ".modal")
    handler.fill("summary", "二楼住户承认夜间施工，物业有登记。", ".modal")
    handler.picture("inquiry")
    handler.dialog("保存")
    handler.gone()
    handler.fill("findings", "夜间施工属实，持续三晚。")
    handler.button("提交调查结论").phase("处理决定")
    handler.picture("findings")


def decide(leader):
    """Draft the decision with a measure and put it in force."""
    leader.tab("处理决定")
    leader.page.locator(
        ".o_field_widget[name=decision_ids] .o_field_x2many_list_row_add a"
    ).click()
    leader.dialog()
    leader.fill("conclusion", "属实", ".modal")
    leader.fill("reasons", "夜间施工违反管理规约。", ".modal")
    leader.picture("decision")
    leader.dialog("保存")
    leader.gone()
    leader.button("作出决定")
    leader.dialog("确定")
    leader.gone()


def notify(office, clerk, ticket):
    """Both sides get their notice; the case cannot close before."""
    clerk.button("发出处理结果通知").phase("已告知")
    texts = papers(office, "clerk", ticket)["result"]
    assert len(texts) == 2
    for text in texts:
        assert "夜间施工违反管理规约" in text
        assert "李雷" not in text
    clerk.tab("文书").picture("notices")


def take_down_appeal(office, clerk, ticket):
    """The complainant comes back within the window; return the appeal."""
    clerk.button("提出申诉")
    clerk.page.wait_for_selector(".o_field_widget[name=grounds]")
    clerk.fill("grounds", "处理结果没有说明何时停止夜间施工。")
    clerk.picture("appeal")
    clerk.button("提交申诉")
    clerk.page.wait_for_selector(".o_arrow_button_current:has-text('已提出')")
    [appeal] = office.sessions["leader"].call(
        "complaint.appeal", "search", [["ticket_id", "=", ticket]]
    )
    assert office.step("clerk", "close", ticket)
    return appeal


def review(leader, reviewer, appeal):
    """The leader assigns somebody who had no part in the result; that one decides."""
    path = f"/odoo/action-community_complaint_appeal.complaint_appeal_action/{appeal}"
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


def answer_appeal(office, clerk, ticket, appeal):
    """Both sides get the appeal result notice."""
    texts = papers(office, "clerk", ticket)["appeal_result"]
    assert len(texts) == 2
    assert all("维持原处理决定" in text for text in texts)
    serve(clerk.open(f"/odoo/complaints/{ticket}"), "双方当面签收")


def close(clerk):
    clerk.button("结案").phase("已结案").picture("closed")
