"""THREATS 49: nobody blinds an office unseen by naming its people as respondents."""

from odoo import Command
from odoo.tests import tagged

from ..models.helpdesk_ticket_naming import MOST_NAMED
from .test_conflict_record import RecordCommon


@tagged("post_install", "-at_install")
class TestNaming(RecordCommon):
    def _name(self, users, case=None, by=None):
        """Name colleagues as respondents, as a handler does on the form."""
        employees = [self._employee(user) for user in users]
        (case or self.case).with_user(by or self.handler).respondent_ids = [
            Command.create({"kind": "employee", "employee_id": employee.id})
            for employee in employees
        ]

    def _told(self, user, text):
        notes = self.env["mail.notification"].sudo()
        found = notes.search([("res_partner_id", "=", user.partner_id.id)])
        return found.mail_message_id.filtered(lambda item: text in item.body)

    def test_all_leaders_of_the_desk(self):
        """Who is named is excluded at once; the manager is told, by whom and of whom."""
        self._name(self.leader)
        self.assertFalse(self._sees(self.leader))
        [row] = self._rows("role_emptied")
        self.assertEqual(row.user_id, self.handler)
        self.assertIn("Leader", row.summary)
        [note] = self._told(self.manager, "nobody with these roles")
        self.assertIn(self.handler.name, note.body)
        self.assertFalse(self._told(self.leader, self.case.number))
        self.assertFalse(self._told(self.handler, "nobody with these roles"))

    def test_some_are_left(self):
        other = self._staff("other", "leader")
        self._name(self.leader)
        self.assertFalse(self._rows("role_emptied"))
        self._name(other)
        self.assertTrue(self._rows("role_emptied"))

    def test_the_whole_office(self):
        """Nobody is left: administrators learn the number, and no more."""
        administrator = self._new_user("admin2", "base.group_system")
        managers = self.env.ref("community_complaint.group_complaint_manager")
        leaders = self.env.ref("community_complaint.group_complaint_leader")
        others = managers.all_user_ids | leaders.all_user_ids
        office = self._office() | others.filtered(
            lambda user: self.company in user.company_ids
        )
        self._recuse(self.case, others - office)
        self._name(office - self.handler)
        [note] = self._told(administrator, "nobody with these roles")
        self.assertIn(self.case.number, note.body)
        self.assertFalse(note.res_id)
        self.assertFalse(self._sees(administrator))

    def test_who_is_told_can_undo_it(self):
        self._name(self.leader)
        case = self.case.with_user(self.manager)
        case.respondent_ids.unlink()
        conflict = self._conflicts(self.leader).with_user(self.manager)
        conflict.action_lift("Nobody complained about her.")
        self.assertTrue(self._sees(self.leader))

    def test_many_in_a_day(self):
        """Whichever cases they are spread over; told once."""
        users = self.env["res.users"]
        for number in range(MOST_NAMED + 2):
            users += self._new_user(
                f"many{number}", "community_complaint.group_complaint_clerk"
            )
        other = self._complaint()
        self._name(users[:3])
        self._name(users[3:MOST_NAMED], other)
        self.assertFalse(self._told(self.leader, "than is usual"))
        self._name(users[MOST_NAMED], other)
        self.assertEqual(len(self._told(self.leader, "than is usual")), 1)
        self._name(users[MOST_NAMED + 1], other)
        self.assertEqual(len(self._told(self.leader, "than is usual")), 1)
        rows = self.env["complaint.log"].search([("kind", "=", "many_named")])
        self.assertEqual(
            rows.filtered(lambda r: r.ticket_id == other).user_id, self.handler
        )
