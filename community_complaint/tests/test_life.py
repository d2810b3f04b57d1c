"""The engine of declared lives, on models made for it."""

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import ComplaintCommon
from .fake_models import fake_models


class LifeCommon(ComplaintCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # imported here only: who loads a registry must not find them
        from .life_models import LifeLine, LifePart, LifeSlip, LifeSlipLeaf

        cls.enterClassContext(
            fake_models(cls.env, LifeSlip, LifeLine, LifePart, LifeSlipLeaf)
        )
        staff = cls.env.ref("community_complaint.group_complaint_staff")
        for name in ("slip", "line", "part"):
            cls.env["ir.model.access"].create(
                {
                    "name": name,
                    "model_id": cls.env["ir.model"]._get_id(f"complaint.life.{name}"),
                    "group_id": staff.id,
                    **{f"perm_{right}": True for right in _RIGHTS},
                }
            )
        cls.slips = cls.env["complaint.life.slip"]

    @classmethod
    def _slip(cls, user=None, **vals):
        slips = cls.slips.with_user(user or cls.handler)
        return slips.create({"words": "Come.", "receipt": "R1", **vals})


_RIGHTS = ("read", "write", "create", "unlink")


@tagged("post_install", "-at_install")
class TestLife(LifeCommon):
    def test_step(self):
        slip = self._slip()
        self.assertTrue(slip.action_send())
        self.assertEqual(slip.state, "sent")
        self.assertEqual(slip.sent_by_id, self.handler)
        self.assertTrue(slip.sent_date)
        self.assertEqual(slip.copies, 2)
        self.assertEqual(slip.number, "1", "what follows may write what is listed")

    def test_role(self):
        slip = self._slip().with_user(self.clerk)
        with self.assertRaisesRegex(AccessError, "Handler or Leader"):
            slip.action_send()
        self.assertEqual(slip.state, "draft")

    def test_nobody_by_hand(self):
        slip = self._slip()
        slip.action_send()
        with self.assertRaises(AccessError):
            slip.with_user(self.manager)._take("lose")
        slip.sudo()._take("lose")
        self.assertEqual(slip.state, "lost")

    def test_everything_missing_in_one_message(self):
        slips = self._slip(words=False, receipt=False) + self._slip(words="rude")
        with self.assertRaises(UserError) as caught:
            slips.action_send()
        for part in ("Words", "Receipt", "Rude words"):
            self.assertIn(part, str(caught.exception))
        self.assertEqual(set(slips.mapped("state")), {"draft"})

    def test_wrong_state(self):
        slip = self._slip()
        with self.assertRaisesRegex(UserError, "“Draft”.*“Sent”"):
            slip.with_user(self.leader).action_answer("Yes.")

    def test_not_by_who_did_the_rest(self):
        slip = self._slip(self.leader)
        slip.action_send()
        with self.assertRaisesRegex(UserError, "Somebody else"):
            slip.action_answer("Yes.")

    def test_dialog(self):
        slip = self._slip()
        slip.action_send()
        action = slip.with_user(self.leader).action_answer()
        self.assertEqual(slip.state, "sent")
        self._answer(action, self.leader, text="Yes.")
        self.assertEqual(slip.answer, "Yes.")
        self.assertEqual(slip.state, "answered")

    def test_dialog_is_bound(self):
        """To who opened it, to the records, the step and the state."""
        slip = self._slip()
        slip.action_send()
        action = slip.with_user(self.leader).action_answer()
        dialogs = self.env["complaint.step.dialog"]
        theirs = dialogs.with_user(self.handler).browse(action["res_id"])
        with self.assertRaises(AccessError):
            theirs.read(["text", "res_ids"])
        with self.assertRaises(AccessError):
            theirs.write({"text": "No."})
        self.assertNotIn(theirs.id, theirs.search([]).ids)
        own = dialogs.with_user(self.leader).browse(action["res_id"])
        for name, value in (
            ("res_ids", self._slip().ids),
            ("step", "burn"),
            ("res_model", "res.users"),
            ("states", {}),
        ):
            with self.subTest(name=name), self.assertRaises(AccessError):
                own.write({name: value})
        with self.assertRaises(AccessError):
            own.create({"res_model": slip._name, "res_ids": slip.ids, "step": "send"})
        slip.sudo()._take("lose")
        own.text = "Yes."
        with self.assertRaisesRegex(UserError, "moved on"):
            own.action_confirm()

    def test_blank_answer(self):
        slip = self._slip()
        slip.action_send()
        action = slip.with_user(self.leader).action_answer("  ")
        with self.assertRaisesRegex(UserError, "What do you answer"):
            self._answer(action, self.leader, text=" ")

    def test_leaf_adds(self):
        life = self.slips._life_table()
        self.assertEqual(life.steps["send"].sources, ("draft", "lost"))
        self.assertEqual(life.steps["send"].fills, ("words", "receipt"))
        slip = self._slip()
        slip.action_send()
        slip.sudo()._take("lose")
        slip.with_user(self.leader).action_burn()
        self.assertEqual(slip.state, "burnt")

    def test_log(self):
        slip = self._slip()
        slip.action_send()
        row = self.env["complaint.log"].search([("kind", "=", "step")], limit=1)
        self.assertEqual((row.res_model, row.res_id), (slip._name, slip.id))
        self.assertEqual(
            row.details, '{"from":"draft","step":"send","to":"sent"}', row.details
        )

    def test_batch(self):
        """Ten times as many records cost no more queries."""

        def count(number):
            slips = self.slips.with_user(self.handler).create(
                [{"words": "Come.", "receipt": "R1"} for _index in range(number)]
            )
            self.env.flush_all()
            self.env.invalidate_all()
            start = self.env.cr.sql_log_count
            slips.action_send()
            self.env.flush_all()
            return self.env.cr.sql_log_count - start

        count(1)
        self.assertLessEqual(count(10), count(1))
