"""The office under attack: other apps beside it, insiders with a role each, planted canaries."""

import os
import re
from dataclasses import dataclass, field

import methods
from ledger import Guard, Secret, connect
from wire import Wire

from tools import databases, live, odoo_cli, paths
from tools.proxy import free_port

#: Of Odoo and of OCA, which copy, count, mail or show records of any model.
BESIDE = (
    *("project", "crm", "survey", "mass_mailing", "hr_holidays", "website"),
    *("auditlog", "mail_tracking", "helpdesk_mgmt_crm", "helpdesk_mgmt_project"),
)
#: Processes that answer.
WORKERS = 3
#: A key like that of ``docs/operations.rst``, for this run only.
KEYS = "COMPLAINT_IDENTITY_KEYS"
#: People of the demo office.
DEMO = (
    *("clerk", "handler", "handler2", "leader", "leader2", "custodian", "discipline"),
    *("publisher", "manager", "auditor", "resident1", "resident2", "resident3"),
)
#: ``{login: groups}`` of others; nobody but ``busy`` and ``accused`` has a role of ours.
OTHERS = {
    "plain": ("base.group_user",),
    "hdmanager": ("base.group_user", "helpdesk_mgmt.group_helpdesk_manager"),
    "hdstaff": ("base.group_user", "helpdesk_mgmt.group_helpdesk_user"),
    "hrofficer": (
        *("base.group_user", "hr.group_hr_manager"),
        "hr_holidays.group_hr_holidays_manager",
    ),
    "sysadmin": ("base.group_user", "base.group_system", "base.group_erp_manager"),
    "seller": ("base.group_user", "sales_team.group_sale_manager"),
    "mailer": ("base.group_user", "mass_mailing.group_mass_mailing_user"),
    "planner": ("base.group_user", "project.group_project_manager"),
    "asker": ("base.group_user", "survey.group_survey_manager"),
    "designer": ("base.group_user", "website.group_website_designer"),
    "logreader": ("base.group_user", "auditlog.group_auditlog_user"),
    "busy": (
        *("base.group_user", "community_complaint.group_complaint_handler"),
        *("sales_team.group_sale_salesman_all_leads", "project.group_project_user"),
        *("mass_mailing.group_mass_mailing_user", "survey.group_survey_user"),
    ),
    "accused": ("base.group_user", "community_complaint.group_complaint_handler"),
    "elsewhere": ("base.group_user", "community_complaint.group_complaint_handler"),
}
SETTINGS = (
    *("complaint_regulation", "complaint_sla_policy", "complaint_measure"),
    *("helpdesk_ticket_team", "helpdesk_ticket_stage", "helpdesk_ticket_channel"),
    *("helpdesk_ticket_type", "complaint_complainant_kind", "complaint_cause"),
    *("complaint_canned_text", "complaint_delegation", "complaint_discipline"),
)
_USED = " in (select calendar_id from complaint_regulation where not is_template)"
#: Calendars by which no complaint goes are free.
CALENDARS = {
    "resource_calendar": f"id{_USED}",
    "resource_calendar_attendance": f"calendar_id{_USED}",
    "resource_calendar_leaves": f"resource_id is null and calendar_id{_USED}",
    "complaint_working_day": f"calendar_id{_USED}",
}


@dataclass
class Ground:
    """Everything an attack needs to know."""

    server: object
    keys: bool
    people: dict = field(default_factory=dict)
    secrets: list = field(default_factory=list)
    hidden: dict = field(default_factory=dict)
    cases: dict = field(default_factory=dict)

    @property
    def url(self):
        return self.server.url

    def sql(self, query, values=()):
        """Return rows, read past the server."""
        cursor = self.connection.cursor()
        cursor.execute(query, values or None)
        return cursor.fetchall() if cursor.description else []

    def visitor(self, login=None):
        """Return a new connection, signed in or not."""
        wire = Wire(self.url)
        wire.info = {}
        if login and not wire.sign_in(self.server.database, login, login):
            raise AssertionError(f"{login} cannot sign in")
        return wire

    def models(self):
        """Return names of all stored models."""
        rows = self.sql(
            "select model from ir_model where not transient and not abstract"
            " order by model"
        )
        return [name for (name,) in rows]

    def fields(self, model):
        """Return ``{field: (type, comodel)}`` of a model."""
        rows = self.sql(
            "select name, ttype, relation from ir_model_fields where model = %s",
            [model],
        )
        return {name: (kind, relation) for name, kind, relation in rows}


class Keyed(live.Server):
    """A server with other apps beside, and keys or none, that answers several at once."""

    def __init__(self, database, template, key=""):
        workers = ("--workers", WORKERS, "--gevent-port", free_port())
        super().__init__(database, demo=True, arguments=workers)
        self.template, self.key = template, key

    def start(self):
        databases.copy(self.template, self.database)
        self.environment = dict(odoo_cli.environment(), TZ="UTC")
        self.environment.pop(KEYS, None)
        if self.key:
            self.environment[KEYS] = self.key
        self.log.unlink(missing_ok=True)
        self.run_process()


