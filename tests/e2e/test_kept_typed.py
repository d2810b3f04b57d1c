"""What is typed on a telephone is there again, whatever interrupts it."""

import pytest
from office import Office
from resident import Phone

NAME = "向阳街道向阳社区居民委员会"
STORY = "三号楼地下室积水已经两周，没有人来看。"


@pytest.fixture(scope="module")
def office(server):
    office = Office(server(), name=NAME)
    allow = {"allow_anonymous": True}
    office.admin.call("complaint.regulation", "write", [office.regulation], allow)
    office.resident("chen", "陈奶奶")
    return office


def start(phone, path="/my/complaints/new"):
    """Choose the matter on the first screen; return the address of the second."""
    phone.open(path)
    phone.page.locator("label", has_text="公共设施").click()
    phone.press("下一步").page.wait_for_selector("#field_what")
    return phone.page.url


def typed(phone, name="what"):
    return phone.page.locator(f"#field_{name}").input_value()


def test_leaving_a_screen(office, open_page):
    """Back, change, reload: with script."""
    leave(Phone(open_page(office.server, "chen", phone=True, path="/my"), "kept"))


def test_leaving_a_screen_without_script(office, open_page):
    page = open_page(office.server, "chen", phone=True, path="/my", javascript=False)
    leave(Phone(page, "kept-plain"))


def leave(phone):
    start(phone)
    phone.fill(what=STORY).press("返回").press("下一步")
    phone.page.wait_for_selector("#field_what")
    assert typed(phone) == STORY
    phone.press("下一步").page.wait_for_selector("#field_phone")
    phone.fill(phone="137").page.locator("label", has_text="保密").first.click()
    phone.picture("you").press("修改").page.wait_for_selector("#field_what")
    phone.press("下一步").page.wait_for_selector("#field_phone")
    assert typed(phone, "phone") == "137"
    chosen = phone.page.locator("input[name=confidentiality]:checked")
    assert chosen.get_attribute("value") == "confidential"
    phone.open("/my/complaints")
    assert STORY[:10] in phone.text()
    phone.picture("drafts").press("删除我填写的内容").page.wait_for_load_state()
    assert STORY[:10] not in phone.text()


def test_reload_and_a_killed_browser(office, open_page):
    """Nothing was sent yet; the page comes back as if the telephone had been off."""
    page = open_page(office.server, "chen", phone=True, path="/my")
    phone = Phone(page, "kept-device")
    address = start(phone)
    phone.fill(what=STORY)
    page.reload()
    assert typed(phone) == STORY
    assert "已恢复" in phone.text()
    phone.picture("restored").accessible()
    again = page.context.new_page()
    page.close()
    again.goto(address)
    phone = Phone(again, "kept-device")
    assert typed(phone) == STORY
    phone.press("删除我填写的内容")
    assert typed(phone) == ""
    again.reload()
    assert typed(phone) == ""


def test_shared_telephone(office, open_page):
    """Who says that others use it leaves nothing on it."""
    page = open_page(office.server, phone=True)
    phone = Phone(page, "kept-shared")
    phone.open("/complaints/new").page.locator(".o_cc_shared").click()
    phone.picture("choice")
    start(phone, "/complaints/new")
    phone.fill(what=STORY)
    page.reload()
    assert typed(phone) == STORY, "in the same window it is kept"
    assert "三号楼" not in page.evaluate("JSON.stringify({...localStorage})")


def test_cookies_are_gone(office, open_page):
    page = open_page(office.server, phone=True)
    phone = Phone(page, "kept-cookies")
    start(phone, "/complaints/new")
    phone.fill(what=STORY)
    page.context.clear_cookies()
    phone.press("下一步").page.wait_for_load_state()
    assert STORY in phone.text()
    phone.picture("interrupted").accessible().press("继续")
    page.wait_for_selector("#field_what")
    assert typed(phone) == STORY


def test_signed_out_while_writing(office, open_page):
    page = open_page(office.server, "chen", phone=True, path="/my")
    phone = Phone(page, "kept-session")
    start(phone)
    phone.fill(what=STORY)
    page.context.clear_cookies()
    phone.press("下一步").page.wait_for_load_state()
    assert STORY in phone.text()
    phone.picture("signed-out").accessible().press("登录并继续")
    page.locator("input[name=login]").fill("chen")
    page.locator("input[name=password]").fill("chen")
    page.locator(".oe_login_form button[type=submit]").click()
    page.wait_for_selector("#field_what")
    assert typed(phone) == STORY


def test_begun_on_this_device(office, open_page):
    """A visitor's form is found again where they would look for it, and goes when sent."""
    page = open_page(office.server, phone=True)
    phone = Phone(page, "kept-visitor")
    start(phone, "/complaints/new")
    phone.fill(what=STORY)
    phone.open("/complaints/new")
    assert STORY[:10] in phone.text()
    phone.picture("begun").press("继续").page.wait_for_selector("#field_what")
    assert typed(phone) == STORY
    phone.press("下一步").page.wait_for_selector(".o_cc_check")
    phone.press("提交投诉").page.wait_for_selector(".o_cc_code")
    assert "三号楼" not in page.evaluate("JSON.stringify({...localStorage})")
    phone.open("/complaints/new")
    assert STORY[:10] not in phone.text()
