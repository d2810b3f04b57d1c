from odoo import Command
from odoo.exceptions import UserError

from .common import ComplaintCommon


class DisciplineCommon(ComplaintCommon):
    """An office that carries out measures for its staff, with a second leader."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.deputy = cls._new_user(
            "deputy", "community_complaint.group_complaint_leader"
        )
        cls.team.user_ids += cls.deputy
        cls.regulation.write(
            {
                "carries_discipline": True,
                "measure_ids": [
                    Command.set(cls.env["complaint.measure"].search([]).ids)
                ],
            }
        )

    @classmethod
    def _measure(cls, code):
        return cls.env.ref(f"community_complaint.measure_{code}")

    def _deciding(self, user=None, **vals):
        """Return a case that waits for its decision, its respondent heard."""
        ticket = self._complaint(respondent_ids=self._respondent(user), **vals)
        self._to(ticket, "deciding")
        ticket.respondent_ids.write(
            {"statement": "I was asked to hurry.", "statement_date": "2026-01-05"}
        )
        return ticket

    def _line(self, ticket, code, **vals):
        """Return the command for a measure against the first respondent."""
        vals.setdefault("respondent_id", ticket.respondent_ids[:1].id)
        return Command.create({"measure_id": self._measure(code).id, **vals})

    def _decide(self, ticket, *codes, **vals):
        """Decide a case with measures and return what was proposed, all rights."""
        lines = [self._line(ticket, code, **vals) for code in codes]
        self._draft(ticket, measure_line_ids=lines)
        ticket.with_user(self.leader).action_decide()
        return ticket.sudo().discipline_ids.sorted("id")

    def _proposed(self, code="written_warning", user=None):
        return self._decide(self._deciding(user), code)

    def _approved(self, code="written_warning", user=None):
        item = self._proposed(code, user)
        if item.kind != "commendation":
            item.with_user(self.discipline).action_hear()
        item.with_user(self.deputy).action_approve()
        return item

    def _in_force(self, code="written_warning", user=None):
        item = self._approved(code, user)
        item.with_user(self.discipline).action_enforce()
        return item

    def _propose_by_hand(self, ticket, code, employee, user=None, **vals):
        """Propose a measure for how a case was handled."""
        return (
            self.env["complaint.discipline"]
            .with_user(user or self.leader)
            .create(
                {
                    "ticket_id": ticket.id,
                    "measure_id": self._measure(code).id,
                    "employee_id": employee.id,
                    "reason": "How the case was handled.",
                    **vals,
                }
            )
        )

    def _colleague(self, user=None, name="Zhao Liu"):
        return self.env["hr.employee"].create(
            {
                "name": name,
                "company_id": self.company.id,
                "user_id": user and user.id,
            }
        )

    def assertRefused(self, part, function, *args, **kwargs):
        """Something is refused, with a part of the message."""
        with self.assertRaises(UserError) as caught, self.env.cr.savepoint():
            function(*args, **kwargs)
        self.assertIn(part, str(caught.exception))