def ensure_template():
    """Return a database with demo data and the other apps, built once a state.

    ``HOSTILE_TEMPLATE`` names one that is there.
    """
    if given := os.environ.get("HOSTILE_TEMPLATE"):
        return given
    ours = databases.ensure_ours(demo=True)
    name = f"{ours}_beside"
    if not databases.exists(name):
        building = f"{name}_building"
        databases.drop(building)
        databases.copy(ours, building)
        log = paths.LOGS / "hostile_beside.log"
        log.unlink(missing_ok=True)
        databases.install(building, BESIDE, log)
        databases.rename(building, name)
    return name


def prepare(server, keys):
    """Make people, plant canaries, and return the ground."""
    ground = Ground(server, keys)
    ground.connection = connect(server.database, server.environment)
    ground.admin = ground.visitor("admin")
    _hire(ground)
    ground.people = {name: ground.visitor(name) for name in (*DEMO, *OTHERS)}
    ground.methods, ground.base_methods = methods.public(server.database)
    rows = ground.sql("select model from ir_model where not transient and not abstract")
    ground.tables = {name for (name,) in rows}
    return ground


def ref(ground, xmlid):
    """Return an id by its xmlid."""
    module, _dot, name = xmlid.partition(".")
    rows = ground.sql(
        "select res_id from ir_model_data where module = %s and name = %s",
        [module, name],
    )
    return rows[0][0]


def made(answer):
    """Return the id of what was made; an error is raised."""
    if answer.error:
        raise AssertionError(f"{answer.error}: {answer.told}")
    return answer.result[0] if isinstance(answer.result, list) else answer.result


def _hire(ground):
    for login, groups in OTHERS.items():
        ids = [ref(ground, group) for group in groups]
        vals = {
            "name": f"员工{login}",
            "login": login,
            "password": login,
            "email": f"{login}@xiangyang.example",
            "lang": "zh_CN",
            "tz": "Asia/Shanghai",
            "group_ids": [(6, 0, ids)],
        }
        user = made(
            ground.admin.call(
                "res.users", "create", [vals], context={"no_reset_password": True}
            )
        )
        made(
            ground.admin.call(
                "hr.employee", "create", [{"name": vals["name"], "user_id": user}]
            )
        )


# ----------------------------------------------------------------------
# Canaries
# ----------------------------------------------------------------------

#: Who works at the desks or for the whole office, and may know what a case says.
STAFF = {
    *("clerk", "handler", "handler2", "leader", "leader2", "custodian", "manager"),
    *("discipline", "publisher", "auditor", "busy", "accused"),
}


def file(visitor, base, kind, matter, person=(), desk=None):
    """File a complaint by the three pages of the portal; return the last ``Answer``."""
    page = f"{base}?desk={desk}" if desk else base
    hidden = visitor.form(page)
    answer = visitor.post(base, {**hidden, "kind": kind})
    second = answer.headers.get("Location")
    if not second:
        return answer
    fields = {**visitor.form(second), **matter}
    answer = visitor.post(second, fields)
    third = answer.headers.get("Location")
    if not third:
        return answer
    answer = visitor.post(third, {**visitor.form(third), **dict(person)})
    if answer.headers.get("Location"):
        return visitor.get(answer.headers["Location"])
    return answer


def numbered(answer):
    """Return the number of the case a page shows."""
    return re.search(r"[A-Z]{2}\d{4}-\d{5}", answer.text)[0]


def case_id(ground, number):
    rows = ground.sql("select id from helpdesk_ticket where number = %s", [number])
    return rows[0][0]


