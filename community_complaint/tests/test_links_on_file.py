"""Whom a complaint file names, it goes on naming: merged contacts, deleted users."""

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import ComplaintCommon

#: Who merges contacts with users among them.
MERGING = "base.group_partner_manager,base.group_erp_manager"


@tagged("post_install", "-at_install")
class TestLinksOnFile(ComplaintCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.old, cls.new = cls.env["res.partner"].create(
            [{"name": "Noisy Ltd"}, {"name": "Noisy Limited"}]
        )
        respondent = {"kind": "partner", "partner_id": cls.old.id}
        cls.case = cls._complaint(respondent_ids=[Command.create(respondent)])
        cls.respondent = cls.case.respondent_ids.with_env(cls.env)
        cls.merger = cls._new_user(
            "merger",
            f"{MERGING},"
            "community_complaint.group_complaint_clerk,"
            "community_complaint.group_complaint_handler",
        )
        cls.team.user_ids += cls.merger
        cls.admin = cls.env.ref("base.user_admin")
        cls.admin.company_ids += cls.company

    def _merge(self, user, target=None):
        wizard = self.env["base.partner.merge.automatic.wizard"].with_user(user)
        wizard.create({})._merge((self.old | self.new).ids, target or self.new)

    # ----------------------------------------------------------------------
    # Contacts
    # ----------------------------------------------------------------------

    def test_merge_of_a_contact_that_is_sealed(self):
        """A respondent is never exchanged; nothing tells in which case they are one."""
        self.assertFalse(self.respondent._seal_place()[0] == "unnamed")
        for user in (self.merger, self.admin):
            with (
                self.subTest(user=user.login),
                self.assertRaisesRegex(UserError, "used in complaint files") as told,
            ):
                self._merge(user)
            self.assertNotIn(self.case.number, str(told.exception))
        self.assertEqual(self.respondent.partner_id, self.old)
        self.assertTrue(self.old.exists())

    def test_merge_into_the_contact_on_file(self):
        """The other way round, no file changes."""
        self._merge(self.merger, self.old)
        self.assertEqual(self.respondent.partner_id, self.old)
        self.assertFalse(self.new.exists())

    def test_merge_of_a_contact_that_is_open(self):
        """What may be changed by hand is merged, and stands in the history."""
        transfer = self.env["complaint.transfer"].create(
            {
                "ticket_id": self._complaint().id,
                "target_kind": "body",
                "partner_id": self.new.id,
                "reason": "Look into it.",
            }
        )
        self._merge(self.merger, self.old)
        self.assertEqual(transfer.partner_id, self.old)
        self.env["complaint.log.value"]._settle()
        row = self.env["complaint.log.value"].search(
            [
                ("res_model", "=", "complaint.transfer"),
                ("res_id", "=", transfer.id),
                ("field", "=", "partner_id"),
                ("user_id", "=", self.merger.id),
            ]
        )
        self.assertEqual(len(row), 1)

    def test_merge_by_who_has_no_role(self):
        """Whoever may not change a file by hand does not by a merge."""
        self.env["complaint.transfer"].create(
            {
                "ticket_id": self._complaint().id,
                "target_kind": "body",
                "partner_id": self.new.id,
            }
        )
        stranger = self._new_user("stranger", MERGING)
        with self.assertRaisesRegex(UserError, "used in complaint files"):
            self._merge(stranger, self.old)

    def test_merge_excludes_who_is_concerned_now(self):
        """Who works for the company that turns out to be complained about is excluded."""
        self.handler.partner_id.parent_id = self.new
        self.assertNotIn(self.handler, self.case.sudo().conflict_user_ids)
        self._merge(self.merger, self.old)
        self.assertEqual(self.handler.partner_id.parent_id, self.old)
        self.assertIn(self.handler, self.case.sudo().conflict_user_ids)

    # ----------------------------------------------------------------------
    # Users
    # ----------------------------------------------------------------------

    def test_users_on_file_are_archived(self):
        """An administrator is told what Odoo's own users are told, in plain words."""
        excluded = self._new_user("excluded", "base.group_user")
        self.case.with_user(self.leader)._exclude_users(excluded, "Neighbour")
        for user in (excluded, self.clerk):
            with (
                self.subTest(user=user.login),
                self.assertRaisesRegex(UserError, "cannot be deleted. Archive") as told,
            ):
                user.with_user(self.admin).unlink()
            self.assertNotIn(self.case.number, str(told.exception))
            user.with_user(self.admin).action_archive()
            self.assertFalse(user.active)

    def test_users_who_are_on_no_file_are_deleted(self):
        stranger = self._new_user("stranger", "base.group_user")
        stranger.with_user(self.admin).unlink()
        self.assertFalse(stranger.exists())
