from unittest.mock import patch

from odoo import http
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..controllers import track
from .common import PortalCommon
from .test_anonymous import START, TRACK, AnonymousCommon


@tagged("post_install", "-at_install")
class TestSession(AnonymousCommon):
    """What a browser remembers of a visitor: for nobody else, and not for long.

    THREATS 70; the computer may be a library's.
    """

    def setUp(self):
        super().setUp()
        self.case, self.code = self.file_anonymous()

    def sid(self):
        """Return the id of the browser's session."""
        return self.opener.cookies.get("session_id")

    def is_open(self, sid=None):
        """Return whether a session shows the case without a code."""
        if sid:
            self.opener.cookies.set("session_id", sid, domain="127.0.0.1")
        # 400: the server does not know that session any more
        with mute_logger("odoo.http"):
            answer = self.post(TRACK)
        self.assertIn(answer.status_code, (200, 400, 422))
        return self.case.number in answer.text

    def sign_in_here(self, user):
        """Sign in as people do, in the browser that is open."""
        vals = {"login": user.login, "password": user.login}
        self.assertEqual(self.post("/web/login", vals).status_code, 303)

    def test_code_gives_a_new_session(self):
        """Who knew or planted the session before sees nothing."""
        planted = self.sid()
        self.assertEqual(self.track(self.code).status_code, 200)
        opened = self.sid()
        self.assertNotEqual(opened[:42], planted[:42])
        self.assertTrue(self.is_open())
        self.assertFalse(self.is_open(planted))

    def test_forms_of_the_page_work_in_the_new_session(self):
        page = self.track(self.code)
        token = self.token_on(page)
        vals = {"text": "Hello", "nonce": self.nonce_of(page), "csrf_token": token}
        answer = self.post(f"{TRACK}/message", vals)
        self.assertEqual(answer.status_code, 200)
        self.assertIn("Hello", self.case._portal_messages().body)

    def token_on(self, page):
        """Return what a page's forms prove their origin by."""
        return page.text.split('name="csrf_token" value="')[1].split('"')[0]

    def test_closing_ends_the_session(self):
        """Neither the case nor the form with the code is shown to who comes next."""
        self.track(self.code)
        opened = self.sid()
        self.assertEqual(self.post(f"{TRACK}/leave").status_code, 200)
        self.assertNotEqual(self.sid()[:42], opened[:42])
        self.assertFalse(self.is_open())
        self.assertFalse(self.is_open(opened))

    def test_closing_forgets_what_was_typed(self):
        address = self.start_anonymous()
        self.tell(address)
        self.post(f"{TRACK}/leave")
        self.assertEqual(self.path_of(self.get(address)), START)

    def test_code_is_not_shown_again_after_closing(self):
        address = self.start_anonymous()
        self.tell(address)
        form = self.third(address)
        self.assertTrue(self.code_on(self.post(form)))
        self.assertTrue(self.code_on(self.post(form)), "a second tap")
        self.post(f"{TRACK}/leave")
        answer = self.post(form)
        self.assertEqual(self.path_of(answer), START)

    def test_ends_with_another_sign_in(self):
        """Resident2 signs in at the same computer: the case and the draft are closed."""
        address = self.start_anonymous()
        self.tell(address)
        self.track(self.code)
        self.sign_in_here(self.neighbour)
        self.assertEqual(self.get("/my").status_code, 200)
        self.assertFalse(self.is_open())
        self.assertEqual(self.path_of(self.get(address)), START)
        self.assertEqual(self.path_of(self.post(self.third(address))), START)

    def test_ends_with_sign_out(self):
        self.sign_in_here(self.neighbour)
        self.assertEqual(self.track(self.code).status_code, 200)
        self.assertTrue(self.is_open())
        self.get("/web/session/logout")
        self.assertFalse(self.is_open())
        self.sign_in_here(self.neighbour)
        self.assertFalse(self.is_open())

    def test_signed_in_people_stay_signed_in(self):
        self.sign_in_here(self.neighbour)
        self.track(self.code)
        self.assertEqual(self.get("/my").status_code, 200)
        self.post(f"{TRACK}/leave")
        self.assertEqual(self.get("/my").status_code, 200)

    def test_ends_after_half_an_hour_of_idleness(self):
        self.track(self.code)
        now = track.time.time()
        for minutes, shown in ((29, True), (58, True), (89, False)):
            with patch.object(track, "time") as clock:
                clock.time.return_value = now + minutes * 60
                self.assertEqual(self.is_open(), shown, minutes)

    def test_nothing_of_it_is_in_a_table(self):
        """The session is a file of the server; its content names no case number."""
        self.track(self.code)
        self.keep_session()
        kept = str(dict(http.root.session_store.get(self.sid())))
        self.assertNotIn(self.case.number, kept)
        self.assertNotIn(self.code, kept)


@tagged("post_install", "-at_install")
class TestSessionEnded(PortalCommon):
    """A form that comes after the session is answered in our words, whatever is installed."""

    def test_form_of_who_is_signed_out(self):
        """Beside apps with campaigns (``utm``), which read what nobody took down."""
        page = self.page_of(self._own_complaint())
        self.authenticate(None, None)
        for act in ("message", "withdraw", "appeal", "notice/1/received"):
            with self.subTest(act=act), mute_logger("odoo.http"):
                answer = self.post(f"{page}/{act}", {"text": "Hello"})
                self.assertEqual(answer.status_code, 401)
                self.assertIn("o_complaint_portal", answer.text)
