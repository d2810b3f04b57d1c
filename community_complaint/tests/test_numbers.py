from datetime import datetime

from freezegun import freeze_time

from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import ComplaintCommon


@tagged("post_install", "-at_install")
class TestNumbers(ComplaintCommon):
    def test_no_gaps(self):
        first, second = self._complaint(), self._complaint()
        with self.assertRaises(UserError), self.env.cr.savepoint():
            self._complaint(confidentiality="anonymous")
        third = self._complaint()
        numbers = [
            int(ticket.number.split("-")[1]) for ticket in first + second + third
        ]
        self.assertEqual(numbers, list(range(numbers[0], numbers[0] + 3)))

    @freeze_time("2026-01-03 02:00:00")
    def test_year_of_receipt(self):
        """At 00:30 on New Year's Day in Shanghai it is still the old year in UTC."""
        ticket = self._complaint(received_date=datetime(2025, 12, 31, 16, 30))
        self.assertEqual(ticket.number, "TS2026-00001")
        ticket = self._complaint(received_date=datetime(2025, 12, 31, 15, 30))
        self.assertEqual(ticket.number, "TS2025-00001")

    def test_series_of_companies_and_regulations(self):
        counter = self.env["complaint.counter"]
        self.assertEqual(list(counter._next(self.company, "x", 2026, 3)), [1, 2, 3])
        self.assertEqual(list(counter._next(self.company, "x", 2026)), [4])
        self.assertEqual(list(counter._next(self.company, "y", 2026)), [1])
        self.assertEqual(list(counter._next(self.company, "x", 2027)), [1])
        other = self.env["res.company"].create({"name": "Other"})
        self.assertEqual(list(counter._next(other, "x", 2026)), [1])

    def test_concurrent_numbers_are_unique(self):
        """The row of a series stays locked until the transaction ends."""
        self.env["complaint.counter"]._next(self.company, "locked", 2026)
        self.env.cr.execute(
            "SELECT count(*) FROM pg_locks WHERE relation = 'complaint_counter'::regclass"
            " AND mode = 'RowExclusiveLock' AND pid = pg_backend_pid()"
        )
        self.assertEqual(self.env.cr.fetchone()[0], 1)
