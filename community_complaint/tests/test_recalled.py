"""What waits for a custodian does not go out once its reason has gone.

The KIND: every held paper and message × every step that ends what it is about.
"""

import runpy

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .test_leaving import UPGRADES, LeavingCommon

_TEXT = "Please send us your file by Friday."


@tagged("post_install", "-at_install")
class TestRecalled(LeavingCommon):
    def setUp(self):
        super().setUp()
        self.case = self._secret()
        self.transfer = self._sent(self.case)
        self.slip = self.case.sudo().notice_ids.filtered("transfer_id")
        self._message("body", transfer=self.transfer)
        self._message("respondent", respondent=self.case.respondent_ids)
        self.messages = self.case.sudo().dispatch_ids.filtered("content")
        self.to_body = self.messages.filtered("transfer_id")
        self.to_respondent = self.messages - self.to_body
        self.assertTrue(self.slip.held and all(self.messages.mapped("held")))

    def _message(self, addressee, **whom):
        self.case.with_user(self.handler)._write_to(addressee, _TEXT, **whom)

    def assertEnded(self, *records):
        """On record, and nobody can let it go out any more."""
        self.env.invalidate_all()
        for record in records:
            ended = "void" if record._name == "complaint.notice" else "called_off"
            self.assertRecordValues(record, [{"state": ended, "held": False}])
            why = record.void_reason if ended == "void" else record.failure
            self.assertTrue(why)
            with self.assertRaises(UserError):
                record.with_user(self.custodian).action_release()
        self.assertFalse(self._to_the_bureau())

    def _waiting(self):
        """Return what a custodian finds on “My desk”."""
        desk = self.env["helpdesk.ticket"].with_user(self.custodian)
        case = [("ticket_id", "=", self.case.id)]
        return [
            self.env[model].with_user(self.custodian).search([*case, *domain])
            for model, domain in (
                ("complaint.notice", desk._desk_domain_held_papers()),
                ("complaint.dispatch", desk._desk_domain_held_messages()),
            )
        ]

    # ----------------------------------------------------------------------
    # Transfers
    # ----------------------------------------------------------------------

    def test_the_other_body_gives_it_back(self):
        self.transfer.with_user(self.handler).action_return("Not ours.")
        self.assertEnded(self.slip, self.slip.dispatch_ids, self.to_body)
        self.assertEqual(self._waiting(), [self.slip.browse(), self.to_respondent])

    def test_the_other_body_reported(self):
        self.transfer.with_user(self.handler).action_urge("Soon, please.")
        urging = self.transfer.sudo().notice_ids - self.slip
        self.assertTrue(urging.held)
        self.transfer.with_user(self.handler).action_report_back("Done, by phone.")
        self.assertEnded(self.slip, urging, self.to_body)

    def test_who_handles_the_case_is_told(self):
        self.case.user_id = self.handler
        self.transfer.with_user(self.clerk).action_return("Not ours.")
        tasks = self.case.activity_ids.filtered(
            lambda task: "Not sent" in (task.summary or "")
        )
        self.assertEqual(tasks.user_id, self.handler)

    def test_what_was_over_before_the_upgrade(self):
        """Rows of older versions have the transfer's state only."""
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE complaint_transfer SET state = 'returned' WHERE id = %s",
            [self.transfer.id],
        )
        self.env.invalidate_all()
        mine = self.slip.with_user(self.custodian)
        with self.assertRaisesRegex(UserError, "over"):
            mine.action_release()
        with self.assertRaisesRegex(UserError, "over"):
            mine.dispatch_ids.action_release()
        with self.assertRaisesRegex(UserError, "over"):
            self.to_body.with_user(self.custodian).action_release()
        self.slip.with_user(self.leader).action_void("Over.")
        self.to_body.with_user(self.custodian).action_withhold("Over.")
        self.assertEnded(self.slip, self.to_body)

    # ----------------------------------------------------------------------
    # Cases
    # ----------------------------------------------------------------------

    def test_the_case_is_withdrawn(self):
        self.case.with_user(self.handler).action_withdraw("They agreed.")
        self.assertEqual(self.transfer.state, "cancelled")
        self.assertEnded(self.slip, *self.messages)
        self.assertEqual([len(found) for found in self._waiting()], [0, 0])

    def test_what_is_written_after_the_end_goes_out(self):
        self.case.with_user(self.handler).action_withdraw("They agreed.")
        self._message("respondent", respondent=self.case.respondent_ids)
        last = self.case.sudo().dispatch_ids.sorted("id")[-1:]
        self.assertTrue(last.held)
        last.with_user(self.custodian).action_release()
        self.assertFalse(last.held)

    def test_the_case_is_answered_on_the_spot(self):
        self.regulation.on_spot_allowed = True
        self.case.with_user(self.handler).action_answer_on_spot("We spoke.")
        self.assertEnded(self.slip, *self.messages)

    def test_what_goes_to_others_stays(self):
        """Superiors are told of an incident whatever becomes of the case."""
        superior = self.to_respondent
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE complaint_dispatch SET addressee = 'superior' WHERE id = %s",
            [superior.id],
        )
        self.env.invalidate_all()
        self.case.with_user(self.handler).action_withdraw("They agreed.")
        self.assertTrue(superior.held)

    # ----------------------------------------------------------------------
    # Papers
    # ----------------------------------------------------------------------

    def _decided(self):
        """Return a decided case with its held paper to the respondent."""
        self.regulation.gate_hearing = False
        case = self._secret("deciding")
        self._draft(case)
        self._notify(case)
        return case, case.sudo().notice_ids.filtered(
            lambda item: item.addressee == "respondent"
        )

    def test_another_decision_takes_the_place(self):
        case, paper = self._decided()
        self.assertTrue(paper.held)
        case.sudo().decision_ids._supersede()
        self.assertEnded(paper, paper.dispatch_ids)

    def test_the_result_stays_owed_when_the_case_ends(self):
        case, paper = self._decided()
        case.with_user(self.handler).action_withdraw("They moved away.")
        self.assertTrue(paper.held)
        paper.with_user(self.custodian).action_release()
        self.assertFalse(paper.held)

    def test_a_leader_declares_it_void(self):
        """Custodians are told of what waits after it: nothing of it waits any more."""
        self.messages.with_user(self.custodian).action_withhold("No.")
        self.slip.with_user(self.leader).action_void("A typo.")
        self.assertEnded(self.slip, self.slip.dispatch_ids)
        told = self._told_of_it()
        self._message("respondent", respondent=self.case.respondent_ids)
        self.assertEqual(self._told_of_it(), told + 1)

    def _told_of_it(self):
        return self.env["mail.message"].search_count(
            [
                ("partner_ids", "in", self.custodian.partner_id.ids),
                ("body", "ilike", self.case.number),
            ]
        )

    def test_erasing_lets_nothing_out_that_is_over(self):
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE complaint_transfer SET state = 'cancelled' WHERE id = %s",
            [self.transfer.id],
        )
        self.env.invalidate_all()
        self.case.sudo()._erase_more(known=False)
        self.assertEqual(self.slip.state, "void")

    # ----------------------------------------------------------------------
    # Custodians
    # ----------------------------------------------------------------------

    def test_a_custodian_does_not_let_it_go(self):
        mine = self.to_respondent.with_user(self.custodian)
        self.assertEqual(mine.action_withhold()["res_model"], "complaint.step.dialog")
        for user in (self.clerk, self.handler, self.leader):
            with self.assertRaises(AccessError):
                self.to_respondent.with_user(user).action_withhold("No.")
        mine.action_withhold("It says that 金丝雀 wrote.")
        self.assertEnded(self.to_respondent)
        self.assertNotIn("金丝雀", self.to_respondent.failure)
        with self.assertRaisesRegex(UserError, "leader"):
            self.slip.dispatch_ids.with_user(self.custodian).action_withhold("No.")

    def test_what_was_released_does_not_wait_again(self):
        """It bounces; the next attempt says what the custodian saw, to the same person."""
        told = self.to_body
        told.with_user(self.custodian).action_release()
        self._received()
        self.assertEqual(told.state, "sent")
        told._do_step("fail", "550 5.1.1")
        again = told.next_dispatch_id
        self.assertRecordValues(again, [{"state": "queued", "held": False}])
        self.assertEqual(again.content, told.content)
        again._do_step("fail", "no")
        self.assertFalse(again.next_dispatch_id.held)

    def test_what_nobody_released_waits(self):
        """It left while the case was open."""
        case = self._complaint(
            confidentiality="open", respondent_ids=self._respondent()
        )
        self._to(case, "accepted")
        case.with_user(self.handler)._write_to(
            "respondent", _TEXT, respondent=case.respondent_ids
        )
        told = case.sudo().dispatch_ids.filtered("content")
        told._do_step("send")
        case.with_user(self.handler).action_change_confidentiality("confidential")
        told._do_step("fail", "no")
        self.assertTrue(told.next_dispatch_id.held)

    def test_upgrade(self):
        void, called_off = self.slip, self.to_body
        self.env.flush_all()
        for record, state in ((void, "void"), (called_off, "called_off")):
            self.env.cr.execute(
                f"UPDATE {record._table} SET state = %s WHERE id = %s",  # noqa: S608
                [state, record.id],
            )
        runpy.run_path(str(UPGRADES / "pre-held.py"))["migrate"](
            self.env.cr, "19.0.1.3.0"
        )
        self.env.invalidate_all()
        self.assertFalse(void.held or called_off.held)
        self.assertTrue(self.to_respondent.held)
