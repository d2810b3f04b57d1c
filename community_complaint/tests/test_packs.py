from odoo.tests import tagged

from .common import ComplaintCommon

#: xmlids of all shipped regulations.
PACKS = (
    *(f"regulation_r{number:02d}" for number in range(1, 20)),
    "regulation_xinfang",
    "regulation_medical",
    "regulation_uk_housing",
    "regulation_eu_whistleblower",
)


@tagged("post_install", "-at_install")
class TestPacks(ComplaintCommon):
    """Nineteen regulations and four laws work side by side as data."""

    def test_all_are_there(self):
        templates = self.env["complaint.regulation"].search(
            [("is_template", "=", True)]
        )
        shipped = templates.filtered(lambda item: item.get_external_id()[item.id])
        self.assertEqual(
            set(shipped.get_external_id().values()),
            {f"community_complaint.{name}" for name in PACKS},
        )

    def test_adopted_side_by_side(self):
        """Each has its desk, alias, stages, channels, kinds, measures and limits."""
        desks = self.env["helpdesk.ticket.team"]
        for name in PACKS:
            with self.subTest(pack=name):
                template = self.env.ref(f"community_complaint.{name}")
                rules = self._adopt(name)
                desks |= rules.team_id
                self.assertTrue(rules.team_id.alias_id.alias_name)
                self.assertEqual(
                    set(
                        rules.team_id._get_applicable_stages().mapped("complaint_phase")
                    ),
                    set(rules._phases()),
                )
                self.assertTrue(rules.channel_ids)
                self.assertTrue(rules.measure_ids)
                for part in (
                    "sla_policy_ids",
                    "requirement_ids",
                    "type_rule_ids",
                    "duty_ids",
                ):
                    self.assertGreaterEqual(len(rules[part]), len(template[part]), part)
        self.assertEqual(len(desks), len(PACKS))
        self.assertEqual(len(set(desks.mapped("alias_id.alias_name"))), len(PACKS))

    def test_texts_are_told_to_residents(self):
        """Every pack says in both languages what it handles, how and by when."""
        for name in PACKS:
            template = self.env.ref(f"community_complaint.{name}")
            for lang in ("en_US", "zh_CN"):
                rules = template.with_context(lang=lang)
                with self.subTest(pack=name, lang=lang):
                    self.assertTrue(rules.summary)
                    self.assertTrue(rules.public_text)
            chinese = template.with_context(lang="zh_CN")
            self.assertNotEqual(chinese.name, template.with_context(lang="en_US").name)
