"""What leaves the house over real sockets: mails and text messages."""

import re
from email import message_from_bytes
from email.policy import default
from unittest.mock import patch

from odoo.tests import TransactionCase

from .mail_common import DOMAIN, MailCommon
from .mail_sink import MailSink

#: RFC 3464, as Postfix and Exchange send it.
DSN = """\
From: MAILER-DAEMON@mx.resident.example (Mail Delivery System)
To: {to}
Subject: Undelivered Mail Returned to Sender
Auto-Submitted: auto-replied
Message-ID: <{key}@mx.resident.example>
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b1"

--b1
Content-Type: text/plain; charset=us-ascii

This is the mail system at host mx.resident.example.

--b1
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.resident.example
Original-Envelope-Id: {envelope}

Final-Recipient: rfc822; {recipient}
Action: {action}
Status: {status}
Diagnostic-Code: smtp; {status} <li@resident.example> says so

--b1
Content-Type: text/rfc822-headers

From: Office
Message-ID: {message_id}

--b1--
"""


class Wire(TransactionCase):
    """The office's mail goes to a server in this process."""

    def setUp(self):
        super().setUp()
        self.sink = self.enterContext(MailSink())
        self.env["ir.mail_server"].search([]).active = False
        self.server = self.env["ir.mail_server"].create(
            {"name": "Sink", "smtp_host": "127.0.0.1", "smtp_port": self.sink.port}
        )
        # invitations of the users that the fixture made
        self.env["mail.mail"].search([("state", "=", "outgoing")]).unlink()
        # the scheduled action commits; here everything is rolled back
        self.patch(self.registry["ir.cron"], "_commit_progress", lambda *_a, **_o: 1)

    def _deliver(self):
        """Hand over what waits, as the scheduled action does, over the wire."""
        # the base sends nothing while tests run; here the wire ends in this process
        server = self.registry["ir.mail_server"]
        dispatches = self.env["complaint.dispatch"]
        with patch.object(server, "_disable_send", return_value=False):
            dispatches.with_user(self.env.ref("base.user_root"))._cron_deliver()
        self.env.invalidate_all()

    def _received(self):
        """Deliver; return what arrived since, as ``[(bytes, message)]``.

        Who sent it to whom is in ``self.envelopes``, and what only servers are told of the
        last one in ``self.envelope_id``.
        """
        self._deliver()
        self.envelopes = [envelope for *envelope, _content in self.sink.mails]
        mails = [content for _sender, _recipients, content in self.sink.mails]
        self.sink.mails.clear()
        asked = re.search(r"ENVID=(\S+)", " ".join(self.sink.asked[-1:]))
        self.envelope_id = asked and asked[1]
        return [(mail, message_from_bytes(mail, policy=default)) for mail in mails]

    def _told(self, ticket, **vals):
        """Return the dispatches of a case, the oldest first."""
        domain = [("ticket_id", "=", ticket.id)]
        domain += [(name, "=", value) for name, value in vals.items()]
        return self.env["complaint.dispatch"].search(domain, order="id")


class WireCommon(Wire, MailCommon):
    """A complaint desk with an address, and what it sends."""

    def setUp(self):
        super().setUp()
        # otherwise the base writes as its own notifications do
        self.server.from_filter = DOMAIN
