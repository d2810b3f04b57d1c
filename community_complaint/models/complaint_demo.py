import json
import random
from contextlib import ExitStack, contextmanager
from datetime import datetime, time, timedelta
from unittest.mock import patch

from odoo import Command, api, fields, models
from odoo.tools import SQL, file_open

from .complaint_demo_publication import publish_quarter, publish_result

#: How many cases end in which phase.
PLAN = {
    "registered": 8,
    "accepted": 8,
    "investigating": 10,
    "deciding": 8,
    "notified": 8,
    "closed": 12,
    "archived": 6,
    "refused": 4,
    "withdrawn": 4,
}
_WAY = ("accept", "investigate", "submit", "notify", "close", "archive")
_STEPS = {
    "registered": 0,
    "accepted": 1,
    "investigating": 2,
    "deciding": 3,
    "notified": 4,
    "closed": 5,
    "archived": 6,
}
#: One pixel, so that pieces of evidence have a file.
_PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010806000000"
    "1f15c4890000000d49444154789c6360606060000000050001a5f64540"
    "0000000049454e44ae426082"
)


#: Where Odoo's models look for the time.
_CLOCKS = ((fields.Datetime, "now"), (fields.Date, "context_today"))


class ComplaintDemo(models.AbstractModel):
    """Builds the demo office by the steps that people take, dated back.

    Called from the demo data only; the stories are in ``demo/cases.json``.
    """

    _name = "complaint.demo"
    _description = "Demo Office"

    @api.model
    def _load(self):
        """Build the office, unless there are complaints already."""
        if self.env["helpdesk.ticket"].search_count([("is_complaint", "=", True)]):
            return
        # demo data come before translations, but papers and desks are made from them
        self.env.ref("base.module_community_complaint")._update_translations("zh_CN")
        Office(self.env, self._stories()).build()

    @api.model
    def _stories(self):
        with file_open("community_complaint/demo/cases.json", "rb") as stream:
            return json.load(stream)


