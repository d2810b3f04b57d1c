"""Whoever a complaint names does not know of it, by whatever door the name came."""

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from .test_conflict import ConflictCommon


@tagged("post_install", "-at_install")
class TestCalled(ConflictCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.wei = cls._staff("wei", "handler")
        cls.wei.name = "王伟"

    def _typed(self, name, **vals):
        person = {"kind": "other", "name": name, **vals}
        return self._complaint(respondent_ids=[Command.create(person)])

    def _question(self, case, user=None):
        asked = case.conflict_ids.filtered("is_question")
        return asked.filtered(lambda item: item.user_id == (user or self.wei))

    # ----------------------------------------------------------------------
    # Typed as somebody else
    # ----------------------------------------------------------------------

    def test_one_of_that_name_is_asked_about(self):
        employee = self._employee(self.wei)
        for name in ("王伟", " 王 伟 ", "王　偉"):
            with self.subTest(name=name):
                case = self._typed(name)
                self.assertFalse(self._sees(self.wei, case))
                self._question(case).with_user(self.clerk).action_meant()
                self.assertEqual(case.respondent_ids.employee_id, employee)
                self.assertEqual(case.respondent_ids.kind, "employee")
                self.assertFalse(self._sees(self.wei, case))
                self.assertFalse(self._question(case))

    def test_by_form_and_by_a_later_word(self):
        self._employee(self.wei)
        case = self._typed("Somebody")
        self.assertTrue(self._sees(self.wei, case))
        with Form(case.respondent_ids.with_user(self.clerk)) as form:
            form.name = "王 伟"
        self.assertTrue(self._question(case))
        self.assertFalse(self._sees(self.wei, case))

    def test_a_login_of_nobody_on_file(self):
        case = self._typed("王伟")
        self._question(case).with_user(self.clerk).action_meant()
        self.assertEqual(case.respondent_ids.partner_id, self.wei.partner_id)
        self.assertFalse(self._sees(self.wei, case))

    def test_a_login_where_complaints_are_about_staff(self):
        self.regulation.respondent_kind = "staff"
        case = self._typed("王伟")
        self.assertFalse(case.respondent_ids.works_here)
        self._question(case).with_user(self.clerk).action_meant()
        self.assertTrue(case.respondent_ids.works_here)
        self.assertFalse(self._sees(self.wei, case))

    def test_several_of_that_name_are_asked(self):
        other = self._staff("wei2", "clerk")
        other.name = "王伟"
        self._employee(self.wei)
        self._employee(other)
        case = self._typed("王伟")
        self.assertEqual(case.respondent_ids.kind, "other")
        self.assertFalse(self._sees(self.wei, case) or self._sees(other, case))
        self._question(case).with_user(self.clerk).action_meant()
        self.assertEqual(case.respondent_ids.employee_id.user_id, self.wei)
        question = self._question(case, other).with_user(self.clerk)
        question.action_not_meant("It is the handler.")
        self.assertTrue(self._sees(other, case))
        self.assertFalse(self._sees(self.wei, case))
        case.with_user(self.clerk).action_accept()

    def test_a_leader_does_not_let_in_who_was_confirmed(self):
        self.regulation.respondent_kind = "staff"
        case = self._typed("王伟")
        question = self._question(case)
        question.with_user(self.clerk).action_meant()
        with self.assertRaisesRegex(UserError, "is complained about"):
            question.with_user(self.leader).action_lift("He is needed.")
        self.assertFalse(self._sees(self.wei, case))

    def test_an_employee_whose_login_is_not_on_file(self):
        employee = self._employee(self.wei, user_id=False, name="王伟")
        case = self._complaint(
            respondent_ids=[
                Command.create({"kind": "employee", "employee_id": employee.id})
            ]
        )
        self.assertFalse(self._sees(self.wei, case))
        self.assertTrue(self._question(case))

    def test_surname_and_title(self):
        self._employee(self.wei, job_title="主任医生")
        case = self._typed("王医生")
        self.assertEqual(case.respondent_ids.kind, "other", "asked, not decided")
        self.assertFalse(self._sees(self.wei, case))
        other = self._staff("wang", "clerk")
        other.name = "王芳"
        self._employee(other, job_title="主任医生")
        case = self._typed("王医生")
        self.assertTrue(self._sees(self.wei, case), "it may be anybody")

    def test_a_name_among_other_words(self):
        """Whoever is named with a post, a title, a phone or somebody else is asked about."""
        for name in (
            "网格员王伟",
            "王伟（网格员）",
            "王伟女士",
            "社区的王伟",
            "王伟 13800000000",
            "李四和王伟",
            "王伟/李四",
            "“王伟”同志",
        ):
            with self.subTest(name=name):
                case = self._typed(name)
                self.assertFalse(self._sees(self.wei, case))
        case = self._typed("网格员", post="王伟")
        self.assertFalse(self._sees(self.wei, case))

    def test_a_stranger_is_nobody(self):
        case = self._typed("李四")
        self.assertFalse(case.conflict_ids)
        self.assertEqual(case.respondent_ids.kind, "other")

    # ----------------------------------------------------------------------
    # In the text only
    # ----------------------------------------------------------------------

    def test_named_in_the_text(self):
        case = self._complaint(description="<p>窗口的王 伟骂人。</p>")
        self.assertFalse(self._sees(self.wei, case))
        with self.assertRaisesRegex(UserError, "about 王伟, who works here"):
            case.with_user(self.clerk).action_accept()
        question = self._question(case)
        with self.assertRaises(AccessError):
            question.with_user(self.wei).action_not_meant("It is not me.")
        self._answer(
            question.with_user(self.clerk).action_not_meant(),
            self.clerk,
            text="The resident thanks him.",
        )
        self.assertTrue(self._sees(self.wei, case))
        self.assertEqual(question.lifted_by_id, self.clerk)
        case.with_user(self.clerk).action_accept()
        self.assertFalse(self._question(case))

    def test_it_is_them(self):
        employee = self._employee(self.wei)
        case = self._complaint(description="<p>窗口的王伟骂人。</p>")
        self._question(case).with_user(self.clerk).action_meant()
        self.assertEqual(case.respondent_ids.employee_id, employee)
        self.assertFalse(self._sees(self.wei, case))
        case.with_user(self.clerk).action_accept()
        rows = self.env["complaint.log"].search(
            [("ticket_id", "=", case.id), ("kind", "=", "conflict_set")]
        )
        self.assertIn(self.clerk, rows.user_id)

    def test_answered_once(self):
        case = self._complaint(description="<p>窗口的王伟骂人。</p>")
        question = self._question(case).with_user(self.clerk)
        question.action_not_meant("He helped.")
        with self.assertRaises(UserError):
            question.action_meant()
        case.with_user(self.clerk).demand = "道歉"
        self.assertFalse(self._question(case))

    def test_written_later(self):
        for name in ("name", "demand", "incident_place"):
            with self.subTest(field=name):
                case = self._complaint()
                self.assertTrue(self._sees(self.wei, case))
                case.with_user(self.clerk)[name] = "请王伟道歉"
                self.assertFalse(self._sees(self.wei, case))

    def test_signs_nobody_sees(self):
        for name in ("王\u200b伟", "王\u00ad伟", "王·伟", "王<b>伟</b>", "王“伟”"):
            with self.subTest(name=name):
                case = self._complaint(description=f"<p>窗口的{name}骂人。</p>")
                self.assertFalse(self._sees(self.wei, case))

    def test_who_has_no_role_is_nobody(self):
        self.employee_user.name = "赵云飞"
        case = self._complaint(description="<p>赵云飞</p>")
        self.assertFalse(case.conflict_ids)

    def test_everyday_words_are_asked_only(self):
        self.wei.name = "安康"
        case = self._complaint(description="<p>祝大家安康。</p>")
        self.assertTrue(self._sees(self.wei, case))
        self.assertTrue(self._question(case))
        question = self._question(case)
        with self.assertRaisesRegex(UserError, "Somebody else"):
            question.with_user(self.wei).action_not_meant("It is a wish.")

    def test_never_everybody(self):
        """A list of all the staff leaves the managers, who can say what it means."""
        everybody = self.team.user_ids | self.manager
        for place, user in enumerate(everybody):
            user.name = f"张大{'甲乙丙丁戊己庚辛'[place]}"
        text = "、".join(everybody.mapped("name"))
        case = self._complaint(description=f"<p>{text}</p>")
        self.assertEqual(case.conflict_user_ids, everybody - self.manager)
        self.assertEqual(len(case.conflict_ids.filtered("is_question")), len(everybody))
        self.assertFalse(case.desk_blocked or case.office_blocked)
        told = self.env["mail.message"].search(
            [("subject", "=", case.number), ("body", "ilike", "names everybody")]
        )
        self.assertIn(self.manager.partner_id, told.notified_partner_ids)
        self._question(case).with_user(self.manager).action_not_meant("A staff list.")
        self.assertTrue(self._sees(self.wei, case))

    def test_nobody_answers_for_a_friend(self):
        """Neither whoever is asked about as well, nor who stands in for them."""
        second = self._staff("second.called", "handler")
        second.name = "李大山"
        self._delegate(self.wei, second)
        case = self._complaint(description="<p>窗口的王伟骂人。</p>")
        with self.assertRaisesRegex(UserError, "You stand in for 王伟"):
            self._question(case).with_user(second).action_not_meant("A friend.")
        self.wei.name = self.leader.name = "安康"
        case = self._complaint(description="<p>祝安康。</p>")
        with self.assertRaisesRegex(UserError, "may be meant as well"):
            self._question(case).with_user(self.leader).action_not_meant("A wish.")

    def test_an_open_question_blocks_no_desk(self):
        self.leader.name = "张大山"
        case = self._complaint(description="<p>张大山</p>")
        self.assertFalse(self._sees(self.leader, case))
        self.assertFalse(case.desk_blocked)
        self._question(case, self.leader).with_user(self.clerk).action_meant()
        self.assertTrue(case.desk_blocked)

    def test_one_query_for_all_names(self):
        person = [Command.create({"kind": "other", "name": "李四"})]
        vals = [self._vals(respondent_ids=person) for _number in range(3)]
        asked = []
        called = self.registry["complaint.called"]
        original = called._colleagues
        self.patch(
            called,
            "_colleagues",
            lambda model, companies: asked.append(1) or original(model, companies),
        )
        self.env["helpdesk.ticket"].with_user(self.clerk).create(vals[:1])
        one, asked[:] = len(asked), []
        self.env["helpdesk.ticket"].with_user(self.clerk).create(vals)
        self.assertEqual(len(asked), one)
