from contextlib import contextmanager
from datetime import date, timedelta
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from .common import ANSWERS, ComplaintCommon
from .mail_common import MailCommon


@tagged("post_install", "-at_install")
class TestAdoption(ComplaintCommon):
    """What a text leaves to the office is said when it adopts it, and then it is told."""

    def _template(self, code, user=None):
        template = self.env.ref(f"community_complaint.regulation_{code}")
        return template.with_user(user or self.manager).with_company(self.company)

    def _dialog(self, code):
        """Return the form that adopting a text opens for the manager."""
        action = self._template(code).action_adopt()
        self.assertEqual(action["res_model"], "complaint.adoption.wizard")
        wizards = self.env["complaint.adoption.wizard"].with_user(self.manager)
        return Form(wizards.with_context(**action["context"]))

    def _adopted_with(self, code, **answers):
        action = self._template(code).action_adopt(answers={**ANSWERS, **answers})
        return self.env["complaint.regulation"].browse(action["res_id"])

    # ----------------------------------------------------------------------
    # Asking
    # ----------------------------------------------------------------------

    def test_nothing_said_nothing_adopted(self):
        """R02 10: appeals go to the next higher department, so it is named."""
        dialog = self._dialog("r02")
        with self.assertRaisesRegex(UserError, r"Superior body \(10\)"):
            dialog.save().action_confirm()
        self.assertFalse(self._template("r02")._adopted(self.company))

    def test_every_field_that_is_missing_is_named(self):
        """R01 10 and 11: when it was passed, and since when it is in force."""
        template = self._template("r01").copy(
            {"is_template": True, "code": "X01", "company_id": False}
        )
        template.passed_by = False
        with self.assertRaises(UserError) as refused:
            template.action_adopt(answers={"superior_name": "District Office"})
        for words in ("Who passed it (11)", "Day it was passed", "comes into force"):
            self.assertIn(words, str(refused.exception))

    def test_the_body_becomes_a_contact(self):
        dialog = self._dialog("r02")
        dialog.superior_name = "Civil Affairs Bureau"
        dialog.superior_address = "18 People Road"
        dialog.superior_phone = "021-5555 0300"
        dialog.superior_email = "office@civil.example"
        action = dialog.save().action_confirm()
        rules = self.env["complaint.regulation"].browse(action["res_id"])
        body = rules.superior_partner_id
        self.assertRecordValues(
            body,
            [
                {
                    "name": "Civil Affairs Bureau",
                    "street": "18 People Road",
                    "phone": "021-5555 0300",
                    "email": "office@civil.example",
                    "is_company": True,
                    "company_id": self.company.id,
                }
            ],
        )
        self.assertFalse(rules.adoption_missing)
        self.assertTrue(rules.team_id)

    def test_a_body_on_file_is_chosen(self):
        body = self.env["res.partner"].create(
            {"name": "Civil Affairs Bureau", "is_company": True, "phone": "1"}
        )
        with self.assertRaisesRegex(UserError, "on file already"):
            self._adopted_with("r02", superior_name="civil affairs bureau")
        dialog = self._dialog("r02")
        dialog.superior_partner_id = body
        action = dialog.save().action_confirm()
        rules = self.env["complaint.regulation"].browse(action["res_id"])
        self.assertEqual(rules.superior_partner_id, body)
        self.assertEqual(body.phone, "1")

    def test_a_text_that_leaves_nothing_open_is_adopted_at_once(self):
        action = self._template("r04").action_adopt()
        self.assertEqual(action["res_model"], "complaint.regulation")

    def test_what_is_not_asked_is_not_taken(self):
        rules = self._adopted_with("r02", passed_by="Nobody")
        self.assertFalse(rules.passed_by or rules.passed_date or rules.in_force_date)

    def test_rubbish_is_refused(self):
        for code, answers in (
            ("r13", {"in_force_date": "someday"}),
            ("r02", {"superior_partner_id": 10**7}),
            ("r02", {"superior_name": {"Street": "Office"}}),
        ):
            with self.assertRaises(UserError):
                self._adopted_with(code, **answers)

    def test_only_the_manager_adopts(self):
        with self.assertRaises(AccessError), self.env.cr.savepoint():
            self._template("r02", self.leader).action_adopt(answers=ANSWERS)

    def test_an_office_of_an_earlier_version_is_told(self):
        """The one of these tests adopted without a word, as offices did before."""
        missing = self.regulation.adoption_missing
        for words in (
            "Superior body (8)",
            "Day it was passed (11)",
            "comes into force",
        ):
            self.assertIn(words, missing)
        self.assertFalse(self._template("r01").adoption_missing)

    # ----------------------------------------------------------------------
    # In force
    # ----------------------------------------------------------------------

    @contextmanager
    def _before(self):
        refused = self.assertRaisesRegex(UserError, "does not run under it")
        with refused, self.env.cr.savepoint():
            yield
        self.env.invalidate_all(flush=False)

    def test_before_it_is_in_force(self):
        """R01 10: what came in before that day does not run under it."""
        today = self.regulation._local_date(self.env.cr.now())
        self.regulation.in_force_date = today + timedelta(days=1)
        with self._before():
            self._complaint()
        self.regulation.in_force_date = today
        self.assertTrue(self._complaint())
        self.regulation.in_force_date = date(2026, 2, 1)
        with self._before():
            self._complaint(received_date="2026-01-31 15:59:00")
        self.assertTrue(self._complaint(received_date="2026-01-31 16:00:00"))

    # ----------------------------------------------------------------------
    # Where the superior body appears
    # ----------------------------------------------------------------------

    def test_accusations_go_to_it(self):
        rules = self._adopted_with("r03")
        rules.team_id.user_ids = self.clerk + self.leader
        ticket = self._complaint(
            team_id=rules.team_id.id,
            type_id=self.env.ref("community_complaint.type_accusation").id,
            complainant_address="1 Main Road",
            complainant_work_unit="-",
            respondent_ids=[Command.create({"kind": "other", "name": "Zhao"})],
        )
        draft = Form(
            self.env["complaint.transfer"]
            .with_user(self.clerk)
            .with_context(default_ticket_id=ticket.id)
        )
        self.assertEqual(draft.partner_id, rules.superior_partner_id)
        self.assertEqual(draft.partner_id.name, ANSWERS["superior_name"])

    def test_on_the_board(self):
        rules = self._adopted_with("r06")
        facts = dict(rules.board_ids._board_values()["facts"])
        for name in ("name", "address", "phone", "email"):
            self.assertIn(ANSWERS[f"superior_{name}"], facts["Superior body"])
        self.assertNotIn("not satisfied", rules.board_ids.missing)
        rules.board_ids.superior_name = "Ring 12345"
        facts = dict(rules.board_ids._board_values()["facts"])
        self.assertEqual(facts["Superior body"], "Ring 12345")


