"""Every time limit of every pack × everything that may happen once it is over.

What was late shows wherever one looks for lateness, whichever way the case went: no event
ends an overdue clock as if it had been kept, and none takes it from the lists.
"""

from ast import literal_eval
from datetime import timedelta
from unittest import SkipTest

from freezegun import freeze_time

from odoo.fields import Domain
from odoo.tests import TransactionCase, tagged

from odoo.addons.community_complaint.tests.common import ANSWERS
from odoo.addons.community_complaint.tests.test_packs import PACKS
from odoo.addons.community_complaint.tools.steps import ONLY_BEGIN
from odoo.addons.community_complaint.tools.succession import kind_of

#: Where a case is after it happened, so that one sees that it was late.
STEPS = ("withdraw", "refuse", "answer_on_spot")
BEGIN = "2026-03-02 04:00:00"


@tagged("post_install", "-at_install")
class TestSweepLate(TransactionCase):
    """Limits × events, limits × steps that end a case."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        if cls.env.ref("base.module_community_complaint").demo:
            raise SkipTest("limits are those of the texts, with demo data or without")
        cls.company = cls.env["res.company"].create({"name": "Sweep Office"})
        cls.env.user.company_ids += cls.company
        cls.env = cls.env(
            context={**cls.env.context, "allowed_company_ids": cls.company.ids}
        )
        calendars = cls.env["resource.calendar"]
        cls.company.resource_calendar_id = calendars.create(
            {
                "name": "Sweep",
                "tz": "Asia/Shanghai",
                "company_id": cls.company.id,
                "attendance_ids": calendars._get_default_attendance_ids(),
            }
        )

    def _adopted(self):
        """Yield the packs as an office works under them."""
        above = self.env["res.partner"].create({"name": "City", "is_company": True})
        answers = {"superior_partner_id": above.id, "above_partner_id": above.id}
        for name in PACKS:
            template = self.env.ref(f"community_complaint.{name}")
            office = template.with_company(self.company)
            action = office.action_adopt(answers={**ANSWERS, **answers})
            yield self.env["complaint.regulation"].browse(action["res_id"])

    def _limits(self):
        """Yield the limits of the office, which are counted and nobody's right."""
        for regulation in self._adopted():
            yield from regulation.sla_policy_ids.filtered(
                lambda item: not (item.is_window or item.is_dated)
            )

    def _cases(self, limit, number):
        """Return new cases that a limit is for."""
        rules = limit.regulation_id
        wanted = {
            name: value[0] if isinstance(value, (list, tuple)) else value
            for name, operator, value in literal_eval(limit.domain or "[]")
            if operator in ("=", "in")
        }
        values = {
            "team_id": rules.team_id.id,
            "name": "Swept",
            "description": "<p>Something happened.</p>",
            "type_id": (limit.type_ids or rules.type_ids)[:1].id,
            "channel_id": rules.channel_ids[:1].id,
            "complainant_name": "Li Lei",
            "complainant_phone": "13800138000",
            "received_date": BEGIN,
            "complexity": limit.complexity or wanted.get("complexity", "ordinary"),
            "response_level": limit.response_level,
        }
        cases = self.env["helpdesk.ticket"]
        return cases.create([dict(values) for _n in range(number)])

    def _started(self, limit, number):
        """Return the clocks of a limit in new cases; what it waits for happens."""
        with freeze_time(BEGIN):
            if "appeal_level" in limit._fields and limit.appeal_level:
                limit.appeal_level = 0
            cases = self._cases(limit, number)
            [start, *_other] = limit._starts()
            if start != "received" and not kind_of(start)[0]:
                cases._emit_event(start)
        clocks = cases.deadline_ids.filtered(lambda item: item.policy_id == limit)
        self.assertEqual(len(clocks), number, f"{limit.name} never starts")
        return clocks.sorted("id")

    def _check_late(self, cases, closed=True):
        """Check that cases count as late wherever one looks for it."""
        self.env.flush_all()
        self.env.invalidate_all()
        number, own = len(cases), Domain("id", "in", cases.ids)
        forms, analyses = self.env["complaint.form"], self.env["complaint.analysis"]
        late = Domain("next_due_state", "=", "overdue") | Domain(
            "deadline_ids.was_late", "=", True
        )
        kept = {case.name for case in cases - cases.search(own & late)}
        self.assertFalse(kept, "not on the list of what was missed")
        kept = {case.name for case in cases if forms._punctuality(case) != "Late"}
        self.assertFalse(kept, "in time, says the register")
        figures = self.env["complaint.publication"]._count_timeliness(cases, own)
        self.assertEqual(figures["late"], number, "published as in time")
        self.assertEqual(list(analyses._by_limit(own).values()), [0, number])
        if closed:
            kept = {case.name for case in cases if case.next_due_state != "met_late"}
            self.assertFalse(kept, "no colour in lists")

    def test_events(self):
        """Whatever happens once a limit is over, and then the case is closed."""
        policies = self.env["complaint.sla.policy"]
        events = [
            event
            for event, _name in policies._selection_events()
            if event not in ONLY_BEGIN | {"received"}
        ]
        for limit in self._limits():
            with self.subTest(limit=limit.display_name, of=limit.regulation_id.code):
                clocks = self._started(limit, len(events))
                over = clocks[0].due + timedelta(seconds=1)
                with freeze_time(over):
                    for event, clock in zip(events, clocks, strict=True):
                        clock.ticket_id.name = f"after {event}"
                        clock.ticket_id._emit_event(event, over)
                    self._check_late(clocks.ticket_id, closed=False)
                end = over + timedelta(days=1)
                with freeze_time(end):
                    clocks.ticket_id._emit_event("closed", end)
                    self._check_late(clocks.ticket_id)

    def test_steps(self):
        """The real steps that end a case; leaders learn of it."""
        deadlines = self.env["complaint.deadline"]
        for limit in self._limits():
            with self.subTest(limit=limit.display_name, of=limit.regulation_id.code):
                clocks = self._started(limit, len(STEPS))
                over = clocks[0].due + timedelta(seconds=1)
                with freeze_time(over):
                    for name, clock in zip(STEPS, clocks, strict=True):
                        clock.ticket_id.name = f"after {name}"
                        clock.ticket_id._do_step(name, "So it was.")
                    self._check_late(clocks.ticket_id, closed=False)
                    now = over + timedelta(days=1)
                    told = deadlines.search(
                        Domain(deadlines._domain_stopped(now))
                        | Domain(deadlines._domain_to_escalate(now))
                    )
                    gone = clocks.filtered(lambda item: item.state == "cancelled")
                    self.assertFalse(gone - told)
