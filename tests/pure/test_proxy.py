"""The proxy in front of Odoo's processes, with small servers in their place."""

import http.server
import socket
import threading
import time
import urllib.error
import urllib.request

import pytest

from tools.proxy import HOST, Proxy

BODY = bytes(range(256)) * 20_000


class Echo(http.server.BaseHTTPRequestHandler):
    """Answers with its name, what it got, and how it was asked."""

    def do_GET(self):
        self.reply(b"")

    def do_POST(self):
        # like a worker of Odoo, it does not wait for slow clients
        self.connection.settimeout(0.5)
        self.reply(self.rfile.read(int(self.headers["Content-Length"])))

    def reply(self, body):
        self.server.seen.append(dict(self.headers))
        self.send_response(200)
        self.send_header("X-Server", self.server.name)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_arguments):
        pass


@pytest.fixture
def proxy():
    proxy = Proxy(0)
    proxy.start()
    yield proxy
    proxy.stop()


@pytest.fixture
def behind(proxy):
    """Return the servers behind the proxy by name."""
    servers = {}
    for name in ("web", "websocket"):
        port = getattr(proxy, f"{name}_port")
        server = http.server.ThreadingHTTPServer((HOST, port), Echo)
        server.name, server.seen = name, []
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        servers[name] = server
    yield servers
    for server in servers.values():
        server.shutdown()
        server.server_close()


def ask(proxy, path, body=None, **headers):
    request = urllib.request.Request(f"http://{HOST}:{proxy.port}{path}", body, headers)
    return urllib.request.urlopen(request, timeout=20)


@pytest.mark.parametrize(
    "path, name",
    [
        ("/web/login", "web"),
        ("/websockets", "web"),
        ("/odoo?next=/websocket", "web"),
        ("/websocket?version=1", "websocket"),
        ("/websocket/health", "websocket"),
    ],
)
def test_who_answers(proxy, behind, path, name):
    with ask(proxy, path) as response:
        assert response.headers["X-Server"] == name


def test_address_of_the_client(proxy, behind):
    ask(proxy, "/").close()
    ask(proxy, "/", **{"X-Forwarded-For": "203.0.113.77"}).close()
    seen = behind["web"].seen
    assert [each["X-Forwarded-For"] for each in seen] == [HOST, "203.0.113.77"]
    assert seen[0]["X-Forwarded-Host"] == f"{HOST}:{proxy.port}"


def test_large_body(proxy, behind):
    with ask(proxy, "/", BODY) as response:
        assert response.read() == BODY


def test_worker_does_not_wait_for_a_slow_client(proxy, behind):
    with socket.create_connection((HOST, proxy.port), timeout=20) as client:
        client.sendall(b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\nab")
        time.sleep(1)
        assert not behind["web"].seen
        client.sendall(b"cd")
        answer = b"".join(iter(lambda: client.recv(1000), b""))
    assert answer.endswith(b"\r\n\r\nabcd")


def test_websocket_both_ways(proxy):
    with socket.create_server((HOST, proxy.websocket_port)) as listener:
        client = socket.create_connection((HOST, proxy.port), timeout=20)
        client.sendall(
            b"GET /websocket HTTP/1.1\r\nHost: a\r\n"
            b"Connection: Upgrade\r\nUpgrade: websocket\r\n\r\n"
        )
        server, _address = listener.accept()
        assert b"\r\nConnection: Upgrade\r\n" in server.recv(1000)
        server.sendall(b"from Odoo")
        assert client.recv(1000) == b"from Odoo"
        client.sendall(b"to Odoo")
        assert server.recv(1000) == b"to Odoo"
        client.close()
        assert server.recv(1000) == b""
        server.close()


def test_nobody_behind(proxy):
    with pytest.raises(urllib.error.HTTPError) as caught:
        ask(proxy, "/")
    with caught.value as answer:
        assert answer.code == 502


def test_port_is_taken(proxy):
    with pytest.raises(OSError, match="in use"):
        Proxy(proxy.port).start()
