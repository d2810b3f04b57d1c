"""The web client starts, in Chinese, without an error on either side."""

import pytest

pytestmark = pytest.mark.prefork


def test_back_office_opens_in_chinese(server, open_page):
    office = server()
    admin = office.login("admin")
    [user] = admin.call("res.users", "search", [["login", "=", "admin"]])
    admin.call("res.users", "write", [user], {"lang": "zh_CN"})
    page = open_page(office, "admin")
    page.wait_for_selector(".o_web_client .o_main_navbar")
    page.click(".o_navbar_apps_menu button")
    page.wait_for_selector(".o-dropdown--menu >> text=应用")


def test_login_page_on_a_phone(server, open_page):
    office = server()
    page = open_page(office, phone=True)
    page.goto("/web/login")
    page.fill("input[name=login]", "admin")
    page.fill("input[name=password]", "not the password")
    page.click("button[type=submit]")
    page.wait_for_selector(".alert-danger")
