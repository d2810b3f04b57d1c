"""Every time limit of the texts as records, see ``data/time_limits.yaml``."""

import sys
from contextlib import contextmanager
from datetime import datetime, time, timedelta
from pathlib import Path

import yaml
from freezegun import freeze_time

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import TransactionCase, new_test_user, tagged

sys.path.insert(0, str(Path(__file__).parent))

from story import Story  # noqa: E402

FILE = Path(__file__).resolve().parents[2] / "data" / "time_limits.yaml"
#: All rows of the table "Time limits" but the last, which is a roster, and the laws.
ROWS = {*range(1, 17), "信访", "医疗机构投诉", "UK Housing Ombudsman", "EU 2019/1937"}


@tagged("post_install", "-at_install")
class TestTimeLimits(TransactionCase):
    """Each limit is a record; it ends on the day a wall calendar says."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.offices = yaml.safe_load(FILE.read_text())

    def test_every_row_is_there(self):
        rows = {
            item["row"]
            for office in self.offices
            for item in [*office["limits"], *office.get("duties", ())]
        }
        self.assertEqual(rows, ROWS)

    @contextmanager
    def _tried(self, office, item, case):
        """Name a case in failures, and undo what it did."""
        with self.subTest(office=office, row=item["row"], of=item["from"], **case):
            savepoint = self.cr.savepoint(flush=True)
            try:
                yield
            finally:
                savepoint.close(rollback=True)
                self.env.invalidate_all(flush=False)
                self.env.registry.clear_cache()

    def test_limits(self):
        for script in self.offices:
            office = Office(self, script)
            for limit in script["limits"]:
                for case in limit["cases"]:
                    with self._tried(script["office"], limit, case):
                        office.check_limit(limit, case)

    def test_duties(self):
        for script in self.offices:
            office = Office(self, script)
            for duty in script.get("duties", ()):
                for case in duty["cases"]:
                    with self._tried(script["office"], duty, case):
                        office.check_duty(duty["duty"], case)

    def test_row_17_roster(self):
        """R14: the phone is answered round the clock, or somebody is alarmed."""
        office = Office(self, self.offices[0])
        office.regulation.needs_roster = True
        roster = office.regulation.roster_ids
        now = datetime(2026, 3, 2)
        self.assertEqual(len(roster._gaps(now)), 1)
        employee = self.env["hr.employee"].create(
            {"name": "Night", "company_id": office.company.id}
        )
        roster.shift_ids = [
            Command.create(
                {
                    "employee_id": employee.id,
                    "start": now + timedelta(days=day),
                    "end": now + timedelta(days=day + 1),
                    "weekly_until": "2027-01-01",
                }
            )
            for day in range(7)
        ]
        self.assertEqual(roster._gaps(now, 300), [])


class Office(Story):
    """An office without limits of its own, in which one limit at a time is tried."""

    def __init__(self, test, script):
        super().__init__(test, {"xmlid": "regulation_r01", "cases": [], **script})
        self.company.name = script["office"]
        self.company.flush_recordset()
        self.regulation.duty_ids.active = False
        # the rows reach back further than any text
        self.regulation.in_force_date = "2000-01-01"
        self.calendar = self.regulation.calendar_id

    def _user(self, role):
        """OVERRIDE: there are several offices, each with its people."""
        return new_test_user(
            self.env,
            f"{role}.{self.script['office']}",
            f"community_complaint.group_complaint_{role}",
            company_id=self.company.id,
            company_ids=[Command.set(self.company.ids)],
        )

    def _calendar(self):
        """OVERRIDE: some countries have regions with holidays of their own."""
        calendar = super()._calendar()
        if "subdivision" in self.script:
            self.env["complaint.holiday.wizard"].create(
                {
                    "calendar_id": calendar.id,
                    "country_id": self.env.ref("base.uk").id,
                    "subdivision": self.script["subdivision"],
                    "year_from": min(self.script["years"]),
                    "year_to": max(self.script["years"]),
                }
            ).action_import()
        return calendar

    # ----------------------------------------------------------------------
    # Limits
    # ----------------------------------------------------------------------

    def check_limit(self, limit, case):
        """Start a limit as a case says and check when it ends."""
        self.regulation.sla_policy_ids.active = False
        policy = self.env["complaint.sla.policy"].create(
            {
                "name": limit["from"],
                "regulation_id": self.regulation.id,
                **limit["policy"],
            }
        )
        start = self._utc(case["start"])
        with freeze_time(start):
            clock = self._start(policy, limit, case, start)
        self.test.assertEqual(clock.policy_id, policy)
        local = self._local(clock.due)
        self.test.assertEqual(str(clock.due_date), case["due"][:10])
        self.test.assertEqual(local, case["due"])
        if "utc" in case:
            self.test.assertEqual(clock.due.strftime("%Y-%m-%d %H:%M"), case["utc"])
        if "reminder" in case:
            day = self.calendar._complaint_working_calendar().local_date(
                clock.reminder_moment
            )
            self.test.assertEqual(day, case["reminder"])
        self.test.assertTrue(clock.explanation_text)
        if "extended" in case:
            self._check_extension(clock, case, start)
        if "overrun" in limit:
            self._check_overrun(clock, limit["overrun"])
        with freeze_time(start):
            other = self._start(policy, limit, case, start)
        self._check_end(clock, other, policy)

    def _start(self, policy, limit, case, start):
        """Return the clock of a new case."""
        ticket = self._register(limit.get("complexity", "ordinary"), start)
        if policy.is_dated:
            return ticket._set_due(case["set"])
        if policy.start_event != "received":
            ticket._emit_event(policy.start_event, start)
        return ticket.deadline_ids

    def _register(self, complexity, start):
        return (
            self.env["helpdesk.ticket"]
            .with_user(self.users["clerk"])
            .create(
                {
                    "team_id": self.desk.id,
                    "name": "Noise",
                    "type_id": self.env.ref("community_complaint.type_noise").id,
                    "channel_id": self.env.ref("community_complaint.channel_window").id,
                    "complainant_name": "李雷",
                    "complainant_phone": "138 0000 0001",
                    "complexity": complexity,
                    "received_date": start,
                }
            )
        )

    def _local(self, moment):
        """Return a moment as the office writes it, 24:00 for the end of a day."""
        local = self.calendar._complaint_working_calendar().to_local(moment)
        if local.time() == time() and moment.minute == 0:
            return f"{(local - timedelta(days=1)):%Y-%m-%d} 24:00"
        return f"{local:%Y-%m-%d %H:%M}"

    def _check_extension(self, clock, case, start):
        policy = clock.policy_id
        with freeze_time(start):
            own = clock.with_user(self.users["handler"])
            with self.test.assertRaises(UserError):
                own.action_extend(policy.max_extension + 1, None, "Witnesses")
            own.action_extend(policy.max_extension, None, "Witnesses")
            clock.with_user(self.users["leader"]).action_approve_extension()
        self.test.assertEqual(self._local(clock.due), case["extended"])

    def _check_overrun(self, clock, day):
        due = clock.due
        with freeze_time(due + timedelta(hours=20)):
            own = clock.with_user(self.users["handler"])
            own.action_explain_overrun("The owner is abroad.", day)
        self.test.assertEqual(clock.due, due, "it goes on, and stays late")
        self.test.assertEqual(clock.state, "running")
        self.test.assertTrue(clock.ticket_id.notice_ids.extension_id)

    def _check_end(self, clock, other, policy):
        """The last second is in time, the next one late; a window closes by itself."""
        if policy.is_window:
            with freeze_time(clock.due + timedelta(seconds=1)):
                self.env["complaint.deadline"]._expire_windows()
            self.test.assertEqual(clock.state, "expired")
            self.test.assertFalse(clock.was_late)
            return
        clock.ticket_id._emit_event(policy.end_event, clock.due)
        self.test.assertEqual((clock.state, clock.was_late), ("met", False))
        other.ticket_id._emit_event(policy.end_event, other.due + timedelta(seconds=1))
        self.test.assertEqual((other.state, other.was_late), ("met_late", True))

    # ----------------------------------------------------------------------
    # Duties
    # ----------------------------------------------------------------------

    def check_duty(self, values, case):
        """Adopt a duty on a day and check when it is due, and when the next time."""
        noon = timedelta(hours=4)
        with freeze_time(datetime.combine(case["today"], time()) + noon):
            if "in_force" in case:
                self.regulation.in_force_date = case["in_force"]
            duty = self.env["complaint.duty"].create(
                {"name": "Duty", "regulation_id": self.regulation.id, **values}
            )
        task = duty.task_ids
        self.test.assertEqual(task.due_date, case["due"])
        self.test.assertTrue(task.explanation_text)
        if "next" not in case:
            return
        day = case.get("done", case["due"])
        with freeze_time(datetime.combine(day, time()) + noon):
            task.result = "Done"
            if task.kind == "review":
                task.review_result = "keep"
            if task.kind == "publication":
                # what it takes to publish has stories of its own
                task._do_step("done")
            else:
                task.action_done()
        self.test.assertEqual(task.state, "done")
        self.test.assertEqual(duty._open_tasks().due_date, case["next"])
