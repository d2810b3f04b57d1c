"""Nobody escapes a complaint about themselves by another name (KIND E)."""

from odoo import Command
from odoo.exceptions import AccessError
from odoo.service.model import call_kw
from odoo.tests import new_test_user, tagged

from .common import ComplaintCommon


@tagged("post_install", "-at_install")
class TestOwnName(ComplaintCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.clever = cls._new_user(
            "clever",
            "community_complaint.group_complaint_handler,base.group_partner_manager",
        )
        cls.clever.name = "司徒换名"
        cls.team.user_ids += cls.clever
        cls.env["hr.employee"].create(
            {
                "name": cls.clever.name,
                "user_id": cls.clever.id,
                "company_id": cls.company.id,
            }
        )

    def _write(self, user, record, vals):
        records = self.env[record._name].with_user(user)
        return call_kw(records, "write", [record.ids, vals], {})

    def test_who_works_on_complaints_keeps_their_name(self):
        for record in (self.clever, self.clever.partner_id):
            for name in ("王大锤", "司徒换"):
                with (
                    self.subTest(model=record._name, name=name),
                    self.assertRaises(AccessError),
                    self.env.cr.savepoint(),
                ):
                    self._write(self.clever, record, {"name": name})
        self._write(self.clever, self.clever, {"signature": "<p>x</p>"})
        case = self._complaint(description="<p>司徒换名收了红包。</p>")
        self.assertFalse(case.with_user(self.clever).has_access("read"))

    def test_who_renames_a_colleague_is_seen(self):
        officer = new_test_user(
            self.env,
            login="officer.names",
            groups="base.group_user,base.group_erp_manager,base.group_partner_manager",
            company_id=self.company.id,
            company_ids=[Command.set(self.company.ids)],
        )
        self._write(officer, self.clever, {"name": "王大锤"})
        row = self.env["complaint.log"].search(
            [("company_id", "=", self.company.id), ("kind", "=", "access_changed")],
            order="sequence desc",
            limit=1,
        )
        self.assertEqual(row.user_id, officer)
        self.assertIn("name", row.details)
        self.assertIn(self.clever.login, row.details)

    def test_others_are_called_as_they_like(self):
        self._write(self.employee_user, self.employee_user, {"name": "Another Name"})
        self.assertEqual(self.employee_user.name, "Another Name")
