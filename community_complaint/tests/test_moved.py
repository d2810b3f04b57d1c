from odoo.exceptions import UserError
from odoo.tests import TransactionCase, tagged

from ..tools.moved import ORIGIN, Move, move


@tagged("post_install", "-at_install")
class TestMoved(TransactionCase):
    """What moves to another add-on is handed over by name; ``hr`` stands in for it."""

    def _owners(self, *names):
        """Return who owns xmlids of these names: ``{name: {modules}}``."""
        rows = self.env["ir.model.data"].search([("name", "in", names)])
        return {
            name: set(
                rows.filtered(lambda row, name=name: row.name == name).mapped("module")
            )
            for name in names
        }

    def _move(self, **what):
        self.env.flush_all()
        move(self.env.cr, Move(to="hr", **what))
        self.env.invalidate_all()

    def test_a_model_takes_all_of_its_own_along(self):
        self._move(models=("complaint.measure",))
        owners = self._owners(
            "model_complaint_measure",
            "field_complaint_measure__name",
            "access_complaint_measure_staff",
            "complaint_measure_rule_company",
            "complaint_measure_view_list",
            "complaint_measure_action",
            "complaint_measure_menu",
            "measure_criticism",
        )
        for name, modules in owners.items():
            with self.subTest(name):
                self.assertIn("hr", modules)
                self.assertNotIn(ORIGIN, modules)
        stays = (
            "model_complaint_decision",
            "complaint_cause_menu",
            "complaint_menu_root",
        )
        for modules in self._owners(*stays).values():
            self.assertNotIn("hr", modules)

    def test_of_a_model_that_stays_moves_what_is_named(self):
        self._move(
            fields={"helpdesk.ticket": ("demand",)},
            values={("complaint.inquiry", "kind"): ("visit",)},
            records=("complaint_menu_root",),
        )
        moved = (
            "field_helpdesk_ticket__demand",
            "selection__complaint_inquiry__kind__visit",
            "complaint_menu_root",
        )
        for name, modules in self._owners(*moved).items():
            with self.subTest(name):
                self.assertEqual(modules, {"hr"})
        stays = (
            "field_helpdesk_ticket__findings",
            "selection__complaint_inquiry__kind__phone",
        )
        for name, modules in self._owners(*stays).items():
            with self.subTest(name):
                self.assertEqual(modules, {ORIGIN})

    def test_tables_of_links_and_keys_change_hands(self):
        self._move(models=("complaint.inquiry",))
        self.env.cr.execute(
            "SELECT r.name FROM ir_model_relation r JOIN ir_module_module m"
            " ON m.id = r.module WHERE m.name = 'hr' AND r.name LIKE 'complaint_inquiry%'"
        )
        self.assertTrue(self.env.cr.fetchall())
        self.env.cr.execute(
            "SELECT c.name, m.name FROM ir_model_constraint c JOIN ir_module_module m"
            " ON m.id = c.module WHERE c.name LIKE 'complaint_inquiry_%'"
        )
        owners = dict(self.env.cr.fetchall())
        self.assertEqual(owners["complaint_inquiry_user_id_fkey"], "hr")
        # of a mixin, and so of the mixin's add-on
        self.assertEqual(owners["complaint_inquiry_ticket_id_fkey"], ORIGIN)

    def test_the_new_addon_is_updated_not_installed(self):
        """An installation writes anew what updates leave alone."""
        modules = self.env["ir.module.module"]
        target = modules.search([("state", "=", "uninstalled")], limit=1)
        self.env.flush_all()
        move(self.env.cr, Move(to=target.name))
        target.invalidate_recordset()
        self.assertEqual(target.state, "to upgrade")
        self.assertEqual(target.demo, modules._get(ORIGIN).demo)

    def test_an_addon_that_is_not_there_is_named(self):
        with self.assertRaisesRegex(UserError, "community_complaint_nowhere"):
            move(self.env.cr, Move(to="community_complaint_nowhere"))
