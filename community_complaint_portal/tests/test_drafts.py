import base64
import os
from unittest.mock import patch

from odoo import Command
from odoo.tests import tagged

from .common import NAME, NEW, PHONE, PNG, STORY, PortalCommon


@tagged("post_install", "-at_install")
class TestDrafts(PortalCommon):
    """What a draft asks for, and what the database knows of it."""

    def _ask(self, item, **vals):
        """Let the regulation ask for something before acceptance."""
        self.regulation.requirement_ids = [Command.create({"item": item, **vals})]

    def row(self, address):
        """Return a draft's row as text, as somebody with the database sees it."""
        self.env.flush_all()
        self.env.cr.execute(
            "SELECT t::text FROM complaint_submission t WHERE nonce = %s",
            [address.split("/")[-2]],
        )
        return self.env.cr.fetchone()[0]

    def with_keys(self):
        """Let the server have a key for identities."""
        key = base64.b64encode(b"k" * 32).decode()
        keys = patch.dict(os.environ, {"COMPLAINT_IDENTITY_KEYS": f"2026:{key}"})
        keys.start()
        self.addCleanup(keys.stop)

    # ----------------------------------------------------------------------
    # What the regulation asks for
    # ----------------------------------------------------------------------

    def test_second_screen_asks(self):
        self._ask("demand", label="Service expected")
        self._ask("evidence")
        address = self.start_draft()
        page = self.shown(self.get(address))
        self.assertIn("Service expected required", page)
        answer = self.tell(address)
        self.assertEqual(answer.status_code, 422)
        self.assertIn("Please fill in: Service expected.", self.shown(answer))
        self.assertIn("Please add a photo or another file", self.shown(answer))
        files = {"files": ("a.png", PNG, "image/png")}
        self.assertEqual(self.tell(address, files, demand="Quiet").status_code, 303)

    def test_third_screen_asks(self):
        self._ask("work_unit")
        self._ask("occupation")
        self._ask("address")
        address = self.start_draft()
        self.tell(address)
        answer = self.send(address, email="han@home.example")
        self.assertEqual(answer.status_code, 422)
        for text in ("where you work", "your occupation", "your home address"):
            self.assertIn(f"Please enter {text}.", self.shown(answer))
        self.send(address, work_unit="Mill", occupation="Weaver", address="Lane 12")
        identity = self.cases_of(self.resident).identity_ids
        self.assertEqual(identity.work_unit, "Mill")
        self.assertEqual(identity.occupation, "Weaver")

    def test_what_is_sent_can_be_accepted(self):
        """What the screens ask for is what acceptance asks for."""
        for item in ("address", "work_unit", "incident_date", "incident_place"):
            self._ask(item)
        self._ask("respondent_post")
        address = self.start_draft()
        self.tell(
            address, respondent="Wang", post="Guard", date="2024-02-29", place="X"
        )
        self.send(address, address="Lane 12", work_unit="Mill")
        case = self.cases_of(self.resident)
        self._accept(case)
        self.assertEqual(case.phase, "accepted")

    def test_a_draft_is_offered_again(self):
        """Who was called away finds what they typed, and nobody else does."""
        self.assertNotIn("Go on with what you began", self.get(NEW).text)
        address = self.start_draft()
        self.tell(address)
        for path in (NEW, f"{NEW}?desk={self.regulation.id}"):
            page = self.get(path)
            self.assertIn("Go on with what you began", page.text)
            self.assertIn(address, page.text)
            self.assertIn(STORY[:20], page.text)
        self.sign_in(self.neighbour)
        self.assertNotIn(address, self.get(NEW).text)
        self.sign_in(self.resident)
        self.send(address)
        self.assertNotIn("Go on with what you began", self.get(NEW).text)

    def test_a_digit_is_missing(self):
        address = self.start_draft()
        self.tell(address)
        answer = self.send(address, phone="1370013700")
        self.assertEqual(answer.status_code, 422)
        self.assertIn("A mobile number has 11 digits", answer.text)
        for phone in ("137 0013 7000", "+86 13700137000", "021-66889900"):
            draft = self.draft_of(address)
            draft._keep({"phone": phone})
            self.assertFalse(draft._problems_you(), phone)

    def test_not_asked(self):
        """What is asked in other matters, or later, is not asked here."""
        other = self.regulation.type_ids - self.type
        self._ask("demand", type_ids=other[:1].ids)
        self._ask("incident_place", step="decide")
        self._ask("incident_date", major_only=True)
        address = self.start_draft()
        self.assertEqual(self.tell(address).status_code, 303)
        self.assertNotIn("Occupation", self.shown(self.get(self.third(address))))

    # ----------------------------------------------------------------------
    # What the database knows
    # ----------------------------------------------------------------------

    def test_draft_is_sealed(self):
        self.with_keys()
        address = self.start_draft()
        self.tell(address)
        self.send(address, name=NAME, phone=PHONE, email="broken@")
        row = self.row(address)
        for text in (STORY, NAME, PHONE, f"partner {self.resident.partner_id.id}"):
            self.assertNotIn(text, row)
        # the resident still finds it
        self.assertIn(STORY, self.get(address).text)
        self.assertIn(PHONE, self.get(self.third(address)).text)

    def test_sending_forgets(self):
        """Which resident a case came from is known to the vault alone."""
        address = self.start_draft()
        self.tell(address)
        self.send(address)
        draft = self.draft_of(address)
        self.assertTrue(draft.ticket_id)
        self.assertFalse(draft.answers)
        row = self.row(address)
        self.assertNotIn("partner", row)
        self.assertNotIn(NAME, row)

    def test_key_is_gone(self):
        """A draft whose key is lost starts empty; no page stumbles."""
        self.with_keys()
        address = self.start_draft()
        self.tell(address)
        draft = self.draft_of(address)
        key = base64.b64encode(b"o" * 32).decode()
        with patch.dict(os.environ, {"COMPLAINT_IDENTITY_KEYS": f"2026:{key}"}):
            self.env.invalidate_all()
            self.assertFalse(draft.answers)
            # whose it is cannot be told any more: it is nobody's
            self.assertEqual(self.path_of(self.get(address)), "/my/complaints/new")

    def test_start_with_what_is_known(self):
        """The account's contact data are filled in."""
        self.resident.partner_id.phone = "13900139000"
        address = self.start_draft()
        self.tell(address)
        self.assertIn("13900139000", self.get(self.third(address)).text)
