import io

from pypdf import PdfReader

from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import HttpCase, tagged

from .common import ComplaintCommon
from .test_packs import PACKS


def rules_of(regulation):
    """Return the rules of a regulation by their number."""
    return {rule.code: rule for rule in regulation._conformance_rules()}


@tagged("post_install", "-at_install")
class TestConformance(ComplaintCommon):
    """What the page says follows the settings of the office, live."""

    def _states(self, *codes):
        self.env.invalidate_all()
        rules = rules_of(self.regulation)
        return [rules[code].state for code in codes]

    def test_shipped_texts_meet_their_own_rules(self):
        """Every setting that a rule names is there, with the value it names."""
        for name in PACKS:
            template = self.env.ref(f"community_complaint.{name}")
            rules = template._conformance_rules()
            with self.subTest(pack=name):
                self.assertTrue(rules)
                wrong = rules.filtered(
                    lambda rule: rule.state not in self._fine()
                ).mapped(lambda rule: f"{rule.code} {rule.state}: {rule.setting_text}")
                self.assertEqual(wrong, [])

    def _fine(self):
        """Return the states of a rule that holds; appeals may not be installed."""
        appeals = "appeal_level_ids" in self.env["complaint.regulation"]._fields
        return {"met", "always"} if appeals else {"met", "always", "absent", "off"}

    def test_an_adopted_text_is_compared_with_its_source(self):
        self.assertEqual(self._states("R01-H02", "R01-H03"), ["met", "met"])
        self.assertEqual(len(self.regulation.rule_ids), 0)
        self.assertTrue(self.regulation.has_rules)

    def test_a_gate_switched_off(self):
        self.regulation.gate_voucher = False
        self.assertEqual(self._states("R01-H03", "R01-H02"), ["off", "met"])
        template = self.env.ref("community_complaint.regulation_r01")
        self.assertEqual(rules_of(template)["R01-H03"].state, "met")

    def test_a_limit_changed_and_dropped(self):
        policy = self.regulation.sla_policy_ids.filtered(
            lambda item: item.clause == "5.1"
        )
        policy.quantity = 4
        rules = rules_of(self.regulation)
        self.assertEqual(self._states("R01-H02"), ["changed"])
        self.assertIn("4", rules["R01-H02"].setting_text)
        self.assertEqual(rules["R01-H02"].action_open_setting()["res_id"], policy.id)
        policy.unlink()
        self.assertEqual(self._states("R01-H02"), ["off"])

    def test_a_channel_taken_away(self):
        app = self.env.ref("community_complaint.channel_app")
        self.regulation.channel_ids -= app
        self.assertEqual(self._states("R01-H01"), ["changed"])
        self.regulation.channel_ids = [
            Command.set(self.env.ref("community_complaint.channel_sms").ids)
        ]
        self.assertEqual(self._states("R01-H01"), ["off"])

    def test_a_setting_of_an_addon_that_is_not_there(self):
        rule = rules_of(self.regulation)["R01-H03"]
        rule.sudo().conditions = [{"field": "no_such_setting", "value": True}]
        self.assertEqual(rule.state, "absent")

    def test_search_by_state(self):
        self.regulation.gate_voucher = False
        Rule = self.env["complaint.regulation.rule"].with_context(
            conformance_regulation_id=self.regulation.id
        )
        found = Rule.search([("state", "in", ["off"])])
        self.assertEqual(found.mapped("code"), ["R01-H03"])

    def test_evidence_and_places_are_told(self):
        rule = rules_of(self.regulation)["R01-H03"]
        self.assertEqual(rule.place_text, "Accept · Acceptance voucher")
        self.assertIn("2026-09-29 Accept: as expected", rule.evidence_text)
        unknown = {
            code
            for rule in self.env["complaint.regulation.rule"].search([])
            for code in (rule.places or "").split()
        } - rule._place_labels().keys()
        appeals = {"paper:appeal_result", "paper:final_ruling"}
        self.assertLessEqual(unknown, appeals)

    def test_nobody_changes_a_rule(self):
        rule = rules_of(self.regulation)["R01-H03"].with_user(self.manager)
        self.assertTrue(rule.name)
        for change in (lambda: rule.write({"name": "Nothing"}), rule.unlink):
            with self.assertRaises(AccessError):
                change()


@tagged("post_install", "-at_install")
class TestConformancePaper(ComplaintCommon, HttpCase):
    def _get(self, user, regulation):
        self.authenticate(user.login, user.login)
        return self.url_open(f"/complaint/conformance/{regulation.id}")

    def test_paper(self):
        self.env["res.lang"]._activate_lang("en_US")
        self.regulation.write(
            {"passed_by": "Assembly of residents", "gate_voucher": False}
        )
        answer = self._get(self.leader, self.regulation)
        self.assertEqual(answer.headers["Content-Type"], "application/pdf")
        pages = PdfReader(io.BytesIO(answer.content)).pages
        text = " ".join("".join(page.extract_text() for page in pages).split())
        for word in ("R01-H03", "Assembly of residents", "Switched off", "2026-09-29"):
            self.assertIn(word, text)

    def test_others_get_nothing(self):
        """Neither another company's text nor anything for who has no role."""
        other = self.env["res.company"].create({"name": "Far away"})
        foreign = self.regulation.copy({"company_id": other.id})
        self.assertEqual(self._get(self.leader, foreign).status_code, 404)
        answer = self._get(self.employee_user, self.regulation)
        self.assertEqual(answer.status_code, 404)
