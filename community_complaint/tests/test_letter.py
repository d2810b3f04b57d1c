import io

from pypdf import PdfReader

from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase, tagged

from .common import ComplaintCommon
from .test_canary import CANARY, CanarySweep

_TEXT = "We come on Monday.\n\nPlease be at home at ten."


class LetterCommon(ComplaintCommon):
    def _letter(self, channel="post", **vals):
        ticket = self._complaint(**{"complainant_email": False, **vals})
        return self.env["complaint.dispatch"]._queue(
            [
                {
                    "ticket_id": ticket.id,
                    "addressee": "complainant",
                    "duty": "tell",
                    "channel": channel,
                    "content": _TEXT,
                }
            ]
        )

    def _printed(self, dispatch):
        """Return the text of the PDF that the button leads to, or nothing if refused."""
        response = self.url_open(dispatch.action_print_letter()["url"])
        if response.status_code != 200:
            return ""
        pages = PdfReader(io.BytesIO(response.content)).pages
        return " ".join("".join(page.extract_text() for page in pages).split())


@tagged("post_install", "-at_install")
class TestLetter(LetterCommon, HttpCase, CanarySweep):
    """A message that goes by hand or by mail is printed by who posts it."""

    def test_read_on_paper(self):
        dispatch = self._letter(confidentiality="open")
        self.authenticate(self.clerk.login, self.clerk.login)
        text = self._printed(dispatch.with_user(self.clerk))
        for part in (
            "To: Li Lei",
            "We come on Monday.",
            "Please be at home at ten.",
            dispatch.ticket_id.number,
            self.company.name,
        ):
            self.assertIn(part, text)

    def test_a_secret_name_is_not_on_it(self):
        """The letter lies on the desk of whoever prints it; the envelope is another's."""
        dispatch = self._letter(**CANARY)
        self.authenticate(self.clerk.login, self.clerk.login)
        text = self._printed(dispatch.with_user(self.clerk))
        self.assertIn("We come on Monday.", text)
        self.assertIn(dispatch.ticket_id.number, text)
        self.assertNotIn(CANARY["complainant_name"], text)

    def test_not_for_strangers(self):
        dispatch = self._letter()
        with self.assertRaises(AccessError):
            dispatch.with_user(self.employee_user).action_print_letter()
        self.authenticate(self.employee_user.login, self.employee_user.login)
        self.assertFalse(self._printed(dispatch.with_user(self.clerk)))

    def test_papers_print_themselves(self):
        ticket = self._complaint(complainant_email=False)
        ticket.action_accept()
        papers = ticket.dispatch_ids.filtered("notice_id")
        self.assertTrue(papers)
        with self.assertRaises(UserError):
            papers.with_user(self.clerk).action_print_letter()
        self.authenticate(self.clerk.login, self.clerk.login)
        response = self.url_open(f"/complaint/sheets/letter/{papers.id}")
        self.assertIn("Print the paper itself.", response.text)
