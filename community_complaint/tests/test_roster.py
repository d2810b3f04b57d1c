from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from freezegun import freeze_time

from odoo import Command
from odoo.tests import tagged
from odoo.tools import format_date

from .test_reminder import ReminderCommon


@tagged("post_install", "-at_install")
class TestRoster(ReminderCommon):
    """The phone round the clock (R14): shifts, gaps, alerts."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.employees = cls.env["hr.employee"].create(
            [
                {"name": name, "company_id": cls.company.id, "work_phone": phone}
                for name, phone in (("Day", "111"), ("Night", "222"))
            ]
        )
        cls.regulation.needs_roster = True
        cls.roster = cls.regulation.roster_ids

    def setUp(self):
        super().setUp()
        # Monday 8:00 in Shanghai
        self.startPatcher(freeze_time("2026-03-02 00:00:00"))
        self.now = datetime(2026, 3, 2)

    def _shift(self, employee, start, end, until=None):
        """Add a shift; hours are Shanghai's."""
        return self.env["complaint.roster.shift"].create(
            {
                "roster_id": self.roster.id,
                "employee_id": self.employees[employee].id,
                "start": datetime.fromisoformat(start) - timedelta(hours=8),
                "end": datetime.fromisoformat(end) - timedelta(hours=8),
                "weekly_until": until,
            }
        )

    def _cover(self):
        """Cover every hour of every week of the year, by two shifts a day."""
        for day in range(2, 9):
            self._shift(
                0, f"2026-03-0{day} 08:00", f"2026-03-0{day} 20:00", "2026-12-31"
            )
            self._shift(
                1,
                f"2026-03-0{day} 20:00",
                f"2026-03-{day + 1:02} 08:00",
                "2026-12-31",
            )

    def _local(self, gaps):
        hours = timedelta(hours=8)
        return [
            (f"{start + hours:%d %H:%M}", f"{end + hours:%d %H:%M}")
            for start, end in gaps
        ]

    # ----------------------------------------------------------------------
    # Set algebra
    # ----------------------------------------------------------------------

    def test_adopting_makes_a_roster(self):
        self.assertEqual(len(self.roster), 1)
        self.assertEqual(self.roster.company_id, self.company)
        self.assertEqual(self.roster.tz, "Asia/Shanghai")

    def test_empty_roster_is_one_gap(self):
        self.assertEqual(
            self.roster._gaps(self.now), [(self.now, self.now + timedelta(days=7))]
        )
        self.assertEqual(self.roster.gap_count, 1)
        self.assertFalse(self.roster.on_duty)

    def test_covered_round_the_clock(self):
        self._cover()
        self.assertEqual(self.roster._gaps(self.now), [])
        self.assertEqual(self.roster._gaps(self.now, 250), [], "every week anew")
        self.assertEqual(self.roster.gap_count, 0)
        self.assertEqual(self.roster.on_duty, "Day")
        self.assertEqual(
            self.roster._people_at(datetime(2026, 3, 2, 13)), self.employees[1]
        )

    def test_gap_in_the_middle(self):
        self._cover()
        self.roster.shift_ids.filtered(
            lambda shift: shift.start == datetime(2026, 3, 4, 12)
        ).unlink()
        self.assertEqual(
            self._local(self.roster._gaps(self.now)), [("04 20:00", "05 08:00")]
        )
        self._shift(0, "2026-03-04 21:30", "2026-03-05 07:00")
        self.assertEqual(
            self._local(self.roster._gaps(self.now)),
            [("04 20:00", "04 21:30"), ("05 07:00", "05 08:00")],
        )
        day = format_date(self.env, date(2026, 3, 4), date_format="full")
        self.assertIn(f"{day} 20:00 – {day} 21:30", self.roster.gap_text)

    def test_overlapping_shifts_count_once(self):
        self._shift(0, "2026-03-01 00:00", "2026-03-05 00:00")
        self._shift(1, "2026-03-04 00:00", "2026-03-08 00:00")
        self._shift(1, "2026-03-04 00:00", "2026-03-04 12:00")
        self._shift(0, "2026-03-08 00:00", "2026-03-10 00:00")
        self.assertEqual(self.roster._gaps(self.now), [])

    def test_the_last_week(self):
        """A weekly shift ends: the gap is seen as far ahead as is planned."""
        self._cover()
        self.roster.shift_ids.weekly_until = "2026-03-15"
        self.assertEqual(self.roster._gaps(self.now), [])
        self.roster.horizon_days = 20
        [gap] = self._local(self.roster._gaps(self.now))
        self.assertEqual(gap[0], "16 08:00")

    def test_not_the_whole_day(self):
        self.roster.write({"hour_from": 8, "hour_to": 20, "horizon_days": 2})
        self._shift(0, "2026-03-02 08:00", "2026-03-02 20:00")
        self.assertEqual(
            self._local(self.roster._gaps(self.now)), [("03 08:00", "03 20:00")]
        )

    def test_hours_on_the_wall_when_clocks_change(self):
        """In London the night of 29 March has an hour less, and no gap."""
        self.calendar.tz = "Europe/London"
        self.assertEqual(self.roster.tz, "Europe/London")
        for day in range(23, 30):
            self.env["complaint.roster.shift"].create(
                {
                    "roster_id": self.roster.id,
                    "employee_id": self.employees[0].id,
                    "start": datetime(2026, 3, day, 8),
                    "end": datetime(2026, 3, day, 8) + timedelta(days=1),
                    "weekly_until": "2026-12-31",
                }
            )
        monday = datetime(2026, 3, 23, 8)
        self.assertEqual(self.roster._gaps(monday, 60), [])
        shift = self.roster.shift_ids.sorted("start")[0]
        times = list(shift._times(ZoneInfo("Europe/London"), datetime(2026, 4, 10)))
        self.assertEqual(times[1][0], datetime(2026, 3, 30, 7), "8:00 on the wall")

    def test_cost_of_a_year(self):
        self._cover()
        self.roster._gaps(self.now, 365)
        with self.assertQueryCount(0):
            self.assertEqual(len(self.roster._gaps(self.now, 300)), 0)

    # ----------------------------------------------------------------------
    # Alerts
    # ----------------------------------------------------------------------

    def test_alert_every_morning_until_it_is_closed(self):
        self._cover()
        self.roster.write({"user_id": self.leader.id, "horizon_days": 5})
        self.roster.shift_ids.filtered(
            lambda shift: shift.start == datetime(2026, 3, 8, 12)
        ).unlink()
        self.assertEqual(self._run("2026-03-03 02:00:00"), {}, "too far ahead")
        self.assertEqual(self._run("2026-03-04 13:00:00"), {}, "not at night")
        sent = self._run("2026-03-04 02:00:00")
        self.assertEqual(set(sent), {self.leader})
        self.assertIn("Nobody answers the phone", sent[self.leader][0].body)
        self.assertEqual(set(self._run("2026-03-05 02:00:00")), {self.leader})
        self._shift(1, "2026-03-08 20:00", "2026-03-09 08:00")
        self.assertEqual(self._run("2026-03-06 02:00:00"), {})

    def test_urgent_gap_goes_to_the_managers(self):
        self.roster.user_id = self.leader
        sent = self._run("2026-03-02 02:00:00")
        self.assertEqual(set(sent), {self.leader, self.manager})

    def test_nobody_responsible(self):
        self.assertEqual(set(self._run("2026-03-02 02:00:00")), {self.manager})

    # ----------------------------------------------------------------------
    # Rights and nonsense
    # ----------------------------------------------------------------------

    def test_nonsense(self):
        for start, end in (
            ("2026-03-02 08:00", "2026-03-02 08:00"),
            ("2026-03-02 08:00", "2026-03-01 08:00"),
            ("2026-03-02 08:00", "2026-03-20 08:00"),
        ):
            with self.assertConstraint("within a week"), self.cr.savepoint():
                self._shift(0, start, end)
        for vals, part in (
            ({"hour_from": 20, "hour_to": 8}, "in order"),
            ({"horizon_days": 0}, "a year ahead"),
        ):
            with self.assertConstraint(part), self.cr.savepoint():
                self.roster.write(vals)
                self.roster.flush_recordset()

    def test_rights(self):
        shift = self._shift(0, "2026-03-02 08:00", "2026-03-02 20:00")
        for user in (self.clerk, self.handler, self.auditor):
            self.assertTrue(self.roster.with_user(user).has_access("read"))
            self.assertFalse(self.roster.with_user(user).has_access("write"))
            self.assertFalse(shift.with_user(user).has_access("unlink"))
        self.assertEqual(self.roster.with_user(self.clerk).on_duty, "Day")
        self.roster.with_user(self.leader).write(
            {
                "shift_ids": [
                    Command.create(
                        {
                            "employee_id": self.employees[1].id,
                            "start": "2026-03-03 00:00:00",
                            "end": "2026-03-03 08:00:00",
                        }
                    )
                ]
            }
        )
        self.assertEqual(self.roster.shift_ids.mapped("phone"), ["111", "222"])
        self.assertFalse(self.roster.with_user(self.employee_user).has_access("read"))

    def test_date_of_the_weekly_end(self):
        shift = self._shift(0, "2026-03-02 08:00", "2026-03-02 20:00", "2026-03-09")
        self.assertEqual(shift.weekly_until, date(2026, 3, 9))
        gaps = self._local(self.roster._gaps(self.now, 8))
        self.assertEqual(gaps, [("02 20:00", "09 08:00"), ("09 20:00", "10 08:00")])
