from datetime import date

from freezegun import freeze_time

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import tagged

from .test_meeting import MeetingCommon


@tagged("post_install", "-at_install")
class TestMeetingDuty(MeetingCommon):
    """A periodic duty opens a prepared meeting; approving its minutes fulfils it."""

    def _task(self, **vals):
        duty = self.env["complaint.duty"].create(
            {
                "name": "Residents' meeting",
                "regulation_id": self.regulation.id,
                "kind": "meeting",
                "basis": "last",
                "period": 3,
                "period_unit": "month",
                "role": "leader",
                **vals,
            }
        )
        return duty.task_ids

    def _open(self, task):
        action = task.with_user(self.clerk).action_open_meeting()
        return (
            self.env["complaint.meeting"].with_user(self.clerk).browse(action["res_id"])
        )

    def _finish(self, meeting, **vals):
        meeting.write(
            {
                "date": "2026-11-23 06:00:00",
                "minutes": "All well.",
                "participant_ids": [Command.create({"name": "Zhao"})],
                **vals,
            }
        )
        meeting.action_hold()
        return self._approve(meeting)

    def test_prefilled_once(self):
        task = self._task()
        meeting = self._open(task)
        self.assertEqual(meeting.kind, "residents")
        self.assertIn("Questions of the residents", meeting.agenda)
        self.assertEqual(meeting.period_start, date(2026, 7, 1))
        self.assertEqual(meeting.period_end, date(2026, 9, 30))
        self.assertEqual(self._open(task), meeting)
        meeting.action_cancel()
        self.assertNotEqual(self._open(task), meeting)

    def test_approving_fulfils_the_duty(self):
        task = self._task()
        self._finish(self._open(task))
        self.assertIn(task.state, ("done", "done_late"))
        self.assertEqual(task.done_by_id, self.leader)
        self.assertIn("Minutes", task.result)
        upcoming = task.duty_id._open_tasks()
        self.assertEqual(upcoming.due_date, date(2027, 2, 24))

    def test_analysis_of_a_quarter(self):
        """R08 2.2: the quarter's own figures, not before it is over."""
        with freeze_time("2026-08-03 02:00:00"):
            task = self._task(
                basis="period",
                period=1,
                period_unit="quarter",
                meeting_kind="analysis",
            )
        meeting = self._open(task)
        self.assertEqual(meeting.kind, "analysis")
        self.assertEqual(meeting.period_end, date(2026, 9, 30))
        self._finish(meeting)
        self.assertEqual(task.state, "done_late")
        early = self._open(task.duty_id._open_tasks())
        with self.assertRaisesRegex(UserError, "not over yet"):
            self._finish(early)

    def test_other_duties_have_no_meeting(self):
        with self.assertRaises(UserError):
            self._open(self._task(kind="summary"))


@tagged("post_install", "-at_install")
class TestReview(MeetingCommon):
    """R01 art. 9: reviewed every year, with a result on record."""

    def _task(self):
        self.regulation.in_force_date = "2025-12-01"
        duty = self.regulation.duty_ids.filtered(lambda item: item.kind == "review")
        return duty._open_tasks().with_user(self.manager)

    def test_review_leaves_a_record(self):
        task = self._task()
        task.result = "Fits."
        with self.assertRaisesRegex(UserError, "stays as it is or is amended"):
            task.action_done()
        task.review_result = "amend"
        task.action_done()
        review = self.regulation.review_ids
        self.assertEqual(
            (review.date, review.user_id, review.result, review.note, review.version),
            (date(2026, 11, 24), self.manager, "amend", "Fits.", "1"),
        )
        self.assertEqual(self.regulation.next_review_date, date(2027, 12, 1))
        self.assertEqual(review.next_date, date(2027, 12, 1))

    def test_by_a_meeting_with_votes(self):
        task = self._task()
        action = task.action_open_meeting()
        meeting = self.env["complaint.meeting"].browse(action["res_id"])
        self.assertEqual(meeting.kind, "review")
        meeting = meeting.with_user(self.clerk)
        meeting.write(
            {
                "date": "2026-11-23 06:00:00",
                "minutes": "Discussed.",
                "review_result": "keep",
                "votes_for": 31,
                "votes_against": 2,
                "participant_ids": [Command.create({"name": "Zhao"})],
            }
        )
        meeting.action_hold()
        self._approve(meeting)
        review = self.regulation.review_ids
        self.assertEqual((review.result, review.meeting_id), ("keep", meeting))
        self.assertEqual(review.task_id, task)
        text = self._text(meeting._paper("minutes"))
        self.assertIn("31 for, 2 against", text)

    def test_unscheduled_review_moves_the_next_one(self):
        self.regulation.review_years = 1
        meeting = self._held(kind="review", review_result="keep")
        self._approve(meeting)
        self.assertEqual(self.regulation.next_review_date, date(2027, 11, 23))
        self.assertEqual(len(self.regulation.review_ids), 1)

    def test_reviews_are_not_written_by_hand(self):
        reviews = self.env["complaint.regulation.review"].with_user(self.manager)
        self.assertFalse(reviews.has_access("create"))
        self.assertFalse(reviews.has_access("write"))
