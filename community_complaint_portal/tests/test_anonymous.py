import re

from odoo.tests import tagged

from odoo.addons.community_complaint.tests.common import ROLES

from ..tools.rates import RATES
from ..tools.receipts import clean_code
from .common import PNG, STORY, PortalCommon

START = "/complaints/new"
TRACK = "/complaints/track"


class AnonymousCommon(PortalCommon):
    """An office that takes complaints without a name, and somebody who files one."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.regulation.allow_anonymous = True

    def setUp(self):
        super().setUp()
        self.leave_account()

    def leave_account(self):
        """Go on as nobody, with a browser of their own."""
        self.authenticate(None, None)
        self.get(START)

    def start_anonymous(self):
        """Send the first screen and return the address of the second."""
        page = self.get(f"{START}?desk={self.regulation.id}")
        vals = {
            "nonce": self.nonce_of(page),
            "desk": self.regulation.id,
            "kind": self.type.id,
        }
        answer = self.post(START, vals)
        self.assertEqual(answer.status_code, 303)
        return self.path_of(answer)

    def code_on(self, page):
        """Return the code that a page shows, ``None`` if it shows none."""
        found = re.search(r"\b(\d{4} \d{4} \d{4} \d{4})\b", self.shown(page))
        return found and clean_code(found[1])

    def file_anonymous(self, files=None):
        """Return the case of a complaint filed without a name, and its code."""
        address = self.start_anonymous()
        self.assertEqual(self.tell(address, files).status_code, 303)
        page = self.post(self.third(address))
        self.assertEqual(page.status_code, 200)
        self.env.invalidate_all()
        case = self.env["complaint.submission"].search([], limit=1, order="id desc")
        return case.ticket_id, self.code_on(page)

    def track(self, code, **vals):
        """Return the answer to a code."""
        return self.post(TRACK, {"code": code, **vals})


@tagged("post_install", "-at_install")
class TestAnonymous(AnonymousCommon):
    """A complaint without a name: filed, followed, answered, appealed."""

    def test_filed(self):
        case, code = self.file_anonymous({"files": ("a.png", PNG, "image/png")})
        self.assertEqual(case.confidentiality, "anonymous")
        self.assertEqual(len(code), 16)
        self.assertIn(STORY, case.description)
        self.assertEqual(len(case.evidence_ids), 1)
        self.assertFalse(case.identity_ids.name)
        self.assertFalse(case.identity_ids.partner_id)
        self._accept(case)
        self.assertEqual(case.phase, "accepted")

    def test_nobody_is_asked(self):
        address = self.start_anonymous()
        self.tell(address)
        page = self.get(self.third(address))
        for name in ("name", "phone", "email", "address", "id_number"):
            self.assertNotIn(f'name="{name}"', page.text)

    def test_what_is_sent_all_the_same(self):
        """Contact data slipped into the form are not taken."""
        address = self.start_anonymous()
        self.tell(address)
        self.post(self.third(address), {"name": "Han", "phone": "13700137000"})
        case = self.env["complaint.submission"].search([], limit=1).ticket_id
        self.assertFalse(case.identity_ids.name or case.identity_ids.phone)

    def test_draft_keeps_no_contact(self):
        """Not even a draft that could not be sent keeps what nobody asked for."""
        for _turn in range(RATES["file"].limit):
            self.env["complaint.rate.hit"]._add("file", "127.0.0.1")
        address = self.start_anonymous()
        self.tell(address)
        answer = self.post(self.third(address), {"name": "Han", "phone": "13700137000"})
        self.assertEqual(answer.status_code, 429)
        self.env.invalidate_all()
        answers = self.draft_of(address).answers
        self.assertTrue(answers["what"])
        self.assertFalse(answers.keys() & {"name", "phone"})

    def test_only_where_the_regulation_allows(self):
        self.regulation.allow_anonymous = False
        page = self.get(START)
        self.assertIn("cannot be sent here at the moment", self.shown(page))
        vals = {"nonce": "0" * 32, "desk": self.regulation.id, "kind": self.type.id}
        self.assertEqual(self.post(START, vals).status_code, 422)
        self.assertNotIn(f'href="{START}"', self.get("/complaints").text)

    def test_not_allowed_any_more(self):
        """A regulation changed while somebody was typing: a sentence, nothing lost."""
        address = self.start_anonymous()
        self.tell(address)
        self.regulation.allow_anonymous = False
        answer = self.post(self.third(address))
        self.assertEqual(answer.status_code, 422)
        self.assertIn("takes no anonymous complaints", self.shown(answer))
        self.assertIn(STORY, answer.text)

    def test_public_page_leads_there(self):
        page = self.get("/complaints").text
        self.assertIn(f'href="{START}"', page)
        self.assertIn(f'href="{TRACK}"', page)

    def test_personal_requirements_do_not_count(self):
        self.regulation.requirement_ids = [
            (0, 0, {"item": "address"}),
            (0, 0, {"item": "incident_place"}),
        ]
        address = self.start_anonymous()
        self.assertEqual(self.tell(address).status_code, 422)
        self.assertEqual(self.tell(address, place="Yard").status_code, 303)
        self.assertEqual(self.post(self.third(address)).status_code, 200)

    def test_strangers_do_not_find_the_draft(self):
        address = self.start_anonymous()
        self.tell(address)
        self.leave_account()
        self.assertEqual(self.path_of(self.get(address)), START)
        answer = self.post(self.third(address))
        self.assertEqual(self.path_of(answer), START)
        self.sign_in(self.resident)
        self.assertEqual(self.path_of(self.get(address)), START)

    # ----------------------------------------------------------------------
    # The code is shown once
    # ----------------------------------------------------------------------

    def test_second_tap(self):
        """The same form again makes no second case and shows the same code."""
        address = self.start_anonymous()
        self.tell(address)
        first = self.post(self.third(address))
        second = self.post(self.third(address))
        self.assertEqual(self.code_on(first), self.code_on(second))
        self.env.invalidate_all()
        cases = self.env["helpdesk.ticket"].search(
            [("confidentiality", "=", "anonymous"), ("team_id", "=", self.team.id)]
        )
        self.assertEqual(len(cases), 1)

    def test_no_address_shows_the_code(self):
        """Nobody who opens the history sees it."""
        address = self.start_anonymous()
        self.tell(address)
        self.post(self.third(address))
        for path in (address, self.third(address), f"{START}?draft={address[-37:-5]}"):
            answer = self.get(path)
            self.assertEqual(self.path_of(answer), TRACK)

    def test_not_shown_later(self):
        address = self.start_anonymous()
        self.tell(address)
        self.post(self.third(address))
        self.env.cr.execute(
            "UPDATE complaint_submission SET write_date = write_date - interval '1 hour'"
        )
        self.env.invalidate_all()
        answer = self.post(self.third(address))
        self.assertEqual(answer.status_code, 303)
        self.assertEqual(self.path_of(answer), TRACK)

    def test_headers(self):
        address = self.start_anonymous()
        self.tell(address)
        for answer in (
            self.get(START),
            self.post(self.third(address)),
            self.get(TRACK),
            self.track("1" * 16),
        ):
            self.assertEqual(answer.headers["Cache-Control"], "no-store")
            self.assertEqual(answer.headers["Referrer-Policy"], "no-referrer")
            self.assertIn(
                "frame-ancestors 'none'", answer.headers["Content-Security-Policy"]
            )

    # ----------------------------------------------------------------------
    # Tracking
    # ----------------------------------------------------------------------

    def test_follow(self):
        case, code = self.file_anonymous()
        self.leave_account()
        page = self.track(code)
        self.assertEqual(page.status_code, 200)
        self.assertIn(case.number, self.shown(page))
        self.assertIn(STORY, self.shown(page))
        self.assertIn("We check whether we are the right office.", self.shown(page))
        self.assertIn("We do not know it.", self.shown(page))

    def test_code_as_people_type_it(self):
        case, code = self.file_anonymous()
        spaced = " ".join(code[n : n + 4] for n in range(0, 16, 4))
        wide = "".join(chr(ord(digit) + 0xFEE0) for digit in code)
        for typed in (spaced, f" {spaced.replace(' ', '-')} ", wide):
            with self.subTest(typed=typed):
                self.assertIn(case.number, self.shown(self.track(typed)))

    def test_nothing_has_an_address(self):
        """The page of a case is an answer to a form, so are its files (THREATS 10)."""
        case, code = self.file_anonymous({"files": ("a.png", PNG, "image/png")})
        self._accept(case)
        page = self.track(code)
        self.assertNotIn(case.number, self.get(TRACK).text)
        self.assertNotIn(code, page.text)
        self.assertNotIn(f'href="{TRACK}/', page.text)
        notice = case.notice_ids
        for tail in (f"/notice/{notice.id}", "/message", "/file/1"):
            self.assertIn(self.get(TRACK + tail).status_code, (303, 404))

    def test_papers_and_files(self):
        case, code = self.file_anonymous({"files": ("a.png", PNG, "image/png")})
        self._accept(case)
        self.track(code)
        answer = self.post(f"{TRACK}/notice/{case.notice_ids.id}")
        self.assertEqual(answer.headers["Content-Type"], "application/pdf")
        file = case.evidence_ids.attachment_ids
        answer = self.post(f"{TRACK}/file/{file.id}")
        self.assertEqual(answer.content, file.raw)
        self.post(f"{TRACK}/notice/{case.notice_ids.id}/received")
        self.env.invalidate_all()
        self.assertEqual(case.notice_ids.state, "served")

    def test_messages(self):
        case, code = self.file_anonymous()
        page = self.track(code)
        vals = {"text": "It goes on.", "nonce": self.nonce_of(page)}
        answer = self.post(
            f"{TRACK}/message", vals, {"files": ("b.png", PNG, "image/png")}
        )
        self.assertEqual(answer.status_code, 200)
        self.assertIn("It goes on.", self.shown(answer))
        self.post(f"{TRACK}/message", vals)
        case.with_user(self.clerk).action_write_to_complainant("We come today.")
        page = self.track(code)
        self.assertEqual(self.shown(page).count("It goes on."), 1)
        self.assertIn("We come today.", self.shown(page))

    def test_appeal(self):
        case, code = self.file_anonymous()
        self._to(case, "notified")
        self.track(code)
        for notice in case.notice_ids:
            self.post(f"{TRACK}/notice/{notice.id}/received")
        page = self.track(code)
        vals = {"grounds": "Nobody came.", "nonce": self.nonce_of(page)}
        answer = self.post(f"{TRACK}/appeal", vals)
        self.env.invalidate_all()
        self.assertEqual(case.appeal_ids.state, "filed")
        self.assertIn(case.appeal_ids.number, self.shown(answer))

    def test_withdrawal(self):
        case, code = self.file_anonymous()
        page = self.track(code)
        vals = {"reason": "Settled.", "nonce": self.nonce_of(page)}
        answer = self.post(f"{TRACK}/withdraw", vals)
        self.assertIn("We got your request", self.shown(answer))
        self.env.invalidate_all()
        self.assertEqual(case.phase, "registered")

    def test_leave(self):
        case, code = self.file_anonymous()
        self.track(code)
        self.assertIn(case.number, self.post(TRACK).text)
        page = self.post(f"{TRACK}/leave")
        self.assertIn("closed on this device", self.shown(page))
        answer = self.post(TRACK)
        self.assertEqual(answer.status_code, 422)
        self.assertNotIn(case.number, answer.text)

    def test_only_the_open_case(self):
        """What an open case's session sends about another case asks for the code."""
        case, code = self.file_anonymous()
        other, other_code = self.file_anonymous()
        self._accept(other)
        self.track(code)
        for tail in (f"/notice/{other.notice_ids.id}", "/file/1"):
            self.assertEqual(self.post(TRACK + tail).status_code, 404)
        vals = {"text": "For the other", "nonce": "1" * 32, "case": other.number}
        answer = self.post(f"{TRACK}/message", vals)
        self.assertEqual(answer.status_code, 422)
        self.assertIn("Please enter your code again.", self.shown(answer))
        # what was typed comes along with the code
        answer = self.track(other_code, text="For the other")
        self.assertIn("For the other</textarea>", answer.text)
        self.env.invalidate_all()
        self.assertFalse(case._portal_messages() | other._portal_messages())

    def test_without_the_code(self):
        for tail in ("", "/message", "/appeal", "/withdraw", "/notice/1", "/file/1"):
            with self.subTest(tail=tail):
                answer = self.post(TRACK + tail, {"text": "Hello", "nonce": "1" * 32})
                self.assertEqual(answer.status_code, 422)
                self.assertIn("Please enter your code again.", self.shown(answer))

    def test_nobody_reads_codes(self):
        _case, _code = self.file_anonymous()
        admin = self.env.ref("base.user_admin")
        for user in (*(getattr(self, role) for role in ROLES), admin, self.resident):
            for model in (
                "complaint.receipt",
                "complaint.rate.hit",
                "complaint.rate.key",
            ):
                records = self.env[model].with_user(user)
                for operation in ("read", "write", "create", "unlink"):
                    with self.subTest(user=user.login, model=model):
                        self.assertFalse(records.has_access(operation))
