"""Replays the scenarios of ``data/scenarios``: an office, its people, its calendar."""

from datetime import datetime
from zoneinfo import ZoneInfo

from freezegun import freeze_time
from story_appeal import Appealing
from story_clock import Clocking
from story_discipline import Disciplining
from story_handling import Handling
from story_medical import Medical
from story_meeting import Meeting
from story_publication import Publishing
from story_rules import Proving

from odoo import Command, fields
from odoo.exceptions import UserError
from odoo.tests import new_test_user

ROLES = ("clerk", "handler", "leader", "custodian")
#: Who acts in a story and has no desk: residents, and the server by itself.
OUTSIDERS = frozenset({"complainant", "server"})
CORE = "community_complaint"
#: What a text may leave to the office that adopts it.
ANSWERS = {
    "superior_name": "向阳区人民政府",
    "superior_address": "政务路1号",
    "superior_phone": "021-5555 0200",
    "superior_email": "government@district.example",
    "above_name": "示范市人民政府",
    "above_address": "人民路1号",
    "above_phone": "021-5555 0100",
    "passed_date": "2025-11-01",
    "in_force_date": "2025-12-01",
}


class Story(
    Handling, Clocking, Meeting, Appealing, Publishing, Disciplining, Medical, Proving
):
    """One regulation's office; ``play`` replays a case.

    :param test: the running ``TransactionCase``, which does the asserting
    :param script: a scenario file's content
    """

    offices = 0

    def __init__(self, test, script):
        self.test = test
        self.script = script
        self.env = test.env(context={**test.env.context, "lang": "en_US"})
        self.zone = ZoneInfo(script["timezone"])
        self._open_office()

    def _open_office(self):
        self.offices += 1
        again = f" {self.offices}" if self.offices > 1 else ""
        company = self.env["res.company"].create({"name": f"Scenario Office{again}"})
        self.env.user.company_ids += company
        self.env = self.env(
            context={**self.env.context, "allowed_company_ids": company.ids}
        )
        self.company = self.env.company
        company.partner_id.lang = "en_US"
        company.resource_calendar_id = self._calendar()
        self.users = {role: self._user(role) for role in self._roles()}
        self.regulation = self._adopt()
        self.desk = self.regulation.team_id
        self._staff_desk()
        for unit in self.script.get("units", ()):
            self._unit(**unit)
        # members of staff without the program, whoever else a case brings
        for name in self.script.get("staff", ()):
            self._employee(name)

    def _adopt(self):
        """Return the regulation, adopted by the office."""
        template = self.env.ref(f"{CORE}.{self.script['xmlid']}")
        action = template.action_adopt(answers=ANSWERS)
        return self.env["complaint.regulation"].browse(action["res_id"])

    def _staff_desk(self):
        self.desk.user_ids = self.env["res.users"].union(*self.users.values())

    def _roles(self):
        steps = [step for case in self.script["cases"] for step in case["steps"]]
        recused = [step for step in steps if step["do"] == "recuse"]
        return {
            *ROLES,
            *(step["by"].split()[0] for step in steps),
            *(step["with"]["who"] for step in recused),
        } - OUTSIDERS

    def _user(self, role):
        """Return a user; roles such as ``leader2`` are second people of a role."""
        group = role.rstrip("0123456789")
        return new_test_user(
            self.env,
            f"{role}.{self.script['xmlid']}{self.offices if self.offices > 1 else ''}",
            f"{CORE}.group_complaint_{group}",
            company_id=self.company.id,
            company_ids=[Command.set(self.company.ids)],
        )

    def _calendar(self):
        """Return the office's calendar with the country's official days."""
        hours = [
            Command.create(
                {
                    "name": "-",
                    "dayofweek": str(day),
                    "hour_from": begin,
                    "hour_to": end,
                    "day_period": "morning" if end <= 12 else "afternoon",
                }
            )
            for day in range(5)
            for begin, end in self.script["hours"]
        ]
        calendar = self.env["resource.calendar"].create(
            {
                "name": "Scenario",
                "tz": self.script["timezone"],
                "company_id": self.company.id,
                "attendance_ids": [Command.clear(), *hours],
            }
        )
        self.env["complaint.holiday.wizard"].create(
            {
                "calendar_id": calendar.id,
                "country_id": self.env.ref(f"base.{self.script['country'].lower()}").id,
                "year_from": min(self.script["years"]),
                "year_to": max(self.script["years"]),
            }
        ).action_import()
        return calendar

    # ----------------------------------------------------------------------
    # Playing
    # ----------------------------------------------------------------------

    def play(self, case):
        """Replay one case and check what the script expects after each step.

        :return: whether every step went as the script says
        """
        self.case = case
        self.ticket = None
        self.went_well = 0
        for step in case["steps"]:
            with freeze_time(self._utc(step["at"])):
                self._play_step(step)
        return self.went_well == len(case["steps"])

    def _utc(self, moment):
        """Return a moment of the script, which is office time, as naive UTC."""
        if isinstance(moment, str):
            moment = datetime.fromisoformat(moment)
        local = moment.replace(tzinfo=self.zone)
        return local.astimezone(ZoneInfo("UTC")).replace(tzinfo=None)

    def _play_step(self, step):
        where = f"{self.case['name']}: {step['do']} at {step['at']}"
        with self.test.subTest(where):
            values = step.get("with", {})
            if "refused" in step:
                with self.test.assertRaises(UserError) as caught:
                    self._do(step, values)
                self.test.assertIn(step["refused"], str(caught.exception))
            else:
                self._do(step, values)
            self.env.flush_all()
            self.env.invalidate_all()
            self._check(step.get("expect", {}))
            # not reached when something failed: subtests go on
            self.went_well += 1

    def _do(self, step, values):
        user = self.users[step["by"]]
        own = getattr(self, f"_do_{step['do']}", None)
        if own:
            own(user, **values)
            return
        ticket = self.ticket.with_user(user)
        if "findings" in values:
            ticket.findings = values["findings"]
        args = [values["text"]] if ticket._step(step["do"]).asks else []
        getattr(ticket, f"action_{step['do']}")(*args)

    def _do_register(self, user):
        values = dict(self.case["complaint"])
        ref = self.env.ref
        respondents = values.pop("respondents", [])
        received = values.pop("received", None)
        vals = {
            "team_id": self.desk.id,
            "type_id": ref(f"{CORE}.type_{values.pop('type')}").id,
            "channel_id": ref(f"{CORE}.channel_{values.pop('channel')}").id,
            "complainant_kind_id": ref(
                f"{CORE}.complainant_kind_{values.pop('kind')}"
            ).id,
            "respondent_ids": [
                Command.create(self._respondent(item)) for item in respondents
            ],
            **values,
        }
        if received:
            vals["received_date"] = self._utc(received)
        self.ticket = self.env["helpdesk.ticket"].with_user(user).create(vals)

    def _respondent(self, item):
        """Return values of a respondent; members of staff get their own record."""
        if item["kind"] != "employee":
            return item
        return {"kind": "employee", "employee_id": self._employee(**item).id}

    def _employee(self, name, post=None, unit=None, email=None, **_more):
        """Return a new member of staff.

        :param unit: name of the department they work in
        """
        return self.env["hr.employee"].create(
            {
                "name": name,
                "job_title": post,
                "work_email": email,
                "department_id": unit and self._department(unit).id,
                "company_id": self.company.id,
            }
        )

    def _unit(self, name, head, email=None, above=None):
        """Make a department of the office, with its head, below another one."""
        unit = self._department(name)
        unit.manager_id = self._employee(head, unit=name, email=email)
        unit.parent_id = above and self._department(above)

    def _do_inquire(self, user, **values):
        values["ticket_id"] = self.ticket.id
        self.env["complaint.inquiry"].with_user(user).create(values)

    def _do_hear(self, user, statement):
        self.ticket.respondent_ids.with_user(user).write(
            {"statement": statement, "statement_date": fields.Date.today()}
        )

    def _do_draft(self, user, measures=(), **values):
        respondent = self.ticket.respondent_ids[:1]
        lines = [
            Command.create(
                {
                    "measure_id": self.env.ref(f"{CORE}.measure_{code}").id,
                    "respondent_id": respondent.id,
                }
            )
            for code in measures
        ]
        self.env["complaint.decision"].with_user(user).create(
            {"ticket_id": self.ticket.id, "measure_line_ids": lines, **values}
        )

    def _let_papers_go(self):
        """Let a custodian release what a secret case tells others."""
        held = self.ticket.notice_ids.filtered("held")
        if held:
            held.with_user(self.users["custodian"]).action_release()

    def _do_serve(self, user, addressee=None, kind="result"):
        self._let_papers_go()
        self.ticket.notice_ids.with_user(user).filtered(
            lambda notice: (
                notice.kind == kind
                and addressee in (None, notice.addressee)
                and notice.state == "issued"
            )
        ).action_serve(delivery="post", note="RX 1")

    # ----------------------------------------------------------------------
    # Checking
    # ----------------------------------------------------------------------

    def _check(self, expected):
        unknown = [name for name in expected if not hasattr(self, f"_check_{name}")]
        self.test.assertFalse(unknown, "the script expects what nobody checks")
        for name, value in expected.items():
            getattr(self, f"_check_{name}")(value)

    def _clock(self, clause):
        clocks = self.ticket.deadline_ids.filtered(
            lambda deadline: deadline.policy_id.clause == clause
        )
        self.test.assertTrue(clocks, f"no clock of clause {clause}")
        return clocks.sorted("id")[-1]

    def _check_phase(self, phase):
        self.test.assertEqual(self.ticket.phase, phase)

    def _check_due(self, dates):
        found = {clause: str(self._clock(clause).due_date) for clause in dates}
        self.test.assertEqual(found, {key: str(day) for key, day in dates.items()})

    def _check_state(self, states):
        found = {clause: self._clock(clause).state for clause in states}
        self.test.assertEqual(found, states)

    def _check_notices(self, kinds):
        self.test.assertEqual(sorted(self.ticket.notice_ids.mapped("kind")), kinds)

    def _check_explained(self, words):
        for clause, parts in words.items():
            text = self._clock(clause).explanation_text
            for part in parts:
                self.test.assertIn(part, text)

    def _check_overdue(self, clauses):
        for clause in clauses:
            self.test.assertTrue(self._clock(clause).is_overdue, clause)
