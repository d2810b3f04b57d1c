from datetime import date

from freezegun import freeze_time
from psycopg2 import IntegrityError

from odoo.exceptions import ValidationError
from odoo.tests import Form, tagged
from odoo.tools import format_date, mute_logger

from ..tools.steps import EVENTS
from .common import ComplaintCommon


@tagged("post_install", "-at_install")
class TestPolicy(ComplaintCommon):
    """Time limits as records."""

    def _policy(self, **vals):
        return self.env["complaint.sla.policy"].create(
            {
                "name": "Reply",
                "regulation_id": self.regulation.id,
                "quantity": 15,
                "unit": "working_day",
                "start_event": "accepted",
                "end_event": "closed",
                **vals,
            }
        )

    def _matches(self, policy, **vals):
        ticket = self._complaint(**vals)
        found = policy._match(ticket, {policy.start_event})
        return policy.id in [spec.id for spec, _cases in found]

    def test_events_are_those_of_the_steps(self):
        policy = self.env["complaint.sla.policy"]
        codes = [code for code, _name in policy._selection_events()]
        self.assertLessEqual({code for code, _name in EVENTS}, set(codes))
        self.assertEqual(len(codes), len(set(codes)))

    def test_every_row_of_the_digest(self):
        """Each kind of time limit the regulations know is a policy."""
        for quantity, unit, vals in (
            (3, "working_day", {}),
            (15, "calendar_day", {"is_window": True}),
            (2, "month", {"complexity": "complex", "reminder_quantity": 3}),
            (60, "calendar_day", {"max_extension": 30}),
            (10, "working_day", {"max_extension": 10}),
            (30, "minute", {"response_level": "1", "office_hours_only": True}),
            (24, "hour", {"reminder_quantity": 0}),
            (0, "working_day", {}),
        ):
            policy = self._policy(quantity=quantity, unit=unit, **vals)
            self.assertEqual(policy._rule().quantity, quantity)
            self.assertRegex(policy.preview, r"→ .* at \d\d:\d\d$")
            self.assertTrue(policy.preview_why)

    @freeze_time("2026-03-02 04:00:00")
    def test_preview(self):
        policy = self._policy(quantity=5)
        day = format_date(self.env, date(2026, 3, 9))
        self.assertEqual(policy.preview, f"Accepted now → due on {day} at 17:00")
        self.assertIn("2 weekend days do not count.", policy.preview_why)
        friday = format_date(self.env, date(2026, 3, 6))
        self.assertIn(f"Reminder from {friday} at 08:00.", policy.preview_why)
        policy.end_of = "day"
        self.assertEqual(policy.preview, f"Accepted now → due on {day} at 24:00")

    def test_preview_of_a_broken_calendar(self):
        self.calendar.attendance_ids.unlink()
        self.assertIn("no working days", self._policy().preview)

    def test_nonsense(self):
        for vals in (
            {"quantity": -1},
            {"quantity": 10001},
            {"quantity": 0, "unit": "hour"},
            {"reminder_quantity": -3},
            {"domain": "["},
            {"domain": "[('no_such_field', '=', 1)]"},
            {"domain": "__import__('os')"},
            # a limit that starts for one complainant would tell who it is
            {"domain": "[('identity_ids.name', '=', 'Li Lei')]"},
            {"domain": "[('identity_ids', 'any', [('name', '=', 'Li Lei')])]"},
            {"domain": "[('partner_id', '=', 1)]"},
            {"domain": "[('description', 'ilike', 'Li Lei')]"},
            {"domain": "[('create_uid.login', '=', 'x')]"},
            {"domain": "[('type_id', 'any', [('name', '=', 'x')])]"},
        ):
            with self.assertRaises(ValidationError, msg=vals), self.cr.savepoint():
                self._policy(**vals)
        for part, vals in (
            ("shorter", {"max_extension": -1}),
            ("the event it starts with", {"start_event": "closed"}),
            ("before it is over", {"escalation_days": -1}),
        ):
            with self.subTest(vals), self.assertConstraint(part):
                self._policy(**vals)

    def test_match_complexity(self):
        policy = self._policy(complexity="complex")
        self.assertFalse(self._matches(policy))
        self.assertTrue(self._matches(policy, complexity="complex"))

    def test_match_type(self):
        policy = self._policy(type_ids=self.type.ids)
        other = self.regulation.type_ids - self.type
        self.assertTrue(self._matches(policy))
        self.assertFalse(self._matches(policy, type_id=other[0].id))

    def test_match_level(self):
        policy = self._policy(response_level="1")
        self.assertFalse(self._matches(policy, response_level="2"))
        self.assertTrue(self._matches(policy, response_level="1"))

    def test_match_domain(self):
        policy = self._policy(domain="[('complexity', 'not in', ['complex'])]")
        self.assertTrue(self._matches(policy, complexity="simple"))
        self.assertFalse(self._matches(policy, complexity="complex"))

    def test_match_only_its_regulation(self):
        other = self._adopt("regulation_r02")
        policy = self._policy(regulation_id=other.id)
        self.assertFalse(self._matches(policy))

    def test_match_batch(self):
        policy = self._policy(complexity="complex")
        tickets = self._complaint() + self._complaint(complexity="complex")
        found = {spec.id: cases for spec, cases in policy._match(tickets, {"accepted"})}
        self.assertEqual(found[policy.id], tickets[1])

    def test_count_of_open_cases(self):
        policy = self._policy(complexity="complex")
        self._complaint()
        ticket = self._complaint(complexity="complex")
        self.assertEqual(policy.matching_count, 1)
        action = policy.action_view_matching()
        self.assertEqual(self.env[action["res_model"]].search(action["domain"]), ticket)

    def test_form(self):
        with Form(self.env["complaint.sla.policy"].with_user(self.manager)) as form:
            form.name = "Reply"
            form.regulation_id = self.regulation
            form.quantity = 15
            form.start_event = "accepted"
            form.end_event = "closed"
            self.assertIn("→", form.preview)
        policy = form.save()
        self.assertEqual(policy.company_id, self.company)

    @mute_logger("odoo.sql_db")
    def test_policy_with_clocks_stays(self):
        policy = self._policy(start_event="received", end_event="closed")
        self._complaint()
        with self.assertRaises(IntegrityError), self.cr.savepoint():
            policy.unlink()
        policy.active = False
        ticket = self._complaint()
        self.assertNotIn(policy, ticket.deadline_ids.policy_id)

    def test_rights(self):
        policy = self._policy()
        for user in (self.clerk, self.handler, self.leader, self.auditor):
            self.assertTrue(policy.with_user(user).has_access("read"), user.login)
            self.assertFalse(policy.with_user(user).has_access("write"), user.login)
        self.assertFalse(policy.with_user(self.employee_user).has_access("read"))
        self.assertTrue(policy.with_user(self.manager).has_access("write"))

    def test_adopted_with_the_regulation(self):
        template = self.regulation.template_id
        self.assertEqual(
            self.regulation.sla_policy_ids.mapped("quantity"),
            template.sla_policy_ids.mapped("quantity"),
        )
        self.assertEqual(self.regulation.sla_policy_ids.company_id, self.company)
