from datetime import timedelta
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

from freezegun import freeze_time

from odoo import Command, fields
from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import ComplaintCommon

_SCRIPT = Path(__file__).parents[1] / "migrations" / "19.0.1.4.0" / "post-urging.py"


def _upgrade(env):
    spec = spec_from_file_location("post_urging", _SCRIPT)
    script = module_from_spec(spec)
    spec.loader.exec_module(script)
    script.migrate(env.cr, "19.0.1.3.0")
    env.invalidate_all()


class TransferCommon(ComplaintCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.regulation.write({"allow_transfer": True, "gate_voucher": False})
        departments = cls.env["hr.department"]
        cls.street = departments.create(
            {"name": "Street office", "company_id": cls.company.id}
        )
        cls.centre = departments.create(
            {
                "name": "Service centre",
                "parent_id": cls.street.id,
                "company_id": cls.company.id,
            }
        )
        cls.hall = departments.create(
            {
                "name": "Hall",
                "parent_id": cls.centre.id,
                "company_id": cls.company.id,
            }
        )
        cls.other = departments.create(
            {
                "name": "Sanitation",
                "parent_id": cls.street.id,
                "company_id": cls.company.id,
            }
        )
        cls.accused = cls._member("Wang Wei", cls.hall)
        cls.centre_head = cls._member("Centre Head", cls.centre)
        cls.street_head = cls._member("Street Head", cls.street)
        cls.centre.manager_id = cls.centre_head
        cls.street.manager_id = cls.street_head

    @classmethod
    def _member(cls, name, department):
        return cls.env["hr.employee"].create(
            {
                "name": name,
                "department_id": department.id,
                "company_id": cls.company.id,
            }
        )

    def _transfer(self, ticket, user=None, **vals):
        return (
            self.env["complaint.transfer"]
            .with_user(user or self.clerk)
            .create(
                {
                    "ticket_id": ticket.id,
                    "target_kind": "department",
                    "department_id": self.other.id,
                    "reason": "Please collect the waste.",
                    **vals,
                }
            )
        )

    def _accepted(self, **vals):
        return self._to(self._complaint(**vals), "accepted")

    def _in_days(self, days):
        return fields.Date.today() + timedelta(days=days)

    def assertRefused(self, part, method, *args):
        with self.assertRaises(UserError) as caught, self.env.cr.savepoint():
            method(*args)
        self.assertIn(part, str(caught.exception))


@tagged("post_install", "-at_install")
class TestTransfer(TransferCommon):
    def test_there_and_back(self):
        """R03 3.2: what belongs to others is passed on, and they report back."""
        ticket = self._accepted()
        transfer = self._transfer(ticket, due_date=self._in_days(10))
        transfer.action_send()
        self.assertEqual((ticket.phase, transfer.state), ("transferred", "sent"))
        self.assertEqual(transfer.sent_by_id, self.clerk)
        self.assertEqual(transfer.deadline_id.due_date, self._in_days(10))
        slip = transfer.notice_ids
        self._release_papers(ticket)
        self.assertEqual((slip.kind, slip.state), ("transfer", "served"))
        transfer.action_report_back("Collected this morning.")
        self.assertEqual((ticket.phase, transfer.state), ("investigating", "reported"))
        self.assertEqual(transfer.deadline_id.state, "met")
        self.assertIn("Collected this morning.", ticket.findings)

    def test_the_report_is_evidence(self):
        ticket = self._accepted()
        transfer = self._transfer(ticket)
        transfer.action_send()
        transfer.action_report_back("Collected.")
        self.assertTrue(self.regulation.gate_evidence)
        ticket.with_user(self.handler).action_submit_findings()
        self.assertEqual(ticket.phase, "deciding")

    def test_files_of_the_report(self):
        ticket = self._accepted()
        transfer = self._transfer(ticket)
        transfer.action_send()
        files = self.env["ir.attachment"]
        foreign = files.create({"name": "Foreign.txt", "raw": b"x"})
        self.assertRefused(
            "Upload the files", transfer.action_report_back, "Done.", foreign
        )
        action = transfer.action_report_back()
        mine = files.with_user(self.clerk).create(
            {"name": "Bill.txt", "raw": b"paid", "res_model": action["res_model"]}
        )
        self._answer(
            action, self.clerk, text="Done.", attachment_ids=[Command.link(mine.id)]
        )
        self.assertEqual(transfer.report_attachment_ids, mine)
        self.assertEqual((mine.res_model, mine.res_id), (transfer._name, transfer.id))
        self.assertEqual(mine.with_user(self.handler).raw, b"paid")

    def test_returned_with_reason(self):
        ticket = self._accepted()
        transfer = self._transfer(ticket, due_date=self._in_days(10))
        transfer.action_send()
        self.assertEqual(transfer.action_return()["res_model"], "complaint.step.dialog")
        transfer.action_return("Not our street.")
        self.assertEqual((ticket.phase, transfer.state), ("accepted", "returned"))
        self.assertEqual(transfer.return_reason, "Not our street.")
        self.assertEqual(transfer.deadline_id.state, "cancelled")

    def test_several_bodies(self):
        ticket = self._accepted()
        one = self._transfer(ticket)
        two = self._transfer(ticket, department_id=self.street.id)
        (one + two).action_send()
        one.action_report_back("Done.")
        self.assertEqual(ticket.phase, "transferred")
        self.assertRefused(
            "has not reported", ticket.with_user(self.clerk).action_report_back
        )
        two.action_return("Not ours.")
        self.assertEqual(ticket.phase, "investigating")

    def test_second_stay_counts_alone(self):
        """An old report does not make a returned case a reported one."""
        ticket = self._accepted()
        one = self._transfer(ticket)
        one.action_send()
        one.action_report_back("Done.")
        two = self._transfer(ticket, department_id=self.street.id)
        two.action_send()
        two.action_return("Not ours.")
        self.assertEqual(ticket.phase, "accepted")

    def test_what_is_missing(self):
        ticket = self._accepted()
        self.assertRefused(
            "no draft to send", ticket.with_user(self.clerk).action_transfer
        )
        draft = self._transfer(ticket, reason=False, department_id=False)
        self.assertRefused("to whom", draft.action_send)
        draft.department_id = self.other
        self.assertRefused("what is asked", draft.action_send)
        draft.write({"reason": "Look.", "due_date": self._in_days(-1)})
        self.assertRefused("date to report back is over", draft.action_send)
        self.regulation.allow_transfer = False
        self.assertRefused("knows no transfers", draft.action_send)

    def test_assignment_needs_a_leader_and_a_date(self):
        """R03 3.2: major and instructed matters are assigned with a date."""
        ticket = self._accepted()
        draft = self._transfer(ticket, kind="assignment")
        self.assertRefused("needs a date", draft.action_send)
        draft.due_date = self._in_days(5)
        self.assertRefused("leader's instruction", draft.action_send)
        order = (
            self.env["complaint.instruction"]
            .with_user(self.leader)
            .create({"ticket_id": ticket.id, "text": "Assign it."})
        )
        order.action_give()
        draft.action_send()
        self.assertEqual(ticket.phase, "transferred")

    def test_major_matters_are_assigned(self):
        self.regulation.gate_assign_major = True
        ticket = self._accepted(is_major=True)
        draft = self._transfer(ticket)
        self.assertRefused("is assigned", draft.action_send)
        draft.with_user(self.leader).write(
            {"kind": "assignment", "due_date": self._in_days(5)}
        )
        draft.with_user(self.leader).action_send()
        self.assertEqual(draft.state, "sent")

    def test_ordered_by_the_leader(self):
        self.regulation.gate_assign_major = True
        ticket = self._accepted()
        self.env["complaint.instruction"].with_user(self.leader).create(
            {
                "ticket_id": ticket.id,
                "text": "Assign it.",
                "handling": "assign",
                "department_id": self.other.id,
                "report_back_date": self._in_days(7),
            }
        ).action_give()
        self.assertRefused("is assigned", self._transfer(ticket).action_send)
        proposed = (
            self.env["complaint.transfer"]
            .with_user(self.clerk)
            .with_context(default_ticket_id=ticket.id)
            .default_get(["ticket_id", "kind", "department_id", "due_date"])
        )
        self.assertEqual(proposed["kind"], "assignment")
        self.assertEqual(proposed["department_id"], self.other.id)
        self.assertEqual(proposed["due_date"], self._in_days(7))

    def test_jointly(self):
        """R07, R17: the case goes on here while others handle their part."""
        ticket = self._to(self._complaint(), "investigating")
        supplier = self.env["res.partner"].create({"name": "Lift supplier"})
        parts = self._transfer(
            ticket, mode="joint", target_kind="body", partner_id=supplier.id
        ) + self._transfer(ticket, mode="joint", due_date=self._in_days(3))
        parts.action_send()
        self.assertEqual(ticket.phase, "investigating")
        self.assertEqual(parts.mapped("state"), ["sent", "sent"])
        case = ticket.with_user(self.handler)
        case.findings = "The lift stops."
        self.assertRefused("Lift supplier", case.action_submit_findings)
        parts[0].action_report_back("Repaired.")
        parts[1].action_return("Nothing of ours.")
        case.action_submit_findings()
        self.assertEqual(ticket.phase, "deciding")

    def test_hops(self):
        self.regulation.max_hops = 1
        ticket = self._accepted()
        first = self._transfer(ticket)
        first.action_send()
        first.action_return("Not ours.")
        again = self._transfer(ticket, department_id=self.street.id)
        self.assertRefused("passed on 1 times already", again.action_send)
        again.with_user(self.leader).action_approve("It really is theirs.")
        again.action_send()
        self.assertEqual((first.hop, again.hop), (1, 2))

    def test_another_desk_gets_the_case_and_gives_it_back(self):
        far = self._new_user("far", "community_complaint.group_complaint_handler")
        desk = self.team.copy({"user_ids": [Command.set(far.ids)], "alias_name": False})
        desk.regulation_id = self.regulation
        self.regulation._ensure_complaint_stages()
        ticket = self._accepted()
        transfer = self._transfer(ticket, target_kind="team", team_id=desk.id)
        action = transfer.action_send()
        self.assertEqual(action["tag"], "complaint_desk")
        self.assertEqual(ticket.team_id, desk)
        self.assertFalse(ticket.with_user(self.clerk)._filtered_access("read"))
        transfer.with_user(far).action_report_back("Looked after.")
        self.assertEqual(ticket.team_id, self.team)
        self.assertEqual(ticket.phase, "investigating")
        self.assertFalse(ticket.with_user(far)._filtered_access("read"))

    def test_handing_over(self):
        """R17, R18: the first receiver hands on what cannot be settled at once."""
        far = self._new_user("far", "community_complaint.group_complaint_handler")
        desk = self.team.copy({"user_ids": [Command.set(far.ids)], "alias_name": False})
        self.regulation.allow_transfer = False
        ticket = self._complaint()
        self._transfer(
            ticket, kind="handover", target_kind="team", team_id=desk.id
        ).action_send()
        self.assertEqual(ticket.phase, "registered")
        self.assertEqual(ticket.team_id, desk)
        self.assertEqual(ticket.transfer_ids.state, "handed")

    def test_sent_ones_are_fixed(self):
        ticket = self._accepted()
        transfer = self._transfer(ticket)
        transfer.action_send()
        for vals in ({"reason": "Other."}, {"state": "draft"}, {"hop": 0}):
            for record in (transfer, transfer.sudo()):
                with self.subTest(vals=vals), self.assertRaises(UserError):
                    record.write(vals)
        with self.assertRaises(UserError):
            transfer.unlink()
        with self.assertRaises(UserError):
            transfer.action_send()

    def test_state_is_not_typed(self):
        ticket = self._accepted()
        for vals in ({"state": "reported"}, {"hop": 9}, {"report": "Done."}):
            with self.subTest(vals=vals), self.assertRaises(UserError):
                self._transfer(ticket, **vals)

    def test_the_end_of_the_case_calls_them_off(self):
        ticket = self._accepted()
        transfer = self._transfer(ticket, due_date=self._in_days(3))
        transfer.action_send()
        ticket.with_user(self.clerk).action_withdraw("Settled.")
        self.assertEqual(transfer.state, "cancelled")
        self.assertEqual(transfer.deadline_id.state, "cancelled")

    def test_slip_names_nobody(self):
        ticket = self._accepted(
            complainant_name="金丝雀", description="<p>金丝雀 hears drilling.</p>"
        )
        transfer = self._transfer(ticket, reason="Ask 金丝雀 13800138000.")
        transfer.action_send()
        slip = transfer.notice_ids
        with ticket._released() as struck:
            page = slip._paper_page()
        self.assertTrue(struck)
        self.assertIn("Transfer Slip", page)
        self.assertIn("hears drilling", page)
        for secret in ("金丝雀", "13800138000"):
            self.assertNotIn(secret, page)

    def test_papers_of_others_are_not_the_complainants(self):
        ticket = self._accepted()
        self._transfer(ticket).action_send()
        slip = ticket.transfer_ids.notice_ids
        self.assertEqual(slip.addressee, "body")
        self.assertFalse(slip._paper_link())
        self.assertEqual(slip.addressee_name, self.other.name)

    def test_their_clock_is_not_on_the_complainants_papers(self):
        ticket = self._accepted()
        self._transfer(ticket, due_date=self._in_days(9)).action_send()
        ticket._issue_notices("voucher")
        voucher = ticket.notice_ids.filtered(lambda item: item.kind == "voucher")
        self.assertTrue(ticket.transfer_ids.deadline_id)
        self.assertNotIn("Sanitation", voucher._paper_page())

    def test_phase_comes_with_the_setting(self):
        self.regulation.allow_transfer = False
        self.assertNotIn("transferred", self.regulation._phases())
        self.regulation.allow_transfer = True
        self.assertIn("transferred", self.regulation._phases())
        self.assertTrue(self.team._complaint_stage_id("transferred"))


@tagged("post_install", "-at_install")
class TestUrging(TransferCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.regulation.write({"urge_quantity": 3, "urge_unit": "calendar_day"})

    def setUp(self):
        super().setUp()
        # the job commits its progress, a test must not
        self.patch(
            self.registry["ir.cron"], "_commit_progress", lambda *_args, **_options: 1
        )

    def _sent(self, due):
        ticket = self._accepted()
        transfer = self._transfer(ticket, due_date=due)
        transfer.action_send()
        return transfer

    def _dated(self, due):
        """Send one of which the day to report back is the only limit."""
        transfer = self._sent(due)
        clocks = transfer.ticket_id.deadline_ids
        clocks.filtered("policy_id")._cancel(
            dict.fromkeys(clocks, fields.Datetime.now())
        )
        self.env.flush_all()
        return transfer

    def test_three_days_before_the_limit(self):
        """R03 3.3: unfinished cases are urged three days before the limit."""
        with freeze_time("2026-11-02 02:00:00"):
            transfer = self._dated("2026-11-20")
            self.assertEqual(str(transfer.limit_date), "2026-11-20")
            self.assertEqual(str(transfer.urge_from), "2026-11-17")
        cron = self.env["complaint.transfer"]
        with freeze_time("2026-11-16 02:00:00"):
            cron._cron_propose_urging()
            self.assertFalse(transfer.urge_activity_id)
        with freeze_time("2026-11-17 02:00:00"):
            cron._cron_propose_urging()
            self.assertEqual(transfer.urge_activity_id.user_id, self.clerk)
            self.assertIn("Sanitation", transfer.urge_activity_id.summary)
            before = self.env["mail.activity"].search_count([])
            cron._cron_propose_urging()
            self.assertEqual(self.env["mail.activity"].search_count([]), before)

    def test_on_the_last_working_day_before_that(self):
        """Three days before Monday 23 November lies a Friday, before Tuesday a Saturday."""
        for limit, day in (("2026-11-23", "2026-11-20"), ("2026-11-24", "2026-11-20")):
            with freeze_time("2026-11-02 02:00:00"), self.subTest(limit):
                transfer = self._dated(limit)
                self.assertEqual(str(transfer.urge_from), day)

    def test_who_was_urged_early_is_urged_again(self):
        with freeze_time("2026-11-02 02:00:00"):
            transfer = self._dated("2026-11-20")
        with freeze_time("2026-11-05 02:00:00"):
            transfer.action_urge("By phone first.")
            self.assertEqual(str(transfer.urge_from), "2026-11-17")
        with freeze_time("2026-11-17 02:00:00"):
            self.env["complaint.transfer"]._cron_propose_urging()
            self.assertTrue(transfer.urge_activity_id)
            transfer.action_urge()
            self.assertFalse(transfer.urge_from)
            self.assertFalse(transfer.urge_activity_id)

    def test_a_leader_is_told_when_nobody_did(self):
        with freeze_time("2026-11-02 02:00:00"):
            transfer = self._dated("2026-11-20")
        for moment, user in (
            ("2026-11-17 02:00:00", self.clerk),
            ("2026-11-17 06:00:00", self.clerk),
            ("2026-11-18 02:00:00", self.leader),
            ("2026-11-19 02:00:00", self.leader),
        ):
            with freeze_time(moment), self.subTest(moment):
                self.env["complaint.transfer"]._cron_propose_urging()
                self.assertEqual(transfer.urge_activity_id.user_id, user)

    def test_upgrade(self):
        """What was worked out by the calendar days alone is worked out anew."""
        with freeze_time("2026-11-02 02:00:00"):
            transfer = self._dated("2026-11-24")
            case = self._complaint()
            self.env.flush_all()
            self.env.cr.execute(
                "UPDATE complaint_transfer SET urge_from = '2026-11-21'"
            )
            self.env.cr.execute(
                "UPDATE helpdesk_ticket SET case_kind = 'report', is_accusation = FALSE "
                "WHERE id = %s",
                [case.id],
            )
            self.env.invalidate_all()
            _upgrade(self.env)
        self.assertEqual(str(transfer.urge_from), "2026-11-20")
        self.assertTrue(case.is_accusation)

    def test_working_days(self):
        self.regulation.urge_unit = "working_day"
        with freeze_time("2026-11-02 02:00:00"):
            transfer = self._sent("2026-11-03")
            self.assertEqual(str(transfer.urge_from), "2026-10-29")

    def test_urging(self):
        transfer = self._sent(self._in_days(2))
        desk = self.env["helpdesk.ticket"].with_user(self.clerk)
        domain = desk._desk_domain("to_urge")
        waiting = self.env["complaint.transfer"].with_user(self.clerk)
        self.assertIn(transfer, waiting.search(domain))
        self.env["complaint.transfer"]._cron_propose_urging()
        self.assertTrue(transfer.urge_activity_id)
        transfer.action_urge("By phone as well.")
        self.assertEqual(transfer.urging_count, 1)
        self.assertEqual(transfer.urging_ids.user_id, self.clerk)
        self.assertEqual(transfer.urging_ids.notice_id.kind, "urging")
        self.assertFalse(transfer.urge_activity_id)
        self.assertNotIn(transfer, waiting.search(domain))

    def test_who_reported_is_not_urged(self):
        transfer = self._sent(self._in_days(1))
        self.env["complaint.transfer"]._cron_propose_urging()
        self.assertTrue(transfer.urge_activity_id)
        transfer.action_report_back("Done.")
        self.assertFalse(transfer.urge_activity_id)
        self.assertFalse(transfer.ticket_id.activity_ids)

    def test_a_report_proves_no_urging_that_never_left(self):
        transfer = self._sent(self._in_days(1))
        transfer.action_urge()
        urging = transfer.urging_ids.notice_id.sudo().dispatch_ids
        self.assertEqual(urging.mapped("state"), ["queued"])
        transfer.action_report_back("Cleaned up.")
        self.assertEqual(urging.state, "called_off")

    def test_only_who_waits_is_urged(self):
        ticket = self._accepted()
        transfer = self._transfer(ticket)
        with self.assertRaises(UserError):
            transfer.action_urge()
        transfer.action_send()
        transfer.action_report_back("Done.")
        self.assertFalse(transfer.urge_from)
        with self.assertRaises(UserError):
            transfer.action_urge()

    def test_no_proposal_to_who_is_kept_away(self):
        transfer = self._sent(self._in_days(1))
        self._recuse(transfer.ticket_id, self.clerk)
        self.env["complaint.transfer"]._cron_propose_urging()
        self.assertNotEqual(transfer.urge_activity_id.user_id, self.clerk)
