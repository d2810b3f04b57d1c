"""What people get wrong in the back office: told why, in Chinese, and nothing is lost."""

import pytest
from office import Office
from screen import Screen


@pytest.fixture(scope="module")
def office(server):
    return Office(server())


@pytest.fixture
def clerk(office, open_page):
    return Screen(open_page(office.server, "clerk"), "bad-input")


def count(office):
    return office.sessions["leader"].call("helpdesk.ticket", "search_count", [])


def test_empty_form(office, clerk):
    """An empty register is not saved, and what is missing is marked."""
    before = count(office)
    clerk.open("/odoo/complaint-intake/new").button("登记")
    told = clerk.page.locator(".o_notification").first
    told.wait_for()
    assert "有必填项未填写" in told.inner_text()
    assert clerk.page.locator(".o_field_invalid[name=what_happened]").count()
    clerk.picture("empty")
    assert count(office) == before


def test_absurd_date(office, clerk):
    """A complaint from the future is refused; what was typed is still there."""
    before = count(office)
    clerk.open("/odoo/complaint-intake/new")
    clerk.fill("what_happened", "楼道灯坏了三个月。")
    clerk.fill("received_date", "2199/01/01 10:00:00")
    clerk.button("登记")
    assert "收到时间不能晚于现在" in clerk.error()
    box = clerk.field("what_happened").locator("textarea").first
    assert box.input_value() == "楼道灯坏了三个月。"
    assert count(office) == before


def test_card_over_a_gate(office, clerk):
    """A card dragged to where no step leads goes back, and the clerk reads why."""
    ticket = office.register()
    number = office.read(ticket, "number")["number"]
    clerk.open("/odoo/action-community_complaint.helpdesk_ticket_action_board")
    drag(clerk.page, number, "处理决定")
    text = clerk.error()
    assert "“已登记”" in text
    assert "“处理决定”" in text
    clerk.picture("dragged")
    assert office.read(ticket, "phase")["phase"] == "registered"


def test_card_without_what_the_gate_asks(office, clerk):
    """Dragging to “accepted” is the step, with its gate: the register is incomplete."""
    ticket = office.register(complainant_name=False, complainant_phone=False)
    number = office.read(ticket, "number")["number"]
    clerk.open("/odoo/action-community_complaint.helpdesk_ticket_action_board")
    drag(clerk.page, number, "已受理")
    text = clerk.error()
    assert number in text
    assert "投诉人" in text
    assert office.read(ticket, "phase")["phase"] == "registered"


def drag(page, number, column):
    """Drag the card of a case to a column of the board."""
    card = page.locator(".o_kanban_record", has_text=number).first
    target = page.locator(f".o_kanban_group:has(.o_column_title:has-text('{column}'))")
    card.wait_for()
    start, end = card.bounding_box(), target.bounding_box()
    page.mouse.move(start["x"] + 40, start["y"] + 15)
    page.mouse.down()
    page.mouse.move(start["x"] + 60, start["y"] + 25, steps=4)
    page.mouse.move(end["x"] + end["width"] / 2, end["y"] + 120, steps=15)
    page.wait_for_timeout(200)
    page.mouse.up()


def test_steps_out_of_order(office):
    """Every step but those that start from “registered” is refused, with the reason."""
    ticket = office.register()
    for role, name in (
        ("handler", "start_investigation"),
        ("handler", "submit_findings"),
        ("leader", "decide"),
        ("clerk", "notify"),
        ("clerk", "close"),
        ("clerk", "archive"),
        ("leader", "reopen"),
    ):
        kwargs = {"reason": "–"} if name == "reopen" else {}
        told = office.step(role, name, ticket, **kwargs)
        assert told, name
        assert "“已登记”" in told, (name, told)
    assert office.read(ticket, "phase")["phase"] == "registered"


def test_large_file(office, clerk, tmp_path):
    """A photo series of 60 MB becomes evidence, or the clerk reads why not."""
    ticket = office.register()
    office.step("clerk", "accept", ticket)
    large = tmp_path / "监控录像.bin"
    large.write_bytes(b"\x00\x01\x02\x03" * (15 * 1024 * 1024))
    clerk.open(f"/odoo/complaints/{ticket}").tab("调查核实")
    clerk.page.locator(
        ".o_field_widget[name=evidence_ids] .o_field_x2many_list_row_add a"
    ).click()
    clerk.dialog()
    clerk.fill("name", "监控录像", ".modal")
    with clerk.page.expect_file_chooser() as chooser:
        clerk.page.locator(".modal .o_field_many2many_binary button").first.click()
    chooser.value.set_files(large)
    clerk.page.wait_for_selector(
        ".modal .o_attachment, .o_notification", timeout=120_000
    )
    clerk.picture("large-file")
    clerk.dialog("保存")
    clerk.gone()
    clerk.save()
    [evidence] = office.sessions["leader"].call(
        "complaint.evidence",
        "search_read",
        [["ticket_id", "=", ticket]],
        ["name", "attachment_ids"],
    )
    assert evidence["name"] == "监控录像"
