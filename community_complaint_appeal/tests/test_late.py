from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import AppealCommon


@tagged("post_install", "-at_install")
class TestLate(AppealCommon):
    """An appeal after its window is not lost: it is dismissed with a paper, or admitted."""

    def _late(self):
        ticket = self._served()
        self.go(6)
        return self._filed(ticket)

    def test_filed_all_the_same(self):
        appeal = self._late()
        self.assertTrue(appeal.is_late)
        self.assertEqual(appeal.state, "filed")
        self.assertTrue(appeal.number)

    def test_the_last_minute_is_in_time(self):
        ticket = self._served()
        self.go(6)
        appeal = self._draft_appeal(ticket, filed_date="2026-03-05 15:59:59")
        self.assertFalse(appeal.is_late)
        self.assertTrue(
            self._draft_appeal(ticket, filed_date="2026-03-05 16:00:00").is_late
        )

    def test_nobody_reviews_it_before_it_is_admitted(self):
        appeal = self._late()
        with self.assertRaises(UserError) as caught:
            appeal.with_user(self.leader).action_assign(self.reviewer)
        self.assertIn("Dismiss it as time-barred or admit", str(caught.exception))

    def test_admitted(self):
        appeal = self._late()
        with self.assertRaises(UserError):
            appeal.with_user(self.clerk).action_admit_late("She was in hospital.")
        appeal.with_user(self.leader).action_admit_late("She was in hospital.")
        self.assertEqual(appeal.admitted_by_id, self.leader)
        self.assertEqual(appeal.late_reason, "She was in hospital.")
        appeal.with_user(self.leader).action_assign(self.reviewer)
        self.assertEqual(appeal.state, "under_review")

    def test_admitted_once_and_only_late_ones(self):
        appeal = self._late()
        appeal.with_user(self.leader).action_admit_late("She was in hospital.")
        for name in ("admit_late", "dismiss_late"):
            with self.subTest(name), self.assertRaises(UserError):
                getattr(appeal.with_user(self.leader), f"action_{name}")("Again.")
        self.go(2)
        timely = self._filed()
        for name in ("admit_late", "dismiss_late"):
            with self.subTest(name), self.assertRaises(UserError) as caught:
                getattr(timely.with_user(self.leader), f"action_{name}")("Because.")
            self.assertIn("in time", str(caught.exception))

    def test_dismissed_with_a_paper(self):
        appeal = self._late()
        appeal.with_user(self.leader).action_dismiss_late("It came on Friday.")
        self.assertEqual(appeal.state, "dismissed")
        self.assertEqual(appeal.dismissal, "time_barred")
        notice = appeal.notice_ids
        self.assertEqual(
            (notice.kind, notice.addressee), ("appeal_dismissed", "complainant")
        )
        text = self._paper(notice)
        for words in (
            "Notice of Dismissal of the Appeal",
            "clause 5.5",
            "Time-barred",
            f"The appeal was possible until {self._day(3, 5, 'long')}; it reached us on "
            f"{self._day(3, 6, 'long')}.",
            "3 working days, counted from the day after",
            "It came on Friday.",
            appeal.number,
        ):
            self.assertIn(words, text)

    def test_the_reason_is_asked_for(self):
        action = self._late().with_user(self.leader).action_dismiss_late()
        self.assertEqual(self._dialog(action).question, "Reason of Dismissal")

    def test_a_dismissed_appeal_does_not_move_the_ladder(self):
        appeal = self._late()
        appeal.with_user(self.leader).action_dismiss_late("It came on Friday.")
        window = appeal.ticket_id._appeal_window()
        self.assertEqual((window.state, window.level), ("late", self.level))

    def test_inadmissible(self):
        """Only somebody independent says that an appeal need not be looked at."""
        appeal = self._filed()
        with self.assertRaises(UserError):
            appeal.with_user(self.leader).action_dismiss("It is about the weather.")
        appeal.with_user(self.reviewer).action_dismiss("It is about the weather.")
        self.assertEqual(appeal.dismissal, "inadmissible")
        text = self._paper(appeal.notice_ids)
        self.assertIn("Inadmissible", text)
        self.assertIn("It is about the weather.", text)
        self.assertNotIn("The appeal was possible until", text)

    def test_inadmissible_by_its_reviewer(self):
        appeal = self._under_review()
        with self.assertRaises(UserError):
            appeal.with_user(self.manager).action_dismiss("It is about the weather.")
        appeal.action_dismiss("It is about the weather.")
        self.assertEqual(appeal.state, "dismissed")
