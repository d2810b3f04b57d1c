"""What must not cost more the more complaints there are: few and many side by side."""

import filled
from cases import Ours
from odoo_env import Timer, environment
from screens import OURS_OPEN, TICKET, VIEW, Screens
from visitor import Visitor
from web_client import WebClient

FEW = 2_000
PHASES = 20
#: How much more the same may take: measuring itself is not more exact.
MOST = 1.2


def run(args):
    """Return the rows of steps, forms and pages in a small and a large database."""
    timer = Timer(args.repeat)
    few, many = filled.ours(FEW, args), filled.ours(args.size, args)
    with environment(few, args.conf) as small, environment(many, args.conf) as large:
        growth = Growth(timer, {f"{FEW:,}": small, f"{args.size:,}": large})
        growth.compare_steps()
        growth.compare_screens()
        growth.compare_portal()
    return timer.rows


class Growth:
    """The same in two databases."""

    def __init__(self, timer, envs):
        self.timer, self.envs = timer, envs
        self.offices = {label: Ours(env) for label, env in envs.items()}

    def compare(self, name, prepare, **targets):
        """Time what ``prepare(label)`` returns, a function that prepares and returns one."""
        sides = {label: (env, prepare(label)) for label, env in self.envs.items()}
        self.timer.compare(name, sides, ratio=MOST, **targets)

    def compare_steps(self):
        self.compare("create one", lambda label: lambda: self.offices[label].create(1))
        self.compare(
            f"change of phase, {PHASES}",
            lambda label: lambda: self.offices[label].change_phase(PHASES),
            number=PHASES,
        )

    def compare_screens(self):
        for phase in ("registered", "investigating"):
            self.compare(
                f"form, {phase}", lambda label, phase=phase: self._form(label, phase)
            )
        self.compare("list of 80, open", self._list)
        self.compare("my desk", self._desk)

    def _form(self, label, phase):
        client = WebClient(self.envs[label], "clerk")
        case = Screens.one(client, [("phase", "=", phase)])
        call = client.form(TICKET, case, VIEW.format("form"))
        return lambda: call

    def _list(self, label):
        client = WebClient(self.envs[label], "clerk")
        call = client.list(TICKET, OURS_OPEN, VIEW.format("list"))
        return lambda: call

    def _desk(self, label):
        client = WebClient(self.envs[label], "handler")
        return lambda: lambda: client.call(TICKET, "get_complaint_desk")

    # ------------------------------------------------------------------
    # Portal
    # ------------------------------------------------------------------

    def compare_portal(self):
        self.compare("portal, one's own: cases", self._own_cases)
        self.compare("portal, one's own: page", lambda label: self._page(label, False))
        self.compare("portal, tracking: page", lambda label: self._page(label, True))

    def _own_cases(self, label):
        """Find and read one's own cases, as the page does."""
        client = WebClient(self.envs[label], filled.RESIDENT)
        tickets, partner = client.env[TICKET], client.env.user.partner_id

        def read():
            tickets._portal_count(partner)
            for case in tickets._portal_search(
                partner, order="received_date desc, id desc", limit=10
            ):
                case._portal_status()
                case._portal_next_date()

        return lambda: read

    def _page(self, label, tracking):
        env = self.envs[label]
        visitor = Visitor(env, filled.RESIDENT)
        path = "/my/complaints"
        if tracking:
            client = WebClient(env, filled.RESIDENT)
            partner = client.env.user.partner_id
            [case] = client.env[TICKET]._portal_search(partner, order="id", limit=1)
            path += f"/{case.number}"
        return lambda: lambda: visitor.open(path)