@tagged("post_install", "-at_install")
class TestAdoptionUpgrade(ComplaintCommon):
    """Offices that adopted a text before it asked anything."""

    def _upgrade(self):
        path = Path(__file__).parents[1] / "migrations/19.0.1.3.0/end-adoption.py"
        spec = spec_from_file_location("end_adoption", path)
        script = module_from_spec(spec)
        spec.loader.exec_module(script)
        self.env.flush_all()
        script.migrate(self.env.cr, "19.0.1.2.0")
        self.env.invalidate_all()

    def test_they_are_asked_for_what_is_left_open(self):
        self.regulation.adoption_item_ids.unlink()
        self.assertFalse(self.regulation.adoption_missing)
        self._upgrade()
        self.assertIn("Superior body (8)", self.regulation.adoption_missing)
        items = len(self.regulation.adoption_item_ids)
        self._upgrade()
        self.assertEqual(len(self.regulation.adoption_item_ids), items)
        self.assertTrue(self._complaint(), "nothing that worked stops working")

    def test_petitions_get_their_words(self):
        rules = self._adopt("regulation_xinfang")
        limit = rules.sla_policy_ids.filtered(lambda item: item.clause == "34")
        rules.write({"matter_word": False, "result_title": "Our own"})
        limit.domain = False
        self._upgrade()
        self.assertEqual(rules.matter_word, "petition")
        self.assertEqual(rules.result_title, "Our own")
        self.assertEqual(limit.domain, "[('case_kind', '!=', 'opinion')]")


@tagged("post_install", "-at_install")
class TestMailBeforeInForce(MailCommon):
    def test_a_mail_before_it_is_in_force_waits_for_a_person(self):
        self.regulation.in_force_date = date.today() + timedelta(days=30)
        [kept] = self._kept(self._mail())
        self.assertEqual((kept.state, kept.reason), ("quarantine", "desk_closed"))
