"""Chips that tell why a date is that date: hovered over, tapped, by keyboard."""

import pytest
from office import Office

POPOVER = ".o_complaint_clocks"


@pytest.fixture(scope="module")
def office(server):
    office = Office(server())
    office.register()
    return office


def chip(page, within):
    """Return the first chip of a view."""
    page.wait_for_selector(f"{within} .o_complaint_clock")
    return page.locator(f"{within} .o_complaint_clock").first


def reasons(page):
    """Return what the open popover says."""
    page.wait_for_selector(f"{POPOVER} li")
    return page.locator(POPOVER).inner_text()


def test_hovering(office, open_page):
    page = open_page(office.server, "clerk", path="/odoo/complaints")
    chip(page, ".o_list_view").hover()
    text = reasons(page)
    assert "受理并出具凭证" in text
    assert "3个工作日" in text
    page.mouse.move(5, 5)
    page.wait_for_selector(POPOVER, state="detached")
    assert page.locator(".o_list_view").count(), "the row was not opened"


def test_keyboard(office, open_page):
    page = open_page(office.server, "clerk", path="/odoo/complaints")
    chip(page, ".o_list_view").focus()
    page.keyboard.press("Enter")
    assert "3个工作日" in reasons(page)
    page.keyboard.press("Escape")
    page.wait_for_selector(POPOVER, state="detached")


def test_tapping_on_a_phone(office, open_page):
    page = open_page(office.server, "clerk", phone=True, path="/odoo/complaint-board")
    chip(page, ".o_kanban_view").tap()
    assert "3个工作日" in reasons(page)
    box = page.locator(".o_complaint_clock_popover").bounding_box()
    assert box["x"] > -1
    assert box["x"] + box["width"] < 391
