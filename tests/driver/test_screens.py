"""The driver itself: what a screen does not offer, nobody does."""

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import TransactionCase, new_test_user, tagged

from .errors import NotFilledIn, NotOffered
from .person import Person

_FORM = """
<form string="Category">
    <header>
        <button name="action_archive" type="object" string="Archive"
                confirm="Really?" invisible="not active"/>
        <button name="action_unarchive" type="object" string="Only for the System"
                groups="base.group_system"/>
        <button name="%(dialog)d" type="action" string="Another One"/>
    </header>
    <div class="alert" invisible="color != 1">The name is settled.</div>
    <field name="color" readonly="color == 2"/>
    <field name="active" invisible="1"/>
    <notebook>
        <page string="Name" invisible="color == 1">
            <group><field name="name"/></group>
        </page>
    </notebook>
    <field name="parent_id" domain="[('color', '=', 7)]" options="{'no_create': True}"/>
    <field name="child_ids"><list editable="bottom" create="%(create)d">
        <field name="name"/>
        <field name="color" column_invisible="parent.color == 3"/>
        <button name="action_archive" type="object" string="Fold" invisible="color == 5"/>
    </list></field>
</form>
"""
_DIALOG = """
<form>
    <field name="name"/>
    <footer>
        <button name="action_archive" type="object" string="Put Away"/>
        <button special="cancel" string="Cancel"/>
    </footer>
</form>
"""
_LIST = """
<list create="%(create)d">
    <header>
        <button name="action_archive" type="object" string="Put Away"/>
        <button name="action_unarchive" type="object" string="Only for the System"
                groups="base.group_system"/>
    </header>
    <field name="name"/>
</list>
"""
MODEL = "res.partner.category"


