from odoo import Command
from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged

from .common import ComplaintCommon
from .test_packs import PACKS

#: What is broken, by the code of the fault it must be refused with.
BROKEN = {
    "scope": {"summary": " "},
    "conditions": {"complainant_kind_ids": [Command.clear()]},
    "procedure": {"public_text": False},
    "limits": {"sla_policy_ids": [Command.clear()]},
    "mediation": {"allow_arbitration": True},
    "urging": {"urge_quantity": 3},
    "assignment": {"gate_assign_major": True},
    "anonymous": {"allow_anonymous": True, "identity_required": True},
    "anonymous_default": {"confidentiality": "anonymous"},
    "anonymous_content": {
        "confidentiality": "anonymous",
        "allow_anonymous": True,
        "requirement_ids": [Command.create({"item": "phone"})],
    },
    "roster": {"needs_roster": True},
    "internal": {
        "takes_internal": True,
        "complainant_kind_ids": [
            Command.clear(),
            Command.create({"name": "Guest", "code": "guest"}),
        ],
    },
}
#: The same for time limits: start, end.
BROKEN_LIMITS = {
    "after_end": ("closed", "notified"),
    "dead_event": ("transferred", "reported_back"),
    "ambiguous": ("received", "accept_told"),
}


@tagged("post_install", "-at_install")
class TestRegulationCheck(ComplaintCommon):
    """A text that contradicts itself is refused, each fault by its own name."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.template = cls.env.ref("community_complaint.regulation_r01").copy(
            {"is_template": True, "code": "X01", "company_id": False}
        )

    def _codes(self):
        return {code for code, _text in self.template._faults()}

    def _assert_refused(self, code):
        self.assertEqual(self._codes(), {code})
        with self.assertRaises(ValidationError):
            self.template.with_company(self.company).action_adopt()
        self.assertFalse(self.template._adopted(self.company))

    def test_the_copy_is_sound(self):
        self.assertFalse(self._codes())
        self.assertEqual(self.template.action_check()["params"]["type"], "success")

    def test_broken_settings(self):
        for code, vals in BROKEN.items():
            with self.subTest(code), self.env.cr.savepoint() as savepoint:
                self.template.write(vals)
                self._assert_refused(code)
                savepoint.rollback()
                self.env.invalidate_all()

    def test_broken_limits(self):
        for code, (start, end) in BROKEN_LIMITS.items():
            with self.subTest(code), self.env.cr.savepoint() as savepoint:
                self.env["complaint.sla.policy"].create(
                    {
                        "regulation_id": self.template.id,
                        "name": "Broken",
                        "start_event": start,
                        "end_event": end,
                    }
                )
                self._assert_refused(code)
                savepoint.rollback()
                self.env.invalidate_all()

    def _limit(self, start, end, **vals):
        return self.env["complaint.sla.policy"].create(
            {
                "regulation_id": self.template.id,
                "name": "Broken",
                "start_event": start,
                "end_event": end,
                **vals,
            }
        )

    def test_what_only_one_outcome_ends(self):
        """Answered on the spot or investigated: one of them must not leave it overdue."""
        self.template.on_spot_allowed = True
        limit = self._limit("received", "replied")
        self._assert_refused("one_way")
        limit.other_end_event = "investigated"
        self.assertFalse(self._codes())
        limit.write({"start_event": "refused", "end_event": "refuse_told"})
        limit.other_end_event = False
        self.assertFalse(self._codes(), "after a refusal there is no other outcome")

    def test_silence_of_what_has_no_limit(self):
        limit = self._limit("silence", "closed", silence_of="decided")
        self._assert_refused("no_silence")
        limit.silence_of = "investigated"
        self.assertFalse(self._codes())

    def test_kinds_of_matter_that_are_not_listed(self):
        kind = self.env.ref("community_complaint.type_fees")
        self.template.type_ids -= kind
        self.template.type_rule_ids = [
            Command.create({"requires": "visit", "type_ids": [Command.link(kind.id)]})
        ]
        self._assert_refused("unlisted")

    def test_own_text_is_adopted_as_it_is(self):
        """A text the office wrote itself: the same faults, then a desk of its own."""
        own = self.template.copy({"code": "OWN", "company_id": self.company.id})
        own = own.with_company(self.company)
        self.assertFalse(own.is_template)
        own.summary = False
        with self.assertRaises(ValidationError):
            own.action_adopt()
        self.assertFalse(own.team_ids)
        own.summary = "Complaints about the canteen"
        self.assertEqual(own.action_adopt()["res_id"], own.id)
        self.assertEqual(own.team_id.regulation_id, own)
        self.assertTrue(own.team_id._get_applicable_stages())
        with self.assertRaises(UserError):
            own.action_adopt()

    def test_sanction_without_hearing(self):
        measure = self.env["complaint.measure"].create(
            {"name": "Fine", "code": "fine", "kind": "sanction", "needs_hearing": False}
        )
        self.template.write({"gate_hearing": False, "measure_ids": [(4, measure.id)]})
        self._assert_refused("hearing")

    def test_every_fault_is_told_at_once(self):
        self.template.write({"summary": False, "public_text": False})
        with self.assertRaises(ValidationError) as caught:
            self.template.action_check()
        self.assertEqual(str(caught.exception).count("•"), 2)

    def test_shipped_packs_are_sound(self):
        for name in PACKS:
            template = self.env.ref(f"community_complaint.{name}")
            with self.subTest(pack=name):
                self.assertEqual(list(template._faults()), [])
