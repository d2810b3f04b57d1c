"""No connection to the database is free: plain words, 503, and nothing typed is lost."""

import html
import logging
import re
import threading
import urllib.error
import urllib.request

import pytest
from office import Office
from resident import Visitor

_logger = logging.getLogger(__name__)
NAME = "向阳街道向阳社区居民委员会"
STORY = "三号楼地下室积水已经两周，没有人来看。"
#: Connections the server has, and people who ask at the same time.
POOL, PEOPLE = 3, 40


@pytest.fixture(scope="module")
def office(server):
    office = Office(server(arguments=("--db_maxconn", str(POOL))), name=NAME)
    office.resident("chen", "陈奶奶")
    return office


class Crowd:
    """People who open the public page again and again."""

    def __init__(self, office, accept):
        self.url, self.accept = f"{office.server.url}/complaints", accept
        self.answers, self.stop = [], threading.Event()
        self.threads = [threading.Thread(target=self.run) for _n in range(PEOPLE)]

    def run(self):
        while not self.stop.is_set():
            request = urllib.request.Request(self.url)
            request.add_header("Accept-Language", self.accept)
            try:
                with urllib.request.urlopen(request, timeout=120) as answer:
                    self.answers.append((answer.status, answer.headers, answer.read()))
            except urllib.error.HTTPError as error:
                self.answers.append((error.code, error.headers, error.read()))

    def __enter__(self):
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_error):
        self.stop.set()
        for thread in self.threads:
            thread.join()

    def turned_away(self):
        """Return headers and page of whoever found no connection."""
        return [answer[1:] for answer in self.answers if answer[0] == 503]


def until_busy(visitor, path, fields):
    """Send a form until no connection is free; return the page."""
    for _try in range(300):
        status, page = visitor.send(path, fields)
        assert status in (303, 503), page
        if status == 503:
            return page
    pytest.fail("there was a connection each time")


def test_what_was_typed_comes_back(office):
    """One press sends it once more, when the crowd is gone."""
    server = office.server
    visitor = Visitor(server.url, server.database, "chen", "chen")
    hidden = visitor.form(f"/my/complaints/new?desk={office.regulation}")
    matter = {**hidden, "kind": office.ref("type_facility")}
    _status, address = visitor.send("/my/complaints/new", matter)
    token = {"csrf_token": hidden["csrf_token"]}
    with Crowd(office, "zh-CN") as crowd:
        page = until_busy(visitor, address, {**token, "what": STORY})
    assert "请稍候" in page
    assert "Traceback" not in page
    assert STORY in page
    again = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', page))
    again = {name: html.unescape(value) for name, value in again.items()}
    assert again["what"] == STORY
    action = html.unescape(re.search(r'action="([^"]+)"', page)[1])
    assert visitor.send(action, again)[0] == 303
    _status, _headers, body = visitor.get(address.replace("/what", "/you"))
    assert STORY in body.decode()
    _logger.info("%s of %s turned away", len(crowd.turned_away()), len(crowd.answers))


@pytest.mark.parametrize(
    ("accept", "lang", "words"),
    [("zh-CN", "zh-CN", "这不是您的错"), ("en-US", "en-US", "It is not your fault")],
)
def test_plain_words_for_everybody(office, accept, lang, words):
    with Crowd(office, accept) as crowd:
        crowd.stop.wait(8)
    assert {status for status, *_rest in crowd.answers} <= {200, 503}
    away = crowd.turned_away()
    assert away, "the pool was never exhausted"
    for headers, body in away:
        page = body.decode()
        assert headers["Retry-After"] == "10"
        assert headers["Cache-Control"] == "no-store"
        assert f'lang="{lang}"' in page
        assert words in page
