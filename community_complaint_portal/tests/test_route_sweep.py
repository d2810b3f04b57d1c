import inspect
import re
from contextlib import contextmanager
from threading import current_thread
from unittest.mock import patch
from urllib.parse import quote

from odoo import sql_db
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..controllers.quiet_log import quiet
from ..tools.uploads import Upload
from .common import PNG
from .test_parameters import NONSENSE
from .test_told import ToldCommon

#: Routes of the base that ours only make stricter: their pages are the base's.
_OF_THE_BASE = re.compile(r"/my/tickets|/submitted/ticket|/ticket/close|/web/pivot/")
#: What everybody may read is about nobody: it may be kept.
_PUBLIC = re.compile(r"/complaints$|/complaints/(published|board|figures)\b")
#: What a GET may write at all: tables by route, and why.
_WRITES = {
    # the complainant, signed in, opens the inbox: its messages are read
    "/my/complaints/<string:number>": {
        "complaint_dispatch",
        "complaint_log",
        "complaint_log_value",
        "complaint_deadline",
        "helpdesk_ticket",
    },
}
#: A wrong link is a guess, and is counted.
_GUESSES = {"complaint_rate_hit", "complaint_rate_key"}
_CHANGE = re.compile(r'\s*(?:INSERT INTO|UPDATE|DELETE FROM)\s+"?(\w+)', re.IGNORECASE)
#: What the base notes itself of who comes.
_OF_SESSIONS = {"res_device_log", "res_users_log", "website_track", "website_visitor"}


