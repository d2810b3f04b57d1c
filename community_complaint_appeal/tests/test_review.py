from datetime import timedelta

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import Form, tagged

from .common import AppealCommon


@tagged("post_install", "-at_install")
class TestReview(AppealCommon):
    """Who may decide on an appeal: nobody who had a part in the result (THREATS 21)."""

    def _refused(self, appeal, user):
        """Return why a user cannot be assigned."""
        with self.assertRaises(UserError) as caught:
            appeal.with_user(self.leader).action_assign(user)
        return str(caught.exception)

    def test_who_handled_accepted_or_decided(self):
        appeal = self._filed()
        for user in (self.handler, self.leader):
            with self.subTest(user.login):
                self.assertIn("had a part", self._refused(appeal, user))
        self.assertIn("had a part", self._refused(appeal, self.clerk))
        appeal.with_user(self.leader).action_assign(self.reviewer)
        self.assertEqual(appeal.state, "under_review")

    def test_who_was_the_handler_once(self):
        """Handing the case over does not make independent."""
        once = self._new_user("once", "community_complaint.group_complaint_handler")
        self.team.user_ids += once
        ticket = self._to(self._complaint(), "accepted")
        ticket.with_user(self.leader).user_id = once
        ticket.with_user(self.leader).user_id = self.handler
        self._to(ticket, "notified")
        self._serve(ticket.notice_ids)
        self.assertIn("had a part", self._refused(self._filed(ticket), once))

    def test_who_made_an_inquiry(self):
        inquirer = self._new_user("inq", "community_complaint.group_complaint_handler")
        self.team.user_ids += inquirer
        ticket = self._to(self._complaint(), "investigating")
        self.env["complaint.inquiry"].with_user(inquirer).create(
            {"ticket_id": ticket.id, "kind": "phone", "summary": "Called."}
        )
        self._to(ticket, "notified")
        self._serve(ticket.notice_ids)
        self.assertIn("had a part", self._refused(self._filed(ticket), inquirer))

    def test_who_drafted_the_decision(self):
        author = self._new_user("auth", "community_complaint.group_complaint_handler")
        self.team.user_ids += author
        ticket = self._to(self._complaint(), "deciding")
        self.env["complaint.decision"].with_user(author).create(
            {"ticket_id": ticket.id, "conclusion": "partly", "reasons": "So it is."}
        )
        self._notify(ticket)
        self._serve(ticket.notice_ids)
        self.assertIn("had a part", self._refused(self._filed(ticket), author))

    def test_conflict_of_interest(self):
        """Respondents, who recused, and the complainant itself."""
        address = "li@resident.example"
        appeal = self._filed(self._served(complainant_email=address))
        self.reviewer.login = address
        case = appeal.ticket_id
        self._recuse(case.with_user(self.manager), self.reviewer)
        self.assertIn("conflict", self._refused(appeal, self.reviewer))
        self._recuse(case.with_user(self.manager), False)
        case.sudo().identity_ids.partner_id = self.reviewer.partner_id
        self.assertIn("conflict", self._refused(appeal, self.reviewer))

    def test_no_role_no_desk(self):
        appeal = self._filed()
        self.assertIn("no role", self._refused(appeal, self.auditor))
        stranger = self._new_user("str", "community_complaint.group_complaint_leader")
        self.assertIn("desk", self._refused(appeal, stranger))

    def test_who_is_proposed(self):
        appeal = self._filed()
        possible = appeal.with_user(self.leader)._possible_reviewers()
        self.assertEqual(possible, self.reviewer | self.manager)
        dialog = self._dialog(appeal.with_user(self.leader).action_assign())
        self.assertEqual(dialog.allowed_reviewer_ids, possible)
        self.assertIn(self.handler.name, dialog.barred_text)
        with Form(
            dialog,
            "community_complaint_appeal.complaint_step_dialog_view_form_reviewer",
        ) as form:
            form.person_id = self.reviewer
        dialog.action_confirm()
        self.assertEqual(appeal.reviewer_id, self.reviewer)

    def test_only_the_reviewer_writes_and_decides(self):
        appeal = self._under_review()
        for user in (self.leader, self.manager, self.handler):
            with self.subTest(user.login):
                with self.assertRaisesRegex(UserError, "Only the reviewer"):
                    appeal.with_user(user).write({"outcome": "upheld"})
                with self.assertRaises(UserError):
                    appeal.with_user(user).action_draft_decision()
        appeal.write({"outcome": "upheld", "reasons": "Looked again."})
        for user in (self.leader, self.manager, self.handler):
            with self.subTest(user.login), self.assertRaises(UserError) as caught:
                appeal.with_user(user).action_decide()
            self.assertIn("Only the reviewer", str(caught.exception))

    def test_checked_at_the_moment_of_acting(self):
        """Independent when assigned, no longer when deciding."""
        appeal = self._under_review()
        appeal.write({"outcome": "upheld", "reasons": "Looked again."})
        appeal.ticket_id.sudo().user_id = self.reviewer
        with self.assertRaises(UserError) as caught:
            appeal.action_decide()
        self.assertIn("had a part", str(caught.exception))

    def test_roles_are_checked_at_the_moment_of_acting(self):
        appeal = self._under_review()
        appeal.write({"outcome": "upheld", "reasons": "Looked again."})
        self.reviewer.group_ids = [
            Command.set(self.env.ref("community_complaint.group_complaint_clerk").ids)
        ]
        with self.assertRaises(UserError):
            appeal.action_decide()

    def test_superuser_rights_do_not_make_independent(self):
        appeal = self._under_review()
        appeal.write({"outcome": "upheld", "reasons": "Looked again."})
        leader = appeal.with_user(self.leader).sudo()
        for vals in (
            {"outcome": "changed"},
            {"reasons": "Not mine."},
            {"reviewer_id": self.leader.id},
            {"new_decision_id": False},
            {"state": "decided"},
        ):
            with self.subTest(vals=vals), self.assertRaises(UserError):
                leader.write(vals)
        with self.assertRaises(UserError):
            leader.action_decide()

    def test_a_new_conflict_takes_the_appeal_away(self):
        appeal = self._under_review()
        appeal.action_draft_decision()
        self._recuse(appeal.ticket_id, self.reviewer)
        appeal = appeal.with_user(self.leader)
        self.assertEqual(appeal.state, "filed")
        self.assertFalse(appeal.reviewer_id)
        self.assertFalse(appeal.new_decision_id)
        self.assertEqual(len(appeal.ticket_id.decision_ids), 1)

    def _away(self, user, substitute):
        delegations = self.env["complaint.delegation"]
        today = delegations._today(self.env.company)
        delegations.create(
            {
                "user_id": user.id,
                "substitute_id": substitute.id,
                "date_from": today,
                "date_to": today + timedelta(30),
            }
        )

    def test_who_is_away_is_not_assigned(self):
        appeal = self._filed()
        self._away(self.reviewer, self.manager)
        self.assertIn("is away", self._refused(appeal, self.reviewer))
        appeal.with_user(self.leader).action_assign(self.manager)
        self.assertEqual(appeal.reviewer_id, self.manager)

    def test_standing_in_for_the_reviewer_is_not_reviewing(self):
        """The person who really acts is the one who was assigned and checked."""
        appeal = self._under_review()
        appeal.write({"outcome": "upheld", "reasons": "Looked again."})
        self._away(self.reviewer, self.handler)
        with self.assertRaises(UserError) as caught:
            appeal.with_user(self.handler).action_decide()
        self.assertIn("Only the reviewer", str(caught.exception))

    def test_standing_in_for_the_leader(self):
        appeal = self._filed()
        with self.assertRaises(UserError):
            appeal.with_user(self.handler).action_assign(self.reviewer)
        self._away(self.leader, self.handler)
        appeal.with_user(self.handler).action_assign(self.reviewer)
        self.assertEqual(appeal.reviewer_id, self.reviewer)

    def test_another_reviewer(self):
        appeal = self._under_review()
        appeal.action_draft_decision()
        appeal.with_user(self.leader).action_reassign(self.manager)
        self.assertEqual(appeal.reviewer_id, self.manager)
        appeal.with_user(self.manager).new_decision_id.reasons = "Mine."
        with self.assertRaises(UserError):
            appeal.new_decision_id.reasons = "Not mine any more."

    def test_who_reviewed_below_does_not_review_above(self):
        self._ladder({}, {"name": "Review", "sequence": 20, "kind": "review"})
        below = self._decided()
        self._serve(below.notice_ids)
        above = self._filed(below.ticket_id)
        self.assertEqual(above.level_id.name, "Review")
        self.assertIn("had a part", self._refused(above, self.reviewer))
        above.with_user(self.leader).action_assign(self.manager)

    def test_reviewing_is_no_part_in_the_result(self):
        """Inquiries made for the appeal do not bar who reviews it."""
        appeal = self._under_review()
        self.env["complaint.inquiry"].with_user(self.reviewer).create(
            {"ticket_id": appeal.ticket_id.id, "kind": "visit", "summary": "Quiet."}
        )
        self.assertEqual(len(appeal.inquiry_ids), 1)
        appeal.write({"outcome": "upheld", "reasons": "Looked again."})
        appeal.action_decide()
        self.assertEqual(appeal.decided_by_id, self.reviewer)

    def test_nobody_else_drafts_a_decision_meanwhile(self):
        appeal = self._under_review()
        vals = {"ticket_id": appeal.ticket_id.id, "conclusion": "settled"}
        with self.assertRaises(UserError):
            self.env["complaint.decision"].with_user(self.handler).create(vals)
        with self.assertRaises(UserError):
            self.env["complaint.decision"].with_user(self.handler).create(
                {**vals, "appeal_id": appeal.id}
            )
