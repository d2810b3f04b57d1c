"""Who may clear a text of secret names is asked; who writes minutes does not approve them."""

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import tagged

from .test_meeting import MeetingCommon


@tagged("post_install", "-at_install")
class TestClearingAsked(MeetingCommon):
    def _asked(self, text):
        """Return who is asked to clear a text, as each of them finds it."""
        self.env.invalidate_all()
        found = self.env["res.users"]
        for user in self.custodian | self.manager:
            if not user.has_group("base.group_user"):
                continue
            mine = self.env["mail.activity"].with_user(user)
            about = [
                ("user_id", "=", user.id),
                ("note", "ilike", f'/{text._name}/{text.id}"'),
            ]
            found |= mine.search(about).user_id
        return found

    def _waiting(self):
        case = self._complaint(confidentiality="confidential")
        return self._held(case_ids=[Command.create({"ticket_id": case.id})])

    def test_custodians_are_asked_until_it_is_cleared(self):
        meeting = self._waiting()
        self.assertTrue(meeting.waits_for_custodian)
        self.assertIn(self.custodian, self._asked(meeting))
        self._clear(meeting)
        self.assertFalse(self._asked(meeting))

    def test_a_changed_text_is_asked_about_again(self):
        meeting = self._waiting()
        self._clear(meeting)
        meeting.with_user(self.clerk).minutes = "The yard is still too dark."
        self.assertIn(self.custodian, self._asked(meeting))
        self._clear(meeting)
        meeting.case_ids.with_user(self.clerk).note = "Discussed."
        self.assertIn(self.custodian, self._asked(meeting))

    def test_what_holds_no_secret_asks_nobody(self):
        self.assertFalse(self._asked(self._held()))

    def test_managers_where_nobody_can(self):
        self.env.ref("community_complaint.group_complaint_custodian").user_ids = False
        self.assertEqual(self._asked(self._waiting()), self.manager)


@tagged("post_install", "-at_install")
class TestMinutesByTwo(MeetingCommon):
    def _leaders_own(self):
        meeting = self._meeting(self.leader)
        meeting.with_user(self.leader).action_hold()
        return meeting

    def test_who_wrote_them_does_not_approve_them(self):
        meeting = self._leaders_own()
        with self.assertRaisesRegex(UserError, "had a part in this"):
            meeting.with_user(self.leader).action_approve()
        second = self._new_user("leader2", "community_complaint.group_complaint_leader")
        self.team.user_ids += second
        meeting.with_user(second).action_approve()
        self.assertEqual(meeting.approved_by_id, second)

    def test_neither_who_changed_a_line(self):
        for change in (
            lambda mine: mine.write({"minutes": "All is well."}),
            lambda mine: mine.participant_ids.write({"capacity": "Building 4"}),
            lambda mine: mine.participant_ids.copy({"meeting_id": mine.id}),
            lambda mine: mine.question_ids.unlink(),
        ):
            meeting = self._held(
                question_ids=[Command.create({"name": "When?", "answer": "Soon."})]
            )
            change(meeting.with_user(self.leader))
            with self.assertRaisesRegex(UserError, "had a part in this"):
                meeting.with_user(self.leader).action_approve()

    def test_who_only_planned_it_does(self):
        meeting = self._meeting(self.leader, minutes=False, participant_ids=[])
        self.assertFalse(meeting.writer_ids)
