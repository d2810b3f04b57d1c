"""A provider of text messages on loopback, as docs/operations.rst describes one."""

import json
import threading
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

KEY = "key of the stand-in"


class SmsStandIn:
    """Takes messages down as they come over the wire.

    >>> with SmsStandIn() as provider: ...  # doctest: +SKIP

    :ivar url: where it takes messages
    :ivar messages: list of ``{"id", "to", "text"}``
    :ivar state: what it says of every message
    :ivar status: HTTP status of its answers
    """

    def __init__(self):
        self.messages, self.state, self.status = [], "success", 200
        provider = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                provider._take(self)

            def log_message(self, *_args):
                """Say nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}/send"

    def __enter__(self):
        serve = partial(self._server.serve_forever, poll_interval=0.02)
        threading.Thread(target=serve, daemon=True).start()
        return self

    def __exit__(self, *_error):
        self._server.shutdown()
        self._server.server_close()

    def _take(self, request):
        body = json.loads(request.rfile.read(int(request.headers["Content-Length"])))
        status = self.status
        if request.headers["Authorization"] != f"Bearer {KEY}":
            status = 401
        results = []
        for message in body["messages"] if status == 200 else ():
            self.messages.append(message)
            results.append(
                {
                    "id": message["id"],
                    "state": self.state,
                    "carrier_id": f"c{len(self.messages)}",
                }
            )
        answer = json.dumps({"messages": results}).encode()
        request.send_response(status)
        request.send_header("Content-Length", str(len(answer)))
        request.end_headers()
        request.wfile.write(answer)
