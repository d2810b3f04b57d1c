import json
from contextlib import contextmanager

from psycopg2.errors import RaiseException

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.service.model import call_kw, get_public_method
from odoo.tests import new_test_user, tagged
from odoo.tools import SQL, mute_logger

from ..tools import chain
from .common import ComplaintCommon


@tagged("post_install", "-at_install")
class TestLog(ComplaintCommon):
    """THREATS 40: the log is append-only and its chain shows who went past that."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.log = cls.env["complaint.log"]
        cls.checks = cls.env["complaint.log.check"]

    def _rows(self, *kinds, ticket=None):
        domain = [("company_id", "=", self.company.id)]
        if kinds:
            domain.append(("kind", "in", kinds))
        if ticket:
            domain.append(("ticket_id", "=", ticket.id))
        return self.log.search(domain, order="sequence")

    def _verify(self):
        return self.checks.with_user(self.auditor)._verify(self.company)

    @contextmanager
    def _without_guard(self):
        """What somebody does who owns the database."""
        self._rows()
        alter = "ALTER TABLE complaint_log %s TRIGGER complaint_append_only"
        self.env.cr.execute(alter % "DISABLE")
        yield
        self.env.cr.execute(alter % "ENABLE")
        self.env.invalidate_all()

    # ----------------------------------------------------------------------
    # What is in it
    # ----------------------------------------------------------------------

    def test_history_of_a_case(self):
        ticket = self._complaint()
        self._to(ticket, "notified")
        rows = self._rows("registered", "step", ticket=ticket)
        rows = rows.filtered(lambda row: row.res_model == ticket._name)
        self.assertEqual(rows[0].kind, "registered")
        steps = [json.loads(row.details)["step"] for row in rows[1:]]
        self.assertEqual(
            steps,
            ["accept", "start_investigation", "submit_findings", "decide", "notify"],
        )
        self.assertEqual(rows[1].user_id, self.clerk)
        self.assertEqual(rows[1].case_number, ticket.number)
        self.assertEqual(rows[1].summary, "Accept: Registered → Accepted")

    def test_what_is_half_undone_leaves_the_rest(self):
        """Savepoints that do not flush, such as the one demo data are loaded in."""
        first = self._complaint()
        with (
            self.assertRaises(ZeroDivisionError),
            self.env.cr.savepoint(flush=False),
        ):
            self._complaint()
            raise ZeroDivisionError
        self.env.invalidate_all()
        third = self._complaint()
        with (
            self.assertRaises(ZeroDivisionError),
            self.env.cr.savepoint(flush=False),
        ):
            gone = self._complaint()
            self.assertEqual(len(self._rows(ticket=gone)), 1)
            raise ZeroDivisionError
        self.env.invalidate_all()
        self.env.cr.precommit.run()
        rows = self._rows("registered")
        self.assertEqual(rows.ticket_id, first | third)
        self.assertEqual(len(rows), 2)
        self.assertTrue(self._verify().ok)

    def test_what_is_undone_leaves_no_row(self):
        before = self._rows()
        with self.assertRaises(ZeroDivisionError), self.env.cr.savepoint():
            self._complaint()
            raise ZeroDivisionError
        self.assertEqual(self._rows(), before)
        self.assertTrue(self._verify().ok)

    def test_one_chain_a_company(self):
        other = self.env["res.company"].create({"name": "Second office"})
        self._complaint()
        self.log._record("keys_rotated", other, {"count": 1}, other)
        self.log._record("keys_rotated", other, {"count": 2}, other)
        own = self.log.sudo().search([("company_id", "=", other.id)], order="sequence")
        self.assertEqual(own.mapped("sequence"), [1, 2])
        self.assertEqual(own[0].previous_hash, chain.GENESIS)
        self.assertEqual(own[1].previous_hash, own[0].hash)

    def test_residents_are_not_named(self):
        resident = new_test_user(self.env, "li.lei.complaint", "base.group_portal")
        ticket = self._complaint()
        self.log.with_user(resident)._record("step", ticket.sudo(), {})
        self.assertEqual(self._rows("step").user_id, self.env.ref("base.user_root"))

    # ----------------------------------------------------------------------
    # Nobody changes it
    # ----------------------------------------------------------------------

    def test_orm_refuses_everybody(self):
        self._complaint()
        admin = self._new_user(
            "admin", "base.group_system,community_complaint.group_complaint_auditor"
        )
        rows = self._rows()
        self._verify()
        checks = self.checks.search([("company_id", "=", self.company.id)])
        for records in (rows, checks):
            for user in (self.env.user, admin, self.auditor):
                for su in (True, False):
                    acting = records.with_user(user).sudo(su)
                    with self.subTest(model=records._name, user=user.login, su=su):
                        with self.assertRaises(UserError):
                            acting.write({"user_id": user.id})
                        with self.assertRaises(UserError):
                            acting.unlink()
        with self.assertRaises(UserError):
            self.log.sudo().create({"company_id": self.company.id})
        with self.assertRaises(UserError):
            rows.sudo()[0].user_id = admin

    @mute_logger("odoo.sql_db")
    def test_database_refuses(self):
        self._complaint()
        self._rows()
        for query in (
            "UPDATE complaint_log SET kind = 'step'",
            "DELETE FROM complaint_log",
            "TRUNCATE complaint_log",
        ):
            with (
                self.subTest(query=query),
                self.assertRaises(RaiseException),
                self.env.cr.savepoint(),
            ):
                self.env.cr.execute(query)

    def test_not_by_rpc(self):
        for name in ("_record", "_append", "_write_pending"):
            with self.subTest(name=name), self.assertRaises(AccessError):
                get_public_method(self.log, name)

    # ----------------------------------------------------------------------
    # Verification
    # ----------------------------------------------------------------------

    def test_unbroken(self):
        self._to(self._complaint(), "notified")
        check = self._verify()
        self.assertTrue(check.ok)
        self.assertEqual(check.sequence, self._rows()[-1].sequence - 1)
        self.assertEqual(self._rows()[-1].kind, "verified")

    def _break(self, *queries):
        """Return the verification after somebody changed the table of a sound log."""
        self._to(self._complaint(), "accepted")
        self._complaint()
        self.assertTrue(self._verify().ok)
        number = self._number("step")
        with self._without_guard():
            for query in queries:
                self.env.cr.execute(SQL(query, number, self.company.id))
        return self._verify()

    def _number(self, kind):
        return self._rows(kind)[-1].sequence

    def test_changed_row(self):
        where = " WHERE sequence = %s AND company_id = %s"
        for change in (
            "UPDATE complaint_log SET details = '{}'",
            "UPDATE complaint_log SET ticket_id = NULL",
            "UPDATE complaint_log SET moment = now()",
        ):
            with self.subTest(change=change), self.env.cr.savepoint() as savepoint:
                check = self._break(change + where)
                self.assertEqual(check.reason, "changed")
                self.assertEqual(check.broken_sequence, self._number("step"))
                savepoint.rollback()
                self.env.invalidate_all()

    def test_row_taken_out(self):
        check = self._break(
            "DELETE FROM complaint_log WHERE sequence = %s AND company_id = %s"
        )
        self.assertEqual(check.reason, "missing")

    def test_row_taken_out_and_others_renumbered(self):
        check = self._break(
            "DELETE FROM complaint_log WHERE sequence = %s AND company_id = %s",
            "UPDATE complaint_log SET sequence = 1 - sequence"
            " WHERE sequence > %s AND company_id = %s",
            "UPDATE complaint_log SET sequence = - sequence"
            " WHERE sequence < 0 AND %s > 0 AND company_id = %s",
        )
        self.assertEqual(check.reason, "link")

    def test_newest_rows_taken_away(self):
        """The end that an earlier verification saw is gone."""
        check = self._break(
            "DELETE FROM complaint_log WHERE sequence >= %s AND company_id = %s"
        )
        self.assertEqual((check.ok, check.reason), (False, "missing"))

    def test_verify_is_up_to_auditors(self):
        # the way the button of a list calls it
        action = call_kw(self.log.with_user(self.auditor), "action_verify", [[]], {})
        check = self.checks.browse(action["res_id"])
        self.assertTrue(check.with_user(self.auditor).ok)
        for user in (self.custodian, self.manager, self.clerk):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                self.checks.with_user(user).action_verify()

    # ----------------------------------------------------------------------
    # Who reads it
    # ----------------------------------------------------------------------

    def test_readers(self):
        self._complaint()
        for user in (self.auditor, self.custodian):
            self.assertTrue(self.log.with_user(user).search([]))
        for user in (self.clerk, self.leader, self.manager, self.employee_user):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                self.log.with_user(user).search([])

    def test_conflict_hides_rows(self):
        ticket = self._complaint()
        rows = self.log.with_user(self.auditor).search([("ticket_id", "=", ticket.id)])
        self.assertTrue(rows)
        self._recuse(ticket, self.auditor)
        self.assertFalse(
            self.log.with_user(self.auditor).search([("ticket_id", "=", ticket.id)])
        )
        self.assertTrue(self._verify().ok)

    def test_other_companies(self):
        self._complaint()
        company = self.env["res.company"].create({"name": "Far away"})
        user = new_test_user(
            self.env,
            "abroad.auditor",
            "community_complaint.group_complaint_auditor",
            company_id=company.id,
            company_ids=[fields.Command.set(company.ids)],
        )
        own = self.log.with_user(user).with_context(allowed_company_ids=company.ids)
        self.assertEqual(own.search([]).company_id, company)

    # ----------------------------------------------------------------------
    # Cost
    # ----------------------------------------------------------------------

    def test_cost_does_not_grow(self):
        """As many statements for many rows as for a few."""
        tickets = self.env["helpdesk.ticket"].create([self._vals() for _i in range(40)])
        self._rows()
        costs = []
        for cases in (tickets[:4], tickets):
            cases.mapped("number")
            before = self.env.cr.sql_log_count
            self.log._record("step", cases, {"step": "accept"})
            self.log._write_pending()
            costs.append(self.env.cr.sql_log_count - before)
        self.assertEqual(costs[0], costs[1])
        self.assertLessEqual(costs[0], 5)
