"""THREATS 5: what leaves the house, read from the wire."""

import re
from unittest.mock import patch

from odoo.exceptions import UserError
from odoo.tests import tagged

from .wire_common import WireCommon

#: Headers a mail to a complainant may have; another one is a question to answer first.
HEADERS = {
    "auto-submitted",
    "content-transfer-encoding",
    "content-type",
    "date",
    "from",
    "message-id",
    "mime-version",
    "reply-to",
    "return-path",
    "subject",
    "to",
    "x-auto-response-suppress",
}


@tagged("post_install", "-at_install")
class TestMailOutgoing(WireCommon):
    def _send(self):
        """Send what is queued over the wire; return the mails as ``(bytes, message)``."""
        # the base sends nothing while tests run; here the wire ends in this process
        server = self.registry["ir.mail_server"]
        queued = self.env["mail.mail"].search([("state", "=", "outgoing")])
        with patch.object(server, "_disable_send", return_value=False):
            queued.send(raise_exception=True)
        return self._received()

    def _case(self):
        """Return a confidential case by mail; its acknowledgement is queued."""
        return self._process(
            self._mail(
                Subject="金丝雀投诉主任",
                Message_ID="<secret-inbound@resident.example>",
                Cc="neighbour@resident.example",
            )
        )

    def _assert_neutral(self, content, message, ticket):
        """Nothing in a mail but the office, the number and the addressee."""
        self.assertEqual(message["Subject"], ticket.number)
        office = f"Sunflower Street Office <{self.address}>"
        self.assertEqual(str(message["From"]), office)
        self.assertEqual(str(message["Reply-To"]), office)
        self.assertFalse({name.lower() for name in set(message)} - HEADERS)
        head = content.partition(b"\r\n\r\n")[0].decode()
        for telling in (
            "secret-inbound",
            "helpdesk.ticket",
            "openerp",
            "X-Odoo",
            "X-Msg",
            "References",
            "neighbour",
            self.leader.name,
            self.clerk.name,
            self.clerk.email,
        ):
            self.assertNotIn(telling, head)
        for word in re.findall(r"=\?[^?]+\?[bq]\?[^?]*\?=", head, re.IGNORECASE):
            self.assertNotIn(word, str(message["Subject"]))
        self.assertTrue(message["Message-ID"].endswith(f"@{self.domain.name}>"))

    def test_threat_5_acknowledgement(self):
        ticket = self._case()
        [(content, message)] = self._send()
        self._assert_neutral(content, message, ticket)
        self.assertEqual(message["To"], "canary@resident.example")
        self.assertEqual(message["Auto-Submitted"], "auto-replied")
        self.assertIn(ticket.number, message.get_body().get_content())
        self.assertNotIn("主任", message.get_body().get_content())
        [(sender, recipients)] = self.envelopes
        self.assertEqual(recipients, ["<canary@resident.example>"])
        self.assertIn(sender, (f"<{self.domain.bounce_email}>", f"<{self.address}>"))

    def test_threat_5_message_of_a_clerk(self):
        ticket = self._case()
        self._send()
        self.sink.mails.clear()
        file = (
            self.env["ir.attachment"]
            .with_user(self.clerk)
            .create({"name": "表格.txt", "raw": b"form"})
        )
        ticket.with_user(self.clerk).action_write_to_complainant("请补充。", file.ids)
        [(content, message)] = self._send()
        self._assert_neutral(content, message, ticket)
        self.assertFalse(message["Auto-Submitted"])
        # the case is confidential: what it says is read behind the link
        self.assertNotIn("请补充", message.get_body(("plain",)).get_content())
        self.assertFalse([*message.iter_attachments()])

    def test_threat_5_the_answer_comes_back(self):
        """The complainant answers the very bytes that were sent: it is a reply."""
        ticket = self._case()
        [(_content, message)] = self._send()
        answer = self._mail(
            "收到。",
            Subject="Re",
            To=str(message["Reply-To"]),
            In_Reply_To=str(message["Message-ID"]),
        )
        self.assertEqual(self._process(answer), ticket)
        self.assertFalse(
            self.env["mail.mail"].search([("email_to", "ilike", "canary")]),
            "sent mails leave the outbox, and with them the address",
        )

    def test_threat_5_notifications_of_staff(self):
        """What colleagues get by mail: the number, no customer's address, no references."""
        ticket = self._case()
        self._send()
        self.sink.mails.clear()
        for user in (self.handler, self.leader):
            user.notification_type = "email"
        ticket.with_user(self.clerk).message_post(
            body="请看。",
            subject="金丝雀的案子",
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
            partner_ids=(self.handler + self.leader).partner_id.ids,
        )
        mails = self._send()
        self.assertEqual(len(mails), 2)
        for content, message in mails:
            head = content.partition(b"\r\n\r\n")[0].decode()
            self.assertEqual(message["Subject"], ticket.number)
            self.assertEqual(message["References"], message["Message-ID"])
            for telling in ("secret-inbound", "X-Msg", "X-Odoo", "canary", "neighbour"):
                self.assertNotIn(telling, head)
            self.assertIn("金丝雀的案子", message.get_body(("plain",)).get_content())

    def test_threat_5_ordinary_tickets_as_ever(self):
        team = self.env["helpdesk.ticket.team"].create(
            {"name": "IT", "company_id": self.company.id}
        )
        customer = self.env["res.partner"].create(
            {"name": "Customer", "email": "customer@else.example"}
        )
        ticket = self.env["helpdesk.ticket"].create(
            {"name": "Printer", "description": "Jam", "team_id": team.id}
        )
        ticket.message_post(
            body="Hello", partner_ids=customer.ids, subtype_xmlid="mail.mt_comment"
        )
        [(content, message)] = self._send()
        self.assertIn("Printer", message["Subject"])
        self.assertIn(b"X-Odoo-Objects", content)

    def test_no_alias_domain(self):
        """An office without a mail domain writes as the company."""
        self.team.alias_id.alias_domain_id = False
        self.company.alias_domain_id = False
        self.company.email = "office@xiangyang.example"
        ticket = self._complaint(complainant_email="a@resident.example")
        ticket.with_user(self.clerk).action_write_to_complainant("Hello.")
        [(_content, message)] = self._send()
        self.assertEqual(
            str(message["From"]), "Sunflower Street Office <office@xiangyang.example>"
        )

    def test_many_large_files_are_refused(self):
        ticket = self._complaint(complainant_email="a@resident.example")
        file = (
            self.env["ir.attachment"]
            .with_user(self.clerk)
            .create({"name": "film", "raw": bytes(11 * 1024 * 1024)})
        )
        with self.assertRaisesRegex(UserError, "too large to be mailed"):
            ticket.action_write_to_complainant("Look.", file.ids)
