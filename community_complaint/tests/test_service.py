"""Ways of service and what proves each: 留置送达, 拒收, 公告送达, a call, the post."""

from datetime import timedelta
from unittest.mock import patch

from freezegun import freeze_time

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import tagged

from ..tools.duties import PUBLIC_DAYS
from .common import ComplaintCommon

PICTURE = b"the door, and the paper on it"


@tagged("post_install", "-at_install")
class TestService(ComplaintCommon):
    """A result notice to the complainant and one to the respondent; R01 5.3 runs."""

    def setUp(self):
        super().setUp()
        self.regulation.gate_hearing = False
        self.ticket = self._complaint(respondent_ids=self._respondent())
        self._release_papers(self._to(self.ticket, "notified"))
        results = self.ticket.notice_ids.filtered(lambda item: item.kind == "result")
        self.paper = results.filtered(lambda item: item.addressee == "respondent")
        self.paper = self.paper.with_user(self.clerk)
        other = (results - self.paper).with_user(self.clerk)
        other.action_serve(delivery="post", note="RX 1")
        self.waiting = self.paper.dispatch_ids.with_user(self.clerk)
        self.clock = self.ticket.deadline_ids.filtered(lambda x: x.clause == "5.3")
        self.assertEqual((self.paper.state, self.clock.state), ("issued", "running"))

    def _picture(self):
        files = self.env["ir.attachment"].with_user(self.clerk)
        return files.create({"name": "door.jpg", "raw": PICTURE})

    def _days_later(self, days):
        """Run the scheduled action some days later, at the office's noon."""
        today = self.ticket._office_date()
        committed = patch.object(
            type(self.env["ir.cron"]), "_commit_progress", return_value=60
        )
        with freeze_time(today + timedelta(days=days, hours=4)), committed:
            self.env["complaint.dispatch"]._cron_deliver()

    def assertServed(self, proof):
        self.assertEqual(self.paper.state, "served")
        self.env.invalidate_all()
        last = self.paper.dispatch_ids.sorted("attempt")[-1:]
        self.assertEqual(last.proof, proof)
        self.assertIn(self.clock.state, ("met", "met_late"))

    # ----------------------------------------------------------------------
    # What each way needs
    # ----------------------------------------------------------------------

    def test_left_at_the_address(self):
        """留置送达: a picture of where it is, and who saw it."""
        text = "Left it on the table; she would not sign."
        for lacking, more in (
            ("scan or a picture", {"person_name": "Wang Wei"}),
            ("Name the witness", {"attachments": self._picture()}),
        ):
            for serve in (
                lambda **vals: self.paper.action_serve(note=text, **vals),
                lambda **vals: self.waiting.action_prove(text, **vals),
            ):
                with self.assertRaisesRegex(UserError, lacking):
                    serve(delivery="left", **more)
        self.paper.action_serve(
            delivery="left",
            note=text,
            attachments=self._picture(),
            person_name="Wang Wei",
        )
        self.assertServed(f"{text} Witness: Wang Wei.")

    def test_a_call(self):
        """A call serves with the person and the hour."""
        for lacking, more in (
            ("whom you talked to", {}),
            ("At what time|at what time", {"person_name": "Zhao Yi"}),
        ):
            with self.assertRaisesRegex(UserError, lacking):
                self.paper.action_serve(delivery="phone", note="Read out.", **more)
        for rubbish in (25, -1, "ten", [1]):
            with self.assertRaises(UserError):
                self.paper.action_serve(delivery="phone", note="x1", hour=rubbish)
        self.paper.action_serve(
            delivery="phone", note="Read out.", person_name="Zhao Yi", hour=10.5
        )
        self.assertServed("Read out. Talked to Zhao Yi at 10:30.")

    def test_the_post(self):
        with self.assertRaisesRegex(UserError, "number under which the carrier"):
            self.paper.action_serve(delivery="post", note="Posted.")
        with self.assertRaisesRegex(UserError, "number under which the carrier"):
            self.waiting.action_post("Posted.")
        self.waiting.action_post("RX 12")
        self.assertEqual(self.paper.state, "issued", "on its way only")
        self.waiting.action_prove("RX 12: signed for.")
        self.assertServed("RX 12: signed for.")

    def test_the_postman_brings_it_back(self):
        """拒收: the carrier's mark proves it, there is no other witness."""
        self.waiting.action_post("RX 12")
        with self.assertRaisesRegex(UserError, "scan or a picture"):
            self.waiting.action_refuse("RX 12: refused.")
        self.waiting.action_refuse("RX 12: refused.", None, self._picture())
        self.assertServed("RX 12: refused.")

    def test_the_dialogs_ask_for_it(self):
        """Who chooses the way is asked for what proves it."""
        action = self.paper.action_record_service()
        dialog = self.env[action["res_model"]].browse(action["res_id"])
        shown = {}
        for way in ("hand", "left", "phone", "public"):
            dialog.with_user(self.clerk).delivery = way
            shown[way] = (dialog.with_witness, dialog.with_talk)
        self.assertEqual(
            shown,
            {
                "hand": (False, False),
                "left": (True, False),
                "phone": (True, True),
                "public": (False, False),
            },
        )
        action = self.waiting.action_refuse()
        dialog = self.env[action["res_model"]].browse(action["res_id"])
        self.assertEqual((dialog.with_witness, dialog.with_talk), (True, False))
        self._answer(
            action,
            self.clerk,
            text="Shut the door.",
            person_name="Wang Wei",
            attachment_ids=self._picture().ids,
        )
        self.assertServed("Shut the door. Witness: Wang Wei.")

    # ----------------------------------------------------------------------
    # 公告送达
    # ----------------------------------------------------------------------

    def _put_up(self, way):
        """Put the paper up by one of the two doors: its row, or the paper."""
        text = "Board of the committee; he moved away, nobody knows where to."
        if way == "dispatch":
            self.waiting.action_announce(text, None, self._picture())
        else:
            self.paper.action_serve(
                delivery="public", note=text, attachments=self._picture()
            )
        return self.paper.dispatch_ids[:1]

    def test_put_up_in_public(self):
        """It serves thirty days later, by itself, and nobody is chased before."""
        with self.assertRaisesRegex(UserError, "30 days later"):
            self.waiting.action_prove("Up.", None, self._picture(), "public")
        for way in ("dispatch", "paper"):
            with self.subTest(way), self.env.cr.savepoint() as kept:
                hanging = self._put_up(way)
                day = hanging.proof_date
                self.assertEqual((hanging.channel, hanging.state), ("public", "sent"))
                self.assertEqual(hanging.proof_attachment_ids.raw, PICTURE)
                self.assertEqual(self.paper.state, "issued")
                self._days_later(PUBLIC_DAYS - 1)
                self.assertEqual((hanging.state, self.clock.state), ("sent", "running"))
                self.assertFalse(hanging.chased_date)
                self._days_later(PUBLIC_DAYS)
                self.assertEqual(hanging.state, "delivered")
                self.assertEqual(
                    self.paper.served_date, day + timedelta(days=PUBLIC_DAYS)
                )
                self.assertEqual(self.clock.done_date, self.paper.served_date)
                kept.rollback()
                self.env.invalidate_all()

    def test_one_that_fails_keeps_nobody_up(self):
        """What hangs out is looked at one by one, and so is what waits for a proof."""
        hanging = self._put_up("dispatch")
        broken = patch.object(
            type(hanging), "_do_step", side_effect=ValueError("of Wang Wei")
        )
        logger = "odoo.addons.community_complaint"
        with broken, self.assertLogs(logger, "WARNING") as logs:
            self._days_later(PUBLIC_DAYS)
        self.assertNotIn("Wang Wei", "".join(logs.output))
        self.assertEqual(hanging.state, "sent")
        self.assertTrue(hanging.chased_date, "somebody is told")
        self._days_later(PUBLIC_DAYS)
        self.assertEqual(hanging.state, "delivered")

    def test_a_run_chases_so_many_and_no_more(self):
        other = self._complaint(complainant_email="han@resident.example")
        other.action_accept()
        cases = self.ticket | other
        waiting = cases.notice_ids.dispatch_ids.filtered(
            lambda item: item.state == "queued"
        )
        module = "odoo.addons.community_complaint.models.complaint_dispatch_delivery"
        domain = [("id", "in", waiting.ids)]
        both = patch.object(
            type(waiting), "_waiting_domains", return_value=(domain, domain)
        )
        self.assertGreater(len(waiting), 1)
        with patch(f"{module}._BATCH", 1), both:
            waiting._chase_unproven()
        self.assertEqual(len(waiting.filtered("chased_date")), 1)

    def test_put_up_without_a_picture(self):
        for serve in (
            lambda: self.waiting.action_announce("On the board."),
            lambda: self.paper.action_serve(delivery="public", note="On the board."),
        ):
            with self.assertRaisesRegex(UserError, "scan or a picture"):
                serve()

    def test_whoever_comes_for_it_is_served_then(self):
        self._put_up("dispatch")
        self.paper.action_serve(note="He came.", attachments=self._picture())
        self.assertServed("He came.")
        self.assertEqual(self.paper.served_date, self.ticket._office_date())
        self._days_later(PUBLIC_DAYS)
        self.assertEqual(self.paper.served_date, self.ticket._office_date())

    def test_an_office_a_day_ahead(self):
        """The thirtieth day begins where the office is."""
        hanging = self._put_up("dispatch")
        until = hanging._announced_until()
        committed = patch.object(
            type(self.env["ir.cron"]), "_commit_progress", return_value=60
        )
        # 0:30 in Shanghai is the day before in UTC
        with freeze_time(fields.Datetime.to_datetime(until) - timedelta(hours=7.5)):
            with committed:
                self.env["complaint.dispatch"]._cron_deliver()
            self.assertEqual(self.ticket._office_date(), until)
        self.assertEqual(hanging.state, "delivered")
