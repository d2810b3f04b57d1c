from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

from odoo import SUPERUSER_ID, Command
from odoo.exceptions import UserError
from odoo.tests import tagged

from .test_called_namesake import NamesakeCommon

SCRIPT = Path(__file__).parents[1] / "migrations" / "19.0.1.4.0" / "post-typed_names.py"


@tagged("post_install", "-at_install")
class TestTypedNamesMigration(NamesakeCommon):
    """Colleagues who became respondents by a typed name are asked about, not undone."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.person = cls._employee(cls.wei, job_title="Warden")

    def _linked(self, maker=SUPERUSER_ID, **vals):
        """Return a case whose respondent is a colleague, made by somebody."""
        person = {"kind": "employee", "employee_id": self.person.id}
        case = self._complaint(respondent_ids=[Command.create(person)], **vals)
        self.env.cr.execute(
            "UPDATE complaint_respondent SET create_uid = %s WHERE ticket_id = %s",
            (maker, case.id),
        )
        return case

    def _upgrade(self):
        spec = spec_from_file_location("post_typed_names", SCRIPT)
        script = module_from_spec(spec)
        spec.loader.exec_module(script)
        self.env.flush_all()
        script.migrate(self.env.cr, "19.0.1.3.0")
        self.env.invalidate_all()

    def test_a_leader_is_asked(self):
        case = self._linked()
        self._upgrade()
        question = self._questions(case)
        self.assertEqual((question.user_id, question.state), (self.wei, "asked"))
        self.assertEqual(case.respondent_ids.employee_id, self.person, "not undone")
        self.assertFalse(self._sees(self.wei, case))
        kind = self.env.ref("community_complaint.activity_answered")
        task = case.activity_ids.filtered(lambda item: item.activity_type_id == kind)
        self.assertTrue(
            task.user_id.has_group("community_complaint.group_complaint_leader")
        )
        with self.assertRaisesRegex(UserError, "王伟"):
            case.with_user(self.clerk).action_accept()
        self._upgrade()
        self.assertEqual(self._questions(case), question, "asked once")

    def test_it_is_them(self):
        case = self._linked()
        self._upgrade()
        question = self._questions(case)
        with self.assertRaisesRegex(UserError, "a leader answers"):
            question.with_user(self.clerk).action_meant()
        question.with_user(self.leader).action_meant()
        self.assertEqual(case.respondent_ids.employee_id, self.person)
        self.assertFalse(self._sees(self.wei, case))
        self._upgrade()
        self.assertFalse(self._questions(case), "it is answered")

    def test_it_is_somebody_else(self):
        case = self._linked()
        self._upgrade()
        question = self._questions(case)
        with self.assertRaisesRegex(UserError, "a leader answers"):
            question.with_user(self.clerk).action_not_meant("A shopkeeper.")
        question.with_user(self.leader).action_not_meant("A shopkeeper.")
        respondent = case.respondent_ids
        self.assertEqual((respondent.kind, respondent.name), ("other", "王伟"))
        self.assertFalse(respondent.employee_id)
        self.assertTrue(self._sees(self.wei, case))
        self.assertFalse(self._questions(case))
        case.with_user(self.clerk).action_accept()

    def test_who_was_chosen_is_not_asked_about(self):
        case = self._linked(self.clerk.id)
        closed = self._linked()
        closed.with_user(self.leader).action_withdraw("Settled.")
        self._upgrade()
        self.assertFalse(self._questions(case | closed))

    def test_who_was_typed_by_the_history(self):
        """Somebody of the office typed the name, and nobody chose the colleague."""
        typed, chosen = self._linked(self.clerk.id), self._linked(self.clerk.id)
        for case, field in ((typed, "name"), (chosen, "name"), (chosen, "employee_id")):
            self.env["complaint.history.recorder"]._insert(
                [
                    {
                        "key": f"{case.id} {field}",
                        "entry": f"{case.id} {field}",
                        "is_entry": True,
                        "ticket_id": case.id,
                        "company_id": case.company_id.id,
                        "res_model": "complaint.respondent",
                        "res_id": case.respondent_ids.id,
                        "field": field,
                        "old_value": None,
                        "new_value": "x",
                        "salt": "x",
                        "key_id": None,
                        "user_id": self.clerk.id,
                        "moment": case.create_date,
                    }
                ]
            )
        self._upgrade()
        self.assertTrue(self._questions(typed))
        self.assertFalse(self._questions(chosen))
