"""THREATS 13: many residents send their complaints in the same moment.

Every one gets a number and a code, none twice, none of the numbers is left out.
"""

import re
import threading
import urllib.error
import urllib.parse
import urllib.request
from http.cookiejar import CookieJar

import pytest
from office import Office

START = "/complaints/new"
PEOPLE = 24

pytestmark = pytest.mark.prefork


class Stay(urllib.request.HTTPRedirectHandler):
    """Follows no redirection."""

    def redirect_request(self, *_args):
        """OVERRIDE: the test follows itself."""


class Visitor:
    """A browser at an address of its own, with a complaint that is ready to be sent."""

    def __init__(self, office, place):
        self.url = office.server.url
        self.opener = urllib.request.build_opener(
            urllib.request.HTTPCookieProcessor(CookieJar()), Stay()
        )
        self.opener.addheaders = [
            ("X-Forwarded-For", f"198.51.100.{place}"),
            ("X-Forwarded-Host", self.url[7:]),
        ]
        _status, _headers, page = self.open(f"{START}?desk={office.regulation}")
        form = dict(re.findall(r'type="hidden"\s+name="(\w+)"\s+value="([^"]*)"', page))
        self.token = {"csrf_token": form["csrf_token"]}
        form["kind"] = office.ref("type_facility")
        _status, headers, _page = self.open(START, form)
        story = {"what": f"路灯坏了，第{place}盏。"}
        _status, headers, _page = self.open(headers["Location"], self.token | story)
        self.third = headers["Location"]

    def open(self, path, form=None):
        """Return ``(status, headers, page)``."""
        data = urllib.parse.urlencode(form).encode() if form else None
        path = path.removeprefix(self.url)
        try:
            with self.opener.open(self.url + path, data, timeout=180) as answer:
                return answer.status, answer.headers, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.headers, error.read().decode()

    def send(self):
        """Send the complaint; return the status and the number of the case."""
        status, _headers, page = self.open(self.third, self.token)
        number = re.search(r"TS\d{4}-(\d{5})", page)
        return status, int(number[1]) if number else page[-500:]


@pytest.fixture(scope="module")
def office(server, mode):
    office = Office(server(arguments=() if mode == "prefork" else ("--proxy-mode",)))
    office.admin.call(
        "complaint.regulation",
        "write",
        [office.regulation],
        {"allow_anonymous": True},
    )
    return office


def test_all_are_filed(office):
    visitors = [Visitor(office, place + 1) for place in range(PEOPLE)]
    answers, barrier = [], threading.Barrier(PEOPLE)

    def run(visitor):
        barrier.wait()
        answers.append(visitor.send())

    threads = [threading.Thread(target=run, args=[visitor]) for visitor in visitors]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [status for status, _number in answers] == [200] * PEOPLE
    numbers = sorted(number for _status, number in answers)
    assert numbers == list(range(numbers[0], numbers[0] + PEOPLE))
