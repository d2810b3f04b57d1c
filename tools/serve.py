"""Serve the demo database and tell how to get in."""

import argparse
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request

from tools import databases, odoo_cli, paths
from tools.proxy import Proxy
from tools.steps import Failure, die_with_parent, say, tail

LOGINS = paths.ROOT / "tools" / "logins.txt"
LOG = paths.LOGS / "serve.log"
START_SECONDS = 300
#: What a server answers when all its processes run.
SIGNS = ("/web/login", "/websocket/health")


def main(arguments):
    """Serve until interrupted."""
    parser = argparse.ArgumentParser(prog="./run serve")
    parser.add_argument("--port", type=int, default=8069)
    parser.add_argument("--database", default=databases.DEMO)
    parser.add_argument("--workers", type=int, default=0)
    options, more = parser.parse_known_args(arguments)
    check_port(options.port)
    if options.database == databases.DEMO:
        databases.ensure_demo()
    elif not databases.exists(options.database):
        raise Failure(
            f"There is no database {options.database}; ./run db {options.database}"
        )
    say("Starting the server ...")
    where = listen(options.port, options.workers)
    server = start(options.database, *where, *more)
    if not wait_ready(server, options.port):
        raise Failure(
            f"The server ended before it answered:\n{tail(LOG)}\n   See {LOG}"
        )
    welcome(options.port)
    return max(server.wait(), 0)


def check_port(port):
    """Refuse a port that somebody listens on."""
    with socket.socket() as probe:
        if probe.connect_ex(("127.0.0.1", port)) == 0:
            raise Failure(
                f"Something listens on port {port} already; stop it or choose another\n"
                f"   one: ./run serve --port {port + 1}"
            )


def listen(port, workers):
    """Return Odoo's options for a port; with workers a proxy listens there."""
    if not workers:
        return ("--http-port", port)
    proxy = Proxy(port)
    proxy.start()
    return proxy.options(workers)


def start(database, *options):
    """Start the server, its log in a file, and pass signals on to it."""
    paths.LOGS.mkdir(parents=True, exist_ok=True)
    with open(LOG, "wb") as stream:
        server = subprocess.Popen(
            odoo_cli.command(
                *("server", "-d", database, "--db-filter", f"^{database}$"),
                *options,
            ),
            stdin=subprocess.DEVNULL,
            stdout=stream,
            stderr=subprocess.STDOUT,
            env=odoo_cli.environment(),
            preexec_fn=die_with_parent,
            # the terminal's Ctrl-C must reach it once, from us
            start_new_session=True,
        )
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_signal: server.terminate())
    return server


def wait_ready(server, port):
    """Tell whether the server answered before it ended."""
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end and server.poll() is None:
        if all(answers(port, path) for path in SIGNS):
            return True
        time.sleep(0.1)
    return False


def answers(port, path):
    """Return whether a page comes."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=60):
            return True
    except (urllib.error.URLError, OSError):
        return False


def logins():
    """Return the demo users: ``[[login, password, role, role in Chinese]]``."""
    if not LOGINS.is_file():
        return []
    lines = LOGINS.read_text().splitlines()
    return [line.split("\t") for line in lines if line.strip() and line[0] != "#"]


def welcome(port):
    """Print the address and the demo users."""
    say(f"\n  http://localhost:{port} is ready. Ctrl-C stops it.\n")
    for login, password, role, chinese in logins():
        say(f"    {login:<12} {password:<12} {role} / {chinese}")
    say(f"\n  The server's log: {LOG}\n")
