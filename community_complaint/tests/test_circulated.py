from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import CANARY
from .discipline_common import DisciplineCommon


@tagged("post_install", "-at_install")
class TestCirculated(DisciplineCommon):
    """R02 9 (2): circulated criticism reaches the members of staff, not just the worker."""

    def setUp(self):
        super().setUp()
        self.reader = self._colleague(self.employee_user, "Zhao Liu")
        self.worker_user = self._new_user("worker", "base.group_user")

    def _told(self, user):
        """Return what a user was notified of: subject and text."""
        notified = self.env["mail.notification"].search(
            [("res_partner_id", "=", user.partner_id.id)]
        )
        return [
            f"{message.subject} {message.body}" for message in notified.mail_message_id
        ]

    def test_members_of_staff_read_it(self):
        item = self._in_force("circulated_criticism", self.worker_user)
        self._release_papers(item.ticket_id)
        [text] = self._told(self.employee_user)
        for words in (
            "Circulated Criticism",
            item.notice_ids.number,
            "Wang Wei",
            "The visit confirmed the noise.",
            "made known to all members of staff",
        ):
            self.assertIn(words, text)
        case = item.ticket_id
        for secret in (case.number, case.name, "Li Lei", "13800138000"):
            self.assertNotIn(secret, text)
        self.assertFalse(self._told(self.worker_user), "has the paper itself")

    def test_its_end_reaches_the_same_people(self):
        """Staff-wide criticism that was taken back is taken back before everybody."""
        item = self._in_force("circulated_criticism", self.worker_user)
        self._release_papers(item.ticket_id)
        item.with_user(self.discipline).action_revoke("The facts were others.")
        self._release_papers(item.ticket_id)
        [_first, last] = self._told(self.employee_user)
        [told] = item.notice_ids.filtered(lambda paper: paper.kind == "revocation")
        for words in ("Notice of Revocation", told.number, "The facts were others."):
            self.assertIn(words, last)
        self.assertEqual(told.addressee_name, "Wang Wei")

    def test_a_warning_is_nobody_elses_affair(self):
        item = self._in_force("written_warning")
        self._release_papers(item.ticket_id)
        self.assertFalse(self._told(self.employee_user))

    def test_who_does_not_use_the_program_reads_it_on_the_board(self):
        self._colleague(name="Sun Qi")
        item = self._in_force("circulated_criticism")
        self._release_papers(item.ticket_id)
        waiting = self._on_the_board(item.ticket_id)
        self.assertEqual((waiting.channel, waiting.state), ("public", "queued"))
        self.assertIn(item.notice_ids.number, waiting.content)
        self.assertIn("1 others", str(item.ticket_id.message_ids.mapped("body")))

    def test_of_a_secret_case_once_a_custodian_released_it(self):
        """Neither inside nor on the board before, and then as the paper has it."""
        self._colleague(name="Sun Qi")
        case = self._deciding(confidentiality="confidential", **CANARY)
        lines = [self._line(case, "circulated_criticism")]
        self._draft(case, reasons="这与金丝雀所述一致。", measure_line_ids=lines)
        case.with_user(self.leader).action_decide()
        item = case.sudo().discipline_ids
        item.with_user(self.discipline).action_hear()
        item.with_user(self.deputy).action_approve()
        item.with_user(self.discipline).action_enforce()
        self.assertFalse(self._told(self.employee_user))
        self.assertFalse(self._on_the_board(case))
        item.notice_ids.with_user(self.custodian).action_release()
        [text] = self._told(self.employee_user)
        self.assertIn("所述一致", text)
        self.assertNotIn("金丝雀", text)
        waiting = self._on_the_board(case)
        self.assertEqual((waiting.state, waiting.held), ("queued", False))

    def _on_the_board(self, case):
        return case.sudo().dispatch_ids.filtered(
            lambda dispatch: dispatch.addressee == "employee"
        )

    def test_a_case_is_not_over_before_it_is_made_known(self):
        """What waits for somebody to do it is no work that a closed case forgets."""
        self._colleague(name="Sun Qi")
        item = self._in_force("circulated_criticism")
        case = item.ticket_id
        self._to(case, "notified")
        self._release_papers(case)
        clerk = case.with_user(self.clerk)
        self._serve_all(case, "voucher")
        self._serve_all(case, "result")
        with self.assertRaises(UserError) as refused:
            clerk.action_close()
        self.assertIn(item.notice_ids.number, str(refused.exception))
        self.assertIn("not put up yet", str(refused.exception))
        self._serve_all(case, "circulated")
        with self.assertRaisesRegex(UserError, "not put up yet"):
            clerk.action_close()
        picture = self.env["ir.attachment"].create({"name": "b.png", "raw": b"board"})
        board = self._on_the_board(case).filtered(lambda x: x.channel == "public")
        board.with_user(self.clerk).action_prove("On the board.", attachments=picture)
        clerk.action_close()
        self.assertEqual(case.phase, "closed")

    def _serve_all(self, case, kind):
        notices = case.notice_ids.filtered(
            lambda x: x.kind == kind and x.state == "issued"
        )
        notices.with_user(self.clerk).action_serve(delivery="post", note="RX 1")

    def test_nobody_of_another_office(self):
        other = self.env["res.company"].create({"name": "Elsewhere"})
        self.reader.company_id = other
        item = self._in_force("circulated_criticism")
        self._release_papers(item.ticket_id)
        self.assertFalse(self._told(self.employee_user))
