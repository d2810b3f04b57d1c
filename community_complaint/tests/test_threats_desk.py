from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import ComplaintCommon


@tagged("post_install", "-at_install")
class TestThreatsDesk(ComplaintCommon):
    """Every complaint has a desk and a number of its own (THREATS 19 and 41)."""

    def test_threat_19_no_complaint_without_a_desk(self):
        ticket = self._complaint()
        for user in (self.clerk, self.leader, self.manager):
            with self.subTest(user=user.login), self.assertRaises(UserError):
                ticket.with_user(user).team_id = False
        self.assertEqual(ticket.team_id, self.team)
        stray = self.env["helpdesk.ticket"].create(
            {"name": "No desk", "description": "x", "team_id": False}
        )
        self.assertFalse(stray.is_complaint)
        seen = self.env["helpdesk.ticket"].with_user(self.clerk).search([])
        self.assertNotIn(stray, seen)

    def _number(self, ticket):
        return int(ticket.number.rpartition("-")[2])

    def test_threat_41_numbers_without_gaps(self):
        """What is rolled back gives its number back; papers count the same way."""
        first = self._number(self._complaint())
        with self.assertRaises(ZeroDivisionError), self.env.cr.savepoint():
            self._complaint()
            raise ZeroDivisionError
        cases = self.env["helpdesk.ticket"].create([self._vals() for _i in range(3)])
        self.assertEqual(
            [self._number(case) for case in cases], [first + 1, first + 2, first + 3]
        )
        cases.with_user(self.clerk).action_accept()
        marks = [notice.number for notice in cases.notice_ids.sorted("id")]
        self.assertEqual(len({*marks}), 3)
        digits = sorted(int(mark.split("〕")[1].rstrip("号")) for mark in marks)
        self.assertEqual(digits, [digits[0], digits[0] + 1, digits[0] + 2])
