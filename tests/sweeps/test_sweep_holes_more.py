"""The sweeps find more holes: who acts as the complainant (KIND K).

One person where it takes two, and contact data that anybody rewrites. Other kinds are
planted in ``community_complaint/tests/test_planted_holes.py``.
"""

import test_sweep_holes as holes
import test_sweep_life as life
import test_sweep_seal as seal

from odoo.tests import tagged

from odoo.addons.community_complaint.tools.life import Life, replace

DISCLOSURE = "complaint.disclosure"
IDENTITY = "complaint.identity"


@tagged("post_install", "-at_install")
class TestMoreHolesInLife(holes.Holes, life.TestSweepLife):
    """Steps that take two people."""

    test_life = None
    holed = (DISCLOSURE,)

    def test_k_one_person_alone(self):
        words = (f"step={DISCLOSURE}:approve", "way=code", "state=requested")
        self.assertTight(*words)
        known = self.lives[DISCLOSURE]
        step = replace(known.steps["approve"], not_by=())
        loose = Life({**known.steps, "approve": step}, known.state, known.methods)
        self.plant_hole(DISCLOSURE, "_life_table", lambda _self: loose)
        self.assertFound("it takes somebody else", *words, "role=custodian")


@tagged("post_install", "-at_install")
class TestMoreHolesInSeal(holes.Holes, seal.TestSweepSeal):
    """Who confirmed where the complainant is written to."""

    test_seal = test_ordinary_tickets_are_as_before = None
    holed = (IDENTITY,)

    def test_k_confirmed_by_hand(self):
        words = (
            f"field={IDENTITY}:contact_checked_by_id",
            "way=write",
            "phase=investigating",
        )
        self.assertTight(*words)
        self.plant_hole(IDENTITY, "_check_open", lambda _self, _names: None)
        self.plant_hole(IDENTITY, "_may_be_open", lambda _self, _field: True)
        self.assertFound("contact_checked_by_id was changed", *words)
