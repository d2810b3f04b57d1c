from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import Form, tagged

from .common import ComplaintCommon


@tagged("post_install", "-at_install")
class TestStaffOnly(ComplaintCommon):
    """R02 2: complaints are about members of staff, also about who was typed by name."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.regulation.respondent_kind = "staff"

    def _about(self, name="Xiao Wu", **vals):
        item = {"kind": "other", "name": name, **vals}
        return self._complaint(respondent_ids=[Command.create(item)]).with_user(
            self.clerk
        )

    def test_a_name_alone_is_not_enough(self):
        ticket = self._about("The man upstairs", post="Neighbour")
        with self.assertRaisesRegex(UserError, "members of staff only"):
            ticket.action_accept()
        self.assertEqual(ticket.phase, "registered")

    def test_the_clerk_says_that_they_work_here(self):
        ticket = self._about(post="Window")
        with Form(ticket.respondent_ids) as form:
            form.works_here = True
        ticket.action_accept()
        self.assertEqual(ticket.phase, "accepted")
        with self.assertRaises(UserError):
            self._to(ticket, "notified").respondent_ids.works_here = False

    def test_whom_the_office_knows_needs_no_word(self):
        ticket = self._complaint(respondent_ids=self._respondent())
        ticket.with_user(self.clerk).action_accept()
        self.assertEqual(ticket.phase, "accepted")

    def test_other_texts_do_not_ask(self):
        self.regulation.respondent_kind = "any"
        ticket = self._about()
        ticket.action_accept()
        self.assertEqual(ticket.phase, "accepted")
