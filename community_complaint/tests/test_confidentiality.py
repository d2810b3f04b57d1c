import json

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import CANARY, ROLES, ComplaintCommon
from .test_canary import CanarySweep


@tagged("post_install", "-at_install")
class TestConfidentiality(ComplaintCommon, CanarySweep):
    """Stricter at any time; laxer by a custodian, with reason and consent."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.regulation.allow_anonymous = True
        cls.open = cls._complaint(confidentiality="open", **CANARY)
        cls.secret = cls._complaint(**CANARY)

    def _row(self, ticket):
        row = self.env["complaint.log"].search(
            [("ticket_id", "=", ticket.id), ("kind", "=", "confidentiality")], limit=1
        )
        return row, json.loads(row.details or "{}")

    # ----------------------------------------------------------------------
    # Who may
    # ----------------------------------------------------------------------

    def test_stricter_by_the_desk(self):
        for user in (self.clerk, self.leader):
            ticket = self._complaint(confidentiality="open", **CANARY)
            ticket.with_user(user).confidentiality = "confidential"
            row, details = self._row(ticket)
            self.assertEqual(row.user_id, user)
            self.assertEqual(details, {"from": "open", "to": "confidential"})
        self._to(self.open, "closed")
        self.open.with_user(self.clerk).action_change_confidentiality("confidential")
        self.assertEqual(self.open.confidentiality, "confidential")

    def test_laxer_not_by_hand(self):
        for user in (self.clerk, self.leader, self.manager, self.env.user):
            with (
                self.subTest(user=user.login),
                self.assertRaisesRegex(UserError, "promised"),
            ):
                self.secret.with_user(user).confidentiality = "open"
        with self.assertRaisesRegex(UserError, "promised"):
            self.secret.with_context(
                complaint_level={"reason": "x"}
            ).confidentiality = "open"
        with self.assertRaises(AccessError):
            self.secret.with_user(self.auditor).action_change_confidentiality(
                "open", "Easier for us.", "written"
            )

    def _asked(self):
        return self.env["complaint.disclosure"].search([], limit=1)

    def test_laxer_with_consent(self):
        case = self.secret.with_user(self.handler)
        for reason, consent in (("", "written"), ("Wants it.", None), ("x", "no such")):
            with self.assertRaises(UserError):
                case.action_change_confidentiality("open", reason, consent)
        case.action_change_confidentiality(
            "open", "金丝雀 wants an answer by name.", "oral", "2026-01-02"
        )
        self.assertEqual(self.secret.confidentiality, "confidential")
        with self.assertRaisesRegex(UserError, "asked for already"):
            case.action_change_confidentiality("open", "Wants it.", "oral")
        self._asked().with_user(self.custodian).action_approve()
        self.assertEqual(self.secret.confidentiality, "open")
        self.assertEqual(
            self.secret.with_user(self.handler).complainant_name,
            CANARY["complainant_name"],
        )
        row, details = self._row(self.secret)
        self.assertEqual(row.user_id, self.custodian)
        self.assertEqual(
            details,
            {
                "from": "confidential",
                "to": "open",
                "reason": "[complainant] wants an answer by name.",
                "asked_by": self.handler.login,
                "consent": "oral",
                "consent_date": "2026-01-02",
            },
        )

    def test_what_cannot_be_undone_takes_two(self):
        """Findings 1.22 and 1.32: one custodian told all, one handler forgot all."""
        second = self._new_user(
            "second", "community_complaint.group_complaint_custodian"
        )
        for level, consent in (("open", "oral"), ("anonymous", None)):
            case = self._complaint(**CANARY)
            case.with_user(self.custodian).action_change_confidentiality(
                level, "She asked for it.", consent
            )
            for user in (self.custodian, self.handler, self.leader, self.manager):
                with (
                    self.subTest(level=level, user=user.login),
                    self.assertRaises(UserError),
                ):
                    self._asked().with_user(user).action_approve()
            self.assertEqual(case.confidentiality, "confidential")
            self.assertTrue(case.sudo().identity_ids.name)
            self._asked().with_user(second).action_approve()
            self.assertEqual(case.confidentiality, level)
            self.assertEqual(bool(case.sudo().identity_ids.name), level == "open")

    def test_nobody_forgets_by_hand(self):
        case = self._complaint(confidentiality="open", **CANARY)
        for user in (self.clerk, self.handler, self.leader, self.env.user):
            with (
                self.subTest(user=user.login),
                self.assertRaisesRegex(UserError, "forgotten for good"),
            ):
                case.with_user(user).confidentiality = "anonymous"
        self.assertTrue(case.sudo().identity_ids.name)

    def test_refused_stays(self):
        self.secret.with_user(self.clerk).action_change_confidentiality(
            "anonymous", "She asked for it."
        )
        self._asked().with_user(self.custodian).action_refuse(
            "She knows nothing of it."
        )
        self.assertEqual(self.secret.confidentiality, "confidential")
        kinds = self.env["complaint.log"].search([("ticket_id", "=", self.secret.id)])
        self.assertLessEqual(
            {"level_requested", "level_refused"}, {*kinds.mapped("kind")}
        )

    def test_dialog(self):
        action = self.secret.with_user(self.handler).action_change_confidentiality()
        wizard = (
            self.env["complaint.vault.wizard"]
            .with_user(self.handler)
            .with_context(**action["context"])
            .create({"level": "open", "reason": "Wants it.", "consent": "written"})
        )
        self.assertTrue(wizard.laxer)
        wizard.action_confirm()
        asked = self._asked()
        self.assertRecordValues(
            asked, [{"level": "open", "consent": "written", "state": "requested"}]
        )
        self.assertIn("Open", asked.display_name)

    # ----------------------------------------------------------------------
    # What becomes of the file
    # ----------------------------------------------------------------------

    def _write_names_everywhere(self, ticket):
        """What people at a desk write about an open case."""
        name = CANARY["complainant_name"]
        case = ticket.with_user(self.clerk)
        case.description = f"<p>{name}反映楼上装修，电话139-1234-5678。</p>"
        case.name = f"{name}投诉噪音"
        case.demand = f"{name}要求赔偿"
        ticket.with_user(self.handler).message_post(body=f"Called {name}.")
        self._accept(ticket)
        vouchers = ticket.notice_ids.with_user(self.clerk)
        vouchers.action_serve(note=f"{name} signed.")
        self._investigate(ticket)
        self.env["complaint.inquiry"].with_user(self.handler).create(
            {"ticket_id": ticket.id, "kind": "visit", "summary": f"{name} was at home."}
        )
        ticket.with_user(self.handler).findings = f"{name} is right."
        ticket.activity_schedule(
            "mail.mail_activity_data_todo", note=f"Call {name}", user_id=self.clerk.id
        )

    def test_made_confidential_later(self):
        """Nothing on the file names the complainant any more, for nobody."""
        with self.env.cr.savepoint() as savepoint:
            self._write_names_everywhere(self.open)
            with self.assertRaises(AssertionError):
                self.assertNoCanaryInDatabase()
            self.open.with_user(self.clerk).confidentiality = "confidential"
            self.assertNoCanaryInDatabase()
            for role in (*ROLES, "employee_user"):
                self.assertNoCanaryRead(getattr(self, role), self.open)
            self.assertIn("反映楼上装修", self.open.description)
            rows = self.env["complaint.log"].search(
                [("ticket_id", "=", self.open.id), ("kind", "=", "redacted")]
            )
            details = " ".join(rows.mapped("details"))
            self.assertIn("helpdesk.ticket.findings", details)
            self.assertIn("mail.message.body", details)
            savepoint.rollback()

    def test_old_papers_go_into_the_vault(self):
        self._accept(self.open)
        voucher = self.open.notice_ids
        paper = voucher.pdf_attachment_id
        digest = voucher.sudo().sha256
        self.assertTrue(paper.with_user(self.handler).raw)
        self.open.with_user(self.clerk).confidentiality = "confidential"
        self.env.invalidate_all()
        for user in (self.clerk, self.handler, self.manager, self.auditor):
            with self.subTest(user=user.login):
                with self.assertRaises(AccessError):
                    paper.with_user(user).read(["raw"])
                self.assertFalse(
                    self.env["ir.attachment"]
                    .with_user(user)
                    .search([("id", "=", paper.id)])
                )
                with self.assertRaisesRegex(UserError, "bears the complainant"):
                    voucher.with_user(user).action_print()
        self._show(self.open)
        self.assertTrue(paper.with_user(self.custodian).raw)
        voucher.with_user(self.custodian).action_print()
        contents, changed = voucher.with_user(self.custodian)._frozen_papers()
        self.assertFalse(changed)
        self.assertEqual(voucher.sudo().sha256, digest)
        self.assertTrue(contents)

    def test_new_papers_bear_the_pseudonym(self):
        self.open.with_user(self.clerk).confidentiality = "confidential"
        self._accept(self.open)
        self.assertNoCanaryInFiles(self.open.notice_ids.pdf_attachment_id)

    def test_anonymous_forgets(self):
        self._accept(self.secret)
        self._change_level(self.secret, "anonymous")
        identity = self.secret.sudo().identity_ids
        self.assertFalse(identity.name or identity.phone or identity.vault)
        self.assertEqual(
            self.secret.with_user(self.clerk).complainant_name,
            f"Anonymous complainant of {self.secret.number}",
        )
        with self.assertRaises(UserError):
            self._show(self.secret).action_show_identity("Why.")

    def test_anonymous_not_everywhere(self):
        self.regulation.allow_anonymous = False
        with self.assertRaisesRegex(UserError, "no anonymous"):
            self.secret.with_user(self.clerk).action_change_confidentiality(
                "anonymous", "She asked for it."
            )

    def test_respondents_keep_their_name(self):
        """A colleague who complains about himself is not taken out of the file."""
        ticket = self._complaint(
            confidentiality="open",
            complainant_name="Wang Wei",
            respondent_ids=self._respondent(),
        )
        ticket.with_user(self.clerk).confidentiality = "confidential"
        self.assertEqual(ticket.respondent_ids.name, "Wang Wei")
