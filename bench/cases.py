"""Registering, moving and closing complaints, beside the bare helpdesk.

Complaints run under R01 and are registered by a clerk, bare tickets belong to a team with
three time limits and are opened by a helpdesk user.
"""

import base64

import filled
from bare import AGENT, vals
from mail import prepare_mail
from odoo_env import Timer, environment
from smtp_sink import smtp_sink

SIZE = 2_000
BATCH = 100
#: Cases closed at once: before that, their papers are printed.
CLOSED = 20


def run(args):
    """Return the rows of creating, phase change and closing."""
    ours, bare = filled.ours(SIZE, args), filled.bare(SIZE, args)
    timer = Timer(args.repeat)
    with (
        environment(bare, args.conf) as bare_env,
        environment(ours, args.conf) as env,
        smtp_sink() as port,
    ):
        for side in (bare_env, env):
            prepare_mail(side, port)
        cases = Cases(timer, Bare(bare_env), Ours(env))
        cases.compare_create()
        cases.compare_register()
        cases.compare_phase()
        cases.compare_close()
    return timer.rows


class Bare:
    """What the bare helpdesk does."""

    def __init__(self, env):
        self.env = env
        agent = env["res.users"].search([("login", "=", AGENT)])
        self.team = env["helpdesk.ticket.team"].search(
            [("name", "=", "Bare"), ("company_id", "=", env.company.id)]
        )
        self.customer = env["res.partner"].search([("name", "=", "Customer")], limit=1)
        self.tickets = env["helpdesk.ticket"].with_user(agent)

    def _stage(self, name):
        return self.env.ref(f"helpdesk_mgmt.helpdesk_ticket_stage_{name}").id

    def create(self, number):
        """Return a function that opens tickets."""
        vals_list = [vals(self) for _i in range(number)]
        return lambda: self.tickets.create(vals_list)

    def change_phase(self):
        tickets = self.create(BATCH)()
        return lambda: tickets.write({"stage_id": self._stage("in_progress")})

    def close(self):
        tickets = self.create(CLOSED)()
        tickets.write({"stage_id": self._stage("in_progress")})
        self.env.cr.flush()
        return lambda: tickets.write({"stage_id": self._stage("done")})


class Ours:
    """The same for complaints, by the roles that do it."""

    def __init__(self, env):
        self.env = env
        self.team = (
            env["complaint.regulation"]
            .search([("code", "=", "R01"), ("company_id", "=", env.company.id)])
            .team_id
        )

    def tickets(self, login, **context):
        """Return the model as somebody sees it."""
        user = self.env["res.users"].search([("login", "=", login)])
        return self.env["helpdesk.ticket"].with_user(user).with_context(**context)

    def vals(self):
        """Return the values of a complaint."""
        return {
            "name": "Noise at night",
            "description": "<p>Drilling until two in the morning.</p>",
            "team_id": self.team.id,
            "type_id": self.env.ref("community_complaint.type_noise").id,
            "channel_id": self.env.ref("community_complaint.channel_window").id,
            "complainant_name": "Li Lei",
            "complainant_phone": "13800138000",
            "complainant_email": "li@resident.example",
        }

    def create(self, number, **context):
        """Return a function that registers complaints."""
        tickets = self.tickets("clerk", **context)
        vals_list = [self.vals() for _i in range(number)]
        return lambda: tickets.create(vals_list)

    def bring_in(self, number):
        """Return a function that brings an old register in, from its file on."""
        registers = self.tickets("manager").env["complaint.register.import"]
        first = registers.search_count([]) * number
        rows = ["序号,登记日期,来访人姓名,联系电话,反映问题,办理结果,办结日期"]
        rows += [
            f"B{row},2025/3/5,赵{row}一,13800138000,夜间噪声,已制止,2025/3/12"
            for row in range(first, first + number)
        ]
        register = registers.create(
            {
                "name": "register.csv",
                "team_id": self.team.id,
                "file": base64.b64encode("\n".join(rows).encode("gbk")),
            }
        )

        def bring_in():
            register.action_read()
            register.action_import()

        return bring_in

    def _as(self, login, cases):
        return cases.with_env(self.tickets(login).env)

    def investigated(self, number):
        """Return cases that were investigated; only the findings are to be handed in."""
        cases = self.create(number)()
        cases.action_accept()
        cases.notice_ids.action_serve(delivery="post", note="RX 1")
        cases = self._as("handler", cases)
        cases.action_start_investigation()
        cases.env["complaint.inquiry"].create(
            [{"ticket_id": case.id, "summary": "Seen."} for case in cases]
        )
        cases.write({"findings": "True."})
        return cases

    def change_phase(self, number=BATCH):
        """Return a function that hands findings in."""
        cases = self.investigated(number)
        return cases.action_submit_findings

    def close(self):
        cases = self.investigated(CLOSED)
        cases.action_submit_findings()
        cases.env["complaint.decision"].create(
            [
                {
                    "ticket_id": case.id,
                    "conclusion": "substantiated",
                    "reasons": "Seen.",
                }
                for case in cases
            ]
        )
        self._as("leader", cases).action_decide()
        cases = self._as("clerk", cases)
        cases.action_notify()
        cases.notice_ids.action_serve(delivery="post", note="RX 1")

        def close():
            cases.action_close()
            cases._tell_complainant("The case is closed.", "tell")

        return close


class Cases:
    """Both, in turns."""

    def __init__(self, timer, bare, ours):
        self.timer, self.bare, self.ours = timer, bare, ours

    def compare(self, name, bare, ours, **targets):
        """Time two functions that prepare and return what is timed."""
        self.timer.compare(
            name,
            {"bare": (self.bare.env, bare), "ours": (self.ours.env, ours)},
            **targets,
        )

    def compare_create(self):
        quiet = {"tracking_disable": True, "mail_create_nolog": True}
        bare, ours = self.bare.create, self.ours.create
        self.compare(
            "create one", lambda: bare(1), lambda: ours(1), ratio=0.8, most_queries=25
        )
        self.compare(
            f"create {BATCH}",
            lambda: bare(BATCH),
            lambda: ours(BATCH),
            number=BATCH,
            ratio=0.55,
            most_queries=11,
        )
        self.compare(
            f"import {BATCH} without notifications",
            lambda: bare(BATCH),
            lambda: ours(BATCH, **quiet),
            number=BATCH,
            ratio=0.25,
            most_queries=6,
        )

    def compare_register(self):
        """Ten thousand rows within two minutes are 12 ms a row."""
        self.compare(
            f"old register, {BATCH} rows",
            lambda: self.bare.create(BATCH),
            lambda: self.ours.bring_in(BATCH),
            number=BATCH,
            ratio=0.5,
            most_queries=2,
        )

    def compare_phase(self):
        self.compare(
            f"change of phase, {BATCH}",
            self.bare.change_phase,
            self.ours.change_phase,
            number=BATCH,
            ratio=0.3,
            most_queries=2.5,
        )

    def compare_close(self):
        self.compare(
            f"closing with mail, {CLOSED}",
            self.bare.close,
            self.ours.close,
            number=CLOSED,
            ratio=0.7,
        )
