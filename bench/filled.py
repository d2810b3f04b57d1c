"""Databases with as many complaints, or bare tickets, as wanted.

Both start from the template with demo data. A complaint is a copy of one of the demo
office's cases, a bare ticket one of a team with three time limits of
``helpdesk_mgmt_sla``. Phases, handlers, residents, companies and conflicts of interest
are spread the same way on both sides. A filled database is kept until what it is made of
changes.
"""

from pathlib import Path

from clone import Cloner
from odoo_env import environment, install

from tools import databases, paths, postgres
from tools.steps import say, step

PREFIX = "cc_bench"
#: Share of the cases, in percent, and how many days ago they were the least and the most.
#: 200,000 in five and a half years are 3,000 a month: so many are open, for about a month
#: each, with some delay. Archiving lags behind.
SPREAD = {
    "registered": (0.2, 0, 3),
    "accepted": (0.3, 0, 3),
    "investigating": (0.8, 0, 3),
    "deciding": (0.4, 0, 3),
    "notified": (0.3, 0, 3),
    "closed": (48, 5, 2000),
    "archived": (40, 60, 2000),
    "refused": (4, 5, 2000),
    "withdrawn": (6, 5, 2000),
}
#: Where a bare ticket is when a complaint is in this phase; archived ones are inactive.
STAGES = {
    "registered": "new",
    "accepted": "new",
    "investigating": "in_progress",
    "deciding": "in_progress",
    "notified": "awaiting",
    "closed": "done",
    "archived": "done",
    "refused": "rejected",
    "withdrawn": "cancelled",
}
COLLEAGUES = 30
#: One of so many cases is kept from each of the people who look.
CONFLICTS = 1_000
#: Cases of the resident who looks, in a database of any size.
OWN_CASES = 10
RESIDENT = "bench.resident"


def ours(size, args):
    """Return the name of a database with ``size`` complaints."""
    return _filled("ours", size, args, databases.ours_name(demo=True))


def bare(size, args):
    """Return the name of a database with ``size`` tickets of the bare helpdesk."""
    return _filled("bare", size, args, databases.template_name(demo=True))


def _filled(kind, size, args, template):
    here = Path(__file__).parent
    sources = [here / f"{module}.py" for module in ("clone", "filled", "bare")]
    key = paths.files_hash(*sources, extra=(template,))[:8]
    prefix = f"{PREFIX}_{kind}_{size}_"
    name = f"{prefix}{key}"
    if databases.exists(name):
        return name
    sql = f"SELECT datname FROM pg_database WHERE datname ~ '^{prefix}'"
    known = postgres.query(sql)
    if known and args.reuse:
        return _updated(known[0], kind, args)
    for old in known:
        databases.drop(old)
    if kind == "ours":
        template = databases.ensure_ours(demo=True)
    else:
        template = databases.ensure_template(demo=True)
    with step(f"Filling a database with {size:,} {kind} tickets"):
        building = f"{name}_building"
        databases.copy(template, building)
        _fill(building, kind, size, args)
        databases.rename(building, name)
    return name


def _fill(name, kind, size, args):
    if kind == "bare":
        install(name, args.conf, ["helpdesk_mgmt_sla"])
    with environment(name, args.conf) as env:
        skip_checks(env.cr)
        rows = (_fill_ours if kind == "ours" else _fill_bare)(env, size)
        env.cr.commit()
    say(f"   {rows:,} rows")
    close(name)
    postgres.query("VACUUM ANALYZE", name)


def skip_checks(cr):
    """Write copies without looking up every reference, where PostgreSQL allows it."""
    cr.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")
    if cr.fetchone()[0]:
        cr.execute("SET LOCAL session_replication_role = replica")


def _updated(name, kind, args):
    """Bring a filled database to the present state of our add-ons."""
    if kind == "ours":
        with step(f"Updating {name}"):
            databases.update(name, paths.present_addons(), paths.LOGS / f"{name}.log")
            postgres.query("VACUUM ANALYZE", name)
    return name


def close(name):
    """Let go of a database, so that it can be renamed."""
    from odoo.modules.registry import Registry
    from odoo.sql_db import close_db

    Registry.delete(name)
    close_db(name)


# ----------------------------------------------------------------------
# Complaints
# ----------------------------------------------------------------------


