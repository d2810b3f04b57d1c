from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import ComplaintCommon


class MaliciousCommon(ComplaintCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.deputy = cls._new_user(
            "deputy", "community_complaint.group_complaint_leader"
        )
        cls.team.user_ids += cls.deputy

    def _malicious(self, **vals):
        ticket = self._to(self._complaint(), "deciding")
        vals = {"conclusion": "malicious", **vals}
        return self._draft(ticket, **vals)

    def assertUndecided(self, part, draft, user=None):
        with self.assertRaises(UserError) as caught, self.env.cr.savepoint():
            draft.ticket_id.with_user(user or self.leader).action_decide()
        self.assertIn(part, str(caught.exception))


@tagged("post_install", "-at_install")
class TestMalicious(MaliciousCommon):
    """R05 8, R17 1.5: a malicious complaint has consequences; two leaders say so."""

    def test_two_leaders(self):
        draft = self._malicious(accountability_note="The office told its position.")
        self.assertUndecided("another leader's opinion", draft)
        draft.with_user(self.deputy).action_second_opinion("The film is forged.")
        self.assertUndecided("does not decide as well", draft, self.deputy)
        draft.ticket_id.with_user(self.leader).action_decide()
        self.assertEqual(draft.state, "in_force")

    def test_it_says_what_follows(self):
        draft = self._malicious()
        draft.with_user(self.deputy).action_second_opinion("The film is forged.")
        self.assertUndecided("what follows for the complainant", draft)

    def test_who_gives_it(self):
        draft = self._malicious(accountability_note="Position told.")
        for user in (self.handler, self.clerk):
            with self.subTest(user=user.login), self.assertRaises(UserError):
                draft.with_user(user).action_second_opinion("Yes.")
        own = self._to(self._complaint(), "deciding")
        mine = (
            self.env["complaint.decision"]
            .with_user(self.leader)
            .create({"ticket_id": own.id, "conclusion": "malicious", "reasons": "So."})
        )
        with self.assertRaises(UserError):
            mine.action_second_opinion("Yes.")

    def test_it_is_not_typed(self):
        draft = self._malicious()
        with self.assertRaises(UserError):
            draft.second_opinion_by_id = self.deputy

    def test_a_changed_draft_needs_another_one(self):
        draft = self._malicious(accountability_note="Position told.")
        draft.with_user(self.deputy).action_second_opinion("Forged.")
        draft.with_user(self.handler).reasons = "Something else."
        self.assertFalse(draft.second_opinion_by_id)
        draft.with_user(self.deputy).action_second_opinion("Forged.")
        draft.with_user(self.handler).reasons = "Something else."
        self.assertTrue(draft.second_opinion_by_id, "nothing changed")

    def test_other_conclusions_need_none(self):
        draft = self._malicious(conclusion="unsubstantiated")
        draft.ticket_id.with_user(self.leader).action_decide()
        self.assertEqual(draft.state, "in_force")

    def test_switched_off(self):
        self.regulation.gate_second_opinion = False
        draft = self._malicious(accountability_note="Position told.")
        draft.ticket_id.with_user(self.leader).action_decide()
        self.assertEqual(draft.state, "in_force")
