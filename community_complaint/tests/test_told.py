"""Told means told: what ends a clock is what reached the other side (DESIGN §9.1)."""

from datetime import timedelta
from unittest.mock import patch

from freezegun import freeze_time

from odoo import Command, fields
from odoo.exceptions import UserError
from odoo.tests import tagged

from ..models.complaint_dispatch_delivery import Undelivered
from ..tools.duties import DELAYS
from .common import ComplaintCommon

SCAN = b"%PDF-1.4 signed"


@tagged("post_install", "-at_install")
class TestTold(ComplaintCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Dispatch = cls.env["complaint.dispatch"]
        cls.ticket = cls._complaint(complainant_email="lilei@resident.example")
        cls.ticket.action_accept()
        cls.voucher = cls.ticket.notice_ids
        cls.told = cls.voucher.dispatch_ids

    def _clock(self, clause, ticket=None):
        clocks = (ticket or self.ticket).deadline_ids
        return clocks.filtered(lambda item: item.clause == clause).sorted("id")[-1:]

    def _deliver(self, error=None):
        """Run the scheduled action with a channel that raises an error, or none."""
        channel = patch.object(
            type(self.Dispatch), "_deliver_email", autospec=True, side_effect=error
        )
        committed = patch.object(
            type(self.env["ir.cron"]), "_commit_progress", return_value=60
        )
        with channel as deliver, committed:
            self.Dispatch._cron_deliver()
        return deliver

    def _scan(self):
        return self.env["ir.attachment"].create({"name": "receipt.pdf", "raw": SCAN})

    # ----------------------------------------------------------------------
    # Told
    # ----------------------------------------------------------------------

    def test_accepting_alone_tells_nobody(self):
        self.assertEqual(self.ticket.phase, "accepted")
        self.assertEqual(self._clock("5.1").state, "running")
        self.assertRecordValues(
            self.told, [{"state": "queued", "channel": "email", "duty": "tell"}]
        )

    def test_handed_to_the_other_side(self):
        self._deliver()
        self.assertEqual(self.told.state, "sent")
        self.assertRecordValues(
            self.voucher, [{"state": "served", "delivery": "email"}]
        )
        self.assertEqual(self._clock("5.1").state, "met")
        self.assertFalse(self._deliver().called, "it was sent twice")

    def test_late_is_late(self):
        with freeze_time(fields.Datetime.now() + timedelta(days=30)):
            self._deliver()
        self.assertEqual(self._clock("5.1").state, "met_late")

    def test_a_bounce_opens_the_clock_again(self):
        self._deliver()
        clock = self._clock("5.1")
        due = clock.due
        self.told._do_step("fail", "550 no such user")
        self.assertRecordValues(
            clock, [{"state": "running", "due": due, "done_moment": False}]
        )
        self.assertRecordValues(self.voucher, [{"state": "issued", "delivery": False}])
        self.env.cr.precommit.run()
        [row] = self.env["complaint.log"].search([("kind", "=", "clock_reopened")])
        self.assertEqual(row.res_id, clock.id)
        following = self.told.next_dispatch_id
        self.assertRecordValues(following, [{"state": "queued", "channel": "hand"}])
        self.assertTrue(self.ticket.activity_ids, "nobody knows of it")

        self.voucher.with_user(self.clerk).action_serve(note="Li Lei signed.")
        self.assertEqual(clock.state, "met")
        self.assertRecordValues(
            following, [{"state": "delivered", "proof": "Li Lei signed."}]
        )
        self.assertEqual(self.told.state, "failed", "its own end is changed")

    def test_refused_and_told(self):
        ticket = self._complaint(complainant_email="han@resident.example")
        ticket.action_refuse("It is a matter of the court.")
        self.assertEqual(self._clock("5.1", ticket).state, "running")
        self._deliver()
        self.assertEqual(self._clock("5.1", ticket).state, "met")

    def test_without_an_address_somebody_is_chased(self):
        ticket = self._complaint()
        ticket.action_accept()
        told = ticket.notice_ids.dispatch_ids
        self.assertEqual(told.channel, "hand")
        self.assertFalse(ticket.activity_ids)
        with freeze_time(fields.Datetime.now() + timedelta(days=3)):
            self._deliver()
        self.assertTrue(told.chased_date)
        self.assertEqual(len(ticket.activity_ids), 1)
        before = ticket.message_ids
        ticket.notice_ids.with_user(self.clerk).action_serve(note="Signed.")
        self.assertFalse(ticket.activity_ids, "there is nothing left to do")
        self.assertIn("It arrived: ", (ticket.message_ids - before)[:1].body)

    def test_the_task_ends_with_the_attempt_that_arrives(self):
        """The e-mail came back, somebody hands it over: their task is done."""
        self._deliver()
        self.told._do_step("fail", "5.1.1")
        self.assertEqual(len(self.ticket.activity_ids), 1)
        following = self.told.next_dispatch_id
        following.with_user(self.clerk).action_prove("To her.", delivery="oral")
        self.assertFalse(self.ticket.activity_ids)

    def test_chosen_way(self):
        ticket = self._complaint(
            complainant_email="han@resident.example", tell_by="post"
        )
        ticket.action_accept()
        self.assertEqual(ticket.notice_ids.dispatch_ids.channel, "post")

    def test_messages_inform_or_answer(self):
        for duty, event in (("tell", "informed"), ("answer", "answered")):
            events = self._noted_events()
            with self.subTest(duty):
                self.ticket.action_write_to_complainant("Tomorrow at nine.", duty=duty)
                self.assertNotIn(event, events)
                self._deliver()
                self.assertIn(event, events)

    def _noted_events(self):
        """Return the list to which the events are added that reach the clocks."""
        model = type(self.env["helpdesk.ticket"])
        emit, events = model._emit_event, []

        def noting(records, event, *args, **kwargs):
            events.append(event)
            return emit(records, event, *args, **kwargs)

        self.patch(model, "_emit_event", noting)
        return events

    # ----------------------------------------------------------------------
    # Served
    # ----------------------------------------------------------------------

    def _results(self):
        """Return the result notices of the case, to both sides, released."""
        self.ticket.respondent_ids = self._respondent()
        self.regulation.gate_hearing = False
        self._release_papers(self._to(self.ticket, "notified"))
        return self.ticket.notice_ids.filtered(lambda item: item.kind == "result")

    def test_a_mail_serves_nobody(self):
        results = self._results()
        self._deliver()
        mailed = results.filtered(lambda item: item.addressee == "complainant")
        self.assertEqual(mailed.dispatch_ids.state, "sent")
        self.assertEqual(mailed.state, "issued")
        self.assertEqual(self._clock("5.3").state, "running")
        mailed.dispatch_ids._do_step("read")
        self.assertRecordValues(mailed, [{"state": "served", "delivery": "email"}])

    def test_service_is_proven(self):
        results = self._results().with_user(self.clerk)
        with self.assertRaisesRegex(UserError, "scan"):
            results.action_serve(note="They signed.")
        with self.assertRaisesRegex(UserError, "proves it"):
            results.action_serve(delivery="post")
        results.action_serve(note="They signed.", attachments=self._scan())
        self.assertEqual(self._clock("5.3").state, "met")
        proofs = results.dispatch_ids.filtered("proof_attachment_ids")
        self.assertEqual(proofs.notice_id, results)

    def test_what_came_back_was_not_served(self):
        results = self._results().with_user(self.clerk)
        results.action_serve(delivery="post", note="RX 1")
        clock = self._clock("5.3")
        self.assertEqual(clock.state, "met")
        back = results[0].dispatch_ids.filtered(lambda item: item.channel == "post")
        back.with_user(self.clerk).action_return("Nobody of that name.")
        self.assertEqual(clock.state, "running")
        self.assertEqual(results.mapped("state").count("issued"), 1)
        with self.assertRaisesRegex(UserError, "not served"):
            self.ticket.action_close()

    def test_a_refusal_is_service(self):
        results = self._results().with_user(self.clerk)
        results[1].action_serve(delivery="post", note="RX 1")
        hand = results[0].dispatch_ids.filtered(lambda item: item.state == "queued")
        hand = hand.with_user(self.clerk)
        said = "Shut the door; Wang Wei saw it."
        for lacking, more in (
            ("scan or a picture", {"person_name": "Wang Wei"}),
            ("Name the witness", {"attachments": self._scan()}),
        ):
            with self.assertRaisesRegex(UserError, lacking):
                hand.action_refuse(said, **more)
        hand.action_refuse("Shut the door.", None, self._scan(), "Wang Wei")
        self.assertEqual(hand.proof, "Shut the door. Witness: Wang Wei.")
        self.assertEqual(set(results.mapped("state")), {"served"})
        self.assertEqual(self._clock("5.3").state, "met")

    def test_void_papers_told_nobody(self):
        """F9: what is owed counts, not what is left."""
        results = self._results()
        self.voucher.with_user(self.clerk).action_serve(note="Li Lei signed.")
        results.with_user(self.leader).action_void("A typo.")
        with self.assertRaisesRegex(UserError, "issue it again"):
            self.ticket.action_close()
        results.with_user(self.clerk).action_issue_again()
        again = self.ticket.notice_ids.filtered(
            lambda item: item.kind == "result" and item.state == "issued"
        )
        self.assertEqual(len(again), len(results))
        self.assertEqual(set(results.dispatch_ids.mapped("state")), {"called_off"})
        self._release_papers(self.ticket)
        again.with_user(self.clerk).action_serve(delivery="post", note="RX 1")
        self.ticket.action_close()
        with self.assertRaisesRegex(UserError, "another paper"):
            results.with_user(self.clerk).action_issue_again()

    def test_the_voucher_is_owed(self):
        """F14: R01 5.1, a case does not close before the voucher reached them."""
        self._results().with_user(self.clerk).action_serve(delivery="post", note="RX 1")
        with self.assertRaisesRegex(UserError, self.voucher.number):
            self.ticket.action_close()
        self._deliver()
        self.ticket.action_close()

    # ----------------------------------------------------------------------
    # Once, and each on its own
    # ----------------------------------------------------------------------

    def _message(self, text):
        """Return the dispatch of a new message to the complainant."""
        self.ticket.action_write_to_complainant(text)
        return self.Dispatch.search([("content", "=", text)])

    def test_a_duty_is_met_once(self):
        events = self._noted_events()
        self._message("Tomorrow at nine.")
        self._deliver()
        message = self.Dispatch.search([("content", "=", "Tomorrow at nine.")])
        message._do_step("deliver")
        message._do_step("read")
        self.assertEqual(events.count("informed"), 1)

    def test_what_did_not_arrive_takes_nothing_back_of_another(self):
        self.regulation.sla_policy_ids = [
            Command.create(
                {
                    "name": "Progress",
                    "quantity": 5,
                    "unit": "working_day",
                    "start_event": "received",
                    "end_event": "informed",
                    "clause": "P",
                }
            )
        ]
        self.ticket = self._complaint(complainant_email="han@resident.example")
        clock = self._clock("P")
        first = self._message("Tomorrow at nine.")
        self._deliver()
        self.assertEqual(clock.state, "met")
        second = self._message("Tomorrow at ten.")
        second._do_step("fail", "550")
        self.assertEqual(clock.state, "met", "it never was told by this one")
        first._do_step("fail", "550")
        self.assertEqual(clock.state, "running")

    def test_a_call_of_yesterday_is_of_yesterday(self):
        self.regulation.sla_policy_ids.filtered(
            lambda item: item.clause == "5.1"
        ).end_event = "informed"
        self.ticket = self._complaint(tell_by="phone")
        call = self._message("Tomorrow at nine.")
        day = self.ticket._office_date() + timedelta(days=1)
        with freeze_time(fields.Datetime.now() + timedelta(days=30)):
            call.with_user(self.clerk).action_prove("Li Lei, at ten.", day)
        self.assertEqual(self._clock("5.1").state, "met")
        self.assertEqual(self._clock("5.1").done_date, day)

    def test_cost_of_many(self):
        """Addresses are read at once, however many cases take a step."""

        def accept(number):
            tickets = self.env["helpdesk.ticket"].concat(
                *(
                    self._complaint(complainant_email=f"r{n}@resident.example")
                    for n in range(number)
                )
            )
            tickets = tickets.browse(tickets.ids).with_user(self.clerk)
            self.env.flush_all()
            self.env.invalidate_all()
            vals_list = [
                {"ticket_id": ticket.id, "addressee": "complainant", "content": "x"}
                for ticket in tickets
            ]
            before = self.env.cr.sql_log_count
            self.Dispatch._queue(vals_list)
            self.env.flush_all()
            return self.env.cr.sql_log_count - before

        accept(1)
        self.assertLessEqual(accept(20), accept(2) + 2)

    # ----------------------------------------------------------------------
    # By a word only
    # ----------------------------------------------------------------------

    def test_what_leaves_by_itself_is_not_told_by_a_word(self):
        told = self.told.with_user(self.clerk)
        for step in ("post", "prove", "refuse"):
            with self.subTest(step), self.assertRaisesRegex(UserError, "by itself"):
                getattr(told, f"action_{step}")("RX 12, Wang Wei saw it.")
        voucher = self.voucher.with_user(self.clerk)
        for way in ("phone", "post", "email"):
            with self.subTest(way), self.assertRaisesRegex(UserError, "proves it"):
                voucher.action_serve(delivery=way, note=".")
        self.assertEqual(self._clock("5.1").state, "running")

    def test_papers_of_ours_and_empty_files_prove_nothing(self):
        results = self._results().with_user(self.clerk)
        empty = self.env["ir.attachment"].create({"name": "receipt.pdf", "raw": b""})
        paper = self.env["ir.attachment"].create(
            {"name": "receipt.pdf", "raw": results[0].sudo().pdf_attachment_id.raw}
        )
        for files in (empty, paper):
            with self.assertRaisesRegex(UserError, "scan"):
                results.action_serve(note="They signed.", attachments=files)

    def test_a_void_paper_serves_nobody(self):
        results = self._results()
        mine = results.filtered(lambda item: item.addressee == "complainant")
        mine.with_user(self.leader).action_void("A typo.")
        (results - mine).with_user(self.clerk).action_serve(
            delivery="post", note="RX 1"
        )
        self.assertEqual(self._clock("5.3").state, "running")

    # ----------------------------------------------------------------------
    # Trouble
    # ----------------------------------------------------------------------

    def test_down_for_an_hour(self):
        start = fields.Datetime.now()
        with freeze_time(start):
            self._deliver(Undelivered("The server does not answer."))
        self.assertRecordValues(
            self.told, [{"state": "queued", "tries": 1, "channel": "email"}]
        )
        with freeze_time(start):
            self.assertFalse(self._deliver().called, "it does not wait")
        with freeze_time(start + timedelta(hours=1)):
            self.assertTrue(self._deliver().called)
        self.assertEqual(self.told.state, "sent")
        self.assertEqual(len(self.voucher.dispatch_ids), 1)

    def test_down_for_good(self):
        moment = fields.Datetime.now()
        for minutes in (0, *DELAYS):
            moment += timedelta(minutes=minutes)
            with freeze_time(moment):
                self._deliver(Undelivered("The server does not answer."))
        self.assertEqual(self.told.state, "failed")
        self.assertEqual(self.told.next_dispatch_id.channel, "hand")
        self.assertTrue(self.ticket.activity_ids)

    def test_no_such_address(self):
        self._deliver(Undelivered("550 no such user", final=True))
        self.assertEqual(self.told.state, "failed")
        self.assertEqual(self._clock("5.1").state, "running")

    def test_one_does_not_keep_the_others(self):
        other = self._complaint(complainant_email="han@resident.example")
        other.action_accept()
        crash = [ValueError("han@resident.example"), None]
        with self.assertLogs("odoo.addons.community_complaint", "WARNING") as logs:
            self._deliver(crash)
        self.assertNotIn("han@", "".join(logs.output))
        both = self.told + other.notice_ids.dispatch_ids
        self.assertEqual(sorted(both.mapped("state")), ["queued", "sent"])
        aside = both.filtered(lambda item: item.state == "queued")
        self.assertTrue(aside.chased_date)
        self.assertFalse(self._deliver().called, "tomorrow again")

    def test_who_does_not_answer_is_asked_once(self):
        for _number in range(3):
            self._complaint(complainant_email="han@resident.example").action_accept()
        down = Undelivered("The server does not answer.", down=True)
        self.assertEqual(self._deliver(down).call_count, 1)
        self.assertEqual(self._deliver().call_count, 3)

    def test_cost(self):
        """Each kind that waits is found by one query, however much was told before."""
        self._deliver()
        self.env.invalidate_all()
        with self.assertQueryCount(5):
            self._deliver()
