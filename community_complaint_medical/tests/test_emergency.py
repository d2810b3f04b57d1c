from datetime import timedelta

from freezegun import freeze_time

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from odoo.addons.community_complaint.tests.common import ComplaintCommon
from odoo.addons.community_complaint.tests.test_dispatch_sms import SmsCommon


class EmergencyCommon(ComplaintCommon):
    """An office that works under R13, with a leading group and its office."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.plan = cls._adopt("regulation_r13")
        cls.desk = cls.plan.team_id
        handler = "community_complaint.group_complaint_handler"
        cls.member, cls.officer = cls._new_users(
            {"member": handler, "officer": handler}
        )
        cls.desk.user_ids = (
            cls.clerk + cls.handler + cls.leader + cls.member + cls.officer
        )
        cls.plan.emergency_member_ids = cls.leader + cls.member
        cls.plan.emergency_office_ids = cls.officer

    def _case(self, **vals):
        return self._complaint(
            team_id=self.desk.id,
            type_id=self.env.ref("community_complaint.type_public_health").id,
            **{"response_level": "1", **vals},
        )

    def _start(self, case=None, user=None):
        case = case or self._case()
        case.with_user(user or self.clerk).action_start_response()
        return case.emergency_ids

    def _planned(self):
        """Return a response whose plan is in force."""
        response = self._start().with_user(self.officer)
        response.action_verify_true("Twelve households were visited.")
        self._measure(response)
        response.action_put_plan_in_force()
        return response

    def _measure(self, response, **vals):
        return (
            self.env["complaint.emergency.measure"]
            .with_user(self.officer)
            .create(
                {
                    "emergency_id": response.id,
                    "name": "Close the tank",
                    "responsible": "Property company",
                    "deadline": fields.Datetime.now() + timedelta(hours=3),
                    **vals,
                }
            )
        )

    def _messages(self, user, subject="Emergency response started"):
        return self.env["mail.message"].search(
            [
                ("notification_ids.res_partner_id", "=", user.partner_id.id),
                ("subject", "=", subject),
            ]
        )


@tagged("post_install", "-at_install")
class TestEmergencyAlarm(SmsCommon, EmergencyCommon):
    """Whoever is on duty hears of a response on their own telephone (R13 三·2(1))."""

    def test_who_is_on_duty_is_told(self):
        """Once a level, whoever of the group is at a screen."""
        employee = self.env["hr.employee"].create(
            {
                "name": "Zhou",
                "company_id": self.company.id,
                "mobile_phone": "13900139000",
            }
        )
        now = fields.Datetime.now()
        self.env["complaint.roster"].create(
            {
                "name": "Night",
                "regulation_id": self.plan.id,
                "company_id": self.company.id,
                "shift_ids": [
                    Command.create(
                        {
                            "employee_id": employee.id,
                            "start": now - timedelta(hours=1),
                            "end": now + timedelta(hours=7),
                        }
                    )
                ],
            }
        )
        response = self._start(self._case(response_level="3"))
        response.ticket_id.with_user(self.leader).response_level = "1"
        response._alert()
        self._deliver()
        texts = [item["text"] for item in self.provider.messages]
        self.assertEqual(len(texts), 2)
        for text in texts:
            self.assertIn(response.ticket_id.number, text)
            self.assertIn("mergency", text)
            self.assertNotIn("Noise", text)


@tagged("post_install", "-at_install")
class TestEmergency(EmergencyCommon):
    """R13 三: levels, alert, verification, plan, settlement, summary and evaluation."""

    # ----------------------------------------------------------------------
    # Alert
    # ----------------------------------------------------------------------

    def test_group_is_told_at_once(self):
        case = self._case()
        response = self._start(case)
        people = self.leader + self.member + self.officer
        self.assertEqual(response.told_user_ids, people)
        self.assertEqual(case.activity_ids.user_id, people)
        for user in people:
            [message] = self._messages(user)
            self.assertIn(case.number, message.body)
        report = case.incident_report_ids
        self.assertEqual((report.kind, report.receiver), ("emergency", "group"))
        self.assertFalse(report.is_late)

    def test_late_start_says_so(self):
        case = self._case(received_date=fields.Datetime.now() - timedelta(minutes=45))
        self._start(case)
        self.assertTrue(case.incident_report_ids.is_late)

    def test_threat_17_not_to_who_is_kept_away(self):
        case = self._case()
        self._recuse(case, self.member + self.officer)
        response = self._start(case)
        self.assertEqual(response.told_user_ids, self.leader)
        self.assertEqual(case.activity_ids.user_id, self.leader)
        self.assertFalse(self._messages(self.member))
        self.assertFalse(
            response.with_user(self.member).search_count([("id", "=", response.id)])
        )
        with self.assertRaises(AccessError):
            response.with_user(self.member).read(["verified"])

    def test_managers_stand_in_for_a_group_kept_away(self):
        case = self._case()
        self._recuse(case, self.member + self.officer + self.leader)
        response = self._start(case)
        self.assertIn(self.manager, response.told_user_ids)
        self.assertFalse(response.told_user_ids & case.conflict_user_ids)

    def test_another_level_alerts_again(self):
        response = self._start(self._case(response_level="3"))
        response.ticket_id.with_user(self.leader).response_level = "1"
        self.assertEqual(len(self._messages(self.member)), 2)
        response.ticket_id.with_user(self.leader).response_level = "1"
        self.assertEqual(len(self._messages(self.member)), 2, "nothing changed")

    def test_what_a_start_needs(self):
        case = self._case(response_level=False).with_user(self.clerk)
        with self.assertRaisesRegex(UserError, "level"):
            case.action_start_response()
        case.response_level = "2"
        self.plan.emergency_member_ids = False
        with self.assertRaisesRegex(UserError, "no members"):
            case.action_start_response()
        self.plan.emergency_member_ids = self.leader
        case.action_start_response()
        with self.assertRaisesRegex(UserError, "already"):
            case.action_start_response()
        with self.assertRaisesRegex(UserError, "knows no emergency"):
            self._complaint(response_level="1").action_start_response()
        with self.assertRaises(AccessError):
            self._case().with_user(self.auditor).action_start_response()

    # ----------------------------------------------------------------------
    # Response
    # ----------------------------------------------------------------------

    def test_office_checks_the_facts(self):
        response = self._start()
        with self.assertRaisesRegex(UserError, "officer"):
            response.with_user(self.handler).action_verify_true("I think so.")
        mine = response.with_user(self.officer)
        self.assertIsInstance(mine.action_verify_partly(), dict, "asks for the words")
        mine.action_verify_partly("Three of twelve households.")
        self.assertEqual(
            (response.verified, response.verified_by_id), ("partly", self.officer)
        )

    def test_plan(self):
        """R13 三·2(3): measures with who and until when, then carried out."""
        response = self._start().with_user(self.officer)
        with self.assertRaisesRegex(UserError, "not checked"):
            response.action_put_plan_in_force()
        response.action_verify_true("Seen.")
        with self.assertRaisesRegex(UserError, "no measures"):
            response.action_put_plan_in_force()
        with self.assertRaisesRegex(UserError, "responsible"):
            self._measure(response, responsible=False)
        measure = self._measure(response)
        with self.assertRaisesRegex(UserError, "not in force"):
            measure.action_done()
        with self.assertRaisesRegex(UserError, "officer"):
            response.with_user(self.handler).action_put_plan_in_force()
        response.action_put_plan_in_force()
        for change in (
            lambda: measure.write({"deadline": fields.Datetime.now()}),
            measure.unlink,
            lambda: self._measure(response),
            lambda: measure.sudo().copy({"name": "Another one"}),
            measure.sudo().unlink,
            lambda: response.write({"supplies": "More"}),
            response.action_put_plan_in_force,
            lambda: measure.write({"done_date": fields.Datetime.now()}),
        ):
            with self.assertRaises(UserError):
                change()
        measure.result = "Closed at nine."
        measure.action_done()
        self.assertEqual(measure.done_by_id, self.officer)

    def test_end(self):
        response = self._planned()
        with self.assertRaisesRegex(
            UserError, "(?s)Close the tank.*settlement.*Course"
        ):
            response.action_end()
        response.measure_ids.action_done()
        response.with_user(self.handler).action_settle_refused("They want a lawyer.")
        response.write(
            {"course": "a", "effect": "b", "assessment": "c", "lessons": "d"}
        )
        with self.assertRaisesRegex(UserError, "officer"):
            response.with_user(self.handler).action_end()
        response.action_end()
        self.assertEqual((response.state, response.settled), ("ended", "refused"))
        for user in (self.leader, self.member):
            self.assertTrue(
                self._messages(user, "Emergency response ended: summary and evaluation")
            )
        for change in (
            lambda: response.write({"lessons": "x"}),
            lambda: response.action_settle_agreed("Now they do."),
            response.sudo().unlink,
        ):
            with self.assertRaises(UserError):
                change()

    def test_steps_are_not_typed(self):
        response = self._start().with_user(self.leader)
        for vals in (
            {"state": "ended"},
            {"verified": "true"},
            {"plan_date": fields.Datetime.now()},
            {"settled": "agreed"},
            {"told_user_ids": [Command.clear()]},
        ):
            for record in (response, response.sudo()):
                with self.subTest(vals=vals), self.assertRaises(UserError):
                    record.write(vals)

    def test_acts(self):
        case = self._case()
        acts = ("response", "verification", "response_plan", "settlement")
        self.assertFalse(any(case._act_done(act) for act in acts))
        response = self._start(case).with_user(self.officer)
        self.assertTrue(case._act_done("response"))
        response.action_verify_true("Seen.")
        self.assertTrue(case._act_done("verification"))
        self._measure(response)
        response.action_put_plan_in_force()
        self.assertTrue(case._act_done("response_plan"))
        response.action_settle_agreed("They agree.")
        self.assertTrue(case._act_done("settlement"))
        self.assertFalse(case._act_done("response_summary"))

    # ----------------------------------------------------------------------
    # Papers
    # ----------------------------------------------------------------------

    def test_papers(self):
        response = self._planned()
        response.action_settle_agreed("They agree.")
        response.write({"course": "All night.", "lessons": "Clean it in spring."})
        form = self.env["complaint.form"].with_user(self.leader)
        mine = response.with_user(self.leader)
        [plan] = form._sheet_pages("response_plan", mine)
        for text in ("Close the tank", "Property company", "I major", "Twelve"):
            self.assertIn(text, plan)
        [summary] = form._sheet_pages("response_summary", mine)
        for text in ("All night.", "They agree.", "Clean it in spring."):
            self.assertIn(text, summary)
        self.assertTrue(form._render_sheets("response_plan", mine).startswith(b"%PDF"))

    # ----------------------------------------------------------------------
    # Drills, desk
    # ----------------------------------------------------------------------

    def test_drill_does_its_duty(self):
        """R13 五."""
        duty = self.plan.duty_ids.filtered(lambda item: item.kind == "drill")
        task = duty._open_tasks().with_user(self.leader)
        action = task.action_record_drill()
        drill = self.env[action["res_model"]].with_user(self.leader)
        drill = drill.browse(action["res_id"])
        self.assertEqual(task.action_record_drill()["res_id"], drill.id)
        with self.assertRaisesRegex(UserError, "who took part"):
            drill.action_done()
        drill.write(
            {"participants": "Twelve", "lessons": "More lamps.", "headcount": 12}
        )
        with freeze_time(fields.Datetime.now()):
            drill.action_done()
        self.assertEqual(task.state, "done")
        self.assertIn("More lamps.", task.result)
        self.assertTrue(duty._open_tasks(), "the next one is open")
        with self.assertRaises(UserError):
            drill.lessons = "None."
        [page] = self.env["complaint.form"]._sheet_pages("drill", drill)
        self.assertIn("More lamps.", page)

    def test_other_duties_are_no_drills(self):
        task = self.regulation.duty_ids._open_tasks()[0]
        with self.assertRaises(UserError):
            task.action_record_drill()

    def test_desk(self):
        desk = self.env["helpdesk.ticket"].with_user(self.handler)

        def count():
            return {
                tile["key"]: tile["count"]
                for section in desk.get_complaint_desk()["sections"]
                for tile in section["tiles"]
            }.get("responses")

        self.assertIsNone(count(), "shown when there is one")
        response = self._start()
        self.assertEqual(count(), 1)
        action = desk.open_complaint_desk_tile("responses")
        found = self.env[action["res_model"]].search(action["domain"])
        self.assertEqual(found, response)
        self._recuse(response.ticket_id, self.handler)
        self.assertIsNone(count())

    # ----------------------------------------------------------------------
    # Publication
    # ----------------------------------------------------------------------

    def test_who_carries_out_measures_is_looked_for(self):
        """No publication names them."""
        response = self._start().with_user(self.officer)
        self._measure(response, responsible="Qian Qi", responsible_id=self.member.id)
        case = response.ticket_id
        told = case._publication_secrets()[case]
        self.assertLessEqual({("name", "Qian Qi"), ("name", self.member.name)}, told)
