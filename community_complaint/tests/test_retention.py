from datetime import timedelta

from dateutil.relativedelta import relativedelta
from freezegun import freeze_time

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import CANARY, ComplaintCommon
from .key_common import _no_commit
from .test_canary import CanarySweep


@tagged("post_install", "-at_install")
class TestRetention(ComplaintCommon, CanarySweep):
    """THREATS 42: one routine forgets who complained; a legal hold beats it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.regulation.identity_retention_years = 3
        cls.case = cls._complaint(confidentiality="open", **CANARY)

    def setUp(self):
        super().setUp()
        self.patch(self.registry["ir.cron"], "_commit_progress", _no_commit)

    def _fill(self, case):
        """Leave the name wherever the life of an open case leaves it."""
        name = CANARY["complainant_name"]
        case.with_user(self.handler).message_post(body=f"Called {name}.")
        case._tell_complainant(f"Dear {name}", "tell")
        kept = self.env["complaint.inbound.mail"]._create_sealed(
            "kept",
            {
                "company_id": self.company.id,
                "ticket_id": case.id,
                "raw": b"RnJvbTogY2FuYXJ5QHJlc2lkZW50LmV4YW1wbGU=",
                "sha256": "0" * 64,
            },
        )
        kept._write_sealed("sorted", {"state": "case"})
        field = self.env["ir.model.fields"]._get("helpdesk.ticket", "partner_name")
        self.env["mail.tracking.value"].sudo().create(
            {
                "mail_message_id": case.message_ids[0].id,
                "field_id": field.id,
                "new_value_char": name,
            }
        )
        self._to(case, "closed")

    def _erase(self, case):
        case.with_user(self.custodian).action_erase_identity("Asked for it.")

    # ----------------------------------------------------------------------
    # The routine
    # ----------------------------------------------------------------------

    def test_threat_42_nothing_is_left(self):
        self._fill(self.case)
        papers = self.case.notice_ids.pdf_attachment_id
        with self.assertRaises(AssertionError):
            self.assertNoCanaryInDatabase()
        self._erase(self.case)
        self.canaries = (*self.canaries, "From: canary", "RnJvbTog")
        self.assertNoCanaryInDatabase()
        self.env.cr.execute(
            "SELECT 1 FROM complaint_identity t WHERE t::text ~ '金丝雀'"
        )
        self.assertFalse(self.env.cr.fetchall())
        self.assertFalse(papers.exists())
        self.assertFalse(
            self.env["complaint.inbound.mail"].search([("raw", "!=", False)])
        )
        self.assertTrue(self.case.identity_erased_date)

    def test_figures_and_chain_stay(self):
        self.case.complainant_kind_id = self.env.ref(
            "community_complaint.complainant_kind_resident",
            raise_if_not_found=False,
        ) or self.env["complaint.complainant.kind"].search([], limit=1)
        self._fill(self.case)
        before = self.case.read(
            ["number", "phase", "type_id", "channel_id", "complainant_kind_id"]
        )
        numbers = set(self.case.notice_ids.mapped("number"))
        self._erase(self.case)
        self.assertEqual(
            self.case.read(
                ["number", "phase", "type_id", "channel_id", "complainant_kind_id"]
            ),
            before,
        )
        self.assertEqual(set(self.case.notice_ids.mapped("number")), numbers)
        self.assertTrue(self.case.notice_ids[0].sudo().sha256)
        checks = self.env["complaint.log.check"].with_user(self.auditor)
        self.assertTrue(checks._verify(self.company).ok)
        row = self.env["complaint.log"].search(
            [("ticket_id", "=", self.case.id), ("kind", "=", "identity_erased")]
        )
        self.assertEqual(row.user_id, self.custodian)
        self.assertIn("request", row.details)

    def test_others_are_untouched(self):
        other = self._complaint(confidentiality="open", **CANARY)
        told = other._tell_complainant("Dear 金丝雀", "tell")
        self._fill(self.case)
        self._erase(self.case)
        self.assertEqual(
            other.with_user(self.clerk).complainant_name, CANARY["complainant_name"]
        )
        self.assertEqual(told.content, "Dear 金丝雀")

    def test_only_finished_cases(self):
        with self.assertRaisesRegex(UserError, "not finished"):
            self._erase(self.case)

    def test_up_to_custodians(self):
        self._to(self.case, "closed")
        for user in (self.clerk, self.leader, self.manager, self.auditor):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                self.case.with_user(user).action_erase_identity("Because.")

    # ----------------------------------------------------------------------
    # Legal hold
    # ----------------------------------------------------------------------

    def test_threat_42_hold_beats_everything(self):
        self._to(self.case, "closed")
        self.case.with_user(self.manager).action_set_hold("金丝雀 sues us.")
        self.assertEqual(self.case.legal_hold_reason, "[complainant] sues us.")
        with self.assertRaisesRegex(UserError, "legal hold"):
            self._erase(self.case)
        with self.assertRaisesRegex(UserError, "legal hold"):
            self.case.sudo()._erase("retention")
        self.regulation.allow_anonymous = True
        with self.assertRaisesRegex(UserError, "legal hold"):
            self._change_level(self.case, "anonymous", by=self.clerk)
        with freeze_time(fields.Datetime.now() + relativedelta(years=9)):
            self.env["helpdesk.ticket"].sudo()._cron_erase_identities()
        self.assertFalse(self.case.identity_erased_date)
        self.case.with_user(self.manager).action_lift_hold("Settled.")
        self._erase(self.case)
        kinds = self.env["complaint.log"].search([("ticket_id", "=", self.case.id)])
        self.assertTrue({"hold_set", "hold_lifted"} <= set(kinds.mapped("kind")))

    def test_hold_is_up_to_managers(self):
        for user in (self.clerk, self.leader, self.custodian):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                self.case.with_user(user).action_set_hold("Because.")
        for vals in ({"legal_hold": True}, {"identity_erased_date": "2026-01-01"}):
            with self.subTest(vals=vals), self.assertRaises(UserError):
                self.case.with_user(self.manager).write(vals)

    # ----------------------------------------------------------------------
    # Retention
    # ----------------------------------------------------------------------

    def _run(self, **later):
        with freeze_time(fields.Datetime.now() + relativedelta(**later)):
            self.env["helpdesk.ticket"].sudo()._cron_erase_identities()

    def test_threat_42_retention(self):
        archived = self._complaint(**CANARY)
        self._to(archived, "closed").with_user(self.clerk).action_archive()
        running = self._complaint(**CANARY)
        self._to(self.case, "closed")
        self._run(years=2, months=11)
        self.assertFalse(self.case.identity_erased_date)
        self._run(years=3, days=1)
        self.assertTrue(self.case.identity_erased_date)
        self.assertTrue(archived.identity_erased_date)
        self.assertFalse(running.identity_erased_date)
        self.assertTrue(running.sudo().identity_ids.name)

    def test_kept_for_ever(self):
        self.regulation.identity_retention_years = 0
        self._to(self.case, "closed")
        self._run(years=50)
        self.assertFalse(self.case.identity_erased_date)

    def test_more_than_one_batch(self):
        cases = self.env["helpdesk.ticket"].create([self._vals() for _i in range(60)])
        for case in cases:
            case.with_user(self.clerk).action_refuse("Not ours.")
        self._run(years=4)
        self.assertTrue(all(cases.mapped("identity_erased_date")))

    # ----------------------------------------------------------------------
    # Privacy look-up
    # ----------------------------------------------------------------------

    def _look_up(self, user):
        wizard = (
            self.env["privacy.lookup.wizard"]
            .with_user(user)
            .create(
                {
                    "name": CANARY["complainant_name"],
                    "email": CANARY["complainant_email"],
                }
            )
        )
        wizard.action_lookup()
        return wizard.line_ids.filtered(
            lambda line: line.res_model == "complaint.identity"
        )

    def test_privacy_look_up_erases_our_way(self):
        both = self._new_user(
            "privacy", "base.group_system,community_complaint.group_complaint_custodian"
        )
        self._fill(self.case)
        running = self._complaint(**CANARY)
        lines = self._look_up(both)
        self.assertEqual(len(lines), 2)
        self.assertNotIn(CANARY["complainant_name"], str(lines.mapped("res_name")))
        line = lines.filtered(
            lambda item: item.res_id == self.case.sudo().identity_ids.id
        )
        line.action_unlink()
        self.assertTrue(self.case.identity_erased_date)
        self.assertTrue(self.case.sudo().identity_ids, "the record itself stays")
        with self.assertRaisesRegex(UserError, "not finished"):
            (lines - line).action_unlink()
        self.assertTrue(running.sudo().identity_ids.name)
        row = self.env["complaint.log"].search(
            [("kind", "=", "identity_searched")], limit=1
        )
        self.assertEqual(row.user_id, both)
        self.assertNotIn(CANARY["complainant_name"], row.details)

    def test_privacy_look_up_is_no_oracle(self):
        admin = self._new_user("admin", "base.group_system")
        self.assertFalse(self._look_up(admin))

    def test_what_others_look_up_stays_theirs(self):
        both = self._new_user(
            "privacy", "base.group_system,community_complaint.group_complaint_custodian"
        )
        admin = self._new_user("admin", "base.group_system")
        lines = self._look_up(both)
        self.assertTrue(lines)
        for records in (lines, lines.wizard_id):
            other = self.env[records._name].with_user(admin)
            self.assertFalse(other.search([("id", "in", records.ids)]))
            self.assertEqual(records.with_user(both)._filtered_access("read"), records)

    def test_looking_up_a_person(self):
        wizard = (
            self.env["complaint.person.wizard"]
            .with_user(self.custodian)
            .create({"phone": "139 1234 5678", "reason": "金丝雀 calls: 13912345678"})
        )
        action = wizard.action_look_up()
        self.assertEqual(action["domain"], [("id", "in", self.case.ids)])
        self.assertFalse(wizard.exists())
        row = self.env["complaint.log"].search(
            [("kind", "=", "identity_searched")], limit=1
        )
        self.assertNotIn("13912345678", row.details)
        for user in (self.clerk, self.manager, self.auditor):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                self.env["helpdesk.ticket"].with_user(user)._look_up_person(phone="1")

    def test_looks_are_forgotten(self):
        secret = self._complaint(**CANARY)
        self._to(secret, "closed")
        self._show(secret)
        self._erase(secret)
        self.assertFalse(
            self.env["complaint.identity.view"]
            .sudo()
            .search([("ticket_id", "=", secret.id)])
        )
        late = fields.Datetime.now() + timedelta(minutes=1)
        self.assertLess(secret.identity_erased_date, late)
