from datetime import timedelta

from odoo import fields
from odoo.tests import tagged

from ..tools.life import Unsealed, unsealed
from .discipline_common import DisciplineCommon

FEW, MANY = 2, 20


@tagged("post_install", "-at_install")
class TestDisciplineCost(DisciplineCommon):
    """As many queries for ten times the measures; expiry leaves nothing out."""

    def setUp(self):
        super().setUp()
        # the job commits its progress, a test must not
        self.patch(self.registry["ir.cron"], "_commit_progress", lambda *_a, **_o: 1)

    def _items(self, number, **vals):
        """Return measures against as many people, all rights, past the steps."""
        ticket = self._deciding()
        people = self.env["hr.employee"].create(
            [
                {"name": f"Person {index}", "company_id": self.company.id}
                for index in range(number)
            ]
        )
        # sudo: complaint.discipline - the fixture
        items = self.env["complaint.discipline"].sudo()
        with unsealed(Unsealed(items._name, None, frozenset(items._fields), False)):
            return items.create(
                [
                    {
                        "ticket_id": ticket.id,
                        "employee_id": person.id,
                        "measure_id": self._measure("written_warning").id,
                        "statement": "Yes.",
                        **vals,
                    }
                    for person in people
                ]
            )

    def _queries(self, function):
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.cr.sql_log_count
        function()
        self.env.flush_all()
        return self.cr.sql_log_count - before

    def test_propose(self):
        def propose(number):
            ticket = self._complaint(
                respondent_ids=[self._respondent()[0] for _index in range(number)]
            )
            self._to(ticket, "deciding")
            ticket.respondent_ids.statement_waived = True
            lines = [
                self._line(ticket, "written_warning", respondent_id=person.id)
                for person in ticket.respondent_ids
            ]
            draft = self._draft(ticket, measure_line_ids=lines).sudo()
            count = self._queries(draft._carry_out)
            self.assertEqual(len(ticket.sudo().discipline_ids), number)
            return count

        propose(1)
        self.assertEqual(propose(FEW), propose(MANY))

    def test_approve(self):
        def approve(number):
            items = self._items(number, state="heard").with_user(self.deputy)
            return self._queries(items.action_approve)

        approve(1)
        self.assertEqual(approve(FEW), approve(MANY))

    def test_expire(self):
        yesterday = fields.Date.today() - timedelta(days=3)

        def expire(number):
            items = self._items(number, state="in_force", expiry=yesterday)
            count = self._queries(self.env["complaint.discipline"]._cron_expire)
            self.assertEqual(set(items.mapped("state")), {"expired"})
            return count

        expire(1)
        self.assertEqual(expire(FEW), expire(MANY))

    def test_expire_only_what_is_over(self):
        today = self.env["helpdesk.ticket"].with_company(self.company)._office_date()
        over = self._items(1, state="in_force", expiry=today - timedelta(days=3))
        last_day = self._items(1, state="in_force", expiry=today)
        suspended = self._items(1, state="suspended", expiry=today - timedelta(days=3))
        for_good = self._items(1, state="in_force")
        self.env["complaint.discipline"]._cron_expire()
        self.assertEqual(over.state, "expired")
        self.assertEqual(over.event_ids[-1].step, "expire")
        self.assertEqual(last_day.state, "in_force")
        self.assertEqual(suspended.state, "suspended")
        self.assertEqual(for_good.state, "in_force")
        self.assertRefused(
            "not over", last_day.with_user(self.discipline).sudo().action_expire
        )
        self.assertRefused("by hand", over.with_user(self.discipline).action_expire)
