"""A small reverse proxy: one address for Odoo's web workers and its websocket process.

For one's own machine only; ``docs/operations.rst`` tells what a public server needs.
"""

import asyncio
import contextlib
import re
import socket
import tempfile
import threading

HOST = "127.0.0.1"
HEAD_LIMIT = 1 << 20
CHUNK = 1 << 16
#: A larger body waits for its worker in a file.
MEMORY_LIMIT = 1 << 20


class Proxy:
    """A proxy on a port of this machine (0: any), which sends everything on to Odoo.

    Whoever connects is on this machine too, so what they say about the address they
    speak for (``X-Forwarded-For``) is passed on.
    """

    def __init__(self, port):
        self.port = port
        self.web_port, self.websocket_port = free_port(), free_port()
        self._loop = self._stopping = self._thread = None
        self._tasks = set()

    def options(self, workers):
        """Return the options of the Odoo server behind the proxy."""
        return (
            *("--workers", workers, "--proxy-mode"),
            *("--http-port", self.web_port, "--gevent-port", self.websocket_port),
        )

    def start(self):
        """Listen until :meth:`stop`; :raises OSError: when the port is taken."""
        listener = socket.create_server((HOST, self.port))
        self.port = listener.getsockname()[1]
        ready = threading.Event()
        self._thread = threading.Thread(
            target=lambda: asyncio.run(self._run(listener, ready)), daemon=True
        )
        self._thread.start()
        ready.wait()

    def stop(self):
        """Close the port and all connections."""
        self._loop.call_soon_threadsafe(self._stopping.set)
        self._thread.join()

    async def _run(self, listener, ready):
        self._loop, self._stopping = asyncio.get_running_loop(), asyncio.Event()
        server = await asyncio.start_server(
            self._connected, sock=listener, limit=HEAD_LIMIT
        )
        ready.set()
        await self._stopping.wait()
        server.close()

    async def _connected(self, reader, writer):
        """Answer the one request of a connection."""
        # the loop itself forgets a task whose client is gone
        self._tasks.add(task := asyncio.current_task())
        task.add_done_callback(self._tasks.discard)
        try:
            await self._answer(reader, writer)
        finally:
            writer.close()

    async def _answer(self, reader, writer):
        # either side may go away at any moment; incomplete heads are nobody's request
        with contextlib.suppress(OSError, EOFError, asyncio.LimitOverrunError):
            head = Head(await reader.readuntil(b"\r\n\r\n"))
            if head.is_chunked:
                writer.write(refusal("411 Length Required"))
            elif head.is_upgrade:
                await self._converse(head, reader, writer)
            else:
                await self._fetch(head, reader, writer)
            await writer.drain()

    def _port(self, head):
        return self.websocket_port if head.is_websocket else self.web_port

    async def _fetch(self, head, reader, writer):
        """Send a complete request on, then its answer back.

        A worker that waits for a slow client serves nobody else, and gives up soon.
        """
        with tempfile.SpooledTemporaryFile(MEMORY_LIMIT) as body:
            await receive(reader, body, head.length)
            if not await self._ask(head, body, writer):
                writer.write(refusal("502 Bad Gateway"))

    async def _ask(self, head, body, writer):
        """Return whether Odoo answered anything."""
        try:
            source, target = await asyncio.open_connection(HOST, self._port(head))
        except OSError:
            return False
        target.write(head.forwarded(HOST))
        body.seek(0)
        # Odoo may refuse a body before it has read all of it
        while chunk := body.read(CHUNK):
            await give(chunk, target)
        try:
            return await copy(source, writer)
        finally:
            target.close()

    async def _converse(self, head, reader, writer):
        """Connect a websocket with Odoo until one of them closes it."""
        try:
            source, target = await asyncio.open_connection(HOST, self._port(head))
        except OSError:
            writer.write(refusal("502 Bad Gateway"))
            return
        target.write(head.forwarded(HOST))
        ways = [copy(source, writer), copy(reader, target)]
        tasks = [asyncio.ensure_future(way) for way in ways]
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in tasks:
                task.cancel()
            target.close()
            await asyncio.gather(*tasks, return_exceptions=True)


class Head:
    r"""The first lines of a request.

    >>> head = Head(b"GET /websocket?version=1 HTTP/1.1\r\nHost: localhost:8069\r\n\r\n")
    >>> head.is_websocket, head.is_upgrade, head.length
    (True, False, 0)
    >>> print(head.forwarded("127.0.0.1").decode().replace("\r", ""))
    GET /websocket?version=1 HTTP/1.1
    Host: localhost:8069
    X-Forwarded-For: 127.0.0.1
    X-Forwarded-Host: localhost:8069
    X-Forwarded-Proto: http
    Connection: close
    <BLANKLINE>
    <BLANKLINE>
    """

    def __init__(self, text):
        self.request, *lines = text.decode("latin-1").rstrip("\r\n").split("\r\n")
        self.fields = [tuple(line.split(":", 1)) for line in lines if ":" in line]
        self.values = {name.lower(): value.strip() for name, value in self.fields}

    @property
    def is_websocket(self):
        """Return whether the request is for the websocket process."""
        return bool(re.match(r"\S+ /websocket[/? ]", self.request))

    @property
    def is_upgrade(self):
        """Return whether the connection is to become a websocket."""
        return self.values.get("upgrade", "").lower() == "websocket"

    @property
    def is_chunked(self):
        """Return whether the length of the body is not told beforehand."""
        return "transfer-encoding" in self.values

    @property
    def length(self):
        """Return the number of bytes of the body."""
        value = self.values.get("content-length", "0")
        return int(value) if value.isdigit() else 0

    def forwarded(self, address):
        """Return the bytes to send on.

        :param address: of the client, unless a proxy in front told it
        """
        told = {
            "X-Forwarded-For": address,
            "X-Forwarded-Host": self.values.get("host", ""),
            "X-Forwarded-Proto": "http",
        }
        told = {name: self.values.get(name.lower(), told[name]) for name in told}
        replaced = {"expect", *map(str.lower, told)}
        if not self.is_upgrade:
            told["Connection"] = "close"
            replaced |= {"connection", "keep-alive"}
        kept = [(n, v.strip()) for n, v in self.fields if n.lower() not in replaced]
        lines = [f"{name}: {value}" for name, value in [*kept, *told.items()]]
        return "\r\n".join([self.request, *lines, "", ""]).encode("latin-1")


async def receive(reader, body, length):
    """Read a body of so many bytes into a file.

    :raises EOFError: when the client goes before
    """
    while length:
        chunk = await reader.read(min(CHUNK, length))
        if not chunk:
            raise EOFError
        body.write(chunk)
        length -= len(chunk)


async def copy(source, target):
    """Send on all that comes until the source is gone; return whether anything came."""
    came = False
    with contextlib.suppress(OSError):
        while chunk := await source.read(CHUNK):
            came = True
            await give(chunk, target)
    return came


async def give(chunk, target):
    """Send a chunk, unless the target is gone: that must not trouble who answers."""
    if not target.is_closing():
        with contextlib.suppress(OSError):
            target.write(chunk)
            await target.drain()


def refusal(status):
    """Return an answer of the proxy's own."""
    return (
        f"HTTP/1.1 {status}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n".encode()
    )


def free_port():
    """Return a port nobody listens on."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return probe.getsockname()[1]
