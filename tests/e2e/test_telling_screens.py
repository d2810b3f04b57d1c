"""Staff write to people outside and see how it went, in Chinese."""

import re

import pytest
from driver.web import paper_text
from office import Office
from playwright.sync_api import expect
from screen import Screen

NAME = "向阳街道向阳社区居民委员会"
DIALOG = ".modal:visible"


@pytest.fixture(scope="module")
def office(server):
    return Office(server(), name=NAME)


@pytest.fixture(scope="module")
def case(office):
    """Return the id of an accepted case with a respondent.

    No case beside it has the number of its respondent by chance: another one has.
    """
    others = [{"kind": "other", "name": f"四号楼{n}室住户"} for n in (1, 2)]
    office.register(respondent_ids=[(0, 0, other) for other in others])
    ticket = office.register(
        confidentiality="open",
        complainant_email="lilei@resident.example",
        respondent_ids=[(0, 0, {"kind": "other", "name": "三号楼301室住户"})],
    )
    office.register()
    office.sessions["clerk"].call("helpdesk.ticket", "action_accept", [ticket])
    return ticket


@pytest.fixture
def screen(office, open_page):
    """Return a factory of the windows of people by role."""

    def factory(role):
        return Screen(open_page(office.server, role), f"telling-{role}")

    return factory


def dispatches(office, ticket):
    """Return what was told in words on a case, the newest first."""
    return office.sessions["leader"].call(
        "complaint.dispatch",
        "search_read",
        [["ticket_id", "=", ticket], ["content", "!=", False]],
        ["addressee", "channel", "state", "content", "proof"],
    )


def letter(someone, row):
    """Return what the letter says that a row's button prints."""
    context = someone.page.context
    with context.expect_event(
        "response", lambda response: "/complaint/sheets/letter/" in response.url
    ) as shown:
        row.locator("button[name=action_print_letter]").click()
    printed = context.request.get(shown.value.url)
    assert printed.ok
    return paper_text(printed.body())


def test_a_canned_text_to_the_complainant(office, screen, case):
    clerk = screen("clerk").open(f"/odoo/complaints/{case}")
    clerk.page.locator(".o_complaint_write_to_them").click()
    dialog = clerk.dialog()
    clerk.fill("canned_text_id", "要求补充材料", DIALOG)
    box = clerk.field("text", DIALOG).locator("textarea")
    expect(box).to_have_value(re.compile(NAME))
    assert "电子邮件" in dialog.inner_text()
    assert "lilei" not in dialog.inner_text()
    clerk.picture("dialog")
    # what is still open is filled in first
    clerk.dialog("发出")
    open_yet = clerk.page.locator(".modal", has_text="请先填写空缺处")
    open_yet.locator("footer button").first.click()
    open_yet.wait_for(state="detached")
    box.fill("请于12月3日前补充施工时间和现场照片。")
    clerk.dialog("发出")
    clerk.gone().picture("sent")
    [row] = dispatches(office, case)
    assert (row["addressee"], row["channel"]) == ("complainant", "email")
    assert row["content"] == "请于12月3日前补充施工时间和现场照片。"


def test_what_they_get_is_shown_before(office, screen):
    """In a case that is kept secret, while one types; nobody's number goes out."""
    ticket = office.register(
        respondent_ids=[(0, 0, {"kind": "other", "name": "三号楼301室住户"})],
    )
    office.sessions["clerk"].call("helpdesk.ticket", "action_accept", [ticket])
    handler = screen("handler").open(f"/odoo/complaints/{ticket}")
    handler.tab("被投诉人")
    handler.page.locator(
        ".o_field_widget[name=respondent_ids] td button[title='对外告知'],"
        " .o_field_widget[name=respondent_ids] td button:has(.fa-envelope-o)"
    ).first.click()
    handler.dialog()
    words = "三号楼301室住户：请回电周女士１３６ ００００ ８８８８，或到5栋1101室。"
    handler.fill("text", words, DIALOG)
    shown = handler.field("preview", DIALOG)
    expect(shown).to_contain_text("请回电")
    for piece in ("周女士", "８８８８", "1101"):
        expect(shown).not_to_contain_text(piece)
    expect(shown).to_contain_text("三号楼301室住户")
    handler.picture("preview")
    preview = shown.inner_text().strip()
    handler.dialog("发出")
    handler.gone()
    [row] = dispatches(office, ticket)
    assert row["content"] == preview


