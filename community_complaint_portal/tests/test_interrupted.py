from datetime import timedelta
from pathlib import Path
from unittest.mock import patch

from odoo import http
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..tools.rates import RATES
from .browser import Browser, Screen
from .common import NAME, NEW, PNG, STORY, PortalCommon
from .test_anonymous import START, TRACK, AnonymousCommon

TEXT = "The drilling began again at eleven."


class InterruptedCommon(Browser):
    """A browser that loses its session between reading a page and sending its form."""

    def setUp(self):
        super().setUp()
        quiet = mute_logger("odoo.http")
        quiet.__enter__()
        self.addCleanup(quiet.__exit__, None, None, None)

    def lose_session(self):
        """Forget the session on both sides, as a week away or cleared cookies do."""
        http.root.session_store.delete(self.session)
        self.opener.cookies.clear(domain="127.0.0.1")

    def lose_and_press(self, screen, label, **typed):
        self.lose_session()
        return self.press(screen, label, **typed)

    def press(self, screen, label, **typed):
        """OVERRIDE: the page's own token, whatever became of the session."""
        page = super().press(screen, label, **typed)
        self.opener.cookies.update(page.answer.cookies)
        return page

    def come_back(self, page, user, label="Sign in and go on"):
        """Follow the page's way to signing in, and sign in as somebody."""
        login = self.press(page, label)
        self.assertEqual(login.path, "/web/login")
        vals = {"login": user.login, "password": user.login}
        return self.press(login, "Log in", **vals)


