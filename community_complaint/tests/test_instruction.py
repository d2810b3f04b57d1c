from odoo import Command, fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import ComplaintCommon


@tagged("post_install", "-at_install")
class TestInstruction(ComplaintCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.regulation.gate_instruction = True
        cls.env["complaint.sla.policy"].create(
            {
                "regulation_id": cls.regulation.id,
                "name": "Leader reads at once",
                "quantity": 30,
                "unit": "minute",
                "start_event": "received",
                "end_event": "instructed",
            }
        )

    def _asked(self, ticket, user=None):
        return ticket.instruction_ids.with_user(user or self.leader)

    def test_every_complaint_goes_to_the_leader_at_once(self):
        """R03 3.1: the form goes to the centre leader immediately."""
        tickets = self._complaint() + self._complaint()
        for ticket in tickets:
            self.assertEqual(ticket.instruction_ids.kind, "reading")
            self.assertEqual(ticket.instruction_ids.state, "requested")
            self.assertEqual(ticket.instruction_ids.requested_by_id, self.clerk)
        self.regulation.gate_instruction = False
        self.assertFalse(self._complaint().instruction_ids)

    def test_nobody_starts_before_the_leader_read(self):
        ticket = self._to(self._complaint(), "accepted")
        with self.assertRaises(UserError) as caught:
            self._investigate(ticket)
        self.assertIn("leader has not given an opinion", str(caught.exception))
        self._asked(ticket).action_give("Visit the flat tonight.")
        self._investigate(ticket)
        self.assertEqual(ticket.phase, "investigating")

    def test_clock_ends_with_the_instruction(self):
        ticket = self._complaint()
        clock = ticket.deadline_ids.filtered(lambda item: "at once" in item.name)
        self.assertEqual(clock.state, "running")
        self._asked(ticket).action_give("Read.")
        self.assertEqual(clock.state, "met")

    def test_only_leaders_give(self):
        ticket = self._complaint()
        for user in (self.clerk, self.handler):
            with self.subTest(user=user.login), self.assertRaises(UserError):
                self._asked(ticket, user).action_give("Drop it.")
        with self.assertRaises(UserError):
            self._asked(ticket, self.handler).text = "Drop it."
        with self.assertRaises(AccessError):
            self._asked(ticket, self.auditor).write({"request": "x"})
        self.assertFalse(ticket.instruction_ids.text)

    def test_the_leader_who_was_asked(self):
        ticket = self._complaint()
        other = self._new_user("deputy", "community_complaint.group_complaint_leader")
        self.team.user_ids += other
        ticket.instruction_ids.with_user(self.handler).asked_id = other
        with self.assertRaises(UserError) as caught:
            self._asked(ticket).action_give("Mine.")
        self.assertIn(other.name, str(caught.exception))
        self._asked(ticket, other).action_give("Mine.")
        self.assertEqual(ticket.instruction_ids.user_id, other)

    def test_given_words_stay(self):
        ticket = self._complaint()
        asked = self._asked(ticket)
        asked.action_give("First.")
        for vals in ({"text": "Second."}, {"state": "requested"}, {"date": False}):
            for record in (asked, asked.sudo()):
                with self.subTest(vals=vals), self.assertRaises(UserError):
                    record.write(vals)
        with self.assertRaises(UserError):
            asked.unlink()
        with self.assertRaises(UserError):
            asked.action_give("Again.")
        self.assertIn("First.", ticket.message_ids[0].body)

    def test_who_and_when_are_not_typed(self):
        ticket = self._complaint()
        mine = self.env["complaint.instruction"].with_user(self.leader)
        vals = {"ticket_id": ticket.id, "text": "At once."}
        for typed in (
            {"state": "given"},
            {"user_id": self.handler.id},
            {"date": "2020-01-01 00:00:00"},
        ):
            for model in (mine, mine.sudo()):
                with self.subTest(typed=typed), self.assertRaises(UserError):
                    model.create({**vals, **typed})
        made = mine.create(vals)
        self.assertEqual(made.state, "requested")
        made.action_give()
        self.assertEqual(made.user_id, self.leader)
        self.assertEqual(made.date.date(), fields.Date.today())

    def test_without_words_the_dialog_asks(self):
        asked = self._asked(self._complaint())
        self._answer(asked.action_give(), self.leader, text="Go and look.")
        self.assertEqual((asked.state, asked.text), ("given", "Go and look."))

    def test_report_to_the_leader(self):
        """R04 3.4: what the station cannot handle is reported to a leader."""
        self.regulation.gate_instruction = False
        ticket = self._to(self._complaint(), "investigating").with_user(self.handler)
        self.assertEqual(
            ticket.action_report_to_leader()["res_model"], "complaint.step.dialog"
        )
        ticket.action_report_to_leader("The landlord lets nobody in.")
        report = ticket.instruction_ids
        self.assertEqual((report.kind, report.state), ("report", "requested"))
        self.assertEqual(report.requested_by_id, self.handler)
        tickets = self.env["helpdesk.ticket"].with_user(self.leader)
        domain = tickets._desk_domain("to_instruct")
        waiting = self.env["complaint.instruction"].with_user(self.leader)
        self.assertEqual(waiting.search(domain), report)

    def test_finished_cases_are_not_reported(self):
        ticket = self._complaint().with_user(self.clerk)
        ticket.action_withdraw("Settled.")
        with self.assertRaises(UserError):
            ticket.action_report_to_leader("Too late.")

    def test_inbox_of_the_leader_only(self):
        self._complaint()
        for user, shown in ((self.leader, True), (self.clerk, False)):
            desk = self.env["helpdesk.ticket"].with_user(user).get_complaint_desk()
            tiles = {
                tile["key"]: tile["count"]
                for section in desk["sections"]
                for tile in section["tiles"]
            }
            with self.subTest(user=user.login):
                self.assertEqual(tiles.get("to_instruct", 0) >= 1, shown)

    def test_batch_of_requests_costs_one_insert(self):
        def count(number):
            tickets = self.env["helpdesk.ticket"].with_user(self.clerk)
            start = self.env.cr.sql_log_count
            tickets.create([self._vals() for _i in range(number)])
            self.env.flush_all()
            return self.env.cr.sql_log_count - start

        count(2)
        with_gate = count(20) / 20
        self.regulation.gate_instruction = False
        self.assertLess(with_gate - count(20) / 20, 1)


@tagged("post_install", "-at_install")
class TestInstructionConflict(ComplaintCommon):
    def test_no_trace_for_the_accused_leader(self):
        self.regulation.gate_instruction = True
        ticket = self._complaint(respondent_ids=self._respondent(self.leader))
        self.assertTrue(ticket.instruction_ids)
        mine = self.env["complaint.instruction"].with_user(self.leader)
        self.assertFalse(mine.search([("ticket_id", "=", ticket.id)]))
        ticket.sudo().respondent_ids = [Command.clear()]
        self.env.flush_all()
        self.assertFalse(mine.search([("ticket_id", "=", ticket.id)]), "until lifted")
        ticket.sudo().conflict_ids.with_user(self.manager).action_lift("A mistake.")
        self.assertTrue(mine.search([("ticket_id", "=", ticket.id)]))
