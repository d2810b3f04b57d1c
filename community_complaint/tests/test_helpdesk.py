from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import ComplaintCommon


@tagged("post_install", "-at_install")
class TestHelpdesk(ComplaintCommon):
    """Ordinary teams and tickets behave as before."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.helpdesk = cls.env["helpdesk.ticket.team"].create(
            {"name": "IT", "company_id": cls.company.id}
        )
        cls.agent = cls._new_user("agent", "helpdesk_mgmt.group_helpdesk_manager")

    def _ticket(self, **vals):
        return (
            self.env["helpdesk.ticket"]
            .with_user(self.agent)
            .create({"name": "Printer", "description": "<p>Jam</p>", **vals})
        )

    def test_ordinary_ticket(self):
        ticket = self._ticket(team_id=self.helpdesk.id)
        self.assertFalse(ticket.is_complaint)
        self.assertFalse(ticket.phase)
        self.assertIn("Printer", ticket.display_name)
        done = self.env.ref("helpdesk_mgmt.helpdesk_ticket_stage_done")
        ticket.stage_id = done
        self.assertEqual(ticket.stage_id, done)
        ticket.unlink()

    def test_stages_do_not_mix(self):
        stages = self.helpdesk._get_applicable_stages()
        self.assertFalse(stages.filtered("complaint_phase"))
        empty = self.env["helpdesk.ticket.team"]._get_applicable_stages()
        self.assertFalse(empty.filtered("complaint_phase"))

    def test_assignee_makes_no_complaint(self):
        ticket = self._ticket(user_id=self.clerk.id)
        self.assertFalse(ticket.is_complaint)
        self.assertFalse(ticket.team_id.regulation_id)

    def test_mixed_write(self):
        ticket, complaint = self._ticket(team_id=self.helpdesk.id), self._complaint()
        (ticket + complaint).sudo().write({"priority": "3"})
        self.assertEqual(ticket.priority, "3")
        self.assertEqual(complaint.priority, "3")

    def test_steps_are_for_complaints(self):
        ticket = self._ticket(team_id=self.helpdesk.id)
        with self.assertRaisesRegex(UserError, "Only complaints have steps"):
            ticket.sudo().action_accept()

    def test_archiving(self):
        ticket = self._ticket()
        ticket.action_archive()
        self.assertFalse(ticket.active)
