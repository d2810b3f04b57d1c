from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged

from odoo.addons.community_complaint.tests.common import CANARY, ROLES
from odoo.addons.community_complaint.tests.test_canary import CanarySweep

from .common import AppealCommon

#: What a role may do with appeals: create, read, write, unlink a draft.
MATRIX = {
    "clerk": (True, True, True, True),
    "handler": (True, True, True, True),
    "leader": (True, True, True, True),
    "manager": (True, True, True, True),
    "custodian": (False, True, False, False),
    "discipline": (False, True, False, False),
    "publisher": (False, True, False, False),
    "auditor": (False, True, False, False),
    "employee_user": (False, False, False, False),
}


@tagged("post_install", "-at_install")
class TestAccess(AppealCommon, CanarySweep):
    """Who sees appeals, and who has no trace of them."""

    def test_matrix(self):
        appeal = self._draft_appeal(self._served())
        for role, allowed in MATRIX.items():
            user = getattr(self, role)
            for operation, may in zip(
                ("create", "read", "write", "unlink"), allowed, strict=True
            ):
                with self.subTest(role=role, operation=operation):
                    found = appeal.with_user(user).has_access(operation)
                    self.assertEqual(found, may)

    def test_portal_has_no_way_in(self):
        portal = new_test_user(self.env, "resident.appeal", "base.group_portal")
        appeal = self._filed()
        for model in ("complaint.appeal", "complaint.appeal.level"):
            with self.subTest(model), self.assertRaises(AccessError):
                self.env[model].with_user(portal).search([])
        with self.assertRaises(AccessError):
            appeal.with_user(portal).action_withdraw("Mine.")

    def test_another_desk(self):
        appeal = self._filed()
        elsewhere = self._new_user(
            "elsewhere", "community_complaint.group_complaint_leader"
        )
        self.assertFalse(appeal.with_user(elsewhere).has_access("read"))
        self.assertTrue(appeal.with_user(self.auditor).has_access("read"))

    def test_another_company(self):
        appeal = self._filed()
        company = self.env["res.company"].create({"name": "Other Office"})
        user = new_test_user(
            self.env,
            "manager.other",
            "community_complaint.group_complaint_manager",
            company_id=company.id,
            company_ids=[Command.set(company.ids)],
        )
        env = self.env(
            user=user, context={"allowed_company_ids": company.ids, "lang": "en_US"}
        )
        self.assertFalse(appeal.with_env(env).has_access("read"))
        levels = env["complaint.appeal.level"].search([])
        self.assertFalse(levels.company_id, "templates only")

    def test_numbers_of_another_company(self):
        first = self._filed()
        other = self.env["res.company"].create({"name": "Other Office"})
        [number] = self.env["complaint.counter"]._next(other, "appeal/SS", 2026)
        self.assertEqual((first.number, number), ("SS2026-00001", 1))

    def test_no_trace_for_who_is_kept_away(self):
        appeal = self._filed()
        domain = [("id", "=", appeal.id)]
        appeals = self.env["complaint.appeal"].with_user(self.manager)
        desk = self.env["helpdesk.ticket"].with_user(self.manager)
        self.assertEqual(appeals.search_count(domain), 1)
        before = self._tile(desk, "appeals_waiting")
        self._recuse(appeal.ticket_id, self.manager)
        self.env.invalidate_all()
        self.assertFalse(appeals.search_count(domain))
        self.assertFalse(appeals.name_search(appeal.number))
        self.assertEqual(self._tile(desk, "appeals_waiting"), before - 1)
        self.assertFalse(
            self.env["complaint.deadline"]
            .with_user(self.manager)
            .search_count([("appeal_id", "=", appeal.id)])
        )

    def _tile(self, desk, key):
        tiles = {
            tile["key"]: tile["count"]
            for section in desk.get_complaint_desk()["sections"]
            for tile in section["tiles"]
        }
        # a tile of what is not everyday work only shows when there is some
        return tiles.get(key, 0)

    def test_desk(self):
        """“My desk” of the leader, the clerk and the reviewer."""
        desks = {
            user: self.env["helpdesk.ticket"].with_user(user)
            for user in (self.leader, self.clerk, self.reviewer)
        }
        appeal = self._filed()
        self.assertEqual(self._tile(desks[self.leader], "appeals_waiting"), 1)
        appeal.with_user(self.leader).action_assign(self.reviewer)
        self.assertEqual(self._tile(desks[self.leader], "appeals_waiting"), 0)
        self.assertEqual(self._tile(desks[self.reviewer], "appeals_mine"), 1)
        ticket = self._served()
        self.go(10)
        self._filed(ticket)
        self.assertEqual(self._tile(desks[self.leader], "appeals_late"), 1)
        self.assertEqual(self._tile(desks[self.leader], "appeals_waiting"), 0)
        self.assertEqual(self._tile(desks[self.leader], "appeals_overdue"), 1)
        action = desks[self.leader].open_complaint_desk_tile("appeals_overdue")
        found = self.env["complaint.appeal"].search(action["domain"])
        self.assertEqual(found, appeal)

    def test_a_closed_case_under_appeal_is_on_the_desk(self):
        ticket = self._served()
        ticket.with_user(self.clerk).action_close()
        desk = self.env["helpdesk.ticket"].with_user(self.leader)
        self._filed(ticket)
        self.go(9)
        self.assertEqual(self._tile(desk, "due_today"), 1)
        self.assertIn(ticket.id, [row["id"] for row in desk._desk_urgent()])

    def test_canary(self):
        """Who complained in confidence stays unknown through the whole appeal."""
        ticket = self._served(**CANARY)
        appeal = self._decided(ticket, "changed")
        self._serve(appeal.notice_ids)
        self.assertNoCanaryInDatabase()
        self.assertNoCanaryInFiles(ticket.notice_ids.pdf_attachment_id)
        for role in (*ROLES, "employee_user", "reviewer"):
            if role != "custodian":
                self.assertNoCanaryRead(getattr(self, role), ticket)
