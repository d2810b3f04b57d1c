from odoo.tests import tagged

from .common import PortalCommon


@tagged("post_install", "-at_install")
class TestDoubleSubmit(PortalCommon):
    """A form sent twice is taken once; at the same time: ``tests/e2e``."""

    def test_complaint(self):
        address = self.start_draft()
        self.tell(address)
        first, second = self.send(address), self.send(address)
        case = self.cases_of(self.resident)
        self.assertEqual(len(case), 1)
        for answer in (first, second):
            self.assertEqual(answer.status_code, 303)
            self.assertIn(case.number, answer.headers["Location"])

    def test_going_back_in_the_browser(self):
        """The screens of a complaint that was sent lead to the case."""
        address = self.start_draft()
        self.tell(address)
        self.send(address)
        case = self.cases_of(self.resident)
        for screen in (address, self.third(address)):
            self.assertEqual(self.path_of(self.get(screen)), self.page_of(case))
            answer = self.post(screen, {"what": "Something else"})
            self.assertEqual(self.path_of(answer), self.page_of(case, "?sent=1"))
        self.assertNotIn("Something else", case.description)

    def test_first_screen(self):
        """The same form opens the same draft."""
        address = self.start_draft()
        nonce = address.split("/")[-2]
        self.assertEqual(self.start_draft(nonce=nonce), address)
        self.assertEqual(len(self.draft_of(address)), 1)

    def test_message(self):
        case = self._own_complaint()
        nonce = self.nonce_of(self.get(self.page_of(case)))
        vals = {"nonce": nonce, "text": "Still noisy."}
        for _turn in range(2):
            answer = self.post(self.page_of(case, "/message"), vals)
            self.assertEqual(answer.status_code, 303)
        self.assertEqual(len(case._portal_messages()), 1)

    def test_receipt_of_a_paper(self):
        case = self._own_complaint()
        case.with_user(self.clerk).action_accept()
        notice = case.notice_ids
        for _turn in range(2):
            answer = self.post(self.page_of(case, f"/notice/{notice.id}/received"))
            self.assertEqual(answer.status_code, 303)
        self.env.invalidate_all()
        self.assertEqual(notice.state, "served")
        self.assertEqual(notice.served_date, case._office_date())

    def test_old_numbers_are_forgotten(self):
        nonces = self.env["complaint.portal.nonce"]
        nonces._take("0" * 32)
        nonces._take("1" * 32)
        self.env.cr.execute(
            "UPDATE complaint_portal_nonce SET create_date = create_date - interval '15 days'"
            " WHERE name = %s",
            ["0" * 32],
        )
        nonces._gc_nonces()
        self.assertTrue(nonces._take("0" * 32))
        self.assertFalse(nonces._take("1" * 32))
