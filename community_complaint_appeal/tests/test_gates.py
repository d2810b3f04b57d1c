from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import AppealCommon


@tagged("post_install", "-at_install")
class TestGates(AppealCommon):
    """The steps of the case that wait for its appeal."""

    def _stopped(self, ticket, step, *args, user=None):
        with self.assertRaises(UserError) as caught:
            getattr(ticket.with_user(user or self.leader), f"action_{step}")(*args)
        return str(caught.exception)

    def test_a_case_waits_for_its_appeal(self):
        appeal = self._filed()
        ticket = appeal.ticket_id
        for step, *args in (("close",), ("withdraw", "Enough.")):
            with self.subTest(step):
                self.assertIn(
                    f"{appeal.number} is not decided",
                    self._stopped(ticket, step, *args),
                )
        with self.subTest("follow_up"):
            self.assertIn(
                "not decided", self._stopped(ticket, "follow_up", "OK", "satisfied")
            )

    def test_closed_when_the_papers_are_served(self):
        appeal = self._decided()
        ticket = appeal.ticket_id
        self.assertIn("was not served", self._stopped(ticket, "close"))
        self._serve(appeal.notice_ids)
        ticket.with_user(self.clerk).action_close()
        self.assertEqual(ticket.phase, "closed")

    def test_a_closed_case_waits_as_well(self):
        ticket = self._served()
        ticket.with_user(self.clerk).action_close()
        appeal = self._filed(ticket)
        self.assertIn("not decided", self._stopped(ticket, "archive"))
        self.assertIn("not decided", self._stopped(ticket, "reopen", "New facts."))
        appeal.action_withdraw("No more.")
        ticket.with_user(self.clerk).action_archive()
        self.assertEqual(ticket.phase, "archived")

    def test_a_draft_keeps_nobody(self):
        ticket = self._served()
        self._draft_appeal(ticket)
        ticket.with_user(self.clerk).action_close()

    def test_the_file_of_a_closed_case_opens_for_its_appeal(self):
        ticket = self._served()
        ticket.with_user(self.clerk).action_close()
        vals = {"ticket_id": ticket.id, "name": "Photo"}
        with self.assertRaises(UserError), self.env.cr.savepoint():
            self.env["complaint.evidence"].with_user(self.reviewer).create(vals)
        appeal = self._under_review(ticket)
        evidence = self.env["complaint.evidence"].with_user(self.reviewer).create(vals)
        self.assertEqual(evidence.appeal_id, appeal)
        appeal.write({"outcome": "upheld", "reasons": "Looked again."})
        appeal.action_decide()
        with self.assertRaises(UserError):
            evidence.name = "Another photo"

    def test_the_button_of_dragging_is_no_way_around(self):
        """Remand is no step anybody takes by hand or by dragging a card."""
        ticket = self._served()
        stage = ticket.team_id._complaint_stage_id("investigating")
        with self.assertRaises(UserError):
            ticket.with_user(self.leader).stage_id = stage