def plant(ground):
    """File, by residents' own forms, what nobody may get at."""
    manager = ground.people["manager"]
    ground.desks = dict(
        ground.sql(
            "select r.code, r.id from complaint_regulation r"
            " where coalesce(is_template, false) = false order by id"
        )
    )
    for key in ground.desks.values():
        made(
            manager.call("complaint.regulation", "write", [key], {"allow_anonymous": 1})
        )
    _third_desk(ground)
    kind = ref(ground, "community_complaint.type_noise")
    other = ref(ground, "community_complaint.type_other")
    _desk_people(ground)
    resident = ground.people["resident1"]
    matter = {
        "what": "榆钱巷灯笼风铃响了三夜。我叫亓官澹雅，电话19912340001，"
        "邮箱qiguan-7731@secret.example，家住龙须沟巷771号。",
        "demand": "请为亓官澹雅保密",
        "place": "榆钱巷",
    }
    person = {
        "name": "亓官澹雅",
        "phone": "19912340001",
        "email": "qiguan-7731@secret.example",
        "address": "龙须沟巷771号",
        "confidentiality": "confidential",
    }
    page = file(
        resident, "/my/complaints/new", kind, matter, person, ground.desks["R01"]
    )
    number = numbered(page)
    ticket = case_id(ground, number)
    words = ["亓官澹雅", "19912340001", "qiguan-7731@secret.example", "龙须沟巷771号"]
    add = ground.secrets.append
    add(Secret("confidential", words, {"custodian", "resident1"}, ticket, number))
    story = ["榆钱巷灯笼风铃"]
    add(Secret("its story", story, STAFF | {"resident1"}, ticket, number))

    visitor = ground.visitor()
    matter = {"what": "槐花弄堂的井盖塌了，夜里有人掉下去。", "place": "槐花弄堂"}
    page = file(visitor, "/complaints/new", kind, matter, (), ground.desks["R01"])
    number = numbered(page)
    ticket = case_id(ground, number)
    code = re.search(r"\d{4} \d{4} \d{4} \d{4}", page.text)[0]
    ground.code, ground.anonymous = code, number
    words = [code, code.replace(" ", "")]
    add(Secret("receipt code", words, set(), ticket, number))
    add(Secret("anonymous story", ["槐花弄堂"], STAFF, ticket, number))

    resident = ground.people["resident2"]
    matter = {
        "what": "员工accused在菱角塘收了红包才肯办事。",
        "respondent": "员工accused",
        "demand": "处分员工accused",
    }
    person = {"name": "赫连望舒", "phone": "19912340003", "confidentiality": "open"}
    page = file(
        resident, "/my/complaints/new", other, matter, person, ground.desks["R02"]
    )
    number = numbered(page)
    ticket = case_id(ground, number)
    [(employee,)] = ground.sql(
        "select e.id from hr_employee e join res_users u on u.id = e.user_id"
        " where u.login = 'accused'"
    )
    vals = {"ticket_id": ticket, "kind": "employee", "employee_id": employee}
    made(ground.people["clerk"].call("complaint.respondent", "create", [vals]))
    words = ["菱角塘", "赫连望舒", "19912340003"]
    knows = (STAFF | {"resident2"}) - {"accused"}
    add(Secret("about the accused", words, knows, ticket, number))

    [(desk,)] = ground.sql(
        "select id from helpdesk_ticket_team where regulation_id = %s",
        [ground.desks["R03"]],
    )
    # that text takes no complaints online
    vals = {
        "team_id": desk,
        "description": "<p>荸荠园的锅炉停了五天。</p>",
        "type_id": other,
        "channel_id": ref(ground, "community_complaint.channel_window"),
        "complainant_name": "令狐采薇",
        "complainant_phone": "19912340004",
    }
    ticket = made(manager.call("helpdesk.ticket", "create", [vals]))
    number = ""
    words = ["荸荠园", "令狐采薇", "19912340004"]
    offices = {*("manager", "custodian", "discipline", "publisher", "auditor")}
    knows = offices | {"elsewhere"}
    add(Secret("another desk", words, knows, ticket, number))
    _look(ground)


def _third_desk(ground):
    """Adopt another text; one handler works there and nowhere else."""
    [(template,)] = ground.sql(
        "select id from complaint_regulation where is_template and code = 'R03'"
    )
    answers = {
        "superior_name": "示范市城管局",
        "superior_phone": "021-5555 0400",
        "passed_date": "2019-12-01",
        "in_force_date": "2020-01-01",
    }
    answer = ground.admin.call(
        "complaint.regulation", "action_adopt", [template], answers=answers
    )
    if answer.error:
        raise AssertionError(answer.told)
    action = answer.result[0] if isinstance(answer.result, list) else answer.result
    ground.desks["R03"] = action["res_id"]


def _desk_people(ground):
    def desk(code):
        rows = ground.sql(
            "select id from helpdesk_ticket_team where regulation_id = %s",
            [ground.desks[code]],
        )
        return rows[0][0]

    users = dict(ground.sql("select login, id from res_users"))
    for code, logins in (
        ("R01", ("busy", "accused")),
        ("R02", ("busy", "accused")),
        ("R03", ("elsewhere",)),
    ):
        vals = {"user_ids": [(4, users[login]) for login in logins]}
        made(
            ground.people["manager"].call(
                "helpdesk.ticket.team", "write", [desk(code)], vals
            )
        )


def _look(ground):
    """Note which cases each person must not see, and which nobody may change."""
    every = [
        key
        for (key,) in ground.sql(
            "select id from helpdesk_ticket where is_complaint order by id"
        )
    ]
    planted = [secret.ticket for secret in ground.secrets]
    for who, wire in ground.people.items():
        seen = wire.call(
            "helpdesk.ticket", "search", [], context={"active_test": False}
        )
        # what is planted comes first
        hidden = [key for key in every if key not in set(seen.result or ())]
        ground.hidden[who] = sorted(hidden, key=lambda key: key not in planted)
    rows = ground.sql(
        "select id from helpdesk_ticket where is_complaint"
        " and phase in ('closed', 'archived') order by id"
    )
    ground.cases["finished"] = [key for (key,) in rows]
    ground.cases["planted"] = sorted(set(planted))


def guard(ground):
    """Return the guard over finished cases, planted ones and settings."""
    cases = [*ground.cases["finished"], *ground.cases["planted"]]
    return Guard(
        connect(ground.server.database, ground.server.environment),
        cases,
        {**dict.fromkeys(SETTINGS, "true"), **CALENDARS},
        ("manager",),
    )


def new_key():
    """Return a ring with one key, as an office makes it."""
    import base64

    return "2026:" + base64.b64encode(os.urandom(32)).decode()
