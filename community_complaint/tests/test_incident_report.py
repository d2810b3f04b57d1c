from datetime import timedelta

from freezegun import freeze_time

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import ComplaintCommon


@tagged("post_install", "-at_install")
class TestIncidentReport(ComplaintCommon):
    def _threat(self, ticket, text="Shouting.", minutes=0):
        """Report a threat of some minutes ago, of which security and police know."""
        moment = fields.Datetime.now() - timedelta(minutes=minutes)
        ticket.action_report_threat(text, moment, "Officer Zhao", "110-2233")

    def test_threats_go_to_security_and_police_at_once(self):
        """R17 1.6."""
        ticket = self._complaint().with_user(self.handler)
        self.assertEqual(
            ticket.action_report_threat()["res_model"], "complaint.step.dialog"
        )
        self._threat(ticket, "He threatened the receptionist with a knife.")
        reports = ticket.incident_report_ids
        self.assertEqual(sorted(reports.mapped("receiver")), ["police", "security"])
        self.assertEqual(reports.user_id, self.handler)
        self.assertFalse(any(reports.mapped("is_late")))
        self.assertIn("Police", ticket.message_ids[0].body)

    def test_lateness_is_recorded(self):
        self.regulation.report_minutes = 30
        ticket = self._complaint()
        now = fields.Datetime.now()
        with freeze_time(now):
            for minutes, late in ((30, False), (31, True), (600, True)):
                self._threat(ticket.with_user(self.clerk), minutes=minutes)
                report = ticket.incident_report_ids.sorted("id")[-1]
                with self.subTest(minutes=minutes):
                    self.assertEqual((report.minutes, report.is_late), (minutes, late))
        self.assertIn("late", ticket.message_ids[0].body)

    def test_times_are_not_typed(self):
        ticket = self._complaint()
        now = fields.Datetime.now()
        reports = self.env["complaint.incident.report"].with_user(self.clerk)
        vals = {
            "ticket_id": ticket.id,
            "receiver": "police",
            "contact": "110-2233",
            "text": "Fire.",
            "event_date": now - timedelta(hours=3),
        }
        for typed in (
            {"reported_date": now - timedelta(hours=3)},
            {"minutes": 0},
            {"is_late": False},
        ):
            with self.subTest(typed=typed), self.assertRaises(UserError):
                reports.create({**vals, **typed})
        with freeze_time(now):
            report = reports.create(vals)
        self.assertEqual((report.reported_date, report.minutes), (now, 180))
        self.assertTrue(report.is_late)

    def test_a_later_limit_makes_nobody_late(self):
        self.regulation.report_minutes = 30
        ticket = self._complaint().with_user(self.clerk)
        self._threat(ticket, minutes=20)
        self.regulation.report_minutes = 10
        self.env.flush_all()
        self.assertFalse(any(ticket.incident_report_ids.mapped("is_late")))

    def test_it_stays_as_it_was(self):
        ticket = self._complaint().with_user(self.clerk)
        self._threat(ticket)
        report = ticket.incident_report_ids[0]
        report.contact = "Officer Zhao, 110-2233"
        for vals in ({"text": "Nothing."}, {"is_late": False}, {"receiver": "office"}):
            for record in (report, report.sudo()):
                with self.subTest(vals=vals), self.assertRaises(UserError):
                    record.write(vals)
        with self.assertRaises(UserError):
            report.sudo().unlink()

    def test_not_in_the_future(self):
        with self.assertRaisesRegex(UserError, "in the future"):
            self._threat(self._complaint().with_user(self.clerk), minutes=-60)

    def test_settled_on_the_spot_is_reported_to_the_office(self):
        """R17 1.8."""
        self.regulation.on_spot_allowed = True
        quiet = self._complaint().with_user(self.clerk)
        quiet.action_answer_on_spot("Done.")
        self.assertFalse(quiet.incident_report_ids)
        self.regulation.gate_first_receiver = True
        ticket = self._complaint().with_user(self.clerk)
        ticket.action_answer_on_spot("The bill was corrected.")
        report = ticket.incident_report_ids
        self.assertEqual((report.kind, report.receiver), ("on_spot", "office"))
        self.assertEqual(report.text, "The bill was corrected.")
        self.assertEqual(report.user_id, self.clerk)
