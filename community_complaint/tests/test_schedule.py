from datetime import date

from freezegun import freeze_time

from odoo.exceptions import ValidationError
from odoo.tests import tagged

from .test_reminder import ReminderCommon


@tagged("post_install", "-at_install")
class TestSchedule(ReminderCommon):
    """Official schedules that are missing: told once in autumn, shown all the time."""

    def _import(self, first, last):
        self.env["complaint.holiday.wizard"].create(
            {
                "calendar_id": self.calendar.id,
                "country_id": self.env.ref("base.cn").id,
                "year_from": first,
                "year_to": last,
            }
        ).action_import()

    def _sent(self, moment):
        """Return the lines about schedules that a run at a moment sends."""
        sent = self._run(moment)
        return {
            user: messages[0].body
            for user, messages in sent.items()
            if "Official holidays are missing" in messages[0].body
        }

    def test_yearly_reminder(self):
        """From November on, next year's schedule should be in."""
        self._import(2025, 2026)
        self.assertEqual(self._sent("2026-10-30 02:00:00"), {})
        sent = self._sent("2026-11-02 02:00:00")
        self.assertEqual(set(sent), {self.manager})
        self.assertIn("2027", sent[self.manager])
        self.assertIn("enter them by hand", sent[self.manager])
        self.assertEqual(self._sent("2026-11-03 02:00:00"), {}, "once")
        sent = self._sent("2027-01-04 02:00:00")
        self.assertIn("2027", sent[self.manager], "and once more when the year begins")
        self.assertEqual(self._sent("2027-01-05 02:00:00"), {})
        self.assertEqual(set(self._sent("2027-11-01 02:00:00")), {self.manager})

    def test_announced_already(self):
        self._import(2024, 2024)
        with freeze_time("2024-12-02 02:00:00"):
            text = self.calendar._complaint_missing_text(date(2024, 12, 2))
        self.assertIn("2025 are announced", text)

    def test_nothing_is_missing(self):
        self._import(2025, 2026)
        self.calendar.complaint_published_years = "2025,2026,2027"
        self.assertEqual(self._sent("2026-11-02 02:00:00"), {})
        self.assertFalse(self.calendar._complaint_missing_years(date(2026, 12, 31)))

    def test_without_official_holidays(self):
        self.assertEqual(self.calendar._complaint_missing_years(date(2026, 12, 1)), [])
        self.assertEqual(self._sent("2026-11-02 02:00:00"), {})

    def test_entered_by_hand(self):
        self._import(2025, 2026)
        with freeze_time("2026-12-30 04:00:00"):
            deadline = self._complaint().deadline_ids
            self.assertIn("2027", deadline.warning)
            self.assertIn("not published yet", deadline.warning)
            self.assertIn(deadline.warning, deadline.explanation_text)
            self.calendar.complaint_published_years = "2025,2026,2027"
            self.env.cr.precommit.run()
            deadline.invalidate_recordset()
            self.assertFalse(deadline.warning)

    def test_an_estimate_that_moves_a_date_says_so(self):
        """On the clock, in its popover, in the calendar and in the preview."""
        self._import(2026, 2027)
        with freeze_time("2026-12-30 04:00:00"):
            clock = self._complaint().deadline_ids.with_context(lang="en_US")
            [shown] = clock.get_complaint_clocks()
            festival = [line for line in shown["why"] if "元旦" in line]
            self.assertEqual(len(festival), 1)
            self.assertIn("estimated, not announced yet", festival[0])
            self.assertNotIn("estimated", "".join(set(shown["why"]) - {*festival}))
            self.calendar.complaint_published_years = "2026,2027"
            self.env.cr.precommit.run()
            clock.invalidate_recordset()
            self.assertNotIn("estimated", clock.explanation_text)

    def test_estimates_are_marked_in_the_calendar(self):
        self._import(2026, 2027)
        leaves = self.calendar.global_leave_ids
        guessed = leaves.filtered("complaint_estimated")
        self.assertEqual({leave.date_to.year for leave in guessed}, {2027})
        self.assertEqual(
            len(guessed), len([x for x in leaves if x.date_to.year > 2026])
        )
        by_hand = leaves.create(
            {
                "calendar_id": self.calendar.id,
                "name": "Flood",
                "date_from": "2027-07-01 00:00:00",
                "date_to": "2027-07-01 15:00:00",
            }
        )
        self.assertFalse(by_hand.complaint_estimated, "the office knows it")

    def test_the_announcement_replaces_estimates(self):
        """By the same dialog: days that are not in it go, new ones come."""
        self.env["resource.calendar.leaves"].create(
            {
                "calendar_id": self.calendar.id,
                "name": "春节",
                "date_from": "2026-03-08 16:00:00",
                "date_to": "2026-03-09 15:59:59",
                "complaint_imported": True,
            }
        )
        self.calendar.write(
            {
                "complaint_country_id": self.env.ref("base.cn").id,
                "complaint_published_years": "2025",
            }
        )
        with freeze_time("2026-03-06 02:00:00"):
            clock = self._complaint().deadline_ids.with_context(lang="en_US")
            self.assertIn("estimated", clock.explanation_text)
            before = clock.due_date
            self._import(2026, 2026)
            self.env.cr.precommit.run()
            clock.invalidate_recordset()
            self.assertNotIn("estimated", clock.explanation_text)
            self.assertLess(clock.due_date, before)
        self.assertFalse(self.calendar.global_leave_ids.filtered("complaint_estimated"))

    def test_nonsense_years(self):
        with self.assertRaises(ValidationError):
            self.calendar.write(
                {
                    "complaint_country_id": self.env.ref("base.cn").id,
                    "complaint_published_years": "soon",
                }
            )

    # ----------------------------------------------------------------------
    # On the regulation
    # ----------------------------------------------------------------------

    @freeze_time("2026-11-10 04:00:00")
    def test_warnings_of_the_regulation(self):
        regulation = self.regulation
        self.company.partner_id.tz = self.calendar.tz
        regulation.holiday_country_id = False
        self.assertFalse(regulation.calendar_warning)
        regulation.holiday_country_id = self.env.ref("base.cn")
        self.assertIn("dates will be wrong", regulation.calendar_warning)
        self._import(2025, 2026)
        regulation.invalidate_recordset()
        self.assertIn("2027", regulation.calendar_warning)
        self.calendar.attendance_ids.unlink()
        regulation.invalidate_recordset()
        self.assertIn("no working days", regulation.calendar_warning)
        regulation.calendar_id = False
        self.assertIn("Monday to Friday", regulation.calendar_warning)
        self.assertFalse(regulation.template_id.calendar_warning)

    def test_warns_of_a_calendar_of_another_time_zone(self):
        """A day that begins at another hour than the office's."""
        self.regulation.holiday_country_id = False
        self.company.partner_id.tz = self.calendar.tz
        self.assertFalse(self.regulation.calendar_warning)
        self.calendar.tz = "Pacific/Kiritimati"
        self.assertIn("Pacific/Kiritimati", self.regulation.calendar_warning)
        self.company.partner_id.tz = False
        self.env.user.tz = self.calendar.tz
        self.assertFalse(self.regulation.calendar_warning)

    def test_wizard_knows_the_country_of_the_regulation(self):
        """The Chinese preset of the shipped texts; another country for another text."""
        self.company.country_id = self.env.ref("base.be")
        self.regulation.write(
            {
                "holiday_country_id": self.env.ref("base.uk").id,
                "holiday_subdivision": "ENG",
            }
        )
        action = self.regulation.action_import_holidays()
        wizard = (
            self.env["complaint.holiday.wizard"]
            .with_context(**action["context"])
            .create({"year_from": 2026, "year_to": 2026})
        )
        self.assertEqual(wizard.calendar_id, self.calendar)
        self.assertEqual(wizard.country_id.code, "GB")
        self.assertEqual(wizard.subdivision, "ENG")
        template = self.env.ref("community_complaint.regulation_r01")
        self.assertEqual(template.holiday_country_id.code, "CN")
