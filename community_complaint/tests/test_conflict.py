"""THREATS 17-21: who is kept away, when, and who goes on instead."""

from datetime import timedelta

from freezegun import freeze_time

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import new_test_user, tagged

from .common import ComplaintCommon


class ConflictCommon(ComplaintCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.second = cls._staff("second", "handler")
        cls.case = cls._complaint()

    @classmethod
    def _staff(cls, login, *roles):
        groups = ",".join(
            f"community_complaint.group_complaint_{role}" for role in roles
        )
        user = cls._new_user(login, groups)
        cls.team.user_ids += user
        return user

    @classmethod
    def _employee(cls, user, **vals):
        return cls.env["hr.employee"].create(
            {
                "name": user.name,
                "company_id": cls.company.id,
                "user_id": user.id,
                **vals,
            }
        )

    @classmethod
    def _unit(cls, name, **vals):
        return cls.env["hr.department"].create(
            {"name": name, "company_id": cls.company.id, **vals}
        )

    def _accuse(self, case=None, **vals):
        (case or self.case).with_user(self.leader).respondent_ids = [
            Command.create(vals)
        ]

    def _delegate(self, user, substitute, first=0, last=0):
        delegations = self.env["complaint.delegation"]
        today = delegations._today(self.company)
        vals = {
            "user_id": user.id,
            "substitute_id": substitute.id,
            "date_from": today + timedelta(first),
            "date_to": today + timedelta(last),
            "company_id": self.company.id,
        }
        if first >= 0:
            return delegations.create(vals)
        # it was entered on its first day
        with freeze_time(fields.Datetime.now() + timedelta(first)):
            return delegations.create(vals)

    def _sees(self, user, case=None):
        case = case or self.case
        found = (
            self.env["helpdesk.ticket"]
            .with_user(user)
            .search_count([("id", "=", case.id)])
        )
        return bool(found)


@tagged("post_install", "-at_install")
class TestConflict(ConflictCommon):
    def setUp(self):
        super().setUp()
        # the job commits its progress, a test must not
        self.patch(
            self.registry["ir.cron"],
            "_commit_progress",
            lambda _cron, _done=0, **_options: None,
        )

    # ----------------------------------------------------------------------
    # Who is kept away
    # ----------------------------------------------------------------------

    def test_threat_17_unit_below_and_head(self):
        """A unit complained about keeps away its members, units below and its head."""
        above = self._unit("Office")
        unit = self._unit("Desk", parent_id=above.id)
        below = self._unit("Counter", parent_id=unit.id)
        self._employee(self.handler, department_id=below.id)
        unit.manager_id = self._employee(self.second, department_id=above.id)
        self._accuse(kind="department", department_id=unit.id)
        self.assertEqual(self.case.conflict_user_ids, self.handler + self.second)
        self.assertFalse(self._sees(self.handler) or self._sees(self.second))
        self.assertTrue(self._sees(self.leader))

    def test_threat_17_who_joins_the_unit_later(self):
        unit, other = self._unit("Desk"), self._unit("Other")
        employee = self._employee(self.handler, department_id=other.id)
        self._accuse(kind="department", department_id=unit.id)
        self.assertTrue(self._sees(self.handler))
        self.case.message_subscribe(self.handler.partner_id.ids)
        employee.department_id = unit
        self.assertFalse(self._sees(self.handler))
        self.assertNotIn(self.handler.partner_id, self.case.message_partner_ids)

    def test_threat_17_who_joins_by_a_new_version(self):
        """The history of a member of staff is kept in versions, changed on their own."""
        unit, other = self._unit("Desk"), self._unit("Other")
        employee = self._employee(self.handler, department_id=other.id)
        self._accuse(kind="department", department_id=unit.id)
        employee.version_id.department_id = unit
        self.assertFalse(self._sees(self.handler))

    def test_threat_17_unit_gets_a_head_and_moves(self):
        unit, below = self._unit("Desk"), self._unit("Counter")
        head = self._employee(self.second)
        self._employee(self.handler, department_id=below.id)
        self._accuse(kind="department", department_id=unit.id)
        self.assertTrue(self._sees(self.second) and self._sees(self.handler))
        unit.manager_id = head
        self.assertFalse(self._sees(self.second))
        below.parent_id = unit
        self.assertFalse(self._sees(self.handler))

    def test_threat_17_employee_gets_a_login(self):
        employee = self.env["hr.employee"].create(
            {"name": "New", "company_id": self.company.id}
        )
        self._accuse(kind="employee", employee_id=employee.id)
        self.assertTrue(self._sees(self.handler))
        employee.user_id = self.handler
        self.assertFalse(self._sees(self.handler))

    def test_threat_17_company_complained_about(self):
        """People of the company on file who work here are kept away too."""
        company = self.env["res.partner"].create(
            {"name": "Property", "is_company": True}
        )
        self.handler.partner_id.parent_id = company
        self._accuse(kind="partner", partner_id=company.id)
        self.assertFalse(self._sees(self.handler))

    def test_threat_17_somebody_joins_the_company(self):
        company = self.env["res.partner"].create(
            {"name": "Property", "is_company": True}
        )
        self._accuse(kind="partner", partner_id=company.id)
        self.assertTrue(self._sees(self.handler))
        self.handler.partner_id.parent_id = company
        self.assertFalse(self._sees(self.handler))
        contact = self.env["res.partner"].create(
            {"name": "New", "parent_id": company.id}
        )
        user = new_test_user(
            self.env,
            "new.complaint",
            "community_complaint.group_complaint_manager",
            company_id=self.company.id,
            company_ids=[Command.set(self.company.ids)],
            partner_id=contact.id,
        )
        self.assertFalse(self._sees(user))

    def test_threat_17_person_on_file_gets_a_login(self):
        partner = self.env["res.partner"].create({"name": "Later"})
        self._accuse(kind="partner", partner_id=partner.id)
        user = new_test_user(
            self.env,
            "later.complaint",
            "community_complaint.group_complaint_manager",
            company_id=self.company.id,
            company_ids=[Command.set(self.company.ids)],
            partner_id=partner.id,
        )
        self.assertFalse(self._sees(user))

    def test_threat_17_own_messages(self):
        """What one wrote and was notified of is hidden as well, also by its id."""
        message = self.case.with_user(self.handler).message_post(
            body="Mine", partner_ids=self.handler.partner_id.ids
        )
        mine = self.env["mail.message"].with_user(self.handler)
        self.assertTrue(mine.search([("id", "=", message.id)]))
        self._recuse(self.case, self.handler)
        self.assertFalse(mine.search([("id", "=", message.id)]))
        with self.assertRaises(AccessError):
            message.with_user(self.handler).read(["body"])
        self.assertFalse(message.with_user(self.handler).has_access("write"))

    # ----------------------------------------------------------------------
    # What they get
    # ----------------------------------------------------------------------

    def test_threat_18_no_mail_any_more(self):
        """Following, being mentioned or notified brings nothing to who is kept away."""
        self.handler.notification_type = "email"
        self.case.message_subscribe(self.handler.partner_id.ids)
        self._recuse(self.case, self.handler)
        self.case.message_subscribe(self.handler.partner_id.ids)
        # the mail guard refuses people who mention them; this is the office's service
        service = self.case.sudo()
        for post in (service.message_post, service.message_notify):
            message = post(
                body="Secret",
                partner_ids=(self.handler + self.second).partner_id.ids,
                subtype_xmlid="mail.mt_comment",
            )
            mails = (
                self.env["mail.mail"]
                .sudo()
                .search([("mail_message_id", "=", message.id)])
            )
            told = message.notification_ids.res_partner_id | mails.recipient_ids
            self.assertEqual(told, self.second.partner_id)
        self.assertNotIn(self.handler.partner_id, self.case.message_partner_ids)

    def test_threat_18_waiting_mail_is_stopped(self):
        self.handler.notification_type = "email"
        message = self.case.message_post(
            body="Secret", partner_ids=self.handler.partner_id.ids
        )
        mail = (
            self.env["mail.mail"].sudo().search([("mail_message_id", "=", message.id)])
        )
        self.assertEqual(mail.recipient_ids, self.handler.partner_id)
        self._recuse(self.case, self.handler)
        self.assertFalse(mail.recipient_ids)
        self.assertEqual(mail.state, "cancel")

    def test_threat_18_nothing_is_left_behind(self):
        """Not only hidden: the base counts some of it past the record rules."""
        self.handler.notification_type = "inbox"
        message = self.case.message_post(
            body="Secret", partner_ids=self.handler.partner_id.ids
        )
        message.with_user(self.handler).toggle_message_starred()
        activity = self.case.activity_schedule(
            "mail.mail_activity_data_todo", user_id=self.handler.id
        )
        partner = self.handler.partner_id
        unread = partner.with_user(self.handler)._get_needaction_count()
        self.assertGreater(unread, 0)
        self._recuse(self.case, self.handler)
        self.env.invalidate_all()
        self.assertFalse(activity.exists())
        self.assertFalse(message.sudo().starred_partner_ids)
        told = self.env["mail.notification"].search(
            [("res_partner_id", "=", partner.id)]
        )
        self.assertNotIn(message, told.mail_message_id)
        self.assertLess(partner.with_user(self.handler)._get_needaction_count(), unread)

    def test_threat_18_accused_without_login(self):
        """A respondent without a user is no follower and gets no mail either."""
        employee = self.env["hr.employee"].create(
            {
                "name": "Mail only",
                "work_email": "mail.only@example.com",
                "company_id": self.company.id,
            }
        )
        partner = employee.work_contact_id
        self._accuse(kind="employee", employee_id=employee.id)
        self.case.message_subscribe(partner.ids)
        message = self.case.sudo().message_post(body="Secret", partner_ids=partner.ids)
        self.assertFalse(message.notification_ids)
        self.assertNotIn(partner, self.case.message_partner_ids)

    def test_threat_18_bus_tells_only_ids(self):
        """Open browsers forget the messages; what is sent to them says nothing."""
        self.case.message_post(body="Zeisig", partner_ids=self.handler.partner_id.ids)
        self.env.cr.precommit.run()
        self.env["bus.bus"].sudo().search([]).unlink()
        self._recuse(self.case, self.handler)
        self.case.sudo().message_post(
            body="Zeisig", partner_ids=self.handler.partner_id.ids
        )
        self.env.cr.precommit.run()
        sent = self.env["bus.bus"].sudo().search([])
        mine = sent.filtered(
            lambda item: (
                f'"res.partner",{self.handler.partner_id.id}'
                in item.channel.replace(" ", "")
            )
        )
        self.assertIn("mail.message/delete", "".join(mine.mapped("message")))
        self.assertNotIn("Zeisig", "".join(mine.mapped("message")))
        self.assertNotIn(self.case.number, "".join(mine.mapped("message")))

    def test_threat_20_digest_that_was_sent(self):
        """A digest from before the conflict, with the number of the case, is deleted."""
        other = self._complaint()
        digest = self.env["complaint.digest"]
        for case, reader in (
            (self.case, self.handler),
            (other, self.handler),
            (self.case, self.second),
        ):
            self.assertTrue(digest._send(reader, [("soon", case.deadline_ids)]))
        mine = self.env["mail.message"].search(
            [
                ("model", "in", [False, ""]),
                (
                    "notification_ids.res_partner_id",
                    "in",
                    (self.handler + self.second).partner_id.ids,
                ),
            ]
        )
        self.assertEqual(len(mine), 3)
        self._recuse(self.case, self.handler)
        kept = mine.exists()
        self.assertEqual(
            kept.notification_ids.res_partner_id,
            (self.handler + self.second).partner_id,
        )
        told = kept.filtered(
            lambda item: self.handler.partner_id in item.notified_partner_ids
        )
        self.assertNotIn(self.case.number, "".join(told.mapped("body")))
        self.assertIn(other.number, "".join(told.mapped("body")))

    # ----------------------------------------------------------------------
    # Assignment
    # ----------------------------------------------------------------------

    def test_threat_21_assignment_is_refused(self):
        """The same words whatever the reason: they do not tell who is accused."""
        self._recuse(self.case, self.handler)
        self._accuse(kind="employee", employee_id=self._employee(self.second).id)
        case, told = self.case.with_user(self.leader), []
        for user in (self.handler, self.second):
            with self.assertRaises(UserError) as caught:
                case.user_id = user
            told.append(str(caught.exception).replace(user.name, "X"))
            with self.assertRaises(UserError):
                case.activity_schedule("mail.mail_activity_data_todo", user_id=user.id)
        self.assertEqual(*told)
        for word in ("respondent", "accused", "complained", "conflict"):
            self.assertNotIn(word, told[0].lower())

    def test_threat_21_handler_is_replaced(self):
        """Who handled it is dropped, the head of the desk is asked for another one."""
        self.team.user_id = self.leader
        self.case.user_id = self.handler
        self._recuse(self.case, self.handler)
        self.assertFalse(self.case.user_id)
        self.assertEqual(self.case.activity_ids.user_id, self.leader)

    def test_threat_21_substitute_takes_over(self):
        self._delegate(self.handler, self.second)
        self.case.with_user(self.leader).user_id = self.handler
        self.assertEqual(self.case.user_id, self.second)
        self.case.user_id = False
        self._recuse(self.case, self.second)
        with self.assertRaises(UserError):
            self.case.with_user(self.leader).user_id = self.handler

    def test_threat_21_recused_handlers_substitute(self):
        self.case.user_id = self.handler
        self._delegate(self.handler, self.second)
        self._recuse(self.case, self.handler)
        self.assertEqual(self.case.user_id, self.second)

    def test_threat_21_substitute_of_the_accused(self):
        """Who stands in for the accused is kept away, and stays so."""
        self._delegate(self.handler, self.second, -3, -1)
        late = self._complaint()
        received = fields.Datetime.now() - timedelta(days=2)
        self._force(self.case, received_date=received)
        employee = self._employee(self.handler)
        for case in (self.case, late):
            self._accuse(case, kind="employee", employee_id=employee.id)
        self.assertFalse(self._sees(self.second))
        self.assertTrue(self._sees(self.second, late))
        self._delegate(self.handler, self.second)
        self.assertFalse(self._sees(self.second, late))

    def test_threat_21_substitution_that_begins_later(self):
        self._accuse(kind="employee", employee_id=self._employee(self.handler).id)
        delegation = self._delegate(self.handler, self.second, 1, 2)
        self.assertTrue(self._sees(self.second))
        self.env.cr.execute(
            "UPDATE complaint_delegation SET date_from = %s WHERE id = %s",
            (delegation._today(self.company), delegation.id),
        )
        self.env.invalidate_all()
        self.env["complaint.delegation"]._cron_begin()
        self.assertFalse(self._sees(self.second))

    def test_threat_21_roles_of_who_is_away(self):
        """A substitute takes the steps of who is away, unless that one is kept away."""
        case = self._to(self.case, "deciding")
        self._draft(case)
        with self.assertRaisesRegex(UserError, "up to"):
            case.with_user(self.second).action_decide()
        self._delegate(self.leader, self.second)
        self._recuse(case, self.leader)
        with self.assertRaisesRegex(UserError, "up to"):
            case.with_user(self.second).action_decide()
        self._recuse(case, False)
        case.with_user(self.second).action_decide()
        self.assertEqual(case.decision_id.state, "in_force")
        self.assertEqual(case.decision_id.decided_by_id, self.second)

    def test_threat_21_nobody_acts_by_code_with_all_rights(self):
        self._accept(self.case)
        self._recuse(self.case, self.handler)
        for case in (
            self.case.with_user(self.handler),
            self.case.with_user(self.handler).sudo(),
        ):
            with self.assertRaises(AccessError):
                case.action_start_investigation()

    def test_delegations(self):
        self._delegate(self.handler, self.second, 0, 5)
        with self.assertRaises(ValidationError):
            self._delegate(self.handler, self.leader, 3, 8)
        own = self.env["complaint.delegation"].with_user(self.second)
        self.assertTrue(own.search([]))
        with self.assertRaises(AccessError):
            own.create({"user_id": self.leader.id, "substitute_id": self.second.id})
        own.create({"user_id": self.second.id, "substitute_id": self.handler.id})
        # in a circle: nobody is left but the one who was asked
        circle = own.sudo()._substitute(self.handler, fields.Date.today())
        self.assertEqual(circle, self.handler)

    # ----------------------------------------------------------------------
    # The superior body
    # ----------------------------------------------------------------------

    def _superior(self, **vals):
        chief = self._new_user("chief", "community_complaint.group_complaint_leader")
        desk = self.env["helpdesk.ticket.team"].create(
            {
                "name": "District",
                "company_id": self.company.id,
                "regulation_id": self.regulation.id,
                "user_ids": [Command.set(chief.ids)],
                **vals,
            }
        )
        self.team.superior_team_id = desk
        return desk, chief

    def test_threat_17_nobody_left_to_decide(self):
        """The only leader is accused: the case goes to the superior body's queue."""
        desk, chief = self._superior()
        self._accept(self.case)
        self._accuse(kind="employee", employee_id=self._employee(self.leader).id)
        self.assertTrue(self.case.desk_blocked)
        self.assertFalse(self._sees(chief))
        self.env["helpdesk.ticket"]._cron_leave_blocked_desks()
        self.assertEqual(self.case.team_id, desk)
        self.assertEqual(self.case.phase, "accepted")
        self.assertFalse(self.case.desk_blocked)
        self.assertTrue(self._sees(chief))
        self.assertFalse(self._sees(self.handler) or self._sees(self.leader))
        self.assertIn(self.manager, self.case.activity_ids.user_id)

    def test_threat_17_superior_blocked_too(self):
        """A superior desk that may not handle it either is skipped."""
        desk, chief = self._superior()
        top = self.env["helpdesk.ticket.team"].create(
            {
                "name": "City",
                "company_id": self.company.id,
                "regulation_id": self.regulation.id,
                "user_ids": [
                    Command.set(
                        self._new_user(
                            "mayor", "community_complaint.group_complaint_leader"
                        ).ids
                    )
                ],
            }
        )
        desk.superior_team_id = top
        self._recuse(self.case, self.leader + chief)
        self.env["helpdesk.ticket"]._cron_leave_blocked_desks()
        self.assertEqual(self.case.team_id, top)

    def test_threat_17_no_superior(self):
        """Without a superior body a manager who may know of it is asked, once."""
        self._recuse(self.case, self.leader)
        for _run in range(2):
            self.env["helpdesk.ticket"]._cron_leave_blocked_desks()
        self.assertEqual(self.case.team_id, self.team)
        asked = self.case.activity_ids.filtered(
            lambda item: item.user_id == self.manager
        )
        self.assertEqual(len(asked), 1)
        self.assertTrue(self.case.desk_blocked)
        self._recuse(self.case, False)
        self.assertFalse(self.case.desk_blocked)

    def test_threat_17_accused_manager_is_not_asked(self):
        self._recuse(self.case, self.leader + self.manager)
        self.env["helpdesk.ticket"]._cron_leave_blocked_desks()
        self.assertNotIn(self.manager, self.case.activity_ids.user_id)

    def test_superior_desks(self):
        desk, _chief = self._superior()
        with self.assertRaises(ValidationError):
            desk.superior_team_id = self.team
        other = self._adopt("regulation_r02").team_id
        with self.assertRaises(ValidationError):
            self.team.superior_team_id = other

    # ----------------------------------------------------------------------
    # Stepping aside
    # ----------------------------------------------------------------------

    def _wizard(self, user, **vals):
        return (
            self.env["complaint.recuse.wizard"]
            .with_user(user)
            .create({"ticket_id": self.case.id, "reason": "My cousin.", **vals})
        )

    def test_step_aside(self):
        action = self._wizard(self.clerk).action_confirm()
        self.assertEqual(action["target"], "main")
        self.assertEqual(self.case.recused_user_ids, self.clerk)
        self.assertFalse(self._sees(self.clerk))
        self.assertIn("My cousin.", self.case.message_ids[0].body)

    def test_name_a_conflict(self):
        with self.assertRaises(AccessError):
            self._wizard(self.clerk, user_ids=self.handler.ids).action_confirm()
        self._wizard(self.leader, user_ids=self.handler.ids).action_confirm()
        self.assertEqual(self.case.recused_user_ids, self.handler)

    def test_register_about_oneself(self):
        """First receivers refuse nobody (R17): the case is on file, they lose it."""
        employee = self._employee(self.clerk)
        action = self.env.ref("community_complaint.helpdesk_ticket_action_intake")
        tickets = self.env["helpdesk.ticket"].with_user(self.clerk)
        vals = self._vals(
            respondent_ids=[
                Command.create({"kind": "employee", "employee_id": employee.id})
            ]
        )
        [saved] = tickets.web_save(vals, {"number": {}, "respondent_ids": {}})
        self.assertFalse(saved["number"])
        case = tickets.browse(saved["id"])
        self.assertFalse(self._sees(self.clerk, case))
        self.assertEqual(case.sudo().phase, "registered")
        for button in ("action_register", "action_register_and_accept"):
            shown = getattr(case, button)()
            self.assertEqual(shown["params"]["next"]["id"], action.id)
            self.assertNotIn(case.sudo().number, shown["params"]["message"])

    def test_web_save_as_ever(self):
        """Everybody else gets what the base gives, ordinary tickets as well."""
        tickets = self.env["helpdesk.ticket"].with_user(self.clerk)
        [saved] = tickets.web_save(self._vals(), {"number": {}})
        self.assertTrue(saved["number"])
        case = tickets.browse(saved["id"])
        [saved] = case.web_save({"demand": "Quiet"}, {"demand": {}})
        self.assertEqual(saved["demand"], "Quiet")
        [saved] = case.web_save({}, {"number": {}}, next_id=self.case.id)
        self.assertEqual(saved["number"], self.case.number)
