from datetime import date, datetime

from odoo import Command
from odoo.tests import tagged

from ..tools.working_calendar import NoWorkingDays
from .common import ComplaintCommon


@tagged("post_install", "-at_install")
class TestCalendar(ComplaintCommon):
    """The office's calendar as the clock sees it."""

    def _table(self):
        return self.calendar._complaint_working_calendar()

    def _leave(self, start, end, **vals):
        return self.env["resource.calendar.leaves"].create(
            {
                "name": "Festival",
                "calendar_id": self.calendar.id,
                "date_from": start,
                "date_to": end,
                **vals,
            }
        )

    def test_week(self):
        table = self._table()
        self.assertEqual(table.tz, "Asia/Shanghai")
        self.assertTrue(table.is_working(date(2026, 3, 6)))
        self.assertFalse(table.is_working(date(2026, 3, 7)))
        self.assertEqual(table.hours(date(2026, 3, 6)), ((480, 720), (780, 1020)))

    def test_table_is_kept(self):
        table = self._table()
        with self.assertQueryCount(0):
            self.assertIs(self._table(), table)

    def test_constant_queries(self):
        def queries():
            self.env.flush_all()
            self.env.registry.clear_cache()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self._table()
            return self.env.cr.sql_log_count - before

        self._leave("2026-10-01 00:00:00", "2026-10-02 00:00:00")
        self._table()
        few = queries()
        for day in range(3, 30):
            self._leave(f"2026-11-{day:02} 00:00:00", f"2026-11-{day:02} 12:00:00")
        self.assertEqual(queries(), few)

    def test_leave_of_the_office(self):
        day = date(2026, 10, 1)
        self.assertTrue(self._table().is_working(day))
        leave = self._leave("2026-09-30 16:00:00", "2026-10-01 15:59:59")
        self.assertFalse(self._table().is_working(day))
        self.assertEqual(self._table().reason(day), "Festival")
        leave.name = "National Day"
        self.assertEqual(self._table().reason(day), "National Day")
        leave.unlink()
        self.assertTrue(self._table().is_working(day))

    def test_leave_of_one_person(self):
        table = self._table()
        resource = self.env["resource.resource"].create(
            {"name": "Somebody", "calendar_id": self.calendar.id}
        )
        self._leave(
            "2026-09-30 16:00:00", "2026-10-01 15:59:59", resource_id=resource.id
        )
        self.assertIs(self._table(), table)

    def test_leave_of_all_calendars(self):
        self._table()
        leave = self._leave(
            "2026-09-30 16:00:00", "2026-10-01 15:59:59", calendar_id=False
        )
        self.assertEqual(leave.company_id, self.company)
        self.assertFalse(self._table().is_working(date(2026, 10, 1)))

    def test_leave_of_another_company(self):
        other = self.env["res.company"].create({"name": "Other office"})
        self._leave(
            "2026-09-30 16:00:00",
            "2026-10-01 15:59:59",
            calendar_id=other.resource_calendar_id.id,
        )
        self.assertTrue(self._table().is_working(date(2026, 10, 1)))

    def test_extra_work_is_no_day_off(self):
        self._leave("2026-09-30 16:00:00", "2026-10-01 15:59:59", time_type="other")
        self.assertTrue(self._table().is_working(date(2026, 10, 1)))

    def test_makeup_day(self):
        saturday = date(2026, 10, 10)
        self.assertFalse(self._table().is_working(saturday))
        day = self.env["complaint.working.day"].create(
            {"calendar_id": self.calendar.id, "date": saturday, "name": "Worked"}
        )
        self.assertTrue(self._table().is_makeup(saturday))
        self.assertEqual(self._table().hours(saturday), ((480, 720), (780, 1020)))
        day.write({"hour_from": 9, "hour_to": 12})
        self.assertEqual(self._table().hours(saturday), ((540, 720),))
        day.unlink()
        self.assertFalse(self._table().is_working(saturday))

    def test_half_saturday(self):
        self.calendar.attendance_ids = [
            Command.create(
                {
                    "name": "Saturday",
                    "dayofweek": "5",
                    "hour_from": 8,
                    "hour_to": 12,
                    "day_period": "morning",
                }
            )
        ]
        saturday = date(2026, 3, 7)
        self.assertTrue(self._table().is_working(saturday))
        self.assertEqual(self._table().day_end(saturday), datetime(2026, 3, 7, 4))

    def test_two_weeks(self):
        self.calendar.switch_calendar_type()
        second = self.calendar.attendance_ids.filtered(
            lambda line: line.week_type == "1" and line.dayofweek == "4"
        )
        second.unlink()
        fridays = [date(2026, 3, 6), date(2026, 3, 13)]
        kind = self.env["resource.calendar.attendance"].get_week_type
        for friday in fridays:
            self.assertEqual(self._table().is_working(friday), kind(friday) == 0)

    def test_flexible(self):
        self.calendar.schedule_type = "flexible"
        friday = date(2026, 3, 6)
        self.assertTrue(self._table().is_working(friday))
        self.assertIsNone(self._table().hours(friday))

    def test_time_zone(self):
        self._table()
        self.calendar.tz = "Europe/London"
        self.assertEqual(
            self._table().day_end(date(2026, 3, 30)), datetime(2026, 3, 30, 16)
        )

    def test_no_calendar(self):
        self.regulation.calendar_id = False
        self.company.partner_id.tz = "Asia/Shanghai"
        table = self.regulation._working_calendar()
        self.assertEqual(table.tz, "Asia/Shanghai")
        self.assertTrue(table.is_working(date(2026, 10, 1)))
        self.assertEqual(
            table.day_end(date(2026, 3, 6)), datetime(2026, 3, 6, 16), "24:00 local"
        )

    def test_calendar_without_working_days(self):
        self.calendar.attendance_ids.unlink()
        with self.assertRaises(NoWorkingDays):
            self._table().next(date(2026, 3, 6))
        self.assertTrue(self.calendar._complaint_problem())

    def test_published_years(self):
        self.assertTrue(self._table().is_published(2050), "nothing was imported")
        self.calendar.write(
            {
                "complaint_country_id": self.env.ref("base.cn").id,
                "complaint_published_years": "2025,2026",
            }
        )
        self.assertTrue(self._table().is_published(2026))
        self.assertFalse(self._table().is_published(2027))

    def test_rights(self):
        self.calendar.with_user(self.manager).write(
            {
                "complaint_working_day_ids": [
                    Command.create({"date": "2026-10-10", "name": "Worked"})
                ]
            }
        )
        days = self.calendar.complaint_working_day_ids
        self.assertTrue(days.with_user(self.clerk).has_access("read"))
        for user in (self.clerk, self.handler, self.leader, self.auditor):
            self.assertFalse(days.with_user(user).has_access("write"), user.login)
            self.assertFalse(self.calendar.with_user(user).has_access("write"))
        other = self.env["res.company"].create({"name": "Other office"})
        self.assertFalse(
            other.resource_calendar_id.with_user(self.manager).has_access("write")
        )