def _fill_ours(env, size):
    """Copy the demo office's cases until there are ``size`` of them."""
    Ticket = env["helpdesk.ticket"].with_context(active_test=False)
    seeds = Ticket.search([("is_complaint", "=", True)], order="id")
    twins = _twins(env, seeds)
    desks = seeds.team_id
    handlers = _colleagues(env, "community_complaint.group_complaint_handler")
    handlers += env["res.users"].search([("login", "=", "handler")])
    desks.write({"user_ids": [(4, user.id) for user in handlers]})
    _residents(env, size)
    env.flush_all()
    values = {
        ("helpdesk_ticket", "number"): (
            "'TS' || extract(year FROM t.received_date - m.days * interval '1 day')::int"
            " || '-' || lpad(m.n::text, 6, '0')"
        ),
        ("helpdesk_ticket", "name"): "t.name || ' ' || m.n",
        ("helpdesk_ticket", "user_id"): _one_of(handlers, "t.user_id IS NOT NULL"),
        ("complaint_identity", "phone_key"): "'138' || lpad(m.n::text, 8, '0')",
        ("complaint_identity", "email_key"): (
            "CASE mod(m.n, 3) WHEN 0 THEN 'r' || m.n || '@resident.example' END"
        ),
        ("complaint_identity", "partner_key"): f"{_resident(size)}::text",
        # without keys the vault is readable
        ("complaint_identity", "vault"): (
            "jsonb_set(t.vault::jsonb, '{partner_id}',"
            f" to_jsonb({_resident(size)}))::text"
        ),
        ("complaint_notice", "number"): "t.number || '-' || m.n",
        ("mail_followers", "partner_id"): _follower(seeds.user_id, handlers),
    }
    cloner = Cloner(env.cr, "helpdesk_ticket", "helpdesk.ticket", values, twins)
    rows = cloner.clone(_plan(seeds.grouped("phase"), size))
    _conflicts(env)
    return rows


def _plan(groups, size):
    """Return what to copy how often: see :meth:`Cloner.clone`."""
    shares = {phase: SPREAD[phase][0] for phase in groups if phase in SPREAD}
    plan = []
    for phase, share in shares.items():
        seeds = groups[phase]
        copies = round(size * share / sum(shares.values()))
        for index, seed in enumerate(seeds):
            number = copies // len(seeds) + (index < copies % len(seeds))
            if number:
                plan.append((seed.id, number, *SPREAD[phase][1:]))
    return plan


def _twins(env, seeds):
    """Make a second office like the first and return which record is like which."""
    first = env.ref("base.main_company")
    second = env["res.company"].create({"name": "Second Office"})
    second.resource_calendar_id = first.resource_calendar_id.copy(
        {"company_id": second.id}
    )
    office = env(context={"allowed_company_ids": [second.id, first.id]})
    old = seeds.regulation_id
    new = env["complaint.regulation"].browse(
        office["complaint.regulation"]
        .browse(regulation.template_id.id)
        ._adopt(second)
        .id
        for regulation in old
    )

    def pairs(olds, news):
        return dict(zip(olds.ids, news.ids, strict=True))

    stages = env["helpdesk.ticket.stage"]
    by_phase = {
        stage.complaint_phase: stage
        for stage in stages.search([("company_id", "=", second.id)])
    }
    known = stages.search(
        [("company_id", "=", first.id), ("complaint_phase", "in", [*by_phase])]
    )
    return {
        "res_company": {first.id: second.id},
        "complaint_regulation": pairs(old, new),
        "helpdesk_ticket_team": pairs(old.team_id, new.team_id),
        "complaint_sla_policy": pairs(
            old.sla_policy_ids.sorted(
                lambda item: (item.regulation_id.code, item.sequence)
            ),
            new.sla_policy_ids.sorted(
                lambda item: (item.regulation_id.code, item.sequence)
            ),
        ),
        "helpdesk_ticket_stage": {
            stage.id: by_phase[stage.complaint_phase].id for stage in known
        },
    }


def _colleagues(env, group):
    """Return new users with a role."""
    return env["res.users"].create(
        [
            {
                "name": f"Colleague {number}",
                "login": f"colleague{number}",
                "lang": "zh_CN",
                "group_ids": [(4, env.ref(group).id)],
            }
            for number in range(COLLEAGUES)
        ]
    )