@tagged("post_install", "-at_install")
class TestRouteSweep(ToldCommon):
    """Every address of ours, found in the routing map (THREATS 14, 61, 69).

    A scanner, a chat app or a stranger opens it, with what it was made for and with
    rubbish: nothing changes, nothing stumbles, nobody keeps it or learns of it.
    """

    def setUp(self):
        super().setUp()
        self.case = self._own_complaint(complainant_email="li@resident.example")
        self._accept(self.case)
        self._received()
        self._write(self.case)
        self.told = self._link()
        self._write(self.case, channel="portal")
        self._received()
        self.case.sudo()._portal_post("Listen", [Upload("a.png", PNG, "image/png")])
        file = self.case.sudo()._portal_messages().attachment_ids
        self.draft = self.start_draft()
        self.tell(self.draft)
        self.real = {
            "number": self.case.number,
            "notice_id": self.case.notice_ids[:1].id,
            "attachment_id": file.id,
            "file_id": file.id,
            "token": self.told.rpartition("/")[2],
            "nonce": self.draft.split("/")[-2],
            "rules": self.regulation.id,
        }

    # ----------------------------------------------------------------------
    # The map
    # ----------------------------------------------------------------------

    def rules(self, method, pages=True):
        """Return the rules of ours that take a method.

        :param pages: only those of residents and of everybody
        """
        # as in a thread that answers a request
        with patch.object(current_thread(), "dbname", self.cr.dbname, create=True):
            routes = self.env["ir.http"].routing_map()
        found = [
            rule
            for rule in routes.iter_rules()
            if method in (rule.methods or ("GET", "POST"))
            and self.is_ours(rule.endpoint)
            and not _OF_THE_BASE.match(rule.rule)
        ]
        if pages:
            found = [
                rule
                for rule in found
                if re.match(r"/complaints\b|/my/|/rate/", rule.rule)
            ]
        self.assertGreater(len(found), 12)
        return found

    def is_ours(self, endpoint):
        """Return whether an add-on of ours has a hand in an endpoint."""
        method = getattr(endpoint, "func", endpoint)
        return any(
            method.__name__ in vars(cls)
            and cls.__module__.startswith("odoo.addons.community_complaint")
            for cls in type(method.__self__).__mro__
        )

    def path(self, rule, **values):
        """Return an address of a rule: what is not given is what is really there."""
        values = {**self.real, **values}
        return re.sub(
            r"<(\w+)(?:\([^)]*\))?:(\w+)>",
            lambda found: quote(
                str(values.get(found[2], "1" if found[1] == "int" else "x")), safe=""
            ),
            rule.rule,
        )

    def names(self, rule):
        """Return the names of what an endpoint takes from an address, its own ones too."""
        method = inspect.unwrap(getattr(rule.endpoint, "func", rule.endpoint))
        names = [*inspect.signature(method).parameters, "self", "args", "env", "page"]
        return dict.fromkeys(name for name in names if name not in rule.arguments)

    # ----------------------------------------------------------------------
    # What nobody may do by opening an address
    # ----------------------------------------------------------------------

    @contextmanager
    def changes(self):
        """Yield the set of tables that are changed meanwhile."""
        tables = set()
        execute = sql_db.Cursor.execute

        def spied(cursor, query, *args, **kwargs):
            text = getattr(query, "code", query)
            if found := _CHANGE.match(text):
                tables.add(found[1])
            return execute(cursor, query, *args, **kwargs)

        with patch.object(sql_db.Cursor, "execute", spied):
            yield tables

    def open_all(self, user):
        """Open every address as somebody; return what each changed that it must not."""
        self.authenticate(user and user.login, user and user.login)
        found = {}
        for rule in self.rules("GET"):
            for verb in ("GET", "HEAD"):
                self.env.flush_all()
                with self.changes() as tables, mute_logger("odoo.http"):
                    self.url_open(self.path(rule), method=verb, allow_redirects=False)
                allowed = _OF_SESSIONS | (
                    _WRITES.get(rule.rule, set()) if user else set()
                )
                if tables - allowed:
                    found[verb, rule.rule] = tables - allowed
        return found

    def test_the_sweep_sees_a_change(self):
        """Somebody signed in reads the inbox: seen, and allowed by name."""
        with self.changes() as tables:
            self.get(self.page_of(self.case))
        self.assertIn("complaint_dispatch", tables)

    def test_opening_changes_nothing(self):
        """Scanners and chat apps open links; so do people who prefetch."""
        # today's key of counters is made by the first visitor
        self.env["complaint.rate.hit"].sudo()._day_key()
        for user in (None, self.neighbour, self.resident):
            with self.subTest(user=user and user.login):
                self.assertEqual(self.open_all(user), {})

    def test_a_wrong_link_is_only_counted(self):
        self.authenticate(None, None)
        for rule in self.rules("GET"):
            if "token" not in rule.arguments:
                continue
            with self.changes() as tables, mute_logger("odoo.http"):
                self.get(self.path(rule, token="x" * 43, rate=5))
            self.assertFalse(tables - _GUESSES - _OF_SESSIONS, rule.rule)

    # ----------------------------------------------------------------------
    # Who keeps it, and who learns of it
    # ----------------------------------------------------------------------

    def test_headers(self):
        """Kept by nobody, and no other site learns the address."""
        checked = 0
        for rule in self.rules("GET"):
            for real in (True, False):
                other = {} if real else dict.fromkeys(self.real, "x")
                path = self.path(rule, **other)
                with self.subTest(path=path), mute_logger("odoo.http"):
                    answer = self.get(path)
                    if rule.rule.startswith("/rate/"):
                        # not a rating of ours: see test_satisfaction
                        continue
                    public = _PUBLIC.match(rule.rule)
                    if public and answer.status_code == 404:
                        continue
                    checked += 1
                    headers = answer.headers
                    if not rule.rule.endswith("/photo"):
                        self.assertEqual(headers["Referrer-Policy"], "no-referrer")
                    if not public:
                        self.assertEqual(headers["Cache-Control"], "no-store")
        self.assertGreater(checked, 25)

    def test_no_secret_of_an_address_is_logged(self):
        """Links that were sent to people; what proves a right for a minute needs an
        account as well.
        """
        rules = [rule for rule in self.rules("GET") if "token" in rule.arguments]
        self.assertGreater(len(rules), 3)
        for rule in rules:
            for prefix in ("", "/zh_CN"):
                path = prefix + self.path(rule, token="s3cret_s3cret")
                line = f'1.2.3.4 - - [28/Nov] "GET {path} HTTP/1.1" 200 -'
                self.assertNotIn("s3cret", quiet(line), rule.rule)

    # ----------------------------------------------------------------------
    # What strangers send
    # ----------------------------------------------------------------------

    def test_rubbish_in_the_address(self):
        for user in (None, self.resident):
            self.authenticate(user and user.login, user and user.login)
            for rule in self.rules("GET"):
                query = "&".join(
                    f"{name}={quote(value)}"
                    for name, value in zip(self.names(rule), NONSENSE * 3, strict=False)
                )
                paths = [f"{self.path(rule)}?{query}"]
                paths += [
                    self.path(rule, **dict.fromkeys(rule.arguments, value))
                    for value in NONSENSE
                    if value and rule.arguments
                ]
                for path in paths:
                    with self.subTest(path=path[:100]), mute_logger("odoo.http"):
                        self.assertLess(self.get(path).status_code, 500)

    def test_rubbish_in_a_form(self):
        """As somebody, and as nobody: no form of ours stumbles."""
        for user in (None, self.resident):
            self.authenticate(user and user.login, user and user.login)
            self.get("/complaints/track")
            for rule in self.rules("POST"):
                for value in ("", "\x00", "9" * 5000, "李" * 20_000, "[]", "\u202e"):
                    names = [name for name in self.names(rule) if name != "csrf_token"]
                    form = dict.fromkeys(names, value)
                    with self.subTest(rule=rule.rule, value=value[:5]):
                        with mute_logger("odoo.http"):
                            answer = self.post(self.path(rule), form)
                        self.assertLess(answer.status_code, 500)

    def test_rubbish_in_the_base_s_forms_of_visitors(self):
        """Signing in and up, by everybody: bounded, and nothing stumbles."""
        self.env["ir.config_parameter"].set_param("auth_signup.invitation_scope", "b2c")
        self.authenticate(None, None)
        self.get("/web/login")
        users = self.env["res.users"].with_context(active_test=False)
        before = users.search_count([])
        good = {
            "login": "new@resident.example",
            "name": "New",
            "password": "Abc12345678",
            "confirm_password": "Abc12345678",
        }
        for path in ("/web/login", "/web/signup", "/web/reset_password"):
            for name in good:
                for value in ("a\x00b", "李" * 256, "9" * 20_000):
                    form = {**good, name: value}
                    with self.subTest(path=path, name=name, value=value[:5]):
                        with mute_logger("odoo.http"):
                            answer = self.post(path, form)
                        self.assertEqual(answer.status_code, 400)
        self.assertEqual(users.search_count([]), before)
        self.assertEqual(self.post("/web/signup", good).status_code, 303)
        self.assertEqual(users.search_count([]), before + 1)

    def test_forms_take_no_get(self):
        """What is a form's address answers nothing else, without a token nothing at all."""
        gets = {rule.rule for rule in self.rules("GET")}
        for rule in self.rules("POST"):
            if rule.rule.startswith("/rate/"):
                continue
            with self.subTest(rule=rule.rule), mute_logger("odoo.http"):
                if rule.rule not in gets:
                    self.assertIn(self.get(self.path(rule)).status_code, (303, 404))
                answer = self.url_open(
                    self.path(rule), data={"text": "x"}, allow_redirects=False
                )
                self.assertEqual(answer.status_code, 400)

    def test_hidden_and_missing(self):
        """Somebody else's case and none at all: the same answer by every way."""
        self.sign_in(self.neighbour)
        self.get("/my")
        hidden, none = self.case.number, "TS2026-99999"
        for method, call in (("GET", self.get), ("POST", self.post)):
            for rule in self.rules(method):
                if "number" not in rule.arguments:
                    continue
                with self.subTest(rule=rule.rule, method=method):
                    answers = [
                        call(self.path(rule, number=number))
                        for number in (hidden, none)
                    ]
                    self.assertEqual([item.status_code for item in answers], [404] * 2)
                    self.assertEqual(*(self.shown(item) for item in answers))
