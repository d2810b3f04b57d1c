"""Signing in: a second factor for who decides, and one address on papers."""

import ast
import re
from pathlib import Path
from unittest.mock import patch

from odoo.exceptions import AccessError, UserError
from odoo.modules.module import get_module_path
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..models.res_users import DEMANDED
from .common import ComplaintCommon

ADDONS = (
    "community_complaint",
    "community_complaint_appeal",
    "community_complaint_l10n_zh",
    "community_complaint_medical",
    "community_complaint_portal",
)
#: What tells the host a visitor claims.
HOSTS = {"url_root", "host_url", "host", "base_url", "url", "root_url"}


@tagged("post_install", "-at_install")
class TestSecondFactor(ComplaintCommon):
    def _demand(self):
        self.env["ir.config_parameter"].set_param(DEMANDED, "True")

    def _enrol(self, user):
        user.sudo().totp_secret = "JBSWY3DPEHPK3PXP"

    @mute_logger("odoo.addons.base.models.ir_model", "odoo.addons.base.models.ir_rule")
    def test_a_leader_without_one_decides_nothing(self):
        case = self._to(self._complaint(), "deciding")
        self._draft(case)
        self._demand()
        with self.assertRaises(UserError), self.env.cr.savepoint():
            case.with_user(self.leader).action_decide()
        with self.assertRaises(AccessError), self.env.cr.savepoint():
            self.regulation.with_user(self.manager).write({"prefix": "XX"})
        secret = self._complaint(confidentiality="confidential")
        with self.assertRaises(UserError), self.env.cr.savepoint():
            secret.with_user(self.custodian).action_show_identity("I want to.")
        self.assertEqual(case.phase, "deciding")

    def test_at_once(self):
        """Rights that were asked about while it was switched on are not kept."""
        role = "community_complaint.group_complaint_leader"
        admin = self._new_user("settings", "base.group_system")
        parameters = self.env["ir.config_parameter"].with_user(admin)
        for demanded in ("False", "True", "False"):
            parameters.set_param(DEMANDED, demanded)
            self.assertEqual(self.leader.has_group(role), demanded == "False")

    def test_with_one_they_act(self):
        case = self._to(self._complaint(), "deciding")
        self._draft(case)
        self._demand()
        self._enrol(self.leader)
        case.with_user(self.leader).action_decide()
        self.assertEqual(case.decision_id.state, "in_force")
        # switched off by an administrator: on record, and the role rests again
        self.leader.sudo().write({"totp_secret": False})
        self.assertFalse(
            self.leader.has_group("community_complaint.group_complaint_leader")
        )
        kinds = self.env["complaint.log"].search(
            [("res_model", "=", "res.users"), ("res_id", "=", self.leader.id)]
        )
        self.assertIn("access_changed", kinds.mapped("kind"))

    def test_other_roles_need_none(self):
        self._demand()
        self._accept(self._complaint())
        self.assertTrue(
            self.handler.has_group("community_complaint.group_complaint_handler")
        )

    def test_nobody_needs_one_unless_demanded(self):
        for user in (self.leader, self.manager, self.custodian):
            self.assertTrue(user._get_group_ids())
        self.assertTrue(
            self.leader.has_group("community_complaint.group_complaint_leader")
        )


@tagged("post_install", "-at_install")
class TestAddressOnPapers(ComplaintCommon):
    def _sign_in(self, location):
        """Sign in as an administrator by an address, and return the office's own."""
        user = self.env.ref("base.user_admin")
        users = self.env["res.users"].with_user(user)
        with patch.object(
            type(users), "_login", lambda *_args, **_kwargs: {"uid": user.id}
        ):
            users.authenticate(
                {"type": "password", "login": "x"}, {"base_location": location}
            )
        return self.env["ir.config_parameter"].get_param("web.base.url")

    def test_an_evil_host_is_printed_nowhere(self):
        parameters = self.env["ir.config_parameter"]
        parameters.set_param("web.base.url", "http://localhost:8069")
        right, evil = "https://complaints.example", "http://evil.example"
        self.assertEqual(self._sign_in(right), right, "the first one is taken")
        self.assertEqual(self._sign_in(evil), right)
        self.assertTrue(self.case_url().startswith(right))

    def case_url(self):
        return self._complaint().get_base_url()

    def test_no_page_of_ours_prints_the_host_of_a_request(self):
        """Every address comes from the office's own, see ``get_base_url``."""
        found = set()
        for addon in ADDONS:
            for path in Path(get_module_path(addon)).rglob("*.py"):
                if "tests" in path.parts:
                    continue
                for node in ast.walk(ast.parse(path.read_text())):
                    if (
                        isinstance(node, ast.Attribute)
                        and node.attr in HOSTS
                        and ast.unparse(node.value).endswith("httprequest")
                    ):
                        found.add((path.name, node.attr))
            for path in Path(get_module_path(addon)).rglob("*.xml"):
                for name in re.findall(r"httprequest\.(\w+)", path.read_text()):
                    if name in HOSTS:
                        found.add((path.name, name))
        self.assertFalse(found)
