from odoo.tests import tagged

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

    def test_a_warning_is_nobody_elses_affair(self):
        self._in_force("written_warning")
        self.assertFalse(self._told(self.employee_user))

    def test_who_does_not_use_the_program_reads_it_on_the_board(self):
        self._colleague(name="Sun Qi")
        item = self._in_force("circulated_criticism")
        waiting = item.ticket_id.sudo().dispatch_ids.filtered(
            lambda dispatch: dispatch.addressee == "employee"
        )
        self.assertEqual((waiting.channel, waiting.state), ("public", "queued"))
        self.assertIn(item.notice_ids.number, waiting.content)
        self.assertIn("1 others", str(item.ticket_id.message_ids.mapped("body")))

    def test_nobody_of_another_office(self):
        other = self.env["res.company"].create({"name": "Elsewhere"})
        self.reader.company_id = other
        self._in_force("circulated_criticism")
        self.assertFalse(self._told(self.employee_user))
