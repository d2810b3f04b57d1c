import base64
import os
import time
from datetime import timedelta
from unittest.mock import patch

from freezegun import freeze_time

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import SQL

from odoo.addons.community_complaint.tests.common import CANARY

from ..tools import receipts
from .test_anonymous import TRACK, AnonymousCommon


@tagged("post_install", "-at_install")
class TestReceipt(AnonymousCommon):
    """Receipt codes: how they are kept, checked, given out again and forgotten."""

    def model(self):
        """Return the model of receipts as the portal uses it."""
        return self.env["complaint.receipt"]

    def open(self, code):
        """Return the receipt that a code opens."""
        return self.model()._find_by_mark(code)._opened_by(code)

    def table(self):
        """Return all rows of the database's tables of ours, as text."""
        self.env.flush_all()
        self.env.cr.execute("SELECT string_agg(t::text, ' ') FROM complaint_receipt t")
        return self.env.cr.fetchone()[0] or ""

    # ----------------------------------------------------------------------
    # How they are kept (THREATS 11)
    # ----------------------------------------------------------------------

    def test_slow_hash(self):
        _case, code = self.file_anonymous()
        row = self.table()
        self.assertNotIn(code, row)
        self.assertIn("$scrypt$ln=14,r=8,p=1$", row)

    def test_code_is_in_no_table(self):
        _case, code = self.file_anonymous()
        self.track(code)
        self.env.flush_all()
        self.env.cr.execute(
            "SELECT table_name FROM information_schema.tables"
            " WHERE table_schema = 'public' AND table_type = 'BASE TABLE'"
        )
        spaced = receipts.show_code(code)
        found = []
        for (table,) in self.env.cr.fetchall():
            self.env.cr.execute(
                SQL(
                    "SELECT 1 FROM %s t WHERE t::text LIKE %s OR t::text LIKE %s",
                    SQL.identifier(table),
                    f"%{code}%",
                    f"%{spaced}%",
                )
            )
            found += [table] * self.env.cr.rowcount
        self.assertFalse(found)

    def test_pepper(self):
        """The mark is an HMAC with a key that is not in the database."""
        key = base64.b64encode(b"k" * 32).decode()
        case = self._complaint(confidentiality="anonymous")
        with patch.dict(os.environ, {"COMPLAINT_IDENTITY_KEYS": f"2026:{key}"}):
            self.model()._issue(case, "1234567890123456")
            found = self.open("1234567890123456")
            self.assertEqual(found.ticket_id, case)
        # with the database alone it cannot be found
        self.assertFalse(self.open("1234567890123456"))

    def test_keys_added_later(self):
        """Codes from before the server had keys still work."""
        case = self._complaint(confidentiality="anonymous")
        self.model()._issue(case, "1234567890123456")
        key = base64.b64encode(b"k" * 32).decode()
        with patch.dict(os.environ, {"COMPLAINT_IDENTITY_KEYS": f"2026:{key}"}):
            found = self.open("1234567890123456")
        self.assertEqual(found.ticket_id, case)

    def test_a_miss_costs_the_same(self):
        """A code nobody has is compared with a dummy: one scrypt each time."""
        case = self._complaint(confidentiality="anonymous")
        self.model()._issue(case, "1234567890123456")
        calls = []
        verify = receipts._scrypt.verify

        def counted(secret, known, **kwargs):
            calls.append(known)
            return verify(secret, known, **kwargs)

        with patch.object(receipts._scrypt, "verify", counted):
            for code in ("1234567890123456", "1234567890123457", None):
                self.open(code)
        self.assertEqual(len(calls), 3)
        self.assertEqual(calls[1], receipts._NOBODYS)
        self.assertEqual(calls[2], receipts._NOBODYS)

    def test_dummy_opens_nothing(self):
        """Even the code behind the dummy hash is nobody's."""
        self.assertTrue(receipts._scrypt.verify("1234567890123456", receipts._NOBODYS))
        self.assertFalse(self.open("1234567890123456"))

    def test_forged_mark(self):
        """Whoever writes a mark into the database still lacks the hash."""
        case = self._complaint(confidentiality="anonymous")
        receipt = self.model()._issue(case, "1234567890123456")
        self._force(receipt, mark=self.model()._marks("6543210987654321")[0])
        self.assertFalse(self.open("6543210987654321"))

    def test_random(self):
        codes = {self.model()._new_code() for _turn in range(200)}
        self.assertEqual(len(codes), 200)
        self.assertEqual({len(code) for code in codes}, {16})

    def test_code_of_a_form(self):
        """It needs the session's secret and the pepper; the form alone is not enough."""
        code = self.model()._code_of_form("secret", "0" * 32)
        self.assertEqual(self.model()._code_of_form("secret", "0" * 32), code)
        self.assertNotEqual(self.model()._code_of_form("other", "0" * 32), code)
        self.assertNotEqual(self.model()._code_of_form("secret", "1" * 32), code)

    # ----------------------------------------------------------------------
    # How long they are good
    # ----------------------------------------------------------------------

    def age(self, receipt, days):
        """Let a receipt be older."""
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE complaint_receipt SET expires_date = expires_date - %s * interval '1 day'"
            " WHERE id = %s",
            (days, receipt.id),
        )
        receipt.invalidate_recordset()

    def test_open_case(self):
        """As long as the office works on it, the code opens it."""
        case, code = self.file_anonymous()
        receipt = case._receipts()
        self.age(receipt, 400)
        self.assertIn(case.number, self.track(code).text)
        self.model()._gc_receipts()
        self.assertTrue(receipt.exists())

    def test_finished_case(self):
        case, code = self.file_anonymous()
        self._to(case, "closed")
        self.age(case._receipts(), 179)
        self.assertIn(case.number, self.track(code).text)
        self.age(case._receipts(), 2)
        self.assertEqual(self.track(code).status_code, 422)
        self.model()._gc_receipts()
        self.assertFalse(case._receipts())

    def test_open_session_ends_with_the_code(self):
        case, code = self.file_anonymous()
        self.track(code)
        self._to(case, "closed")
        self.age(case._receipts(), 181)
        self.assertEqual(self.post(TRACK).status_code, 422)

    def test_messages_postpone(self):
        case, _code = self.file_anonymous()
        for write in (
            lambda: case.sudo()._portal_post("Still there?"),
            lambda: case.with_user(self.clerk).action_write_to_complainant("Yes."),
        ):
            self.age(case._receipts(), 100)
            write()
            left = case._receipts().expires_date - fields.Datetime.now()
            self.assertGreater(left, timedelta(days=179))

    # ----------------------------------------------------------------------
    # Given out by the office
    # ----------------------------------------------------------------------

    def code_of(self, action):
        """Return the code that an action shows."""
        return receipts.clean_code(action["params"]["title"])

    def test_first_at_the_window(self):
        """Who takes down an anonymous complaint hands out its code."""
        case = self._complaint(confidentiality="anonymous")
        code = self.code_of(case.with_user(self.clerk).action_give_receipt())
        self.assertIn(case.number, self.track(code).text)

    def test_first_code_of_what_others_took_down(self):
        """Finding 1.34: whoever has the code of a case acts as its complainant."""
        colleague = self._new_user(
            "colleague2", "community_complaint.group_complaint_clerk"
        )
        self.team.user_ids += colleague
        case = self._complaint(confidentiality="anonymous")
        tomorrow = fields.Datetime.now() + timedelta(days=1)
        with self.assertRaises(AccessError):
            case.with_user(colleague).action_give_receipt()
        with self.assertRaises(AccessError):
            case.with_user(colleague).action_give_receipt("He says so.")
        with freeze_time(tomorrow), self.assertRaises(AccessError):
            case.with_user(self.clerk).action_give_receipt("He is back.")
        by_mail = self._complaint(self.env.user, confidentiality="confidential")
        with self.assertRaises(AccessError):
            by_mail.with_user(self.clerk).action_give_receipt("He is here.")
        self.assertFalse((case + by_mail)._receipts())

    def ask(self, case, reason="Knew the wording."):
        """Ask for a new code as a custodian; return the request."""
        answer = case.with_user(self.custodian).action_give_receipt(reason)
        self.assertEqual(answer["tag"], "display_notification")
        return self.env["complaint.disclosure"].search(
            [("receipt", "=", True)], limit=1
        )

    def test_first_code_by_the_custodian_takes_a_check(self):
        case = self._complaint(confidentiality="anonymous")
        asked = case.with_user(self.custodian).action_give_receipt()
        self.assertEqual(asked["res_model"], "complaint.receipt.wizard")
        self.assertFalse(case._receipts())
        self.ask(case).with_user(self.leader).action_approve_receipt()
        case.with_user(self.custodian).action_give_receipt()
        bodies = " ".join(case.sudo().message_ids.mapped("body"))
        self.assertIn("Knew the wording.", bodies)

    def test_again_takes_two_people(self):
        """1.34: a custodian alone gives out no code; the old one is good until then."""
        case, code = self.file_anonymous()
        with self.assertRaises(AccessError):
            case.with_user(self.clerk).action_give_receipt("He says so.")
        custodian = case.with_user(self.custodian)
        asked = custodian.action_give_receipt()
        self.assertEqual(asked["res_model"], "complaint.receipt.wizard")
        wizard = self.env["complaint.receipt.wizard"].with_user(self.custodian)
        answer = wizard.create(
            {"ticket_id": case.id, "reason": "Knew the wording."}
        ).action_confirm()
        self.assertEqual(answer["tag"], "display_notification")
        request = self.env["complaint.disclosure"].search([], limit=1)
        self.assertIn(case.number, self.track(code).text)
        with self.assertRaisesRegex(UserError, "asked for already"):
            custodian.action_give_receipt("Once more.")
        self.approve(request)
        self.assertIn(case.number, self.track(code).text)
        new = self.code_of(custodian.action_give_receipt())
        self.assertNotEqual(new, code)
        self.assertIn(case.number, self.track(new).text)
        self.assertEqual(self.track(code).status_code, 422)
        self.assertEqual(request.state, "ended")
        self.assertEqual(
            custodian.action_give_receipt()["res_model"], "complaint.receipt.wizard"
        )

    def approve(self, request):
        """Let everybody try who must not approve, then a leader who may."""
        for user in (self.custodian, self.clerk, self.handler):
            with self.subTest(user=user.login), self.assertRaises(UserError):
                request.with_user(user).action_approve_receipt()
        with self.assertRaises(UserError):
            request.with_user(self.leader).action_approve()
        self.assertTrue(request.with_user(self.leader).may_decide_receipt)
        request.with_user(self.leader).action_approve_receipt()

    def test_approval_is_for_who_asked(self):
        case, _code = self.file_anonymous()
        self.ask(case).with_user(self.leader).action_approve_receipt()
        second = self._new_user(
            "second", "community_complaint.group_complaint_custodian"
        )
        answer = case.with_user(second).action_give_receipt()
        self.assertEqual(answer["res_model"], "complaint.receipt.wizard")
        with freeze_time(fields.Datetime.now() + timedelta(days=40)):
            answer = case.with_user(self.custodian).action_give_receipt()
        self.assertEqual(answer["res_model"], "complaint.receipt.wizard")

    def test_refused(self):
        case, code = self.file_anonymous()
        request = self.ask(case)
        request.with_user(self.leader).action_refuse_receipt("Ask for the place.")
        self.assertEqual(request.state, "refused")
        answer = case.with_user(self.custodian).action_give_receipt()
        self.assertEqual(answer["res_model"], "complaint.receipt.wizard")
        self.assertIn(case.number, self.track(code).text)

    def test_a_code_shows_nobody_who_complained(self):
        """Approved is a code, not the name."""
        case = self._complaint(confidentiality="confidential")
        self.ask(case).with_user(self.leader).action_approve_receipt()
        disclosures = self.env["complaint.disclosure"].with_user(self.custodian)
        self.assertFalse(disclosures._in_force(case))

    def test_leaders_read_requests_for_codes_only(self):
        case = self._complaint(confidentiality="confidential")
        request = self.ask(case)
        case.with_user(self.handler).action_request_disclosure("The court asks.")
        seen = self.env["complaint.disclosure"].with_user(self.leader).search([])
        self.assertEqual(seen, request)
        desk = self.env["helpdesk.ticket"].with_user(self.leader)
        action = desk.open_complaint_desk_tile("new_codes")
        self.assertEqual(seen.search(action["domain"]), request)

    def test_a_refusal_by_a_leader_compares_nothing(self):
        """What a leader types is no question to the vault."""
        notes = []
        for name in ("金丝雀", "丁香雪"):
            case = self._complaint(confidentiality="confidential", **CANARY)
            request = self.ask(case)
            request.with_user(self.leader).action_refuse_receipt(f"{name}来过")
            notes.append(request.decision_note.replace(name, "…"))
        self.assertEqual(*notes)

    def test_the_complainant_is_told(self):
        """Where the office writes to, and where it did before somebody changed it."""
        case = self._complaint(confidentiality="confidential", **CANARY)
        self.ask(case).with_user(self.leader).action_approve_receipt()
        told = case.sudo().dispatch_ids
        case.with_user(self.custodian).action_give_receipt()
        [message] = case.sudo().dispatch_ids - told
        self.assertEqual((message.addressee, message.channel), ("complainant", "email"))
        self.assertIn("new receipt code", message.content)
        self.assertNotIn(CANARY["complainant_name"], message.content)
        mails = self.env["mail.mail"].search([("email_to", "ilike", "canary@")])
        self.assertFalse([mail for mail in mails if "receipt code" in mail.body_html])

    def test_nobody_to_tell(self):
        case, _code = self.file_anonymous()
        told = case.sudo().dispatch_ids
        self.ask(case).with_user(self.leader).action_approve_receipt()
        case.with_user(self.custodian).action_give_receipt()
        self.assertEqual(case.sudo().dispatch_ids, told)

    def test_logged(self):
        case, _code = self.file_anonymous()
        self.ask(case).with_user(self.leader).action_approve_receipt()
        action = case.with_user(self.custodian).action_give_receipt()
        self.env.cr.precommit.run()
        rows = self.env["complaint.log"].search(
            [("kind", "=like", "receipt_%"), ("ticket_id", "=", case.id)], order="id"
        )
        self.assertEqual(
            rows.mapped("kind"),
            ["receipt_requested", "receipt_approved", "receipt_given", "receipt_ended"],
        )
        row = rows[2]
        self.assertEqual(row.user_id, self.custodian)
        self.assertIn("Knew the wording.", row.details)
        self.assertIn(self.leader.login, row.details)
        self.assertNotIn(self.code_of(action), row.details)
        bodies = " ".join(case.sudo().message_ids.mapped("body"))
        self.assertIn("Knew the wording.", bodies)
        self.assertNotIn(action["params"]["title"], bodies)

    def test_other_roles(self):
        case = self._complaint(confidentiality="anonymous")
        for role in ("handler", "publisher", "auditor", "discipline"):
            with self.subTest(role=role), self.assertRaises(AccessError):
                case.with_user(getattr(self, role)).action_give_receipt()

    def test_open_cases_need_none(self):
        case = self._complaint(confidentiality="open")
        with self.assertRaises(UserError):
            case.with_user(self.clerk).action_give_receipt()

    # ----------------------------------------------------------------------
    # Time
    # ----------------------------------------------------------------------

    def test_checking_takes_time(self):
        """A guess costs the guesser some hundredths of a second at least."""
        start = time.perf_counter()
        self.open("0" * 16)
        self.assertGreater(time.perf_counter() - start, 0.02)
