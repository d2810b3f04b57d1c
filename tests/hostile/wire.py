"""What an attacker has: a connection, and eyes for what comes back."""

import base64
import binascii
import http.client
import io
import itertools
import json
import re
import subprocess
import threading
import time
import urllib.parse
import zipfile
from http.cookies import CookieError, SimpleCookie

_LONG = re.compile(r"[A-Za-z0-9+/]{120,}={0,2}")
_NUMBERS = itertools.count(1)


class Answer:
    """What a server answered.

    :ivar status: of HTTP
    :ivar error: name of the exception of a remote call, or ``None``
    :ivar result: what a remote call returned
    """

    def __init__(self, status, headers, body, seconds=0.0):
        self.status, self.headers, self.body = status, headers, body
        self.seconds, self.error, self.result, self.told = seconds, None, None, ""
        self.content, self.path = None, ""
        if headers.get("Content-Type", "").startswith("application/json"):
            self._read_json()

    def _read_json(self):
        try:
            self.content = json.loads(self.body)
        except ValueError:
            return
        if isinstance(self.content, dict):
            self.result = self.content.get("result")
            if failure := self.content.get("error"):
                data = failure.get("data") or {}
                self.error = data.get("name") or str(failure.get("message"))
                self.told = data.get("message") or ""

    @property
    def text(self):
        """Everything that can be read in it, also inside of papers and archives."""
        if self.content is not None:
            text = json.dumps(self.content, ensure_ascii=False)
            inner = [readable(_decoded(found)) for found in _LONG.findall(text)]
            return "\n".join([text, *inner])
        heads = "\n".join(f"{name}: {value}" for name, value in self.headers.items())
        return f"{heads}\n{readable(self.body)}"

    def shape(self, *words):
        """Return what tells two answers apart: status, error, result without words.

        :param words: what was asked, which an answer may say again
        """
        if self.error:
            said = f"{self.error}: {self.told}"
        elif self.content is not None:
            said = json.dumps(self.result, ensure_ascii=False, sort_keys=True)
        else:
            said = readable(self.body)
        for word in words:
            said = said.replace(str(word), "¤")
        said = re.sub(r"csrf_token[^,;]{0,90}|[0-9a-f]{40}o?\d*", "", said)
        said = re.sub(r"\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d(\.\d+)?", "T", said)
        return self.status, re.sub(r"\d+", "9", said)


def _decoded(text):
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4))
    except (ValueError, binascii.Error):
        return b""


def readable(content):
    """Return the text of a page, a paper, an archive or an e-mail."""
    if content[:5] == b"%PDF-":
        done = subprocess.run(
            ["pdftotext", "-", "-"], input=content, capture_output=True, check=False
        )
        return done.stdout.decode(errors="replace")
    if content[:2] == b"PK":
        try:
            with zipfile.ZipFile(io.BytesIO(content)) as archive:
                return "\n".join(
                    archive.read(name).decode(errors="replace")
                    for name in archive.namelist()[:50]
                )
        except (zipfile.BadZipFile, RuntimeError, NotImplementedError):
            pass
    text = content.decode(errors="replace")
    if "\\u" in text:
        text += re.sub(r"\\u([0-9a-f]{4})", lambda m: chr(int(m[1], 16)), text)
    return text


