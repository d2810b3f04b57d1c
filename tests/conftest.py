"""Fixtures for tests of the whole: real servers, a real browser.

    def test_x(server, open_page):
        office = server(demo=True)                      # shared by the tests of a module
        page = open_page(office, "clerk", "clerk")      # zh_CN, already logged in
        tickets = office.login("admin", "admin").call("helpdesk.ticket", "search", [])

The servers are one process with threads. Tests marked with ``prefork`` run once more, with
servers of worker processes behind a proxy, as a real office has them; with ``--both`` all do.

When a module is through, its servers are stopped and their logs read: a warning, an error
or a traceback that ``tests/log_allow.txt`` does not expect fails the module.
"""

import re

import pytest

from tools import paths, system
from tools.live import Server

VIEWPORT = {"width": 1366, "height": 900}
#: Web workers by mode; two is what Odoo needs for printing while it is asked.
WORKERS = {"threaded": 0, "prefork": 2}


def pytest_addoption(parser):
    parser.addoption(
        "--both",
        action="store_true",
        help="run all live tests in both modes of servers",
    )


def pytest_configure(config):
    config.addinivalue_line("markers", "prefork: runs with worker processes as well")


def pytest_generate_tests(metafunc):
    if "mode" in metafunc.fixturenames:
        marked = metafunc.definition.get_closest_marker("prefork")
        both = marked or metafunc.config.getoption("both")
        modes = ["threaded", "prefork"] if both else ["threaded"]
        metafunc.parametrize("mode", modes, scope="module")


@pytest.fixture(scope="module")
def server(request, mode):
    """Return a factory of running servers: ``server(demo=False, fresh=False)``.

    Tests of a module share one server for each value of ``demo``; ``fresh`` starts
    another one.
    """
    name = re.sub(r"\W", "_", request.module.__name__.rpartition(".")[2])
    running = []

    def factory(demo=False, fresh=False, arguments=()):
        for known in running:
            if known.demo == demo and not (fresh or known.fresh or arguments):
                return known
        database = f"cc_live_{name}_{mode}_{len(running)}"[:60]
        fresh = fresh or bool(arguments)
        started = Server(database, demo, fresh, arguments, WORKERS[mode])
        running.append(started)
        started.start()
        return started

    yield factory
    complaints = [message for known in running for message in known.close()]
    assert not complaints, "\n".join(["the server's log:", *complaints])


@pytest.fixture(scope="session")
def browser():
    """Return Chromium, driven by Playwright."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=system.chromium(),
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
        )
        yield chromium
        chromium.close()


@pytest.fixture
def open_page(browser, request):
    """Return a factory of pages: ``open_page(server, login, password, phone=False)``.

    The page speaks Chinese; ``javascript=False`` switches scripts off. An error in its JavaScript fails the test; when the test
    fails, a picture of each page is left under ``.odoo/screenshots``.
    """
    contexts, faults = [], []

    def factory(
        office, login=None, password=None, *, phone=False, path="/odoo", javascript=True
    ):
        size = {"viewport": {"width": 390, "height": 844}} if phone else {}
        context = browser.new_context(
            locale="zh-CN",
            timezone_id="Asia/Shanghai",
            base_url=office.url,
            accept_downloads=True,
            java_script_enabled=javascript,
            **({"viewport": VIEWPORT} | size),
            **({"has_touch": True, "device_scale_factor": 2} if phone else {}),
        )
        context.set_default_timeout(30_000)
        # the first page of a server waits for its scripts to be bundled
        context.set_default_navigation_timeout(120_000)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: faults.append(str(error)))
        if login:
            session = office.login(login, password or login)
            context.add_cookies(
                [{"name": "session_id", "value": session.cookie, "url": office.url}]
            )
            page.goto(path)
        return page

    failed_before = request.session.testsfailed
    yield factory
    if request.session.testsfailed > failed_before or faults:
        picture_all(contexts, request.node.name)
    for context in contexts:
        context.close()
    assert not faults, "\n".join(["errors in the page:", *faults])


def picture_all(contexts, name):
    """Leave a picture of each open page."""
    folder = paths.WORK / "screenshots"
    folder.mkdir(parents=True, exist_ok=True)
    pages = [page for context in contexts for page in context.pages]
    for number, page in enumerate(pages):
        page.screenshot(path=folder / f"{name}-{number}.png")
