import hashlib
from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from .common import ComplaintCommon


@tagged("post_install", "-at_install")
class TestNotice(ComplaintCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.ticket = cls._complaint(respondent_ids=cls._respondent())
        cls.ticket.action_accept()
        cls.voucher = cls.ticket.notice_ids

    def test_voucher(self):
        """R01 5.1: acceptance comes with a voucher."""
        self.assertEqual(self.voucher.kind, "voucher")
        self.assertEqual(self.voucher.addressee, "complainant")
        self.assertEqual(self.voucher.issued_by_id, self.clerk)
        self.assertRegex(self.voucher.number, r"^TS受〔\d{4}〕\d+号$")

    def test_frozen(self):
        attachment = self.voucher.pdf_attachment_id
        content = attachment.sudo().raw
        self.assertTrue(content.startswith(b"%PDF-"))
        self.assertEqual(
            self.voucher.sudo().sha256, hashlib.sha256(content).hexdigest()
        )

    def test_issued_notices_do_not_change(self):
        for vals in (
            {"number": "1"},
            {"kind": "result"},
            {"sha256": "0"},
            {"state": "void"},
            {"served_date": self.ticket._office_date()},
            {"served_note": "Signed."},
            {"delivery": "post"},
        ):
            for voucher in (self.voucher.with_user(self.clerk), self.voucher.sudo()):
                self._assert_sealed(voucher, vals)
        with self.assertRaises(AccessError):
            self.voucher.with_user(self.clerk).unlink()
        with self.assertRaises(UserError):
            self.voucher.sudo().unlink()

    def _assert_sealed(self, notice, vals):
        with self.subTest(vals=vals, su=notice.env.su), self.assertRaises(UserError):
            notice.write(vals)

    def test_nobody_issues_by_hand(self):
        with self.assertRaises(AccessError):
            self.env["complaint.notice"].with_user(self.leader).create(
                {"ticket_id": self.ticket.id, "kind": "voucher"}
            )

    def test_serving(self):
        self.voucher.with_user(self.clerk).action_serve(delivery="post", note="RX 1")
        self.assertEqual(self.voucher.state, "served")
        self.assertEqual(self.voucher.delivery, "post")
        self.assertEqual(self.voucher.served_date, self.ticket._office_date())

    def test_nothing_changes_after_service(self):
        """THREATS 48: neither the day nor the way nor the proof, code included."""
        voucher = self.voucher.with_user(self.clerk)
        voucher.action_serve(delivery="post", note="RX 12")
        for vals in (
            {"served_date": False},
            {"delivery": "hand"},
            {"served_note": "RX 13"},
        ):
            for user in (voucher, voucher.sudo()):
                self._assert_sealed(user, vals)
        voucher.action_serve(delivery="hand", note="RX 13")
        self.assertEqual(
            (self.voucher.delivery, self.voucher.served_note), ("post", "RX 12")
        )

    def test_who_records_service(self):
        for user in (self.auditor, self.custodian):
            with self.subTest(user.login), self.assertRaises(AccessError):
                self.voucher.with_user(user).action_serve(delivery="post", note="RX 1")

    def test_service_recorded_in_the_dialog(self):
        action = self.voucher.with_user(self.clerk).action_record_service()
        dialog = (
            self.env[action["res_model"]].with_user(self.clerk).browse(action["res_id"])
        )
        with Form(dialog, view=action["views"][0][0]) as form:
            self.assertEqual(form.date, str(self.ticket._office_date()))
            form.delivery = "post"
            form.note = "RX 12"
        dialog.action_confirm()
        self.assertRecordValues(
            self.voucher,
            [
                {
                    "state": "served",
                    "served_date": self.ticket._office_date(),
                    "delivery": "post",
                    "served_note": "RX 12",
                }
            ],
        )
        with self.assertRaises(UserError):
            self.voucher.with_user(self.clerk).action_record_service()

    def test_date_of_service(self):
        today = self.ticket._office_date()
        for day in (today - timedelta(days=1), today + timedelta(days=1)):
            with self.subTest(day=day), self.assertRaises(UserError):
                self.voucher.with_user(self.clerk).action_serve(
                    day, delivery="post", note="RX 1"
                )

    def test_event_when_the_last_is_served(self):
        self._to(self.ticket, "notified")
        self._release_papers(self.ticket)
        served = []
        self.patch(
            type(self.ticket),
            "_emit_event",
            lambda tickets, event, moment=None: served.append((event, tickets.ids)),
        )
        results = self.ticket.notice_ids.filtered(lambda item: item.kind == "result")
        results[0].with_user(self.clerk).action_serve(delivery="post", note="RX 1")
        self.assertFalse(served)
        results[1].with_user(self.clerk).action_serve(delivery="post", note="RX 1")
        self.assertEqual(served, [("served", self.ticket.ids)])

    def test_void(self):
        leader = self.voucher.with_user(self.leader)
        self.assertEqual(leader.action_void()["res_model"], "complaint.step.dialog")
        leader.action_void("Misspelt.")
        self.assertEqual(self.voucher.state, "void")
        self.assertEqual(self.voucher.void_reason, "Misspelt.")
        with self.assertRaises(UserError):
            leader.action_void("Again.")

    def test_only_leaders_declare_void(self):
        for user in (self.clerk, self.handler, self.auditor, self.custodian):
            with self.subTest(user.login), self.assertRaises(AccessError):
                self.voucher.with_user(user).action_void("So.")
        self.assertEqual(self.voucher.state, "issued")

    def test_what_was_served_is_not_void(self):
        self.voucher.with_user(self.clerk).action_serve(delivery="post", note="RX 1")
        with self.assertRaises(UserError):
            self.voucher.with_user(self.leader).action_void("So.")

    def test_numbers_go_on(self):
        other = self._complaint()
        self._accept(other)
        first, second = (
            int(notice.number.split("〕")[1].rstrip("号"))
            for notice in (self.voucher, other.notice_ids)
        )
        self.assertEqual(second, first + 1)

    def test_served_moment_is_in_the_past(self):
        self._to(self.ticket, "notified")
        self._release_papers(self.ticket)
        self.ticket.notice_ids.with_user(self.clerk).action_serve(
            delivery="post", note="RX 1"
        )
        moment = self.ticket._served_moment("result")
        self.assertLessEqual(moment, fields.Datetime.now())
