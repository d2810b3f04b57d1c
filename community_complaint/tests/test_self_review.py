from datetime import timedelta

from odoo.exceptions import AccessError
from odoo.tests import tagged

from .discipline_common import DisciplineCommon


@tagged("post_install", "-at_install")
class TestSelfReview(DisciplineCommon):
    """R15 8: self-review report, improvement of the department, technical file."""

    def _asked(self):
        ticket = self._deciding()
        self._decide(ticket, "self_review", "technical_file")
        return ticket.sudo().self_review_ids

    def test_a_decision_asks_for_it(self):
        review = self._asked()
        self.assertEqual(review.employee_id.name, "Wang Wei")
        today = review.ticket_id._office_date()
        calendar = self.regulation.calendar_id._complaint_working_calendar()
        self.assertEqual(review.due_date, calendar.add_working_days(today, 5))
        form = review.notice_ids
        self.assertEqual((form.kind, form.addressee), ("self_review", "respondent"))
        self.assertIn("检", form.number)

    def test_once_per_person(self):
        ticket = self._asked().ticket_id
        ticket.decision_ids.measure_line_ids._ask_self_reviews()
        self.assertEqual(len(ticket.sudo().self_review_ids), 1)

    def test_a_line_that_names_nobody_means_the_only_one(self):
        ticket = self._deciding()
        self._decide(ticket, "self_review", respondent_id=False)
        self.assertEqual(
            ticket.sudo().self_review_ids.respondent_id, ticket.respondent_ids
        )

    def test_technical_file_waits_for_it(self):
        review = self._asked()
        entry = review.ticket_id.sudo().discipline_ids
        self.assertEqual(entry.kind, "technical_file")
        officer = entry.with_user(self.discipline)
        officer.action_hear()
        entry.with_user(self.deputy).action_approve()
        self.assertRefused("self-review report of Wang Wei", officer.action_enforce)
        review.with_user(self.handler).action_submit("I did not check the label.")
        officer.action_enforce()
        self.assertEqual(entry.record_id.kind, "technical_file")
        self.assertEqual(entry.record_id.self_review_date, review.submitted_date)

    def test_handed_in_once_and_for_good(self):
        review = self._asked().with_user(self.handler)
        action = review.action_submit()
        self.assertEqual(action["res_model"], "complaint.step.dialog")
        review.action_submit("I did not check the label.")
        self.assertEqual(review.text, "I did not check the label.")
        self.assertEqual(review.submitted_by_id, self.handler)
        self.assertRefused("this step starts from", review.action_submit, "No, I did.")
        for vals in ({"text": "x"}, {"submitted_date": False}, {"due_date": False}):
            for records in (review, review.sudo()):
                self.assertRefused("by hand", records.write, vals)
        self.assertRefused("stays on file", review.sudo().unlink)
        review.write({"improvement": "Two people check every label."})

    def test_improvement_after_the_case_is_closed(self):
        review = self._asked()
        self._to(review.ticket_id, "closed")
        self.assertRefused("is finished", review.write, {"due_date": False})
        review.with_user(self.handler).action_submit("I see it now.")
        review.with_user(self.handler).improvement = "Two people check every label."

    def test_not_asked_for_when_the_case_is_closed(self):
        ticket = self._to(self._complaint(respondent_ids=self._respondent()), "closed")
        vals = {"ticket_id": ticket.id, "respondent_id": ticket.respondent_ids.id}
        reviews = self.env["complaint.self.review"].with_user(self.handler)
        for records in (reviews, reviews.sudo()):
            self.assertRefused("is finished", records.create, vals)

    def test_late(self):
        review = self._asked()
        self.assertFalse(review.is_late)
        review.sudo().due_date = review.ticket_id._office_date() - timedelta(days=1)
        self.assertTrue(review.is_late)
        tiles = self.env["helpdesk.ticket"].with_user(self.handler).get_complaint_desk()
        keys = [tile["key"] for part in tiles["sections"] for tile in part["tiles"]]
        self.assertIn("self_review_late", keys)

    def test_who(self):
        review = self._asked()
        with self.assertRaises(AccessError):
            review.with_user(self.clerk).read(["text"])
        with self.assertRaises(AccessError):
            review.with_user(self.auditor).action_submit("No")
        accused = self._new_user(
            "accused", "community_complaint.group_complaint_discipline"
        )
        review.employee_id.sudo().user_id = accused
        self.assertFalse(review.with_user(accused).search([("id", "=", review.id)]))
