from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import ComplaintCommon


@tagged("post_install", "-at_install")
class TestDefaultGuard(ComplaintCommon):
    """What steps write comes from no default; refusals name nothing (THREATS 17, 40)."""

    def test_context_writes_no_step(self):
        forged = {
            "default_state": "in_force",
            "default_decided_by_id": self.leader.id,
            "default_decided_date": "2026-01-01 08:00:00",
        }
        ticket = self._to(self._complaint(), "deciding")
        ticket.decision_ids.unlink()
        decision = (
            self.env["complaint.decision"]
            .with_user(self.handler)
            .with_context(**forged)
            .create({"ticket_id": ticket.id, "conclusion": "partly", "reasons": "x"})
        )
        self.assertEqual(decision.state, "draft")
        self.assertFalse(decision.decided_by_id)

    def test_context_writes_no_step_of_a_case(self):
        context = {
            "default_accepted_date": "2026-01-01 08:00:00",
            "default_closed_date": "2026-01-01 08:00:00",
            "default_number": "X1",
        }
        ticket = (
            self.env["helpdesk.ticket"]
            .with_user(self.clerk)
            .with_context(**context)
            .create(self._vals())
        )
        self.assertFalse(ticket.accepted_date)
        self.assertFalse(ticket.closed_date)
        self.assertNotEqual(ticket.number, "X1")

    def test_saved_defaults_write_no_step(self):
        self.env["ir.default"].with_user(self.handler).set(
            "complaint.decision", "state", "in_force", user_id=True
        )
        ticket = self._to(self._complaint(), "deciding")
        ticket.decision_ids.unlink()
        decision = (
            self.env["complaint.decision"]
            .with_user(self.handler)
            .create({"ticket_id": ticket.id, "conclusion": "partly", "reasons": "x"})
        )
        self.assertEqual(decision.state, "draft")

    def test_parts_stay_with_their_case(self):
        ticket, other = self._complaint(), self._complaint()
        part = (
            self.env["complaint.respondent"]
            .with_user(self.clerk)
            .create({"ticket_id": ticket.id, "kind": "other", "name": "Han Mei"})
        )
        with self.assertRaises(UserError):
            part.write({"ticket_id": other.id})

    def test_refusals_name_nothing(self):
        """Also in developer mode, which every employee may switch on."""
        ticket = self._complaint(respondent_ids=self._respondent(self.handler))
        for record in (ticket, ticket.respondent_ids):
            refused = record.with_user(self.handler)
            with self.assertRaises(AccessError) as caught:
                refused.read(["display_name"])
            text = str(caught.exception)
            for name in (ticket.number, "Wang Wei", "kept away", "Complaint"):
                self.assertNotIn(name, text)
