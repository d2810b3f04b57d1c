"""What is declared to follow a change follows it, on models made for it."""

from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import ComplaintCommon
from .fake_models import fake_models


@tagged("post_install", "-at_install")
class TestChange(ComplaintCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # imported here only: who loads a registry must not find them
        from .change_models import CALLS, ChangeLine, ChangeSlip, ChangeSlipLeaf

        cls.enterClassContext(
            fake_models(cls.env, ChangeSlip, ChangeSlipLeaf, ChangeLine)
        )
        cls.calls = CALLS
        cls.slips = cls.env["complaint.change.slip"]

    def _called(self, change):
        """Return what a change called, and what it returned."""
        self.calls.clear()
        result = change()
        return [*self.calls], result

    def _slip(self, words="Come."):
        return self.slips.create({"words": words})

    def test_made(self):
        calls, slips = self._called(
            lambda: self.slips.create([{"words": "A"}, {"copies": 2}])
        )
        first = slips[0]
        self.assertEqual(calls, [("made", slips.ids, None), ("words", first.ids, [])])

    def test_written(self):
        slip = self._slip()
        calls, _ = self._called(lambda: slip.write({"words": "Go."}))
        # the leaf says that every write counts; who returned nothing is not called
        self.assertEqual(
            calls, [("made", slip.ids, None), ("words", slip.ids, ["Come."])]
        )

    def test_names_are_asked_of_the_model(self):
        slip = self._slip()
        calls, _ = self._called(lambda: slip.write({"copies": 2}))
        self.assertIn(("leaf", slip.ids, None), calls)
        calls, _ = self._called(lambda: slip.write({"words": "Go."}))
        self.assertNotIn(("leaf", slip.ids, None), calls)

    def test_by_hand(self):
        slip = self._slip()
        calls, _ = self._called(lambda: slip.write({"copies": 2}))
        self.assertIn(("by hand", slip.ids, None), calls)
        calls, _ = self._called(lambda: slip._write_sealed("made", {"copies": 3}))
        self.assertNotIn(("by hand", slip.ids, None), calls)
        self.assertIn(("leaf", slip.ids, None), calls, "what is no matter of hands")

    def test_guards(self):
        with self.assertRaisesRegex(ValueError, "Rude"):
            self.slips.create([{"words": "A"}, {"words": "rude"}])
        slip = self._slip()
        with self.assertRaisesRegex(ValueError, "Rude"):
            slip.words = "rude"
        self.assertEqual(slip.words, "Come.")
        self._force(slip, words="rude")
        self.calls.clear()
        with self.assertRaisesRegex(ValueError, "Rude"):
            slip.unlink()
        self.assertFalse(self.calls)

    def test_removed(self):
        slip = self._slip()
        part = self.env["complaint.change.line"].create({"slip_id": slip.id})
        calls, _ = self._called(part.unlink)
        self.assertEqual(calls, [("line", slip.ids, None)])
        calls, _ = self._called(lambda: slip._unlink_sealed("dropped"))
        self.assertEqual(calls, [("gone", slip.ids, ["Come."])])

    def test_of_both_sides(self):
        old, new = self._slip(), self._slip()
        part = self.env["complaint.change.line"].create({"slip_id": old.id})
        calls, _ = self._called(lambda: part.write({"slip_id": new.id}))
        self.assertEqual(calls, [("line", [*old.ids, *new.ids], None)])

    def test_refused_by_the_seal_nothing_follows(self):
        slip = self._slip()
        self.calls.clear()
        with self.assertRaises(UserError):
            slip.unlink()
        self.assertFalse(self.calls)
