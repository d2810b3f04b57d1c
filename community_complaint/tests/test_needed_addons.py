from ast import literal_eval

from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import ANSWERS, ComplaintCommon


@tagged("post_install", "-at_install")
class TestNeededAddons(ComplaintCommon):
    """A shipped text that needs an add-on is offered where that is installed."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.template = cls.env.ref("community_complaint.regulation_r02")

    def _offered(self):
        """Return what the page of regulations shows a manager."""
        action = self.env["ir.actions.actions"]._for_xml_id(
            "community_complaint.complaint_regulation_action"
        )
        regulations = self.env["complaint.regulation"].with_user(self.manager)
        return regulations.search(literal_eval(action["domain"]))

    def _adopt_here(self):
        template = self.template.with_user(self.manager).with_company(self.company)
        return self.regulation.browse(template.action_adopt(answers=ANSWERS)["res_id"])

    def test_without_the_addon(self):
        self.assertIn(self.template, self._offered())
        self.template.needed_addons = "base community_complaint_nowhere hr_holidays"
        self.assertNotIn(self.template, self._offered())
        self.assertIn(self.regulation, self._offered())
        title = self.env.ref("base.module_hr_holidays").shortdesc
        with self.assertRaises(UserError) as refused:
            self._adopt_here()
        self.assertIn(title, str(refused.exception))
        self.assertIn("community_complaint_nowhere", str(refused.exception))

    def test_with_the_addon(self):
        self.template.needed_addons = "base community_complaint"
        self.assertIn(self.template, self._offered())
        rules = self._adopt_here()
        self.assertFalse(rules.needed_addons, "an office's own text needs nothing")

    def test_what_was_adopted_stays(self):
        """Who uninstalls an add-on keeps the text, without what the add-on did."""
        rules = self._adopt_here()
        self.template.needed_addons = "community_complaint_nowhere"
        self.assertIn(rules, self._offered())
        self.assertEqual(self._adopt_here(), rules)
