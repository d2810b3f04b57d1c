"""Every time limit of every pack × everything that may happen once it is over.

What was late shows wherever one looks for lateness, whichever way the case went: no event
ends an overdue clock as if it had been kept, and none takes it from the lists.
"""

from ast import literal_eval
from datetime import timedelta

from freezegun import freeze_time

from odoo import fields
from odoo.fields import Domain
from odoo.tests import TransactionCase, tagged

from odoo.addons.community_complaint.tests.test_packs import PACKS
from odoo.addons.community_complaint.tools.steps import ONLY_BEGIN
from odoo.addons.community_complaint.tools.succession import INCIDENT, kind_of

#: Where a case is after it happened, so that one sees that it was late.
STEPS = ("withdraw", "refuse", "answer_on_spot")
BEGIN = "2026-03-02 04:00:00"


@tagged("post_install", "-at_install")
class TestSweepLate(TransactionCase):
    """Limits × events, limits × steps that end a case."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
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
        for name in PACKS:
            template = self.env.ref(f"community_complaint.{name}")
            action = template.with_company(self.company).action_adopt()
            yield self.env["complaint.regulation"].browse(action["res_id"])

    def _limits(self):
        """Yield the limits of the office, which are counted and nobody's right."""
        for regulation in self._adopted():
            yield from regulation.sla_policy_ids.filtered(
                lambda item: not (item.is_window or item.is_dated)
            )

    def _case(self, limit):
        """Return a new case that a limit is for."""
        rules = limit.regulation_id
        wanted = {
            name: value[0] if isinstance(value, (list, tuple)) else value
            for name, operator, value in literal_eval(limit.domain or "[]")
            if operator in ("=", "in")
        }
        values = {
            "complexity": limit.complexity or wanted.get("complexity", "ordinary"),
            "response_level": limit.response_level,
            "incident_date": "2026-03-01",
        }
        return self.env["helpdesk.ticket"].create(
            {
                "team_id": rules.team_id.id,
                "name": "Swept",
                "description": "<p>Something happened.</p>",
                "type_id": (limit.type_ids or rules.type_ids)[:1].id,
                "channel_id": rules.channel_ids[:1].id,
                "complainant_name": "Li Lei",
                "complainant_phone": "13800138000",
                "received_date": BEGIN,
                **values,
            }
        )

    def _started(self, limit):
        """Return the clock of a limit in a new case; what it waits for happens."""
        with freeze_time(BEGIN):
            case = self._case(limit)
            if "appeal_level" in limit._fields and limit.appeal_level:
                limit.appeal_level = 0
            for start in limit._starts()[:1]:
                if start not in ("received", INCIDENT) and not kind_of(start)[0]:
                    case._emit_event(start)
        clock = case.deadline_ids.filtered(lambda item: item.policy_id == limit)
        self.assertEqual(len(clock), 1, "it never starts")
        return clock

    def _is_late(self, case):
        """Return where a case counts as late."""
        own = Domain("id", "=", case.id)
        cases = self.env["helpdesk.ticket"].with_context(active_test=False)
        figures = self.env["complaint.publication"]._count_timeliness(cases, own)
        analysis = self.env["complaint.analysis"]._by_limit(own)
        return {
            "list": bool(
                cases.search_count(
                    own
                    & (
                        Domain("next_due_state", "=", "overdue")
                        | Domain("deadline_ids.was_late", "=", True)
                    )
                )
            ),
            "chip": case.next_due_state in ("overdue", "met_late"),
            "register": self.env["complaint.form"]._punctuality(case) == "Late",
            "published": figures["late"] == 1,
            "analysis": list(analysis.values())[1] == 1,
        }

    def _check_late(self, clock, what):
        case = clock.ticket_id
        self.env.flush_all()
        case.invalidate_recordset()
        seen = self._is_late(case)
        self.assertTrue(all(seen.values()), f"{what}: {seen}")

    def test_events(self):
        events = [
            event
            for event, _name in self.env["complaint.sla.policy"]._selection_events()
            if event not in ONLY_BEGIN and event != "received"
        ]
        tried = 0
        for limit in self._limits():
            clock = self._started(limit)
            over = clock.due + timedelta(seconds=1)
            for event in events:
                savepoint = self.env.cr.savepoint()
                with (
                    freeze_time(over),
                    self.subTest(limit=limit.display_name, event=event),
                ):
                    clock.ticket_id._emit_event(event, over)
                    self._check_late(clock, event)
                    clock.ticket_id._emit_event("closed", over + timedelta(days=1))
                    self._check_late(clock, f"{event}, closed")
                    tried += 1
                savepoint.close(rollback=True)
                self.env.invalidate_all(flush=False)
        self.assertGreater(tried, 1000)

    def test_steps(self):
        """The real steps that end a case, as far as its text knows them."""
        for limit in self._limits():
            for name in STEPS:
                with self.subTest(limit=limit.display_name, step=name):
                    clock = self._started(limit)
                    case = clock.ticket_id
                    with freeze_time(clock.due + timedelta(seconds=1)):
                        case._do_step(name, "So it was.")
                        self._check_late(clock, name)

    def test_leaders_learn_of_it(self):
        """Each of them is in the domain of what leaders are told."""
        clocks = self.env["complaint.deadline"]
        for limit in self._limits():
            clock = self._started(limit)
            with (
                freeze_time(clock.due + timedelta(seconds=1)),
                self.subTest(limit=limit.display_name),
            ):
                clock.ticket_id._do_step("withdraw", "So it was.")
                now = fields.Datetime.now() + timedelta(days=1)
                told = clocks.search(clocks._domain_to_escalate(now))
                self.assertIn(clock, told)
