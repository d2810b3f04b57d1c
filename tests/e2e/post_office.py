"""Mail servers on loopback: whoever sends by SMTP, finds it in mailboxes by IMAP."""

import imaplib
import re
import smtplib
import socketserver
import threading
from email import message_from_bytes
from email.policy import default
from functools import partial

from casework import stand_in

#: What every mailbox opens with.
PASSWORD = "a mailbox's own word"
_WORDS = re.compile(r'"((?:[^"\\]|\\.)*)"|(\([^)]*\)|\S+)')


class PostOffice:
    """Takes mails over SMTP and hands them out over IMAP4rev1 (RFC 3501), as Odoo asks.

    Every address has a mailbox, named after it. ::

        with PostOffice() as post:
            post.send("li@resident.example", "tousu@xiangyang.example", content)
            [message] = post.unread("li@resident.example")

    :ivar smtp_port, imap_port: where it listens
    """

    def __init__(self):
        self._sink, self._seen = stand_in("mail_sink").MailSink(), set()
        post = self

        class Conversation(socketserver.StreamRequestHandler):
            def handle(self):
                _Session(post, self.rfile, self.wfile).talk()

        self._imap = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Conversation)
        self._imap.daemon_threads = True
        self.smtp_port = self._sink.port
        self.imap_port = self._imap.server_address[1]

    def __enter__(self):
        self._sink.__enter__()
        serve = partial(self._imap.serve_forever, poll_interval=0.02)
        threading.Thread(target=serve, daemon=True).start()
        return self

    def __exit__(self, *error):
        self._sink.__exit__(*error)
        self._imap.shutdown()
        self._imap.server_close()

    # ----------------------------------------------------------------------
    # Residents: a mail program of their own
    # ----------------------------------------------------------------------

    def send(self, sender, recipient, content):
        """Send the bytes of a mail by SMTP."""
        with smtplib.SMTP("127.0.0.1", self.smtp_port) as smtp:
            smtp.sendmail(sender, [recipient], content)

    def unread(self, address):
        """Return the mails that are new in a mailbox, read over IMAP, the oldest first."""
        with imaplib.IMAP4("127.0.0.1", self.imap_port) as imap:
            imap.login(address, PASSWORD)
            imap.select()
            _result, [numbers] = imap.search(None, "UNSEEN")
            contents = [
                imap.fetch(number, "(RFC822)")[1][0][1] for number in numbers.split()
            ]
        return [message_from_bytes(content, policy=default) for content in contents]

    # ----------------------------------------------------------------------
    # Mailboxes
    # ----------------------------------------------------------------------

    def mailbox(self, address):
        """Return ``{number: (key, bytes)}`` of what is in a mailbox, from 1."""
        mails = enumerate(self._sink.mails)
        found = [
            (key, content)
            for key, (_sender, recipients, content) in mails
            if f"<{address}>" in recipients
        ]
        return dict(enumerate(found, 1))

    def is_seen(self, key):
        return key in self._seen

    def mark(self, key, seen):
        """Note whether a mail was seen."""
        (self._seen.add if seen else self._seen.discard)(key)


class _Session:
    """One client that is connected."""

    def __init__(self, post, lines, answers):
        self.post, self.lines, self.answers = post, lines, answers
        self.address, self.open = None, None

    def talk(self):
        self.say("* OK IMAP4rev1")
        for line in iter(self.lines.readline, b""):
            text = line.decode().rstrip("\r\n")
            tag, verb, *words = [
                quoted or word for quoted, word in _WORDS.findall(text)
            ]
            answer = getattr(self, f"do_{verb.lower()}", None)
            result = answer(*words) if answer else "BAD not understood"
            self.say(f"{tag} {result or 'OK done'}")
            if verb.upper() == "LOGOUT":
                return

    def say(self, text, content=b""):
        self.answers.write(
            text.encode() + content + (b")" if content else b"") + b"\r\n"
        )
        self.answers.flush()

    def do_capability(self):
        self.say("* CAPABILITY IMAP4rev1")

    def do_noop(self):
        pass

    def do_login(self, address, password):
        if password != PASSWORD:
            return "NO who are you"
        self.address = address
        return None

    def do_select(self, _name):
        if not self.address:
            return "BAD log in first"
        self.open = self.post.mailbox(self.address)
        self.say("* FLAGS (\\Seen)")
        self.say(f"* {len(self.open)} EXISTS")
        return "OK [READ-WRITE] open"

    def do_search(self, *_criteria):
        """The one question that is asked: what was not seen yet."""
        new = [n for n, (key, _mail) in self.open.items() if not self.post.is_seen(key)]
        self.say(" ".join(["* SEARCH", *map(str, new)]))

    def do_fetch(self, number, _items):
        key, content = self.open[int(number)]
        self.post.mark(key, True)
        self.say(f"* {number} FETCH (RFC822 {{{len(content)}}}\r\n", content)

    def do_store(self, number, change, flags):
        key, _content = self.open[int(number)]
        if "\\Seen" in flags:
            self.post.mark(key, change.startswith("+"))
        seen = "\\Seen" if self.post.is_seen(key) else ""
        self.say(f"* {number} FETCH (FLAGS ({seen}))")

    def do_close(self):
        self.open = None

    def do_logout(self):
        self.say("* BYE")