def _residents(env, size):
    """Make portal contacts, the first of them with a user, known as ``bench_resident``."""
    resident = env["res.users"].create(
        {
            "name": "Resident",
            "login": RESIDENT,
            "lang": "zh_CN",
            "email": f"{RESIDENT}@resident.example",
            "group_ids": [(6, 0, env.ref("base.group_portal").ids)],
        }
    )
    others = env["res.partner"].create(
        [
            {"name": f"Resident {n}", "email": f"resident{n}@resident.example"}
            for n in range(1, max(size // 20, 2))
        ]
    )
    env.flush_all()
    env.cr.execute("CREATE TEMP TABLE bench_resident (rank int PRIMARY KEY, id int)")
    ids = (resident.partner_id | others).ids
    env.cr.execute(
        "INSERT INTO bench_resident SELECT ordinality - 1, id"
        " FROM unnest(%s) WITH ORDINALITY AS known(id)",
        [ids],
    )


def _resident(size):
    """Return the SQL of a case's resident; the one who looks has ``OWN_CASES``."""
    others = max(size // 20, 2) - 1
    own = f"mod(m.n, {size // OWN_CASES}) = 1"
    rank = f"CASE WHEN {own} THEN 0 ELSE 1 + mod(m.n * 7, {others}) END"
    return f"(SELECT id FROM bench_resident WHERE rank = {rank})"


def _one_of(records, condition):
    """Return the SQL of the id of one of some records, if a condition holds."""
    ids = ", ".join(map(str, records.ids))
    return f"CASE WHEN {condition} THEN (ARRAY[{ids}])[1 + mod(m.n * 7, {len(records)})] END"


def _follower(originals, users):
    """Return the SQL of who follows a copy: its handler where the original's did."""
    known = ", ".join(map(str, originals.partner_id.ids))
    return f"coalesce({_one_of(users.partner_id, f't.partner_id IN ({known})')}, t.partner_id)"


def _conflicts(env):
    """Keep the people who look away from some cases each."""
    logins = ("clerk", "handler", "leader", "manager")
    for offset, login in enumerate(logins):
        user = env["res.users"].search([("login", "=", login)])
        for name in ("recused", "conflict"):
            env.cr.execute(
                f"INSERT INTO helpdesk_ticket_{name}_user_rel (ticket_id, user_id)"
                " SELECT id, %s FROM map_helpdesk_ticket WHERE mod(n, %s) = %s",
                [user.id, CONFLICTS, offset],
            )
        env.cr.execute(
            "INSERT INTO complaint_conflict"
            " (ticket_id, company_id, user_id, cause, state, set_by_id, set_date)"
            " SELECT t.id, t.company_id, %(user)s, 'named', 'set', %(user)s, now()"
            " FROM map_helpdesk_ticket m JOIN helpdesk_ticket t USING (id)"
            " WHERE mod(m.n, %(every)s) = %(offset)s",
            {"user": user.id, "every": CONFLICTS, "offset": offset},
        )


# ----------------------------------------------------------------------
# Bare tickets
# ----------------------------------------------------------------------


def _fill_bare(env, size):
    """Copy tickets of the bare helpdesk until there are ``size`` of them."""
    from bare import Helpdesk

    helpdesk = Helpdesk(env)
    seeds = helpdesk.seeds(STAGES)
    agents = helpdesk.agent + _colleagues(env, "helpdesk_mgmt.group_helpdesk_user")
    helpdesk.team.write({"user_ids": [(4, user.id) for user in agents]})
    _residents(env, size)
    env.flush_all()
    customer = helpdesk.customer.id
    values = {
        ("helpdesk_ticket", "number"): "'HT' || lpad(m.n::text, 6, '0')",
        ("helpdesk_ticket", "name"): "t.name || ' ' || m.n",
        ("helpdesk_ticket", "user_id"): _one_of(agents, "t.user_id IS NOT NULL"),
        ("helpdesk_ticket", "partner_id"): _resident(size),
        ("helpdesk_ticket", "commercial_partner_id"): _resident(size),
        ("mail_followers", "partner_id"): (
            f"CASE WHEN t.partner_id = {customer} THEN {_resident(size)}"
            f" ELSE {_follower(helpdesk.agent, agents)} END"
        ),
    }
    cloner = Cloner(
        env.cr, "helpdesk_ticket", "helpdesk.ticket", values, helpdesk.twins()
    )
    return cloner.clone(_plan(seeds, size))
