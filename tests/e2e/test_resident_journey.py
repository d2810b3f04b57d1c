"""A resident on a phone takes a complaint from the public page to the appeal, in Chinese.

What the office does meanwhile, its people do by the web client's own calls.
"""

import re
from datetime import date

import pytest
from office import Office
from resident import Phone, pdf_text, photo

pytestmark = pytest.mark.prefork

NAME = "向阳街道向阳社区居民委员会"
STORY = "三号楼楼上连续三天夜里十一点后还在装修，电钻声很大，老人无法休息。"
ANSWER = "昨天夜里又有电钻声，照片见附件。"
GROUNDS = "没有找楼下的邻居了解情况，施工其实持续了一个星期。"


@pytest.fixture(scope="module")
def office(server):
    office = Office(server(), name=NAME)
    office.resident("han", "韩梅梅")
    office.colleague("reviewer", "leader")
    return office


@pytest.fixture
def phone(office, open_page):
    """Return a factory of residents' browsers."""

    def factory(login=None, prefix="resident", **options):
        page = open_page(
            office.server, login, phone=True, path="/complaints", **options
        )
        if not login:
            page.goto("/complaints")
        return Phone(page, prefix)

    return factory


def test_from_the_public_page_to_the_appeal(office, phone):
    han = phone("han")
    assert "3个工作日" in han.text()
    han.accessible().picture("1-public")
    number = file(han)
    ticket = office.find(number)
    accept(office, han, ticket, number)
    answer(office, han, ticket, number)
    result(office, han, ticket, number)
    appeal(office, han, ticket, number)
    assert not han.complaints


def file(han):
    """File a complaint with a photo and return its number."""
    han.press("我要投诉").page.locator("label", has_text="噪声扰民").click()
    han.accessible().picture("2-matter").press("下一步")
    han.page.wait_for_selector("#field_what")
    han.fill(
        what=STORY,
        demand="夜间停止施工。",
        place="向阳小区3号楼",
        respondent="603室住户",
    )
    han.attach(("夜间施工.png", photo()))
    assert "夜间施工.png" in han.text()
    han.accessible().picture("3-what").press("下一步")
    han.page.wait_for_selector("#field_name")
    han.fill(name="韩梅梅", phone="13700137000", address="向阳小区3号楼502室")
    assert STORY in han.text()
    han.accessible().picture("4-you").press("提交投诉")
    han.page.wait_for_selector(".o_cc_big")
    number = han.page.locator(".o_cc_big").inner_text()
    assert re.fullmatch(r"TS\d{4}-\d{5}", number)
    han.accessible().picture("5-sent")
    return number


def accept(office, han, ticket, number):
    """The office accepts; the resident reads the date and its reason on the voucher."""
    values = office.read(ticket, "complainant_name", "confidentiality")
    assert values["confidentiality"] == "confidential"
    assert "韩梅梅" not in values["complainant_name"]
    assert office.step("clerk", "accept", ticket) is None
    due = date.fromisoformat(office.read(ticket, "next_due_date")["next_due_date"])
    han.open(f"/my/complaints/{number}")
    assert f"{due.year}/{due.month:02}/{due.day:02}" in han.text()
    han.press("为什么是这一天？")
    assert "不计入" in han.text() or "次日起算" in han.text()
    han.accessible().picture("6-accepted")
    text = pdf_text(han.download("打开文书"))
    for part in (number, NAME, f"{due.year}年{due.month}月{due.day}日"):
        assert part in text, part
    assert "韩梅梅" not in text
    han.press("我已收到此文书").page.wait_for_selector(".o_cc_success")
    [notice] = office.sessions["clerk"].call(
        "complaint.notice",
        "search_read",
        [["ticket_id", "=", ticket]],
        ["state", "delivery"],
    )
    assert (notice["state"], notice["delivery"]) == ("served", "portal")


def answer(office, han, ticket, number):
    """The office asks, the resident answers with a file, the office reads it."""
    office.sessions["clerk"].call(
        "helpdesk.ticket",
        "action_write_to_complainant",
        [ticket],
        "请问昨天夜里还有施工吗？有照片请发给我们。",
    )
    han.open(f"/my/complaints/{number}")
    assert "请问昨天夜里还有施工吗？" in han.text()
    han.fill(text=ANSWER).attach(("昨夜.png", photo(600, 400)))
    han.accessible().press("发送消息").page.wait_for_selector(".o_cc_success")
    assert ANSWER in han.text()
    han.picture("7-answer")
    messages = office.sessions["clerk"].call(
        "mail.message",
        "search_read",
        [["model", "=", "helpdesk.ticket"], ["res_id", "=", ticket]],
        ["body", "attachment_ids", "author_id"],
    )
    [read] = [message for message in messages if ANSWER in message["body"]]
    assert len(read["attachment_ids"]) == 1
    assert "韩梅梅" not in str(messages)


def result(office, han, ticket, number):
    """The result comes as a paper; confirming it starts the time to appeal."""
    office.decide(
        ticket, "现场查看，夜间施工属实。", "夜间施工违反管理规约，已责令停止。"
    )
    han.open(f"/my/complaints/{number}")
    assert "属实" in han.text()
    text = pdf_text(han.download("打开文书"))
    assert "夜间施工违反管理规约" in text
    assert "韩梅梅" not in text
    han.press("我已收到此文书").page.wait_for_selector(".o_cc_success")
    assert "如果不同意，可以申诉" in han.text()
    han.accessible().picture("8-result")


def appeal(office, han, ticket, number):
    """The resident appeals in time; somebody else decides; the paper tells it."""
    han.page.locator(".o_cc_form_box > summary").click()
    han.fill(grounds=GROUNDS).attach(
        ("邻居证明.png", photo(600, 400)), field="appeal_files"
    )
    han.accessible().picture("9-appeal").press("提交")
    han.page.wait_for_selector("#appeal .o_cc_big")
    filed = han.page.locator("#appeal .o_cc_big").inner_text()
    assert re.fullmatch(r"SS\d{4}-\d{5}", filed)
    han.accessible().picture("10-appeal-sent")
    [found] = office.sessions["leader"].call(
        "complaint.appeal",
        "search_read",
        [["ticket_id", "=", ticket]],
        ["number", "grounds", "is_late"],
    )
    assert (found["number"], found["is_late"]) == (filed, False)
    assert found["grounds"] == GROUNDS
    office.decide_appeal(found["id"], "reviewer", "原决定事实清楚，予以维持。")
    han.open(f"/my/complaints/{number}")
    assert "已作出处理决定" in han.text()
    text = pdf_text(han.download("打开文书"))
    assert "原决定事实清楚" in text
    han.accessible().picture("11-appeal-decided")
