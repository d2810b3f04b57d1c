from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import AppealCommon


@tagged("post_install", "-at_install")
class TestOutcome(AppealCommon):
    """What becomes of the decision: it stands, it changes, the case goes back."""

    def test_what_a_decision_needs(self):
        appeal = self._under_review()
        with self.assertRaises(UserError) as caught:
            appeal.action_decide()
        self.assertIn("what becomes of the decision", str(caught.exception))
        self.assertIn("reasons", str(caught.exception))
        appeal.write({"outcome": "changed", "reasons": "It was next door."})
        with self.assertRaises(UserError) as caught:
            appeal.action_decide()
        self.assertIn("no draft of the new decision", str(caught.exception))

    def test_upheld(self):
        appeal = self._decided()
        decision = appeal.ticket_id.decision_ids
        self.assertEqual(len(decision), 1)
        self.assertEqual(decision.state, "in_force")
        self.assertEqual(appeal.decided_by_id, self.reviewer)
        self.assertEqual(appeal.ticket_id.phase, "notified")
        self.assertEqual(
            sorted(appeal.notice_ids.mapped("addressee")), ["complainant", "respondent"]
        )

    def test_changed(self):
        """The next version is in force, the one before superseded, for ever on file."""
        ticket = self._served()
        first = ticket.decision_ids
        appeal = self._decided(ticket, "changed")
        second = ticket.decision_ids - first
        self.assertEqual((first.state, first.version), ("superseded", 1))
        self.assertEqual((second.state, second.version), ("in_force", 2))
        self.assertEqual(second.conclusion, "unsubstantiated")
        self.assertEqual(second.decided_by_id, self.reviewer)
        self.assertEqual(second.appeal_id, appeal)
        self.assertEqual(appeal.new_decision_id, second)

    def test_the_draft_starts_from_what_is_in_force(self):
        ticket = self._to(
            self._complaint(respondent_ids=self._respondent()), "deciding"
        )
        apology = self.env.ref("community_complaint.measure_apology")
        self._draft(
            ticket, measure_line_ids=[Command.create({"measure_id": apology.id})]
        )
        self._notify(ticket)
        self._serve(ticket.notice_ids)
        appeal = self._under_review(ticket)
        appeal.action_draft_decision()
        draft = appeal.new_decision_id
        self.assertEqual(appeal.outcome, "changed")
        self.assertEqual(draft.reasons, "The visit confirmed the noise.")
        self.assertEqual(draft.measure_line_ids.measure_id, apology)
        action = appeal.action_draft_decision()
        self.assertEqual(action["res_id"], draft.id, "one draft only")

    def test_no_draft_against_the_outcome(self):
        """Who said that the decision stands writes no other one by the way."""
        appeal = self._under_review()
        appeal.outcome = "upheld"
        with self.assertRaisesRegex(UserError, "changes the old one"):
            appeal.action_draft_decision()
        self.assertFalse(appeal.new_decision_id)

    def test_measures_of_a_closed_case(self):
        """Its appeal opens the draft with its measures, to the reviewer only."""
        ticket = self._served()
        ticket.with_user(self.clerk).action_close()
        appeal = self._under_review(ticket)
        appeal.action_draft_decision()
        apology = self.env.ref("community_complaint.measure_apology")
        vals = {"decision_id": appeal.new_decision_id.id, "measure_id": apology.id}
        lines = self.env["complaint.decision.measure"]
        line = lines.with_user(self.reviewer).create(vals)
        line.note = "In writing."
        for write in (
            lambda: lines.with_user(self.handler).create(vals),
            lambda: line.with_user(self.handler).write({"note": "By word."}),
            line.with_user(self.handler).unlink,
        ):
            with self.assertRaises(UserError), self.env.cr.savepoint():
                write()
        line.unlink()

    def test_a_new_sanction_needs_a_hearing(self):
        """R02 8 holds for appeals, too: no sanction before statement and defence."""
        appeal = self._under_review()
        appeal.action_draft_decision()
        criticism = self.env.ref("community_complaint.measure_criticism")
        respondent = appeal.ticket_id.respondent_ids
        appeal.new_decision_id.measure_line_ids = [
            Command.create({"measure_id": criticism.id, "respondent_id": respondent.id})
        ]
        appeal.reasons = "It was worse."
        with self.assertRaises(UserError) as caught:
            appeal.action_decide()
        self.assertIn("was not heard", str(caught.exception))
        respondent.with_user(self.reviewer).statement_waived = True
        appeal.action_decide()
        self.assertEqual(appeal.ticket_id.decision_id.version, 2)

    def test_a_draft_nobody_wants_is_dropped(self):
        appeal = self._under_review()
        appeal.action_draft_decision()
        appeal.write({"outcome": "upheld", "reasons": "After all."})
        appeal.action_decide()
        self.assertEqual(len(appeal.ticket_id.decision_ids), 1)
        self.assertFalse(appeal.new_decision_id)

    def test_remanded(self):
        """The case is investigated anew; its decision is set aside."""
        ticket = self._served()
        first = ticket.decision_ids
        self._decided(ticket, "remanded")
        self.assertEqual(ticket.phase, "investigating")
        self.assertEqual(first.state, "superseded")
        self.assertFalse(ticket.findings_date)
        self.assertEqual(ticket.user_id, self.handler, "it stays in the same hands")
        bodies = " ".join(ticket.message_ids.mapped("body"))
        self.assertIn("Sent back by an appeal: Notified → Investigating", bodies)

    def test_remanded_from_closed_and_archived(self):
        ticket = self._served()
        ticket.with_user(self.clerk).action_close()
        ticket.with_user(self.clerk).action_archive()
        self.assertFalse(ticket.active)
        self._decided(ticket, "remanded")
        self.assertEqual(ticket.phase, "investigating")
        self.assertTrue(ticket.active)
        self.assertFalse(ticket.closed_date)

    def test_after_a_remand_everything_begins_again(self):
        """No notices before a new decision; against the new result one may appeal."""
        ticket = self._served()
        self._decided(ticket, "remanded")
        self._submit(ticket)
        with self.assertRaises(UserError):
            ticket.with_user(self.clerk).action_notify()
        self._draft(ticket, conclusion="partly")
        ticket.with_user(self.leader).action_decide()
        self.go(3)
        ticket.with_user(self.clerk).action_notify()
        self._serve(ticket.notice_ids)
        window = ticket._appeal_window()
        self.assertEqual((window.state, window.level), ("open", self.level))
        self.assertEqual(str(window.end), "2026-03-06")
        appeal = self._filed(ticket)
        self.assertIn("had a part", " ".join(appeal._review_obstacles(self.reviewer)))

    def test_superior_body(self):
        """R02 10: the office records what the next higher department decided."""
        self._ladder({"authority": "superior", "superior_name": "Street Office"})
        appeal = self._filed()
        with self.assertRaises(UserError) as caught:
            appeal.with_user(self.leader).action_assign(self.reviewer)
        self.assertIn("Street Office decides", str(caught.exception))
        appeal = self._forward(appeal)
        self.assertEqual(appeal.state, "under_review")
        with self.assertRaises(UserError):
            appeal.action_decide()
        with self.assertRaises(UserError) as caught:
            appeal.action_record()
        for words in ("number", "date", "paper", "what becomes", "reasons"):
            self.assertIn(words, str(caught.exception))
        self.go(10)
        appeal.write(
            {
                "superior_number": "JD 12",
                "superior_date": "2026-03-11",
                "superior_file_ids": [Command.link(self._file(self.leader).id)],
                "outcome": "upheld",
                "reasons": "The department agrees.",
            }
        )
        with self.assertRaises(UserError) as caught:
            appeal.action_record()
        self.assertIn("in the future", str(caught.exception))
        appeal.superior_date = "2026-03-09"
        appeal.action_record()
        self.assertEqual(appeal.state, "decided")
        text = self._paper(self._notices(appeal, "appeal_result", "complainant"))
        self.assertIn("Street Office has decided as follows", text)
        self.assertIn(f"JD 12 ({self._day(3, 9, 'long')})", text)

    def test_the_superior_changes_the_decision(self):
        self._ladder({"authority": "superior"})
        appeal = self._forward(self._filed())
        appeal.action_draft_decision()
        appeal.new_decision_id.write({"conclusion": "partly", "reasons": "In part."})
        appeal.write(
            {
                "superior_number": "JD 12",
                "superior_date": "2026-03-02",
                "superior_file_ids": [Command.link(self._file(self.leader).id)],
                "reasons": "In part.",
            }
        )
        appeal.action_record()
        self.assertEqual(appeal.ticket_id.decision_id.conclusion, "partly")

    def test_hooks_of_other_addons(self):
        """Filed once; over once, however it ends."""
        told = []
        model = type(self.env["complaint.appeal"])
        self.patch(model, "_after_appeal_filed", lambda item: told.append("filed"))
        self.patch(model, "_after_appeal_decided", lambda item: told.append(item.state))
        self._decided()
        self._filed().action_withdraw("No more.")
        self._filed().with_user(self.reviewer).action_dismiss("Not ours.")
        self.assertEqual(
            told, ["filed", "decided", "filed", "withdrawn", "filed", "dismissed"]
        )
