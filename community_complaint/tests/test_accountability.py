from odoo.exceptions import AccessError
from odoo.tests import tagged

from .discipline_common import DisciplineCommon


@tagged("post_install", "-at_install")
class TestAccountability(DisciplineCommon):
    """R05 8, R17 1.5: what follows for a malicious complaint is on file."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.department = cls.env["hr.department"].create(
            {"name": "Complaint office", "company_id": cls.company.id}
        )

    def _add(self, ticket, user=None, **vals):
        return (
            self.env["complaint.accountability"]
            .with_user(user or self.handler)
            .create({"ticket_id": ticket.id, "text": "We told them.", **vals})
        )

    def _malicious(self):
        ticket = self._to(self._complaint(), "deciding")
        draft = self._draft(
            ticket, conclusion="malicious", accountability_note="Position stated."
        )
        draft.with_user(self.deputy).action_second_opinion("The film is forged.")
        return draft.ticket_id

    def test_position_through_the_department(self):
        ticket = self._malicious()
        ticket.with_user(self.leader).action_decide()
        with self.assertConstraint("which department"):
            self._add(ticket)
        item = self._add(ticket, department_id=self.department.id)
        self.assertEqual(item.user_id, self.handler)
        for body in (False, " \n"):
            with self.assertConstraint("which body"):
                self._add(ticket, kind="law", body=body)
        self._add(ticket, kind="law", body="Police station")
        self.assertEqual(len(ticket.accountability_ids), 2)

    def test_only_after_two_leaders_called_it_malicious(self):
        ticket = self._malicious()
        vals = {"department_id": self.department.id}
        self.assertRefused("does not call", self._add, ticket, **vals)
        other = self._to(self._complaint(), "notified")
        self.assertRefused("does not call", self._add, other, **vals)
        self.assertRefused(
            "does not call",
            self.env["complaint.accountability"].sudo().create,
            {"ticket_id": other.id, "text": "We told them.", **vals},
        )

    def test_it_stays_on_file(self):
        ticket = self._malicious()
        ticket.with_user(self.leader).action_decide()
        item = self._add(ticket, department_id=self.department.id)
        for user in (self.handler, self.manager):
            with self.assertRaises(AccessError):
                item.with_user(user).write({"text": "x"})
        self.assertRefused("by hand", item.sudo().write, {"text": "x"})
        self.assertRefused("stays on file", item.sudo().unlink)

    def test_when_the_case_is_over(self):
        ticket = self._malicious()
        self._to(ticket, "closed")
        self.assertTrue(self._add(ticket, department_id=self.department.id))
