"""The clerk hands the receipt code to who complains at the window, printed."""

import re

import pytest
from office import Office
from screen import Screen

NAME = "向阳社区卫生服务中心"
STORY = "挂号费多收了五元，没有收据。"
#: A frame that prints leaves what is on its paper with the page around it.
_ON_PAPER = "window.print = () => { window.top.onPaper = document.body.innerText }"


@pytest.fixture(scope="module")
def office(server):
    return Office(server(), template="regulation_r18", name=NAME)


def test_slip_at_the_window(office, open_page):
    ticket = office.register(
        confidentiality="anonymous",
        complainant_name=False,
        complainant_phone=False,
        type_id=office.ref("type_fees"),
        description=f"<p>{STORY}</p>",
    )
    page = open_page(office.server, "clerk")
    page.add_init_script(_ON_PAPER)
    clerk = Screen(page, "receipt").open(f"/odoo/complaints/{ticket}")
    clerk.button("查询码")
    slip = clerk.dialog()
    code = re.search(r"\d{4} \d{4} \d{4} \d{4}", slip.inner_text())[0]
    page.wait_for_function(
        "document.querySelector('.o_complaint_slip img').naturalWidth > 0"
    )
    clerk.picture("slip")
    slip.locator("button", has_text="打印查询单").click()
    page.wait_for_function("window.onPaper")
    printed = page.evaluate("window.onPaper")
    assert code in printed
    assert NAME in printed
    assert "/complaints/track" in printed
    slip.locator("button", has_text="已抄写").click()
    page.wait_for_selector(".modal", state="detached")
    assert code not in page.content()
    assert code.replace(" ", "") not in page.url

    visitor = open_page(office.server)
    visitor.goto("/complaints/track")
    visitor.fill("input[name=code]", code)
    visitor.press("input[name=code]", "Enter")
    visitor.wait_for_selector(f"main >> text={STORY}")
