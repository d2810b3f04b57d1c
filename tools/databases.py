"""Databases: templates with the base installed, ours on top, the demo."""

import os
import re
import shutil
from datetime import date

from tools import logs, odoo_cli, paths, postgres, python_env
from tools.steps import Failure, lock, step

BASE_MODULES = (
    "base",
    "mail",
    "portal",
    "hr",
    "calendar",
    "resource",
    "privacy_lookup",
    "spreadsheet_dashboard",
    "helpdesk_mgmt",
    "helpdesk_type",
    "helpdesk_mgmt_rating",
    "base_tier_validation",
    "report_xlsx",
)
LANGUAGE = "zh_CN"
DEMO = "complaint"
#: Bundles what pages load, in Odoo's shell; ``ir.qweb`` would take those of tests as well.
BUNDLING = """
for name, css, js in (
    ("web.assets_web", True, True),
    ("web.assets_web_print", True, False),
    ("web.assets_frontend", True, False),
    ("web.assets_frontend_minimal", False, True),
    ("web.assets_frontend_lazy", False, True),
    ("web.assets_emoji", False, True),
    ("web_tour.interactive", False, True),
    ("bus.websocket_worker_assets", False, True),
):
    assets = env["ir.qweb"]._get_asset_bundle(name, css=css, js=js)
    css and assets.css()
    js and assets.js()
env.cr.commit()
"""
NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,62}")


def exists(name):
    """Tell whether a database exists."""
    return bool(postgres.query(f"select 1 from pg_database where datname = '{name}'"))


def check_name(name):
    """Refuse a name that is unsafe in SQL, a path or a URL."""
    if not NAME.fullmatch(name) or name in ("postgres", "template0", "template1"):
        raise Failure(f"{name!r} cannot be the name of a database.")


def drop(name):
    """Drop a database and its files."""
    check_name(name)
    postgres.query(f'drop database if exists "{name}" with (force)')
    shutil.rmtree(filestore(name), ignore_errors=True)


def filestore(name):
    """Return the folder of a database's files."""
    return paths.DATA / "filestore" / name


def copy(source, target):
    """Copy a database and its files; an old target is replaced."""
    drop(target)
    postgres.query(
        f"select pg_terminate_backend(pid) from pg_stat_activity"
        f" where datname = '{source}'"
    )
    postgres.query(f'create database "{target}" template "{source}"')
    if filestore(source).is_dir():
        # files are never changed in place, so links are as good as copies
        shutil.copytree(filestore(source), filestore(target), copy_function=os.link)
    # a copy is another database
    fresh = (
        "update ir_config_parameter set value = gen_random_uuid()"
        " where key in ('database.uuid', 'database.secret')"
    )
    postgres.query(fresh, target)


def rename(source, target):
    """Rename a database and its files; from then on it counts as complete."""
    shutil.rmtree(filestore(target), ignore_errors=True)
    if filestore(source).is_dir():
        filestore(source).rename(filestore(target))
    postgres.query(f'alter database "{source}" rename to "{target}"')


def template_name(demo):
    """Return the name of the template: it changes with all that it is made of."""
    made_of = (python_env.wheels_key(), BASE_MODULES, LANGUAGE, demo)
    key = paths.files_hash(extra=(*made_of, python_env.debian.odoo_path()))
    return f"cc_base{'_demo' if demo else ''}_{key[:10]}"


def ensure_template(demo=False):
    """Return the template with Odoo, the helpdesk and Chinese, without ours."""
    name = template_name(demo)
    with lock(paths.WORK / f"{'demo' if demo else 'base'}.lock", "a template database"):
        if not exists(name):
            kind = " with demo data" if demo else ""
            with step(f"Installing Odoo and the helpdesk{kind} into a template"):
                build_template(name, demo)
    return name


def build_template(name, demo):
    """Build a template under a temporary name."""
    building = f"{name}_building"
    drop(building)
    log = paths.LOGS / f"{name}.log"
    log.unlink(missing_ok=True)
    install(building, BASE_MODULES, log, demo, "--load-language", LANGUAGE)
    rename(building, name)


