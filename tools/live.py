"""A running Odoo server for tests: started, talked to, stopped, its log read."""

import itertools
import json
import os
import signal
import subprocess
import urllib.error
import urllib.request
from http.cookies import SimpleCookie

from tools import databases, logs, odoo_cli, paths, serve
from tools.proxy import Proxy, free_port
from tools.steps import Failure, die_with_parent, tail

STOP_SECONDS = 30


class RemoteError(Exception):
    """The server answered with an error; the text is what a user would read."""

    def __init__(self, error):
        data = error.get("data") or {}
        super().__init__(data.get("message") or error.get("message"))
        self.name = data.get("name")


class Session:
    """Somebody who is logged in, the way the web client does it."""

    def __init__(self, url, database, login, password):
        self.url, self.cookie, self._ids = url, None, itertools.count(1)
        parameters = {"db": database, "login": login, "password": password}
        self.info = self.post("/web/session/authenticate", parameters)

    def post(self, path, parameters):
        """Call a JSON route and return its result."""
        body = {"jsonrpc": "2.0", "id": next(self._ids), "params": parameters}
        headers = {"Content-Type": "application/json"}
        if self.cookie:
            headers["Cookie"] = f"session_id={self.cookie}"
        request = urllib.request.Request(
            self.url + path, json.dumps(body).encode(), headers
        )
        with urllib.request.urlopen(request, timeout=300) as response:
            self._keep_cookie(response)
            answer = json.load(response)
        if "error" in answer:
            raise RemoteError(answer["error"])
        return answer.get("result")

    def get(self, path):
        """Return ``(status, headers, body)`` of a page."""
        request = urllib.request.Request(self.url + path)
        request.add_header("Cookie", f"session_id={self.cookie}")
        try:
            with urllib.request.urlopen(request, timeout=300) as response:
                return response.status, response.headers, response.read()
        except urllib.error.HTTPError as error:
            return error.code, error.headers, error.read()

    def call(self, model, method, *args, **kwargs):
        """Call a public method of a model, in the user's language, as the client does."""
        kwargs.setdefault("context", self.info.get("user_context") or {})
        parameters = {"model": model, "method": method, "args": args, "kwargs": kwargs}
        return self.post(f"/web/dataset/call_kw/{model}/{method}", parameters)

    def _keep_cookie(self, response):
        for header in response.headers.get_all("Set-Cookie") or ():
            if morsel := SimpleCookie(header).get("session_id"):
                self.cookie = morsel.value


class Server:
    """A server on a free port with a database of its own.

    :param workers: number of web workers, behind a proxy; 0 is one process with threads
    """

    def __init__(self, database, demo=False, fresh=False, arguments=(), workers=0):
        self.database, self.demo, self.fresh = database, demo, fresh
        self.arguments, self.workers = arguments, workers
        self.port = free_port()
        self.proxy = Proxy(self.port) if workers else None
        self.url = f"http://127.0.0.1:{self.port}"
        self.log = paths.LOGS / f"{database}.log"
        self.process = None

    def start(self):
        """Make the database and start the server; return when it answers."""
        databases.copy(databases.ensure_bundled(self.demo), self.database)
        # papers fetch their style sheets from the server that prints them
        self.environment = dict(odoo_cli.environment(), TZ="UTC")
        self.log.unlink(missing_ok=True)
        if self.proxy:
            self.proxy.start()
        self.run_process()

    def _options(self):
        if self.proxy:
            return self.proxy.options(self.workers)
        return ("--http-port", self.port)

    def run_process(self):
        """Start the process, again after ``stop``."""
        with open(self.log, "ab") as stream:
            self.process = subprocess.Popen(
                odoo_cli.command(
                    *("server", "-d", self.database, *self._options()),
                    *("--db-filter", f"^{self.database}$"),
                    *("--max-cron-threads", "0", *self.arguments),
                    launcher=odoo_cli.LIVE_LAUNCHER,
                ),
                stdin=subprocess.DEVNULL,
                stdout=stream,
                stderr=subprocess.STDOUT,
                env=self.environment,
                preexec_fn=die_with_parent,
                start_new_session=True,
            )
        if not serve.wait_ready(self.process, self.port):
            raise Failure(f"The server for {self.database} ended:\n{tail(self.log)}")

    def login(self, login, password=None):
        """Return a session of a user, whose password is the login by default."""
        return Session(self.url, self.database, login, password or login)

    def messages(self):
        """Return what is in the log that should not be."""
        return logs.read(self.log)

    def stop(self):
        """Stop the server, by force if it does not react."""
        if not self.process or self.process.poll() is not None:
            return
        self.process.terminate()
        try:
            self.process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()

    def close(self):
        """Stop the server, drop its database and return what its log complains about."""
        self.stop()
        if self.proxy:
            self.proxy.stop()
        databases.drop(self.database)
        return self.messages()
