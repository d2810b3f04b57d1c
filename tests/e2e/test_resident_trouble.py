"""What goes wrong on a resident's phone: large files, double taps, no JavaScript."""

import re
import threading

import pytest
from office import Office
from resident import Phone, Visitor, photo

NAME = "向阳街道向阳社区居民委员会"
STORY = "小区东门路灯坏了半个月，晚上看不清路。"
MEGABYTE = 1024 * 1024
PEOPLE = 5


@pytest.fixture(scope="module")
def office(server):
    office = Office(server(), name=NAME)
    for login, name in (("li", "李大爷"), ("zhang", "张阿姨"), ("wang", "王小妹")):
        office.resident(login, name)
    return office


@pytest.fixture
def large(tmp_path):
    """Return the path of a film of 60 MB."""
    path = tmp_path / "现场录像.mp4"
    with open(path, "wb") as stream:
        stream.truncate(60 * MEGABYTE)
    return path


def start(phone):
    """Choose the matter on the first screen."""
    phone.open("/my/complaints/new")
    phone.page.locator("label", has_text="公共设施").click()
    phone.press("下一步").page.wait_for_selector("#field_what")


def own_cases(office, login):
    """Return the numbers of a resident's cases, from the list they see."""
    session = office.server.login(login)
    _status, _headers, body = session.get("/my/complaints")
    return sorted(set(re.findall(r"/my/complaints/(TS[\d-]+)", body.decode())))


def test_large_file_is_noticed_before_it_is_sent(office, open_page, large):
    phone = Phone(
        open_page(office.server, "li", phone=True, path="/complaints"), "trouble"
    )
    start(phone)
    phone.fill(what=STORY).attach(large)
    phone.page.wait_for_selector(".o_cc_file_problem:not(.d-none)")
    assert "文件太多或太大" in phone.text()
    assert "现场录像.mp4" in phone.page.locator(".o_cc_file_names").inner_text()
    phone.picture("large-file")
    phone.press("下一步")
    # still here, nothing was sent, the text is there
    assert phone.page.url.endswith("/what")
    assert phone.page.locator("#field_what").input_value() == STORY
    # with a smaller file it goes on
    phone.attach(("路灯.png", photo(600, 400))).press("下一步")
    phone.page.wait_for_selector("#field_name")
    assert STORY in phone.text()
    assert "路灯.png" in phone.text()


def test_without_javascript(office, open_page, large):
    """The whole way without scripts, with a file that is too large on it."""
    page = open_page(
        office.server, "zhang", phone=True, path="/complaints", javascript=False
    )
    phone = Phone(page, "noscript")
    start(phone)
    phone.fill(what=STORY).attach(large).press("下一步")
    phone.page.wait_for_selector(".o_cc_alert")
    assert "“现场录像.mp4”超过20MB" in phone.text()
    assert phone.page.locator("#field_what").input_value() == STORY
    phone.picture("large-file")
    phone.attach(("路灯.png", photo(600, 400))).press("下一步")
    phone.page.wait_for_selector("#field_name")
    phone.fill(phone="13700137001").press("提交投诉")
    phone.page.wait_for_selector(".o_cc_big")
    [number] = own_cases(office, "zhang")
    assert number in phone.text()
    phone.fill(text="请尽快修好。").press("发送消息")
    phone.page.wait_for_selector(".o_cc_success")
    assert "请尽快修好。" in phone.text()
    ticket = office.find(number)
    assert office.step("clerk", "accept", ticket) is None
    phone.open(f"/my/complaints/{number}").press("我已收到此文书")
    phone.page.wait_for_selector(".o_cc_success")
    phone.picture("received")


def at_once(functions):
    """Call functions at the same time and return their results."""
    results = [None] * len(functions)
    barrier = threading.Barrier(len(functions))

    def run(index, function):
        barrier.wait()
        results[index] = function()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(functions)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def test_five_at_once_make_one_case(office):
    """THREATS 13: five parallel posts made five tickets; here the first makes one."""
    server = office.server
    visitor = Visitor(server.url, server.database, "wang", "wang")
    hidden = visitor.form(f"/my/complaints/new?desk={office.regulation}")
    token = {"csrf_token": hidden["csrf_token"]}
    matter = {**hidden, "kind": office.ref("type_facility")}
    opened = at_once(
        [lambda: visitor.send("/my/complaints/new", matter) for _turn in range(PEOPLE)]
    )
    [(status, address)] = set(opened)
    assert status == 303
    told = visitor.send(address, {**token, "what": STORY}, [("灯.png", photo(60, 40))])
    assert told[0] == 303
    third = address.replace("/what", "/you")
    you = {**token, "name": "王小妹", "phone": "13700137002"}
    sent = at_once([lambda: visitor.send(third, you) for _turn in range(PEOPLE)])
    [(status, page)] = set(sent)
    assert status == 303
    [number] = own_cases(office, "wang")
    assert page.endswith(number)
    files = office.sessions["clerk"].call(
        "complaint.evidence",
        "search_count",
        [["ticket_id", "=", office.find(number)]],
    )
    assert files == 1


def test_five_messages_at_once_make_one(office):
    server = office.server
    visitor = Visitor(server.url, server.database, "wang", "wang")
    [number] = own_cases(office, "wang")
    page = f"/my/complaints/{number}"
    hidden = visitor.form(page)
    fields = {**hidden, "text": "修好了吗？"}
    sent = at_once(
        [lambda: visitor.send(f"{page}/message", fields) for _turn in range(PEOPLE)]
    )
    assert {status for status, _page in sent} == {303}
    _status, _headers, body = visitor.get(page)
    assert body.decode().count("修好了吗？") == 1
