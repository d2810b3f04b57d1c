"""R02 from the phone call to the superior's decision, in Chinese, by clicks only.

Two workers, one on file and one typed by name, are heard and criticised in public; the
complainant left nothing but a mobile number. The scenario ``r02`` plays the same story by
the driver of the screens; both have to end alike.
"""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from casework import (
    NAME,
    SCAN,
    SUPERIOR,
    appeal,
    assert_bare,
    assert_ends,
    clock,
    close,
    decide,
    forward,
    inquire,
    papers,
    put_in_force,
    read,
    register,
    release,
    scenario,
    serve,
    submit,
    today,
    wires,
    write_superior,
)
from office import Office
from playwright.sync_api import expect
from resident import Phone
from screen import Screen

CASE = scenario("r02", "a complainant with a phone only")
COMPLAINT = CASE["complaint"]
NUMBER = COMPLAINT["complainant_phone"]
ON_FILE, TYPED = (person["name"] for person in COMPLAINT["respondents"])
#: What no message outside tells.
SECRETS = ("周八", "训斥", ON_FILE, TYPED, "属实", SUPERIOR)
MEASURE = "通报批评，记录在案"
REASONS = "录音与证言一致。"
#: Buttons above the list of measures, and what state they lead to.
_STEPS = (("已听取申辩", "已听取陈述"), ("批准", "已批准"))


@pytest.fixture(scope="module")
def office(server):
    found = Office(server(), "regulation_r02", NAME, {"superior_name": SUPERIOR})
    for role in ("discipline", "publisher"):
        found.colleague(role, role)
    for name in (ON_FILE, "钱某"):
        found.admin.call("hr.employee", "create", [{"name": name}])
    return found


@pytest.fixture(scope="module")
def wire(office):
    with wires(office, phones=True) as found:
        yield found


@pytest.fixture
def screen(office, open_page):
    """Return a factory of the windows of people by role."""

    def factory(role):
        return Screen(open_page(office.server, role), f"r02-{role}")

    return factory


def test_from_the_call_to_the_superior(office, screen, wire, open_page):
    clerk = screen("clerk").open("/odoo/complaint-intake/new")
    ticket = register(clerk, staff(COMPLAINT), "态度恶劣、训斥居民", "来电")
    handler = screen("handler").open(f"/odoo/complaints/{ticket}")
    handler.button("开始调查").phase("调查核实")
    assert clock(office, ticket, "7") == "met"
    inquire(handler, "服务大厅", "两名在场居民证实。")
    hear(handler, ON_FILE, "当时排队人多，语气不好，愿意道歉。")
    hear(handler, TYPED, "愿意改正。")
    handler.tab("调查核实")
    submit(handler, "属实。")

    leader = screen("leader").open(f"/odoo/complaints/{ticket}")
    decide(leader, "属实", REASONS, [(MEASURE, ON_FILE), (MEASURE, TYPED)])
    assert not papers(office, "clerk", ticket)
    approve(screen("discipline"))
    custodian = screen("custodian")
    release(custodian)
    criticised(office, ticket)
    put_up(clerk.open(f"/odoo/complaints/{ticket}"))

    clerk.open(f"/odoo/complaints/{ticket}").button("发出处理结果通知").phase("已告知")
    phone = open_page(office.server, phone=True, path="/complaints")
    _page, paper = told(office, wire, phone, ticket, "result")
    assert REASONS.rstrip("。") in paper
    serve(clerk.open(f"/odoo/complaints/{ticket}"), "本人签收")
    publish(screen("publisher"), custodian, leader)
    published(phone)

    path = appeal(office, clerk, ticket, "处理过轻。")
    forward(clerk)
    release(custodian)
    page, paper = told(office, wire, phone, ticket, "forwarded")
    assert f"已移送{SUPERIOR}" in page
    assert not paper
    write_superior(leader, path, "民申〔2026〕5号", "处理适当。")
    letter(office, ticket)
    serve(clerk.open(f"/odoo/complaints/{ticket}"), "区政府收发室签收")
    put_in_force(leader, path)
    _page, paper = told(office, wire, phone, ticket, "appeal")
    assert "处理适当" in paper
    close(clerk, ticket)
    assert_ends(office, clerk, ticket, CASE)


def staff(complaint):
    """Return the complaint; whoever is typed by name is ticked as working here."""
    people = [
        {**person, "works_here": person["kind"] == "other"}
        for person in complaint["respondents"]
    ]
    return {**complaint, "respondents": people}


