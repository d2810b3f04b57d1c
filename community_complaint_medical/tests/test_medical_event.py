from datetime import timedelta

from freezegun import freeze_time

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tests.common import warmup

from .medical_common import NOW, MedicalCommon


@tagged("post_install", "-at_install")
class TestMedicalEvent(MedicalCommon):
    """R15 一: the register of medical errors, accidents and disputes."""

    # ----------------------------------------------------------------------
    # Who registers
    # ----------------------------------------------------------------------

    def test_registrars(self):
        """Director, head nurse and leaders enter events of a ward, nobody else."""
        for user in (self.nurse, self.chief, self.leader):
            with self.subTest(user=user.login):
                event = self._event(user)
                self.assertEqual(event.user_id, user)
                self.assertEqual(event.registered_date, NOW)
        with self.assertRaisesRegex(AccessError, "Ward 3"):
            self._event(self.handler)

    def test_the_office_registers_for_the_rest(self):
        """The register of the office is kept by the desk."""
        self.assertTrue(self._event(self.handler, department_id=False))
        with self.assertRaises(AccessError):
            self._event(self.nurse, department_id=False)

    def test_numbers_have_no_gaps(self):
        numbers = [self._event().number for _index in range(3)]
        found = [int(number.split("〕")[1].rstrip("号")) for number in numbers]
        self.assertEqual(found, [1, 2, 3])
        self.assertIn("医〔2026〕", numbers[0])

    def test_who_and_when_are_not_typed(self):
        for typed in (
            {"user_id": self.leader.id},
            {"registered_date": "2020-01-01"},
            {"state": "closed"},
        ):
            with self.subTest(typed=typed), self.assertRaises(UserError):
                self._event(**typed)
        event = self._event()
        self.assertEqual((event.user_id, event.state), (self.nurse, "open"))
        self.assertEqual(event.registered_date, NOW)

    def test_not_in_the_future(self):
        with self.assertRaisesRegex(UserError, "in the future"):
            self._event(event_date=NOW + timedelta(hours=1))

    # ----------------------------------------------------------------------
    # What stays
    # ----------------------------------------------------------------------

    def test_what_happened_is_not_rewritten(self):
        event = self._event()
        event.cause = "Nobody looked twice."
        for vals in (
            {"course": "Nothing."},
            {"event_date": NOW},
            {"kind": "dispute"},
            {"department_id": False},
        ):
            with self.subTest(vals=vals), self.assertRaises(UserError):
                event.write(vals)
        event.with_user(self.leader).course = "The label was wrong, in ward 3."
        for vals in ({"state": "closed"}, {"number": "1"}, {"concealed": True}):
            for record in (event.with_user(self.leader), event.sudo()):
                with self.subTest(vals=vals), self.assertRaises(UserError):
                    record.write(vals)
        with self.assertRaises(UserError):
            event.sudo().unlink()

    def test_close(self):
        """An event is closed when its register is complete and reported."""
        event = self._event()
        with self.assertRaisesRegex(UserError, "(?s)Cause.*Result.*Not reported yet"):
            event.action_close()
        event.write({"cause": "a", "consequence": "b", "result": "c"})
        self._report_all(event)
        event.action_close()
        self.assertEqual(event.state, "closed")
        for record in (event, event.with_user(self.leader), event.sudo()):
            for name in ("result", "course", "opinion", "patient_ref"):
                with self.subTest(name=name), self.assertRaises(UserError):
                    record[name] = "Something else."

    def test_accidents_close_with_a_conclusion(self):
        """R15 七."""
        event = self._event(kind="accident", cause="a", consequence="b", result="c")
        self._report_all(event)
        with self.assertRaisesRegex(UserError, "quality group"):
            event.action_close()
        self._concluded(event)
        event.action_close()

    def test_opinion_is_approved_by_a_leader(self):
        """R15 三: preliminary opinion and grounds, for approval."""
        event = self._event()
        event.opinion = "Training."
        with self.assertRaises(UserError):
            event.with_user(self.leader).action_approve_opinion()
        event.opinion_grounds = "Noticed in time."
        with self.assertRaises(UserError):
            event.action_approve_opinion()
        event.with_user(self.leader).action_approve_opinion()
        self.assertEqual(event.opinion_approved_by_id, self.leader)
        for record in (event, event.sudo()):
            with self.assertRaises(UserError):
                record.opinion = "Nothing."
        with self.assertRaises(UserError):
            event.with_user(self.leader).action_approve_opinion()

    # ----------------------------------------------------------------------
    # Ladder
    # ----------------------------------------------------------------------

    def test_ladder(self):
        """R15 二–四: each rung counts from the one before."""
        event = self._event()
        head, office, leader, superior = event.report_ids
        head.contact = "Head nurse Zhao"
        self.assertEqual(head.due, event.event_date + timedelta(minutes=30))
        self.assertEqual(office.due, head.due + timedelta(minutes=30))
        head.told_date = NOW - timedelta(minutes=5)
        head.action_report()
        self.assertEqual((head.took, head.is_late, head.state), (5, False, "done"))
        self.assertEqual(head.recorded_date, NOW)
        self.assertEqual(office.due, NOW + timedelta(minutes=25))
        self.assertEqual(leader.due, office.due + timedelta(minutes=240))
        self.assertEqual(superior.due, leader.due + timedelta(minutes=720))
        with self.assertRaises(UserError):
            head.action_report()

    def test_lateness(self):
        event = self._event()
        head = event.report_ids[0]
        head.contact = "Head nurse Zhao"
        for minutes, late in ((20, False), (21, True)):
            with self.subTest(minutes=minutes):
                savepoint = self.cr.savepoint()
                with freeze_time(NOW + timedelta(minutes=minutes)):
                    result = head.action_report()
                self.assertEqual(isinstance(result, dict), late, "asks for the reason")
                savepoint.close(rollback=True)
                self.env.invalidate_all(flush=False)
        with freeze_time(NOW + timedelta(minutes=21)):
            head.action_report("The line was busy.")
        self.assertEqual((head.is_late, head.took), (True, 31))
        self.assertEqual(head.late_reason, "The line was busy.")
        self.assertTrue(event.liability_open)

    def test_moments_that_cannot_be(self):
        head = self._event().report_ids[0]
        head.contact = "Head nurse Zhao"
        for moment in (NOW + timedelta(minutes=1), NOW - timedelta(hours=1)):
            head.told_date = moment
            with self.subTest(moment=moment), self.assertRaises(UserError):
                head.action_report()

    def test_reports_are_not_rewritten(self):
        head = self._event().report_ids[0]
        head.contact = "Head nurse Zhao"
        for vals in ({"state": "done"}, {"is_late": False}, {"due": NOW}):
            with self.subTest(vals=vals), self.assertRaises(UserError):
                head.write(vals)
        head.action_report()
        for record in (head, head.sudo()):
            with self.assertRaises(UserError):
                record.contact = "Somebody else"
        with self.assertRaises(UserError):
            head.sudo().unlink()

    def test_liability(self):
        """R15 二: concealment and lateness are examined by a leader."""
        event = self._event()
        with self.assertRaises(UserError):
            event.action_mark_concealed("Found by the pharmacy.")
        leader = event.with_user(self.leader)
        self.assertEqual(
            leader.action_mark_concealed()["res_model"], "complaint.step.dialog"
        )
        leader.action_mark_concealed("Found by the pharmacy.")
        self.assertTrue(event.liability_open)
        with self.assertRaises(UserError):
            event.action_settle_liability("Nothing.")
        leader.action_settle_liability("A reprimand.")
        self.assertFalse(event.liability_open)
        self.assertEqual(event.liability_by_id, self.leader)

    # ----------------------------------------------------------------------
    # Alarm
    # ----------------------------------------------------------------------

    def _alarm(self, minutes=60):
        with freeze_time(NOW + timedelta(minutes=minutes)):
            self.env["complaint.medical.report"]._cron_alarm()

    def _told(self, user):
        return self.env["mail.message"].search(
            [
                ("notification_ids.res_partner_id", "=", user.partner_id.id),
                ("subject", "ilike", "not reported upwards"),
            ]
        )

    def test_alarm(self):
        event = self._event()
        self._alarm(minutes=19)
        self.assertFalse(self._told(self.nurse))
        self._alarm(minutes=21)
        for user in (self.nurse, self.chief, self.leader):
            with self.subTest(user=user.login):
                [message] = self._told(user)
                self.assertIn(event.number, message.body)
        self.assertFalse(self._told(self.handler))
        self.assertTrue(event.liability_open, "nobody reported it")
        self._alarm(minutes=22)
        self.assertEqual(len(self._told(self.nurse)), 1, "once")
        head = event.report_ids[0]
        head.contact = "Head nurse Zhao"
        with freeze_time(NOW + timedelta(minutes=25)):
            head.action_report("The line was busy.")
        self.assertTrue(head.is_late)

    def test_who_took_it_is_said(self):
        """A click alone reports nothing to anybody (R15 二)."""
        head = self._event().report_ids[0]
        for contact in (False, " "):
            head.contact = contact
            with self.assertRaisesRegex(UserError, "who took it"):
                head.action_report("The line was busy.")

    def test_told_in_time_but_recorded_late(self):
        """The alarm is no verdict: who told in time and wrote it down later was in time."""
        event = self._event()
        head = event.report_ids[0]
        head.contact = "Head nurse Zhao"
        self._alarm(minutes=21)
        self.assertTrue(event.liability_open)
        with freeze_time(NOW + timedelta(minutes=25)):
            head.told_date = NOW
            head.action_report()
        self.assertFalse(head.is_late or event.liability_open)
        self.assertEqual(head.recorded_date, NOW + timedelta(minutes=25))

    def test_alarm_spares_who_is_kept_away(self):
        case = self._case()
        self._event(self.leader, ticket_id=case.id)
        self._recuse(case, self.chief + self.leader)
        self._alarm()
        for user in (self.chief, self.leader):
            self.assertFalse(self._told(user), user.login)

    def test_alarm_is_taken_back_from_who_is_kept_away_later(self):
        case = self._case()
        self._event(self.leader, ticket_id=case.id)
        self._alarm()
        self.assertTrue(self._told(self.leader))
        self._recuse(case, self.leader)
        self.assertFalse(self._told(self.leader))

    def test_alarm_wakes_by_itself(self):
        event = self._event()
        cron = self.env.ref("community_complaint_medical.complaint_medical_cron_alarm")
        moments = self.env["ir.cron.trigger"].search([("cron_id", "=", cron.id)])
        self.assertGreaterEqual(
            set(moments.mapped("call_at")), set(event.report_ids.mapped("due"))
        )

    # ----------------------------------------------------------------------
    # Settings
    # ----------------------------------------------------------------------

    def test_ladder_is_declared(self):
        """A text with a register says whom events are reported to."""
        self.medical.medical_rung_ids.unlink()
        faults = [code for code, _text in self.medical._faults()]
        self.assertIn("medical_ladder", faults)

    def test_a_limit_is_a_minute_or_more(self):
        with self.assertConstraint("a minute or more"):
            self.medical.medical_rung_ids[0].minutes = 0

    # ----------------------------------------------------------------------
    # Cost
    # ----------------------------------------------------------------------

    def _register(self, count):
        """Return queries that the list of the register takes with so many events."""
        events = self.env["complaint.medical.event"].with_user(self.leader)
        # sudo: complaint.medical.event - the fixture
        events.sudo().create(
            [self._event_vals(involved_ids=[Command.clear()]) for _i in range(count)]
        )
        self.env.flush_all()
        return self._queries(
            lambda: events.search([]).web_read(
                {name: {} for name in ("number", "kind", "course", "liability_open")}
            )
        )

    def _queries(self, function):
        self.env.invalidate_all()
        before = self.cr.sql_log_count
        function()
        self.env.flush_all()
        return self.cr.sql_log_count - before

    @warmup
    def test_register_takes_the_same_queries(self):
        self._register(1)
        few = self._register(10)
        self.assertLessEqual(self._register(100), few)

    @warmup
    def test_alarm_takes_the_same_queries(self):
        """Ten times as many late reports are told in as many messages."""
        counts = []
        self._register(1)
        self._queries(lambda: self._alarm(5000))
        for number in (10, 100):
            self._register(number)
            counts.append(self._queries(lambda: self._alarm(5000)))
        self.assertLessEqual(counts[1], counts[0] * 1.5)
