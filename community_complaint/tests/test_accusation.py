from freezegun import freeze_time

from odoo import Command, fields
from odoo.exceptions import UserError
from odoo.tests import tagged

from .test_transfer import TransferCommon
from .wire_common import WireCommon


class AccusationCommon(TransferCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.regulation.gate_accusation = True

    def _accusing(self, *respondents, **vals):
        commands = [Command.create(item) for item in respondents] or [
            Command.create({"kind": "employee", "employee_id": self.accused.id})
        ]
        return self._accepted(respondent_ids=commands, is_accusation=True, **vals)


@tagged("post_install", "-at_install")
class TestAccusation(AccusationCommon):
    """R03 3.2: accusations go to the head of the body above the accused."""

    def test_type_makes_an_accusation(self):
        kind = self.env.ref("community_complaint.type_service")
        kind.is_accusation = True
        self.assertTrue(self._complaint(type_id=kind.id).is_accusation)
        self.assertFalse(self._complaint().is_accusation)

    def test_a_report_is_one_whatever_kind_of_matter_was_chosen(self):
        self.regulation.takes_reports = True
        ticket = self._complaint()
        ticket.with_user(self.clerk).case_kind = "report"
        self.assertTrue(ticket.is_accusation)

    def test_words_are_asked_about(self):
        """“I report by name that she took red envelopes”, filed as a matter of service."""
        ticket = self._accepted(description="我要实名举报窗口人员收受红包。")
        self.assertFalse(ticket.is_accusation)
        draft = self._transfer(ticket, department_id=self.hall.id)
        self.assertRefused("The complaint says “实名举报”", draft.action_send)
        draft.with_user(self.leader).action_approve("It is about the fee only.")
        draft.action_send()
        self.assertEqual(draft.state, "sent")

    def test_only_a_leader_takes_it_back(self):
        ticket = self._accusing()
        with self.assertRaises(UserError):
            ticket.with_user(self.handler).is_accusation = False
        other = self.env.ref("community_complaint.type_fees")
        ticket.with_user(self.handler).type_id = other
        self.assertTrue(ticket.is_accusation)
        ticket.with_user(self.leader).is_accusation = False
        self.assertFalse(ticket.is_accusation)

    def test_not_by_the_name_of_the_accused_either(self):
        partner = self.env["res.partner"].create({"name": "Some company"})
        draft = self._transfer(
            self._accusing(),
            target_kind="body",
            partner_id=partner.id,
            recipient_name=" Wang Wei ",
        )
        self.assertRefused("never goes to the unit", draft.action_send)

    def test_superior_desks_get_it(self):
        far = self._new_user("far", "community_complaint.group_complaint_handler")
        desk = self.team.copy({"user_ids": [Command.set(far.ids)], "alias_name": False})
        desk.regulation_id = self.regulation
        ticket = self._accusing()
        draft = self._transfer(ticket, target_kind="team", team_id=desk.id)
        self.assertRefused("head of the body above", draft.action_send)
        self.team.superior_team_id = desk
        draft.action_send()
        self.assertEqual(ticket.team_id, desk)

    def test_never_to_the_unit_or_person(self):
        ticket = self._accusing()
        sub = self.env["hr.department"].create(
            {"name": "Sub", "parent_id": self.hall.id, "company_id": self.company.id}
        )
        for vals in (
            {"department_id": self.hall.id},
            {"department_id": sub.id},
            {"department_id": self.centre.id, "recipient_id": self.accused.id},
        ):
            draft = self._transfer(ticket, **vals)
            with self.subTest(vals=vals):
                self.assertRefused("never goes to the unit", draft.action_send)
                self.assertEqual(ticket.phase, "accepted")
            draft.unlink()

    def test_only_to_the_head_above(self):
        ticket = self._accusing()
        aside = self._transfer(ticket)
        self.assertRefused("head of the body above", aside.action_send)
        aside.unlink()
        above = self._transfer(
            ticket, department_id=self.centre.id, recipient_id=self.centre_head.id
        )
        above.action_send()
        self.assertEqual(ticket.phase, "transferred")

    def test_the_head_above_is_proposed(self):
        ticket = self._accusing()
        proposed = (
            self.env["complaint.transfer"]
            .with_user(self.clerk)
            .with_context(default_ticket_id=ticket.id)
            .default_get(["ticket_id", "department_id", "recipient_id"])
        )
        self.assertEqual(proposed["department_id"], self.centre.id)
        self.assertEqual(proposed["recipient_id"], self.centre_head.id)

    def test_an_accused_head_is_passed_over(self):
        ticket = self._accusing(
            {"kind": "employee", "employee_id": self.accused.id},
            {"kind": "employee", "employee_id": self.centre_head.id},
        )
        self.assertEqual(ticket._superior_head(), self.street_head)

    def test_above_all_of_several(self):
        cleaner = self._member("Cleaner", self.other)
        ticket = self._accusing(
            {"kind": "employee", "employee_id": self.accused.id},
            {"kind": "employee", "employee_id": cleaner.id},
        )
        self.assertEqual(ticket._superior_head(), self.street_head)
        draft = self._transfer(
            ticket, department_id=self.centre.id, recipient_id=self.centre_head.id
        )
        self.assertRefused("head of the body above", draft.action_send)

    def test_the_top_goes_outside(self):
        district = self.env["res.partner"].create({"name": "District government"})
        self.regulation.superior_partner_id = district
        ticket = self._accusing(
            {"kind": "employee", "employee_id": self.street_head.id}
        )
        self.assertEqual(ticket._superior_head(), district)
        draft = self._transfer(ticket, target_kind="body", partner_id=district.id)
        draft.action_send()
        self.assertEqual(draft.state, "sent")

    def test_accused_company(self):
        company = self.env["res.partner"].create(
            {"name": "Property Ltd", "is_company": True}
        )
        branch = self.env["res.partner"].create(
            {"name": "Branch", "parent_id": company.id}
        )
        ticket = self._accusing({"kind": "partner", "partner_id": company.id})
        for partner in (company, branch):
            draft = self._transfer(ticket, target_kind="body", partner_id=partner.id)
            with self.subTest(partner=partner.name):
                self.assertRefused("never goes to the unit", draft.action_send)
            draft.unlink()

    def test_desk_of_the_accused_unit(self):
        user = self._new_user("member", "community_complaint.group_complaint_handler")
        self._member("Colleague", self.hall).user_id = user
        desk = self.team.copy(
            {"user_ids": [Command.set(user.ids)], "alias_name": False}
        )
        desk.regulation_id = self.regulation
        ticket = self._accusing()
        draft = self._transfer(ticket, target_kind="team", team_id=desk.id)
        self.assertRefused("never goes to the unit", draft.action_send)

    def test_unknown_unit(self):
        ticket = self._accusing({"kind": "other", "name": "The man at the gate"})
        draft = self._transfer(ticket, department_id=self.street.id)
        self.assertRefused("head of the body above", draft.action_send)

    def test_approval(self):
        ticket = self._accusing()
        draft = self._transfer(ticket, user=self.leader, department_id=self.hall.id)
        self.assertTrue(draft.approval_needed)
        with self.assertRaises(UserError):
            draft.with_user(self.clerk).action_approve("Go.")
        self.assertRefused("Somebody else has to do it", draft.action_approve, "Go.")
        other = self._new_user("deputy", "community_complaint.group_complaint_leader")
        self.team.user_ids += other
        draft.with_user(other).action_approve("The organisation decided so.")
        self.assertEqual(draft.approved_by_id, other)
        self.assertIn("decided so", ticket.message_ids[0].body)
        draft.action_send()
        self.assertEqual(draft.state, "sent")

    def test_approval_is_for_one_addressee(self):
        ticket = self._accusing()
        draft = self._transfer(ticket, department_id=self.other.id)
        draft.with_user(self.leader).action_approve("To sanitation.")
        draft.department_id = self.hall
        self.assertFalse(draft.approved_by_id)
        self.assertRefused("never goes to the unit", draft.action_send)

    def test_joint_and_handed_over_ones_too(self):
        for vals in ({"mode": "joint"}, {"kind": "handover"}):
            ticket = self._accusing()
            draft = self._transfer(ticket, department_id=self.hall.id, **vals)
            with self.subTest(vals=vals):
                self.assertRefused("never goes to the unit", draft.action_send)

    def test_switched_off(self):
        self.regulation.gate_accusation = False
        draft = self._transfer(self._accusing(), department_id=self.hall.id)
        draft.action_send()
        self.assertEqual(draft.state, "sent")


@tagged("post_install", "-at_install")
class TestSlipsLeave(WireCommon, TransferCommon):
    """Slips to outside bodies: a click hands nothing over."""

    def _sent(self, delivery, **vals):
        """Return the dispatch of a slip that was just sent outside."""
        body = self.env["res.partner"].create({"name": "District", **vals})
        ticket = self._accepted()
        draft = self._transfer(
            ticket, target_kind="body", partner_id=body.id, delivery=delivery
        )
        draft.action_send()
        self._release_papers(ticket)
        return draft.notice_ids.dispatch_ids

    def test_by_hand_waits_for_its_proof(self):
        dispatch = self._sent("hand", email="district@gov.example")
        self.assertEqual((dispatch.channel, dispatch.state), ("hand", "queued"))
        self.assertEqual(dispatch.notice_id.state, "issued")
        desk = self.env["helpdesk.ticket"].with_user(self.clerk)
        waiting = dispatch.search(desk._desk_domain("to_hand_over"))
        self.assertIn(dispatch, waiting)
        dispatch.with_user(self.clerk).action_prove("Ms Qian, registry")
        self.assertEqual(dispatch.notice_id.state, "served")

    def test_the_head_of_a_department_gets_it_by_mail(self):
        """A fax is a word until its report is on file; a mail arrives."""
        head = self.env["hr.employee"].create(
            {"name": "Head", "work_email": "head@hall.example"}
        )
        unit = self.env["hr.department"].create(
            {"name": "Roads", "manager_id": head.id, "company_id": self.company.id}
        )
        ticket = self._accepted()
        self._transfer(ticket, department_id=unit.id, delivery="email").action_send()
        self._release_papers(ticket)
        [(_raw, message)] = self._received()
        self.assertEqual(message["To"], "head@hall.example")
        [slip] = message.iter_attachments()
        self.assertTrue(slip.get_content().startswith(b"%PDF"))

    def test_a_fax_to_a_department_is_proven(self):
        ticket = self._accepted()
        draft = self._transfer(ticket, department_id=self.hall.id, delivery="fax")
        draft.action_send()
        self._release_papers(ticket)
        [dispatch] = draft.notice_ids.dispatch_ids
        self.assertEqual((dispatch.channel, dispatch.state), ("fax", "queued"))
        self.assertEqual(draft.notice_ids.state, "issued")

    def test_who_can_be_reached_is_urged_by_itself(self):
        """R03 3.3: the urging is in the other body's mailbox, nobody pressed anything."""
        self.regulation.write({"urge_quantity": 3, "urge_unit": "calendar_day"})
        body = self.env["res.partner"].create(
            {"name": "District", "email": "district@gov.example"}
        )
        with freeze_time("2026-11-02 02:00:00"):
            ticket = self._accepted(confidentiality="open")
            draft = self._transfer(
                ticket,
                target_kind="body",
                partner_id=body.id,
                delivery="email",
                due_date="2026-11-20",
            )
            draft.action_send()
            clocks = ticket.deadline_ids
            clocks.filtered("policy_id")._cancel(
                dict.fromkeys(clocks, fields.Datetime.now())
            )
            self.assertEqual(len(self._received()), 1)
        for moment, letters in (
            ("2026-11-16 02:00:00", 0),
            ("2026-11-17 02:00:00", 1),
            ("2026-11-18 02:00:00", 0),
        ):
            with freeze_time(moment), self.subTest(moment):
                self.env["complaint.transfer"]._cron_propose_urging()
                self.assertEqual(len(self._received()), letters)
        self.assertEqual(draft.urging_ids.notice_id.kind, "urging")
        self.assertFalse(draft.urge_activity_id)

    def test_by_mail_it_arrives(self):
        dispatch = self._sent("email", email="district@gov.example")
        [(_raw, message)] = self._received()
        self.assertEqual(message["To"], "district@gov.example")
        [slip] = message.iter_attachments()
        self.assertTrue(slip.get_content().startswith(b"%PDF"))
        self.assertEqual((dispatch.channel, dispatch.state), ("email", "sent"))
