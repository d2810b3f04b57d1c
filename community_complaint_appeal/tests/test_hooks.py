from odoo.tests import tagged

from ..hooks import post_init_hook, uninstall_hook
from .common import AppealCommon


@tagged("post_install", "-at_install")
class TestHooks(AppealCommon):
    """Installed later, uninstalled again: nothing waits for what nobody tells."""

    def test_uninstalling_leaves_no_clock_waiting(self):
        appeal = self._filed()
        [clock] = appeal.deadline_ids
        other = self._to(self._complaint(), "accepted")
        uninstall_hook(self.env)
        self.assertEqual(clock.state, "cancelled")
        running = other.deadline_ids.filtered(lambda item: item.state == "running")
        self.assertTrue(running, "other clocks go on")
        self.assertFalse(clock.policy_id.active)
        waiting = self.env["complaint.sla.policy"].search(
            [
                ("start_event", "=like", "appeal_%"),
                ("regulation_id.company_id", "!=", 0),
            ]
        )
        self.assertFalse(waiting)

    def test_papers_stay_with_the_case(self):
        appeal = self._decided()
        files = appeal.notice_ids.pdf_attachment_id
        uninstall_hook(self.env)
        self.assertEqual(set(files.mapped("res_model")), {"helpdesk.ticket"})
        self.assertEqual(set(files.mapped("res_id")), {appeal.ticket_id.id})

    def test_who_worked_on_cases_before(self):
        """Cases decided before appeals were installed know who had a part."""
        ticket = self._served()
        self.env.cr.execute("DELETE FROM helpdesk_ticket_involved_user_rel")
        ticket.invalidate_recordset()
        post_init_hook(self.env)
        self.assertEqual(
            ticket.involved_user_ids, self.clerk | self.handler | self.leader
        )
