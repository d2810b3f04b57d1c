"""Verbs about clocks: the nightly job, what is told by phone, where lateness shows."""

from unittest.mock import patch

from odoo.fields import Domain


class Clocking:
    """What runs out, what is told, and what stays late."""

    def _do_wait(self, _user):
        """Nothing happens but the scheduled job."""
        # a story is one transaction
        with patch.object(self.env.registry["ir.cron"], "_commit_progress"):
            self.env["complaint.deadline"]._cron_remind()

    def _do_call(self, user, duty, text):
        """Tell the complainant something by phone, and record the proof."""
        case = self.ticket.with_user(user)
        case.action_write_to_complainant(text, duty=duty, channel="phone")
        call = self.env["complaint.dispatch"].search(
            [("ticket_id", "=", case.id), ("content", "=", text)], limit=1
        )
        # PostgreSQL's clock is not the story's
        self.env.cr.execute(
            "UPDATE complaint_dispatch SET create_date = %s WHERE id = %s",
            [case.received_date, call.id],
        )
        call.invalidate_recordset(["create_date"])
        call.with_user(user).action_prove(f"{case.number}, 10:00", case._office_date())

    def _check_late(self, late):
        """Lateness shows in the list, in the register and in published figures."""
        cases = self.env["helpdesk.ticket"]
        own = Domain("id", "=", self.ticket.id)
        view = self.env.ref("community_complaint.helpdesk_ticket_view_search")
        self.test.assertIn("deadline_ids.was_late", view.arch)
        listed = Domain("next_due_state", "=", "overdue") | Domain(
            "deadline_ids.was_late", "=", True
        )
        figures = self.env["complaint.publication"]._count_timeliness(cases, own)
        self.test.assertEqual(
            (
                bool(cases.search_count(own & listed)),
                bool(figures["late"]),
                self.env["complaint.form"]._punctuality(self.ticket) == "Late",
            ),
            (late, late, late),
        )
