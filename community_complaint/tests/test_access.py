from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged

from .common import ComplaintCommon

PARTS = (
    "complaint.respondent",
    "complaint.evidence",
    "complaint.inquiry",
    "complaint.decision",
    "complaint.decision.measure",
    "complaint.notice",
    "complaint.identity",
)


@tagged("post_install", "-at_install")
class TestAccess(ComplaintCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.accused = cls._new_user(
            "accused",
            "community_complaint.group_complaint_clerk,"
            "community_complaint.group_complaint_custodian",
        )
        cls.team.user_ids += cls.accused
        cls.ticket = cls._complaint(respondent_ids=cls._respondent(cls.accused))
        cls.apology = cls.env.ref("community_complaint.measure_apology")

    def _fill(self):
        self._to(self.ticket, "deciding")
        line = Command.create({"measure_id": self.apology.id})
        self._draft(self.ticket, measure_line_ids=[line])
        self.env["complaint.evidence"].with_user(self.handler).create(
            {"ticket_id": self.ticket.id, "name": "Photo"}
        )

    def _traces(self, user):
        """Return what a user finds of the case, by model."""
        found = {}
        env = self.env(user=user, context={"allowed_company_ids": user.company_ids.ids})
        ticket = env["helpdesk.ticket"]
        found["helpdesk.ticket"] = ticket.search_count([("id", "=", self.ticket.id)])
        found["name_search"] = len(ticket.name_search(self.ticket.number))
        for model in PARTS:
            records = env[model]
            if records.has_access("read"):
                found[model] = records.search_count(
                    [("ticket_id", "=", self.ticket.id)]
                )
        chatter = [("model", "=", "helpdesk.ticket"), ("res_id", "=", self.ticket.id)]
        messages = env["mail.message"]
        found["mail.message"] = messages.search_count(chatter)
        if env["complaint.notice"].has_access("read"):
            files = env["ir.attachment"]
            found["ir.attachment"] = files.search_count(
                [("res_model", "=", "complaint.notice")]
            )
        activities = env["mail.activity"]
        found["mail.activity"] = activities.search_count(
            [("res_model", "=", "helpdesk.ticket"), ("res_id", "=", self.ticket.id)]
        )
        return {name: count for name, count in found.items() if count}

    def test_no_trace_for_the_accused(self):
        self._fill()
        self.assertFalse(self._traces(self.accused))
        with self.assertRaises(AccessError):
            self.ticket.with_user(self.accused).read(["number"])
        self.assertTrue(self._traces(self.clerk))

    def test_no_trace_for_who_recused(self):
        self._fill()
        self.ticket.activity_schedule(
            "mail.mail_activity_data_todo", user_id=self.handler.id
        )
        self.ticket.message_subscribe(self.handler.partner_id.ids)
        self.assertTrue(self._traces(self.handler))
        self._recuse(self.ticket.with_user(self.leader), self.handler)
        self.assertFalse(self._traces(self.handler))
        self.assertNotIn(self.handler.partner_id, self.ticket.message_partner_ids)
        self.assertFalse(self.ticket.user_id)

    def test_no_trace_for_the_unit(self):
        unit = self.env["hr.department"].create(
            {"name": "Front desk", "company_id": self.company.id}
        )
        self.env["hr.employee"].create(
            {
                "name": "Member",
                "department_id": unit.id,
                "company_id": self.company.id,
                "user_id": self.handler.id,
            }
        )
        self.ticket.respondent_ids = [
            Command.create({"kind": "department", "department_id": unit.id})
        ]
        self.assertFalse(self._traces(self.handler))

    def test_employees_find_nothing(self):
        self._fill()
        self.assertFalse(self._traces(self.employee_user))

    def test_helpdesk_manager_finds_nothing(self):
        """The roles of the helpdesk are no roles of the complaint office."""
        self._fill()
        user = self._new_user("helpdesk", "helpdesk_mgmt.group_helpdesk_manager")
        self.assertFalse(self._traces(user))

    def test_portal_finds_nothing(self):
        self._fill()
        user = new_test_user(self.env, "resident.complaint", "base.group_portal")
        self.ticket.sudo().message_subscribe(user.partner_id.ids)
        tickets = self.env["helpdesk.ticket"].with_user(user)
        self.assertFalse(tickets.search([("id", "=", self.ticket.id)]))

    def test_other_desks_find_nothing(self):
        self._fill()
        other = self._new_user("far", "community_complaint.group_complaint_leader")
        self.assertFalse(self._traces(other))

    def test_other_companies_find_nothing(self):
        self._fill()
        company = self.env["res.company"].create({"name": "Far away"})
        user = new_test_user(
            self.env,
            "abroad.complaint",
            "community_complaint.group_complaint_manager,"
            "community_complaint.group_complaint_custodian",
            company_id=company.id,
            company_ids=[Command.set(company.ids)],
        )
        self.assertFalse(self._traces(user))

    def test_auditor_writes_nothing(self):
        self._fill()
        self.assertTrue(self._traces(self.auditor))
        for model in ("helpdesk.ticket", *PARTS):
            records = self.env[model].with_user(self.auditor)
            for operation in ("create", "write", "unlink"):
                with self.subTest(model=model, operation=operation):
                    self.assertFalse(records.has_access(operation))
