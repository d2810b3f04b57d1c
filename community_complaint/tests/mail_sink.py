"""A mail server on loopback that takes mails down as they come over the wire."""

import socketserver
import threading
from functools import partial


class MailSink:
    """Speaks enough SMTP for one sender at a time.

    >>> with MailSink() as sink: ...  # doctest: +SKIP

    :ivar port: where it listens
    :ivar mails: list of ``(sender, [recipients], bytes)``
    :ivar refusals: ``{beginning of a line: answer}``, such as
        ``{"RCPT TO:<li@resident.example>": "550 5.1.1 no such user"}``
    :ivar options: what senders asked for beside an address, as text
    :ivar asked: the same of whole mails, beside who sent them
    """

    def __init__(self):
        self.mails, self.refusals, self.options, self.asked = [], {}, [], []
        sink = self

        class Conversation(socketserver.StreamRequestHandler):
            def handle(self):
                sink._talk(self.rfile, self.wfile)

        self._server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Conversation)
        self._server.daemon_threads = True
        self.port = self._server.server_address[1]

    def __enter__(self):
        serve = partial(self._server.serve_forever, poll_interval=0.02)
        threading.Thread(target=serve, daemon=True).start()
        return self

    def __exit__(self, *_error):
        self._server.shutdown()
        self._server.server_close()

    def _talk(self, lines, answers):
        sender, recipients = None, []

        def say(text):
            answers.write(f"{text}\r\n".encode())
            answers.flush()

        say("220 sink")
        for line in iter(lines.readline, b""):
            text = line.decode().strip()
            verb, _space, rest = text.partition(" ")
            refused = [
                self.refusals[start]
                for start in self.refusals
                if text.lower().startswith(start.lower())
            ]
            if refused:
                say(refused[0])
                continue
            if verb.upper() == "EHLO":
                say("250-sink")
                say("250 DSN")
                continue
            if verb.upper() == "DATA":
                say("354 go ahead")
                self.mails.append((sender, recipients, self._content(lines)))
                recipients = []
            elif verb.upper() == "MAIL":
                sender, _space, options = rest.partition(":")[2].partition(" ")
                self.asked.append(options)
            elif verb.upper() == "RCPT":
                address, _space, options = rest.partition(":")[2].partition(" ")
                recipients = [*recipients, address]
                self.options.append(options)
            if verb.upper() == "QUIT":
                say("221 bye")
                return
            say("250 ok")

    def _content(self, lines):
        return b"".join(
            line[1:] if line.startswith(b"..") else line
            for line in iter(lines.readline, b".\r\n")
        )