@tagged("post_install", "-at_install")
class TestInterrupted(InterruptedCommon, PortalCommon):
    """A resident's session is over when a form of theirs arrives (WCAG 2.2.5)."""

    def setUp(self):
        super().setUp()
        self.case = self._own_complaint()
        self.page = self.open(self.page_of(self.case))

    def test_message(self):
        kept = self.lose_and_press(self.page, "Send message", text=TEXT)
        self.assertEqual(kept.answer.status_code, 401)
        self.assertIn(TEXT, self.shown(kept.answer))
        self.assertIn("What you typed is kept", self.shown(kept.answer))
        self.assertFalse(self.case._portal_messages())
        page = self.come_back(kept, self.resident)
        self.assertEqual(page.path, self.page.path)
        self.assertEqual(page.value("text"), TEXT)
        self.assertIn("What you typed is here again", self.shown(page.answer))
        self.assertEqual(self.open(page.path).value("text"), TEXT, "also reloaded")
        sent = self.press(page, "Send message")
        self.assertIn(TEXT, self.case._portal_messages().body)
        self.assertEqual(self.open(sent.path).value("text"), "", "it was sent")

    def test_the_next_person_reads_nothing(self):
        """Somebody else signs in on the same telephone."""
        kept = self.lose_and_press(self.page, "Send message", text=TEXT)
        page = self.come_back(kept, self.neighbour)
        self.assertEqual(page.answer.status_code, 404)
        self.assertNotIn(TEXT, page.answer.text)
        other = self._own_complaint(self.neighbour)
        self.assertNotIn(TEXT, self.open(self.page_of(other)).answer.text)

    def test_another_browser_reads_nothing(self):
        self.lose_and_press(self.page, "Send message", text=TEXT)
        self.sign_in(self.resident)
        self.assertEqual(self.open(self.page.path).value("text"), "")

    def test_another_site_puts_no_words_into_anybodys_mouth(self):
        """Its form is kept nowhere, and takes nobody's session away."""
        self.lose_session()
        for site in ("cross-site", "same-site"):
            for path in (self.page_of(self.case, "/message"), "/complaints/new"):
                with self.subTest(site=site, path=path):
                    answer = self.url_open(
                        path,
                        data={"text": TEXT},
                        headers={"Sec-Fetch-Site": site},
                        allow_redirects=False,
                    )
                    self.assertNotIn(TEXT, answer.text)
                    sid = answer.cookies.get("session_id")
                    kept = sid and http.root.session_store.get(sid)
                    self.assertNotIn("complaint_typed", dict(kept or {}))

    def test_not_for_long(self):
        kept = self.lose_and_press(self.page, "Send message", text=TEXT)
        self._make_old()
        page = self.come_back(kept, self.resident)
        self.assertEqual(page.value("text"), "")

    def test_deleted_when_nobody_comes_back(self):
        self.lose_and_press(self.page, "Send message", text=TEXT)
        rows = self.env["complaint.typed"]
        rows._cron_forget()
        self.assertTrue(rows.search([]), "its hour is not over")
        self._make_old()
        rows._cron_forget()
        self.assertFalse(rows.search([]))

    def _make_old(self):
        rows = self.env["complaint.typed"].search([])
        self.assertTrue(rows)
        for row in rows:
            row.until -= timedelta(minutes=61)
        rows.flush_recordset()

    def test_sealed_where_it_lies(self):
        """With keys and without; the session has a secret, the table what it opens."""
        for keys in ("", f"2026:{'a' * 43}="):
            with (
                self.subTest(keys=bool(keys)),
                patch.dict("os.environ", {"COMPLAINT_IDENTITY_KEYS": keys}),
            ):
                page = self.open(self.page_of(self.case))
                kept = self.lose_and_press(page, "Send message", text=TEXT)
                sid = kept.answer.cookies["session_id"]
                session = dict(http.root.session_store.get(sid))
                self.assertRegex(session["complaint_typed"], r"^[0-9a-f]{64}$")
                self.env.invalidate_all()
                lies = self.env["complaint.typed"].search([]).sorted("id")[-1]
                self.assertNotIn(TEXT[:12], f"{session} {lies.read()}")
                self.assertNotIn(session["complaint_typed"], str(lies.read()))
                path = self.page_of(self.case)
                other = self.env["complaint.typed"]._typed("0" * 64, path)
                self.assertFalse(other)
                self.sign_in(self.resident)

    def test_a_planted_session_is_left(self):
        """Whoever knew the session before has nothing of what is kept."""
        self.lose_session()
        self.authenticate(None, None)
        planted = self.opener.cookies["session_id"]
        page = self.press(self.page, "Send message", text=TEXT)
        self.assertNotEqual(page.answer.cookies["session_id"], planted)
        self.assertNotIn("complaint_typed", http.root.session_store.get(planted))

    def test_a_flood_leaves_next_to_nothing(self):
        """200 forms without a session, from one address (THREATS 10, 58)."""
        store, rows = Path(http.root.session_store.path), self.env["complaint.typed"]
        most = RATES["typed"].limit
        paths = (
            self.page_of(self.case, "/message"),
            f"{TRACK}/message",
            f"{NEW}/x/you",
        )
        before = {path for path in store.glob("*/*") if path.is_file()}
        for number in range(200):
            self.opener.cookies.clear()
            text = f"{number} {'长' * 9000}"
            answer = self.url_open(paths[number % 3], data={"text": text})
            self.assertIn(answer.status_code, (400, 401))
            self.assertIn(text, answer.text, "it can be copied")
        files = {path for path in store.glob("*/*") if path.is_file()} - before
        self.assertLessEqual(len(files), most)
        self.assertLess(max(path.stat().st_size for path in files), 2048)
        self.env.invalidate_all()
        self.assertEqual(rows.search_count([]), most)
        answer = self.url_open(paths[0], data={"text": TEXT})
        self.assertIn("Please copy it", self.shown(answer))

    def test_files_are_not_kept_and_it_says_so(self):
        self.lose_session()
        answer = self.url_open(
            self.page_of(self.case, "/message"),
            data={"text": TEXT},
            files={"files": ("a.png", PNG, "image/png")},
        )
        self.assertIn("Files could not be kept", self.shown(answer))

    def test_withdrawal(self):
        kept = self.lose_and_press(self.page, "Ask to withdraw", reason="Moved away")
        page = self.come_back(kept, self.resident)
        self.assertEqual(page.value("reason"), "Moved away")

    def test_paper(self):
        """Confirming a paper has no text; it leads back to where the button is."""
        notice = self._received_notice()
        page = self.open(self.page_of(self.case))
        kept = self.lose_and_press(page, "I have received this paper")
        page = self.come_back(kept, self.resident)
        self.assertIsNotNone(page.control("I have received this paper"))
        self.assertNotEqual(notice.state, "served")

    def _received_notice(self):
        self._accept(self.case)
        return self.case.notice_ids[:1]

    def test_story(self):
        what = self.open(self.start_draft())
        kept = self.lose_and_press(what, "Next", what=STORY, place="Lane 12")
        what = self.come_back(kept, self.resident)
        self.assertEqual(what.value("what"), STORY)
        you = self.press(what, "Next")
        self.assertTrue(you.path.endswith("/you"))
        self.assertIn("Lane 12", self.shown(you.answer))

    def test_secret_name_after_signing_in_again(self):
        self.regulation.confidentiality = "open"
        you = self.press(self.open(self.start_draft()), "Next", what=STORY)
        vals = {"name": NAME, "confidentiality": "confidential"}
        kept = self.lose_and_press(you, "Send complaint", **vals)
        you = self.come_back(kept, self.resident)
        self.assertEqual(you.value("name"), NAME)
        self.assertEqual(you.value("confidentiality"), "confidential")

    def test_signed_in_again_in_another_window(self):
        """The page is of an older session: its text is there in the new one."""
        self.sign_in(self.resident)
        page = self.press(self.page, "Send message", text=TEXT)
        self.assertEqual(page.answer.status_code, 400)
        page = self.press(page, "Go on")
        self.assertEqual(page.value("text"), TEXT)

    def test_every_form(self):
        """Whatever form of ours arrives without a session: words, text, a way on."""
        for rule in self.env["ir.http"].routing_map().iter_rules():
            path = rule.rule
            if "POST" not in (rule.methods or ()) or not path.startswith(
                ("/my/complaints", "/complaints")
            ):
                continue
            for name in rule.arguments:
                path = path.replace(f"<string:{name}>", "0" * 32)
            with self.subTest(path=path):
                self.opener.cookies.clear()
                answer = self.url_open(path, data={"text": TEXT, "csrf_token": "x"})
                self.assertIn(answer.status_code, (400, 401))
                page = Screen(answer)
                self.assertIn(TEXT, answer.text)
                self.assertIn("o_complaint_portal", answer.text)
                ways = ("Go on", "Sign in and go on", "Open my complaint")
                self.assertTrue(any(page.control(way) is not None for way in ways))

    def test_addresses_of_forms_are_opened(self):
        """A browser restores its windows: it lands at the page of the form."""
        opened = self.get(self.page_of(self.case, "/message"))
        self.assertEqual(opened.status_code, 303)
        self.assertEqual(self.path_of(opened), self.page_of(self.case, "#messages"))
        for tail in ("", "/message", "/appeal", "/notice/1", "/leave"):
            with self.subTest(tail=tail):
                self.assertEqual(self.open(TRACK + tail).path, TRACK)
        self.assertEqual(self.open(f"/zh_CN{TRACK}/message").answer.status_code, 200)


