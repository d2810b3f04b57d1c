from freezegun import freeze_time

from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import ComplaintCommon


@tagged("post_install", "-at_install")
class TestFollowUp(ComplaintCommon):
    """R09 5.6, R14 4: solved cases are followed up, and reopened if they are not."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.regulation.write({"follow_up_days": 30, "follow_up_rounds": 2})

    def _closed(self, **vals):
        return self._to(self._complaint(**vals), "closed")

    def _done(self, item, **vals):
        item = item.with_user(self.clerk)
        item.write({"result": "satisfied", "solved": "yes", **vals})
        item.action_done()

    def test_interval(self):
        with freeze_time("2026-11-02 02:00:00"):
            ticket = self._closed()
        # 2 December 2026 is a Wednesday
        self.assertEqual(str(ticket.follow_up_ids.due_date), "2026-12-02")
        with freeze_time("2026-11-06 02:00:00"):
            other = self._closed()
        # 6 December 2026 is a Sunday
        self.assertEqual(str(other.follow_up_ids.due_date), "2026-12-07")

    def test_rounds(self):
        ticket = self._closed()
        self._done(ticket.follow_up_ids)
        self.assertEqual(ticket.follow_up_ids.mapped("round"), [1, 2])
        self._done(ticket.follow_up_ids[1])
        self.assertEqual(len(ticket.follow_up_ids), 2)
        self.assertFalse(ticket.reopen_proposed)

    def test_none_asked_for(self):
        self.regulation.follow_up_days = 0
        self.assertFalse(self._closed().follow_up_ids)

    def test_whoever_is_dissatisfied_before_closing_is_not_forgotten(self):
        """R09 5.6: the step of the case proposes it as later rounds do."""
        self.regulation.gate_follow_up = True
        ticket = self._to(self._complaint(), "notified")
        self._release_papers(ticket)
        ticket.notice_ids.with_user(self.clerk).action_serve(
            delivery="post", note="RX 1"
        )
        case = ticket.with_user(self.clerk)
        case.action_follow_up("Still not removed.", "dissatisfied")
        self.assertTrue(ticket.reopen_proposed)
        self.assertIn(
            "Somebody is not satisfied: reopen the case?",
            ticket.activity_ids.mapped("summary"),
        )
        with self.assertRaisesRegex(UserError, "not satisfied: a leader closes it"):
            case.action_close()
        ticket.with_user(self.leader).action_close()
        desk = self.env["helpdesk.ticket"].with_user(self.leader)
        self.assertIn(ticket, desk.search(desk._desk_domain("to_reopen")))

    def test_unsolved_ones_are_proposed_for_reopening(self):
        for vals in (
            {"solved": "no"},
            {"solved": "again"},
            {"result": "dissatisfied"},
        ):
            ticket = self._closed()
            self._done(ticket.follow_up_ids, **vals)
            with self.subTest(vals=vals):
                self.assertTrue(ticket.reopen_proposed)
                self.assertEqual(len(ticket.follow_up_ids), 1)
        desk = self.env["helpdesk.ticket"].with_user(self.leader)
        self.assertIn(ticket, desk.search(desk._desk_domain("to_reopen")))
        ticket.with_user(self.leader).action_reopen("The noise is back.")
        self.assertFalse(ticket.reopen_proposed)
        self.assertEqual(ticket.phase, "investigating")

    def test_reopening_ends_the_plan_and_closing_makes_a_new_one(self):
        ticket = self._closed()
        ticket.with_user(self.leader).action_reopen("New facts.")
        self.assertEqual(ticket.follow_up_ids.state, "skipped")
        case = ticket.with_user(self.handler)
        case.action_submit_findings()
        self._draft(ticket)
        self._notify(ticket)
        self._close(ticket)
        planned = ticket.follow_up_ids.filtered(lambda item: item.state == "planned")
        self.assertEqual(planned.round, 1)

    def test_archived_cases_too(self):
        ticket = self._closed()
        ticket.with_user(self.clerk).action_archive()
        self._done(ticket.follow_up_ids, solved="again")
        desk = self.env["helpdesk.ticket"].with_user(self.leader)
        self.assertIn(ticket, desk.search(desk._desk_domain("to_reopen")))

    def test_what_was_said_is_needed(self):
        item = self._closed().follow_up_ids.with_user(self.clerk)
        with self.assertRaises(UserError):
            item.action_done()
        item.result = "satisfied"
        with self.assertRaises(UserError):
            item.action_done()
        item.result = "unreachable"
        item.action_done()
        self.assertEqual((item.state, item.user_id), ("done", self.clerk))

    def test_result_back_to_the_resident(self):
        """R14 4: the resident is told."""
        ticket = self._closed()
        self._done(ticket.follow_up_ids, answer="Thank you, we keep an eye on it.")
        told = self.env.ref("community_complaint.mt_to_complainant")
        self.assertEqual(ticket.message_ids[0].subtype_id, told)
        self.assertIn("keep an eye", ticket.message_ids[0].body)

    def test_done_is_done(self):
        item = self._closed().follow_up_ids.with_user(self.clerk)
        with self.assertRaises(UserError):
            item.state = "done"
        self._done(item, score="4")
        for vals in ({"score": "5"}, {"state": "planned"}):
            for record in (item, item.sudo()):
                with self.subTest(vals=vals), self.assertRaises(UserError):
                    record.write(vals)
        self.assertEqual(item.ticket_id.follow_up_result, "satisfied")

    def test_the_step_is_on_the_list(self):
        self.regulation.gate_follow_up = True
        ticket = self._to(self._complaint(), "notified").with_user(self.clerk)
        ticket.notice_ids.action_serve(delivery="post", note="RX 1")
        ticket.action_follow_up("Called, is content.", "satisfied")
        self.assertEqual(
            (ticket.follow_up_ids.round, ticket.follow_up_ids.state), (0, "done")
        )
        ticket.action_close()
        planned = ticket.follow_up_ids.filtered(lambda item: item.state == "planned")
        self.assertEqual(planned.round, 1)

    def test_desk_lists_what_is_due(self):
        with freeze_time("2026-03-02 02:00:00"):
            ticket = self._closed()
        desk = self.env["helpdesk.ticket"].with_user(self.clerk)
        due = self.env["complaint.follow.up"].with_user(self.clerk)
        self.assertIn(
            ticket.follow_up_ids, due.search(desk._desk_domain("to_follow_up"))
        )
        fresh = self._closed().follow_up_ids
        self.assertNotIn(fresh, due.search(desk._desk_domain("to_follow_up")))
