from datetime import date

from odoo.exceptions import AccessError, UserError
from odoo.modules.migration import load_script
from odoo.tests import tagged
from odoo.tools.misc import file_path

from .common import AppealCommon


@tagged("post_install", "-at_install")
class TestSilence(AppealCommon):
    """No answer in time: the way up opens, and its window counts from the last day.

    Accepted on Monday 2 March, an answer within 5 working days: by Monday 9 March.
    """

    def setUp(self):
        super().setUp()
        self._ladder(
            {
                "silence_of": "notified",
                "quantity": 30,
                "unit": "calendar_day",
                "start_event": "served",
            }
        )
        self._policy("accepted", "notified", 5)
        self.case = self._to(self._complaint(), "investigating")

    def _window(self):
        self.env.invalidate_all()
        return self.case.with_user(self.clerk)._appeal_window()

    def _state(self):
        self.env.invalidate_all()
        return self.case.with_user(self.clerk).appeal_state

    def test_the_window_counts_from_the_last_day(self):
        self.go(9, hour=16)
        self.assertEqual((self._window().state, self._state()), ("no_result", "none"))
        self.go(10)
        window = self._window()
        self.assertEqual(self._state(), "open")
        self.assertTrue(window.silent)
        # 30 days after Monday 9 March: Wednesday 8 April
        self.assertEqual(
            (window.start, window.end), (date(2026, 3, 9), date(2026, 4, 8))
        )
        [right, *why] = self.case._appeal_window_sentences(window)
        self.assertIn("time for our answer is over", right)
        self.assertIn("last day for the answer", " ".join(why))
        self.go(date(2026, 4, 9))
        self.assertEqual(self._state(), "late")

    def test_the_clerk_takes_it_down(self):
        self.go(10)
        action = self.case.with_user(self.clerk).action_new_appeal()
        appeal = (
            self.env["complaint.appeal"]
            .with_user(self.clerk)
            .with_context(**action["context"])
            .create({"grounds": "Nobody answers."})
        )
        appeal.action_file()
        self.assertEqual((appeal.state, appeal.is_late), ("filed", False))
        self.assertEqual(appeal.window_end, date(2026, 4, 8))
        self.assertFalse(appeal.notice_id)
        self.assertEqual(self._window().state, "busy")
        with self.assertRaisesRegex(UserError, "not decided yet"):
            self.case.with_user(self.clerk).action_withdraw("Never mind.")

    def test_not_before_the_day_is_over(self):
        self.go(9, hour=16)
        with self.assertRaisesRegex(UserError, "no result yet"):
            self._filed(self.case)
        self.go(10)
        with self.assertRaisesRegex(UserError, "before the time for the answer"):
            self._filed(self.case, filed_date="2026-03-09 03:00:00")

    def test_holds_and_extensions_count(self):
        """Who was told of a later day waits for that day."""
        clock = self.case.deadline_ids.filtered(lambda x: x.end_event == "notified")
        clock.policy_id.sudo().write({"max_extension": 5})
        clock = clock.with_user(self.handler)
        clock.action_extend(5, "working_day", "The expert is ill.")
        clock.with_user(self.leader).action_approve_extension()
        self.go(10)
        self.assertEqual(self._window().state, "no_result")
        self.go(17)
        self.assertEqual(self._window().start, date(2026, 3, 16))

    def test_the_office_goes_on_and_its_answer_has_a_window_of_its_own(self):
        self.go(10)
        appeal = self._filed(self.case)
        self._to(self.case, "notified")
        self._serve(self.case.notice_ids)
        clock = self.case.deadline_ids.filtered(lambda x: x.end_event == "notified")
        self.assertEqual(clock.state, "met_late", "silence was silence")
        appeal.action_withdraw("There is an answer now.")
        window = self._window()
        self.assertFalse(window.silent)
        self.assertEqual(
            (window.start, window.end), (date(2026, 3, 10), date(2026, 4, 9))
        )

    def test_the_outcome_is_an_answer(self):
        """There was no decision to uphold or change: it goes back, and stays late."""
        self.go(10)
        appeal = self._under_review(self.case)
        with self.assertRaisesRegex(UserError, "Nothing was decided yet"):
            appeal.action_draft_decision()
        for outcome in ("upheld", "changed"):
            appeal.write({"outcome": outcome, "reasons": "Go on."})
            with self.assertRaisesRegex(UserError, "no decision that could be"):
                appeal.action_decide()
        appeal.write({"outcome": "remanded"})
        appeal.action_decide()
        self.assertEqual(self.case.phase, "investigating")
        clock = self.case.deadline_ids.filtered(lambda x: x.end_event == "notified")
        self.assertEqual((clock.state, clock.is_overdue), ("running", True))
        paper = self._paper(self._notices(appeal, "appeal_result", "complainant"))
        self.assertIn("no answer in time", paper)
        self.assertIn("owes you an answer", paper)
        self.assertEqual(self._state(), "none", "one silence, one appeal")
        # the answer comes: the ladder begins at its first level
        self._to(self.case, "notified")
        self._serve(self.case.notice_ids)
        window = self._window()
        self.assertEqual((window.state, window.level), ("open", appeal.level_id))

    def test_the_handler_still_writes_the_answer(self):
        self.go(10)
        self._filed(self.case)
        self._to(self.case, "deciding")
        self.env["complaint.decision"].with_user(self.handler).create(
            {
                "ticket_id": self.case.id,
                "conclusion": "substantiated",
                "reasons": "It was so.",
            }
        )

    def test_respondents_wait_for_no_answer(self):
        self._ladder({"silence_of": "notified", "applicant": "both"})
        case = self._complaint(respondent_ids=self._respondent())
        self._to(case, "investigating")
        self.go(10)
        self.assertTrue(case._appeal_window().open)
        self.assertFalse(case._appeal_window(case.respondent_ids).open)

    def test_other_texts_stay_as_they_are(self):
        self._ladder({"quantity": 3})
        self.go(20)
        self.assertEqual(self._window().state, "no_result")

    def test_what_makes_no_sense_is_told(self):
        [first, second] = self._ladder(
            {"silence_of": "followed_up", "name": "First"},
            {"silence_of": "notified", "name": "Second", "sequence": 20},
        )
        known = self.regulation.sla_policy_ids
        known.filtered(lambda item: item.start_event == "appeal_filed").unlink()
        self.assertEqual(self._endless(), [True, True])
        # a limit of the level itself says nothing of the answer below
        limit = self._policy("appeal_filed", "appeal_served", 5, appeal_level=2)
        first.silence_of, second.silence_of = "notified", "appeal_served"
        self.assertEqual(self._endless(), [False, True])
        limit.appeal_level = 1
        self.assertEqual(self._endless(), [False, False])

    def _endless(self):
        """Return per level whether the check says that nothing ends its waiting."""
        texts = [
            t for code, t in self.regulation._faults() if code == "silence_endless"
        ]
        return [any(name in text for text in texts) for name in ("“First”", "“Second”")]

    def test_the_superior_body_is_told_what_there_was(self):
        """Letters and visits 35: forwarded to the body above."""
        self._ladder(
            {
                "silence_of": "notified",
                "authority": "superior",
                "superior_name": "District",
                "quantity": 30,
                "unit": "calendar_day",
            }
        )
        self.go(10)
        appeal = self._filed(self.case)
        self._forward(appeal)
        letter = self._paper(self._notices(appeal, "appeal_referral"))
        self.assertIn("No answer by", letter)
        self.assertIn("There is none: the time for it is over", letter)


