from odoo.exceptions import ValidationError
from odoo.tests import tagged

from odoo.addons.community_complaint.tests.common import ComplaintCommon
from odoo.addons.community_complaint.tests.test_packs import PACKS


@tagged("post_install", "-at_install")
class TestLadderCheck(ComplaintCommon):
    """A ladder that contradicts itself is refused."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.template = cls.env.ref("community_complaint.regulation_r02").copy(
            {"is_template": True, "code": "X02", "company_id": False}
        )

    def _limit(self, **vals):
        self.env["complaint.sla.policy"].create(
            {
                "regulation_id": self.template.id,
                "name": "Appeal",
                "start_event": "appeal_filed",
                "end_event": "appeal_served",
                **vals,
            }
        )

    def _assert_refused(self, code):
        self.assertEqual({fault for fault, _text in self.template._faults()}, {code})
        with self.assertRaises(ValidationError):
            self.template.with_company(self.company).action_adopt()

    def test_ladder_goes_down(self):
        self.env["complaint.appeal.level"].create(
            {
                "regulation_id": self.template.id,
                "name": "Back",
                "sequence": 90,
                "authority": "same_office",
            }
        )
        self._assert_refused("ladder_down")

    def test_level_that_is_not_there(self):
        self._limit(appeal_level=3)
        self._assert_refused("no_level")

    def test_limit_without_a_ladder(self):
        self._limit()
        self.template.appeal_level_ids.unlink()
        self._assert_refused("no_ladder")

    def test_nobody_reviews_their_own_decision(self):
        """A desk with one person cannot review what that person decided."""
        codes = {code for code, _text in self.regulation._faults()}
        self.assertNotIn("same_handler", codes)
        self.team.user_ids = self.leader
        codes = {code for code, _text in self.regulation._faults()}
        self.assertIn("same_handler", codes)
        with self.assertRaises(ValidationError):
            self.regulation.action_check()

    def test_shipped_ladders_are_sound(self):
        for name in PACKS:
            with self.subTest(pack=name):
                template = self.env.ref(f"community_complaint.{name}")
                self.assertEqual(list(template._faults()), [])
