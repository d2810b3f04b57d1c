from datetime import datetime

from freezegun import freeze_time
from psycopg2.errors import LockNotAvailable

from odoo import SUPERUSER_ID, api
from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

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

    def _elsewhere(self, count):
        """Draw and commit on another connection, as another request does."""
        with self.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            numbers = [*self._draw(env, count)]
        self.addCleanup(self._forget_series)
        return numbers

    def _draw(self, env, count=1):
        office = env.ref("base.main_company")
        return env["complaint.counter"]._next(office, "elsewhere", 2026, count)

    def _forget_series(self):
        with self.registry.cursor() as cr:
            cr.execute("DELETE FROM complaint_counter WHERE series = 'elsewhere'")

    def test_who_comes_meanwhile_goes_on(self):
        """What others committed since this transaction began is no reason to begin anew."""
        self.env.cr.execute("SELECT 1")
        self.assertEqual(self._elsewhere(3), [1, 2, 3])
        self.assertEqual([*self._draw(self.env)], [4])
        self.assertEqual([*self._draw(self.env, 2)], [5, 6])

    def test_who_comes_meanwhile_waits(self):
        """Otherwise two cases had one number, or a number went to nobody."""
        self._draw(self.env)
        with (
            self.registry.cursor() as cr,
            self.assertRaises(LockNotAvailable),
            mute_logger("odoo.sql_db"),
        ):
            cr.execute("SET LOCAL lock_timeout = '200ms'")
            self._draw(api.Environment(cr, SUPERUSER_ID, {}))

    def test_rows_of_a_series_are_forgotten(self):
        for _turn in range(3):
            self._draw(self.env)
        counters = self.env["complaint.counter"].sudo()
        counters._gc_counters()
        counters.invalidate_model()
        rows = counters.search([("series", "=", "elsewhere")])
        self.assertEqual(rows.mapped("last"), [3])
        self.assertEqual([*self._draw(self.env)], [4])
