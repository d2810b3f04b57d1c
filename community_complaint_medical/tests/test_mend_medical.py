from datetime import timedelta

from lxml import etree

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import Form, tagged

from .medical_common import NOW, MedicalCommon
from .test_emergency import EmergencyCommon


class _Shown:
    """What a user sees, and what a step locks."""

    def _buttons(self, record, user, name, xmlid=None):
        """Return the buttons of a name that a user gets on a record's form."""
        view = xmlid and self.env.ref(f"community_complaint.{xmlid}").id
        arch = record.with_user(user).get_view(view, "form")["arch"]
        return etree.fromstring(arch).xpath(f"//button[@name='{name}']")

    def assertLocks(self, record, step, *args):
        """Check that a step that is refused had locked its record first."""
        with (
            self.assertLogs("odoo.sql_db", "DEBUG") as queries,
            self.assertRaises(UserError),
        ):
            getattr(record, step)(*args)
        self.assertRegex(
            "\n".join(queries.output),
            rf'(?s)FROM "{record._table}".{{0,400}}FOR (NO KEY )?UPDATE',
            step,
        )


@tagged("post_install", "-at_install")
class TestMendEmergency(_Shown, EmergencyCommon):
    """Responses and drills: nobody is sent down a road that ends nowhere."""

    def _drill_task(self):
        duty = self.plan.duty_ids.filtered(lambda item: item.kind == "drill")
        return duty._open_tasks().with_user(self.leader)

    # ----------------------------------------------------------------------
    # Drills
    # ----------------------------------------------------------------------

    def test_a_finished_duty_begins_no_drill(self):
        task = self._drill_task()
        task.result = "Held at the school."
        task.action_done()
        with self.assertRaisesRegex(UserError, "stays as it is"):
            task.action_record_drill()
        self.assertFalse(task.drill_ids)

    def test_a_finished_drill_is_still_shown(self):
        task = self._drill_task()
        drill = task.drill_ids.browse(task.action_record_drill()["res_id"])
        drill.write({"participants": "Twelve", "lessons": "More lamps."})
        drill.action_done()
        self.assertEqual(task.action_record_drill()["res_id"], drill.id)

    def test_headcount(self):
        task = self._drill_task()
        drill = task.drill_ids.browse(task.action_record_drill()["res_id"])
        drill.headcount = 0
        with self.assertConstraint("participants"), self.cr.savepoint():
            drill.headcount = -1
            drill.flush_recordset()

    # ----------------------------------------------------------------------
    # What turned out not to be true
    # ----------------------------------------------------------------------

    def _untrue(self):
        response = self._start().with_user(self.officer)
        response.action_verify_false("Nobody is ill; the tank was cleaned.")
        return response

    def test_an_untrue_emergency_ends(self):
        response = self._untrue()
        with self.assertRaises(UserError) as caught:
            response.action_end()
        self.assertIn("Course", str(caught.exception))
        for word in ("plan", "settlement", "Evaluation", "Lessons"):
            self.assertNotIn(word, str(caught.exception))
        form = Form(response)
        form.course = "A rumour: nothing had happened."
        form.save()
        response.action_end()
        self.assertEqual(response.state, "ended")
        case = response.ticket_id
        for act in ("response_plan", "settlement", "response_summary"):
            self.assertTrue(case._act_done(act), act)

    def test_a_true_or_half_true_one_does_not(self):
        """R13 三·2: plan, measures, settlement, summary and evaluation."""
        for verdict in ("true", "partly"):
            response = self._start().with_user(self.officer)
            getattr(response, f"action_verify_{verdict}")("Seen.")
            response.course = "All night."
            with self.subTest(verdict=verdict), self.assertRaises(UserError) as caught:
                response.action_end()
            for word in ("plan", "settlement", "Evaluation", "Lessons", "Achieved"):
                self.assertIn(word, str(caught.exception))
            self.assertFalse(response.ticket_id._act_done("response_plan"))
            self.assertFalse(response.ticket_id._act_done("settlement"))

    def test_the_facts_are_checked_once(self):
        """What is true does not become untrue to get around the plan."""
        response = self._planned()
        with self.assertRaisesRegex(UserError, "checked already"):
            response.action_verify_false("Nothing.")

    # ----------------------------------------------------------------------
    # Who is named, who sees what
    # ----------------------------------------------------------------------

    def test_the_office_can_act(self):
        """Its members work on cases: others would see no button at all."""
        for user in (self.clerk, self.employee_user):
            with (
                self.subTest(user=user.login),
                self.assertRaisesRegex(UserError, user.login),
            ):
                self.plan.emergency_office_ids = self.officer + user
        self.plan.emergency_office_ids = self.officer + self.leader
        self.plan.emergency_member_ids = self.leader + self.employee_user
        rules = self.plan.with_user(self.manager)
        domain = rules.fields_get(["emergency_office_ids"])["emergency_office_ids"]
        found = rules.env["res.users"].search(domain["domain"])
        self.assertIn(self.leader, found)
        self.assertNotIn(self.clerk, found)

    def test_buttons_of_who_may(self):
        response = self._start()
        self.assertTrue(self._buttons(response, self.officer, "action_done"))
        self.assertFalse(self._buttons(response, self.clerk, "action_done"))
        task = self._drill_task()
        self.assertTrue(self._buttons(task, self.handler, "action_record_drill"))
        self.assertFalse(self._buttons(task, self.clerk, "action_record_drill"))

    # ----------------------------------------------------------------------
    # Two people at once
    # ----------------------------------------------------------------------

    def test_threat_39_steps_lock(self):
        response = self._start().with_user(self.officer)
        self.assertLocks(response, "action_put_plan_in_force")
        self.assertLocks(response, "action_end")
        response.action_verify_true("Seen.")
        self.assertLocks(response, "action_verify_true", "Seen again.")
        measure = self._measure(response)
        self.assertLocks(measure, "action_done")
        response.action_put_plan_in_force()
        measure.action_done()
        with self.assertRaisesRegex(UserError, "stays as it is"):
            measure.action_done()
        response._do_step("end")
        self.assertLocks(response, "action_settle_agreed", "They agree.")


