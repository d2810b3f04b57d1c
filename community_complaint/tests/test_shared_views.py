"""Whose lists show what: a filter or a button for others is no everyday matter."""

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.service.model import call_kw
from odoo.tests import new_test_user, tagged

from .common import ComplaintCommon


@tagged("post_install", "-at_install")
class TestSharedViews(ComplaintCommon):
    """THREATS 50: nobody takes a case out of the sight of others by a default filter."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.plain = new_test_user(
            cls.env,
            login="plain.views",
            groups="base.group_user",
            company_id=cls.company.id,
            company_ids=[Command.set(cls.company.ids)],
        )
        cls.action = cls.env["ir.actions.act_window"].search(
            [("res_model", "=", "helpdesk.ticket")], limit=1
        )

    def _call(self, user, model, method, *args):
        return call_kw(self.env[model].with_user(user), method, list(args), {})

    def _filter(self, *users, **vals):
        return {
            "name": "Without number seven",
            "model_id": "helpdesk.ticket",
            "domain": "[('id', '!=', 7)]",
            "is_default": True,
            "user_ids": [Command.set([user.id for user in users])],
            **vals,
        }

    def _button(self, owner, **vals):
        return {
            "name": "Details",
            "parent_action_id": self.action.id,
            "parent_res_model": "helpdesk.ticket",
            "python_method": "action_withdraw",
            "user_id": owner and owner.id,
            **vals,
        }

    def _shown(self, user):
        filters = self._call(user, "ir.filters", "get_filters", "helpdesk.ticket")
        return [item["name"] for item in filters]

    def test_nobody_filters_the_lists_of_others(self):
        for user in (self.plain, self.handler, self.leader):
            for sharing in ((), (self.leader, user, self.auditor), (self.auditor,)):
                vals = self._filter(*sharing)
                with (
                    self.subTest(user=user.login, sharing=len(sharing)),
                    self.assertRaises(AccessError),
                    self.env.cr.savepoint(),
                ):
                    self._call(user, "ir.filters", "create", [vals])
        self.assertNotIn("Without number seven", self._shown(self.auditor))

    def test_a_filter_of_ones_own_is_not_passed_on(self):
        for model in ("helpdesk.ticket", "complaint.log", "complaint.deadline"):
            vals = self._filter(self.handler, model_id=model)
            [own] = self._call(self.handler, "ir.filters", "create", [vals])
            for users in (
                Command.clear(),
                Command.link(self.leader.id),
                Command.set([self.handler.id, self.leader.id]),
            ):
                with self.assertRaises(AccessError), self.env.cr.savepoint():
                    self._call(
                        self.handler,
                        "ir.filters",
                        "write",
                        [own],
                        {"user_ids": [users]},
                    )
            self._call(self.handler, "ir.filters", "unlink", [own])

    def test_a_filter_of_something_else_becomes_none_of_cases(self):
        vals = self._filter(model_id="res.partner")
        [shared] = self._call(self.plain, "ir.filters", "create", [vals])
        with self.assertRaises(AccessError), self.env.cr.savepoint():
            vals = {"model_id": "helpdesk.ticket"}
            self._call(self.plain, "ir.filters", "write", [shared], vals)

    def test_a_manager_shares_filters_on_record(self):
        [shared] = self._call(self.manager, "ir.filters", "create", [self._filter()])
        self.assertIn("Without number seven", self._shown(self.handler))
        with self.assertRaises(UserError), self.env.cr.savepoint():
            self._call(self.handler, "ir.filters", "unlink", [shared])
        row = self.env["complaint.log"].search(
            [("res_model", "=", "ir.filters"), ("res_id", "=", shared)]
        )
        self.assertEqual(row.mapped("kind"), ["setting_changed"])

    def test_nobody_puts_buttons_before_others(self):
        for user in (self.plain, self.handler):
            for owner in (False, self.leader):
                vals = self._button(owner)
                with (
                    self.subTest(user=user.login, owner=owner),
                    self.assertRaises(AccessError),
                    self.env.cr.savepoint(),
                ):
                    self._call(user, "ir.embedded.actions", "create", [vals])
            vals = self._button(user)
            [own] = self._call(user, "ir.embedded.actions", "create", [vals])
            for owner in (False, self.leader.id):
                with self.assertRaises(AccessError), self.env.cr.savepoint():
                    vals = {"user_id": owner}
                    self._call(user, "ir.embedded.actions", "write", [own], vals)

    def test_buttons_of_other_lists_are_free(self):
        action = self.env["ir.actions.act_window"].search(
            [("res_model", "=", "res.partner")], limit=1
        )
        vals = self._button(
            False, parent_action_id=action.id, parent_res_model="res.partner"
        )
        self.assertTrue(self._call(self.plain, "ir.embedded.actions", "create", [vals]))
