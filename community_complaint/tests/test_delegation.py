from datetime import timedelta

from freezegun import freeze_time

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from .test_conflict import ConflictCommon


@tagged("post_install", "-at_install")
class TestDelegation(ConflictCommon):
    """Who stands in for whom is said once, on record (THREATS 45, 49)."""

    def setUp(self):
        super().setUp()
        self.delegations = self.env["complaint.delegation"]
        self.today = self.delegations._today(self.company)

    def test_nobody_stands_in_for_a_leader_by_rewriting(self):
        """One's own record is not turned into the leader's."""
        own = self._delegate(self.second, self.handler, 1, 5)
        for vals in (
            {"user_id": self.leader.id, "substitute_id": self.second.id},
            {"user_id": self.leader.id},
            {"company_id": self.company.id},
        ):
            for record in (own.with_user(self.second), own.sudo()):
                with self.subTest(vals=vals), self.assertRaises(UserError):
                    record.write(vals)
        self.assertEqual(own.user_id, self.second)

    def test_only_leaders_name_them_for_others(self):
        vals = {"user_id": self.handler.id, "substitute_id": self.second.id}
        with self.assertRaises(AccessError):
            self.delegations.with_user(self.second).create(vals)
        self.assertTrue(self.delegations.with_user(self.leader).create(vals))

    def test_begins_today_at_the_earliest(self):
        """Nobody is excluded from running cases by days that are over."""
        with self.assertRaises(ValidationError):
            self.delegations.with_user(self.second).create(
                {
                    "substitute_id": self.leader.id,
                    "date_from": self.today - timedelta(1),
                    "date_to": self.today,
                }
            )
        ahead = self._delegate(self.second, self.leader, 2, 3)
        with self.assertRaises(ValidationError), self.cr.savepoint():
            ahead.date_from = self.today - timedelta(1)
        ahead.with_user(self.second).date_from = self.today + timedelta(1)

    def test_days_on_which_somebody_stood_in_stay(self):
        going = self._delegate(self.second, self.leader, -3, 3)
        own = going.with_user(self.second)
        for vals in (
            {"substitute_id": self.handler.id},
            {"date_from": self.today},
        ):
            with self.subTest(vals=vals), self.assertRaises(UserError):
                own.write(vals)
        with self.assertRaises(ValidationError), self.cr.savepoint():
            own.date_to = self.today - timedelta(1)
        own.date_to = self.today
        with (
            freeze_time(fields.Datetime.now() + timedelta(2)),
            self.assertRaises(UserError),
        ):
            own.date_to = self.today + timedelta(9)

    def test_on_record(self):
        log = self.env["complaint.log"].search([("kind", "=", "substitute")])
        going = self._delegate(self.second, self.leader, 0, 3)
        going.with_user(self.second).date_to = self.today
        rows = self.env["complaint.log"].search([("kind", "=", "substitute")]) - log
        self.assertEqual(rows.mapped("user_id"), self.env.user | self.second)
        self.assertIn(self.leader.login, rows[0].details)