@tagged("post_install", "-at_install")
class TestMendMedical(_Shown, MedicalCommon):
    """Medical events: what is offered works, what does not work is not offered."""

    # ----------------------------------------------------------------------
    # Who is named
    # ----------------------------------------------------------------------

    def test_the_quality_group_can_act(self):
        with self.assertRaisesRegex(UserError, self.nurse.login):
            self.medical.quality_member_ids = self.leader + self.nurse
        self.medical.quality_member_ids = self.leader + self.speaker

    def test_the_spokesperson_may_read_the_event(self):
        [stranger] = self._new_users(
            {"stranger": "community_complaint.group_complaint_handler"}
        )
        event = self._event().with_user(self.leader)
        for user in (stranger, self.employee_user):
            with (
                self.subTest(user=user.login),
                self.assertRaisesRegex(UserError, f"{user.login}.*may not read"),
            ):
                event.spokesperson_id = user
        event.spokesperson_id = self.nurse
        with self.assertRaisesRegex(UserError, "may not read"):
            # the case is the desk's, not the ward's
            self.desk.user_ids -= self.nurse
            event.ticket_id = self._case()

    def test_the_spokesperson_is_of_the_company(self):
        other = self.env["res.company"].create({"name": "Elsewhere"})
        self.speaker.write(
            {"company_ids": [Command.set(other.ids)], "company_id": other.id}
        )
        event = self._event().with_user(self.leader)
        with self.assertRaisesRegex(UserError, "may not read"):
            event.spokesperson_id = self.speaker

    # ----------------------------------------------------------------------
    # What happened
    # ----------------------------------------------------------------------

    def test_only_leaders_correct_what_happened(self):
        event = self._event(self.nurse)
        values = {
            "kind": "accident",
            "event_date": NOW - timedelta(hours=1),
            "department_id": self.env["hr.department"],
            "course": "Another story.",
            "spokesperson_id": self.speaker,
            "ticket_id": self._case(),
        }
        for user in (self.nurse, self.handler):
            for name, value in values.items():
                with (
                    self.subTest(user=user.login, name=name),
                    self.assertRaisesRegex(AssertionError, "readonly"),
                ):
                    setattr(Form(event.with_user(user)), name, value)
        form = Form(event.with_user(self.leader))
        for name, value in values.items():
            setattr(form, name, value)
        form.save()
        self.assertEqual(event.with_user(self.leader).course, "Another story.")

    def test_who_enters_it_says_what_happened(self):
        form = Form(self.env["complaint.medical.event"].with_user(self.nurse))
        form.regulation_id = self.medical
        form.kind = "accident"
        form.department_id = self.ward
        form.event_date = NOW - timedelta(hours=1)
        form.course = "The label was wrong."
        self.assertEqual(form.save().kind, "accident")

    # ----------------------------------------------------------------------
    # Figures
    # ----------------------------------------------------------------------

    def test_minutes_of_a_rung(self):
        rung = self.medical.medical_rung_ids[:1]
        rung.minutes = 525600
        with self.assertConstraint("within a year"):
            rung.minutes = 525601

    # ----------------------------------------------------------------------
    # Buttons
    # ----------------------------------------------------------------------

    def _summary(self):
        duty = self.medical.duty_ids.filtered(lambda d: d.kind == "medical_report")
        task = duty._open_tasks()[:1]
        # the period of the test, whatever day it runs on
        task._write_sealed(
            "moved", {"period_start": "2026-01-01", "period_end": "2026-03-31"}
        )
        action = task.with_user(self.handler).action_open_summary()
        summaries = self.env[action["res_model"]].with_user(self.handler)
        return summaries.browse(action["res_id"])

    def test_buttons_of_who_may(self):
        event = self._event(kind="accident")
        conclusion = self._concluded(event)
        summary = self._summary()
        for record, name in (
            (summary, "action_done"),
            (summary, "action_fill"),
            (summary.task_id, "action_open_summary"),
            (conclusion, "action_conclude"),
        ):
            with self.subTest(name=name):
                self.assertTrue(self._buttons(record, self.handler, name))
                self.assertFalse(self._buttons(record, self.clerk, name))
        self.assertTrue(self._buttons(event, self.nurse, "action_report"))
        self.assertTrue(self._buttons(event, self.handler, "action_report"))
        self.assertFalse(self._buttons(event, self.auditor, "action_report"))

    def test_who_concluded_is_shown(self):
        conclusion = self._concluded(self._event())
        form = Form(conclusion.with_user(self.clerk))
        self.assertEqual(form.concluded_by_id, self.handler)
        self.assertTrue(form.concluded_date)

    # ----------------------------------------------------------------------
    # Two people at once
    # ----------------------------------------------------------------------

    def test_threat_39_steps_lock(self):
        event = self._event().with_user(self.leader)
        for step, args in (
            ("action_approve_opinion", ()),
            ("action_settle_liability", ("Nothing.",)),
            ("action_close", ()),
        ):
            self.assertLocks(event, step, *args)
        report = self._report(event, "head", self.nurse)
        report.contact = "Head nurse Zhao"
        report.action_report()
        self.assertLocks(report, "action_report")
        conclusion = self._concluded(event).with_user(self.handler)
        self.assertLocks(conclusion, "action_conclude")
        self.assertLocks(conclusion, "action_inform", "All of it.")
        self.assertLocks(self._summary(), "action_done")

    # ----------------------------------------------------------------------
    # Drafts
    # ----------------------------------------------------------------------

    def test_names_of_an_event_are_looked_up_once(self):
        """A draft asks for an event's names once, however many texts it takes."""
        summary = self._summary()
        for number in range(3):
            self._event(
                cause=f"Cause {number}",
                consequence=f"Consequence {number}",
                result=f"Result {number}",
            )
        events = summary._draw_upon_events()
        asked = []
        cls = self.registry["complaint.medical.event"]
        redactor = cls._redactor

        def counted(event):
            asked.append(event.id)
            return redactor(event)

        self.patch(cls, "_redactor", counted)
        texts = summary._prepare_texts(events)
        self.assertIn("Cause 2", texts["causes"])
        self.assertEqual(sorted(asked), sorted(events.ids))
