"""Somebody complains without a name on a phone; no address and no code is left anywhere."""

import re
import time

import pytest
from office import Office
from resident import Phone, pdf_text, photo

from tools import paths, postgres

NAME = "向阳街道向阳社区卫生服务中心"
STORY = "门诊二楼的热水器坏了一个月，老人打不到热水。"
#: Documentation addresses that no machine has.
ADDRESS = "203.0.113.77"


@pytest.fixture(scope="module")
def office(server):
    # behind a proxy that tells the visitor's address
    office = Office(server(arguments=("--proxy-mode",)), name=NAME)
    allow = {"allow_anonymous": True}
    office.admin.call("complaint.regulation", "write", [office.regulation], allow)
    office.colleague("reviewer", "leader")
    office.since = time.time()
    return office


@pytest.fixture
def phone(office, open_page):
    page = open_page(office.server, phone=True)
    page.context.set_extra_http_headers(
        {"X-Forwarded-For": ADDRESS, "X-Forwarded-Host": office.server.url[7:]}
    )
    return Phone(page, "anonymous")


def test_without_a_name(office, phone):
    number, code = file(phone)
    ticket = office.find(number)
    follow(office, phone, ticket, code)
    appeal(office, phone, ticket, code)
    lost(office, phone, ticket, code)
    # the void code in ``lost`` is answered with 422
    assert all("422" in text for text in phone.complaints), phone.complaints
    nothing_is_left(office, ADDRESS)
    for form in (code, code.replace(" ", "")):
        nothing_is_left(office, form)


def file(phone):
    """File a complaint and return its number and the code."""
    phone.open("/complaints").accessible().picture("1-public")
    phone.press("匿名投诉").page.locator("label", has_text="公共设施").click()
    phone.accessible().picture("2-matter").press("下一步")
    phone.page.wait_for_selector("#field_what")
    phone.fill(what=STORY).attach(("热水器.png", photo(600, 400)))
    phone.press("下一步").page.wait_for_selector(".o_cc_check")
    assert not phone.page.locator("#field_name").count()
    phone.accessible().picture("3-check").press("提交投诉")
    phone.page.wait_for_selector(".o_cc_code")
    code = phone.page.locator(".o_cc_code").inner_text()
    assert re.fullmatch(r"\d{4} \d{4} \d{4} \d{4}", code)
    phone.accessible().picture("4-code")
    number = phone.page.locator(".o_cc_big").inner_text()
    phone.press("已记下，查看我的投诉")
    return number, code


def enter(phone, code):
    """Open the case by its code."""
    phone.open("/complaints/track").fill(code=code)
    phone.press("查看我的投诉").page.wait_for_selector(".o_cc_next_card")


def follow(office, phone, ticket, code):
    """The voucher, a question of the office and the answer with a file."""
    assert office.step("clerk", "accept", ticket) is None
    office.sessions["clerk"].call(
        "helpdesk.ticket",
        "action_write_to_complainant",
        [ticket],
        "请问是哪一台热水器？",
    )
    phone.accessible().picture("5-track")
    enter(phone, code)
    assert STORY in phone.text()
    assert "请问是哪一台热水器？" in phone.text()
    assert phone.page.url.endswith("/complaints/track")
    text = pdf_text(phone.download("打开文书"))
    assert office.read(ticket, "number")["number"] in text
    phone.press("我已收到此文书").page.wait_for_selector(".o_cc_success")
    phone.fill(text="楼梯口左边那一台。").attach(("位置.png", photo(300, 200)))
    phone.press("发送消息").page.wait_for_selector(".o_cc_success")
    assert "楼梯口左边那一台。" in phone.text()
    phone.accessible().picture("6-case")
    phone.press("在此设备上关闭我的投诉").page.wait_for_selector(".o_cc_success")
    assert STORY not in phone.page.content()
    # going back in the browser does not show the case again
    phone.page.evaluate("setTimeout(() => history.back())")
    phone.page.wait_for_timeout(1500)
    assert STORY not in phone.page.content()


def appeal(office, phone, ticket, code):
    """The result, and the appeal against it."""
    office.decide(ticket, "现场查看，热水器已修好。", "热水器故障属实，已修复。")
    enter(phone, code)
    phone.press("我已收到此文书").page.wait_for_selector(".o_cc_success")
    phone.page.locator(".o_cc_form_box > summary").click()
    phone.fill(grounds="昨天去看还是坏的。").press("提交")
    phone.page.wait_for_selector("#appeal .o_cc_big")
    phone.picture("7-appeal")
    appeals = office.sessions["leader"].call(
        "complaint.appeal", "search_count", [["ticket_id", "=", ticket]]
    )
    assert appeals == 1


def lost(office, phone, ticket, code):
    """The custodian checks, a leader approves another code; the old one is void then."""
    give = ("helpdesk.ticket", "action_give_receipt", [ticket])
    custodian, leader = office.sessions["custodian"], office.sessions["leader"]
    custodian.call(*give, "能说出投诉的日期和内容。")
    enter(phone, code)
    asked = leader.call(
        "complaint.disclosure",
        "search",
        [["ticket_id", "=", ticket], ["state", "=", "requested"]],
    )
    leader.call("complaint.disclosure", "action_approve_receipt", asked)
    action = custodian.call(*give)
    phone.open("/complaints/track").fill(code=code)
    phone.press("查看我的投诉").page.wait_for_selector(".o_cc_alert")
    assert "没有找到对应的投诉" in phone.text()
    enter(phone, action["params"]["title"])
    assert STORY in phone.text()


def nothing_is_left(office, text):
    """No table, no log and no session file of this test holds a text."""
    server = office.server
    tables = postgres.query(
        "select table_name from information_schema.tables"
        " where table_schema = 'public' and table_type = 'BASE TABLE'",
        server.database,
    )
    found = postgres.query(
        " union all ".join(
            f"(select '{table}' from \"{table}\" t where t::text like '%{text}%' limit 1)"
            for table in tables
        ),
        server.database,
    )
    assert not found
    assert text not in server.log.read_text(errors="replace")
    for path in (paths.DATA / "sessions").rglob("*"):
        if path.is_file() and path.stat().st_mtime >= office.since:
            assert text not in path.read_text(errors="replace"), path


def test_the_sweep_sees(office, phone):
    """The address would be found: it is, where somebody signs in."""
    page = phone.page
    page.goto("/web/login?redirect=/my")
    page.fill("input[name=login]", "clerk")
    page.fill("input[name=password]", "clerk")
    page.click("form button[type=submit]")
    page.wait_for_load_state("networkidle")
    with pytest.raises(AssertionError):
        nothing_is_left(office, ADDRESS)
