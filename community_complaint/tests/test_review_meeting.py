from datetime import date

from freezegun import freeze_time

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase, tagged

from .common import CANARY, ComplaintCommon
from .discipline_common import DisciplineCommon
from .test_improvement import ImprovementCommon
from .test_meeting import MeetingCommon


@tagged("post_install", "-at_install")
class TestReviewMeeting(MeetingCommon):
    """Attacks of a review on meetings, taken as the user who would take them."""

    def _discussed(self, **vals):
        case = self._complaint(
            confidentiality="open",
            respondent_ids=self._respondent(self.handler),
            **CANARY,
        )
        return self._held(case_ids=[Command.create({"ticket_id": case.id})], **vals)

    def _tries(self):
        return self.env["complaint.log"].search([("kind", "=", "minutes_checked")])

    def test_review_01_context_approves_nothing(self):
        meetings = self.env["complaint.meeting"].with_user(self.clerk)
        meeting = meetings.with_context(
            default_state="approved",
            default_number="1",
            default_approved_by_id=self.leader.id,
            default_approved_date="2026-11-01 00:00:00",
        ).create(
            {
                "name": "Meeting",
                "regulation_id": self.regulation.id,
                "date": "2026-11-23 06:00:00",
            }
        )
        self.assertEqual(meeting.state, "planned")
        self.assertFalse(meeting.number or meeting.approved_by_id)

    def test_review_07_a_try_is_logged_and_tells_no_place(self):
        """Nothing is raised: an error would take the row of the log back with it."""
        meeting = self._discussed(
            minutes=f"陈一 李雷 {CANARY['complainant_name']} 王伟", agenda="Fine."
        )
        before = self._tries()
        answer = meeting.with_user(self.leader).action_approve()
        self.assertEqual(meeting.state, "held")
        self.assertEqual(answer["params"]["type"], "warning")
        for part in ("Record", "Agenda", "“", CANARY["complainant_name"]):
            self.assertNotIn(part, answer["params"]["message"])
        row = self._tries() - before
        self.assertEqual((row.user_id, row.res_id), (self.leader, meeting.id))
        self.assertNotIn(CANARY["complainant_name"], row.details)
        meeting.minutes = "Fine."
        self.assertTrue(meeting.with_user(self.leader).action_approve())
        self.assertEqual(meeting.state, "approved")
        self.assertEqual(len(self._tries() - before), 2, "what is no hit as well")

    def test_review_07_only_so_many_tries_a_day(self):
        meeting = self._discussed(minutes=CANARY["complainant_name"])
        own = meeting.with_user(self.leader)
        with self.assertRaisesRegex(UserError, "today"):
            for _try in range(50):
                own.action_approve()
        self.assertLess(len(self._tries()), 40)
        with freeze_time("2026-11-25 06:00:00"):
            self.assertIsInstance(own.action_approve(), dict)

    def test_a_list_counts_name_by_name(self):
        """THREATS 46: two lists of twenty are more than one may try on a day."""
        names = [f"赵{sign}" for sign in "甲乙丙丁戊己庚辛壬癸子丑寅卯辰巳午未申"]
        meeting = self._discussed(minutes="、".join([*names, "金丝雀"]))
        own = meeting.with_user(self.leader)
        self.assertIsInstance(own.action_approve(), dict)
        with self.assertRaisesRegex(UserError, "today"):
            own.action_approve()

    def test_review_14_lines_stay_with_their_meeting(self):
        """The ORM asks the rules before a write only."""
        far_rules = self._adopt("regulation_r12")
        far = self._meeting(user=self.manager, regulation_id=far_rules.id)
        meeting = self._discussed(
            question_ids=[Command.create({"name": "Why?"})],
            action_ids=[Command.create({"name": "Mend it"})],
        )
        for lines in (
            meeting.question_ids,
            meeting.action_ids,
            meeting.participant_ids,
            meeting.case_ids,
        ):
            with self.subTest(lines._name), self.assertRaises(UserError):
                lines.with_user(self.leader).write({"meeting_id": far.id})
        hidden = self._complaint()
        self._recuse(hidden.sudo(), self.leader)
        with self.assertRaises(UserError):
            meeting.case_ids.with_user(self.leader).write({"ticket_id": hidden.id})
        planned = self._meeting()
        with self.assertRaises(AccessError), self.cr.savepoint():
            planned.with_user(self.leader).regulation_id = far_rules

    def test_review_17_a_meeting_does_its_own_duty_only(self):
        tasks = self.regulation.duty_ids._open_tasks()
        other = tasks.filtered(lambda task: task.kind == "publication")[:1]
        far = self._adopt("regulation_r08").duty_ids._open_tasks()
        for task in (other, far.filtered(lambda item: item.kind == "meeting")[:1]):
            with self.subTest(task.kind), self.cr.savepoint():
                self.assertTrue(task)
                with self.assertRaises(UserError):
                    self._meeting(duty_task_id=task.id)

    def test_review_20_taken_up_by_the_same_meeting(self):
        other = self._meeting(action_ids=[Command.create({"name": "Secret plan"})])
        meeting = self._meeting(question_ids=[Command.create({"name": "Why?"})])
        with self.assertRaises(UserError) as caught, self.cr.savepoint():
            meeting.question_ids.action_id = other.action_ids
        self.assertNotIn("Secret plan", str(caught.exception))

    def test_review_25_staff_without_a_role_reads_none(self):
        case = self._complaint()
        meeting = self._discussed(
            question_ids=[Command.create({"name": "Why?"})],
            action_ids=[Command.create({"name": "Mend it"})],
        )
        case.with_user(self.handler).action_record_for_improvement()
        user = self._new_user("newcomer", "community_complaint.group_complaint_staff")
        self.env.flush_all()
        for model in (
            "complaint.meeting",
            "complaint.meeting.participant",
            "complaint.meeting.question",
            "complaint.meeting.action",
            "complaint.meeting.case",
            "complaint.improvement",
            "complaint.improvement.case",
        ):
            with self.subTest(model):
                records = self.env[model]
                self.assertTrue(records.with_user(self.leader).search([]))
                self.assertFalse(records.with_user(user).search([]))
        self.assertTrue(meeting)