@tagged("post_install", "-at_install")
class TestScreens(TransactionCase):
    """On views made here, over a small model of the base."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.lang"]._activate_lang("en_US")
        # the base gives a new category a colour by chance, and colours decide here
        cls.env["ir.default"].set(MODEL, "color", 0)
        cls.user = new_test_user(
            cls.env,
            "driver",
            "base.group_user,base.group_partner_manager",
            lang="en_US",
        )
        dialog = cls.env["ir.actions.act_window"].create(
            {
                "name": "Another One",
                "res_model": MODEL,
                "target": "new",
                "view_mode": "form",
                "view_id": cls._view(_DIALOG).id,
            }
        )
        cls.view = cls._view(_FORM % {"dialog": dialog.id, "create": 1})
        cls.closed = cls._view(_FORM % {"dialog": dialog.id, "create": 0})
        cls.record = cls.env[MODEL].create({"name": "One", "color": 0})

    @classmethod
    def _view(cls, arch, kind="form"):
        return cls.env["ir.ui.view"].create(
            {"name": "driver", "model": MODEL, "type": kind, "arch": arch}
        )

    def person(self, view=None, record=None, user=None):
        """Return somebody with the record open."""
        person = Person(user or self.user)
        person.follow(
            {
                "type": "ir.actions.act_window",
                "res_model": MODEL,
                "res_id": (record or self.record).id,
                "views": [((view or self.view).id, "form")],
            }
        )
        return person

    # ------------------------------------------------------------------
    # Fields
    # ------------------------------------------------------------------

    def test_type(self):
        self.person().fill(name="Two").here.save()
        self.assertEqual(self.record.name, "Two")

    def test_hidden_page_hides_its_fields(self):
        self.record.color = 1
        with self.assertRaises(NotOffered) as caught:
            self.person().fill(name="Two")
        self.assertIn("does not see “name”", caught.exception.told)
        self.assertIn("The name is settled.", caught.exception.told)

    def test_typing_hides_a_page_at_once(self):
        person = self.person().fill(color=1)
        self.assertFalse(person.here.shows("name"))
        with self.assertRaises(NotOffered):
            person.fill(name="Two")

    def test_readonly(self):
        self.record.color = 2
        with self.assertRaises(NotOffered) as caught:
            self.person().fill(color=3)
        self.assertIn("only reads “color”", caught.exception.told)

    def test_unknown_field(self):
        with self.assertRaises(NotOffered):
            self.person().fill(partner_ids=[])

    def test_required(self):
        with self.assertRaises(NotFilledIn) as caught:
            self.person().fill(name="").press("Archive")
        self.assertIn("“Name” must be filled in", str(caught.exception))
        self.assertTrue(self.record.active)

    def test_choice_out_of_its_domain(self):
        """A field proposes what its domain allows; nobody makes up another one."""
        other, seventh = self.env[MODEL].create(
            [{"name": "Other"}, {"name": "Seventh", "color": 7}]
        )
        with self.assertRaises(NotOffered):
            self.person().fill(parent_id=other)
        with self.assertRaises(NotOffered):
            self.person().fill(parent_id="New")
        self.person().fill(parent_id="Seventh").here.save()
        self.assertEqual(self.record.parent_id, seventh)

    # ------------------------------------------------------------------
    # Lines
    # ------------------------------------------------------------------

    def test_lines(self):
        person = self.person()
        person.here.add("child_ids", name="Child", color=4)
        person.here.save()
        self.assertEqual(self.record.child_ids.mapped("color"), [4])
        person.here.edit("child_ids", {"name": "Child"}, color=6)
        person.here.save()
        self.assertEqual(self.record.child_ids.mapped("color"), [6])

    def test_list_takes_no_lines(self):
        with self.assertRaises(NotOffered):
            self.person(self.closed).here.add("child_ids", name="Child")

    def test_hidden_column(self):
        self.record.color = 3
        with self.assertRaises(NotOffered):
            self.person().here.add("child_ids", color=4)

    def test_buttons_of_rows(self):
        self.record.child_ids = [
            Command.create({"name": "Shown", "color": 4}),
            Command.create({"name": "Without", "color": 5}),
        ]
        first, second = self.record.child_ids
        person = self.person()
        with self.assertRaises(NotOffered):
            person.here.row("child_ids", id=second.id).press("Fold")
        person.here.row("child_ids", id=first.id).press("Fold")
        self.assertFalse(first.active)

    # ------------------------------------------------------------------
    # Buttons
    # ------------------------------------------------------------------

    def test_press_saves_first_and_confirms(self):
        person = self.person().fill(name="Two").press("Archive")
        self.assertEqual((self.record.name, self.record.active), ("Two", False))
        self.assertEqual(person.confirmed, ["Really?"])

    def test_hidden_button(self):
        self.record.active = False
        with self.assertRaises(NotOffered) as caught:
            self.person().press("Archive")
        self.assertIn("is not on the screen", caught.exception.told)
        self.assertIn("Another One", str(caught.exception))

    def test_button_of_a_group(self):
        with self.assertRaises(NotOffered):
            self.person().press("Only for the System")
        admin = new_test_user(self.env, "driver.admin", "base.group_system")
        self.record.active = False
        self.person(user=admin).press("Only for the System")
        self.assertTrue(self.record.active)

    def test_refused_by_the_server(self):
        """What was saved before stays, what the button did does not."""

        def refuse(records):
            records.color = 9
            records.flush_recordset()
            raise UserError("No.")

        self.patch(self.registry[MODEL], "action_archive", refuse)
        person = self.person().fill(name="Two")
        # Odoo's assertRaises would take the save back as well
        try:
            person.press("Archive")
        except UserError:
            pass
        else:
            self.fail("the server refused nothing")
        self.assertEqual((self.record.name, self.record.color), ("Two", 0))

    # ------------------------------------------------------------------
    # Lists
    # ------------------------------------------------------------------

    def listing(self, create=1):
        """Return a list in front of somebody."""
        view = self._view(_LIST % {"create": create}, "list")
        action = {
            "type": "ir.actions.act_window",
            "res_model": MODEL,
            "domain": [("color", "=", 0)],
            "views": [(view.id, "list"), (self.view.id, "form")],
        }
        return Person(self.user).follow(action)

    def test_list(self):
        self.env[MODEL].create([{"name": "Two"}, {"name": "Three", "color": 1}])
        listing = self.listing()
        with self.assertRaises(NotOffered):
            listing.open(name="Three")
        self.assertEqual(listing.open(name="One").record, self.record)
        with self.assertRaises(NotOffered):
            self.listing().rows(color="0")

    def test_list_makes_new_ones(self):
        self.listing().new().fill(name="Made").save()
        self.assertTrue(self.env[MODEL].search([("name", "=", "Made")]))
        with self.assertRaises(NotOffered):
            self.listing(create=0).new()

    def test_buttons_above_a_list(self):
        with self.assertRaises(NotOffered):
            self.listing().press("Put Away")
        with self.assertRaises(NotOffered):
            self.listing().press("Only for the System", self.record)
        self.listing().press("Put Away", self.record)
        self.assertFalse(self.record.active)

    # ------------------------------------------------------------------
    # Dialogs, menus, the cog
    # ------------------------------------------------------------------

    def test_dialog(self):
        person = self.person().press("Another One")
        with self.assertRaises(NotOffered):
            person.press("Archive")
        person.fill(name="Second").press("Put Away")
        made = self.env[MODEL].with_context(active_test=False)
        self.assertFalse(made.search([("name", "=", "Second")]).active)
        self.assertEqual(person.here.record, self.record, "the dialog is closed")

    def test_dialog_cancelled(self):
        person = self.person().press("Another One").fill(name="Second")
        person.press("Cancel")
        self.assertEqual(person.here.record, self.record)
        self.assertFalse(self.env[MODEL].search([("name", "=", "Second")]))

    def test_menus(self):
        person = Person(self.user)
        with self.assertRaises(NotOffered):
            person.go("All Complaints")
        clerk = new_test_user(
            self.env,
            "driver.clerk",
            "community_complaint.group_complaint_clerk",
            lang="en_US",
        )
        self.assertEqual(Person(clerk).go("All Complaints").model, "helpdesk.ticket")

    def test_cog(self):
        action = self.env["ir.actions.server"].create(
            {
                "name": "Paint",
                "model_id": self.env["ir.model"]._get_id(MODEL),
                "binding_model_id": self.env["ir.model"]._get_id(MODEL),
                "state": "code",
                "code": "records.write({'color': 8})",
                "group_ids": [Command.set(self.env.ref("base.group_system").ids)],
            }
        )
        with self.assertRaises(NotOffered):
            self.person().cog("Paint")
        action.group_ids = False
        self.person().cog("Paint")
        self.assertEqual(self.record.color, 8)

    def test_cog_prints(self):
        self.env["ir.actions.report"].create(
            {
                "name": "Label",
                "model": MODEL,
                "report_type": "qweb-pdf",
                "report_name": "driver.label",
                "binding_model_id": self.env["ir.model"]._get_id(MODEL),
                "binding_type": "report",
            }
        )
        person = self.person()
        person.cog("Label")
        address = f"/report/pdf/driver.label/{self.record.id}"
        self.assertEqual(person.addresses, [address])