@tagged("post_install", "-at_install")
class TestInterruptedVisitor(InterruptedCommon, AnonymousCommon):
    """The same without an account: cookies are gone, cleared or never kept."""

    def test_story(self):
        what = self.open(self.start_anonymous())
        page = self.lose_and_press(what, "Next", what=STORY, place="Lane 12")
        self.assertEqual(page.answer.status_code, 400)
        self.assertIn(STORY, self.shown(page.answer))
        what = self.press(page, "Go on")
        self.assertEqual(what.value("what"), STORY)
        self.assertEqual(what.value("place"), "Lane 12")

    def test_last_screen(self):
        """What stood on the screens before comes along, with its files."""
        address = self.start_anonymous()
        self.tell(address, {"files": ("a.png", PNG, "image/png")})
        you = self.open(self.third(address))
        page = self.lose_and_press(you, "Send complaint")
        what = self.press(page, "Go on")
        self.assertEqual(what.value("what"), STORY)
        self.assertIn("a.png", what.answer.text)
        sent = self.press(self.press(what, "Next"), "Send complaint")
        self.assertTrue(self.code_on(sent.answer))

    def test_cookies_are_blocked(self):
        """It comes again as often as one presses, and never loses the text."""
        page = self.open(self.start_anonymous())
        for label in ("Next", "Go on", "Go on"):
            page = self.lose_and_press(page, label, what=STORY)
            self.assertIn(STORY, self.shown(page.answer))
            self.assertIn("keeps no cookies", self.shown(page.answer))

    def test_of_another_visitor(self):
        """Neither a guessed word nor the number of a form opens what others type."""
        address = self.start_anonymous()
        self.tell(address)
        nonce = address.split("/")[-2]
        self.leave_account()
        for hold in ("", "0" * 64, f"partner {self.resident.partner_id.id}"):
            answer = self.post(f"{START}/again", {"hold": hold, "nonce": nonce})
            self.assertEqual(self.path_of(answer).split("?")[0], START)
            self.assertNotIn(STORY, answer.text)

    def test_word_of_an_account(self):
        address = self.start_of(self.resident)
        self.leave_account()
        vals = {"hold": f"partner {self.resident.partner_id.id}"}
        answer = self.post(f"{START}/again", {**vals, "nonce": address.split("/")[-2]})
        self.assertEqual(self.path_of(answer).split("?")[0], START)

    def start_of(self, user):
        self.sign_in(user)
        address = self.start_draft()
        self.assertIn(NEW, address)
        return address

    def test_planted_session_reads_nothing(self):
        """What is typed after going on is in no draft of the session before."""
        address = self.start_anonymous()
        self.tell(address, what="planted")
        page = self.lose_and_press(self.open(address), "Next", what="planted")
        what = self.press(page, "Go on")
        you = self.press(what, "Next", what=STORY)
        self.assertIn(STORY, self.shown(you.answer))
        self.env.invalidate_all()
        self.assertEqual(self.draft_of(address).answers["what"], "planted")

    def test_message_with_a_code(self):
        case, code = self.file_anonymous()
        page = Screen(self.track(code))
        page = self.lose_and_press(page, "Send message", text=TEXT)
        self.assertIn("enter your code again", self.shown(page.answer))
        page = self.press(page, "Open my complaint", code=code)
        self.assertEqual(page.value("text"), TEXT)
        self.press(page, "Send message")
        self.assertIn(TEXT, case._portal_messages().body)

    def test_code_stands_on_no_page(self):
        _case, code = self.file_anonymous()
        self.lose_session()
        answer = self.url_open(TRACK, data={"code": code, "csrf_token": "x"})
        self.assertEqual(answer.status_code, 400)
        self.assertNotIn(code, answer.text)
