import re
from datetime import timedelta

from odoo import fields
from odoo.tests import tagged

from .common import NEW, PNG, STORY, PortalCommon


@tagged("post_install", "-at_install")
class TestFilingBadInput(PortalCommon):
    """Whatever is typed, the answer says what is wrong and nothing typed is lost."""

    def refused(self, answer, text):
        """Check that a screen came again and says a sentence."""
        self.assertEqual(answer.status_code, 422)
        self.assertIn(text, self.shown(answer))

    def test_first_screen_empty(self):
        self.refused(self.post(NEW), "Please choose what your complaint is about.")

    def test_first_screen_absurd(self):
        page = self.get(NEW)
        for vals in (
            {"desk": "abc", "kind": "-1"},
            {"desk": "9" * 40, "kind": "9" * 40},
            {"desk": str(self.regulation.id), "kind": "²"},
            {"desk": str(self.regulation.template_id.id), "kind": str(self.type.id)},
            {"desk": "\x00", "kind": "\x00"},
        ):
            with self.subTest(vals=vals):
                vals["nonce"] = self.nonce_of(page)
                self.refused(self.post(NEW, vals), "Please choose what your complaint")

    def test_first_screen_bad_nonce(self):
        for nonce in ("", "x" * 32, "\x00" * 32, "0" * 5000):
            with self.subTest(nonce=nonce[:40]):
                vals = {"desk": self.regulation.id, "kind": self.type.id}
                answer = self.post(NEW, {**vals, "nonce": nonce})
                self.refused(answer, "Please choose what your complaint is about.")

    def test_no_story(self):
        address = self.start_draft()
        answer = self.tell(address, what=" \n ", place="Lane 12")
        self.refused(answer, "Please tell us what happened.")
        self.assertIn('value="Lane 12"', answer.text)

    def test_story_too_long(self):
        address = self.start_draft()
        story = "é" * 20_001
        answer = self.tell(address, what=story)
        self.refused(answer, "Please tell it in at most 20000 characters")
        self.assertIn("é" * 20_000, answer.text)

    def test_dates(self):
        address = self.start_draft()
        tomorrow = fields.Date.today() + timedelta(days=2)
        for day, text in (
            ("2026-02-30", "Please enter the date as year-month-day."),
            ("0001-01-01", "Please enter the date as year-month-day."),
            ("yesterday", "Please enter the date as year-month-day."),
            (str(tomorrow), "This date is in the future."),
        ):
            with self.subTest(day=day):
                answer = self.tell(address, date=day)
                self.refused(answer, text)
                self.assertIn(STORY, answer.text)

    def test_dates_are_not_in_the_future(self):
        """The browser says so first: its calendar ends today; texts have no such limit."""
        page = self.get(self.start_draft()).text
        limits = re.findall(r'<input[^>]*name="(date|place)"[^>]*>', page)
        self.assertEqual(limits, ["date", "place"])
        [day] = re.findall(r' max="([^"]*)"', page)
        self.assertLessEqual(
            abs(fields.Date.to_date(day) - fields.Date.today()), timedelta(days=1)
        )

    def test_control_and_bidi_signs(self):
        address = self.start_draft()
        story = "Noise\x00 at \x1b[31mnight\u202e, every\u200b day\r\nagain"
        self.tell(address, what=story, respondent="Flat\n502\u2066\x07")
        self.send(address, name="Han\u202e Mei\x00mei")
        case = self.cases_of(self.resident)
        self.assertIn("Noise at [31mnight, every day", case.description)
        self.assertEqual(case.respondent_ids.name, "Flat 502")
        self.assertEqual(case.identity_ids.name, "Han Meimei")

    def test_markup_stays_text(self):
        address = self.start_draft()
        story = "<script>alert(1)</script><img src=x onerror=alert(1)> {{7*7}} ${7*7}"
        self.tell(address, what=story, place='"><b>x</b>')
        self.send(address)
        case = self.cases_of(self.resident)
        self.assertNotIn("<script", case.description)
        page = self.get(self.page_of(case))
        self.assertNotIn("<script>alert", page.text)
        self.assertNotIn("<img src=x", page.text)
        self.assertNotIn("<b>x</b>", page.text)
        self.assertIn("&lt;script&gt;alert(1)&lt;/script&gt;", page.text)

    def test_files_instead_of_text(self):
        """A file where text is expected is no text."""
        address = self.start_draft()
        answer = self.post(address, {}, {"what": ("a.png", PNG, "image/png")})
        self.refused(answer, "Please tell us what happened.")

    def test_contact(self):
        address = self.start_draft()
        self.tell(address)
        for vals, text in (
            ({"name": ""}, "Please enter your name."),
            ({"phone": ""}, "Please enter a phone number"),
            ({"phone": "12"}, "This phone number looks too short."),
            ({"email": "han@"}, "This e-mail address does not look right."),
        ):
            with self.subTest(vals=vals):
                vals = {"email": "", "address": "", **vals}
                self.refused(self.send(address, **vals), text)
        self.assertFalse(self.cases_of(self.resident))

    def test_identity_proof(self):
        """R03, R06: some texts want the ID number."""
        self.regulation.identity_required = True
        address = self.start_draft()
        self.tell(address)
        self.refused(self.send(address), "Please enter your ID number")
        self.assertEqual(self.send(address, id_number="11010").status_code, 303)

    def test_staff_must_be_named(self):
        """R02: respondents are members of staff only."""
        self.regulation.respondent_kind = "staff"
        address = self.start_draft()
        self.refused(self.tell(address), "Please say who it is about")

    def test_third_screen_before_the_second(self):
        address = self.start_draft()
        answer = self.send(address)
        self.assertEqual(self.path_of(answer), address)
        self.assertFalse(self.cases_of(self.resident))

    def test_desk_closed_meanwhile(self):
        address = self.start_draft()
        self.tell(address)
        self.team.active = False
        answer = self.post(NEW, {"nonce": "0" * 32, "desk": self.regulation.id})
        self.refused(answer, "Please choose what your complaint is about.")
        self.assertIn(STORY, self.get(address).text)

    def test_without_csrf_token(self):
        address = self.start_draft()
        answer = self.url_open(address, data={"what": STORY}, allow_redirects=False)
        self.assertEqual(answer.status_code, 400)
        self.assertFalse(self.draft_of(address).answers.get("what"))
