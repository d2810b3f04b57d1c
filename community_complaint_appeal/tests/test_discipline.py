from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import START, AppealCommon


@tagged("post_install", "-at_install")
class TestDiscipline(AppealCommon):
    """An appeal suspends the measures for staff; its outcome decides on them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.warning = cls.env.ref("community_complaint.measure_written_warning")
        cls.regulation.carries_discipline = True
        cls.regulation.discipline_suspended = True
        cls.regulation.measure_ids += cls.warning
        cls.regulation.measure_ids += cls.env.ref(
            "community_complaint.measure_criticism"
        )

    def _in_force(self):
        """Return a measure in force against a respondent of a served case."""
        ticket = self._to(
            self._complaint(respondent_ids=self._respondent()), "deciding"
        )
        ticket.respondent_ids.statement_waived = True
        line = {
            "measure_id": self.warning.id,
            "respondent_id": ticket.respondent_ids.id,
        }
        self._draft(ticket, measure_line_ids=[Command.create(line)])
        self._to(ticket, "notified")
        item = ticket.sudo().discipline_ids
        officer = item.with_user(self.discipline)
        officer.action_hear()
        officer.action_approve()
        officer.action_enforce()
        self._serve(ticket.notice_ids)
        return item

    def test_filing_suspends_upholding_resumes(self):
        item = self._in_force()
        until = item.expiry
        appeal = self._under_review(item.ticket_id)
        self.assertEqual(item.state, "suspended")
        self.assertEqual(item.record_id.state, "suspended")
        self.assertEqual(item.suspending_appeal_id, appeal)
        self.go(START.date().replace(day=10))
        appeal.write({"outcome": "upheld", "reasons": "We looked at it again."})
        appeal.action_decide()
        self.assertEqual(item.state, "in_force")
        self.assertEqual((item.expiry - until).days, 8, "the days of suspension")
        self.assertFalse(item.suspending_appeal_id)

    def test_changing_revokes_and_proposes(self):
        item = self._in_force()
        appeal = self._under_review(item.ticket_id)
        appeal.action_draft_decision()
        criticism = self.env.ref("community_complaint.measure_criticism")
        line = {
            "measure_id": criticism.id,
            "respondent_id": item.respondent_id.id,
        }
        appeal.new_decision_id.write(
            {
                "conclusion": "partly",
                "reasons": "It was less than it looked.",
                "measure_line_ids": [Command.clear(), Command.create(line)],
            }
        )
        appeal.write({"outcome": "changed", "reasons": "We looked at it again."})
        appeal.action_decide()
        self.assertEqual(item.state, "revoked")
        self.assertEqual(item.record_id.state, "revoked")
        new = item.ticket_id.sudo().discipline_ids - item
        self.assertEqual((new.measure_id, new.state), (criticism, "proposed"))
        self.assertEqual(new.proposed_by_id, self.reviewer)

    def test_remanding_waits_for_the_new_decision(self):
        item = self._in_force()
        self._decided(item.ticket_id, "remanded")
        self.assertEqual(item.state, "suspended")
        with self.assertRaises(UserError) as caught:
            item.with_user(self.discipline).action_resume()
        self.assertIn("set aside", str(caught.exception))

    def test_withdrawing_resumes(self):
        item = self._in_force()
        appeal = self._filed(item.ticket_id)
        self.assertEqual(item.state, "suspended")
        appeal.with_user(self.clerk).action_withdraw("We talked.")
        self.assertEqual(item.state, "in_force")

    def test_what_was_suspended_for_another_reason_stays_so(self):
        item = self._in_force()
        item.with_user(self.discipline).action_suspend("A lawsuit")
        self._decided(item.ticket_id, "upheld")
        self.assertEqual(item.state, "suspended")

    def test_nothing_goes_on_meanwhile(self):
        item = self._in_force()
        self._filed(item.ticket_id)
        with self.assertRaises(UserError) as caught:
            item.with_user(self.discipline).action_resume()
        self.assertIn("is not decided yet", str(caught.exception))

    def test_a_text_by_which_appeals_suspend_nothing(self):
        self.regulation.discipline_suspended = False
        item = self._in_force()
        appeal = self._under_review(item.ticket_id)
        self.assertEqual(item.state, "in_force")
        appeal.write({"outcome": "remanded", "reasons": "Look at the film."})
        appeal.action_decide()
        self.assertEqual(item.state, "suspended", "nothing stands behind it any more")

    def test_who_had_a_part_does_not_approve(self):
        ticket = self._to(
            self._complaint(respondent_ids=self._respondent()), "deciding"
        )
        ticket.respondent_ids.statement_waived = True
        line = {
            "measure_id": self.warning.id,
            "respondent_id": ticket.respondent_ids.id,
        }
        self._draft(ticket, measure_line_ids=[Command.create(line)])
        ticket.with_user(self.leader).action_decide()
        item = ticket.sudo().discipline_ids
        item.with_user(self.discipline).action_hear()
        self.clerk.group_ids += self.env.ref(
            "community_complaint.group_complaint_discipline"
        )
        with self.assertRaises(UserError) as caught:
            item.with_user(self.clerk).action_approve()
        self.assertIn("Somebody else", str(caught.exception))
