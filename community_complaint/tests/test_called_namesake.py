"""A name that was typed is a question, and an answer holds for what was asked."""

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .test_conflict import ConflictCommon


class NamesakeCommon(ConflictCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.wei = cls._staff("wei.namesake", "handler")
        cls.wei.name = "王伟"

    def _typed(self, name, **vals):
        person = {"kind": "other", "name": name, **vals}
        return self._complaint(respondent_ids=[Command.create(person)])

    def _questions(self, case):
        return case.conflict_ids.filtered("is_question")


@tagged("post_install", "-at_install")
class TestNamesake(NamesakeCommon):
    def test_another_of_that_name_is_nobody_of_ours(self):
        """A citizen called like a colleague does not become the colleague."""
        employee = self._employee(self.wei, job_title="网格员")
        case = self._typed("王伟")
        self.assertEqual(case.respondent_ids.kind, "other")
        self.assertFalse(self._sees(self.wei, case), "until somebody answers")
        with self.assertRaisesRegex(UserError, r"王伟 \(网格员\), who works here"):
            case.with_user(self.clerk).action_accept()
        self._questions(case).with_user(self.clerk).action_not_meant("A shopkeeper.")
        self.assertTrue(self._sees(self.wei, case))
        self.assertNotEqual(case.respondent_ids.employee_id, employee)
        case.with_user(self.clerk).action_accept()

    def test_a_colleague_without_a_login_is_asked_about(self):
        employee = self._employee(self.wei, name="李大山", user_id=False)
        case = self._typed("李大山")
        self.assertFalse(case.respondent_ids.employee_id)
        question = self._questions(case)
        self.assertEqual(question.who, "李大山")
        with self.assertRaisesRegex(UserError, "李大山, who works here"):
            case.with_user(self.clerk).action_accept()
        question.with_user(self.clerk).action_meant()
        self.assertEqual(case.respondent_ids.employee_id, employee)
        self.assertEqual(question.confirmed_by_id, self.clerk)
        case.with_user(self.clerk).action_accept()

    def test_registering_leads_on_to_the_question(self):
        """The form for new complaints is left: what was registered is not done twice."""
        case = self._typed("王伟").with_user(self.clerk)
        shown = case.action_register_and_accept()
        self.assertIn("王伟, who works here", shown["params"]["message"])
        opened = shown["params"]["next"]
        self.assertEqual((opened["res_id"], opened["target"]), (case.id, "main"))
        self.assertEqual(case.phase, "registered")
        self._questions(case).with_user(self.clerk).action_not_meant("A shopkeeper.")
        self.assertEqual(case.action_register_and_accept()["res_id"], case.id)
        self.assertEqual(case.phase, "accepted")

    def test_nobody_is_disciplined_by_a_name(self):
        """As long as nobody said whether it is our colleague."""
        measure = self.env["complaint.measure"].create(
            {"name": "Warning", "code": "W", "kind": "sanction"}
        )
        self.regulation.write(
            {"carries_discipline": True, "measure_ids": [Command.set(measure.ids)]}
        )
        case = self._to(self._complaint(), "accepted")
        self._accuse(case, kind="other", name="王伟")
        vals = {
            "ticket_id": case.id,
            "respondent_id": case.respondent_ids.id,
            "measure_id": measure.id,
            "reason": "He shouted.",
        }
        proposed = self.env["complaint.discipline"]._create_sealed("decided", [vals])
        with self.assertRaisesRegex(UserError, "whether it is about 王伟"):
            proposed.with_user(self.leader).action_hear()
        line = {"measure_id": measure.id, "respondent_id": case.respondent_ids.id}
        decision = self.env["complaint.decision"].new(
            {"ticket_id": case.id, "measure_line_ids": [Command.create(line)]}
        )
        self.assertIn("whether it is about 王伟", "".join(decision._missing()))

    def test_typing_everybody_is_told(self):
        people = self.team.user_ids | self.manager
        for place, user in enumerate(people):
            user.name = f"张大{'甲乙丙丁戊己庚辛'[place]}"
        typed = [
            Command.create({"kind": "other", "name": user.name})
            for user in people - self.manager
        ]
        case = self._complaint(respondent_ids=typed)
        self.assertEqual(len(self._questions(case)), len(typed))
        told = self.env["mail.message"].search(
            [("subject", "=", case.number), ("body", "ilike", "names everybody")]
        )
        self.assertIn(self.manager.partner_id, told.notified_partner_ids)
        self.assertFalse(case.desk_blocked, "the manager answers")

    def test_nobody_left_to_answer(self):
        """Questions hold for good then: the case is passed on, or others are told."""
        people = self.team.user_ids | self.case._office_people(
            "community_complaint.group_complaint_manager"
        )
        for place, user in enumerate(people):
            user.name = f"张大{chr(0x4E00 + place)}"
        typed = [
            Command.create({"kind": "other", "name": user.name}) for user in people
        ]
        case = self._complaint(respondent_ids=typed)
        self.assertTrue(case.desk_blocked and case.office_blocked)

    # ----------------------------------------------------------------------
    # For what it holds
    # ----------------------------------------------------------------------

    def test_what_accuses_them_later_is_asked_anew(self):
        case = self._complaint(description="<p>王伟帮了我。谢谢社区！隔壁很吵。</p>")
        first = self._questions(case)
        first.with_user(self.clerk).action_not_meant("He helped.")
        case.with_user(
            self.clerk
        ).description = "<p>王伟帮了我。谢谢社区！隔壁很吵。请快一点。</p>"
        self.assertFalse(self._questions(case), "that is not about him")
        case.with_user(self.clerk).description = "<p>网格员王伟收了我的红包。</p>"
        self.assertEqual(self._questions(case).user_id, self.wei)
        self.assertFalse(self._sees(self.wei, case))
        self.assertEqual((first.state, first.lift_reason), ("lifted", "He helped."))

    def test_the_sentence_beside_it(self):
        case = self._complaint(description="<p>王伟帮了我。谢谢！</p>")
        self._questions(case).with_user(self.clerk).action_not_meant("He helped.")
        case.with_user(self.clerk).description = "<p>王伟帮了我。他收了红包！</p>"
        self.assertTrue(self._questions(case))

    def test_another_field_names_them(self):
        case = self._complaint(description="<p>王伟帮了我。</p>")
        self._questions(case).with_user(self.clerk).action_not_meant("He helped.")
        case.with_user(self.clerk).demand = "请王伟道歉"
        self.assertTrue(self._questions(case))

    def test_it_holds_for_what_the_answer_was_on(self):
        """Not for what was asked: the text may have changed between the two."""
        case = self._complaint(description="<p>王伟帮了我。</p>")
        case.with_user(self.clerk).description = "<p>王伟骂人。</p>"
        self._questions(case).with_user(self.clerk).action_not_meant("Another one.")
        case.with_user(self.clerk).demand = "道歉"
        self.assertFalse(self._questions(case))

    def test_who_was_typed_in_other_words(self):
        case = self._typed("王伟")
        self._questions(case).with_user(self.clerk).action_not_meant("A shopkeeper.")
        case.respondent_ids.with_user(self.clerk).post = "网格员"
        self.assertTrue(self._questions(case))


@tagged("post_install", "-at_install")
class TestAnswerSeen(NamesakeCommon):
    """What somebody answers alone is looked at by a leader, who asks again."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.leader2 = cls._staff("leader.namesake", "leader")

    def _told(self, case):
        kind = self.env.ref("community_complaint.activity_answered")
        return case.activity_ids.filtered(
            lambda item: item.activity_type_id == kind
        ).user_id

    def test_a_leader_is_told(self):
        case = self._complaint(description="<p>王伟骂人。</p>")
        self._questions(case).with_user(self.clerk).action_not_meant("Another one.")
        told = self._told(case)
        self.assertEqual(len(told), 1)
        self.assertIn(told, self.leader | self.leader2)

    def test_another_leader_is_told_of_a_leaders_answer(self):
        for me, other in ((self.leader, self.leader2), (self.leader2, self.leader)):
            with self.subTest(me=me.login):
                case = self._complaint(description="<p>王伟骂人。</p>")
                self._questions(case).with_user(me).action_not_meant("Another one.")
                self.assertEqual(self._told(case), other)

    def test_neither_named_nor_asked(self):
        self.leader.name = "张大山"
        case = self._complaint(description="<p>王伟骂人，张大山也在。</p>")
        asked = self._questions(case)
        about = asked.filtered(lambda item: item.user_id == self.wei)
        about.with_user(self.clerk).action_not_meant("Another one.")
        self.assertEqual(self._told(case), self.leader2)
        (asked - about).with_user(self.clerk).action_not_meant("A passer-by.")
        self.assertEqual(self._told(case), self.leader2)

    def test_it_is_asked_again(self):
        case = self._complaint(description="<p>王伟骂人。</p>")
        answer = self._questions(case)
        answer.with_user(self.clerk).action_not_meant("Another one.")
        with self.assertRaises(AccessError):
            answer.with_user(self.clerk).action_ask_again()
        with self.assertRaises(UserError):
            answer.with_user(self.leader).action_lift("No.")
        answer.with_user(self.leader).action_ask_again()
        again = self._questions(case)
        self.assertEqual((again.user_id, again.set_by_id), (self.wei, self.leader))
        self.assertFalse(self._sees(self.wei, case))
        self.assertEqual(answer.lift_reason, "Another one.")
        with self.assertRaisesRegex(UserError, "already"):
            answer.with_user(self.leader).action_ask_again()
        with self.assertRaises(UserError):
            case.with_user(self.clerk).action_accept()

    def test_what_nobody_answered_is_not_asked_again(self):
        case = self._complaint()
        case.with_user(self.leader)._exclude_users(self.wei, "A brother.")
        excluded = case.conflict_ids.filtered(lambda item: item.user_id == self.wei)
        excluded.with_user(self.leader).action_lift("He is not.")
        with self.assertRaisesRegex(UserError, "Nobody answered"):
            excluded.with_user(self.leader).action_ask_again()

    # ----------------------------------------------------------------------
    # Somebody always hears of it
    # ----------------------------------------------------------------------

    def _messages(self, user):
        notes = self.env["mail.notification"].sudo()
        found = notes.search([("res_partner_id", "=", user.partner_id.id)])
        return found.mail_message_id

    def test_without_a_leader_a_custodian_looks(self):
        case = self._complaint(description="<p>王伟骂人。</p>")
        self._nobody_leads(case)
        self._questions(case).with_user(self.clerk).action_not_meant("Another one.")
        self.assertEqual(self._told(case), self.custodian)

    def test_where_nobody_may_read_it_somebody_learns_the_number(self):
        case = self._complaint(description="<p>王伟骂人。</p>")
        self._nobody_leads(case)
        custodians = case._office_people(
            "community_complaint.group_complaint_custodian"
        )
        case._exclude([(user, "named", None) for user in custodians], "Related.")
        self._questions(case).with_user(self.clerk).action_not_meant("Another one.")
        self.assertFalse(self._told(case))
        people = case._who_can_undo(self.clerk | self.wei)
        self.assertTrue(people, "somebody always is")
        for user in people:
            words = self._messages(user).filtered(
                lambda item: case.number in (item.body or "")
            )
            self.assertTrue(words, user.login)
            self.assertFalse(any(words.mapped("res_id")), "the number, no more")
            self.assertNotIn(case.name, "".join(words.mapped("body")))
            self.assertNotIn("王伟", "".join(words.mapped("body")))
        kinds = self.env["complaint.log"].search([("ticket_id", "=", case.id)])
        self.assertIn("out_of_sight", kinds.mapped("kind"))

    def _nobody_leads(self, case):
        office = case._office_people("community_complaint.group_complaint_leader")
        office |= case._office_people("community_complaint.group_complaint_manager")
        people = (office | self.leader | self.leader2) - self.clerk - self.custodian
        case._exclude([(user, "named", None) for user in people], "Related.")


@tagged("post_install", "-at_install")
class TestGoOn(NamesakeCommon):
    """What waited for an answer goes on by one press, and whoever waits is told."""

    def _asked(self, case):
        kind = self.env.ref("community_complaint.activity_go_on")
        return case.activity_ids.filtered(lambda item: item.activity_type_id == kind)

    def _taken_down(self, **vals):
        vals = {"description": "<p>王伟骂人。</p>", **vals}
        return self._complaint(user=self.clerk, **vals)

    def test_who_took_it_down_goes_on(self):
        case = self._taken_down()
        self.assertIn("王伟", case.with_user(self.clerk).next_step_missing)
        self.assertFalse(self._asked(case), "it is not answered")
        self._questions(case).with_user(self.leader).action_not_meant("Another one.")
        task = self._asked(case)
        self.assertEqual(task.user_id, self.clerk)
        self.assertNotIn("王伟", task.summary)
        notes = self.env["mail.notification"].sudo()
        told = notes.search([("res_partner_id", "=", self.clerk.partner_id.id)])
        told = told.mail_message_id.filtered(lambda item: item.res_id == case.id)
        self.assertIn("answered", "".join(told.mapped("body")))
        case.invalidate_recordset()
        self.assertFalse(case.with_user(self.clerk).next_step_missing)
        case.with_user(self.clerk).action_accept()
        self.assertEqual(case.phase, "accepted")
        self.assertFalse(self._asked(case), "nobody is asked in vain")

    def test_it_is_them_goes_on_as_well(self):
        self._employee(self.wei)
        case = self._taken_down()
        self._questions(case).with_user(self.leader).action_meant()
        self.assertEqual(self._asked(case).user_id, self.clerk)

    def test_not_before_the_last_answer(self):
        other = self._staff("li.namesake", "handler")
        other.name = "李大山"
        case = self._taken_down(description="<p>王伟和李大山骂人。</p>")
        first, second = self._questions(case)
        first.with_user(self.leader).action_not_meant("Another one.")
        self.assertFalse(self._asked(case))
        second.with_user(self.leader).action_not_meant("Another one.")
        self.assertTrue(self._asked(case))
        first.with_user(self.leader).action_ask_again()
        self.assertFalse(self._asked(case), "it is a question again")

    def test_a_measure_that_waited(self):
        """Whoever may not be disciplined by a name: hearing and approval wait as well."""
        measure = self.env["complaint.measure"].create(
            {"name": "Warning", "code": "W", "kind": "sanction"}
        )
        self.regulation.write(
            {"carries_discipline": True, "measure_ids": [Command.set(measure.ids)]}
        )
        case = self._to(self._complaint(user_id=self.handler.id), "accepted")
        self._accuse(case, kind="other", name="王伟")
        vals = {
            "ticket_id": case.id,
            "respondent_id": case.respondent_ids.id,
            "measure_id": measure.id,
            "reason": "He shouted.",
        }
        proposed = self.env["complaint.discipline"]._create_sealed("decided", [vals])
        self._questions(case).with_user(self.leader).action_not_meant("Another one.")
        self.assertEqual(self._asked(case).user_id, self.handler)
        case.respondent_ids.with_user(self.handler).write(
            {"statement": "No.", "statement_date": case._office_date()}
        )
        proposed.with_user(self.leader).action_hear()
        self.assertTrue(self._asked(case), "the approval waits")

    def test_where_nobody_at_the_desk_may_go_on(self):
        case = self._taken_down()
        question = self._questions(case)
        self.team.user_ids = self.wei
        question.with_user(self.manager).action_not_meant("Another one.")
        task = self._asked(case)
        self.assertEqual(task.user_id, case._managers_in_charge() & task.user_id)
        self.assertIn("nobody at the desk", task[:1].summary)
