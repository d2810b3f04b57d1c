from freezegun import freeze_time

from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common import ComplaintCommon


@tagged("post_install", "-at_install")
class TestClockChip(ComplaintCommon):
    """What a chip tells when it is hovered over or tapped."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.regulation.calendar_id = cls.calendar

    def test_all_clocks_with_their_reasons(self):
        with freeze_time("2026-03-02 04:00:00"):
            ticket = self._complaint()
            self._accept(ticket)
            self._tell(ticket)
            first, second = ticket.with_user(self.handler).get_complaint_clocks()
        self.assertEqual((first["chip"], second["chip"]), ("running", "met"))
        self.assertEqual(first["name"], "Investigation")
        self.assertTrue(first["due"].endswith("17:00"), first["due"])
        self.assertFalse(first["done"])
        self.assertTrue(second["done"])
        self.assertIn("5 working days", first["why"][0])
        self.assertTrue(first["why"][-1].startswith("The last day is"))
        own = ticket.deadline_ids.sorted("id")[0].get_complaint_clocks()
        self.assertEqual([item["id"] for item in own], [second["id"]])

    def test_who_must_not_know(self):
        ticket = self._complaint(respondent_ids=self._respondent(self.handler))
        for record in (ticket, ticket.deadline_ids):
            for user in (self.handler, self.employee_user):
                with self.assertRaises(AccessError):
                    record.with_user(user).get_complaint_clocks()
