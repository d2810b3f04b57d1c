"""A small office on a running server, made the way a manager makes it."""

from tools.live import RemoteError

CORE = "community_complaint"
#: What the texts leave to the office.
ANSWERS = {
    "superior_name": "Sunflower District Government",
    "superior_phone": "021-5555 0200",
    "passed_date": "2019-12-01",
    "in_force_date": "2020-01-01",
}


class Office:
    """An adopted regulation with its people, seen through the web client's own calls.

    :param server: a running server, see ``tests/conftest.py``
    :param template: XML id of the text it adopts
    :param name: its own name, in Chinese; its papers are in Chinese then
    :param answers: what it answers otherwise than :data:`ANSWERS` when the text asks
    """

    #: ``leader2`` is a second leader, who may decide on an appeal.
    roles = ("clerk", "handler", "leader", "leader2", "custodian")

    def __init__(self, server, template="regulation_r01", name=None, answers=()):
        self.server = server
        self.admin = server.login("admin")
        if name:
            self._name_office(name)
        [action] = [
            self.admin.call(
                "complaint.regulation",
                "action_adopt",
                [self.ref(template)],
                answers={**ANSWERS, **dict(answers)},
            )
        ]
        self.regulation = action["res_id"]
        [desk] = self.admin.call(
            "complaint.regulation", "read", [self.regulation], ["team_id"]
        )
        self.desk = desk["team_id"][0]
        self.people = {role: self._user(role) for role in self.roles}
        self.admin.call(
            "helpdesk.ticket.team",
            "write",
            [self.desk],
            {"user_ids": [(6, 0, list(self.people.values()))]},
        )
        self.sessions = {role: server.login(role) for role in self.roles}

    def _name_office(self, name):
        """Name the office in Chinese; its papers are in Chinese then."""
        [user] = self.admin.call(
            "res.users", "search_read", [["login", "=", "admin"]], ["company_id"]
        )
        company = user["company_id"][0]
        vals = {
            "name": name,
            "phone": "021-5555 0100",
            "email": "office@sunflower.example",
        }
        self.admin.call("res.company", "write", [company], vals)
        fields = ["partner_id", "resource_calendar_id"]
        [row] = self.admin.call("res.company", "read", [company], fields)
        vals = {"lang": "zh_CN", "tz": "Asia/Shanghai"}
        self.admin.call("res.partner", "write", [row["partner_id"][0]], vals)
        calendar = [row["resource_calendar_id"][0]]
        self.admin.call("resource.calendar", "write", calendar, {"tz": vals["tz"]})

    def mails_leave_by(self, port, domain=False):
        """Let the office send its mail by a server on loopback, as an administrator does.

        :param domain: that it takes mails of; without one the base writes as it does of
            itself
        """
        vals = {"name": "outside", "smtp_host": "127.0.0.1", "smtp_port": port}
        vals["from_filter"] = domain
        self.admin.call("ir.mail_server", "create", [vals])

    def texts_leave_by(self, url, key):
        """Let the office send text messages by a provider, as an administrator does."""
        for name, value in (("url", url), ("key", key)):
            parameter = f"community_complaint.sms_{name}"
            self.admin.call("ir.config_parameter", "set_param", parameter, value)

    def deliver(self):
        """Run the scheduled action that hands over what the office has to tell."""
        cron = self.ref("complaint_dispatch_cron_deliver")
        self.admin.call("ir.cron", "method_direct_trigger", [cron])

    def ref(self, name):
        """Return the id of a record of the core add-on."""
        [row] = self.admin.call(
            "ir.model.data",
            "search_read",
            [["module", "=", CORE], ["name", "=", name]],
            ["res_id"],
        )
        return row["res_id"]

    def _user(self, role, login=None):
        login = login or role
        group = self.ref(f"group_complaint_{role.rstrip('0123456789')}")
        vals = {
            "name": login,
            "login": login,
            "password": login,
            "lang": "zh_CN",
            "tz": "Asia/Shanghai",
            "group_ids": [(4, group)],
        }
        known = self.admin.call("res.users", "search", [["login", "=", login]])
        return known[0] if known else self.admin.call("res.users", "create", [vals])[0]

    def register(self, **vals):
        """Return the id of a new complaint, registered by the clerk."""
        return self.sessions["clerk"].call(
            "helpdesk.ticket",
            "create",
            [
                {
                    "team_id": self.desk,
                    "description": "<p>楼上夜间装修。</p>",
                    "type_id": self.ref("type_noise"),
                    "channel_id": self.ref("channel_window"),
                    "complainant_name": "李雷",
                    "complainant_phone": "13800000001",
                    **vals,
                }
            ],
        )[0]

    def step(self, role, name, *ids, **kwargs):
        """Take a step; return ``None``, or what the user is told."""
        try:
            self.sessions[role].call(
                "helpdesk.ticket", f"action_{name}", list(ids), **kwargs
            )
        except RemoteError as error:
            return str(error)
        return None

    def read(self, ticket, *names):
        """Return one case's values as the administrator of the office sees them."""
        [values] = self.sessions["leader"].call(
            "helpdesk.ticket", "read", [ticket], list(names)
        )
        return values

    # ----------------------------------------------------------------------
    # Residents, and what the office does with their cases
    # ----------------------------------------------------------------------

    def resident(self, login, name):
        """Return the id of a new resident with a portal account; password as login."""
        [row] = self.admin.call(
            "ir.model.data",
            "search_read",
            [["module", "=", "base"], ["name", "=", "group_portal"]],
            ["res_id"],
        )
        vals = {
            "name": name,
            "login": login,
            "password": login,
            "email": f"{login}@resident.example",
            "lang": "zh_CN",
            "tz": "Asia/Shanghai",
            "group_ids": [(6, 0, [row["res_id"]])],
        }
        return self.admin.call("res.users", "create", [vals])[0]

    def colleague(self, login, role):
        """Let one more person of a role work at the desk."""
        self.people[login] = self._user(role, login)
        desk = {"user_ids": [(4, self.people[login])]}
        self.admin.call("helpdesk.ticket.team", "write", [self.desk], desk)
        self.sessions[login] = self.server.login(login)

    def find(self, number):
        """Return the id of a case by its number."""
        domain = [["number", "=", number]]
        [ticket] = self.sessions["clerk"].call("helpdesk.ticket", "search", domain)
        return ticket

    def decide(self, ticket, findings, reasons, conclusion="substantiated"):
        """Take an accepted case to its result: inquiry, findings, decision, notices."""
        assert self.step("handler", "start_investigation", ticket) is None
        handler = self.sessions["handler"]
        handler.call(
            "complaint.inquiry",
            "create",
            [{"ticket_id": ticket, "kind": "visit", "summary": findings}],
        )
        handler.call("helpdesk.ticket", "write", [ticket], {"findings": findings})
        assert self.step("handler", "submit_findings", ticket) is None
        vals = {"ticket_id": ticket, "conclusion": conclusion, "reasons": reasons}
        handler.call("complaint.decision", "create", [vals])
        assert self.step("leader", "decide", ticket) is None
        assert self.step("clerk", "notify", ticket) is None

    def decide_appeal(self, appeal, reviewer, reasons, outcome="upheld"):
        """Let a reviewer decide an appeal.

        :param reviewer: login of somebody who had no part in the result
        """
        session = self.sessions[reviewer]
        self.sessions["leader"].call(
            "complaint.appeal", "action_assign", [appeal], self.people[reviewer]
        )
        vals = {"outcome": outcome, "reasons": reasons}
        session.call("complaint.appeal", "write", [appeal], vals)
        session.call("complaint.appeal", "action_decide", [appeal])
