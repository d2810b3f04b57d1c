"""The world outside of the office: mailboxes and phones, what the post brings."""

import email
import re
from contextlib import ExitStack
from dataclasses import dataclass
from email.policy import default
from unittest.mock import patch

from odoo import SUPERUSER_ID

from odoo.addons.community_complaint.tests.mail_sink import MailSink
from odoo.addons.community_complaint.tests.sms_stand_in import KEY, SmsStandIn
from odoo.addons.community_complaint.tests.wire_common import DSN
from odoo.addons.community_complaint.tools import sms_provider

from .web import paper_text


@dataclass(frozen=True)
class Letter:
    """A mail as somebody finds it in their mailbox.

    :param sender: address, as the mail names it
    :param subject: text
    :param text: what it says
    :param attachments: ``{name: bytes}``
    :param raw: the bytes that came over the wire
    """

    sender: str
    subject: str
    text: str
    attachments: dict
    raw: bytes

    def papers(self):
        """Return ``{name: text}`` of the attached PDFs."""
        return {
            name: paper_text(content)
            for name, content in self.attachments.items()
            if content.startswith(b"%PDF")
        }


class Outside:
    """Everybody's mailboxes and phones, at the other end of the office's wires.

    Mails come over SMTP, text messages over HTTP as the provider gets them. ::

        with Outside(env, phones=True) as outside:
            outside.deliver()
            [letter] = outside.mailbox("lilei@resident.example")
            [text] = outside.phone("13800138000")

    :param env: environment with all rights: the server's own
    :param phones: whether the office has a provider of text messages
    """

    def __init__(self, env, phones=False):
        self.env, self._phones, self._stack = env, phones, ExitStack()

    def __enter__(self):
        self.sink = self._stack.enter_context(MailSink())
        # the base sends nothing while tests run; here the wire ends in this process
        server = self.env.registry["ir.mail_server"]
        self._stack.enter_context(
            patch.object(server, "_disable_send", return_value=False)
        )
        servers = self.env["ir.mail_server"]
        servers.search([]).active = False
        self.server = servers.create(
            {"name": "Out", "smtp_host": "127.0.0.1", "smtp_port": self.sink.port}
        )
        # who sends mail has an address
        company = self.env.company
        company.email = company.email or "office@sunflower.example"
        if self._phones:
            self.provider = self._stack.enter_context(SmsStandIn())
            self._set_provider(self.provider.url, KEY)
            self._stack.callback(self._set_provider, False, False)
        return self

    def __exit__(self, *error):
        self._stack.close()

    def _set_provider(self, url, key):
        parameters = self.env["ir.config_parameter"]
        parameters.set_param(sms_provider.URL, url)
        parameters.set_param(sms_provider.KEY, key)

    def deliver(self):
        """Let the office's server send what waits: its scheduled action runs.

        What fails stays in the queue, as in an office.
        """
        self.env.flush_all()
        env = self.env(user=SUPERUSER_ID, context={})
        # the action commits its progress, a test must not
        with patch.object(env.registry["ir.cron"], "_commit_progress", return_value=1):
            env["complaint.dispatch"]._cron_deliver()
        env["mail.mail"].search([("state", "=", "outgoing")]).send()
        self.env.invalidate_all()
        return self

    # ----------------------------------------------------------------------
    # What goes wrong out there
    # ----------------------------------------------------------------------

    def cut_mail(self):
        """The office's mail server does not answer."""
        self.sink.__exit__()

    def mend_mail(self):
        """It answers again; what it took before is in the mailboxes."""
        taken = self.sink.mails
        self.sink = self._stack.enter_context(MailSink())
        self.sink.mails[:0] = taken
        self.server.smtp_port = self.sink.port

    def refuse_texts(self):
        """The provider takes no text message for these numbers."""
        self.provider.state = "wrong_number_format"

    def return_mail(self, address):
        """A server reports that the last mail to an address could not be delivered."""
        sender, _recipients, content = next(
            mail for mail in reversed(self.sink.mails) if address in str(mail[1])
        )
        asked = re.search(r"ENVID=(\S+)", " ".join(self.sink.asked))
        report = DSN.format(
            to=sender,
            recipient=address,
            message_id=email.message_from_bytes(content, policy=default)["Message-ID"],
            envelope=asked and asked[1],
            action="failed",
            status="5.1.1",
            key="returned",
        )
        self.write(report.replace("\n", "\r\n").encode())

    # ----------------------------------------------------------------------
    # What came
    # ----------------------------------------------------------------------

    def mailbox(self, address):
        """Return the letters that came to an address, the oldest first."""
        return [
            _letter(content)
            for _sender, recipients, content in self.sink.mails
            if any(address in recipient for recipient in recipients)
        ]

    def phone(self, number):
        """Return the text messages that came to a number, the oldest first."""
        return [
            message["text"]
            for message in self.provider.messages
            if message["to"] == number
        ]

    def write(self, content):
        """Send a mail to the office: its bytes reach the gateway as they are.

        :param content: bytes, with header
        :return: what the gateway made of it, as it returns it
        """
        self.env.flush_all()
        # the gateway has all rights, and no language or company of anybody
        gateway = self.env(user=SUPERUSER_ID, context={})["mail.thread"]
        result = gateway.message_process(None, content)
        self.env.invalidate_all()
        return result


def _letter(content):
    """Return a mail that came over the wire."""
    message = email.message_from_bytes(content, policy=default)
    body = message.get_body(("plain", "html"))
    text = body.get_content() if body else ""
    if body and body.get_content_subtype() == "html":
        text = " ".join(re.sub(r"<[^>]+>", " ", text).split())
    attachments = {
        part.get_filename(): part.get_content()
        for part in message.iter_attachments()
        if part.get_filename()
    }
    attachments = {
        name: part if isinstance(part, bytes) else str(part).encode()
        for name, part in attachments.items()
    }
    return Letter(
        str(message["From"]), str(message["Subject"]), text, attachments, content
    )
