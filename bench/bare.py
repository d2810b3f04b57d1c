"""The bare helpdesk: a team with three time limits of ``helpdesk_mgmt_sla``."""

from datetime import timedelta

#: Login of who looks at the tickets.
AGENT = "agent"
#: Tickets to copy of every phase.
SEEDS = 4
#: How many days the time limits give, by the stage that ends them.
LIMITS = {"in_progress": 3, "awaiting": 8, "done": 18}


class Helpdesk:
    """An ordinary team as ``helpdesk_mgmt`` knows it, on a database without ours."""

    def __init__(self, env):
        self.env = env
        env.company.resource_calendar_id = self._calendar()
        self.agent = env["res.users"].create(
            {
                "name": "Agent",
                "login": AGENT,
                "lang": "zh_CN",
                "group_ids": [(4, env.ref("helpdesk_mgmt.group_helpdesk_user").id)],
            }
        )
        self.customer = env["res.partner"].create(
            {"name": "Customer", "email": "customer@resident.example"}
        )
        self.team = self._team(env.company)
        self.second = env["res.company"].create({"name": "Second Office"})

    def _calendar(self):
        """Return 40 hours a week with 30 holidays a year."""
        calendar = self.env["resource.calendar"].create(
            {"name": "Bench", "tz": "Asia/Shanghai"}
        )
        today = calendar.create_date.replace(hour=0, minute=0, second=0, microsecond=0)
        self.env["resource.calendar.leaves"].create(
            [
                {
                    "name": "Holiday",
                    "calendar_id": calendar.id,
                    "date_from": today + timedelta(days=12 * number),
                    "date_to": today + timedelta(days=12 * number, hours=23),
                }
                for number in range(-30, 91)
            ]
        )
        return calendar

    def _team(self, company):
        team = self.env["helpdesk.ticket.team"].create(
            {
                "name": "Bare",
                "company_id": company.id,
                "use_sla": True,
                "resource_calendar_id": company.resource_calendar_id.id,
                "user_ids": [(4, self.agent.id)],
                "alias_name": f"bare-{company.id}",
            }
        )
        self.env["helpdesk.sla"].create(
            [
                {
                    "name": f"{days} days",
                    "team_ids": [(4, team.id)],
                    "days": days,
                    "stage_id": self._stage(stage).id,
                }
                for stage, days in LIMITS.items()
            ]
        )
        return team

    def _stage(self, name):
        return self.env.ref(f"helpdesk_mgmt.helpdesk_ticket_stage_{name}")

    def seeds(self, stages):
        """Return ``{phase: tickets}`` to copy, handled by the agent.

        :param stages: ``{phase: name of the stage}``
        """
        quiet = self.env(context={"mail_notify_force_send": False})
        Ticket = quiet["helpdesk.ticket"].with_user(self.agent)
        seeds = {}
        for phase, name in stages.items():
            tickets = Ticket.create([vals(self) for _seed in range(SEEDS)])
            tickets.message_subscribe(self.customer.ids)
            for ticket in tickets:
                ticket.message_post(body="Is there any news?", message_type="comment")
            if name != "new":
                tickets.user_id = self.agent
                for ticket in tickets:
                    ticket.stage_id = self._stage("in_progress")
                    ticket._message_log(body="A note about the work done.")
            tickets.stage_id = self._stage(name)
            if phase == "archived":
                tickets.active = False
            seeds[phase] = tickets
        self.env.flush_all()
        return seeds

    def twins(self):
        """Return what the second company has instead of the first one's."""
        return {
            "res_company": {self.env.company.id: self.second.id},
            "helpdesk_ticket_team": {self.team.id: self._team(self.second).id},
        }


def vals(helpdesk):
    """Return the values of a ticket."""
    return {
        "name": "Noise at night",
        "description": "<p>Drilling until two in the morning.</p>",
        "team_id": helpdesk.team.id,
        "partner_id": helpdesk.customer.id,
        "partner_name": helpdesk.customer.name,
        "partner_email": helpdesk.customer.email,
        "channel_id": helpdesk.env.ref("helpdesk_mgmt.helpdesk_ticket_channel_web").id,
    }