def test_the_respondent_is_told_by_hand_and_it_is_proven(office, screen, case):
    handler = screen("handler").open(f"/odoo/complaints/{case}")
    handler.tab("被投诉人")
    handler.page.locator(
        ".o_field_widget[name=respondent_ids] td button[title='对外告知'],"
        " .o_field_widget[name=respondent_ids] td button:has(.fa-envelope-o)"
    ).first.click()
    handler.dialog()
    assert (
        "三号楼301室住户"
        in handler.field("respondent_id", DIALOG).locator("input").first.input_value()
    )
    handler.fill("text", "请于12月2日上午十点到居委会陈述意见。", DIALOG)
    handler.picture("respondent")
    handler.dialog("发出")
    handler.gone().tab("文书与告知")
    handler.picture("papers-and-messages")
    rows = handler.page.locator(".o_field_widget[name=dispatch_ids] .o_data_row")
    row = rows.filter(has_text="三号楼301室住户")
    assert "待发出" in row.inner_text()
    text = letter(handler, row)
    assert "请于12月2日上午十点到居委会陈述意见" in text
    assert "三号楼301室住户" in text
    row.locator("button[name=action_prove]").click()
    handler.field("delivery", DIALOG).wait_for()
    handler.fill("text", "本人于12月2日在窗口签收。", DIALOG)
    handler.picture("prove")
    handler.dialog("确认")
    handler.gone().tab("文书与告知")
    assert "已送达" in row.inner_text()
    handler.picture("proven")
    told = dispatches(office, case)[0]
    assert (told["addressee"], told["state"]) == ("respondent", "delivered")


def test_the_composer_is_for_staff_only(screen, case):
    clerk = screen("clerk").open(f"/odoo/complaints/{case}")
    clerk.page.wait_for_selector(".o-mail-Chatter-logNote")
    assert not clerk.page.locator(".o-mail-Chatter-sendMessage").count()
    clerk.page.locator(".o-mail-Chatter-logNote").click()
    note = clerk.page.locator(".o_complaint_staff_only")
    note.wait_for()
    assert "仅供工作人员查看" in note.inner_text()
    assert not clerk.page.locator(".o-mail-RecipientsInput").count()
    clerk.picture("note")


def test_who_only_reads_is_offered_nothing(office, screen, case):
    office.colleague("auditor", "auditor")
    auditor = screen("auditor").open(f"/odoo/complaints/{case}")
    auditor.page.wait_for_selector(".o-mail-Chatter-logNote")
    assert not auditor.page.locator("text=对外告知").count()


def test_desk_list_and_settings(office, screen, case):
    clerk = screen("clerk")
    clerk.page.goto("/odoo/complaint-desk")
    clerk.page.wait_for_selector("[data-tile=to_hand_over]")
    clerk.picture("desk")
    clerk.page.locator("[data-tile=to_hand_over]").click()
    clerk.page.wait_for_selector(".o_list_view")
    clerk.open("/odoo/complaint-dispatches")
    clerk.page.wait_for_selector(".o_list_view .o_data_row")
    clerk.picture("list")
    clerk.open("/odoo/complaint-intake/new").picture("intake")
    clerk.open(f"/odoo/complaints/{case}")
    clerk.page.locator(".nav-link[name=complainant]").click()
    clerk.field("tell_by").wait_for()
    clerk.picture("tell-by")
