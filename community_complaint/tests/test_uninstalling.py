"""Uninstalling neither opens nor loses what was secret (THREATS 57)."""

import csv
import io
import json
import tempfile
import zipfile
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import UserError
from odoo.service.model import call_kw
from odoo.tests import tagged
from odoo.tools import config

from ..tools import uninstalling
from .common import ComplaintCommon


@tagged("post_install", "-at_install")
class TestUninstalling(ComplaintCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.admin = cls.env.ref("base.user_admin")
        cls.admin.company_ids += cls.company
        cls.case = cls._complaint()
        cls.modules = cls.env["ir.module.module"]

    def _module(self, name):
        return self.modules.search([("name", "=", name)])

    def _refused(self, record, method, *args, context=None):
        model = self.env(user=self.admin, su=False, context=context or {})
        with self.assertRaises(UserError) as told, self.env.cr.savepoint():
            call_kw(model[record._name], method, [record.ids, *args], {})
            self.env.flush_all()
        return str(told.exception)

    def test_an_administrator_marks_nothing_for_removal(self):
        """Nor what it is built on, which would take it along."""
        for name in ("community_complaint", "helpdesk_mgmt", "helpdesk_type", "hr"):
            module = self._module(name)
            with self.subTest(module=name):
                told = self._refused(module, "button_uninstall")
                self.assertIn("community_complaint", told)
                self.assertIn("community_complaint.uninstall", told)
        module = self._module("community_complaint")
        for state in ("to remove", "uninstalled", "uninstallable"):
            with self.subTest(state=state):
                self._refused(module, "write", {"state": state})
        self.assertEqual(module.state, "installed")

    def test_whatever_marked_it_the_removal_itself_is_refused(self):
        self.env.cr.execute(
            "UPDATE ir_module_module SET state = 'to remove' WHERE name = %s",
            ["community_complaint"],
        )
        self.modules.invalidate_model(["state"])
        module = self._module("community_complaint")
        with (
            patch.object(type(module), "_keep_installed") as kept,
            self.assertRaisesRegex(UserError, "on file"),
        ):
            module.module_uninstall()
        kept.assert_called_once_with()

    def test_what_leaves_no_file_behind_is_uninstalled_as_ever(self):
        """An add-on without records of its own, and everybody else's."""
        other = self.modules.search(
            [("name", "=", "privacy_lookup"), ("state", "=", "installed")]
        )
        self.assertFalse(other._ours_on_file())
        shipped = uninstalling.tables_on_file(self.env, "privacy_lookup")
        self.assertFalse(shipped)

    def test_force_is_for_one_day_and_on_record(self):
        parameters = self.env["ir.config_parameter"].with_user(self.admin)
        module = self._module("community_complaint").with_user(self.admin)
        for value in ("1", "True", "2020-01-01"):
            parameters.set_param(uninstalling.FORCED, value)
            with self.subTest(value=value):
                self._refused(module, "button_uninstall")
        today = fields.Date.to_string(fields.Date.today())
        parameters.set_param(uninstalling.FORCED, today)
        self.assertTrue(module.sudo()._ours_on_file())
        module.sudo()._check_nothing_on_file()
        rows = self.env["complaint.log"].search(
            [("kind", "=", "setting_changed"), ("user_id", "=", self.admin.id)]
        )
        names = [json.loads(row.details)["name"] for row in rows]
        self.assertIn(uninstalling.FORCED, names)

    def test_everything_is_exported_and_put_away(self):
        note = self.case.message_post(body="Inside", attachments=[("a.txt", b"file")])
        self.env["complaint.log"]._write_pending()
        tables = uninstalling.tables_on_file(self.env, "community_complaint")
        self.assertIn("complaint_log", tables)
        self.env.flush_all()
        cases = uninstalling.case_ids(self.env)
        self.assertIn(self.case.id, cases)
        with (
            tempfile.TemporaryDirectory() as folder,
            patch.dict(config.options, {"data_dir": folder}),
            patch.object(
                type(self.env["ir.attachment"]),
                "_file_read",
                lambda _self, name: b"file",
            ),
        ):
            path = uninstalling.export(self.env, tables, cases)
            with zipfile.ZipFile(path) as archive:
                names = archive.namelist()
                sums = json.loads(archive.read("SHA256.json"))
                tickets = archive.read("helpdesk_ticket.csv").decode()
                messages = archive.read("mail_message.csv").decode()
        self.assertEqual({*names}, {*sums, "SHA256.json"})
        self.assertIn(f"files/{note.attachment_ids.store_fname}", names)
        self.assertIn("complaint_identity.csv", names)
        rows = csv.DictReader(io.StringIO(tickets))
        self.assertEqual({int(row["id"]) for row in rows}, {*cases})
        self.assertIn("Inside", messages)

    def test_what_is_put_away_is_nowhere(self):
        ordinary = self.env["helpdesk.ticket"].create(
            {"name": "Printer", "description": "Jam", "team_id": False}
        )
        self.case.message_post(body="Inside", attachments=[("a.txt", b"file")])
        self.env.flush_all()
        cases = uninstalling.case_ids(self.env)
        for table in (
            "mail_message",
            "mail_followers",
            "mail_activity",
            "ir_attachment",
        ):
            query = uninstalling._of_cases(table, cases)
            self.env.cr.execute("SELECT count(*) " + query.code, query.params)
            if table in ("mail_message", "ir_attachment"):
                self.assertTrue(self.env.cr.fetchone()[0], table)
        # as when our tables are gone
        self.env.cr.execute("SET LOCAL session_replication_role = replica")
        uninstalling.put_away(self.env, cases)
        self.env.cr.execute("SET LOCAL session_replication_role = DEFAULT")
        self.assertFalse(self.case.exists())
        self.assertTrue(ordinary.exists())
        for table in uninstalling._CARRIERS:
            query = uninstalling._of_cases(table, cases)
            self.env.cr.execute("SELECT count(*) " + query.code, query.params)
            self.assertEqual(self.env.cr.fetchone(), (0,), table)

    # ----------------------------------------------------------------------
    # The word by which Odoo uninstalls opens nothing
    # ----------------------------------------------------------------------

    def test_no_word_of_a_caller_deletes_what_is_on_file(self):
        flag = {"_force_unlink": True, "allowed_company_ids": self.company.ids}
        self.admin.group_ids += self.env.ref("hr.group_hr_manager")
        vals = {"name": "Wang Wei", "company_id": self.company.id}
        employee = self.env["hr.employee"].create(vals)
        for record in (self.case, self.clerk, self.team, employee):
            with self.subTest(model=record._name):
                self._refused(record, "unlink", context=flag)
                self.assertTrue(record.exists())
        model = self.env["ir.model"]._get("complaint.log")
        self._refused(model, "unlink", context=flag)
        field = self.env["ir.model.fields"]._get("helpdesk.ticket", "findings")
        self._refused(field, "unlink", context=flag)

    def test_every_guard_of_deletion_of_ours_holds_against_that_word(self):
        """``at_uninstall=False`` means: not while a caller says that word."""
        weak = set()
        for name, model in self.env.registry.models.items():
            for cls in model.__mro__:
                if not cls.__module__.startswith("odoo.addons.community_complaint"):
                    continue
                for key, value in vars(cls).items():
                    if getattr(value, "_ondelete", None) is False:
                        weak.add((name, key))
        self.assertFalse(weak)
