from datetime import date

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from .common import ComplaintCommon


@tagged("post_install", "-at_install")
class TestHolidayWizard(ComplaintCommon):
    """Official holidays into the office's calendar."""

    def _wizard(self, user=None, **vals):
        return (
            self.env["complaint.holiday.wizard"]
            .with_user(user or self.manager)
            .create(
                {
                    "calendar_id": self.calendar.id,
                    "country_id": self.env.ref("base.cn").id,
                    "year_from": 2026,
                    "year_to": 2026,
                    **vals,
                }
            )
        )

    def _content(self):
        return (
            sorted(
                (leave.date_from, leave.date_to, leave.name)
                for leave in self.calendar.global_leave_ids
            ),
            sorted(
                (day.date, day.name) for day in self.calendar.complaint_working_day_ids
            ),
        )

    def test_preview(self):
        wizard = self._wizard()
        lines = {line.date: line for line in wizard.line_ids}
        self.assertEqual(lines[date(2026, 10, 1)].kind, "holiday")
        self.assertEqual(lines[date(2026, 10, 10)].kind, "makeup")
        self.assertEqual(lines[date(2026, 10, 1)].name, "国庆节")
        self.assertFalse(wizard.problem)
        self.assertFalse(self.calendar.global_leave_ids, "nothing is written yet")

    def test_form(self):
        Wizard = self.env["complaint.holiday.wizard"].with_user(self.manager)
        form = Form(
            Wizard.with_context(
                active_model="resource.calendar", active_id=self.calendar.id
            )
        )
        form.country_id = self.env.ref("base.cn")
        form.year_from = form.year_to = 2026
        self.assertTrue(len(form.line_ids) > 20)
        wizard = form.save()
        self.assertEqual(wizard.calendar_id, self.calendar)
        wizard.action_import()
        self.assertTrue(self.calendar.global_leave_ids)

    def test_opened_by_the_menu(self):
        """No calendar is on the screen then: the office's own is meant."""
        self.calendar.complaint_country_id = self.env.ref("base.uk")
        form = Form(self.env["complaint.holiday.wizard"].with_user(self.manager))
        self.assertEqual(form.calendar_id, self.calendar)
        self.assertEqual(form.country_id, self.env.ref("base.uk"))

    def test_import(self):
        self._wizard().action_import()
        table = self.calendar._complaint_working_calendar()
        self.assertFalse(table.is_working(date(2026, 10, 1)))
        self.assertTrue(table.is_working(date(2026, 10, 10)))
        self.assertTrue(table.is_working(date(2026, 9, 20)))
        self.assertEqual(
            table.count_working_days(date(2025, 12, 31), date(2026, 12, 31)), 248
        )
        self.assertEqual(self.calendar.complaint_country_id.code, "CN")
        self.assertEqual(self.calendar.complaint_published_years, "2026")

    def test_again(self):
        self._wizard().action_import()
        before = self._content()
        ids = set(self.calendar.global_leave_ids.ids)
        wizard = self._wizard()
        self.assertEqual(set(wizard.line_ids.mapped("known")), {"official"})
        wizard.action_import()
        self.assertEqual(self._content(), before)
        self.assertEqual(set(self.calendar.global_leave_ids.ids), ids, "not rewritten")

    def test_manual_entries_stay(self):
        manual = self.env["resource.calendar.leaves"].create(
            {
                "name": "Our own festival",
                "calendar_id": self.calendar.id,
                "date_from": "2026-09-30 16:00:00",
                "date_to": "2026-10-01 15:59:59",
            }
        )
        day = self.env["complaint.working.day"].create(
            {"calendar_id": self.calendar.id, "date": "2026-10-10", "name": "By hand"}
        )
        wizard = self._wizard()
        known = {line.date: line.known for line in wizard.line_ids}
        self.assertEqual(known[date(2026, 10, 1)], "manual")
        wizard.action_import()
        self._wizard().action_import()
        self.assertTrue(manual.exists())
        self.assertEqual(day.name, "By hand")
        table = self.calendar._complaint_working_calendar()
        self.assertEqual(table.reason(date(2026, 10, 1)), "Our own festival")

    def test_changed_notice(self):
        self._wizard().action_import()
        wrong = self.calendar.global_leave_ids.filtered("complaint_imported")[0]
        wrong.name = "Old name"
        gone = self.env["complaint.working.day"].create(
            {
                "calendar_id": self.calendar.id,
                "date": "2026-06-06",
                "name": "Taken back",
                "is_imported": True,
            }
        )
        self._wizard().action_import()
        self.assertNotIn("Old name", self.calendar.global_leave_ids.mapped("name"))
        self.assertFalse(gone.exists())

    def test_other_years_stay(self):
        self._wizard(year_from=2025, year_to=2025).action_import()
        before = len(self.calendar.global_leave_ids)
        self._wizard().action_import()
        self.assertGreater(len(self.calendar.global_leave_ids), before)
        self.assertEqual(self.calendar.complaint_published_years, "2025,2026")

    def test_year_not_published(self):
        wizard = self._wizard(year_from=2060, year_to=2060)
        self.assertEqual(wizard.unpublished, "2060")
        self.assertTrue(all(wizard.line_ids.mapped("is_estimated")))
        wizard.action_import()
        self.assertFalse(self.calendar._complaint_working_calendar().is_published(2060))

    def test_running_clocks_follow(self):
        self.regulation.calendar_id = self.calendar
        from freezegun import freeze_time

        with freeze_time("2026-09-30 04:00:00"):
            ticket = self._complaint()
            self.assertEqual(ticket.next_due_date, date(2026, 10, 5))
            self._wizard().action_import()
        self.assertEqual(ticket.next_due_date, date(2026, 10, 10))

    def test_another_country(self):
        self._wizard(
            country_id=self.env.ref("base.uk").id, subdivision="ENG"
        ).action_import()
        table = self.calendar._complaint_working_calendar()
        self.assertFalse(table.is_working(date(2026, 12, 25)))
        self.assertFalse(self.calendar.complaint_working_day_ids)

    def test_nonsense(self):
        for vals in (
            {"year_from": 2026, "year_to": 2025},
            {"year_from": 1900, "year_to": 2100},
            {"subdivision": "NOWHERE"},
            {"country_id": self.env.ref("base.xi").id},
        ):
            wizard = self._wizard(**vals)
            self.assertTrue(wizard.problem, vals)
            with self.assertRaises(UserError, msg=vals):
                wizard.action_import()

    def test_rights(self):
        for user in (self.clerk, self.leader, self.auditor):
            with self.assertRaises(AccessError, msg=user.login):
                self._wizard(user)
