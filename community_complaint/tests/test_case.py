from datetime import timedelta

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged, warmup

from .common import ComplaintCommon


@tagged("post_install", "-at_install")
class TestCase(ComplaintCommon):
    def test_registering(self):
        ticket = self._complaint()
        self.assertTrue(ticket.is_complaint)
        self.assertEqual(ticket.phase, "registered")
        self.assertEqual(ticket.regulation_id, self.regulation)
        self.assertEqual(ticket.company_id, self.company)
        self.assertEqual(ticket.confidentiality, "confidential")
        self.assertEqual(ticket.display_name, ticket.number)
        self.assertFalse(ticket.partner_id)
        self.assertFalse(ticket.message_partner_ids)

    def test_title_from_the_text(self):
        ticket = self._complaint(
            name=False, description="<p>夜间施工噪音扰民</p><p>二</p>"
        )
        self.assertEqual(ticket.name, "夜间施工噪音扰民")

    def test_default_team(self):
        """The desk may come from the context, as the intake form gives it."""
        vals = self._vals()
        vals.pop("team_id")
        ticket = (
            self.env["helpdesk.ticket"]
            .with_user(self.clerk)
            .with_context(default_team_id=self.team.id)
            .create(vals)
        )
        self.assertTrue(ticket.is_complaint)

    def test_guarded_fields(self):
        ticket = self._complaint()
        for vals in (
            {"number": "TS1"},
            {"accepted_date": fields.Datetime.now()},
            {"phase": "closed"},
            {"regulation_id": False},
            {"partner_id": self.employee_user.partner_id.id},
            {"team_id": False},
        ):
            with self.subTest(vals=vals), self.assertRaises(UserError):
                ticket.write(vals)

    def test_received_date(self):
        """Neither nothing nor nonsense, which once gave numbers of the year 1990."""
        now = fields.Datetime.now()
        for day in (
            now + timedelta(days=1),
            False,
            "0001-01-01 08:00:00",
            "1990-05-01 08:00:00",
        ):
            with self.subTest(day=day), self.assertRaises(UserError):
                self._complaint(received_date=day)
        self.assertTrue(self._complaint(received_date=now - timedelta(days=9)))

    def test_the_clerk_does_not_move_the_day_of_receipt(self):
        """Finding 1.38: a clerk let the limits begin anew until the case was accepted."""
        now = fields.Datetime.now()
        ticket = self._complaint()
        for user in (self.clerk, self.handler, self.leader, self.manager):
            with self.subTest(user=user.login), self.assertRaises(UserError):
                ticket.with_user(user).received_date = now - timedelta(days=1)
        for user in (self.clerk, self.handler):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                ticket.with_user(user).action_redate("Misread the stamp.", now)

    def test_a_leader_corrects_the_day_of_receipt(self):
        now = fields.Datetime.now().replace(microsecond=0)
        ticket = self._complaint(received_date=now - timedelta(hours=2))
        leader = ticket.with_user(self.leader)
        self.assertEqual(leader.action_redate()["res_model"], "complaint.step.dialog")
        for text, day in (("x", now), ("Misread the stamp.", None)):
            with self.subTest(text=text), self.assertRaises(UserError):
                leader.action_redate(text, day)
        leader.action_redate("Misread the stamp.", now - timedelta(days=1))
        self.assertEqual(ticket.received_date, now - timedelta(days=1))
        row = self.env["complaint.log"].search(
            [("ticket_id", "=", ticket.id), ("kind", "=", "redated")]
        )
        self.assertEqual(row.user_id, self.leader)
        for said in ("Misread the stamp.", str(now - timedelta(hours=2))):
            self.assertIn(said, row.details)

    def test_late_stays_late(self):
        """No other day of receipt makes good what was late."""
        now = fields.Datetime.now()
        ticket = self._complaint(received_date=now - timedelta(days=40))
        with self.assertRaisesRegex(UserError, "what is late stays late"):
            ticket.with_user(self.leader).action_redate("Misread the stamp.", now)
        self.assertEqual(ticket.received_date.date(), (now - timedelta(days=40)).date())

    def test_regulation_names_channels(self):
        """R01 4 knows no telephone."""
        phone = self.env.ref("community_complaint.channel_phone")
        with self.assertRaises(UserError):
            self._complaint(channel_id=phone.id)

    def test_anonymous_only_where_allowed(self):
        with self.assertRaises(UserError):
            self._complaint(confidentiality="anonymous")
        self.regulation.allow_anonymous = True
        ticket = self._complaint(confidentiality="anonymous")
        self.assertFalse(ticket.sudo().identity_ids.name)

    def test_never_deleted(self):
        ticket = self._complaint()
        with self.assertRaises(UserError):
            ticket.with_user(self.manager).unlink()

    def test_copy_takes_a_new_number(self):
        ticket = self._complaint()
        copy = ticket.copy()
        self.assertNotEqual(copy.number, ticket.number)
        self.assertEqual(copy.phase, "registered")

    def test_employee_registers_nothing(self):
        with self.assertRaises(AccessError):
            self._complaint(user=self.employee_user)

    def test_other_desk(self):
        ticket = self._complaint()
        other = self._adopt("regulation_r02").team_id
        with self.assertRaises(UserError):
            ticket.with_user(self.leader).team_id = other
        second = self.env["helpdesk.ticket.team"].create(
            {
                "name": "Second window",
                "company_id": self.company.id,
                "regulation_id": self.regulation.id,
            }
        )
        self.regulation._ensure_complaint_stages()
        ticket.sudo().team_id = second
        self.assertEqual(ticket.phase, "registered")

    def test_mixed_batch(self):
        """Complaints and ordinary tickets in one create keep their order."""
        ordinary = {"name": "Printer", "description": "<p>x</p>"}
        tickets = self.env["helpdesk.ticket"].create(
            [ordinary, self._vals(), ordinary, self._vals()]
        )
        self.assertEqual(tickets.mapped("is_complaint"), [False, True, False, True])

    @warmup
    def test_creating_is_batched(self):
        Ticket = self.env["helpdesk.ticket"].with_user(self.clerk)

        def count(number):
            vals = [
                self._vals(respondent_ids=[Command.clear()]) for _i in range(number)
            ]
            self.env.flush_all()
            start = self.env.cr.sql_log_count
            Ticket.create(vals)
            self.env.flush_all()
            return self.env.cr.sql_log_count - start

        count(2)
        few, many = count(10), count(100)
        self.assertLessEqual((many - few) / 90, 6)
        self.assertLessEqual(count(1), 40)
