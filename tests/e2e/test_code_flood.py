"""THREATS 11, 58: whoever holds the right receipt code gets in while others guess.

42 addresses try 210 wrong codes, then eight go on without a pause: no worker waits for
any of them, and the resident opens the case 20 times of 20.
"""

import logging
import os
import re
import statistics
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from http.cookiejar import CookieJar
from pathlib import Path

import pytest
from office import Office

from tools import postgres

_logger = logging.getLogger(__name__)
PATH = "/complaints/track"
#: Documentation addresses that no machine has.
RESIDENT, GUESSERS = "203.0.113.77", [f"198.51.100.{n}" for n in range(1, 43)]
FLOODERS, TRIES = 8, 20

pytestmark = pytest.mark.prefork


class Visitor:
    """A browser at an address."""

    def __init__(self, office, address):
        self.url = office.server.url + PATH
        self.opener = urllib.request.build_opener(
            urllib.request.HTTPCookieProcessor(CookieJar())
        )
        self.opener.addheaders = [
            ("X-Forwarded-For", address),
            ("X-Forwarded-Host", office.server.url[7:]),
        ]
        _status, _headers, page = self.open()
        self.token = re.search(r'name="csrf_token" value="([^"]+)"', page)[1]

    def open(self, **form):
        """Return ``(status, headers, page)``."""
        data = urllib.parse.urlencode(form).encode() if form else None
        try:
            with self.opener.open(self.url, data, timeout=60) as answer:
                return answer.status, answer.headers, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.headers, error.read().decode()

    def enter(self, code):
        """Enter a code; return ``(status, headers, page)``."""
        return self.open(code=code, csrf_token=self.token)


@pytest.fixture(scope="module")
def office(server, mode):
    office = Office(server(arguments=() if mode == "prefork" else ("--proxy-mode",)))
    allow = {"allow_anonymous": True}
    office.admin.call("complaint.regulation", "write", [office.regulation], allow)
    return office


@pytest.fixture(scope="module")
def case(office):
    """Return number and code of an anonymous case."""
    vals = {"confidentiality": "anonymous", "complainant_name": False}
    ticket = office.register(**vals, complainant_phone=False)
    action = office.sessions["clerk"].call(
        "helpdesk.ticket", "action_give_receipt", [ticket]
    )
    return office.read(ticket, "number")["number"], action["params"]["title"]


def hits(office):
    """Return how many things done from one place are remembered."""
    [count] = postgres.query(
        "select count(*) from complaint_rate_hit", office.server.database
    )
    return int(count)


def test_right_code_opens_during_a_flood(office, case):
    number, code = case
    answers = [
        Visitor(office, address).enter(f"{index:08}{turn:08}")[0]
        for index, address in enumerate(GUESSERS)
        for turn in range(5)
    ]
    # the last ten are over the brake of all addresses together
    assert answers == [422] * 200 + [429] * 10
    before, memory, flood = hits(office), megabytes(office), Flood(office)
    with flood:
        seconds = [enter_right(office, number, code) for _try in range(TRIES)]
    assert set(flood.statuses) == {429}
    assert hits(office) == before, "a flood fills no table"
    rate = len(flood.statuses) / flood.seconds
    grown = megabytes(office) - memory
    _logger.info(
        "%s wrong codes, %.0f a second; right code: median %.2f s, slowest %.2f s; %s MB",
        len(flood.statuses),
        rate,
        statistics.median(seconds),
        max(seconds),
        grown,
    )
    # a worker that sleeps, or a queue behind sleepers, takes many times longer
    assert rate > 5
    assert grown < 300
    assert statistics.median(seconds) < 5


def megabytes(office):
    """Return what the server's processes hold of the machine's memory."""
    group = os.getpgid(office.server.process.pid)
    pages = [
        int(Path(f"/proc/{name}/statm").read_text().split()[1])
        for name in filter(str.isdigit, os.listdir("/proc"))
        if _group(int(name)) == group
    ]
    return sum(pages) * os.sysconf("SC_PAGE_SIZE") // 1024**2


def _group(pid):
    try:
        return os.getpgid(pid)
    except ProcessLookupError:
        return None


def enter_right(office, number, code):
    """Enter the right code in a new browser; return for how many seconds it took."""
    resident = Visitor(office, RESIDENT)
    start = time.monotonic()
    status, headers, page = resident.enter(code)
    assert (status, headers["Retry-After"]) == (200, None)
    assert number in page
    return time.monotonic() - start


class Flood:
    """Eight visitors who enter wrong codes without a pause."""

    def __init__(self, office):
        self.statuses, self.stop = [], threading.Event()
        self.visitors = [Visitor(office, GUESSERS[n]) for n in range(FLOODERS)]
        self.threads = [
            threading.Thread(target=self.run, args=(visitor,))
            for visitor in self.visitors
        ]

    def run(self, visitor):
        while not self.stop.is_set():
            status, headers, _page = visitor.enter("9" * 16)
            assert 0 < int(headers["Retry-After"]) <= 900
            self.statuses.append(status)

    def __enter__(self):
        self.start = time.monotonic()
        for thread in self.threads:
            thread.start()

    def __exit__(self, *_error):
        self.stop.set()
        for thread in self.threads:
            thread.join()
        self.seconds = time.monotonic() - self.start


def test_told_to_come_again(office):
    """A person at a busy address reads for how long, and what still works."""
    status, headers, page = Visitor(office, GUESSERS[0]).enter("1" * 16)
    assert status == 429
    assert int(headers["Retry-After"]) > 0
    assert "16" in page