def install(name, modules, log, demo=False, *arguments, variables=None):
    """Install modules into a database; it is created when absent.

    :param variables: see ``odoo_cli.call``
    """
    flag = "--with-demo" if demo else "--without-demo"
    odoo_cli.call(
        log,
        *("server", "-d", name, "-i", ",".join(modules), flag),
        *("--stop-after-init", "--no-http", "--max-cron-threads", "0", *arguments),
        variables=variables,
    )
    state = "select count(*) from ir_module_module where state like 'to %'"
    if postgres.query(state, name) != ["0"]:
        raise Failure(f"Some modules did not install into {name}; see {log}")


def ours_name(demo):
    """Return the name of the template with our add-ons: it follows their sources."""
    digest = [template_name(demo)]
    # demo data is dated relative to today
    digest += [date.today().isoformat()] if demo else []
    for addon in paths.present_addons():
        folder = paths.ROOT / addon
        for path in sorted(folder.rglob("*")):
            parts = path.relative_to(folder).parts
            if path.is_file() and not {"tests", "__pycache__"} & set(parts):
                digest += [path.relative_to(paths.ROOT), path.read_bytes()]
    return f"cc_ours{'_demo' if demo else ''}_{paths.files_hash(extra=digest)[:10]}"


def ours_log(demo):
    """Return the log of installing our add-ons into the template."""
    return paths.LOGS / f"{ours_name(demo)}.log"


def ensure_ours(demo=False):
    """Return the template with our add-ons installed, in their present state."""
    base = ensure_template(demo)
    kind = " with demo data" if demo else ""
    lock_name = f"ours{'-demo' if demo else ''}.lock"
    with lock(paths.WORK / lock_name, "a template database"):
        name = ours_name(demo)
        if exists(name):
            return name
        forget_others(name)
        with step(f"Installing our add-ons{kind} into a template"):
            building, log = f"{name}_building", ours_log(demo)
            log.unlink(missing_ok=True)
            copy(base, building)
            if addons := paths.present_addons():
                install(building, addons, log, demo)
            rename(building, name)
    return name


def ensure_bundled(demo=False):
    """Return that template with the scripts and styles of its pages bundled already.

    A server would do so for the first page it sends, which takes five seconds.
    """
    ours = ensure_ours(demo)
    name = f"{ours}_web"
    with lock(paths.WORK / "bundled.lock", "a template database"):
        if not exists(name):
            with step("Bundling scripts and styles into a template"):
                building = f"{name}_building"
                copy(ours, building)
                log = paths.LOGS / f"{name}.log"
                command = ("shell", "-d", building, "--no-http")
                odoo_cli.call(log, *command, script=BUNDLING)
                rename(building, name)
    return name


def forget_others(name):
    """Drop templates of earlier states of our add-ons."""
    prefix = name.rpartition("_")[0]
    sql = f"select datname from pg_database where datname ~ '^{prefix}_[0-9a-f]{{10}}'"
    for old in postgres.query(sql):
        drop(old)
        (paths.LOGS / f"{old}.log").unlink(missing_ok=True)


def create(name, demo=False):
    """(Re)create a database with our add-ons."""
    check_name(name)
    building = f"{name}_building"
    check_name(building)
    template = ensure_ours(demo)
    with step(f"Creating the database {name}{' with demo data' if demo else ''}"):
        copy(template, building)
        drop(name)
        rename(building, name)
    logs.report(ours_log(demo))


def ensure_demo():
    """Create the demo database unless it is there."""
    with lock(paths.WORK / "demo-database.lock", "the demo database"):
        if not exists(DEMO):
            create(DEMO, demo=True)


def update(name, modules, log, variables=None):
    """Update modules of a database to the present state of their sources.

    :param variables: see ``odoo_cli.call``
    """
    odoo_cli.call(
        log,
        *("server", "-d", name, "-u", ",".join(modules)),
        *("--stop-after-init", "--no-http", "--max-cron-threads", "0"),
        variables=variables,
    )
