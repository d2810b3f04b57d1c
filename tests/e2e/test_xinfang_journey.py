"""信访 from the letter to the review, in Chinese, by clicks only.

The petitioner's mailbox and the other body's are looked at. The scenario ``xinfang``
plays the same story by the driver of the screens; both have to end alike.
"""

import pytest
from casework import (
    NAME,
    SUPERIOR,
    add_part,
    appeal,
    assert_bare,
    assert_ends,
    clock,
    close,
    decide,
    forward,
    inquire,
    put_in_force,
    read,
    register,
    release,
    scenario,
    submit,
    wires,
    write_superior,
)
from driver.web import paper_text
from office import Office
from screen import Screen

BASIS = "《城市道路管理条例》第二十三条"
CASE = scenario("xinfang", "what reaches the petitioner")
COMPLAINT = CASE["complaint"]
ADDRESS = COMPLAINT["complainant_email"]
BODY, DESK = "市政公司", "desk@municipal.example"
GOVERNMENT = "government@district.example"
#: The district has a mailbox; the city above it decides on the re-review.
ABOVE = {
    "superior_name": SUPERIOR,
    "superior_email": GOVERNMENT,
    "above_name": "示范市人民政府",
    "above_phone": "021-5555 0100",
}
#: What no message to the petitioner tells.
SECRETS = ("李雷", "路面", "塌陷", BODY, SUPERIOR, "属实")


@pytest.fixture(scope="module")
def office(server):
    found = Office(server(), "regulation_xinfang", NAME, ABOVE)
    body = {"name": BODY, "email": DESK, "is_company": True}
    found.admin.call("res.partner", "create", [body])
    return found


@pytest.fixture(scope="module")
def wire(office):
    with wires(office) as found:
        yield found


@pytest.fixture
def screen(office, open_page):
    """Return a factory of the windows of people by role."""

    def factory(role):
        return Screen(open_page(office.server, role), f"xinfang-{role}")

    return factory


def test_from_the_letter_to_the_review(office, screen, wire, open_page):
    clerk = screen("clerk").open("/odoo/complaint-intake/new")
    ticket = register(clerk, COMPLAINT, "公共设施", "来信")
    number = office.read(ticket, "number")["number"]
    phone = open_page(office.server, phone=True, path="/complaints")

    def told(picture, others=()):
        """Return the page and the paper that the petitioner is led to, and confirm."""
        came = wire.deliver()
        assert sorted(came) == sorted([ADDRESS, *others])
        assert_bare(came[ADDRESS], number, SECRETS)
        shown = read(phone, came[ADDRESS], number, f"xinfang-{picture}")
        return *shown, came

    assert clock(office, ticket, "23") == "running", "nobody was told yet"
    page, paper, _came = told("accepted")
    assert "受理告知书" in page
    assert "受理告知书" in paper
    assert clock(office, ticket, "23") == "met"

    transfer(clerk)
    custodian = screen("custodian")
    release(custodian)
    page, _paper, came = told("transferred", [DESK])
    assert BODY in page
    slip(came[DESK], number)
    report(clerk.open(f"/odoo/complaints/{ticket}"), "已回填并恢复通行。")

    handler = screen("handler").open(f"/odoo/complaints/{ticket}")
    inquire(handler, "向阳路", "现场已恢复通行。")
    inquire(handler, "接待室", "听取了信访人陈述的事实和理由。", "与投诉人沟通")
    submit(handler)
    leader = screen("leader").open(f"/odoo/complaints/{ticket}")
    decide(
        leader,
        "部分属实",
        "路面塌陷属实，已修复。",
        [("向投诉人解释说明", None)],
        BASIS,
    )
    clerk.open(f"/odoo/complaints/{ticket}").button("发出处理结果通知").phase("已告知")
    _page, paper, _came = told("result")
    assert "路面塌陷属实，已修复" in paper
    assert BASIS in paper

    path = appeal(office, clerk, ticket, "没有赔偿老人的医药费。")
    forward(clerk)
    release(custodian)
    write_superior(leader, path, "复查〔2026〕9号", "处理适当。")
    page, paper, came = told("forwarded", [GOVERNMENT])
    assert f"已移送{SUPERIOR}" in page
    assert not paper
    letter(came[GOVERNMENT], number)
    put_in_force(leader, path)
    assert clock(office, ticket, "35") == "running", "nobody was told yet"
    _page, paper, _came = told("review")
    assert "处理适当" in paper
    assert clock(office, ticket, "35") == "met"
    close(clerk, ticket)
    assert_ends(office, clerk, ticket, CASE)


def transfer(clerk):
    """Draft a transfer to a body on file and send it."""
    clerk.tab("转办与会办")
    add_part(clerk, "transfer_ids")
    clerk.fill("target_kind", "外单位", ".modal")
    clerk.fill("partner_id", BODY, ".modal")
    clerk.fill("reason", "请修复路面。", ".modal")
    clerk.fill("delivery", "电子邮件", ".modal")
    clerk.picture("transfer")
    clerk.dialog("保存")
    clerk.gone().save()
    clerk.page.locator(
        ".o_field_widget[name=transfer_ids] .o_data_row button[name=action_send]"
    ).click()
    clerk.phase("已转办").picture("transferred")


def slip(mail, number):
    """The other body gets the slip, and not who complained."""
    text = enclosed(mail, number)
    assert "请修复路面" in text


def letter(mail, number):
    """The district gets the letter, and not who complains: that is kept secret."""
    text = enclosed(mail, number)
    for words in ("没有赔偿老人的医药费", "路面塌陷属实，已修复", "投诉人身份保密"):
        assert words in text


def enclosed(mail, number):
    """Return the only paper in a mail that tells nowhere who complained."""
    [paper] = mail.iter_attachments()
    text = paper_text(paper.get_content())
    assert number in text
    whole = text + mail.get_body(("plain", "html")).get_content()
    assert not [word for word in ("李雷", "13800138000") if word in whole]
    return text


def report(clerk, text):
    """Record what the other body reports."""
    clerk.tab("转办与会办")
    clerk.page.locator(
        ".o_field_widget[name=transfer_ids] .o_data_row button[name=action_report_back]"
    ).click()
    clerk.dialog()
    clerk.fill("text", text, ".modal")
    clerk.picture("report")
    clerk.dialog("确认")
    clerk.gone()
    clerk.phase("调查核实")