class Wire:
    """A connection that keeps cookies, as a browser or a script does."""

    def __init__(self, url):
        self.host = urllib.parse.urlsplit(url).netloc
        self.cookies, self.calls, self._open = {}, 0, None
        self._one_at_a_time = threading.RLock()

    def ask(self, method, path, body=None, headers=(), timeout=120):
        """Send a request and return the ``Answer``; no redirect is followed."""
        with self._one_at_a_time:
            return self._ask(method, path, body, dict(headers), timeout)

    def _ask(self, method, path, body, headers, timeout):
        if self.cookies and "Cookie" not in headers:
            pairs = (f"{name}={value}" for name, value in self.cookies.items())
            headers["Cookie"] = "; ".join(pairs)
        self.calls += 1
        start = time.monotonic()
        for turn in (1, 2):
            connection = self._connection(timeout)
            try:
                connection.putrequest(
                    method, path, skip_host="Host" in headers, skip_accept_encoding=True
                )
                for name, value in headers.items():
                    connection.putheader(name, value)
                if body is not None and "Content-Length" not in headers:
                    connection.putheader("Content-Length", str(len(body)))
                connection.endheaders(body)
                response = connection.getresponse()
                content = response.read()
                break
            except (OSError, http.client.HTTPException, ValueError) as error:
                self._open = None
                if turn == 2 or isinstance(error, ValueError):
                    return Answer(0, {"X-Broken": repr(error)}, b"")
        seconds = time.monotonic() - start
        for line in response.headers.get_all("Set-Cookie") or ():
            self._keep(line)
        answer = Answer(response.status, response.headers, content, seconds)
        answer.path = path
        return answer

    def _connection(self, timeout):
        if not self._open:
            self._open = http.client.HTTPConnection(self.host, timeout=timeout)
        return self._open

    def _keep(self, line):
        try:
            for name, morsel in SimpleCookie(line).items():
                self.cookies[name] = morsel.value
        except CookieError:
            pass

    def get(self, path, **headers):
        return self.ask("GET", quoted(path), headers=_named(headers))

    def post(self, path, fields=(), files=(), **headers):
        """Send a form; with files as browsers send those.

        :param files: ``[(field, name, content, type)]``
        """
        if files:
            body, kind = multipart(dict(fields), files)
        else:
            body = urllib.parse.urlencode(dict(fields), errors="surrogatepass").encode()
            kind = "application/x-www-form-urlencoded"
        heads = {"Content-Type": kind, **_named(headers)}
        return self.ask("POST", quoted(path), body, heads)

    def send(self, path, fields=(), files=(), page="/complaints/new"):
        """Send a form with the token of the session as it is now."""
        return self.post(path, {"csrf_token": self.token(page), **dict(fields)}, files)

    def json(self, path, params, **headers):
        """Call a JSON route."""
        body = {"jsonrpc": "2.0", "id": next(_NUMBERS), "method": "call"}
        body = json.dumps({**body, "params": params}).encode()
        heads = {"Content-Type": "application/json", **_named(headers)}
        return self.ask("POST", quoted(path), body, heads)

    def sign_in(self, database, login, password):
        """Sign in as the web client does; return whether it worked."""
        parameters = {"db": database, "login": login, "password": password}
        answer = self.json("/web/session/authenticate", parameters)
        self.info = answer.result or {}
        return bool(self.info.get("uid"))

    def call(self, model, method, *args, **kwargs):
        """Call a method of a model and return the ``Answer``."""
        context = {**(self.info.get("user_context") or {}), **kwargs.pop("context", {})}
        kwargs["context"] = context
        parameters = {"model": model, "method": method, "args": args, "kwargs": kwargs}
        return self.json(f"/web/dataset/call_kw/{model}/{method}", parameters)

    def form(self, path):
        """Return the hidden fields of the first form of ours on a page."""
        text = self.get(path).body.decode(errors="replace")
        return dict(
            re.findall(r'<input\s+type="hidden"\s+name="(\w+)"\s+value="([^"]*)"', text)
        )

    def token(self, path="/complaints"):
        """Return the token against foreign forms that pages carry."""
        text = self.get(path).body.decode(errors="replace")
        found = re.search(r'csrf_token["\']?[:=]?\s*(?:value=)?["\']([^"\']+)', text)
        return found[1] if found else ""


def _named(headers):
    return {name.replace("_", "-"): value for name, value in headers.items()}


def quoted(path):
    """Return a path as it goes over the wire; what is quoted already stays."""
    return urllib.parse.quote(path, safe="/?&=%#:;,@+!$'()*[]~.-_")


def multipart(fields, files):
    """Return ``(body, content type)`` of a form with files."""
    edge = "hostileedge7f3a"
    parts = [
        f'--{edge}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n'
        f"{value}\r\n".encode(errors="surrogatepass")
        for name, value in fields.items()
    ]
    for field, name, content, kind in files:
        head = (
            f'--{edge}\r\nContent-Disposition: form-data; name="{field}"; '
            f'filename="{name}"\r\nContent-Type: {kind}\r\n\r\n'
        )
        parts.append(head.encode() + content + b"\r\n")
    parts.append(f"--{edge}--\r\n".encode())
    return b"".join(parts), f"multipart/form-data; boundary={edge}"