@tagged("post_install", "-at_install")
class TestSilenceAbove(AppealCommon):
    """Letters and visits 35 and 36: the body above is silent, the next one is asked.

    The result is served on Monday 2 March; who reviews it has 5 working days.
    """

    def setUp(self):
        super().setUp()
        self.ladder = self._ladder(
            {
                "silence_of": "notified",
                "authority": "superior",
                "superior_name": "District",
                "notify_both": False,
            },
            {
                "sequence": 20,
                "name": "Re-review",
                "authority": "superior",
                "superior_name": "City",
                "silence_of": "appeal_served",
                "quantity": 30,
                "unit": "calendar_day",
                "notify_both": False,
            },
        )
        self._policy("appeal_filed", "appeal_served", 5, appeal_level=1)
        self.case = self._served()
        self.below = self._filed(self.case)
        self._forward(self.below)

    def _window(self):
        self.env.invalidate_all()
        return self.case.with_user(self.clerk)._appeal_window()

    def _above(self):
        """Return the appeal to the city, filed on 10 March."""
        self.go(10)
        self.env.invalidate_all()
        return self._filed(self.case)

    def _own_clock(self, appeal):
        """Return the clock of the decision on an appeal that the text sets."""
        [clock] = appeal.deadline_ids.filtered(
            lambda item: (
                item.end_event == "appeal_served" and item.policy_id.appeal_level
            )
        )
        return clock

    def _record(self, appeal, **vals):
        """Record what a superior body decided on an appeal that lies with it."""
        appeal = appeal.with_user(self.leader)
        appeal.write(
            {
                "superior_number": "No. 9",
                "superior_date": self.case._office_date(),
                "superior_file_ids": self._file(self.leader).ids,
                "reasons": "We looked at it.",
                **vals,
            }
        )
        appeal.action_record()

    def test_the_window_counts_from_the_last_day_for_the_review(self):
        self.go(9, hour=16)
        self.assertEqual(self._window().state, "busy")
        self.go(10)
        window = self._window()
        self.assertEqual((window.level, window.awaited), (self.ladder[1], self.below))
        self.assertEqual(
            (window.start, window.end), (date(2026, 3, 9), date(2026, 4, 8))
        )
        [right, *_why] = self.case._appeal_window_sentences(window)
        self.assertIn("time for the answer of District is over", right)
        self.assertIn("apply to City", right)
        self.assertEqual(self.case.with_user(self.clerk).appeal_state, "open")
        self.go(date(2026, 4, 9))
        self.assertEqual(self._window().state, "late")

    def test_only_who_waits_goes_on(self):
        self.ladder.applicant = "both"
        self.go(10)
        self.env.invalidate_all()
        self.assertEqual(
            self.case._appeal_window(self.case.respondent_ids).state, "busy"
        )

    def test_a_level_that_asks_for_a_notice_stays_shut(self):
        self.ladder[1].silence_of = False
        self.go(10)
        self.assertEqual(self._window().state, "busy")

    def test_not_before_the_day_is_over(self):
        self.go(10)
        with self.assertRaisesRegex(UserError, "before the time for the answer"):
            self._filed(self.case, filed_date="2026-03-09 03:00:00")

    def test_the_appeal_below_makes_room_and_stays_late(self):
        above = self._above()
        self.assertEqual((above.state, above.level_id), ("filed", self.ladder[1]))
        self.assertEqual(above.awaited_id, self.below)
        self.assertEqual(self.below.state, "unanswered")
        clock = self._own_clock(self.below)
        self.assertEqual((clock.state, clock.was_late), ("cancelled", True))
        self.assertEqual(self._window().state, "busy")
        for name in ("overtake", "give_back"):
            with self.assertRaisesRegex(AccessError, "cannot be taken by hand"):
                self.below.with_user(self.manager)._check_step_role(name)

    def test_the_letter_says_what_was_waited_for(self):
        above = self._above()
        self._forward(above)
        letter = self._paper(self._notices(above, "appeal_referral"))
        self.assertIn(f"No answer to {self.below.number} by", letter)
        # what the review was to look at is there
        self.assertNotIn("There is none", letter)
        decision = self.case.decision_ids.filtered(lambda x: x.state == "in_force")
        self.assertIn(decision.reasons, letter)

    def test_the_next_body_decides_in_the_matter(self):
        above = self._above()
        self._forward(above)
        self._record(above, outcome="upheld")
        self.assertEqual((above.state, self.below.state), ("decided", "unanswered"))
        paper = self._paper(self._notices(above, "appeal_result", "complainant"))
        self.assertIn("no answer in time", paper)
        self.assertIn("decision is final", paper)
        self.assertEqual(self._window().state, "final")

    def test_or_gives_it_back_for_the_answer_that_is_owed(self):
        above = self._above()
        self._forward(above)
        self._record(above, outcome="remanded")
        self.assertEqual(self.below.state, "under_review")
        self.assertEqual(self.case.phase, "notified", "the office's result stands")
        paper = self._paper(self._notices(above, "appeal_result", "complainant"))
        self.assertIn("goes back to District, which owes you an answer", paper)
        # somebody asks for it: 30 days
        self.assertEqual(self.below.due_date, date(2026, 4, 9))
        self.assertEqual(self._window().state, "busy", "one silence, one appeal")
        self._serve(above.notice_ids)
        self.go(20)
        self._record(self.below, outcome="upheld")
        self._serve(self.below.notice_ids)
        window = self._window()
        self.assertEqual((window.state, window.level), ("open", self.ladder[1]))
        self.assertEqual(window.notice.appeal_id, self.below)

    def test_who_takes_it_back_waits_on_and_may_go_again(self):
        above = self._above()
        above.action_withdraw("District promised an answer.")
        self.assertEqual(self.below.state, "under_review")
        window = self._window()
        self.assertEqual((window.state, window.awaited), ("open", self.below))

    def test_two_silences_leave_nothing_to_uphold(self):
        case = self._to(self._complaint(), "investigating")
        self._policy("accepted", "notified", 1)
        case = self._to(self._complaint(), "investigating")
        self.go(4)
        below = self._filed(case)
        self._forward(below)
        self.go(12)
        self.env.invalidate_all()
        above = self._filed(case)
        self.assertEqual(above.awaited_id, below)
        self._forward(above)
        letter = self._paper(self._notices(above, "appeal_referral"))
        self.assertIn("There is none: the time for it is over", letter)
        with self.assertRaisesRegex(UserError, "no decision that could be"):
            self._record(above, outcome="upheld")
        self._record(above, outcome="remanded")
        self.assertEqual((below.state, case.phase), ("under_review", "investigating"))

    def test_the_silent_reviewer_does_not_judge_his_silence(self):
        self.ladder.write({"authority": "same_office", "superior_name": False})
        case = self._make_served()
        self._under_review(case)
        self.go(10)
        self.env.invalidate_all()
        above = self._filed(case)
        with self.assertRaisesRegex(UserError, "had a part"):
            above.with_user(self.leader).action_assign(self.reviewer)

    def test_offices_that_adopted_the_text_before_get_it(self):
        """Their second level opens as the first does; an own reading is kept."""
        template = self.env.ref("community_complaint.regulation_xinfang")
        text, own = (
            template.copy({"template_id": template.id, "code": code})
            for code in ("Silent 1", "Silent 2")
        )
        levels = (text + own).appeal_level_ids.sorted("sequence")
        levels.filtered("silence_of").silence_of = False
        text.appeal_level_ids.sorted("sequence")[0].silence_of = "notified"
        self.env.flush_all()
        path = "community_complaint_appeal/migrations/19.0.1.3.0/end-silence.py"
        load_script(file_path(path), "end_silence").migrate(self.env.cr, "19.0.1.2.0")
        self.env.invalidate_all()
        self.assertEqual(
            text.appeal_level_ids.sorted("sequence").mapped("silence_of"),
            ["notified", "appeal_served"],
        )
        self.assertFalse(any(own.appeal_level_ids.mapped("silence_of")))
