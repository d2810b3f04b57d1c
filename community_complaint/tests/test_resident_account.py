"""Who acts as the complainant: a resident's account is nobody else's (KIND K)."""

from odoo import Command
from odoo.exceptions import AccessError
from odoo.fields import Domain
from odoo.service.model import call_kw
from odoo.tests import new_test_user, tagged

from .common import ComplaintCommon


@tagged("post_install", "-at_install")
class TestResidentAccount(ComplaintCommon):
    """Who sets where mail for an account goes sets its password, and is the resident."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.resident = new_test_user(
            cls.env,
            login="resident.account",
            groups="base.group_portal",
            email="mine@resident.example",
        )
        cls.partner = cls.resident.partner_id
        cls.seller = new_test_user(
            cls.env,
            login="seller.account",
            groups="base.group_user,base.group_partner_manager",
            company_id=cls.company.id,
            company_ids=[Command.set(cls.company.ids)],
        )

    def _call(self, user, model, method, *args, **context):
        records = self.env[model].with_user(user)
        return call_kw(records, method, list(args), {"context": context})

    def test_who_manages_contacts_does_not_take_over_an_account(self):
        ids = self.partner.ids
        for method, args in (
            ("write", [{"email": "evil@evil.example"}]),
            ("web_save", [{"email": "evil@evil.example"}, {}]),
            ("write", [{"email": False}]),
        ):
            with self.assertRaises(AccessError), self.env.cr.savepoint():
                self._call(self.seller, "res.partner", method, ids, *args)
        self.assertEqual(self.resident.email, "mine@resident.example")
        self._call(self.seller, "res.partner", "write", ids, {"comment": "moved"})

    def test_nor_by_an_invitation(self):
        wizard = self.env["portal.wizard"].with_user(self.seller)
        wizard = wizard.create({"partner_ids": [Command.set(self.partner.ids)]})
        wizard.user_ids.email = "evil@evil.example"
        for method in ("action_invite_again", "action_revoke_access"):
            with self.assertRaises(AccessError), self.env.cr.savepoint():
                getattr(wizard.user_ids, method)()
        self.assertEqual(self.resident.email, "mine@resident.example")
        self.assertTrue(self.resident.active)

    def test_nor_by_a_merge_and_then_an_address(self):
        other = self.env["res.partner"].create(
            {"name": "Somebody", "email": "mine@resident.example"}
        )
        model = "base.partner.merge.automatic.wizard"
        vals = {
            "partner_ids": [Command.set((other | self.partner).ids)],
            "dst_partner_id": other.id,
        }
        with self.assertRaises(AccessError), self.env.cr.savepoint():
            [wizard] = self._call(self.seller, model, "create", [vals])
            self._call(self.seller, model, "action_merge", [wizard])
            self.env.invalidate_all()
            vals = {"email": "evil@evil.example"}
            self._call(self.seller, "res.partner", "write", other.ids, vals)

    def test_residents_and_administrators_change_it(self):
        # as /my/account does
        self.partner.with_user(self.resident).sudo().write({"email": "new@r.example"})
        self.assertEqual(self.resident.email, "new@r.example")
        admin = new_test_user(
            self.env,
            login="admin.account",
            groups="base.group_user,base.group_erp_manager,base.group_partner_manager",
        )
        vals = {"email": "other@r.example"}
        self._call(admin, "res.partner", "write", self.partner.ids, vals)
        self.assertEqual(self.resident.email, "other@r.example")

    def test_an_administrator_who_becomes_a_resident_is_seen(self):
        admin = new_test_user(
            self.env,
            login="admin.seen",
            groups="base.group_user,base.group_erp_manager,base.group_partner_manager",
        )
        told = Domain("notified_partner_ids", "in", self.custodian.partner_id.ids)
        for vals in (
            {"password": "gotcha gotcha"},
            {"email": "evil@evil.example"},
            {"login": "resident.elsewhere"},
        ):
            with self.subTest(vals=vals):
                before = self.env["mail.message"].search_count(told)
                self._call(admin, "res.users", "write", self.resident.ids, vals)
                row = self.env["complaint.log"].search(
                    [("company_id", "=", self.company.id)],
                    order="sequence desc",
                    limit=1,
                )
                self.assertEqual(row.kind, "access_changed")
                self.assertEqual(row.user_id, admin)
                self.assertIn([*vals][0], row.details)
                after = self.env["mail.message"].search_count(told)
                self.assertEqual(after, before + 1)

    def test_residents_change_their_own_quietly(self):
        rows = self.env["complaint.log"].search_count([])
        self.resident.with_user(self.resident).write({"email": "own@resident.example"})
        public = self.env.ref("base.public_user")
        # a new password by the link of an e-mail
        self.resident.with_user(public).sudo().write({"password": "another one"})
        self.assertEqual(self.env["complaint.log"].search_count([]), rows)

    def test_colleagues_do_not_learn_when_somebody_signed_in(self):
        """Signed in at noon, a case at five past: that is who filed it."""
        self.env["res.users.log"].with_user(self.resident).sudo().create({})
        wizard = self.env["portal.wizard"].with_user(self.seller)
        wizard = wizard.create({"partner_ids": [Command.set(self.partner.ids)]})
        for user in (self.seller, self.handler):
            for method, args in (
                ("read", [self.resident.ids, ["login_date"]]),
                ("search", [[["login_date", ">=", "2020-01-01"]]]),
                ("search", [[["partner_id.user_ids.login_date", "=", False]]]),
            ):
                with (
                    self.subTest(user=user.login, method=method),
                    self.assertRaises(AccessError),
                    self.env.cr.savepoint(),
                ):
                    self._call(user, "res.users", method, *args)
        with self.assertRaises(AccessError):
            line = wizard.user_ids.ids
            self._call(self.seller, "portal.wizard.user", "read", line, ["login_date"])
        admin = new_test_user(
            self.env,
            login="admin.presence",
            groups="base.group_user,base.group_erp_manager",
        )
        [row] = self._call(
            admin, "res.users", "read", self.resident.ids, ["login_date", "state"]
        )
        self.assertTrue(row["login_date"])
        domain = [["login_date", ">=", row["login_date"]]]
        found = self._call(admin, "res.users", "search", domain)
        self.assertIn(self.resident.id, found)

    def test_contacts_without_an_account_are_free(self):
        free = self.env["res.partner"].create({"name": "Somebody", "email": "a@b.c"})
        self._call(self.seller, "res.partner", "write", free.ids, {"email": "d@e.f"})
        self.assertEqual(free.email, "d@e.f")
        # and get one by who manages contacts, with the address that is typed then
        wizard = self.env["portal.wizard"].with_user(self.seller)
        wizard = wizard.create({"partner_ids": [Command.set(free.ids)]})
        wizard.user_ids.email = "g@h.i"
        wizard.user_ids.action_grant_access()
        self.assertEqual(free.user_ids.login, "g@h.i")
