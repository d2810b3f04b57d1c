"""Our Chinese of other add-ons reaches people, whenever the language comes."""

import threading
from unittest.mock import patch

from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import TransactionCase, tagged
from odoo.tools import SQL
from odoo.tools.translate import PYTHON_TRANSLATION_COMMENT, code_translations

from ..tools import others, spoken

LANG = "zh_CN"


@tagged("post_install", "-at_install")
class TestOthersChinese(TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.ticket_menu = cls.env.ref("helpdesk_mgmt.helpdesk_all_ticket_menu")
        cls.team_form = cls.env.ref("helpdesk_mgmt.view_helpdesk_team_form")
        fields = cls.env["ir.model.fields"]._get
        cls.team_field = fields("helpdesk.ticket", "team_id")
        cls.state_selection = cls.env.ref(
            "helpdesk_mgmt.selection__helpdesk_ticket__kanban_state__blocked"
        )
        cls._forget_language()
        cls._install_language()
        cls.env_zh = cls.env["base"].with_context(lang=LANG).env

    @classmethod
    def _forget_language(cls):
        """Bring the records of this test to where they are before the language."""
        everyone = cls.env["res.partner"].with_context(active_test=False)
        everyone.search([("lang", "=", LANG)]).lang = "en_US"
        cls._language().active = False
        for record, field in (
            (cls.ticket_menu, "name"),
            (cls.team_form, "arch_db"),
            (cls.team_field, "field_description"),
            (cls.state_selection, "name"),
        ):
            record.flush_recordset()
            cls.env.cr.execute(
                SQL(
                    "UPDATE %(table)s SET %(field)s = %(field)s - %(lang)s WHERE id = %(id)s",
                    table=SQL.identifier(record._table),
                    field=SQL.identifier(field),
                    lang=LANG,
                    id=record.id,
                )
            )
            record.invalidate_recordset()

    @classmethod
    def _install_language(cls):
        cls.env["base.language.install"].create(
            {"lang_ids": [Command.set(cls._language().ids)]}
        ).lang_install()

    @classmethod
    def _language(cls):
        languages = cls.env["res.lang"].with_context(active_test=False)
        return languages.search([("code", "=", LANG)])

    def _reload(self, module, overwrite=False):
        self.env["ir.module.module"]._load_module_terms([module], [LANG], overwrite)

    def test_field_and_selection(self):
        info = self.env_zh["helpdesk.ticket"].fields_get(["team_id", "kanban_state"])
        self.assertEqual(info["team_id"]["string"], "团队")
        self.assertIn(("blocked", "受阻"), info["kanban_state"]["selection"])

    def test_menu(self):
        self.assertEqual(self.ticket_menu.with_env(self.env_zh).name, "全部工单")
        self.assertEqual(self.ticket_menu.name, "All Tickets")

    def test_view(self):
        arch = self.team_form.with_env(self.env_zh).arch_db
        self.assertIn('placeholder="服务台团队名称……"', arch)
        self.assertNotIn("Helpdesk Team name...", arch)

    def test_python_message(self):
        team = self.env["helpdesk.ticket.team"].create({"name": "Desk"})
        ticket = self.env_zh["helpdesk.ticket"].create(
            {"name": "Noise", "description": "Noise at night", "team_id": team.id}
        )
        with self.assertRaisesRegex(AccessError, "您不是该工单所属团队的成员"):
            ticket.assign_to_me()

    def test_javascript_message(self):
        modules, _lang = self.env["ir.http"]._get_translations_for_webclient(
            ["helpdesk_mgmt"], LANG
        )
        messages = {
            message["id"]: message["string"]
            for message in modules["helpdesk_mgmt"]["messages"]
        }
        source = "The selected file (%sB) is over the maximum allowed file size (%sB)."
        self.assertEqual(
            messages[source], "所选文件（%sB）超过允许的最大文件大小（%sB）。"
        )

    def test_other_databases_read_what_they_read_before(self):
        """The words of Python code are the process's, those of all its databases."""
        for module in others.MODULES:
            ours = others.code_terms(module, LANG, PYTHON_TRANSLATION_COMMENT)
            words = code_translations.get_python_translations(module, LANG)
            self.assertLessEqual(ours.items(), words.items(), module)
            with patch.object(spoken, "is_wanted", lambda: False):
                own = code_translations._get_code_translations(
                    module,
                    LANG,
                    lambda row: (
                        row["value"] and PYTHON_TRANSLATION_COMMENT in row["comments"]
                    ),
                )
                self.assertEqual(dict(words), own, module)

    def test_it_is_the_database_that_wants_them(self):
        name = patch.object(
            threading.current_thread(), "dbname", self.env.cr.dbname, create=True
        )
        name.start()
        self.addCleanup(name.stop)
        self.assertTrue(spoken.is_wanted())
        delattr(self.registry, spoken.MARK)
        self.addCleanup(setattr, self.registry, spoken.MARK, True)
        self.assertFalse(spoken.is_wanted())

    def test_update_of_the_other_addon_restores_a_lost_term(self):
        self.ticket_menu.update_field_translations("name", {LANG: False})
        self._reload("helpdesk_mgmt")
        self.assertEqual(self.ticket_menu.with_env(self.env_zh).name, "全部工单")

    def test_wording_of_people_stays_unless_overwritten(self):
        menu = self.ticket_menu.with_env(self.env_zh)
        menu.name = "所有来件"
        self._reload("helpdesk_mgmt")
        self._reload("community_complaint_l10n_zh")
        self.assertEqual(menu.name, "所有来件")
        self._reload("helpdesk_mgmt", overwrite=True)
        self.assertEqual(menu.name, "全部工单")

    def test_wrong_term_of_the_other_addon_is_corrected(self):
        subtype = self.env.ref(
            "base_tier_validation.mt_tier_validation_accepted",
            raise_if_not_found=False,
        )
        if not subtype:
            self.skipTest("base_tier_validation is not installed")
        subtype = subtype.with_env(self.env_zh)
        subtype.name = "多层级审批（抽象）"
        self._reload("community_complaint_l10n_zh")
        self.assertEqual(subtype.name, "审批通过通知")
