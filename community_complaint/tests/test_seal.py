"""Fields are sealed by default, for code with all rights as well (KINDS A, C, D)."""

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from .test_life import LifeCommon


@tagged("post_install", "-at_install")
class TestSeal(LifeCommon):
    def _refused(self, call, kind=UserError):
        with self.assertRaises(kind), self.env.cr.savepoint():
            call()

    def test_sealed_by_default(self):
        slip = self._slip()
        for name, value in (
            ("state", "sent"),
            ("number", "9"),
            ("sent_by_id", self.leader.id),
            ("answer", "Yes."),
        ):
            for who in (slip, slip.with_user(self.manager), slip.sudo()):
                with self.subTest(name=name, su=who.env.su):
                    self._refused(lambda w=who, n=name, v=value: w.write({n: v}))

    def test_open_by_table(self):
        slip = self._slip()
        slip.words = "Come here."
        self._refused(lambda: slip.write({"note": "x"}), AccessError)
        slip.with_user(self.leader).note = "Seen."
        slip.action_send()
        self._refused(lambda: slip.write({"words": "Go."}))
        self._refused(lambda: slip.sudo().write({"words": "Go."}))
        slip.with_user(self.leader).note = "Still open."

    def test_said_once(self):
        case = self._complaint()
        slip = self._slip(case_id=case.id)
        self.assertEqual(slip.case_id, case)
        self._refused(lambda: slip.write({"case_id": False}))
        self._refused(lambda: slip.sudo().write({"case_id": False}))

    def test_birth(self):
        for who in (self.slips.with_user(self.leader), self.slips):
            self._refused(lambda w=who: w.create({"words": "x", "number": "9"}))
            self._refused(lambda w=who: w.create({"words": "x", "state": "sent"}))

    def test_defaults_and_copies_are_dropped(self):
        slips = self.slips.with_user(self.handler)
        self.env["ir.default"].set(self.slips._name, "answer", "Forged.")
        born = slips.with_context(
            default_state="answered", default_number="9", default_words="By default."
        ).create({"receipt": "R1"})
        self.assertEqual(born.state, "draft")
        self.assertFalse(born.number)
        self.assertFalse(born.answer)
        self.assertEqual(born.words, "By default.")
        born.action_send()
        copy = born.copy()
        self.assertEqual(copy.state, "draft")
        self.assertFalse(copy.number or copy.sent_by_id)

    def test_children(self):
        """A child obeys its own table, whichever way it is reached."""
        slip = self._slip()
        slip.line_ids = [Command.create({"text": "One."})]
        line = slip.line_ids
        create = Command.create({"text": "Two.", "proof": "forged"})
        self._refused(lambda: slip.write({"line_ids": [create]}))
        for command in (
            Command.update(line.id, {"text": "Other."}),
            Command.delete(line.id),
            Command.unlink(line.id),
            Command.clear(),
            Command.set([]),
        ):
            with self.subTest(command=command):
                self._refused(lambda c=command: slip.write({"line_ids": [c]}))
        slip.action_send()
        self._refused(lambda: slip.write({"line_ids": [Command.create({"text": "3"})]}))

    def test_deleting(self):
        slip = self._slip()
        slip.unlink()
        sent = self._slip()
        sent.action_send()
        self._refused(sent.unlink)
        self._refused(sent.sudo().unlink)
        sent._unlink_sealed("filed")
        self.assertFalse(sent.exists())

    def test_listed_routines(self):
        """A routine of the table writes its own fields, nothing else."""
        slip = self._slip()
        slip._write_sealed("filed", {"number": "7"})
        self.assertEqual(slip.number, "7")
        self._refused(lambda: slip._write_sealed("filed", {"state": "sent"}))
        self.assertRaises(KeyError, slip._write_sealed, "unlisted", {"number": "8"})
        made = self.slips._create_sealed("made", [{"words": "x", "number": "3"}])
        self.assertEqual(made.number, "3")
        self._refused(lambda: self.slips._create_sealed("made", [{"answer": "Yes."}]))
        self.assertRaises(ValueError, self.slips._create_sealed, "filed", [{}])
        # the door closes behind it
        self._refused(lambda: slip.sudo().write({"number": "9"}))

    def test_no_word_of_a_context_opens(self):
        slip = self._slip()
        words = (
            "complaint_step",
            "complaint_unsealed",
            "install_mode",
            "tracking_disable",
        )
        for word in words:
            for flag in (True, 1, "filed", {}):
                with self.subTest(word=word, flag=flag):
                    self._refused(
                        lambda w=word, f=flag: slip.with_context(**{w: f}).write(
                            {"number": "9"}
                        )
                    )

    def test_server_action(self):
        """“Update record” and code of a server action write with all rights."""
        slip = self._slip()
        model = self.env["ir.model"]._get(self.slips._name)
        field = self.env["ir.model.fields"]._get(self.slips._name, "number")
        update = self.env["ir.actions.server"].create(
            {
                "name": "Forge",
                "model_id": model.id,
                "state": "object_write",
                "update_field_id": field.id,
                "update_path": "number",
                "value": "9",
            }
        )
        code = self.env["ir.actions.server"].create(
            {
                "name": "Forge by code",
                "model_id": model.id,
                "state": "code",
                "code": "records.write({'state': 'answered'})",
            }
        )
        for action in (update, code):
            run = action.with_context(
                active_model=slip._name, active_ids=slip.ids, active_id=slip.id
            )
            self._refused(run.run)
        self.assertEqual(slip.state, "draft")
        self.assertFalse(slip.number)

    def test_import(self):
        slip = self._slip()
        slip_xmlid = slip.sudo().export_data(["id"])["datas"][0][0]
        result = self.slips.with_user(self.leader).load(
            ["id", "number"], [[slip_xmlid, "9"]]
        )
        self.assertTrue(result["messages"])
        self.assertFalse(slip.number)

    def test_part_of_a_finished_case(self):
        case = self._complaint()
        parts = self.env["complaint.life.part"].with_user(self.clerk)
        part = parts.create({"ticket_id": case.id, "text": "One."})
        part.text = "Two."
        case.with_user(self.clerk).action_refuse("Not ours.")
        for who in (part, part.sudo()):
            self._refused(lambda w=who: w.write({"text": "Three."}))
        for who in (parts, parts.sudo()):
            self._refused(lambda w=who: w.create({"ticket_id": case.id}))

    def test_screens_follow_the_table(self):
        """What is never open is read-only for the web client, too."""
        described = self.slips.with_user(self.handler).fields_get(
            attributes=["readonly"]
        )
        self.assertFalse(described["words"]["readonly"])
        for name in ("state", "number", "sent_by_id", "note"):
            with self.subTest(name=name):
                self.assertTrue(described[name]["readonly"])
        leader = self.slips.with_user(self.leader).fields_get(["note"], ["readonly"])
        self.assertFalse(leader["note"]["readonly"])

    def test_form(self):
        slip = self._slip()
        with Form(slip) as form:
            form.words = "Come in."
        self.assertEqual(slip.words, "Come in.")
        with self.assertRaises(AssertionError), Form(slip) as form:
            form.number = "9"