def hear(handler, name, statement):
    """Write down what a respondent says, in their own dialog."""
    handler.tab("被投诉人")
    row = handler.page.locator(".o_field_widget[name=respondent_ids] .o_data_row")
    row.filter(has_text=name).locator("td[name=name]").click()
    handler.dialog()
    handler.fill("statement_date", today(), ".modal")
    handler.fill("statement", statement, ".modal")
    handler.picture("hearing")
    handler.dialog("保存")
    handler.gone()


def approve(second):
    """Somebody who did not propose the measures hears, approves, puts them in force."""
    second.open("/odoo/complaint-discipline")
    rows = second.page.locator(".o_data_row")
    for label, state in _STEPS:
        second.page.locator("thead .o_list_record_selector input").check()
        second.button(label, ".o_control_panel")
        expect(rows.filter(has_text=state)).to_have_count(2)
        second.picture(label)
    second.page.locator("thead .o_list_record_selector input").check()
    second.button("执行", ".o_control_panel")
    # what is in force is not going on any more
    expect(rows).to_have_count(0)


def criticised(office, ticket):
    """Each of them gets a paper of their own, which does not tell who complained."""
    texts = papers(office, "custodian", ticket, "circulated")["circulated"]
    assert len(texts) == 2
    for name in (ON_FILE, TYPED):
        assert sum(name in text for text in texts) == 1
    assert not any("周八" in text or NUMBER in text for text in texts)


def put_up(clerk):
    """Staff without the program read the papers on the board; pictures prove it."""
    clerk.tab("文书与告知")
    rows = clerk.page.locator(".o_field_widget[name=dispatch_ids] .o_data_row")
    expect(rows.filter(has_text="工作人员")).to_have_count(2)
    for left in (1, 0):
        waiting = rows.filter(has_text="工作人员").locator("button[name=action_prove]")
        waiting.first.click()
        clerk.fill("text", "已张贴于办公室公告栏。", ".modal")
        clerk.page.locator(".modal input[type=file]").set_input_files([SCAN])
        clerk.page.wait_for_selector(".modal .o_attachment")
        clerk.picture("board")
        clerk.dialog("确认")
        clerk.gone()
        expect(waiting).to_have_count(left)


def letter(office, ticket):
    """The superior's letter tells what it is to decide, and by when."""
    kind = "appeal_referral"
    [text] = papers(office, "custodian", ticket, kind)[kind]
    day = datetime.now(ZoneInfo("Asia/Shanghai")) + timedelta(30)
    for words in (SUPERIOR, "处理过轻", REASONS.rstrip("。")):
        assert words in text
    assert f"{day.year}年{day.month}月{day.day}日" in text
    assert not [secret for secret in ("周八", NUMBER) if secret in text]


def told(office, wire, phone, ticket, picture):
    """Return page and paper behind the link of the text message, and confirm it."""
    came = wire.deliver()
    assert list(came) == [NUMBER]
    number = office.read(ticket, "number")["number"]
    assert_bare(came[NUMBER], number, SECRETS)
    assert len(came[NUMBER].partition(" http")[0]) <= 70
    return read(phone, came[NUMBER], number, f"r02-{picture}")


def publish(first, custodian, second):
    """One person checks and approves the notice without names, another publishes it.

    Who knows the names compares it with them in between.
    """
    first.open("/odoo/complaint-publications")
    first.page.locator(".o_data_row td[name=name]").first.click()
    first.button("核对姓名").button("批准")
    first.page.wait_for_selector(".o_arrow_button_current:has-text('已批准')")
    first.picture("approved")
    custodian.open("/odoo/complaint-publications")
    custodian.page.locator(".o_data_row td[name=name]").first.click()
    custodian.button("核查身份信息")
    cleared = custodian.page.locator("button[name=action_clear]")
    expect(cleared).to_have_count(0)
    second.open("/odoo/complaint-publications")
    second.page.locator(".o_data_row td[name=name]").first.click()
    second.button("公示")
    second.dialog("确定")
    second.gone()


def published(phone):
    """Everybody reads the result, and nobody's name."""
    phone.goto("/complaints/published")
    phone.locator("a.o_cc_link").first.click()
    text = phone.inner_text("main")
    assert REASONS.rstrip("。") in text
    assert not [name for name in ("周八", ON_FILE, TYPED) if name in text]
    Phone(phone, "r02").accessible().picture("published")
