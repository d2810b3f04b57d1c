"""What people look at all day, with their own rights, among very many tickets.

Ours is read by the clerk, the handler and the leader of a desk with every record rule in
force, bare by a helpdesk user who may read all tickets and so has no rule to obey.
"""

import filled
from bare import AGENT
from odoo_env import Timer, environment
from web_client import WebClient

TICKET = "helpdesk.ticket"
VIEW = "community_complaint.helpdesk_ticket_view_{}"
OURS_ALL = [("is_complaint", "=", True)]
OURS_OPEN = [*OURS_ALL, ("is_open", "=", True)]
BARE_OPEN = [("closed", "=", False)]


def run(args):
    """Return the rows of lists, forms, searches, boards and dashboards."""
    ours, bare = filled.ours(args.size, args), filled.bare(args.size, args)
    timer = Timer(args.repeat)
    with environment(bare, args.conf) as bare_env, environment(ours, args.conf) as env:
        screens = Screens(timer, bare_env, env)
        screens.compare_lists()
        screens.compare_form()
        screens.compare_search()
        screens.compare_board()
        screens.compare_desk()
    return timer.rows


class Screens:
    """The two web clients side by side."""

    def __init__(self, timer, bare_env, env):
        self.timer = timer
        self.bare = WebClient(bare_env, AGENT)
        self.people = {
            login: WebClient(env, login)
            for login in ("clerk", "handler", "leader", "manager")
        }

    def compare(self, name, bare, ours, login, **targets):
        """Time two functions of the web client that return a call to time."""
        self.timer.compare(
            name,
            {
                "bare": (self.bare.env, lambda: bare),
                "ours": (self.people[login].env, lambda: ours),
            },
            **targets,
        )

    def compare_lists(self):
        def ours(login, domain):
            return self.people[login].list(
                TICKET, domain, VIEW.format("list"), {"complaint_board": True}
            )

        for login in self.people:
            self.compare(
                f"list of 80, all: {login}",
                self.bare.list(TICKET, []),
                ours(login, OURS_ALL),
                login,
                ratio=0.25,
            )
        self.compare(
            "list of 80, open: clerk",
            self.bare.list(TICKET, BARE_OPEN),
            ours("clerk", OURS_OPEN),
            "clerk",
            ratio=0.25,
        )
        uid = self.people["handler"].env.uid
        self.compare(
            "list of 80, one's own: handler",
            self.bare.list(TICKET, [("user_id", "=", self.bare.env.uid)]),
            ours("handler", [*OURS_OPEN, ("user_id", "=", uid)]),
            "handler",
        )

    def compare_form(self):
        bare = self.one(self.bare, [("stage_id.sequence", "=", 2)])
        for login in self.people:
            for phase in ("registered", "investigating", "closed"):
                case = self.one(self.people[login], [("phase", "=", phase)])
                self.compare(
                    f"form, {phase}: {login}",
                    self.bare.form(TICKET, bare),
                    self.people[login].form(TICKET, case, VIEW.format("form")),
                    login,
                    ratio=0.25,
                )

    @staticmethod
    def one(client, domain):
        """Return the id of a ticket in the middle of what somebody may read."""
        tickets = client.env[TICKET]
        ids = tickets.search(domain, order="id", limit=200).ids
        return ids[len(ids) // 2]

    def compare_search(self):
        def typed(client):
            number = (
                client.env[TICKET]
                .browse(self.one(client, [("active", "=", True)]))
                .number
            )
            return ["|", ("number", "ilike", number), ("name", "ilike", number)]

        clerk = self.people["clerk"]
        self.compare(
            "search by number: clerk",
            self.bare.list(TICKET, typed(self.bare)),
            clerk.list(TICKET, [*OURS_ALL, *typed(clerk)], VIEW.format("list")),
            "clerk",
            ratio=0.12,
        )

    def compare_board(self):
        for login in ("clerk", "leader"):
            self.compare(
                f"kanban: {login}",
                self.bare.kanban(TICKET, [], "stage_id"),
                self.people[login].kanban(
                    TICKET,
                    OURS_ALL,
                    "stage_id",
                    VIEW.format("kanban"),
                    {"complaint_board": True},
                ),
                login,
                ratio=0.5,
            )

    def compare_desk(self):
        teams = "helpdesk.ticket.team"
        arch = self.bare.arch(
            teams, "kanban", "helpdesk_mgmt.helpdesk_ticket_kanban_view"
        )
        spec = self.bare.spec(teams, arch)

        def bare():
            self.bare.call(
                teams,
                "web_search_read",
                domain=[],
                specification=spec,
                limit=80,
            )
            self.bare.call(teams, "retrieve_dashboard")

        for login in self.people:
            client = self.people[login]
            self.compare(
                f"dashboard: {login}",
                bare,
                lambda client=client: client.call(TICKET, "get_complaint_desk"),
                login,
                ratio=0.25,
            )
