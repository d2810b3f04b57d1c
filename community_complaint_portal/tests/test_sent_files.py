"""THREATS 8, 62: files residents send by the portal, whichever page takes them."""

from odoo.tests import tagged

from odoo.addons.community_complaint.tests.test_sent_files import (
    HELD,
    SENT,
    SentFilesSweep,
)

from .test_anonymous import AnonymousCommon
from .test_appeal import GROUNDS

FILES = [("files", (name, content)) for name, content in SENT.items()]


@tagged("post_install", "-at_install")
class TestSentFiles(AnonymousCommon, SentFilesSweep):
    def told(self, case):
        """Check that who sent a file reads that it waits."""
        page = self.shown(self.get(self.page_of(case)))
        self.assertIn("For identity custodians only", page)
        self.assertIn(HELD[0], page)

    def test_filed_with_a_name(self):
        self.sign_in(self.resident)
        screen = self.start_draft()
        self.tell(screen, FILES)
        self.send(screen)
        case = self.cases_of(self.resident)
        self.assertSecretCase(case)
        self.told(case)

    def test_filed_anonymously(self):
        case, _code = self.file_anonymous(FILES)
        self.assertSecretCase(case)
        self.assertIn(HELD[0], str(case.message_ids.mapped("body")))

    def test_sent_with_a_message(self):
        self.sign_in(self.resident)
        case = self._own_complaint()
        self.post(
            self.page_of(case, "/message"), {"nonce": "1" * 32, "text": "More."}, FILES
        )
        self.assertSecretCase(case)
        self.told(case)

    def test_sent_with_an_appeal(self):
        self.sign_in(self.resident)
        case = self._own_complaint(respondent_ids=self._respondent())
        self._to(case, "notified")
        nonce = self.nonce_of(self.get(self.page_of(case)))
        vals = {"nonce": nonce, "grounds": GROUNDS}
        self.post(self.page_of(case, "/appeal"), vals, FILES)
        self.env.invalidate_all()
        self.assertEqual(len(case.appeal_ids.attachment_ids), len(SENT) - len(HELD))
        self.assertSecretCase(case)
        self.told(case)
