"""Odoo's configuration file and command line."""

import os
import re
import subprocess
from pathlib import Path

from tools import paths, postgres
from tools.steps import Failure, die_with_parent, tail, write_atomically

#: Subcommands of Odoo that have subcommands themselves.
NESTED = ("i18n", "module")
LAUNCHER = paths.ROOT / "tools" / "odoo-bin"
#: That of servers for tests, whose passwords are hashed at once.
LIVE_LAUNCHER = paths.ROOT / "tools" / "odoo-live"
MISSING_TABLE = re.compile(r"database \S+ not initialized")


def ensure_conf():
    """Write the configuration for this clone."""
    connection = postgres.connection()
    lines = [
        "[options]",
        *([f"addons_path = {paths.ROOT}"] if paths.present_addons() else []),
        f"data_dir = {paths.DATA}",
        f"db_host = {connection['PGHOST'] or False}",
        f"db_port = {connection['PGPORT']}",
        f"db_user = {connection['PGUSER']}",
        "db_maxconn = 32",
        "http_interface = 127.0.0.1",
        "list_db = False",
        "server_wide_modules = base,web",
        "limit_time_real = 600",
        "limit_time_cpu = 600",
    ]
    text = "\n".join(lines) + "\n"
    if not paths.CONF.is_file() or paths.CONF.read_text() != text:
        write_atomically(paths.CONF, text)
    paths.DATA.mkdir(parents=True, exist_ok=True)


def command(subcommand, *arguments, launcher=LAUNCHER):
    """Return the command line of Odoo with the configuration of this clone."""
    base = [str(paths.PYTHON), str(launcher), subcommand]
    arguments = [str(argument) for argument in arguments]
    if subcommand in NESTED and arguments:
        # their options belong to what follows: ``i18n export -c ...``
        base.append(arguments.pop(0))
    return [*base, "-c", str(paths.CONF), *arguments]


def environment():
    """Return the environment of Odoo."""
    # a start folder with a package named like one of Odoo's must not matter
    return dict(postgres.environment(), PYTHONSAFEPATH="1")


def replace_process(arguments):
    """Become Odoo's own command line: ``server`` is the default subcommand."""
    arguments = list(arguments)
    if not arguments or arguments[0].startswith("-"):
        arguments.insert(0, "server")
    if arguments[0] in ("help", "scaffold", "cloc", "upgrade_code"):
        line = [str(paths.PYTHON), str(LAUNCHER), *arguments]
    else:
        line = command(*arguments)
    os.execve(line[0], line, environment())


def call(log, subcommand, *arguments, hint="", variables=None, script=""):
    """Run Odoo to its end with its output in a log file; fail on a bad exit.

    :param variables: more variables of its environment, as a dict
    :param script: what it reads, as its shell does
    """
    log = Path(log)
    log.parent.mkdir(parents=True, exist_ok=True)
    with open(log, "ab") as stream:
        done = subprocess.run(
            command(subcommand, *arguments),
            input=script.encode(),
            stdout=stream,
            stderr=subprocess.STDOUT,
            env={**environment(), **(variables or {})},
            preexec_fn=die_with_parent,
        )
    if done.returncode:
        raise Failure(
            f"Odoo ended with {done.returncode}:\n{tail(log)}\n"
            f"   {hint or 'The whole log is ' + str(log)}"
        )
