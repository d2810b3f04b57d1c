from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import AppealCommon


@tagged("post_install", "-at_install")
class TestAppeal(AppealCommon):
    """Taking an appeal down and filing it."""

    def test_file(self):
        ticket = self._served()
        appeal = self._draft_appeal(ticket)
        self.assertEqual(appeal.level_id, self.level)
        self.assertFalse(appeal.number)
        appeal.action_file()
        self.assertEqual(appeal.state, "filed")
        self.assertEqual(appeal.number, "SS2026-00001")
        self.assertEqual(appeal.notice_id.kind, "result")
        self.assertEqual(str(appeal.window_end), "2026-03-05")
        self.assertFalse(appeal.is_late)

    def test_numbers_have_no_gaps(self):
        first = self._filed()
        refused = self._draft_appeal(first.ticket_id)
        with self.assertRaises(UserError):
            refused.action_file()
        second = self._filed()
        self.assertEqual(
            [first.number, second.number], ["SS2026-00001", "SS2026-00002"]
        )

    def test_three_ways(self):
        for outcome in ("upheld", "remanded"):
            with self.subTest(outcome):
                appeal = self._decided(outcome=outcome)
                self.assertEqual(appeal.state, "decided")
                self.assertEqual(len(appeal.notice_ids), 2)
