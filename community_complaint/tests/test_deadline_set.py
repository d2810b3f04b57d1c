from datetime import date, datetime

from freezegun import freeze_time

from odoo.exceptions import UserError
from odoo.tests import Form, tagged
from odoo.tools import format_date

from .common import ComplaintCommon


@tagged("post_install", "-at_install")
class TestDeadlineSet(ComplaintCommon):
    """Dates a leader sets (R03: formal assignment with a dated report-back)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.regulation.calendar_id = cls.calendar
        cls.policy = cls.env["complaint.sla.policy"].create(
            {
                "name": "Report back",
                "regulation_id": cls.regulation.id,
                "is_dated": True,
                "start_event": "transferred",
                "end_event": "reported_back",
                "reminder_quantity": 3,
                "reminder_unit": "calendar_day",
                "clause": "8",
            }
        )

    def setUp(self):
        super().setUp()
        # Monday noon in Shanghai
        self.startPatcher(freeze_time("2026-03-02 04:00:00"))
        self.ticket = self._complaint()

    def _source(self, number):
        """Return a part of the case, as a transfer is one."""
        return self.env["complaint.inquiry"].create(
            {"ticket_id": self.ticket.id, "kind": "visit", "summary": str(number)}
        )

    def _states(self, clocks):
        return clocks.mapped("state")

    def test_the_limit_gives_name_reminder_and_clause(self):
        clock = self.ticket._set_due(date(2026, 3, 16))
        self.assertEqual(clock.policy_id, self.policy)
        self.assertEqual((clock.name, clock.clause), ("Report back", "8"))
        self.assertEqual(clock.due, datetime(2026, 3, 16, 9), "17:00 in Shanghai")
        self.assertEqual(clock.due_date, date(2026, 3, 16))
        # three calendar days before is Friday 13 March, 8:00
        self.assertEqual(clock.reminder_moment, datetime(2026, 3, 13, 0))
        self.assertIn("The leader set this date", clock.explanation_text)
        self.assertEqual(self.policy.preview, "The leader sets the date.")

    def test_the_event_alone_starts_nothing(self):
        self.ticket._emit_event("transferred")
        self.assertFalse(self.ticket.deadline_ids.filtered("policy_id.is_dated"))

    def test_without_such_a_limit(self):
        self.policy.active = False
        clock = self.ticket._set_due(
            date(2026, 3, 16), title="Opinion of the fire brigade"
        )
        self.assertFalse(clock.policy_id)
        self.assertEqual(clock.name, "Opinion of the fire brigade")
        self.assertEqual(clock.reminder_moment, datetime(2026, 3, 13, 0))

    def test_day_off_stays_and_is_told(self):
        clock = self.ticket._set_due(date(2026, 3, 14))
        self.assertEqual(clock.due_date, date(2026, 3, 14))
        self.assertIn("no working day", clock.explanation_text)

    def test_late_report(self):
        clock = self.ticket._set_due(date(2026, 3, 4))
        self.ticket._emit_event("reported_back", datetime(2026, 3, 4, 9, 0, 1))
        self.assertEqual(clock.state, "met_late")
        self.assertTrue(clock.was_late)

    # ----------------------------------------------------------------------
    # Parts of a case
    # ----------------------------------------------------------------------

    def test_each_part_has_its_own_clock(self):
        first, second = self._source(1), self._source(2)
        clocks = self.ticket._set_due(date(2026, 3, 16), source=first)
        clocks += self.ticket._set_due(date(2026, 3, 20), source=second)
        clocks += self.ticket._set_due(date(2026, 3, 27))
        self.assertEqual(len(clocks), 3)
        self.ticket._emit_event("reported_back", source=second)
        self.assertEqual(self._states(clocks), ["running", "met", "met"])
        self.ticket._emit_event("reported_back", source=first)
        self.assertEqual(self._states(clocks), ["met", "met", "met"])

    def test_counted_limits_of_parts(self):
        """A transfer's own limit runs once per transfer."""
        self.policy.write({"is_dated": False, "quantity": 5})
        first, second = self._source(1), self._source(2)
        self.ticket._emit_event("transferred", source=first)
        self.ticket._emit_event("transferred", source=first)
        self.ticket._emit_event("transferred", source=second)
        clocks = self.ticket.deadline_ids.filtered(
            lambda item: item.policy_id == self.policy
        )
        self.assertEqual(sorted(clocks.mapped("source_id")), [first.id, second.id])
        self.ticket._emit_event("reported_back", source=first)
        self.assertEqual(self._states(clocks.sorted("source_id")), ["met", "running"])
        self.policy.complexity = "complex"
        faster = self.policy.copy({"complexity": "ordinary", "quantity": 3})
        self.ticket.complexity = "simple"
        self.ticket.complexity = "ordinary"
        running = self.ticket.deadline_ids.filtered(
            lambda item: item.policy_id == faster
        )
        self.assertFalse(running, "nothing that starts it ran when it became ordinary")

    def test_reclassified_part_keeps_its_part(self):
        self.policy.write({"is_dated": False, "quantity": 5, "complexity": "ordinary"})
        slower = self.policy.copy({"complexity": "complex", "quantity": 20})
        source = self._source(1)
        self.ticket._emit_event("transferred", source=source)
        self.ticket.complexity = "complex"
        clock = self.ticket.deadline_ids.filtered(
            lambda item: item.state == "running" and item.source_id
        )
        self.assertEqual(clock.policy_id, slower)
        self.assertEqual(clock.source_id, source.id)
        self.assertEqual(clock.due_date, date(2026, 3, 30))

    def test_taken_back(self):
        source = self._source(1)
        clock = self.ticket._set_due(date(2026, 3, 16), source=source)
        other = self.ticket._set_due(date(2026, 3, 16))
        self.ticket._clear_due(source)
        self.assertEqual(self._states(clock + other), ["cancelled", "running"])
        self.assertFalse(clock.was_late)

    def test_end_of_the_case(self):
        clock = self.ticket._set_due(date(2026, 3, 16), source=self._source(1))
        self.ticket.with_user(self.clerk).action_withdraw("Settled")
        self.assertEqual(clock.state, "cancelled")

    # ----------------------------------------------------------------------
    # Another date
    # ----------------------------------------------------------------------

    def test_another_date(self):
        clock = self.ticket._set_due(date(2026, 3, 16))
        again = self.ticket._set_due(date(2026, 3, 18))
        self.assertEqual(again, clock)
        self.assertEqual(clock.due_date, date(2026, 3, 18))
        self.assertEqual(self.ticket.deadline_ids.filtered("set_date"), clock)
        old, new = (format_date(self.env, date(2026, 3, day)) for day in (16, 18))
        self.assertIn(f"{old} → {new}", self.ticket.message_ids[0].body)

    def test_only_a_leader_with_a_reason(self):
        clock = self.ticket._set_due(date(2026, 3, 16))
        with self.assertRaises(UserError):
            clock.with_user(self.handler).action_set_due(date(2026, 3, 18), "Busy")
        with self.assertRaises(UserError):
            clock.with_user(self.leader).action_set_due(date(2026, 3, 18), " ")
        form = Form(
            self.env["complaint.deadline.wizard"]
            .with_user(self.leader)
            .with_context(default_kind="set_due", default_deadline_id=clock.id)
        )
        form.day = date(2026, 3, 18)
        form.reason = "The brigade asked for it"
        form.save().action_apply()
        self.assertEqual(clock.due_date, date(2026, 3, 18))
        self.assertIn("The brigade asked for it", self.ticket.message_ids[0].body)

    def test_impossible_dates(self):
        for day in (date(2026, 3, 1), date(2300, 1, 1), None):
            with self.assertRaises(UserError, msg=day):
                self.ticket._set_due(day)

    def test_neither_held_nor_extended(self):
        clock = self.ticket._set_due(date(2026, 3, 16)).with_user(self.leader)
        with self.assertRaisesRegex(UserError, "another one"):
            clock.action_hold("Waiting")
        with self.assertRaisesRegex(UserError, "another one"):
            clock.action_extend(1, None, "Waiting")
        counted = self.ticket.deadline_ids - clock
        with self.assertRaisesRegex(UserError, "counted"):
            counted.with_user(self.leader).action_set_due(date(2026, 3, 16), "No")

    def test_reclassification_leaves_the_date(self):
        self.policy.complexity = "ordinary"
        clock = self.ticket._set_due(date(2026, 3, 16))
        self.ticket.complexity = "complex"
        self.assertEqual(clock.state, "running")

    def test_office_hours_changed(self):
        """The day stays, its end follows; with or without a limit of the regulation."""
        own = self.ticket._set_due(date(2026, 3, 16))
        self.policy.active = False
        bare = self._complaint()._set_due(date(2026, 3, 16))
        self.calendar.attendance_ids.filtered(
            lambda item: item.hour_to > 16
        ).hour_to = 18
        self.env.cr.precommit.run()
        for clock in own + bare:
            self.assertEqual(clock.due, datetime(2026, 3, 16, 10))
            self.assertEqual(clock.due_date, date(2026, 3, 16))
            self.assertIn("17:00", clock.ticket_id.message_ids[0].body)
            self.assertIn("18:00", clock.ticket_id.message_ids[0].body)

    def test_finished_explanation_stays(self):
        clock = self.ticket._set_due(date(2026, 3, 14))
        self.ticket._emit_event("reported_back")
        story = clock.explanation_text
        self.env["complaint.working.day"].create(
            {"calendar_id": self.calendar.id, "date": "2026-03-14", "name": "Worked"}
        )
        self.env.cr.precommit.run()
        clock.invalidate_recordset()
        self.assertEqual(clock.explanation_text, story)
