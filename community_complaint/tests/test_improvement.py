from contextlib import suppress
from unittest.mock import patch

from freezegun import freeze_time
from psycopg2.errors import UniqueViolation

from odoo import Command, fields
from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .canary import CanarySweep
from .common import CANARY, ComplaintCommon
from .test_conflict import ConflictCommon


class ImprovementCommon(ComplaintCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.startClassPatcher(freeze_time("2026-11-24 06:00:00"))
        cls.regulation.write({"recur_days": 90, "recur_place": 3})
        cls.tasks = cls.env["complaint.improvement"]
        cls.own = [("regulation_id", "=", cls.regulation.id)]

    def setUp(self):
        super().setUp()
        # the job commits its progress, a test must not
        self.patch(
            self.registry["ir.cron"],
            "_commit_progress",
            lambda _cron, _done=0, **_options: None,
        )

    @classmethod
    def _at(cls, place, count=3, day="2026-11-10", **vals):
        return cls.env["helpdesk.ticket"].union(
            *(
                cls._complaint(
                    incident_place=place, received_date=f"{day} 02:00:00", **vals
                )
                for _index in range(count)
            )
        )

    def _run(self):
        before = self.tasks.search([])
        self.tasks._cron_propose()
        self.env.flush_all()
        return self.tasks.search([]) - before

    def _plan(self, task, user=None):
        task = task.with_user(self.leader)
        task.write(
            {
                "root_cause": "No lamp.",
                "measures": "Hang a lamp.",
                "user_id": (user or self.handler).id,
                "due_date": "2026-12-01",
            }
        )
        task.action_plan()
        return task

    def _done(self, task):
        self._plan(task)
        own = task.with_user(self.handler)
        own.action_start()
        own.action_done("A lamp hangs there.")
        return task.with_user(self.leader)


@tagged("post_install", "-at_install")
class TestRecurrence(ImprovementCommon):
    """What comes again is found in one query, and proposed once."""

    def test_place(self):
        cases = self._at("Building 3, yard")
        task = self._run()
        self.assertEqual(task.key_kind, "place")
        self.assertEqual(task.place, "Building 3, yard")
        self.assertEqual(task.state, "proposed")
        self.assertEqual(task.case_ids.ticket_id, cases)
        self.assertEqual(task.proposed_count, 3)
        self.assertIn("Building 3, yard", task.name)

    def test_spelling_of_a_place(self):
        """Width, case, spaces and punctuation make no other place."""
        for place in ("3号楼 B座", "３号楼Ｂ座", "3 号楼，b座"):
            self._at(place, 1)
        self.assertEqual(self._run().proposed_count, 3)

    def test_too_few_and_too_old(self):
        self._at("Yard", 2)
        self._at("Yard", 1, "2026-08-01")
        self.assertFalse(self._run())

    def test_refused_ones_do_not_count(self):
        cases = self._at("Yard")
        cases[0].with_user(self.clerk).action_refuse("Not ours.")
        self.assertFalse(self._run())

    def test_type(self):
        self.regulation.write({"recur_place": 0, "recur_type": 4})
        self._at(False, 4)
        task = self._run()
        self.assertEqual((task.key_kind, task.type_id), ("type", self.type))

    def test_respondent(self):
        self.regulation.write({"recur_place": 0, "recur_respondent": 3})
        [command] = self._respondent(self.handler)
        employee = command[2]["employee_id"]
        for _index in range(3):
            self._complaint(
                respondent_ids=[
                    Command.create({"kind": "employee", "employee_id": employee})
                ]
            )
        task = self._run()
        self.assertEqual((task.key_kind, task.employee_id.id), ("employee", employee))
        self.assertIn("Wang Wei", task.name)

    def test_off_by_default(self):
        self.regulation.recur_place = 0
        self._at("Yard", 9)
        self.assertFalse(self._run())

    def test_twice_is_once(self):
        self._at("Yard")
        self.assertEqual(len(self._run()), 1)
        self._at("Yard")
        self.assertFalse(self._run())

    @mute_logger("odoo.sql_db")
    def test_no_second_open_task_whoever_makes_it(self):
        self._at("Yard")
        task = self._run()
        with self.assertRaises(UniqueViolation), self.cr.savepoint():
            self.tasks._create_sealed(
                "found",
                [
                    {
                        "name": "Again",
                        "regulation_id": self.regulation.id,
                        "key_kind": "place",
                        "key": task.key,
                    }
                ],
            )
            self.env.flush_all()

    def test_killed_half_way(self):
        """What was committed stays, the next run does the rest."""
        for number in range(3):
            self._at(f"Yard {number}")
        progress = []

        def stop(_cron, done=0, **_options):
            progress.append(done)
            if done:
                raise KeyboardInterrupt

        path = "odoo.addons.community_complaint.models.complaint_improvement_find"
        with (
            patch.object(self.registry["ir.cron"], "_commit_progress", stop),
            patch(f"{path}._BATCH", 2),
            # assertRaises would take back what was done until then
            suppress(KeyboardInterrupt),
        ):
            self.tasks._cron_propose()
        self.assertEqual(progress, [0, 2])
        self.assertEqual(self.tasks.search_count(self.own), 2)
        self.assertEqual(len(self._run()), 1)
        self.assertFalse(self._run())

    def test_after_a_finished_task_only_new_cases_count(self):
        self._at("Yard")
        self._run().with_user(self.leader).action_dismiss("A single event.")
        self.assertFalse(self._run())
        with freeze_time("2026-12-10 06:00:00"):
            self._at("Yard", 2, "2026-12-09")
            self.assertFalse(self._run())
            self._at("Yard", 1, "2026-12-09")
            self.assertEqual(self._run().proposed_count, 3)

    def test_one_query_whatever_the_number(self):
        def queries(count):
            self._at("Yard", count)
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            self.tasks._recurring()
            return self.cr.sql_log_count - before

        self.tasks._recurring()
        few = queries(3)
        self.assertEqual(queries(27), few)
        self.assertLessEqual(few, 2, "the regulations, and one for all the cases")

    def test_counts_in_one_query(self):
        for number in range(10):
            self._at(f"Yard {number}")
        tasks = self._run()
        for found in (tasks[:1], tasks):
            self.env.invalidate_all()
            found.mapped("name")
            with self.assertQueryCount(1):
                self.assertEqual(set(found._counts().values()), {(3, 0)})

    def test_by_hand(self):
        self._at("Yard")
        with self.assertRaises(UserError):
            self.tasks.with_user(self.clerk).action_propose()
        action = self.tasks.with_user(self.leader).action_propose()
        self.assertEqual(action["res_model"], "complaint.improvement")
        self.assertEqual(self.tasks.search_count(self.own), 1)

    def test_other_company(self):
        """Cases of two offices are not counted together (THREATS 44)."""
        company = self.env["res.company"].create({"name": "Far away"})
        self.env.user.company_ids += company
        template = self.env.ref("community_complaint.regulation_r01")
        other = template.with_company(company)._adopt(company)
        other.write({"recur_days": 90, "recur_place": 3})
        self._at("Yard", 2)
        tickets = self.env["helpdesk.ticket"].with_company(company)
        tickets = tickets.with_context(allowed_company_ids=company.ids)
        tickets.create(self._vals(team_id=other.team_id.id, incident_place="Yard"))
        self.assertFalse(self._run())


@tagged("post_install", "-at_install")
class TestImprovement(ImprovementCommon):
    """From the proposal to the proof that it helped."""

    def setUp(self):
        super().setUp()
        self.cases = self._at("Yard")
        self.task = self._run()

    def test_way(self):
        task = self._done(self.task)
        self.assertEqual(task.done_by_id, self.handler)
        self.assertEqual(task.count_before, 3)
        self.assertEqual(task.count_after, 0)
        with freeze_time("2026-12-20 06:00:00"):
            self._at("Yard", 2, "2026-12-15")
            task.invalidate_recordset()
            self.assertEqual((task.count_before, task.count_after), (3, 2))
            task.action_not_effective("Still dark.")
            self.assertEqual((task.state, task.done_date), ("in_progress", False))
            task.with_user(self.handler).action_done("A second lamp.")
            task.action_verify("Nobody complains any more.")
        self.assertEqual((task.state, task.verified_by_id), ("verified", self.leader))

    def test_what_planning_needs(self):
        with self.assertRaises(UserError) as caught:
            self.task.with_user(self.leader).action_plan()
        for label in ("Root Cause", "What We Do", "Responsible", "Due Date"):
            self.assertIn(label, str(caught.exception))
        with self.assertRaisesRegex(UserError, "up to: Leader"):
            self._plan(self.task.with_user(self.clerk)).with_user(
                self.clerk
            ).action_dismiss("No")

    def test_not_verified_by_who_did_it(self):
        task = self._plan(self.task, self.leader)
        task.action_done("Done by myself.")
        with self.assertRaisesRegex(UserError, "Somebody else has to do it"):
            task.action_verify("It helps.")
        task.with_user(self.manager).action_verify("It helps.")

    def test_order_of_states(self):
        task = self.task.with_user(self.leader)
        for method in ("action_start", "action_done", "action_verify"):
            with self.subTest(method=method), self.assertRaises(UserError):
                getattr(task, method)(*([] if method == "action_start" else ["x"]))
        with self.assertRaises(UserError):
            task.state = "verified"
        with self.assertRaises(UserError):
            task.unlink()
        task.action_dismiss("No")
        with self.assertRaises(UserError):
            task.measures = "Late idea"

    def test_by_hand_from_cases(self):
        cases = self.cases.with_user(self.clerk)
        action = cases.action_record_for_improvement()
        task = self.tasks.browse(action["res_id"])
        self.assertEqual(task.key_kind, "manual")
        self.assertEqual(task.case_ids.ticket_id, self.cases)
        self.assertEqual(task.count_before, 3)
        other = self._adopt("regulation_r04").team_id
        with self.assertRaises(UserError):
            (cases | self._complaint(team_id=other.id)).action_record_for_improvement()

    def test_overdue_is_told_once(self):
        self._plan(self.task)
        digest = self.env["complaint.digest"]
        with freeze_time("2026-12-02 02:00:00"):
            morning = digest._morning(self.company, fields.Datetime.now())._replace(
                date=self.task.due_date.replace(day=2)
            )
        found = {item.key: item for item in digest._sections(morning)}
        section = found["improvements_late"]
        self.assertEqual(set(section.readers), {self.handler})
        section.mark()
        found = {item.key: item for item in digest._sections(morning)}
        self.assertFalse(found["improvements_late"].readers)

    def test_rights(self):
        self.assertTrue(self.task.with_user(self.auditor).has_access("read"))
        self.assertFalse(self.task.with_user(self.auditor).has_access("write"))
        self.assertFalse(self.task.with_user(self.employee_user).has_access("read"))
        company = self.env["res.company"].create({"name": "Other office"})
        stranger = self._new_user(
            "stranger", "community_complaint.group_complaint_manager"
        )
        stranger.write(
            {"company_ids": [Command.set(company.ids)], "company_id": company.id}
        )
        own = self.tasks.with_user(stranger)
        own = own.with_context(allowed_company_ids=company.ids)
        self.assertFalse(own.search([]))


@tagged("post_install", "-at_install")
class TestImprovementSecrets(ImprovementCommon, ConflictCommon, CanarySweep):
    """Who a task is about does not know of it; places do not tell who complained."""

    def test_respondent_sees_no_task(self):
        self.regulation.write({"recur_place": 0, "recur_respondent": 2})
        employee = self._employee(self.handler)
        for _index in range(2):
            case = self._complaint()
            self._accuse(case, kind="employee", employee_id=employee.id)
        task = self._run()
        self.assertEqual(task.conflict_user_ids, self.handler)
        self.assertFalse(self.tasks.with_user(self.handler).search([]))
        self.assertTrue(self.tasks.with_user(self.second).search([]))
        with self.assertRaisesRegex(UserError, "cannot take this on"):
            self._plan(task, self.handler)

    def test_kept_away_from_a_first_case(self):
        """That there is a task would tell of the case."""
        cases = self._at("Yard")
        desk = self.env["helpdesk.ticket"].with_user(self.handler)
        before = desk.get_complaint_desk()
        self._recuse(cases[0].with_user(self.leader), self.second)
        self._run()
        self.assertFalse(self.tasks.with_user(self.second).search([]))
        self.assertTrue(self.tasks.with_user(self.handler).search([]))
        self.assertEqual(desk.get_complaint_desk(), before)

    def test_kept_away_later(self):
        cases = self._at("Yard")
        self._run()
        self.assertTrue(self.tasks.with_user(self.second).search([]))
        self._recuse(cases[0].with_user(self.leader), self.second)
        self.env.flush_all()
        self.assertFalse(self.tasks.with_user(self.second).search([]))

    def test_later_cases_are_counted_by_who_may_know_them(self):
        self._at("Yard")
        task = self._run()
        more = self._at("Yard", 1)
        self._recuse(more.with_user(self.leader), self.second)
        for user, count in ((self.second, 3), (self.handler, 4)):
            self.env.invalidate_all()
            self.assertEqual(task.with_user(user).count_before, count)

    def test_place_that_is_the_complainants_home(self):
        self._at(CANARY["complainant_address"], **CANARY)
        task = self._run()
        self.assertEqual(task.place, "Place of confidential cases")
        self.assertNoCanary(task.name, "title of a task")
