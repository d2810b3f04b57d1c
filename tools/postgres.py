"""PostgreSQL: the one that ``PGHOST``/``PGPORT`` name, or a private cluster."""

import os
import pwd
import shutil
import signal
import subprocess
from functools import cache
from pathlib import Path

from tools import paths, system
from tools.steps import Failure, lock, run, say, step, tail

USER = "odoo"
PORT = "5432"
FALLBACK = Path("/var/lib/community-complaint")
LONGEST_SOCKET = 100
SETTINGS = """
listen_addresses = ''
port = {port}
unix_socket_directories = '{socket}'
unix_socket_permissions = 0700
max_connections = 200
shared_buffers = 256MB
effective_cache_size = 1GB
work_mem = 16MB
max_wal_size = 2GB
jit = off
timezone = 'UTC'
log_timezone = 'UTC'
# what fails may name people
log_min_error_statement = panic
log_error_verbosity = terse
"""


def is_given():
    """Tell whether the environment names a running server."""
    return bool(os.environ.get("PGHOST") or os.environ.get("PGPORT"))


@cache
def connection():
    """Return the libpq variables that reach the server."""
    if is_given():
        user = os.environ.get("PGUSER") or pwd.getpwuid(os.geteuid()).pw_name
        if user == "postgres":
            raise Failure(
                "Odoo refuses to work as the database user postgres.\n"
                "   createuser --createdb odoo, then set PGUSER=odoo (and PGPASSWORD)."
            )
        return {
            "PGHOST": os.environ.get("PGHOST", ""),
            "PGPORT": os.environ.get("PGPORT", PORT),
            "PGUSER": user,
        }
    return {"PGHOST": str(socket_folder()), "PGPORT": PORT, "PGUSER": USER}


def environment():
    """Return the environment for programs that talk to the server."""
    given = {name: value for name, value in connection().items() if value}
    binaries = system.postgres_bin()
    path = os.environ.get("PATH", "")
    # Odoo calls pg_dump and the like by name
    return dict(os.environ, **given, PATH=f"{path}:{binaries}" if binaries else path)


def ensure():
    """Make sure that a server answers."""
    if answers():
        return
    if is_given():
        raise Failure(
            f"No PostgreSQL answers at {connection()} (from PGHOST, PGPORT, PGUSER).\n"
            "   Start it, or unset PGHOST and PGPORT for a private one."
        )
    with lock(cluster().parent / "pg.lock", "PostgreSQL"):
        if answers():
            return
        if not (cluster() / "PG_VERSION").is_file():
            create()
        start()


def answers():
    """Tell whether the server accepts our connection."""
    command = ["psql", "--no-psqlrc", "--quiet", "--no-password", "-d", "postgres"]
    done = subprocess.run(
        [*command, "-c", "select 1"],
        capture_output=True,
        env=dict(environment(), PGCONNECT_TIMEOUT="5"),
    )
    return done.returncode == 0


def owner():
    """Return the passwd entry of who runs the private cluster; it refuses root."""
    if os.geteuid():
        return pwd.getpwuid(os.geteuid())
    try:
        return pwd.getpwnam("postgres")
    except KeyError:
        raise Failure(
            "PostgreSQL does not run as root and there is no user postgres.\n"
            "   apt-get install postgresql, or run as an ordinary user."
        ) from None


@cache
def home():
    """Return the folder of cluster and socket: in the clone where that can work."""
    if not os.geteuid() and not reachable(paths.ROOT, owner()):
        return FALLBACK / paths.clone_hash()
    return paths.WORK


def reachable(folder, user):
    """Tell whether a user can enter a folder."""
    script = 'cd "$1"'
    done = subprocess.run(
        ["sh", "-c", script, "sh", str(folder)], capture_output=True, **as_user(user)
    )
    return done.returncode == 0


def as_user(user):
    """Return the arguments of ``subprocess`` that drop to a user."""
    if os.geteuid():
        return {}
    return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": [], "cwd": "/"}


def cluster():
    """Return the data folder of the private cluster."""
    return home() / "pg"