class Office:
    """The demo office while it is being built; other addons build on with it."""

    def __init__(self, env, stories):
        self.env = env(context={**env.context, "lang": "zh_CN", "tz": "Asia/Shanghai"})
        self.stories = stories
        self.random = random.Random(20)
        self.now = fields.Datetime.now()
        self.users = {
            role: self.env.ref(f"community_complaint.user_{role}_demo")
            for role in ("clerk", "handler", "handler2", "leader", "custodian")
        }
        self.desks = {}

    def build(self):
        """Make the calendar, the desks and all cases."""
        calendar = self._calendar()
        for code in ("r01", "r02"):
            self.desks[code] = self._desk(code)
        self.days = calendar._complaint_working_calendar()
        for index, (phase, number) in enumerate(PLAN.items()):
            for turn in range(number):
                self._case(phase, index * 10 + turn)
        publish_quarter(self)

    def _calendar(self):
        """Give the company its office hours and the official days."""
        hours = [
            Command.create(
                {
                    "name": "办公",
                    "dayofweek": str(day),
                    "hour_from": begin,
                    "hour_to": end,
                    "day_period": "morning" if begin < 12 else "afternoon",
                }
            )
            for day in range(5)
            for begin, end in ((8.5, 12), (14, 17.5))
        ]
        calendar = self.env["resource.calendar"].create(
            {
                "name": "向阳社区办公时间",
                "tz": "Asia/Shanghai",
                "company_id": self.env.company.id,
                "attendance_ids": [Command.clear(), *hours],
            }
        )
        self.env.company.resource_calendar_id = calendar
        self.env["complaint.holiday.wizard"].create(
            {
                "calendar_id": calendar.id,
                "country_id": self.env.ref("base.cn").id,
                "year_from": self.now.year - 1,
                "year_to": self.now.year + 1,
            }
        ).action_import()
        return calendar

    def _desk(self, code):
        """Adopt a regulation and staff its desk."""
        template = self.env.ref(f"community_complaint.regulation_{code}")
        since = self.now.date() - timedelta(days=200)
        answers = {
            **self.stories["adoption"][code],
            "passed_date": since - timedelta(days=14),
            "in_force_date": since,
        }
        action = template.action_adopt(answers=answers)
        regulation = self.env["complaint.regulation"].browse(action["res_id"])
        desk = regulation.team_id
        members = self.env["res.users"].union(*self.users.values())
        desk.write({"user_ids": [Command.set(members.ids)]})
        desk.user_id = self.users["leader"]
        # R02 does not say since when; its reviews and cases do
        regulation.in_force_date = since
        return desk

    # ----------------------------------------------------------------------
    # Time
    # ----------------------------------------------------------------------

    @contextmanager
    def _at(self, moment):
        """Let a moment of the past be now, also for the dates of what is logged."""
        moment = min(moment, self.now)
        last = self.env["mail.message"].search([], order="id desc", limit=1).id or 0
        local = self.days.local_date(moment)
        stopped = (lambda *_args: moment, lambda *_args, **_kw: local)
        with ExitStack() as past:
            clocks = {}
            for (owner, name), clock in zip(_CLOCKS, stopped, strict=True):
                clocks[getattr(owner, name)] = clock
                past.enter_context(patch.object(owner, name, clock))
            # defaults that are the clock itself
            for model in self.env.registry.values():
                for field in model._fields.values():
                    if clock := clocks.get(field.default):
                        past.enter_context(patch.object(field, "default", clock))
            yield
            self.env.flush_all()
        self.env.cr.execute(
            SQL(
                "UPDATE mail_message SET date = %s, create_date = %s WHERE id > %s",
                moment,
                moment,
                last,
            )
        )
        self.env.invalidate_all()

    def _later(self, moment, most):
        """Return a moment in office hours, up to some working days later."""
        day = self.days.local_date(moment)
        day = self.days.add_working_days(day, self.random.randint(1, most))
        hour = time(
            self.random.choice((9, 10, 11, 14, 15, 16)), self.random.randrange(60)
        )
        return self.days.to_utc(datetime.combine(day, hour))

    # ----------------------------------------------------------------------
    # One case
    # ----------------------------------------------------------------------

    def _case(self, phase, seed):
        """Build one case up to a phase."""
        code = "r02" if seed % 7 == 3 and phase != "refused" else "r01"
        steps = _STEPS.get(phase, 1)
        age = self.random.randint(0, 6) + steps * 5 + (steps > 3) * (seed * 2 % 50)
        day = self.now.date() - timedelta(days=age)
        received = self.days.to_utc(
            datetime.combine(day, time(self.random.randint(8, 17), seed % 60))
        )
        received = min(received, self.now - timedelta(hours=1))
        story = self.random.choice(self.stories[code])
        with self._at(received):
            ticket = self._register(code, story, received, seed)
        self.env.cr.execute(
            SQL(
                "UPDATE helpdesk_ticket SET create_date = %s WHERE id = %s",
                received,
                ticket.id,
            )
        )
        moment = received
        if phase in ("refused", "withdrawn"):
            with self._at(self._later(moment, 2)):
                case = ticket.with_user(self.users["clerk"])
                if phase == "refused":
                    case.action_refuse(self.stories["refusal"])
                else:
                    case.action_withdraw(self.stories["withdrawal"])
            return
        for name in _WAY[:steps]:
            moment = self._later(moment, 5 if seed % 6 == 0 else 3)
            with self._at(moment):
                getattr(self, f"_{name}")(ticket, story)

    def _register(self, code, story, received, seed):
        vals = self._complaint_vals(code, story, received, seed)
        return self.env["helpdesk.ticket"].with_user(self.users["clerk"]).create(vals)

    def _complaint_vals(self, code, story, received, seed):
        unit = self.random.choice((101, 302, 502, 601, 803))
        words = {"u": unit, "n": self.random.randint(2, 5)}
        refs = self.env.ref
        return {
            "team_id": self.desks[code].id,
            "name": story["title"],
            "description": f"<p>{story['text'].format(**words)}</p>",
            "demand": story["demand"],
            "type_id": refs(f"community_complaint.type_{story['type']}").id,
            "channel_id": refs(f"community_complaint.channel_{story['channel']}").id,
            "complainant_kind_id": refs(
                "community_complaint.complainant_kind_resident"
            ).id,
            "received_date": received,
            "incident_date": self.days.local_date(received) - timedelta(days=1),
            "incident_place": f"向阳小区{self.random.randint(1, 9)}号楼",
            "confidentiality": "open" if seed % 3 else "confidential",
            "priority": "2" if seed % 9 == 0 else "1",
            "complainant_name": self.random.choice(self.stories["names"]),
            "complainant_phone": f"138-0000-{self.random.randrange(10_000):04d}",
            "complainant_address": f"向阳小区 {unit} 室",
            "respondent_ids": [Command.create(self._respondent(story, words))],
        }

    def _respondent(self, story, words):
        xmlid = f"community_complaint.employee_{story['respondent']}_demo"
        if employee := self.env.ref(xmlid, raise_if_not_found=False):
            return {"kind": "employee", "employee_id": employee.id}
        return {"kind": "other", "name": story["respondent"].format(**words)}

    def _accept(self, ticket, story):
        ticket.with_user(self.users["clerk"]).action_accept()
        ticket.notice_ids.with_user(self.users["clerk"]).action_serve(
            delivery="post", note="EMS 1024"
        )

    def _investigate(self, ticket, story):
        handler = self.users[self.random.choice(("handler", "handler2"))]
        ticket.with_user(handler).action_start_investigation()

    def _submit(self, ticket, story):
        handler = ticket.user_id or self.users["handler"]
        self.env["complaint.inquiry"].with_user(handler).create(
            {
                "ticket_id": ticket.id,
                "kind": "visit",
                "date": fields.Datetime.now(),
                "summary": self.random.choice(self.stories["inquiries"]),
            }
        )
        files = self.env["ir.attachment"].with_user(handler)
        photo = files.create({"name": "现场.png", "raw": _PNG})
        self.env["complaint.evidence"].with_user(handler).create(
            {
                "ticket_id": ticket.id,
                "name": self.stories["evidence"],
                "kind": "photo",
                "attachment_ids": [Command.link(photo.id)],
            }
        )
        ticket.respondent_ids.with_user(handler).write(
            {
                "statement": self.stories["statement"],
                "statement_date": ticket._office_date(),
            }
        )
        case = ticket.with_user(handler)
        case.findings = story["findings"].format(u="", n=3)
        case.action_submit_findings()
        if self.random.random() < 0.7:
            self._draft(ticket, story)

    def _draft(self, ticket, story):
        measure = "criticism" if ticket.team_id == self.desks["r02"] else "explanation"
        sanction = measure == "criticism"
        self.env["complaint.decision"].with_user(ticket.user_id).create(
            {
                "ticket_id": ticket.id,
                "conclusion": story["conclusion"],
                "reasons": story["findings"].format(u="", n=3),
                "measure_line_ids": [
                    Command.create(
                        {
                            "measure_id": self.env.ref(
                                f"community_complaint.measure_{measure}"
                            ).id,
                            "respondent_id": sanction and ticket.respondent_ids[:1].id,
                        }
                    )
                ],
            }
        )

    def _notify(self, ticket, story):
        if not ticket.decision_ids:
            self._draft(ticket, story)
        ticket.with_user(self.users["leader"]).action_decide()
        self._discipline(ticket)
        ticket.with_user(self.users["clerk"]).action_notify()

    def _discipline(self, ticket):
        """Carry out what the decision says about members of staff."""
        officer = self.env.ref("community_complaint.user_discipline_demo")
        # sudo: complaint.discipline - the clerk of the case may not read them
        measures = ticket.sudo().discipline_ids.sudo(False).with_user(officer)
        for step in ("hear", "approve", "enforce") if measures else ():
            getattr(measures, f"action_{step}")()

    def _close(self, ticket, story):
        held = ticket.notice_ids.filtered("held")
        if held:
            held.with_user(self.users["custodian"]).action_release()
        ticket.notice_ids.with_user(self.users["clerk"]).action_serve(
            delivery="post", note="EMS 1024"
        )
        ticket.with_user(self.users["clerk"]).action_close()

    def _archive(self, ticket, story):
        if ticket.regulation_id.publishes_results:
            publish_result(self, ticket)
        ticket.with_user(self.users["clerk"]).action_archive()
