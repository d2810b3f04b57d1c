import io
from datetime import date, datetime

from freezegun import freeze_time
from pypdf import PdfReader

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged
from odoo.tools import format_date

from .common import ComplaintCommon


@tagged("post_install", "-at_install")
class TestExtension(ComplaintCommon):
    """Reason, approval by a second person, notice to the complainant; overruns."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.regulation.calendar_id = cls.calendar
        cls.policy = cls.regulation.sla_policy_ids.filtered(
            lambda policy: policy.start_event == "received"
        )
        cls.policy.write({"quantity": 5, "max_extension": 5})
        cls.leader2 = cls._new_user(
            "leader2", "community_complaint.group_complaint_leader"
        )
        cls.team.user_ids += cls.leader2

    def setUp(self):
        super().setUp()
        # Monday noon in Shanghai; five working days end on 9 March
        self.startPatcher(freeze_time("2026-03-02 04:00:00"))
        self.deadline = self._complaint().deadline_ids

    def _ask(self, quantity=5, unit=None, reason="Witnesses", user=None):
        clock = self.deadline.with_user(user or self.handler)
        return clock.action_extend(quantity, unit, reason)

    def _text(self, notice):
        content = notice.sudo().pdf_attachment_id.raw
        pages = PdfReader(io.BytesIO(content)).pages
        return " ".join("".join(page.extract_text() for page in pages).split())

    # ----------------------------------------------------------------------
    # Two people
    # ----------------------------------------------------------------------

    def test_second_person(self):
        extension = self._ask()
        self.assertEqual(extension.state, "requested")
        self.assertEqual(self.deadline.due_date, date(2026, 3, 9), "not moved yet")
        with self.assertRaises(UserError):
            extension.with_user(self.handler).action_approve()
        extension.with_user(self.leader).action_approve()
        self.assertEqual(extension.approved_by_id, self.leader)
        self.assertEqual(self.deadline.due_date, date(2026, 3, 16))
        self.assertEqual(extension.old_due_date, date(2026, 3, 9))
        self.assertEqual(extension.new_due_date, date(2026, 3, 16))
        self.assertIn("Extended by 5 working days", self.deadline.explanation_text)
        bodies = self.deadline.ticket_id.message_ids.mapped("body")
        self.assertTrue(any("asked for: Witnesses" in body for body in bodies))

    def test_leader_does_not_approve_the_own_request(self):
        extension = self._ask(user=self.leader)
        self.assertEqual(extension.state, "requested")
        own = extension.with_user(self.leader)
        with self.assertRaisesRegex(UserError, "Somebody else"):
            own.action_approve()
        with self.assertRaises(UserError):
            own.sudo().write({"state": "approved"})
        self.assertFalse(extension.with_user(self.leader).can_decide)
        self.assertFalse(extension.with_user(self.handler).can_decide)
        self.assertTrue(extension.with_user(self.leader2).can_decide)
        self.deadline.with_user(self.leader2).action_approve_extension()
        self.assertEqual(self.deadline.due_date, date(2026, 3, 16))

    def test_who_is_kept_away_does_not_decide(self):
        extension = self._ask()
        self.deadline.ticket_id.respondent_ids = self._respondent(self.leader2)
        with self.assertRaises(AccessError):
            extension.with_user(self.leader2).action_approve()
        self.assertFalse(
            self.env["complaint.deadline.extension"]
            .with_user(self.leader2)
            .search_count([("id", "=", extension.id)])
        )

    def test_rejected(self):
        extension = self._ask()
        extension.with_user(self.leader).action_reject()
        self.assertEqual(self.deadline.due_date, date(2026, 3, 9))
        self.assertFalse(self.deadline.ticket_id.notice_ids)
        with self.assertRaises(UserError):
            extension.with_user(self.leader).action_approve()
        self.assertEqual(self._ask(2).state, "requested", "asked for again")

    def test_one_request_at_a_time(self):
        self._ask(2)
        with self.assertRaisesRegex(UserError, "already"):
            self._ask(2)

    def test_requests_lapse_with_the_clock(self):
        extension = self._ask()
        self.deadline.ticket_id.with_user(self.clerk).action_accept()
        self._tell(self.deadline.ticket_id)
        self.assertEqual(extension.state, "lapsed")
        with self.assertRaises(UserError):
            extension.with_user(self.leader).action_approve()

    def test_wizard(self):
        form = Form(
            self.env["complaint.deadline.wizard"]
            .with_user(self.handler)
            .with_context(default_kind="extend", default_deadline_id=self.deadline.id)
        )
        self.assertEqual(form.hint, "At most 5 working days altogether.")
        form.quantity = 3
        form.reason = "Witnesses"
        form.save().action_apply()
        self.assertEqual(self.deadline.pending_extension_id.quantity, 3)
        with self.assertRaises(UserError):
            form.quantity = 0
            form.save().action_apply()

    # ----------------------------------------------------------------------
    # How long
    # ----------------------------------------------------------------------

    def test_never_beyond_the_maximum(self):
        self._ask(3).with_user(self.leader).action_approve()
        with self.assertRaisesRegex(UserError, "5 working days altogether"):
            self._ask(3)
        with self.assertRaises(UserError):
            self._ask(1, "month")
        self._ask(2).with_user(self.leader).action_approve()
        self.assertEqual(self.deadline.due_date, date(2026, 3, 16))

    def test_maximum_at_the_moment_of_approval(self):
        extension = self._ask(5)
        self.policy.max_extension = 3
        with self.assertRaisesRegex(UserError, "3 working days"), self.cr.savepoint():
            extension.with_user(self.leader).action_approve()
        self.deadline.invalidate_recordset()
        self.assertEqual(self.deadline.due_date, date(2026, 3, 9))

    def test_no_extension(self):
        self.policy.max_extension = 0
        self.assertFalse(self.deadline.can_be_extended)
        with self.assertRaisesRegex(UserError, "cannot be extended"):
            self._ask(1)

    def test_nonsense(self):
        for quantity, reason in ((0, "Why"), (-1, "Why"), (1, " "), (10**6, "Why")):
            with self.assertRaises(UserError), self.cr.savepoint():
                self._ask(quantity, None, reason)

    def test_what_is_over_is_not_extended(self):
        extension = self._ask()
        with freeze_time("2026-03-09 09:00:01"):
            with self.assertRaisesRegex(UserError, "already over"):
                extension.with_user(self.leader).action_approve()
            extension.with_user(self.leader).action_reject()
            with self.assertRaisesRegex(UserError, "already over"):
                self._ask()

    # ----------------------------------------------------------------------
    # The paper
    # ----------------------------------------------------------------------

    def test_notice_to_the_complainant(self):
        ticket = self.deadline.ticket_id
        ticket.respondent_ids = self._respondent()
        extension = self._ask(5, None, "Two witnesses are away.")
        self.assertFalse(ticket.notice_ids, "not before it is approved")
        extension.with_user(self.leader).action_approve()
        notice = ticket.notice_ids
        self.assertEqual(notice.kind, "extension")
        self.assertEqual(notice.addressee, "complainant")
        self.assertEqual(notice.extension_id, extension)
        self.assertIn("延", notice.number)
        self.assertEqual(notice.state, "issued")
        text = self._text(notice)
        for part in (
            notice.number,
            ticket.number,
            "Notice of Extension",
            self.policy.name,
            "Two witnesses are away.",
            format_date(self.env, date(2026, 3, 9), date_format="full"),
            format_date(self.env, date(2026, 3, 16), date_format="full"),
            "5 working days",
            "clause 5.1",
        ):
            self.assertIn(part, text)

    def test_notice_in_chinese(self):
        self.env["res.lang"]._activate_lang("zh_CN")
        self.company.partner_id.lang = "zh_CN"
        self._ask().with_user(self.leader).action_approve()
        text = self._text(self.deadline.ticket_id.notice_ids)
        self.assertIn("2026年3月16日", text)
        self.assertNotIn("Extension", text)
        self.assertNotIn("working", text)

    def test_no_notice_of_internal_targets(self):
        self.policy.internal = True
        self._ask().with_user(self.leader).action_approve()
        self.assertFalse(self.deadline.ticket_id.notice_ids)

    def test_secret_complainant_is_not_named(self):
        ticket = self._complaint(
            confidentiality="confidential", complainant_name="Han Meimei"
        )
        self.deadline = ticket.deadline_ids
        self.deadline.with_user(self.handler).action_hold("Waits for a medical report")
        with freeze_time("2026-03-03 04:00:00"):
            self.deadline.with_user(self.handler).action_resume()
            self._ask(1, None, "The medical report is late")
            self.deadline.with_user(self.leader).action_approve_extension()
            self.assertNotIn("Han Meimei", self._text(ticket.notice_ids))

    def test_extended_on_hold(self):
        self.deadline.with_user(self.handler).action_hold("Appraisal")
        self._ask().with_user(self.leader).action_approve()
        self.assertTrue(self.deadline.ticket_id.notice_ids)
        with freeze_time("2026-03-04 04:00:00"):
            self.deadline.with_user(self.handler).action_resume()
        self.assertEqual(self.deadline.due_date, date(2026, 3, 18))

    # ----------------------------------------------------------------------
    # Overruns (R04)
    # ----------------------------------------------------------------------

    def _explain(self, day=None, user=None):
        clock = self.deadline.with_user(user or self.handler)
        return clock.action_explain_overrun("The landlord is abroad.", day)

    def test_overrun_is_explained_and_goes_on(self):
        self.policy.write({"max_extension": 0, "extension_uncapped": True})
        with freeze_time("2026-03-10 04:00:00"):
            self.deadline.invalidate_recordset()
            self.assertTrue(self.deadline.needs_overrun_notice)
            overrun = self._explain("2026-04-30")
            self.deadline.invalidate_recordset()
            self.assertFalse(self.deadline.needs_overrun_notice)
        self.assertEqual(self.deadline.state, "running")
        self.assertEqual(self.deadline.due_date, date(2026, 3, 9), "late stays late")
        self.assertIn("The landlord is abroad", self.deadline.explanation_text)
        logged = self.deadline.ticket_id.message_ids.mapped("body")
        self.assertTrue(any("landlord is abroad" in body for body in logged))
        notice = self.deadline.ticket_id.notice_ids
        self.assertEqual(notice.extension_id, overrun)
        text = self._text(notice)
        self.assertIn("We go on until the matter is settled", text)
        self.assertIn(
            format_date(self.env, date(2026, 4, 30), date_format="full"), text
        )
        self.assertIn("The landlord is abroad.", text)
        with freeze_time("2026-05-08 04:00:00"):
            self.deadline.ticket_id.with_user(self.clerk).action_accept()
            self._tell(self.deadline.ticket_id)
        self.assertEqual(self.deadline.state, "met_late")
        self.assertIn("The landlord is abroad", self.deadline.explanation_text)

    def test_reminder_before_the_expected_day(self):
        self.policy.write({"extension_uncapped": True})
        with freeze_time("2026-03-10 04:00:00"):
            self._force(self.deadline, reminded_date="2026-03-06 01:00:00")
            self._explain("2026-04-30")
        self.assertFalse(self.deadline.reminded_date)
        self.assertEqual(self.deadline.reminder_moment, datetime(2026, 4, 29, 0))
        # a holiday entered later keeps it
        self.env["resource.calendar.leaves"].create(
            {
                "name": "Festival",
                "calendar_id": self.calendar.id,
                "date_from": "2026-04-28 16:00:00",
                "date_to": "2026-04-29 15:59:59",
            }
        )
        self.env.cr.precommit.run()
        self.assertEqual(self.deadline.reminder_moment, datetime(2026, 4, 28, 0))

    def test_overrun_before_the_end_without_a_day(self):
        self.policy.write({"extension_uncapped": True})
        self._explain()
        self.assertEqual(self.deadline.due_date, date(2026, 3, 9))
        self.assertEqual(len(self.deadline.ticket_id.notice_ids), 1)
        self._explain()
        self.assertEqual(
            len(self.deadline.ticket_id.notice_ids), 2, "as often as need be"
        )

    def test_overrun_refused(self):
        with self.assertRaisesRegex(UserError, "kept or extended"):
            self._explain()
        self.policy.extension_uncapped = True
        with self.assertRaises(UserError):
            self._explain(user=self.auditor)
        with self.assertRaisesRegex(UserError, "Say why"):
            self.deadline.with_user(self.handler).action_explain_overrun(" ")
        with self.assertRaisesRegex(UserError, "after the last day"):
            self._explain("2026-03-09")
        self.deadline.ticket_id.with_user(self.clerk).action_accept()
        self._tell(self.deadline.ticket_id)
        with self.assertRaises(UserError):
            self._explain()

    def test_extension_without_a_longest_one(self):
        self.policy.write({"max_extension": 0, "extension_uncapped": True})
        self._ask(90).with_user(self.leader).action_approve()
        self.assertEqual(self.deadline.due_date, date(2026, 7, 13))

    # ----------------------------------------------------------------------
    # Nobody writes them
    # ----------------------------------------------------------------------

    def test_rights(self):
        extension = self._ask()
        for user in (self.clerk, self.handler, self.leader, self.manager):
            own = extension.with_user(user)
            self.assertTrue(own.has_access("read"), user.login)
            for operation in ("write", "create", "unlink"):
                self.assertFalse(own.has_access(operation), (user.login, operation))
        for user in (self.employee_user, self._new_user("other", "base.group_user")):
            self.assertFalse(extension.with_user(user).has_access("read"), user.login)
        company = self.env["res.company"].create({"name": "Other office"})
        manager = self._new_user(
            "manager2", "community_complaint.group_complaint_manager"
        )
        manager.write(
            {"company_ids": [Command.set(company.ids)], "company_id": company.id}
        )
        other = extension.with_user(manager).with_context(
            allowed_company_ids=company.ids
        )
        self.assertFalse(other.has_access("read"))
