import psycopg2

from odoo import Command
from odoo.exceptions import UserError, ValidationError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from .common import AppealCommon


@tagged("post_install", "-at_install")
class TestAppeal(AppealCommon):
    """Taking an appeal down, filing it, taking it back."""

    def test_file(self):
        appeal = self._draft_appeal(self._served())
        self.assertEqual(appeal.level_id, self.level)
        self.assertFalse(appeal.number)
        appeal.action_file()
        self.assertEqual(appeal.state, "filed")
        self.assertEqual(appeal.number, "SS2026-00001")
        self.assertEqual(appeal.notice_id.kind, "result")
        self.assertEqual(appeal.notice_id.addressee, "complainant")
        self.assertEqual(str(appeal.window_end), "2026-03-05")
        self.assertFalse(appeal.is_late)
        self.assertEqual(appeal.ticket_id.phase, "notified", "the case keeps its phase")

    def test_numbers_have_no_gaps(self):
        first = self._filed()
        refused = self._draft_appeal(first.ticket_id)
        with self.assertRaises(UserError), self.env.cr.savepoint():
            refused.action_file()
        numbers = [first.number, self._filed().number]
        self.assertEqual(numbers, ["SS2026-00001", "SS2026-00002"])

    def test_the_form_shows_the_window(self):
        ticket = self._served()
        form = Form(
            self.env["complaint.appeal"]
            .with_user(self.clerk)
            .with_context(default_ticket_id=ticket.id)
        )
        self.assertEqual(str(form.window_end), "2026-03-05")
        self.assertIn("3 working days", form.window_text)
        form.grounds = "Nobody asked me."
        appeal = form.save()
        self.assertEqual(appeal.level_id, self.level)

    def test_a_letter_that_lay_about(self):
        """What counts is when it reached the office, not when somebody typed it."""
        ticket = self._served()
        self.go(9)
        appeal = self._draft_appeal(ticket, filed_date="2026-03-05 08:00:00")
        self.assertFalse(appeal.is_late)
        appeal.action_file()
        self.assertFalse(appeal.is_late)
        self.assertEqual(str(self._clocks(appeal).start_date), "2026-03-05")

    def test_it_cannot_come_before_the_result_nor_tomorrow(self):
        ticket = self._served()
        early = self._draft_appeal(ticket, filed_date="2026-03-01 01:00:00")
        with self.assertRaises(UserError):
            early.action_file()
        with self.assertRaisesRegex(ValidationError, "“Received” .*in the future"):
            self._draft_appeal(ticket, filed_date="2026-03-03 01:00:00")

    def test_nothing_said(self):
        ticket = self._served()
        silent = self._draft_appeal(ticket, grounds=" ")
        with self.assertRaises(UserError):
            silent.action_file()
        letter = self._file()
        silent.attachment_ids = [Command.link(letter.id)]
        silent.action_file()
        self.assertEqual(letter.res_model, "complaint.appeal")
        self.assertEqual(letter.res_id, silent.id)

    def test_one_open_appeal(self):
        ticket = self._filed().ticket_id
        second = self._draft_appeal(ticket)
        with self.assertRaises(UserError) as caught:
            second.action_file()
        self.assertIn("SS2026-00001", str(caught.exception))

    def test_the_database_keeps_a_second_open_one_out(self):
        """What two servers do at the same moment the index decides."""
        ticket = self._filed().ticket_id
        second = self._draft_appeal(ticket)
        self.env.flush_all()
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(psycopg2.errors.UniqueViolation),
            self.env.cr.savepoint(),
        ):
            self.env.cr.execute(
                "UPDATE complaint_appeal SET state = 'filed' WHERE id = %s",
                [second.id],
            )

    def test_respondent_is_named(self):
        self._ladder({"applicant": "both"})
        ticket, other = self._served(), self._served()
        for vals in (
            {"appellant": "respondent"},
            {"appellant": "complainant", "respondent_id": ticket.respondent_ids.id},
        ):
            with self.subTest(vals=vals), self.assertConstraint("which respondent"):
                self._draft_appeal(ticket, **vals)
        with self.assertRaisesRegex(ValidationError, "“Respondent” does not belong"):
            self._draft_appeal(ticket, **self._by(other.respondent_ids))
        appeal = self._filed(ticket, **self._by(ticket.respondent_ids))
        self.assertEqual(appeal.notice_id.respondent_id, ticket.respondent_ids)
        self.assertEqual(appeal.appellant_name, "Wang Wei, Receptionist")

    def test_nothing_changes_by_hand(self):
        appeal = self._filed()
        for vals in (
            {"state": "decided"},
            {"grounds": "Other words."},
            {"number": "SS1"},
            {"filed_date": "2026-03-01"},
            {"reviewer_id": self.leader.id},
            {"outcome": "changed"},
            {"is_late": True},
            {"admitted_by_id": self.leader.id},
        ):
            for records in (appeal.with_user(self.manager), appeal.sudo()):
                with self.subTest(vals=vals), self.assertRaises(UserError):
                    records.write(vals)
        for records in (appeal.with_user(self.manager), appeal.sudo()):
            with self.assertRaises(UserError):
                records.unlink()

    def test_a_decided_appeal_opens_nothing(self):
        appeal = self._decided()
        table = appeal._seal_table()
        for name, row in table.opens.items():
            with self.subTest(field=name):
                self.assertTrue(row.birth or "decided" not in row.states)
        for vals in (
            {"reasons": "Other reasons."},
            {"attachment_ids": [Command.link(self._file().id)]},
            {"superior_number": "JD 1"},
        ):
            for records in (appeal, appeal.sudo()):
                with self.subTest(vals=vals), self.assertRaises(UserError):
                    records.write(vals)

    def test_every_appeal_begins_as_a_draft(self):
        ticket = self._served()
        for vals in ({"state": "decided"}, {"number": "SS9"}, {"outcome": "upheld"}):
            with self.subTest(vals=vals), self.assertRaises(UserError):
                self._draft_appeal(ticket, **vals)
        context = {"default_state": "decided", "default_number": "SS9"}
        appeals = self.env["complaint.appeal"].with_user(self.clerk)
        appeal = appeals.with_context(**context).create({"ticket_id": ticket.id})
        self.assertEqual(appeal.state, "draft")
        self.assertFalse(appeal.number)

    def test_files_may_come_but_not_go(self):
        appeal = self._filed(attachment_ids=[Command.link(self._file().id)])
        appeal.attachment_ids = [Command.link(self._file().id)]
        self.assertEqual(len(appeal.attachment_ids), 2)
        with self.assertRaises(UserError):
            appeal.attachment_ids = [Command.unlink(appeal.attachment_ids[0].id)]

    def test_lines_of_the_form(self):
        """Evidence and inquiries of the review."""
        appeal = self._under_review()
        with Form(appeal.with_context(default_ticket_id=appeal.ticket_id.id)) as form:
            with form.evidence_ids.new() as line:
                line.name = "Film"
            with form.inquiry_ids.new() as line:
                line.summary = "All was quiet."
            form.outcome = "upheld"
            form.reasons = "Looked again."
        self.assertEqual(appeal.evidence_ids.ticket_id, appeal.ticket_id)
        self.assertEqual(appeal.inquiry_ids.summary, "All was quiet.")
        appeal.action_decide()
        self._release_papers(appeal.ticket_id)
        appeal.notice_ids.with_user(self.clerk).action_serve(
            "2026-03-02", "post", "RX 1"
        )
        self.assertEqual(appeal.notice_ids.mapped("state"), ["served"] * 2)
        self.assertFalse(appeal.unserved_count)

    def test_a_draft_may_go_its_files_stay(self):
        ticket = self._served()
        file = self._file()
        draft = self._draft_appeal(ticket, attachment_ids=[Command.link(file.id)])
        draft.unlink()
        self.assertEqual((file.res_model, file.res_id), ("helpdesk.ticket", ticket.id))

    def test_steps_in_order(self):
        appeal = self._filed()
        for name, user in (
            ("file", self.clerk),
            ("decide", self.reviewer),
            ("record", self.leader),
        ):
            with self.subTest(name), self.assertRaises(UserError) as caught:
                getattr(appeal.with_user(user), f"action_{name}")()
            self.assertIn("state “Filed”", str(caught.exception))

    def test_roles_of_steps(self):
        appeal = self._filed()
        with self.assertRaises(UserError) as caught:
            appeal.with_user(self.clerk).action_assign(self.reviewer)
        self.assertIn("Leader", str(caught.exception))

    def test_withdraw(self):
        appeal = self._under_review()
        appeal.action_draft_decision()
        appeal.with_user(self.clerk).action_withdraw("Called us on the phone.")
        self.assertEqual(appeal.state, "withdrawn")
        self.assertFalse(appeal.new_decision_id)
        self.assertEqual(self._clocks(appeal).state, "cancelled")
        again = self._filed(appeal.ticket_id)
        self.assertEqual(again.level_id, self.level, "the window is still open")

    def test_a_reason_is_asked_for(self):
        appeal = self._filed()
        action = appeal.with_user(self.clerk).action_withdraw()
        dialog = self._dialog(action)
        self.assertEqual(dialog.question, "Reason of Withdrawal")
        dialog.text = "Called us."
        dialog.action_confirm()
        self.assertEqual(appeal.withdrawal_reason, "Called us.")

    def test_the_case_knows(self):
        ticket = self._served().with_user(self.clerk)
        self.assertEqual(ticket.appeal_state, "open")
        self.assertIn("Possible until", ticket.appeal_text)
        self.assertNotIn("Li Lei", ticket.appeal_text, "the case is confidential")
        appeal = self._filed(ticket)
        self.assertEqual(ticket.open_appeal_id, appeal)
        self.assertEqual(ticket.appeal_state, "none")
        self.assertEqual(ticket.appeal_count, 1)
        self.assertEqual(ticket.appeal_level, 1)
        bodies = " ".join(ticket.message_ids.mapped("body"))
        self.assertIn("SS2026-00001: Appeal filed", bodies)
