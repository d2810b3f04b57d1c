"""A mailbox on loopback that a real server fetches from."""

import socketserver
import threading
from functools import partial


class Mailbox:
    """Speaks POP3 as Odoo does; mails that were taken are deleted when it says good-bye.

    :ivar port: where it listens
    :ivar mails: ``{number: bytes}``, what is still there
    """

    def __init__(self, mails):
        self.mails = dict(enumerate(mails, 1))
        mailbox = self

        class Conversation(socketserver.StreamRequestHandler):
            def handle(self):
                mailbox._talk(self.rfile, self.wfile)

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
        deleted = set()

        def say(text, content=None):
            answers.write(f"+OK {text}\r\n".encode())
            if content is not None:
                stuffed = content.replace(b"\r\n.", b"\r\n..")
                answers.write(stuffed + b"\r\n.\r\n")
            answers.flush()

        say("mailbox")
        for line in iter(lines.readline, b""):
            verb, _space, rest = line.decode().strip().partition(" ")
            if verb == "STAT":
                say(f"{len(self.mails)} {sum(map(len, self.mails.values()))}")
            elif verb == "LIST":
                sizes = [f"{n} {len(mail)}" for n, mail in self.mails.items()]
                say("sizes", "\r\n".join(sizes).encode())
            elif verb == "RETR":
                say("here", self.mails[int(rest)])
            elif verb == "DELE":
                deleted.add(int(rest))
                say("marked")
            elif verb == "QUIT":
                for number in deleted:
                    self.mails.pop(number)
                say("bye")
                return
            else:
                say("fine")