@tagged("post_install", "-at_install")
class TestReviewImprovement(ImprovementCommon):
    """Attacks on improvement tasks."""

    def test_review_01_nobody_stops_proposals(self):
        """A key that comes with the context blocked the real proposal for ever."""
        staff = self.env["hr.employee"].create(
            {"name": "Wang Wei", "company_id": self.company.id}
        )
        task = (
            self.tasks.with_user(self.clerk)
            .with_context(
                default_key_kind="employee",
                default_key=str(staff.id),
                default_employee_id=staff.id,
                default_state="planned",
                default_conflict_user_ids=[Command.set(self.leader.ids)],
            )
            .create({"name": "Task", "regulation_id": self.regulation.id})
        )
        self.assertEqual(
            (task.key_kind, task.key, task.state), ("manual", False, "proposed")
        )
        self.assertFalse(task.employee_id)
        self.assertFalse(task.sudo().conflict_user_ids)

    def test_review_19_only_the_program_says_what_gave_rise(self):
        """Who adds a case later keeps nobody away from the task."""
        case = self._complaint()
        self._recuse(case.sudo(), self.leader)
        task = self.tasks.with_user(self.handler).create(
            {"name": "Task", "regulation_id": self.regulation.id}
        )
        cases = self.env["complaint.improvement.case"].with_user(self.handler)
        vals = {"improvement_id": task.id, "ticket_id": case.id}
        with self.assertRaises(UserError):
            cases.create({**vals, "is_trigger": True})
        line = cases.with_context(default_is_trigger=True).create(vals)
        self.assertFalse(line.is_trigger)
        self.assertEqual(task.with_user(self.leader).search([]) & task, task)

    def test_review_14_a_task_stays_with_its_regulation(self):
        far_rules = self._adopt("regulation_r12")
        task = self.tasks.with_user(self.handler).create(
            {"name": "Task", "regulation_id": self.regulation.id}
        )
        with self.assertRaises(AccessError), self.cr.savepoint():
            task.regulation_id = far_rules


