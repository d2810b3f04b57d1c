from datetime import datetime, timedelta

from freezegun import freeze_time

from odoo import Command, fields
from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import CANARY
from .test_dispatch_sms import SmsCommon

#: Saturday noon in Shanghai: nobody is at a screen.
NOW = datetime(2026, 3, 7, 4)


class AlarmCommon(SmsCommon):
    """An office with a roster, and a time limit of an hour that is an alarm."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.regulation.calendar_id = cls.calendar
        cls.regulation.needs_roster = True
        cls.roster = cls.regulation.roster_ids
        cls.policy = cls.regulation.sla_policy_ids.filtered(
            lambda policy: policy.start_event == "received"
        )
        cls.policy.write(
            {
                "quantity": 60,
                "unit": "minute",
                "reminder_quantity": 15,
                "reminder_unit": "minute",
                "notify_mode": "any",
            }
        )

    def setUp(self):
        super().setUp()
        self.frozen = self.enterContext(freeze_time(NOW))

    def _on_duty(self, name="Zhou", **vals):
        """Return a member of staff who is on duty now, reached as is said."""
        employee = self.env["hr.employee"].create(
            {"name": name, "company_id": self.company.id, **vals}
        )
        self.env["complaint.roster.shift"].create(
            {
                "roster_id": self.roster.id,
                "employee_id": employee.id,
                "start": NOW - timedelta(hours=4),
                "end": NOW + timedelta(hours=8),
            }
        )
        return employee

    def _late(self, **vals):
        """Return a case whose time limit has just run out, at a minute past."""
        ticket = self._complaint(user_id=self.handler.id, **vals)
        self.frozen.move_to(NOW + timedelta(minutes=61))
        return ticket

    def _remind(self):
        self.env["complaint.deadline"]._tell_at_once(fields.Datetime.now())

    def _alarms(self, ticket):
        return self._told(ticket).filtered("alarm")

    def _texts(self):
        """Return what arrived by text message, as ``[(number, text)]``."""
        self._deliver()
        return [(item["to"], item["text"]) for item in self.provider.messages]

    def _mails(self):
        """Return what arrived by mail, ``{address: text}``."""
        received = self._received()
        return {
            recipients[0].strip("<>"): message.get_body().get_content()
            for (_sender, recipients), (_raw, message) in zip(
                self.envelopes, received, strict=True
            )
        }


@tagged("post_install", "-at_install")
class TestAlarm(AlarmCommon):
    """Whoever is on duty learns of an alarm: on their own telephone, once."""

    # ----------------------------------------------------------------------
    # How it reaches them
    # ----------------------------------------------------------------------

    def test_by_text_message(self):
        """Number, kind, phone of the office; no name, whatever the case is about."""
        self._on_duty(mobile_phone="139 0013 9000")
        ticket = self._late(**CANARY, confidentiality="confidential")
        self._remind()
        [(number, text)] = self._texts()
        self.assertEqual(number, "139 0013 9000")
        self.assertIn(ticket.number, text)
        self.assertIn("overdue", text)
        self.assertIn("021-66889900", text)
        for telling in (*CANARY.values(), "Noise", "Drilling", "http"):
            self.assertNotIn(telling, text)
        self.assertEqual(self._alarms(ticket).addressee, "on_duty")
        self.assertEqual(self._alarms(ticket).state, "sent")

    def test_phone_of_the_shift_first(self):
        employee = self._on_duty(mobile_phone="13900139000")
        self.roster.shift_ids.phone = "13711111111"
        self._late()
        self._remind()
        [(number, _text)] = self._texts()
        self.assertEqual(number, "13711111111")
        self.assertTrue(employee)

    def test_by_mail_with_a_link_for_who_has_a_login(self):
        self.env["ir.config_parameter"].set_param("community_complaint.sms_url", False)
        self._on_duty(work_email="zhou@office.example")
        self._on_duty(work_email="l@office.example", user_id=self.leader.id)
        ticket = self._late(**CANARY, confidentiality="confidential")
        self._remind()
        found = self._mails()
        self.assertEqual(set(found), {"zhou@office.example", "l@office.example"})
        for text in found.values():
            self.assertIn(ticket.number, text)
            self.assertIn("overdue", text)
            for telling in (*CANARY.values(), "Noise"):
                self.assertNotIn(telling, text)
        link = f"res_id={ticket.id}"
        self.assertIn(link, found["l@office.example"])
        self.assertNotIn("http", found["zhou@office.example"])
        self.assertIn("call the office", found["zhou@office.example"])

    def test_by_phone_somebody_of_the_desk_is_asked(self):
        self._on_duty("Zhou")
        ticket = self._late()
        self._remind()
        [dispatch] = self._alarms(ticket)
        self.assertEqual((dispatch.channel, dispatch.state), ("phone", "queued"))
        task = ticket.activity_ids.filtered(lambda item: "Phone" in item.summary)
        self.assertEqual(task.user_id, self.handler)
        self.assertIn("Zhou", task.summary)
        # the database's own clock is not frozen
        self.env.cr.execute("UPDATE complaint_dispatch SET create_date = %s", [NOW])
        self.env.invalidate_all()
        dispatch.with_user(self.clerk).action_prove("Zhou, at 12:05, comes at once.")
        self.assertTrue(dispatch.is_met)

    def test_a_way_that_fails_is_soon_left(self):
        """One more try after a minute, then the next way."""
        self._on_duty(mobile_phone="13900139000", work_email="zhou@office.example")
        tickets = self._complaint(user_id=self.handler.id) + self._late()
        self._remind()
        self.provider.status = 500
        self._deliver()
        self.frozen.tick(timedelta(minutes=2))
        self._deliver()
        self._deliver()
        for ticket in tickets:
            first, second = self._alarms(ticket)
            self.assertEqual((first.channel, first.state), ("sms", "failed"))
            self.assertEqual((second.channel, second.state), ("email", "sent"))
        mails = [recipients for _sender, recipients, _content in self.sink.mails]
        self.assertEqual(mails.count(["<zhou@office.example>"]), 2)

    # ----------------------------------------------------------------------
    # Whom
    # ----------------------------------------------------------------------

    def test_once_each(self):
        """Not again by the next run, nor once more for who has several shifts."""
        employee = self._on_duty(mobile_phone="13900139000")
        self._on_duty("Chen", mobile_phone="13900139001")
        self.roster.shift_ids[:1].copy()
        ticket = self._late()
        self._remind()
        self._force(ticket.deadline_ids, escalated_date=False, reminded_date=False)
        self._remind()
        numbers = [number for number, _text in self._texts()]
        self.assertEqual(sorted(numbers), ["13900139000", "13900139001"])
        self.assertEqual(len(self._alarms(ticket)), 2)
        self.assertIn(employee, self._alarms(ticket).employee_id)

    def test_soon_and_late_are_two_alarms(self):
        self._on_duty(mobile_phone="13900139000")
        ticket = self._complaint(user_id=self.handler.id)
        self.frozen.move_to(NOW + timedelta(minutes=46))
        self._remind()
        self.frozen.move_to(NOW + timedelta(minutes=61))
        self._remind()
        texts = [text for _number, text in self._texts()]
        self.assertEqual(len(texts), 2)
        self.assertIn("about to run out", texts[0])
        self.assertIn("overdue", texts[1])
        self.assertEqual(len(self._alarms(ticket)), 2)

    def test_limits_of_office_hours_are_no_alarms(self):
        self._on_duty(mobile_phone="13900139000")
        self.policy.notify_mode = "office"
        ticket = self._late()
        self.frozen.move_to(datetime(2026, 3, 9, 2))
        self._remind()
        self.assertFalse(self._alarms(ticket))

    def test_nobody_on_duty(self):
        """An empty roster is not silence: the managers get it."""
        self.manager.partner_id.phone = "13600000000"
        ticket = self._late()
        self._remind()
        [(number, text)] = self._texts()
        self.assertEqual(number, "13600000000")
        self.assertIn("Nobody is on duty", text)
        [dispatch] = self._alarms(ticket)
        self.assertEqual(
            (dispatch.addressee, dispatch.user_id), ("employee", self.manager)
        )

    def test_roster_of_the_office(self):
        """Where the regulation has none of its own."""
        self._on_duty(mobile_phone="13900139000")
        other = self.roster.copy({"regulation_id": False})
        self.roster.shift_ids.copy({"roster_id": other.id})
        self.roster.active = False
        self._late()
        self._remind()
        self.assertEqual(len(self._texts()), 1)

    def test_threat_18_not_who_must_not_know(self):
        """Who is complained about and has the telephone learns nothing (THREATS 18)."""
        accused = self._on_duty("Accused", mobile_phone="13900139000")
        excluded = self._on_duty(
            "Excluded", mobile_phone="13900139001", user_id=self.leader.id
        )
        unit = self.env["hr.department"].create(
            {"name": "Front desk", "company_id": self.company.id}
        )
        self._on_duty("Unit", mobile_phone="13900139002", department_id=unit.id)
        self.manager.partner_id.phone = "13600000000"
        ticket = self._complaint(
            user_id=self.handler.id,
            respondent_ids=[
                Command.create({"kind": "employee", "employee_id": accused.id}),
                Command.create({"kind": "department", "department_id": unit.id}),
            ],
        )
        self._recuse(ticket, excluded.user_id)
        self.frozen.move_to(NOW + timedelta(minutes=61))
        self._remind()
        self.assertEqual([number for number, _text in self._texts()], ["13600000000"])
        self.assertFalse(self._alarms(ticket).employee_id)

    def test_as_many_queries_for_ten_times_as_many(self):
        self._on_duty(mobile_phone="13900139000")
        for _count in range(2):
            self._complaint(user_id=self.handler.id)
        alarms = self.env["complaint.alarm"]

        def cost(size):
            clocks = self.env["complaint.deadline"].browse()
            for _count in range(size):
                clocks |= self._complaint(user_id=self.handler.id).deadline_ids
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            dispatches = alarms._ring_clocks(clocks, clocks.browse())
            self.env.flush_all()
            self.assertEqual(len(dispatches), size)
            return self.env.cr.sql_log_count - before

        cost(1)
        few, many = cost(2), cost(20)
        self.assertLessEqual(many, few + 4)

    # ----------------------------------------------------------------------
    # What else is an alarm
    # ----------------------------------------------------------------------

    def test_report_to_the_leader(self):
        """R04: the leader hears of it, and whoever is on duty, not only the desk."""
        self._on_duty(mobile_phone="13900139000")
        self.leader.partner_id.phone = "13600000001"
        ticket = self._complaint()
        ticket.with_user(self.clerk).action_report_to_leader("The landlord is armed.")
        texts = dict(self._texts())
        self.assertEqual(set(texts), {"13900139000", "13600000001"})
        for text in texts.values():
            self.assertIn(ticket.number, text)
            self.assertNotIn("landlord", text)

    def test_threat(self):
        """R17 1.6: leader and who is on duty are told; security and police were called."""
        self._on_duty(mobile_phone="13900139000")
        self.leader.partner_id.phone = "13600000001"
        ticket = self._complaint().with_user(self.clerk)
        with self.assertRaises(UserError) as caught:
            ticket.action_report_threat("He has a knife.")
        for words in ("when it happened", "security office", "police"):
            self.assertIn(words, str(caught.exception))
        action = ticket.action_report_threat()
        self._answer(
            action,
            self.clerk,
            text="He has a knife.",
            event_date=NOW,
            security="Officer Zhao",
            police="110, no. 2233",
        )
        contacts = dict(
            ticket.incident_report_ids.mapped(
                lambda item: (item.receiver, item.contact)
            )
        )
        self.assertEqual(
            contacts, {"security": "Officer Zhao", "police": "110, no. 2233"}
        )
        texts = self._texts()
        self.assertEqual(
            sorted(number for number, _text in texts), ["13600000001", "13900139000"]
        )
        for _number, text in texts:
            self.assertIn("threat", text)
            self.assertNotIn("knife", text)

    def test_who_was_called_is_said(self):
        reports = self.env["complaint.incident.report"].with_user(self.clerk)
        vals = {
            "ticket_id": self._complaint().id,
            "receiver": "police",
            "text": "Fire.",
            "event_date": NOW,
        }
        for said in ({}, {"contact": False}, {"contact": "  "}):
            with self.assertRaisesRegex(UserError, "call them first"):
                reports.create({**vals, **said})
        report = reports.create({**vals, "contact": "Officer Zhao, 110-2233"})
        with self.assertRaisesRegex(UserError, "call them first"):
            report.contact = False

    def test_reports_reach_whom_they_name(self):
        """Complaint office and superior body get a message, not a row (R17 1.8)."""
        self.team.user_id = self.leader
        self.leader.partner_id.email = "head@office.example"
        self.regulation.superior_partner_id = self.env["res.partner"].create(
            {"name": "District", "email": "district@gov.example", "is_company": True}
        )
        self.regulation.on_spot_allowed = True
        self.regulation.gate_first_receiver = True
        ticket = self._complaint(**CANARY, confidentiality="confidential")
        self.env["complaint.incident.report"].with_user(self.clerk).create(
            {
                "ticket_id": ticket.id,
                "kind": "other",
                "receiver": "superior",
                "text": f"{CANARY['complainant_name']} was hurt.",
                "event_date": NOW,
            }
        )
        [told] = self._told(ticket, addressee="superior")
        # nobody of the office is shown what the vault took out, see test_leaving.py
        self.assertTrue(told.held)
        self.assertNotIn("[", told.content)
        self.assertEqual(told.told_name, "District")
        told.with_user(self.custodian).action_release()
        ticket.with_user(self.clerk).action_answer_on_spot("The bill was corrected.")
        mails = self._mails()
        self.assertIn("settled on the spot", mails["head@office.example"])
        self.assertIn(ticket.number, mails["head@office.example"])
        self.assertIn("was hurt", mails["district@gov.example"])
        self.assertNotIn(CANARY["complainant_name"], mails["district@gov.example"])
