from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import ComplaintCommon


@tagged("post_install", "-at_install")
class TestDecision(ComplaintCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.criticism = cls.env.ref("community_complaint.measure_criticism")
        cls.apology = cls.env.ref("community_complaint.measure_apology")

    def test_no_draft(self):
        ticket = self._to(self._complaint(), "deciding")
        with self.assertRaises(UserError):
            ticket.with_user(self.leader).action_decide()

    def test_incomplete_draft(self):
        ticket = self._to(self._complaint(), "deciding")
        self._draft(ticket, conclusion=False, reasons=" ")
        with self.assertRaises(UserError) as caught:
            ticket.with_user(self.leader).action_decide()
        self.assertIn("conclusion", str(caught.exception))
        self.assertIn("reasons", str(caught.exception))

    def test_hearing_before_sanction(self):
        """R02 8: statement and defence before any measure."""
        ticket = self._complaint(respondent_ids=self._respondent())
        self._to(ticket, "deciding")
        respondent = ticket.respondent_ids
        line = {"measure_id": self.criticism.id, "respondent_id": respondent.id}
        self._draft(ticket, measure_line_ids=[Command.create(line)])
        with self.assertRaises(UserError) as caught:
            ticket.with_user(self.leader).action_decide()
        self.assertIn("Wang Wei", str(caught.exception))
        respondent.with_user(self.handler).write(
            {"statement": "I was asked to hurry.", "statement_date": "2026-01-05"}
        )
        ticket.with_user(self.leader).action_decide()
        self.assertEqual(ticket.decision_id.state, "in_force")

    def test_who_declines_is_heard(self):
        ticket = self._complaint(respondent_ids=self._respondent())
        ticket.respondent_ids.statement_waived = True
        self.assertTrue(ticket.respondent_ids.heard)

    def test_sanction_names_its_respondent(self):
        ticket = self._to(self._complaint(), "deciding")
        self._draft(
            ticket,
            measure_line_ids=[Command.create({"measure_id": self.criticism.id})],
        )
        with self.assertRaises(UserError):
            ticket.with_user(self.leader).action_decide()

    def test_remedy_needs_no_hearing(self):
        ticket = self._to(self._complaint(), "deciding")
        self._draft(
            ticket, measure_line_ids=[Command.create({"measure_id": self.apology.id})]
        )
        ticket.with_user(self.leader).action_decide()
        decision = ticket.decision_id
        self.assertEqual(decision.decided_by_id, self.leader)
        self.assertEqual(decision.version, 1)

    def test_made_decisions_do_not_change(self):
        ticket = self._to(self._complaint(), "notified")
        decision = ticket.decision_id
        line_vals = {"decision_id": decision.id, "measure_id": self.apology.id}
        for user in (self.handler, self.leader, self.manager):
            with self.subTest(user=user.login):
                with self.assertRaises(UserError):
                    decision.with_user(user).reasons = "Otherwise."
                with self.assertRaises(UserError):
                    decision.with_user(user).unlink()
                with self.assertRaises(UserError), self.env.cr.savepoint():
                    self.env["complaint.decision.measure"].with_user(user).create(
                        line_vals
                    )

    def test_code_changes_no_made_decision(self):
        """A server action, an automated action and the superuser included."""
        ticket = self._to(self._complaint(), "deciding")
        line = Command.create({"measure_id": self.apology.id})
        decision = self._draft(ticket, measure_line_ids=[line]).sudo()
        ticket.with_user(self.leader).action_decide()
        for write in (
            lambda: decision.write({"reasons": "Otherwise."}),
            lambda: decision.write({"state": "draft"}),
            lambda: decision.measure_line_ids.write({"note": "More."}),
            decision.measure_line_ids.unlink,
            lambda: decision.write({"measure_line_ids": [line]}),
            decision.unlink,
        ):
            with self.assertRaises(UserError), self.env.cr.savepoint():
                write()

    def test_nobody_decides_by_writing(self):
        ticket = self._to(self._complaint(), "deciding")
        draft = self._draft(ticket)
        with self.assertRaises(UserError):
            draft.state = "in_force"
        vals = {"ticket_id": ticket.id, "state": "in_force", "conclusion": "settled"}
        draft.unlink()
        with self.assertRaises(UserError):
            self.env["complaint.decision"].with_user(self.handler).create(vals)

    def test_next_version_supersedes(self):
        ticket = self._to(self._complaint(), "closed")
        first = ticket.decision_id
        ticket.with_user(self.leader).action_reopen("New facts.")
        self._submit(ticket)
        self._draft(ticket, conclusion="unsubstantiated")
        ticket.with_user(self.leader).action_decide()
        self.assertEqual(first.state, "superseded")
        self.assertEqual(ticket.decision_id.version, 2)
        self.assertEqual(ticket.decision_id.conclusion, "unsubstantiated")