@tagged("post_install", "-at_install")
class TestReviewAnalysis(MeetingCommon):
    """THREATS 25: two analyses that differ by a few cases tell no small number."""

    def _cases(self, count, day, **vals):
        tickets = self.env["helpdesk.ticket"]
        vals["received_date"] = f"{day} 02:00:00"
        return tickets.create([self._vals(**vals) for _index in range(count)])

    def _total(self, first, last):
        return (
            self.env["complaint.analysis"]
            .with_user(self.leader)
            ._figures(self.regulation.with_user(self.leader), first, last)["total"]
        )

    def test_review_15_meetings_are_about_whole_quarters(self):
        for first, last in (
            ("2026-07-01", "2026-09-29"),
            ("2026-07-02", "2026-09-30"),
            ("2026-07-01", "2026-08-31"),
            ("2026-08-01", "2026-10-31"),
        ):
            with self.subTest(last), self.assertRaises(UserError), self.cr.savepoint():
                self._meeting(period_start=first, period_end=last)
        self._meeting(period_start="2026-07-01", period_end="2026-09-30")
        self._meeting(period_start="2025-01-01", period_end="2025-12-31")

    def test_review_15_quarters_of_a_year(self):
        """A year of which one quarter is known: 12 - 9 = 3."""
        self._cases(9, "2025-08-10")
        self._cases(3, "2025-11-10")
        self.assertEqual(self._total(date(2025, 7, 1), date(2025, 9, 30)), "9")
        self.assertEqual(self._total(date(2025, 1, 1), date(2025, 12, 31)), "few")

    def test_review_15_what_was_published_is_known(self):
        """A month that was published, and its quarter: 11 - 9 = 2."""
        self._cases(9, "2025-08-10")
        self._cases(2, "2025-09-10")
        publisher2 = self._new_user(
            "publisher2", "community_complaint.group_complaint_publisher"
        )
        quarter = (date(2025, 7, 1), date(2025, 9, 30))
        self.assertEqual(self._total(*quarter), "11")
        publication = self.env["complaint.publication"].with_user(self.publisher)
        publication = publication.create(
            {
                "regulation_id": self.regulation.id,
                "kind": "month",
                "date_from": "2025-08-01",
            }
        )
        publication.action_check()
        publication.action_approve()
        publication.with_user(publisher2).action_release()
        self.assertEqual(publication.figure_ids[:1].text, "9")
        self.assertEqual(self._total(*quarter), "few")


@tagged("post_install", "-at_install")
class TestReviewSelfReview(DisciplineCommon):
    def test_review_06_respondents_of_other_cases_stay_unknown(self):
        """Neither a new report nor a moved one shows who is accused elsewhere."""
        other = self._deciding()
        self._recuse(other.sudo(), self.handler)
        measure = self._measure("self_review")
        self.regulation.measure_ids = [Command.link(measure.id)]
        ticket = self._deciding()
        self._decide(ticket, "self_review")
        review = ticket.sudo().self_review_ids.with_user(self.handler)
        stranger = other.sudo().respondent_ids
        self._force(stranger, name="Qin Shou")
        with self.assertRaises(UserError) as caught, self.cr.savepoint():
            review.respondent_id = stranger.id
        self.assertNotIn(stranger.name, str(caught.exception))
        case = self._deciding()
        papers = self.env["complaint.notice"].sudo().search_count([])
        with self.assertRaises(UserError) as caught, self.cr.savepoint():
            review.create({"ticket_id": case.id, "respondent_id": stranger.id})
        self.assertNotIn(stranger.name, str(caught.exception))
        self.assertEqual(self.env["complaint.notice"].sudo().search_count([]), papers)
        with self.assertRaises(UserError), self.cr.savepoint():
            review.with_context(default_respondent_id=stranger.id).create(
                {"ticket_id": case.id}
            )


@tagged("post_install", "-at_install")
class TestReviewPages(ComplaintCommon, HttpCase):
    def test_review_24_no_number_is_too_large(self):
        self.authenticate(self.leader.login, self.leader.login)
        for path in (
            "/complaint/meetings/minutes/%s",
            "/complaint/analysis/%s",
            "/complaint/conformance/%s",
        ):
            with self.subTest(path):
                self.assertEqual(self.url_open(path % 2**40).status_code, 404)
