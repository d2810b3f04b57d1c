from datetime import date, datetime, timedelta
from unittest.mock import patch

from freezegun import freeze_time

from odoo.exceptions import UserError
from odoo.tests import tagged, warmup
from odoo.tools import format_date

from .common import ComplaintCommon


@tagged("post_install", "-at_install")
class TestDeadline(ComplaintCommon):
    """One clock: dates, reasons, holds, extensions, changes of the calendar."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.regulation.calendar_id = cls.calendar
        cls.policy = cls.regulation.sla_policy_ids.filtered(
            lambda policy: policy.start_event == "received"
        )
        cls.policy.write({"quantity": 5, "max_extension": 5})

    def _clock(self, received="2026-03-02 04:00:00", **vals):
        ticket = self._complaint(received_date=received, **vals)
        return ticket.deadline_ids.filtered(
            lambda deadline: deadline.policy_id == self.policy
        )

    def _day(self, *day):
        return format_date(self.env, date(*day))

    def _holiday(self, first="2026-03-04", last="2026-03-05", name="Festival"):
        # whole days in Shanghai
        return self.env["resource.calendar.leaves"].create(
            {
                "name": name,
                "calendar_id": self.calendar.id,
                "date_from": datetime.fromisoformat(first) - timedelta(hours=8),
                "date_to": datetime.fromisoformat(last) + timedelta(hours=16),
            }
        )

    # ----------------------------------------------------------------------
    # Dates
    # ----------------------------------------------------------------------

    @freeze_time("2026-03-20 04:00:00")
    def test_starts_at_receipt(self):
        """Paper received days ago counts from the day it came."""
        deadline = self._clock()
        self.assertEqual(deadline.start_date, date(2026, 3, 2))
        self.assertEqual(deadline.due_date, date(2026, 3, 9))
        self.assertEqual(deadline.due, datetime(2026, 3, 9, 9), "17:00 in Shanghai")
        self.assertEqual(deadline.reminder_moment, datetime(2026, 3, 6, 0))
        self.assertEqual(deadline.state, "running")
        self.assertEqual(deadline.ticket_id.next_due, deadline.due)
        self.assertEqual(deadline.ticket_id.next_due_date, deadline.due_date)
        self.assertEqual(deadline.company_id, self.company)

    @freeze_time("2026-03-20 04:00:00")
    def test_office_date_at_midnight(self):
        before = self._clock("2026-03-05 15:59:00")
        after = self._clock("2026-03-05 16:00:00")
        self.assertEqual(before.start_date, date(2026, 3, 5))
        self.assertEqual(after.start_date, date(2026, 3, 6))
        self.assertEqual(before.due_date, date(2026, 3, 12))
        self.assertEqual(after.due_date, date(2026, 3, 13))

    @freeze_time("2026-12-20 04:00:00")
    def test_national_day(self):
        self._holiday("2026-10-01", "2026-10-07", "国庆节")
        self.env["complaint.working.day"].create(
            {
                "calendar_id": self.calendar.id,
                "date": "2026-10-10",
                "name": "国庆节（调休上班）",
            }
        )
        deadline = self._clock("2026-09-30 04:00:00")
        self.assertEqual(deadline.due_date, date(2026, 10, 13))
        story = deadline.explanation_text
        self.assertIn(f"to {self._day(2026, 10, 7)} do not count: 国庆节", story)
        self.assertIn(f"{self._day(2026, 10, 10)} counts as a working day", story)
        self.assertIn(f"The last day is {self._day(2026, 10, 13)}, until 17:00.", story)

    @freeze_time("2026-03-20 04:00:00")
    def test_broken_calendar_keeps_the_complaint(self):
        self.calendar.attendance_ids.unlink()
        deadline = self._clock()
        self.assertFalse(deadline.due)
        self.assertIn("no working days", deadline.explanation_text)
        self.assertFalse(deadline.is_overdue)
        self.env["resource.calendar.attendance"].create(
            {
                "name": "Monday",
                "calendar_id": self.calendar.id,
                "dayofweek": "0",
                "hour_from": 8,
                "hour_to": 12,
            }
        )
        self.env.cr.precommit.run()
        self.assertEqual(deadline.due_date, date(2026, 4, 6))
        self.assertFalse(deadline.problem)

    def test_explanation_in_the_readers_language(self):
        self.env["res.lang"]._activate_lang("zh_CN")
        with freeze_time("2026-03-20 04:00:00"):
            deadline = self._clock()
        sentences = deadline._explanation_sentences("zh_CN")
        self.assertEqual(len(sentences), len(deadline._explanation_sentences("en_US")))
        self.assertIn(format_date(self.env, date(2026, 3, 9), "zh_CN"), sentences[-1])

    # ----------------------------------------------------------------------
    # Chips
    # ----------------------------------------------------------------------

    def _chips(self, deadline, moment):
        with freeze_time(moment):
            deadline.invalidate_recordset(["chip_state", "is_overdue"])
            ticket = deadline.ticket_id
            ticket.invalidate_recordset(["next_due_state"])
            found = [
                key
                for key in ("running", "close", "overdue", "on_hold", "met", "met_late")
                if ticket.search_count(
                    [("id", "=", ticket.id), ("next_due_state", "=", key)]
                )
            ]
            self.assertEqual(found, [ticket.next_due_state])
            self.assertEqual(
                deadline.is_overdue,
                deadline in deadline.search([("is_overdue", "=", True)]),
            )
            return deadline.chip_state

    def test_chips(self):
        with freeze_time("2026-03-02 04:00:00"):
            deadline = self._clock()
        self.assertEqual(self._chips(deadline, "2026-03-05 23:00:00"), "running")
        self.assertEqual(self._chips(deadline, "2026-03-06 00:00:00"), "close")
        self.assertEqual(self._chips(deadline, "2026-03-09 09:00:00"), "close")
        self.assertEqual(self._chips(deadline, "2026-03-09 09:00:01"), "overdue")
        with freeze_time("2026-03-09 10:00:00"):
            deadline.ticket_id.with_user(self.clerk).action_withdraw("Settled")
        self.assertEqual(
            self._chips(deadline, "2026-03-10 09:00:00"),
            "cancelled_late",
            "late stays late",
        )

    def test_cancelled_in_time(self):
        with freeze_time("2026-03-02 04:00:00"):
            deadline = self._clock()
            deadline.ticket_id.with_user(self.clerk).action_withdraw("Settled")
        self.assertEqual(deadline.chip_state, "cancelled")
        self.assertFalse(deadline.ticket_id.next_due_state)

    # ----------------------------------------------------------------------
    # Holds
    # ----------------------------------------------------------------------

    def test_hold_and_resume(self):
        with freeze_time("2026-03-02 04:00:00"):
            deadline = self._clock().with_user(self.handler)
        with freeze_time("2026-03-04 04:00:00"):
            deadline.action_hold("Waiting for an expert")
            self.assertEqual(deadline.state, "on_hold")
            self.assertFalse(deadline.due)
            self.assertFalse(deadline.ticket_id.next_due)
            self.assertEqual(deadline.ticket_id.next_due_state, "on_hold")
            self.assertIn("stands still", deadline.explanation_text)
        with freeze_time("2026-03-06 04:00:00"):
            deadline.action_resume()
        self.assertEqual(deadline.due_date, date(2026, 3, 11))
        self.assertEqual(deadline.state, "running")
        self.assertEqual(deadline.ticket_id.next_due, deadline.due)
        self.assertIn("(2 working days): Waiting", deadline.explanation_text)
        logged = "".join(deadline.ticket_id.message_ids.mapped("body"))
        self.assertIn("Waiting for an expert", logged)

    def test_hold_refused(self):
        with freeze_time("2026-03-02 04:00:00"):
            deadline = self._clock()
            with self.assertRaises(UserError):
                deadline.with_user(self.handler).action_hold("  ")
            with self.assertRaises(UserError):
                deadline.with_user(self.auditor).action_hold("Why not")
            with self.assertRaises(UserError):
                deadline.with_user(self.handler).action_resume()
            deadline.with_user(self.handler).action_hold("Waiting")
            with self.assertRaises(UserError):
                deadline.with_user(self.handler).action_hold("Waiting again")
        with freeze_time("2026-05-02 04:00:00"):
            late = self._clock("2026-03-02 04:00:00")
            with self.assertRaisesRegex(UserError, "already over"):
                late.with_user(self.handler).action_hold("Too late")

    def test_a_hold_ends_by_itself(self):
        """Finding 1.38: a clock on hold has no due date, so nobody was reminded."""
        self.patch(self.registry["ir.cron"], "_commit_progress", lambda *_a, **_o: 1)
        with freeze_time("2026-03-02 04:00:00"):
            deadline = self._clock()
        with freeze_time("2026-03-04 04:00:00"):
            for reason in ("x", "...", "aaaa"):
                with self.subTest(reason=reason), self.assertRaises(UserError):
                    deadline.with_user(self.clerk).action_hold(reason)
            deadline.with_user(self.clerk).action_hold("Waiting for an expert")
        with freeze_time("2026-05-03 04:00:00"):
            self.env["complaint.deadline"]._cron_remind()
            self.assertEqual(deadline.state, "on_hold")
        with freeze_time("2026-05-04 04:00:00"):
            self.env["complaint.deadline"]._cron_remind()
            self.assertEqual(deadline.state, "running")
            self.assertTrue(deadline.due)
            self.assertIn("60 days", deadline.ticket_id.message_ids[0].body)
            for user in (self.clerk, self.handler):
                with (
                    self.subTest(user=user.login),
                    self.assertRaisesRegex(UserError, "A leader decides"),
                ):
                    deadline.with_user(user).action_hold("The expert is ill")
            deadline.with_user(self.leader).action_hold("The expert is ill")
        self.assertEqual(deadline.state, "on_hold")

    def test_finished_while_on_hold(self):
        with freeze_time("2026-03-02 04:00:00"):
            deadline = self._clock()
        with freeze_time("2026-03-04 04:00:00"):
            deadline.with_user(self.handler).action_hold("Waiting")
        with freeze_time("2026-03-20 04:00:00"):
            deadline.ticket_id.with_user(self.clerk).action_accept()
            self._tell(deadline.ticket_id)
        self.assertEqual(deadline.state, "met", "nothing but the hold took so long")
        self.assertEqual(deadline.hold_ids.end_date, date(2026, 3, 20))

    # ----------------------------------------------------------------------
    # Nobody writes a clock
    # ----------------------------------------------------------------------

    @freeze_time("2026-03-02 04:00:00")
    def test_nobody_writes_a_clock(self):
        deadline = self._clock()
        for user in (self.clerk, self.handler, self.leader, self.manager):
            own = deadline.with_user(user)
            with self.assertRaises(UserError, msg=user.login):
                own.write({"due": "2030-01-01 00:00:00"})
            with self.assertRaises(UserError, msg=user.login):
                own.unlink()
            with self.assertRaises(UserError, msg=user.login):
                own.create({"ticket_id": deadline.ticket_id.id})
            with self.assertRaises(UserError, msg=user.login):
                own.hold_ids.create(
                    {
                        "deadline_id": deadline.id,
                        "start_date": "2026-03-02",
                        "reason": "x",
                    }
                )
            with self.assertRaises(UserError, msg=user.login):
                own.sudo().write({"due": "2030-01-01 00:00:00"})
            with self.assertRaises(UserError, msg=user.login):
                own.sudo().unlink()
            with self.assertRaises(UserError, msg=user.login):
                own.sudo().write({"start_moment": "2026-03-01 04:00:00"})
        deadline.ticket_id.with_user(self.clerk).action_accept()
        self._tell(deadline.ticket_id)
        with self.assertRaises(UserError):
            deadline.with_user(self.manager).write({"start_event": "served"})
        with self.assertRaises(UserError):
            deadline.with_user(self.leader).action_extend(1, None, "Too late")

    @freeze_time("2026-03-02 04:00:00")
    def test_who_sees_a_clock(self):
        deadline = self._clock()
        for user in (
            self.clerk,
            self.handler,
            self.leader,
            self.manager,
            self.auditor,
            self.custodian,
        ):
            self.assertTrue(deadline.with_user(user).has_access("read"), user.login)
        stranger = self._new_user(
            "stranger", "community_complaint.group_complaint_clerk"
        )
        for user in (self.employee_user, stranger):
            self.assertFalse(deadline.with_user(user).has_access("read"), user.login)

    @freeze_time("2026-03-02 04:00:00")
    def test_conflict_leaves_no_trace(self):
        deadline = self._clock(respondent_ids=self._respondent(self.handler))
        own = deadline.with_user(self.handler)
        self.assertFalse(own.has_access("read"))
        self.assertFalse(own.search_count([("id", "=", deadline.id)]))

    # ----------------------------------------------------------------------
    # Changes of calendar and policy
    # ----------------------------------------------------------------------

    @freeze_time("2026-03-02 04:00:00")
    def test_new_holiday_moves_running_clocks(self):
        running, finished = self._clock(), self._clock()
        finished.ticket_id.with_user(self.clerk).action_accept()
        self._tell(finished.ticket_id)
        story = finished.explanation_text
        self._holiday()
        self.env.cr.precommit.run()
        self.assertEqual(running.due_date, date(2026, 3, 11))
        self.assertEqual(running.ticket_id.next_due, running.due)
        self.assertIn("Festival", running.explanation_text)
        logged = running.ticket_id.message_ids.mapped("body")[0]
        self.assertIn(self._day(2026, 3, 11), logged)
        self.assertIn(self._day(2026, 3, 9), logged)
        self.assertEqual(finished.due_date, date(2026, 3, 9))
        self.assertEqual(finished.explanation_text, story)

    @freeze_time("2026-03-02 04:00:00")
    def test_recompute_keeps_holds_and_extensions(self):
        deadline = self._clock()
        extension = deadline.with_user(self.handler).action_extend(2, None, "Witnesses")
        extension.with_user(self.leader).action_approve()
        self._holiday()
        self.env.cr.precommit.run()
        self.assertEqual(deadline.due_date, date(2026, 3, 13))

    @freeze_time("2026-03-02 04:00:00")
    def test_policy_change_moves_running_clocks(self):
        deadline = self._clock()
        self.policy.quantity = 10
        self.assertEqual(deadline.due_date, date(2026, 3, 16))
        self.policy.write({"reminder_quantity": 3})
        self.assertEqual(deadline.reminder_moment, datetime(2026, 3, 11, 0))

    @freeze_time("2026-03-02 04:00:00")
    def test_other_calendar_moves_running_clocks(self):
        deadline = self._clock()
        self.regulation.calendar_id = False
        self.company.partner_id.tz = "Asia/Shanghai"
        self.regulation._compute_tz()
        self.assertEqual(deadline.due_date, date(2026, 3, 9))
        self.assertNotEqual(deadline.due, datetime(2026, 3, 9, 9), "no office hours")

    @freeze_time("2026-03-02 04:00:00")
    def test_same_holiday_again_moves_nothing(self):
        deadline = self._clock()
        self._holiday("2026-10-01", "2026-10-02")
        before = len(deadline.ticket_id.message_ids)
        self.env.cr.precommit.run()
        self.assertEqual(len(deadline.ticket_id.message_ids), before)

    def _recompute_queries(self, number):
        self.env["helpdesk.ticket"].create(
            [self._vals(received_date="2026-03-02 04:00:00") for _n in range(number)]
        )
        self.policy.reminder_quantity += 1
        self.env.flush_all()
        self.policy._spec_of(self.policy.id)
        self.regulation._working_calendar()
        before = self.env.cr.sql_log_count
        moved = self.policy.env["complaint.deadline"]._recompute_policies(self.policy)
        self.assertEqual(moved, 0)
        self.policy.quantity += 1
        return self.env.cr.sql_log_count - before

    @freeze_time("2026-03-02 04:00:00")
    def test_recompute_queries_do_not_grow(self):
        self._recompute_queries(2)
        few = self._recompute_queries(2)
        many = self._recompute_queries(20)
        self.assertEqual(few, many)

    @freeze_time("2026-03-02 04:00:00")
    def test_cases_are_written_once_for_all_their_clocks(self):
        cases = self.env["helpdesk.ticket"].create([self._vals() for _n in range(3)])
        self.policy.copy({"end_event": "decided"})
        cases |= self.env["helpdesk.ticket"].create([self._vals() for _n in range(3)])
        clocks = cases.deadline_ids.filtered(lambda item: item.state == "running")
        before = {clock: clock.due_date for clock in clocks}
        asked = []
        execute = type(self.env).execute_query

        def spy(env, query):
            asked.append(" ".join(query.code.split()))
            return execute(env, query)

        with patch.object(type(self.env), "execute_query", spy):
            self._holiday("2026-03-03", "2026-03-04")
            self.env.cr.precommit.run()
        self.assertTrue(any(clock.due_date != before[clock] for clock in clocks))
        self.assertGreater(len(clocks.policy_id), 1)
        followed = [sql for sql in asked if sql.startswith("UPDATE helpdesk_ticket")]
        self.assertEqual(len(followed), 1)
        for case in cases:
            dues = case.deadline_ids.filtered(lambda item: item.state == "running")
            self.assertEqual(case.next_due, min(dues.mapped("due")))

    # ----------------------------------------------------------------------
    # Reading many
    # ----------------------------------------------------------------------

    @warmup
    @freeze_time("2026-03-02 04:00:00")
    def test_reading_chips_of_many(self):
        tickets = self.env["helpdesk.ticket"].create([self._vals() for _n in range(20)])
        for number in (2, 20):
            self.env.flush_all()
            self.env.invalidate_all()
            with self.assertQueryCount(4):
                tickets[:number].mapped("next_due_state")
