"""Creating, moving and listing complaints, beside the bare helpdesk.

"Bare" is a ticket of an ordinary team with three time limits of ``helpdesk_mgmt_sla``,
"ours" a complaint under R01 with its clocks, identity and log; same database, same run.
"""

from datetime import timedelta

from odoo_env import Timer, environment, install

LISTED = 5_000


def run(args):
    """Return the figures of the rows "create", "change of phase" and "list"."""
    database = args.database()
    install(database, args.conf, ["helpdesk_mgmt_sla"])
    with environment(database, args.conf) as env:
        office = Office(env)
        timer = Timer(office.env, getattr(args, "repeat", 5))
        office.compare_create(timer)
        office.compare_phase(timer)
        office.compare_list(timer)
        return timer.figures


class Office:
    """A complaint desk under R01 and an ordinary team side by side."""

    def __init__(self, env):
        user = env["res.users"].create(
            {
                "name": "Bench",
                "login": "bench",
                "group_ids": [
                    (4, env.ref("helpdesk_mgmt.group_helpdesk_manager").id),
                    (4, env.ref("community_complaint.group_complaint_manager").id),
                ],
            }
        )
        self.calendar = self._calendar(env)
        env.company.resource_calendar_id = self.calendar
        self.env = env = env(user=user)
        action = env.ref("community_complaint.regulation_r01").action_adopt()
        regulation = env["complaint.regulation"].browse(action["res_id"])
        self.desk = regulation.team_id
        self.team = env["helpdesk.ticket.team"].create(
            {"name": "Bare", "use_sla": True, "resource_calendar_id": self.calendar.id}
        )
        stages = self.team._get_applicable_stages()
        self.stages = stages[1], stages[2]
        for days, stage in zip(
            (3, 8, 18), (stages[1], stages[2], stages[3]), strict=True
        ):
            env["helpdesk.sla"].create(
                {
                    "name": f"{days} days",
                    "team_ids": [(4, self.team.id)],
                    "days": days,
                    "stage_id": stage.id,
                }
            )
        env.flush_all()

    def _calendar(self, env):
        """Return 40 hours a week with 30 holidays a year."""
        calendar = env["resource.calendar"].create(
            {"name": "Bench", "tz": "Asia/Shanghai"}
        )
        today = calendar.create_date.replace(hour=0, minute=0, second=0, microsecond=0)
        env["resource.calendar.leaves"].create(
            [
                {
                    "name": "Holiday",
                    "calendar_id": calendar.id,
                    "date_from": today + timedelta(days=12 * number),
                    "date_to": today + timedelta(days=12 * number, hours=23),
                }
                for number in range(1, 91)
            ]
        )
        return calendar

    def _vals(self, ours):
        vals = {"name": "Noise at night", "description": "<p>Drilling until two.</p>"}
        if not ours:
            return {**vals, "team_id": self.team.id, "partner_name": "Li Lei"}
        return {
            **vals,
            "team_id": self.desk.id,
            "type_id": self.env.ref("community_complaint.type_noise").id,
            "channel_id": self.env.ref("community_complaint.channel_window").id,
            "complainant_name": "Li Lei",
            "complainant_phone": "13800138000",
        }

    def _creator(self, ours, number, **context):
        tickets = self.env["helpdesk.ticket"].with_context(**context)
        return lambda: (
            lambda: tickets.create([self._vals(ours) for _i in range(number)])
        )

    def compare_create(self, timer):
        quiet = {"tracking_disable": True, "mail_create_nolog": True}
        timer.compare(
            "create one",
            self._creator(True, 1),
            self._creator(False, 1),
            ratio=0.8,
            queries=40,
        )
        timer.compare(
            "create 100",
            self._creator(True, 100),
            self._creator(False, 100),
            number=100,
            ratio=0.55,
            queries=11,
        )
        timer.compare(
            "import 100",
            self._creator(True, 100, **quiet),
            self._creator(False, 100),
            number=100,
            ratio=0.25,
            queries=6,
        )

    def compare_phase(self, timer):
        def ours():
            cases = self._creator(True, 100)()()
            cases._write_step({"stage_id": self.desk._complaint_stage_id("accepted")})
            cases._emit_event("accepted")
            cases._write_step(
                {"stage_id": self.desk._complaint_stage_id("investigating")}
            )
            cases.write({"findings": "True."})
            self.env["complaint.inquiry"].create(
                [{"ticket_id": case.id, "summary": "Seen."} for case in cases]
            )
            return cases.action_submit_findings

        def bare():
            tickets = self._creator(False, 100)()()
            return lambda: tickets.write({"stage_id": self.stages[0].id})

        timer.compare("phase of 100", ours, bare, number=100, ratio=0.3, queries=2.5)

    def compare_list(self, timer):
        tickets = self.env["helpdesk.ticket"]
        spec = {
            "number": {},
            "name": {},
            "stage_id": {"fields": {"display_name": {}}},
            "user_id": {"fields": {"display_name": {}}},
        }
        for ours in (True, False):
            for _batch in range(LISTED // 1000):
                tickets.create([self._vals(ours) for _i in range(1000)])
        self.env.flush_all()
        self.env.cr.execute("ANALYZE helpdesk_ticket")
        name = f"list of 80 among {2 * LISTED}"
        timer.compare(
            name,
            lambda: (
                lambda: tickets.web_search_read(
                    [("is_complaint", "=", True)], {**spec, "next_due": {}}, limit=80
                )
            ),
            lambda: (
                lambda: tickets.web_search_read(
                    [("team_id", "=", self.team.id)],
                    spec,
                    limit=80,
                    order="priority desc, sequence, number, id desc",
                )
            ),
        )
