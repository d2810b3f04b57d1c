from odoo.tests import tagged

from .common import AppealCommon


@tagged("post_install", "-at_install")
class TestRegulation(AppealCommon):
    """What the shipped texts say, and what adoption makes of it."""

    def test_r01(self):
        self.assertEqual(len(self.level), 1)
        self.assertEqual(self.level.company_id, self.company)
        self.assertEqual((self.level.quantity, self.level.unit), (3, "working_day"))
        self.assertEqual(self.level.applicant, "complainant")
        self.assertEqual(self.level.authority, "same_office")
        self.assertEqual(self.level._body_name(), "Sunflower Street Office")
        policy = self.regulation.sla_policy_ids.filtered(
            lambda item: item.start_event == "appeal_filed"
        )
        self.assertEqual((policy.quantity, policy.end_event), (5, "appeal_served"))
        self.assertEqual(policy.clause, "5.5")

    def test_r02(self):
        rules = self._adopt("regulation_r02")
        level = rules.appeal_level_ids
        self.assertEqual((level.quantity, level.unit), (15, "calendar_day"))
        self.assertEqual(level.authority, "superior")
        self.assertIn("higher department", level._body_name())
        self.assertFalse(
            rules.sla_policy_ids.filtered(lambda item: "appeal" in item.start_event)
        )

    def test_limits_for_residents(self):
        [limit] = self.regulation._appeal_limits()
        self.assertEqual(limit["within"], "Within 3 working days")
        self.assertEqual(limit["since"], "after the result reaches you")
        self.assertEqual(limit["clause"], "5.4")
        self._ladder({"quantity": 0})
        self.assertEqual(self.regulation._appeal_limits()[0]["within"], "")

    def test_adopted_before_appeals_were_installed(self):
        self.regulation.appeal_level_ids.unlink()
        self.regulation.sla_policy_ids.filtered(
            lambda item: item.start_event == "appeal_filed"
        ).unlink()
        got = self.env["complaint.regulation"]._follow_template_appeals()
        self.assertIn(self.regulation, got)
        self.test_r01_again()
        again = self.env["complaint.regulation"]._follow_template_appeals()
        self.assertNotIn(self.regulation, again)

    def test_r01_again(self):
        self.assertEqual(len(self.regulation.appeal_level_ids), 1)
        policies = self.regulation.sla_policy_ids.filtered(
            lambda item: item.start_event == "appeal_filed"
        )
        self.assertEqual(len(policies), 1)

    def test_nonsense(self):
        for quantity in (-1, 20_000):
            with self.subTest(quantity), self.assertConstraint("between 0 and"):
                self.level.quantity = quantity
        with self.assertConstraint("1,200 months"):
            self.level.write({"quantity": 1201, "unit": "month"})

    def test_paper_follows_the_kind(self):
        ladder = self._ladder(
            {"kind": "arbitration"}, {"kind": "final_ruling", "sequence": 20}
        )
        self.assertEqual(ladder.mapped("paper"), ["arbitration_ruling", "final_ruling"])