@cache
def socket_folder():
    """Return a folder whose path is short enough for a socket."""
    folder = home() / "socket"
    if len(str(folder)) + len("/.s.PGSQL.5432.lock") <= LONGEST_SOCKET:
        return folder
    if not os.geteuid():
        return FALLBACK / paths.clone_hash() / "socket"
    base = os.environ.get("XDG_RUNTIME_DIR") or "/tmp"
    return Path(base) / f"community-complaint-{os.geteuid()}-{paths.clone_hash()}"


def create():
    """Make the cluster under a temporary name and rename it when it is complete."""
    final = cluster()
    temporary = final.with_name("pg.tmp")
    with step("Creating the PostgreSQL cluster"):
        if final.exists():
            raise Failure(f"{final} is not a PostgreSQL cluster; remove it first.")
        shutil.rmtree(temporary, ignore_errors=True)
        own(temporary)
        initdb = Path(system.postgres_bin()) / "initdb"
        command = [initdb, "--pgdata", temporary, "--encoding", "UTF8"]
        command += ["--locale", "C.UTF-8", "--auth", "trust", "--username", USER]
        run(command, **as_user(owner()))
        temporary.rename(final)


def own(folder):
    """Make a folder that only the cluster's user can read."""
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o700)
    if not os.geteuid():
        os.chown(folder, owner().pw_uid, owner().pw_gid)


def start():
    """Start the private cluster and wait until it answers."""
    with step("Starting PostgreSQL"):
        own(socket_folder())
        forget_stale_pid()
        configure()
        log = cluster() / "server.log"
        control = Path(system.postgres_bin()) / "pg_ctl"
        command = [control, "start", "--pgdata", cluster(), "--log", log]
        command += ["--wait", "--timeout", "120", "--silent"]
        done = subprocess.run(
            [str(part) for part in command],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
            **as_user(owner()),
        )
    if done.returncode or not answers():
        shown = tail(log) if log.exists() else "   (no log was written)"
        raise Failure(f"PostgreSQL did not start:\n{shown}\n   See {log}")


def configure():
    """Write our settings beside the ones of initdb; the last word wins."""
    escaped = str(socket_folder()).replace("'", "''")
    quoted = '"' + escaped.replace('"', '""') + '"'
    text = SETTINGS.format(port=PORT, socket=quoted)
    target = cluster() / "postgresql.auto.conf"
    target.write_text(text)
    if not os.geteuid():
        os.chown(target, owner().pw_uid, owner().pw_gid)


def forget_stale_pid():
    """Remove pid and socket lock files whose process is not a PostgreSQL any more."""
    pid_files = [cluster() / "postmaster.pid"]
    pid_files += socket_folder().glob(".s.PGSQL.*.lock")
    for path in pid_files:
        if path.is_file() and not is_postgres(path.read_text().split("\n")[0].strip()):
            path.unlink(missing_ok=True)


def is_postgres(pid):
    """Tell whether a process is a PostgreSQL."""
    try:
        return b"postgres" in Path(f"/proc/{int(pid)}/cmdline").read_bytes()
    except (OSError, ValueError):
        return False


def stop():
    """Stop the private cluster if it runs."""
    pid_file = cluster() / "postmaster.pid"
    if is_given() or not pid_file.is_file():
        say("No private PostgreSQL is running.")
        return
    pid = pid_file.read_text().split("\n")[0].strip()
    if is_postgres(pid):
        os.kill(int(pid), signal.SIGINT)
        say("PostgreSQL stops.")


def query(sql, database="postgres"):
    """Run one statement and return its rows as tab-separated lines."""
    command = ["psql", "--no-psqlrc", "-v", "ON_ERROR_STOP=1", "-AtqF", "\t"]
    done = subprocess.run(
        [*command, "-d", database, "-c", sql],
        capture_output=True,
        text=True,
        env=environment(),
    )
    if done.returncode:
        raise Failure(f"PostgreSQL refused: {sql}\n{done.stderr.strip()}")
    return done.stdout.splitlines()
