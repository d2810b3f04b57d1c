from odoo.exceptions import UserError
from odoo.tests import Form, tagged

from .common import ComplaintCommon


@tagged("post_install", "-at_install")
class TestCaseKind(ComplaintCommon):
    def test_only_what_the_text_takes(self):
        """R16: opinions as well; R05: disputes and reports as well."""
        settings = {
            "opinion": "takes_opinions",
            "report": "takes_reports",
            "dispute": "takes_disputes",
        }
        for kind, setting in settings.items():
            with self.subTest(kind=kind):
                with self.assertRaises(UserError), self.env.cr.savepoint():
                    self._complaint(case_kind=kind)
                self.regulation[setting] = True
                self.assertEqual(self._complaint(case_kind=kind).case_kind, kind)

    def test_opinions_take_the_short_way(self):
        self.regulation.takes_opinions = True
        self.assertFalse(self.regulation.on_spot_allowed)
        opinion = self._complaint(case_kind="opinion").with_user(self.clerk)
        opinion.action_accept()
        with self.assertRaisesRegex(UserError, "adopted in part or not adopted"):
            opinion.action_answer_on_spot("A bench will be set up.")
        opinion.opinion_result = "adopted"
        opinion.action_answer_on_spot("A bench will be set up.")
        self.assertEqual(opinion.phase, "closed")
        complaint = self._complaint().with_user(self.clerk)
        with self.assertRaises(UserError):
            complaint.action_answer_on_spot("No.")

    def test_from_inside(self):
        """R17 1.2: departments and staff complain as well."""
        with self.assertRaises(UserError), self.env.cr.savepoint():
            self._complaint(nature="internal")
        self.regulation.takes_internal = True
        self.assertEqual(self._complaint(nature="internal").nature, "internal")

    def test_colleague_fills_in_the_form_and_leaves_no_trace(self):
        self.regulation.takes_internal = True
        department = self.env["hr.department"].create(
            {"name": "Pharmacy", "company_id": self.company.id}
        )
        nurse = self.env["hr.employee"].create(
            {
                "name": "金丝雀",
                "job_title": "Nurse",
                "work_phone": "13912345678",
                "department_id": department.id,
                "company_id": self.company.id,
            }
        )
        form = Form(
            self.env["helpdesk.ticket"]
            .with_user(self.clerk)
            .with_context(complaint_intake=True, default_team_id=self.team.id),
            "community_complaint.helpdesk_ticket_view_form_intake",
        )
        form.nature = "internal"
        form.complainant_employee_id = nurse
        self.assertEqual(form.complainant_name, "金丝雀")
        self.assertEqual(form.complainant_work_unit, "Pharmacy")
        form.confidentiality = "confidential"
        form.what_happened = "Drugs are stored too warm."
        ticket = form.save()
        self.env.flush_all()
        self.env.cr.execute(
            "SELECT count(*) FROM helpdesk_ticket AS t WHERE id = %s AND t::text ~ %s",
            [ticket.id, "金丝雀|13912345678"],
        )
        self.assertEqual(self.env.cr.fetchone()[0], 0)
        self.assertEqual(ticket.sudo().identity_ids.name, "金丝雀")

    def test_department_that_complains(self):
        self.regulation.takes_internal = True
        department = self.env["hr.department"].create(
            {"name": "Pharmacy", "company_id": self.company.id}
        )
        form = Form(
            self.env["helpdesk.ticket"]
            .with_user(self.clerk)
            .with_context(complaint_intake=True, default_team_id=self.team.id),
            "community_complaint.helpdesk_ticket_view_form_intake",
        )
        form.nature = "internal"
        form.complainant_department_id = department
        self.assertEqual(form.complainant_name, "Pharmacy")
