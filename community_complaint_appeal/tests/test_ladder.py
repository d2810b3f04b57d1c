from datetime import date

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import AppealCommon


@tagged("post_install", "-at_install")
class TestLadder(AppealCommon):
    """Ladders of real texts, written as data alone."""

    def test_letters_and_visits(self):
        """信访: 复查 and 复核, each 30 days to apply and 30 days to decide."""
        self._ladder(
            {
                "name": "Review", "kind": "review", "authority": "superior",
                "quantity": 30, "unit": "calendar_day", "paper_title": "Review Opinion",
            },
            {
                "name": "Re-review", "sequence": 20, "kind": "re_review",
                "authority": "superior", "quantity": 30, "unit": "calendar_day",
            },
        )  # fmt: skip
        self._policy("appeal_filed", "appeal_decided", 30, unit="calendar_day")
        ticket = self._served()
        # 30 days after Monday 2 March: Wednesday 1 April
        self.assertEqual(ticket._appeal_window().end, date(2026, 4, 1))
        review = self._superior(ticket)
        self.assertEqual(review.level_id.number, 1)
        notice = self._notices(review, addressee="complainant", kind="appeal_result")
        text = self._paper(notice)
        self.assertIn("Review Opinion", text)
        self.assertIn(
            "within 30 calendar days of receiving this notice: Re-review", text
        )
        self.assertFalse(ticket._appeal_window().end, "the review is not served yet")
        self.go(13)
        self._serve(review.notice_ids)
        # 30 days after Friday 13 March: Sunday 12 April, therefore Monday 13 April
        window = ticket._appeal_window()
        self.assertEqual((window.notice, window.end), (notice, date(2026, 4, 13)))
        re_review = self._superior(ticket)
        self.assertEqual(re_review.level_id.name, "Re-review")
        last = self._notices(re_review, addressee="complainant", kind="appeal_result")
        self.assertIn("This decision is final", self._paper(last))
        self.assertEqual(ticket._appeal_window().state, "final")

    def _superior(self, ticket, **vals):
        """Return an appeal decided by the superior body today."""
        appeal = self._forward(self._filed(ticket, **vals))
        appeal.write(
            {
                "superior_number": "FC 7",
                "superior_date": appeal.ticket_id._office_date(),
                "superior_file_ids": [Command.link(self._file(self.leader).id)],
                "outcome": "upheld",
                "reasons": "No mistake was found.",
            }
        )
        appeal.action_record()
        return appeal

    def test_arbitration_then_final_ruling(self):
        """R11 4 and 5: both submit evidence, both get the ruling, either may go on."""
        self._ladder(
            {
                "name": "Arbitration", "kind": "arbitration", "applicant": "both",
                "quantity": 0, "gate_both_evidence": True, "clause": "4",
            },
            {
                "name": "Final review", "sequence": 20, "kind": "final_ruling",
                "applicant": "both", "authority": "superior", "quantity": 0,
            },
        )  # fmt: skip
        ticket = self._served()
        arbitration = self._under_review(ticket)
        arbitration.write({"outcome": "upheld", "reasons": "So ruled."})
        with self.assertRaises(UserError) as caught:
            arbitration.action_decide()
        self.assertIn("complainant has not submitted", str(caught.exception))
        self.assertIn("respondents have not submitted", str(caught.exception))
        self.env["complaint.evidence"].with_user(self.reviewer).create(
            {"ticket_id": ticket.id, "name": "Film", "side": "complainant"}
        )
        arbitration.no_evidence_respondent = True
        arbitration.action_decide()
        rulings = self._notices(arbitration, "arbitration_ruling")
        self.assertEqual(
            sorted(rulings.mapped("addressee")), ["complainant", "respondent"]
        )
        for ruling in rulings:
            text = self._paper(ruling)
            self.assertIn("Arbitration Ruling", text)
            self.assertIn("you may apply to", text)
        respondent = ticket.respondent_ids
        self.assertTrue(ticket._appeal_window(respondent).open)
        final = self._superior(ticket, **self._by(respondent))
        self.assertEqual(final.notice_id.respondent_id, respondent)
        papers = self._notices(final, "final_ruling")
        self.assertEqual(len(papers), 2)
        own, other = papers.sorted(lambda item: item.addressee == "complainant")
        self.assertIn("you appealed against", self._paper(own))
        self.assertIn("another party appealed", self._paper(other))
        self.assertIn("Final Ruling", self._paper(own))

    def test_housing_stage_two(self):
        """UK code: acknowledged in 5 working days, answered in 20 more, by another."""
        self._ladder({"name": "Stage 2", "quantity": 0, "acknowledged": True})
        self._policy("appeal_filed", "appeal_accepted", 5)
        self._policy("appeal_accepted", "appeal_served", 20, max_extension=20)
        self.regulation.sla_policy_ids.filtered(
            lambda item: item.clause == "5.5"
        ).unlink()
        ticket = self._served()
        appeal = self._filed(ticket)
        self.assertEqual(appeal.deadline_ids.due_date, date(2026, 3, 9))
        self.go(4)
        appeal.with_user(self.leader).action_assign(self.reviewer)
        acknowledgement, answer = appeal.deadline_ids.sorted("id")
        self.assertEqual(acknowledgement.state, "met")
        # four weeks after Wednesday 4 March
        self.assertEqual(answer.due_date, date(2026, 4, 1))
        receipt = self._notices(appeal, "appeal_receipt")
        self.assertEqual(receipt.addressee, "complainant")
        text = self._paper(receipt)
        self.assertIn("Acknowledgement of the Appeal", text)
        self.assertIn(self._day(4, 1, "full"), text)
        appeal.with_user(self.leader).action_reassign(self.manager)
        self.assertEqual(len(self._notices(appeal, "appeal_receipt")), 1)
        appeal.with_user(self.manager).write({"outcome": "upheld", "reasons": "No."})
        self._serve(receipt)
        self.assertEqual(answer.state, "running", "the receipt is no answer")
        appeal.with_user(self.manager).action_decide()
        self._serve(appeal.notice_ids)
        self.assertEqual(answer.state, "met")

    def test_respondents_only(self):
        self._ladder({"applicant": "respondent"})
        ticket = self._served()
        self.assertEqual(ticket._appeal_window().state, "not_party")
        self.assertTrue(ticket._appeal_window(ticket.respondent_ids).open)

    def test_result_to_the_appellant_only(self):
        self._ladder({"notify_both": False})
        appeal = self._decided()
        self.assertEqual(appeal.notice_ids.addressee, "complainant")

    def test_numbers_of_levels(self):
        ladder = self._ladder({}, {"sequence": 5, "name": "Before"}, {"sequence": 20})
        self.assertEqual(ladder.mapped("number"), [1, 2, 3])
        self.assertEqual(ladder.mapped("is_last"), [False, False, True])
        self.assertEqual(ladder[0]._next(), ladder[1])
        self.assertFalse(ladder[2]._next())
