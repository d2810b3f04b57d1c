from datetime import date, datetime

from freezegun import freeze_time

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, tagged, users

from .test_reminder import ReminderCommon


class DutyCommon(ReminderCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.regulation.calendar_id = cls.calendar

    def setUp(self):
        super().setUp()
        # Tuesday noon in Shanghai
        self.startPatcher(freeze_time("2026-03-10 04:00:00"))

    def _duty(self, **vals):
        return self.env["complaint.duty"].create(
            {
                "name": "Quarterly summary",
                "regulation_id": self.regulation.id,
                "kind": "summary",
                **vals,
            }
        )

    def _holiday(self, first, last):
        self.env["resource.calendar.leaves"].create(
            {
                "name": "Festival",
                "calendar_id": self.calendar.id,
                "date_from": f"{first} 00:00:00",
                "date_to": f"{last} 15:59:59",
            }
        )
        self.env.cr.precommit.run()

    def _do(self, task, user=None, day=None):
        own = task.with_user(user or self.manager)
        with freeze_time(f"{day or task.due_date} 02:00:00"):
            own.result = "Done as the text asks for."
            if task.kind == "review":
                own.review_result = "keep"
            own.action_done()
        return task.duty_id._open_tasks()


@tagged("post_install", "-at_install")
class TestDuty(DutyCommon):
    """Periodic duties: their dates, their next time, who does them."""

    # ----------------------------------------------------------------------
    # Dates
    # ----------------------------------------------------------------------

    def test_quarter(self):
        """R15: a summary after each quarter, here within ten working days."""
        duty = self._duty()
        task = duty.task_ids
        self.assertEqual(task.period_start, date(2026, 1, 1))
        self.assertEqual(task.period_end, date(2026, 3, 31))
        # 1-3, 6-10, 13 and 14 April
        self.assertEqual(task.due_date, date(2026, 4, 14))
        self.assertEqual(task.due, datetime(2026, 4, 14, 9), "17:00 in Shanghai")
        self.assertEqual(task.reminder_moment, datetime(2026, 4, 7, 0))
        self.assertEqual(duty.next_due_date, date(2026, 4, 14))
        self.assertIn("2026, quarter 1", task.display_name)
        self.assertIn("10 working days", task.explanation_text)
        upcoming = self._do(task)
        self.assertEqual(task.state, "done")
        self.assertEqual(upcoming.period_start, date(2026, 4, 1))
        self.assertEqual(upcoming.due_date, date(2026, 7, 14))
        self.assertEqual(duty.next_due_date, date(2026, 7, 14))

    def test_forgotten_quarters_come_one_by_one(self):
        duty = self._duty()
        upcoming = self._do(duty.task_ids, day="2026-11-24")
        self.assertEqual(duty.task_ids.sorted("id")[0].state, "done_late")
        self.assertEqual(upcoming.period_end, date(2026, 6, 30))
        self.assertEqual(upcoming.chip_state, "running")
        with freeze_time("2026-11-24 04:00:00"):
            upcoming.invalidate_recordset(["chip_state"])
            self.assertEqual(upcoming.chip_state, "overdue")

    def test_year(self):
        """R15: the annual safety report, within a month of the year's end."""
        duty = self._duty(
            name="Annual report",
            kind="report",
            period_unit="year",
            quantity=1,
            unit="month",
        )
        self.assertEqual(duty.task_ids.period_end, date(2026, 12, 31))
        # 31 January 2027 is a Sunday
        self.assertEqual(duty.task_ids.due_date, date(2027, 2, 1))
        self.assertTrue(duty.task_ids.display_name.endswith("2026"))

    def test_month_and_half_year(self):
        month = self._duty(period_unit="month", quantity=0).task_ids
        self.assertEqual(month.period_end, date(2026, 3, 31))
        self.assertEqual(month.due_date, date(2026, 3, 31))
        half = self._duty(period_unit="month", period=6).task_ids
        self.assertEqual(half.period_end, date(2026, 6, 30))

    def test_anniversary(self):
        """R01: the regulation is reviewed every year."""
        duty = self.regulation.duty_ids.filtered(lambda item: item.kind == "review")
        self.assertEqual(len(duty), 1, "came with the adoption")
        self.regulation.in_force_date = "2025-10-01"
        self._holiday("2026-10-01", "2026-10-07")
        task = duty._open_tasks()
        self.assertEqual(task.period_end, date(2026, 10, 1))
        self.assertEqual(task.due_date, date(2026, 10, 8), "after National Day")
        self.assertIn("is no working day (Festival)", task.explanation_text)
        self.assertEqual(self.regulation.next_review_date, date(2026, 10, 1))
        upcoming = self._do(task)
        self.assertEqual(
            upcoming.period_end, date(2027, 10, 1), "not a year from today"
        )
        self.assertEqual(self.regulation.next_review_date, date(2027, 10, 1))

    def test_next_review_by_hand(self):
        self.regulation.next_review_date = "2026-06-15"
        duty = self.regulation.duty_ids.filtered(lambda item: item.kind == "review")
        self.assertEqual(duty._open_tasks().due_date, date(2026, 6, 15))

    def test_so_long_after_the_last_time(self):
        """R12: “periodically”, here every two months."""
        duty = self._duty(
            kind="follow_up",
            basis="last",
            period=2,
            period_unit="month",
        )
        task = duty.task_ids
        # 10 May is a Sunday
        self.assertEqual(task.due_date, date(2026, 5, 11))
        upcoming = self._do(task, day="2026-04-20")
        self.assertEqual(upcoming.due_date, date(2026, 6, 22), "20 June is a Saturday")

    def test_a_word_does_not_publish(self):
        """R01 6: the duty to publish ends with a publication, see its own tests."""
        task = self._duty(kind="publication", basis="last").task_ids
        with self.assertRaisesRegex(UserError, "publish the results first"):
            self._do(task, day="2026-12-01")

    def test_follow_up_interval(self):
        """R14: solved cases are followed up again and again."""
        duty = self._duty(
            kind="follow_up", basis="last", period=30, period_unit="calendar_day"
        )
        self.assertEqual(duty.task_ids.due_date, date(2026, 4, 9))
        duty.write({"period": 20, "period_unit": "working_day"})
        self.assertEqual(duty._open_tasks().due_date, date(2026, 4, 7))

    def test_holiday_moves_open_tasks(self):
        duty = self._duty()
        done = duty.task_ids
        upcoming = self._do(done)
        story = done.explanation_text
        self._holiday("2026-04-01", "2026-04-03")
        self._holiday("2026-07-01", "2026-07-01")
        self.assertEqual(done.due_date, date(2026, 4, 14), "done ones never move")
        self.assertEqual(done.explanation_text, story)
        self.assertEqual(upcoming.due_date, date(2026, 7, 15))
        self.env.flush_all()
        values = upcoming.message_ids.sudo().tracking_value_ids
        self.assertIn(datetime(2026, 7, 14), values.mapped("old_value_datetime"))

    def test_broken_calendar(self):
        self.calendar.attendance_ids.unlink()
        self.env.cr.precommit.run()
        task = self._duty().task_ids
        self.assertFalse(task.due)
        self.assertEqual(task.due_date, date(2026, 3, 31))

    # ----------------------------------------------------------------------
    # Doing
    # ----------------------------------------------------------------------

    def test_not_before_the_period_is_over(self):
        task = self._duty().task_ids
        with self.assertRaisesRegex(UserError, "not over yet"):
            self._do(task, day="2026-03-31")

    def test_result_is_needed(self):
        task = self._duty().task_ids
        with freeze_time("2026-04-02 02:00:00"):
            with self.assertRaisesRegex(UserError, "Write down the result"):
                task.with_user(self.manager).action_done()
            task.with_user(self.manager).attachment_ids = [
                Command.create({"name": "summary.txt", "raw": b"All well."})
            ]
            task.with_user(self.manager).action_done()
        self.assertEqual(task.done_by_id, self.manager)

    def test_whose_turn_it_is(self):
        task = self._duty(user_id=self.clerk.id).task_ids
        self.assertEqual(task.user_id, self.clerk)
        with self.assertRaises(AccessError):
            task.with_user(self.handler).result = "Not mine"
        upcoming = self._do(task, self.clerk)
        self.assertEqual(upcoming.user_id, self.clerk)
        task = self._duty(role="publisher").task_ids
        self.assertEqual(task._people(), self.publisher)
        self._do(task, self.publisher)

    def test_done_stays_as_it_is(self):
        task = self._duty().task_ids
        self._do(task)
        for record in (task.with_user(self.manager), task.sudo()):
            with self.assertRaises(UserError):
                record.result = "Something else"
        with self.assertRaises(UserError):
            task.with_user(self.manager).action_done()
        with self.assertRaises(UserError):
            task.unlink()
        open_task = task.duty_id._open_tasks()
        for record in (open_task.with_user(self.manager), open_task.sudo()):
            with self.assertRaises(UserError):
                record.write({"due": "2030-01-01 00:00:00"})

    def test_per_department(self):
        """R15: each department writes its own."""
        departments = self.env["hr.department"].create(
            [
                {"name": name, "company_id": self.company.id}
                for name in ("Clinic", "Laboratory")
            ]
        )
        duty = self._duty(department_ids=departments.ids)
        self.assertEqual(duty.task_ids.department_id, departments)
        first = duty.task_ids[0]
        self._do(first)
        self.assertEqual(len(duty._open_tasks()), 2)
        duty.department_ids = departments[1]
        self.assertEqual(duty._open_tasks().department_id, departments[1])
        duty.department_ids = False
        self.assertEqual(len(duty._open_tasks()), 1)
        self.assertFalse(duty._open_tasks().department_id)

    def test_archived_duty(self):
        duty = self._duty()
        duty.active = False
        self.assertFalse(duty._open_tasks())
        duty.active = True
        self.assertEqual(len(duty._open_tasks()), 1)

    # ----------------------------------------------------------------------
    # Declared by the regulation
    # ----------------------------------------------------------------------

    def test_templates_declare_and_offices_do(self):
        template = self.env.ref("community_complaint.regulation_r02")
        duty = self._duty(regulation_id=template.id, user_id=False)
        self.assertFalse(duty.task_ids, "nobody works under a template")
        own = self._adopt("regulation_r02")
        copied = own.duty_ids.filtered(lambda item: item.name == duty.name)
        self.assertEqual(copied.company_id, self.company)
        self.assertEqual(len(copied.task_ids), 1)
        self.assertFalse(duty.task_ids)

    def test_nonsense(self):
        for vals in (
            {"period": 0},
            {"period": 5, "period_unit": "month"},
            {"period": 2, "period_unit": "year"},
            {"period_unit": "working_day"},
            {"basis": "anniversary", "period_unit": "calendar_day"},
            {"quantity": -1},
            {"reminder_quantity": -1},
            {"basis": "last", "period": 10**6, "period_unit": "calendar_day"},
        ):
            with self.assertRaises(ValidationError, msg=vals), self.cr.savepoint():
                self._duty(**vals)

    @users("manager.complaint")
    def test_form(self):
        with Form(self.env["complaint.duty"]) as form:
            form.name = "Annual report"
            form.regulation_id = self.regulation
            form.period_unit = "year"
        self.assertEqual(form.record.task_ids.period_end, date(2026, 12, 31))

    def test_rights(self):
        duty = self._duty()
        task = duty.task_ids
        for user in (self.clerk, self.handler, self.leader, self.auditor):
            self.assertTrue(duty.with_user(user).has_access("read"), user.login)
            self.assertTrue(task.with_user(user).has_access("read"), user.login)
            self.assertFalse(duty.with_user(user).has_access("write"), user.login)
        for user in (self.clerk, self.handler, self.auditor):
            self.assertFalse(task.with_user(user).has_access("write"), user.login)
        self.assertTrue(task.with_user(self.leader).has_access("write"))
        self.assertFalse(task.with_user(self.employee_user).has_access("read"))
        company = self.env["res.company"].create({"name": "Other office"})
        stranger = self._new_user(
            "stranger", "community_complaint.group_complaint_manager"
        )
        stranger.write(
            {"company_ids": [Command.set(company.ids)], "company_id": company.id}
        )
        for record in (duty, task):
            own = record.with_user(stranger).with_context(
                allowed_company_ids=company.ids
            )
            self.assertFalse(own.has_access("read"))


@tagged("post_install", "-at_install")
class TestDutyReminder(DutyCommon):
    """Duties stand in the same digest as the clocks."""

    def test_reminded_once_then_overdue(self):
        task = self._duty(user_id=self.leader.id).task_ids
        self.assertEqual(self._run("2026-04-06 01:00:00"), {})
        sent = self._run("2026-04-07 01:00:00")
        self.assertEqual(set(sent), {self.leader})
        self.assertIn("Quarterly summary", sent[self.leader][0].body)
        self.assertEqual(self._run("2026-04-08 01:00:00"), {})
        sent = self._run("2026-04-15 01:00:00")
        self.assertEqual(set(sent), {self.leader, self.manager}, "up the ladder")
        self.assertIn("overdue", sent[self.manager][0].body)
        self.assertTrue(task.escalated_date)
        self.assertEqual(self._run("2026-04-16 01:00:00"), {})

    def test_one_digest_for_clocks_and_duties(self):
        self._duty(user_id=self.handler.id)
        with freeze_time("2026-04-01 04:00:00"):
            ticket = self._complaint(user_id=self.handler.id)
        self.assertEqual(ticket.next_due_date, date(2026, 4, 8))
        sent = self._run("2026-04-07 01:00:00")
        [message] = sent[self.handler]
        self.assertIn(ticket.number, message.body)
        self.assertIn("Quarterly summary", message.body)

    def test_without_a_responsible_person_the_role_is_told(self):
        self._duty(role="leader")
        self.assertEqual(set(self._run("2026-04-07 01:00:00")), {self.leader})
