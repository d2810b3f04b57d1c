"""Our Chinese of the base add-ons reaches people, whenever the language comes."""

from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import TransactionCase, tagged
from odoo.tools import SQL

LANG = "zh_CN"


@tagged("post_install", "-at_install")
class TestBaseTranslation(TransactionCase):
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

    def test_update_of_the_base_addon_restores_a_lost_term(self):
        self.ticket_menu.update_field_translations("name", {LANG: False})
        self._reload("helpdesk_mgmt")
        self.assertEqual(self.ticket_menu.with_env(self.env_zh).name, "全部工单")

    def test_wording_of_people_stays_unless_overwritten(self):
        menu = self.ticket_menu.with_env(self.env_zh)
        menu.name = "所有来件"
        self._reload("helpdesk_mgmt")
        self._reload("community_complaint")
        self.assertEqual(menu.name, "所有来件")
        self._reload("helpdesk_mgmt", overwrite=True)
        self.assertEqual(menu.name, "全部工单")

    def test_wrong_term_of_the_base_addon_is_corrected(self):
        subtype = self.env.ref(
            "base_tier_validation.mt_tier_validation_accepted",
            raise_if_not_found=False,
        )
        if not subtype:
            self.skipTest("base_tier_validation is not installed")
        subtype = subtype.with_env(self.env_zh)
        subtype.name = "多层级审批（抽象）"
        self._reload("community_complaint")
        self.assertEqual(subtype.name, "审批通过通知")
