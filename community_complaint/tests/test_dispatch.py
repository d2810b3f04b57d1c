from datetime import timedelta

from psycopg2.errors import UniqueViolation

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import ComplaintCommon


@tagged("post_install", "-at_install")
class TestDispatch(ComplaintCommon):
    """What is told to somebody outside the office, and whether it arrived."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.ticket = cls._complaint()
        cls.ticket.action_accept()
        cls.dispatch = cls._queued().with_user(cls.clerk)

    @classmethod
    def _queued(cls, **vals):
        return cls.env["complaint.dispatch"]._queue(
            [
                {
                    "ticket_id": cls.ticket.id,
                    "addressee": "complainant",
                    "channel": "post",
                    "notice_id": cls.ticket.notice_ids.id,
                    **vals,
                }
            ]
        )

    def test_proven_by_hand(self):
        self.dispatch.action_post("RX 12")
        self.assertEqual(self.dispatch.state, "sent")
        self.assertTrue(self.dispatch.sent_date)
        file = self.env["ir.attachment"].create({"name": "slip.txt", "raw": b"RX 12"})
        today = self.ticket._office_date()
        self.dispatch.action_prove("Signed by the door man.", today, file)
        self.assertRecordValues(
            self.dispatch,
            [
                {
                    "state": "delivered",
                    "proof": "Signed by the door man.",
                    "proof_date": today,
                    "proof_attachment_ids": file.ids,
                }
            ],
        )
        self.assertEqual(
            (file.res_model, file.res_id), (self.dispatch._name, self.dispatch.id)
        )

    def test_a_proof_is_asked_for(self):
        action = self.dispatch.action_prove()
        self.assertEqual(action["res_model"], "complaint.step.dialog")
        self.assertEqual(self.dispatch.state, "queued")

    def test_it_went_another_way(self):
        """The postman's letter was read out by phone; what was posted was posted."""
        action = self.dispatch.action_prove()
        dialog = self.env[action["res_model"]].browse(action["res_id"])
        self.assertEqual((dialog.with_delivery, dialog.delivery), (True, "post"))
        with self.assertRaises(UserError):
            self.dispatch.action_prove("She came by.", delivery="email")
        text = "Read out to her at ten."
        self._answer(action, self.clerk, text=text, delivery="phone")
        self.assertRecordValues(
            self.dispatch, [{"state": "delivered", "channel": "phone", "proof": text}]
        )

    def test_what_was_posted_was_posted(self):
        self.dispatch.action_post("RX 12")
        with self.assertRaises(UserError):
            self.dispatch.action_prove("Read out to Li Lei at ten.", delivery="phone")
        self.dispatch.action_prove("RX 12: signed for.", delivery="post")
        self.assertEqual(self.dispatch.channel, "post")

    def test_a_scan_outlives_the_dialog(self):
        """The browser uploads to the dialog, which is gone when it is confirmed."""
        action = self.dispatch.action_prove()
        scan = (
            self.env["ir.attachment"]
            .with_user(self.clerk)
            .create(
                {
                    "name": "receipt.png",
                    "raw": b"signed",
                    "res_model": action["res_model"],
                    "res_id": action["res_id"],
                }
            )
        )
        files = [Command.link(scan.id)]
        self._answer(action, self.clerk, text="RX 12", attachment_ids=files)
        self.assertEqual(self.dispatch.proof_attachment_ids, scan)
        self.assertEqual(
            (scan.res_model, scan.res_id), (self.dispatch._name, self.dispatch.id)
        )
        self.assertEqual(scan.raw, b"signed")

    def test_day_of_the_proof(self):
        today = self.ticket._office_date()
        for day in (today - timedelta(days=1), today + timedelta(days=1)):
            with self.subTest(day=day), self.assertRaises(UserError):
                self.dispatch.action_prove("Signed.", day)

    def test_what_ended_goes_nowhere(self):
        self.dispatch.action_refuse("Shut the door.", person_name="Wang Wei")
        self.assertEqual(self.dispatch.state, "refused")
        for step in ("post", "prove", "return", "refuse"):
            with self.subTest(step), self.assertRaises(UserError):
                getattr(self.dispatch, f"action_{step}")("Otherwise.")

    def test_who_proves(self):
        for user in (self.auditor, self.custodian):
            with self.subTest(user.login), self.assertRaises(AccessError):
                self.dispatch.with_user(user).action_prove("Signed.")

    def test_nothing_is_written_by_hand(self):
        for dispatch in (self.dispatch, self.dispatch.sudo()):
            for vals in (
                {"state": "read"},
                {"proof": "Signed."},
                {"channel": "portal"},
                {"next_dispatch_id": self.dispatch.id},
            ):
                with self.subTest(vals=vals), self.assertRaises(UserError):
                    dispatch.write(vals)
        with self.assertRaises(UserError):
            self.dispatch.sudo().unlink()
        with self.assertRaises(AccessError):
            self.dispatch.create({"ticket_id": self.ticket.id})

    def test_channels_take_their_own_steps(self):
        with self.assertRaises(AccessError):
            self.dispatch._take("deliver")
        for step, state in (
            ("send", "sent"),
            ("deliver", "delivered"),
            ("read", "read"),
        ):
            self.dispatch._do_step(step)
            self.assertEqual(self.dispatch.state, state)

    def test_the_next_channel(self):
        with self.assertRaises(UserError):
            self.dispatch._try_next("hand")
        self.dispatch._do_step("fail", "No such street.")
        second = self.dispatch.next_dispatch_id
        self.assertEqual(self.dispatch.failure, "No such street.")
        self.assertRecordValues(
            second,
            [
                {
                    "first_id": self.dispatch.id,
                    "attempt": 2,
                    "channel": "hand",
                    "notice_id": self.ticket.notice_ids.id,
                    "state": "queued",
                }
            ],
        )
        with self.assertRaises(UserError):
            self.dispatch._try_next("left")
        second._do_step("fail", "Nobody at home.")
        third = second.next_dispatch_id
        self.assertEqual((third.first_id, third.attempt), (self.dispatch, 3))

    @mute_logger("odoo.sql_db")
    def test_one_next_attempt(self):
        """Two transactions that try again at the same moment make one attempt."""
        self.dispatch._do_step("fail", "Nobody at home.")
        with self.assertRaises(UniqueViolation), self.env.cr.savepoint():
            self.dispatch._follow("left")
