from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged, warmup

from ..models.helpdesk_ticket_life import LIFE
from ..tools.steps import FINISHED_PHASES, PHASES
from .common import ComplaintCommon


@tagged("post_install", "-at_install")
class TestSteps(ComplaintCommon):
    def test_whole_way(self):
        ticket = self._complaint(respondent_ids=self._respondent())
        self._to(ticket, "closed")
        self.assertEqual(
            sorted(ticket.notice_ids.mapped("kind")), ["result", "result", "voucher"]
        )
        self.assertTrue(ticket.closed_date)
        ticket.with_user(self.clerk).action_archive()
        self.assertEqual(ticket.phase, "archived")
        self.assertFalse(ticket.active)

    def test_everything_missing_in_one_message(self):
        ticket = self._complaint(
            complainant_name=False, complainant_phone=False, channel_id=False
        )
        ticket.type_id = False
        with self.assertRaises(UserError) as caught:
            self._accept(ticket)
        message = str(caught.exception)
        for part in (ticket.number, "name", "reach", "channel", "kind of complaint"):
            self.assertIn(part, message)
        self.assertEqual(ticket.phase, "registered")

    def test_out_of_order(self):
        ticket = self._complaint()
        for name, step in LIFE.steps.items():
            if "registered" in step.sources:
                continue
            with self.subTest(step=name), self.assertRaises(UserError):
                ticket.with_user(self.manager)._take(name, "because")
            self.assertEqual(ticket.phase, "registered")

    def test_roles(self):
        ticket = self._complaint()
        with self.assertRaises(UserError):
            ticket.with_user(self.handler).action_accept()
        self._to(ticket, "deciding")
        self._draft(ticket)
        for user in (self.clerk, self.handler):
            with self.subTest(user=user.login), self.assertRaises(UserError):
                ticket.with_user(user).action_decide()
        for user in (self.auditor, self.custodian, self.publisher, self.discipline):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                ticket.with_user(user).action_decide()

    def test_taking_the_case(self):
        """A handler of the desk takes a running case that nobody has, nobody else."""
        case = self._complaint(user_id=False)
        with self.assertRaisesRegex(AccessError, "up to"):
            case.with_user(self.clerk).assign_to_me()
        other = self._new_user("other", "community_complaint.group_complaint_handler")
        with self.assertRaises(UserError):
            case.with_user(other).assign_to_me()
        case.with_user(self.handler).assign_to_me()
        self.assertEqual(case.user_id, self.handler)
        with self.assertRaisesRegex(UserError, "has a handler"):
            case.with_user(self.leader).assign_to_me()
        over = self._complaint(user_id=False)
        over.with_user(self.clerk).action_withdraw("Settled at home.")
        with self.assertRaisesRegex(UserError, "is finished"):
            over.with_user(self.handler).assign_to_me()

    def test_dragging_takes_the_step(self):
        ticket = self._complaint().with_user(self.clerk)
        ticket.stage_id = self.team._complaint_stage_id("accepted")
        self.assertEqual(ticket.phase, "accepted")
        self.assertEqual(ticket.notice_ids.kind, "voucher")
        self.assertTrue(ticket.accepted_date)

    def test_dragging_over_a_gate(self):
        ticket = self._complaint(complainant_name=False)
        with self.assertRaises(UserError), self.env.cr.savepoint():
            ticket.stage_id = self.team._complaint_stage_id("accepted")
        with self.assertRaises(UserError), self.env.cr.savepoint():
            ticket.with_user(self.leader).stage_id = self.team._complaint_stage_id(
                "notified"
            )
        with self.assertRaises(UserError), self.env.cr.savepoint():
            ticket.stage_id = self.team._complaint_stage_id("refused")
        with self.assertRaises(UserError), self.env.cr.savepoint():
            ticket.stage_id = self.env.ref("helpdesk_mgmt.helpdesk_ticket_stage_done")
        self.assertEqual(ticket.phase, "registered")

    def test_context_opens_no_back_door(self):
        ticket = self._complaint()
        for flag in (True, 1, "complaint_step", {}):
            with self.subTest(flag=flag), self.assertRaises(UserError):
                ticket.with_context(complaint_step=flag).write({"accepted_date": False})

    def test_reason_is_asked_for(self):
        ticket = self._complaint().with_user(self.clerk)
        action = ticket.action_refuse()
        self.assertEqual(action["res_model"], "complaint.step.dialog")
        self.assertEqual(ticket.phase, "registered")
        self._answer(action, self.clerk, text="A matter of the traffic police.")
        self.assertEqual(ticket.phase, "refused")
        self.assertEqual(ticket.refusal_reason, "A matter of the traffic police.")
        self.assertEqual(ticket.notice_ids.kind, "refusal")

    def test_blank_reason_is_none(self):
        action = self._complaint().action_refuse("  ")
        self.assertEqual(action["res_model"], "complaint.step.dialog")

    def test_evidence_before_findings(self):
        """R01 5.2: evidence is collected."""
        ticket = self._to(self._complaint(), "investigating").with_user(self.handler)
        ticket.findings = "True."
        with self.assertRaises(UserError):
            ticket.action_submit_findings()
        self.env["complaint.evidence"].with_user(self.handler).create(
            {"ticket_id": ticket.id, "name": "Photo"}
        )
        ticket.action_submit_findings()
        self.assertEqual(ticket.phase, "deciding")

    def test_starting_makes_the_handler(self):
        ticket = self._to(self._complaint(), "investigating")
        self.assertEqual(ticket.user_id, self.handler)

    def test_closing_needs_service_on_all(self):
        """R01 5.3: complainant and respondent both get the result."""
        ticket = self._complaint(respondent_ids=self._respondent())
        self._to(ticket, "notified")
        result = ticket.notice_ids.filtered(lambda item: item.kind == "result")
        self.assertEqual(
            sorted(result.mapped("addressee")), ["complainant", "respondent"]
        )
        result[0].with_user(self.clerk).action_serve(delivery="post", note="RX 1")
        with self.assertRaises(UserError) as caught:
            ticket.with_user(self.clerk).action_close()
        self.assertIn(result[1].number, str(caught.exception))

    def test_follow_up(self):
        self.regulation.gate_follow_up = True
        ticket = self._to(self._complaint(), "notified").with_user(self.clerk)
        ticket.notice_ids.action_serve(delivery="post", note="RX 1")
        with self.assertRaises(UserError):
            ticket.action_close()
        with self.assertRaises(UserError):
            ticket.action_follow_up("Called.")
        ticket.action_follow_up("Called, is content.", "satisfied")
        self.assertEqual(ticket.phase, "follow_up")
        self.assertEqual(ticket.follow_up_date, ticket._office_date())
        ticket.action_close()
        self.assertEqual(ticket.phase, "closed")

    def test_reopening(self):
        ticket = self._to(self._complaint(), "closed")
        with self.assertRaises(UserError):
            ticket.with_user(self.handler).action_reopen("Again.")
        ticket.with_user(self.leader).action_reopen("New facts.")
        self.assertEqual(ticket.phase, "investigating")
        self.assertFalse(ticket.closed_date)

    def test_withdrawing_from_every_open_phase(self):
        for phase in (
            "registered",
            "accepted",
            "investigating",
            "deciding",
            "notified",
        ):
            with self.subTest(phase=phase):
                ticket = self._to(self._complaint(), phase)
                ticket.with_user(self.clerk).action_withdraw("Settled among us.")
                self.assertEqual(ticket.phase, "withdrawn")

    def test_answer_on_spot(self):
        """R04, R17, R18 know it, R01 does not."""
        ticket = self._complaint().with_user(self.clerk)
        with self.assertRaises(UserError):
            ticket.action_answer_on_spot("Here is why.")
        self.regulation.on_spot_allowed = True
        ticket.action_answer_on_spot("Here is why.")
        self.assertEqual(ticket.phase, "closed")
        self.assertEqual(ticket.on_spot_answer, "Here is why.")

    def test_finished_case_is_read_only(self):
        ticket = self._to(self._complaint(), "closed")
        with self.assertRaises(UserError):
            self.env["complaint.evidence"].with_user(self.handler).create(
                {"ticket_id": ticket.id, "name": "Too late"}
            )

    def test_batch_names_every_case(self):
        good, bad = self._complaint(), self._complaint(complainant_name=False)
        with self.assertRaises(UserError) as caught:
            (good + bad).with_user(self.clerk).action_accept()
        self.assertIn(bad.number, str(caught.exception))
        self.assertNotIn(good.number, str(caught.exception))
        self.assertEqual(good.phase, "registered")

    def test_log(self):
        ticket = self._complaint()
        self._accept(ticket)
        self.assertIn("Registered → Accepted", ticket.message_ids[0].body)

    def test_every_step_has_its_method(self):
        phases = {code for code, _name in PHASES}
        for name, step in LIFE.steps.items():
            self.assertTrue(
                callable(getattr(self.env["helpdesk.ticket"], f"action_{name}"))
            )
            self.assertLessEqual(set(step.sources), phases)
        self.assertLessEqual(set(FINISHED_PHASES), phases)

    @warmup
    def test_steps_are_batched(self):
        def count(number):
            tickets = (
                self.env["helpdesk.ticket"]
                .with_user(self.clerk)
                .create(
                    [
                        self._vals(respondent_ids=[Command.clear()])
                        for _i in range(number)
                    ]
                )
            )
            self._force(tickets, stage_id=self.team._complaint_stage_id("accepted"))
            self.env.flush_all()
            self.env.invalidate_all()
            start = self.env.cr.sql_log_count
            tickets.with_user(self.handler).action_start_investigation()
            self.env.flush_all()
            return self.env.cr.sql_log_count - start

        count(2)
        few, many = count(10), count(100)
        self.assertLessEqual((many - few) / 90, 1)
