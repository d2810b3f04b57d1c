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
        self.assertEqual(self.voucher.sha256, hashlib.sha256(content).hexdigest())

    def test_issued_notices_do_not_change(self):
        for vals in (
            {"number": "1"},
            {"kind": "result"},
            {"sha256": "0"},
            {"void": True},
        ):
            with self.subTest(vals=vals), self.assertRaises(UserError):
                self.voucher.with_user(self.clerk).write(vals)
        with self.assertRaises(AccessError):
            self.voucher.with_user(self.clerk).unlink()
        with self.assertRaises(UserError):
            self.voucher.sudo().unlink()

    def test_nobody_issues_by_hand(self):
        with self.assertRaises(AccessError):
            self.env["complaint.notice"].with_user(self.leader).create(
                {"ticket_id": self.ticket.id, "kind": "voucher"}
            )

    def test_serving(self):
        self.voucher.with_user(self.clerk).action_serve()
        self.assertEqual(self.voucher.state, "served")
        self.assertEqual(self.voucher.served_date, self.ticket._office_date())
        with self.assertRaises(UserError):
            self.voucher.with_user(self.clerk).served_date = False

    def test_day_entered_on_the_form(self):
        """The day itself closes the field, and is saved all the same."""
        today = self.ticket._office_date()
        with Form(self.voucher.with_user(self.clerk)) as form:
            form.served_date = today
        self.assertEqual(self.voucher.served_date, today)

    def test_date_of_service(self):
        today = self.ticket._office_date()
        for day in (today - timedelta(days=1), today + timedelta(days=1)):
            with self.subTest(day=day), self.assertRaises(UserError):
                self.voucher.with_user(self.clerk).served_date = day

    def test_event_when_the_last_is_served(self):
        self._to(self.ticket, "notified")
        served = []
        self.patch(
            type(self.ticket),
            "_emit_event",
            lambda tickets, event, moment=None: served.append((event, tickets.ids)),
        )
        results = self.ticket.notice_ids.filtered(lambda item: item.kind == "result")
        results[0].with_user(self.clerk).action_serve()
        self.assertFalse(served)
        results[1].with_user(self.clerk).action_serve()
        self.assertEqual(served, [("served", self.ticket.ids)])

    def test_void(self):
        self.voucher.with_user(self.clerk).action_void()
        self.assertEqual(self.voucher.state, "void")
        other = self._complaint()
        self._accept(other)
        other.notice_ids.action_serve()
        with self.assertRaises(UserError):
            other.notice_ids.action_void()

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
        self.ticket.notice_ids.with_user(self.clerk).action_serve()
        moment = self.ticket._served_moment("result")
        self.assertLessEqual(moment, fields.Datetime.now())
