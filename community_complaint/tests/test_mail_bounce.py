"""What servers report about our mails, as servers of today and of the mainland write it."""

from base64 import encodebytes
from datetime import timedelta

from freezegun import freeze_time

from odoo import fields
from odoo.tests import tagged

from .wire_common import WireCommon

#: RFC 3464, as Postfix and Exchange send it.
_DSN = """\
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

Final-Recipient: rfc822; li@resident.example
Action: {action}
Status: {status}
Diagnostic-Code: smtp; {status} <li@resident.example> says so

--b1
Content-Type: text/rfc822-headers

From: Office
Message-ID: {message_id}

--b1--
"""
#: Made by the server of a mainland provider: GBK, base64, our mail quoted inside.
_CHINESE = """\
From: =?gbk?B?z7XNs9PKvP4=?= <{sender}>
To: {to}
Return-Path: <>
Subject: =?gbk?B?{subject}?=
Message-ID: <{key}@mail.example.cn>
MIME-Version: 1.0
Content-Type: text/html; charset="gbk"
Content-Transfer-Encoding: base64

{body}
"""


@tagged("post_install", "-at_install")
class TestMailBounce(WireCommon):
    def setUp(self):
        super().setUp()
        self._write()

    def _write(self):
        """Tell somebody something; it is sent, and nothing more is known."""
        self.ticket = self._complaint(
            complainant_email="li@resident.example", confidentiality="open"
        )
        self.ticket.with_user(self.clerk).action_write_to_complainant("新消息")
        self.dispatch = self._told(self.ticket)[-1]
        [(_content, self.sent)] = self._received()
        self.assertEqual(self.dispatch.state, "sent")

    def _dsn(self, action="failed", status="5.1.1", **vals):
        vals = {
            "to": self.domain.bounce_email,
            "message_id": str(self.sent["Message-ID"]),
            "key": f"{action}{status}",
            **vals,
        }
        text = _DSN.format(action=action, status=status, **vals)
        return text.replace("\n", "\r\n").encode()

    def _chinese(self, subject, body, sender="PostMaster@qq.example"):
        quoted = str(self.sent["Message-ID"]).replace("<", "&lt;").replace(">", "&gt;")
        html = f"<html><p>{body}</p><pre>Message-Id: {quoted}</pre></html>"
        return _CHINESE.format(
            sender=sender,
            to=self.domain.bounce_email,
            subject=encodebytes(subject.encode("gbk")).decode().strip(),
            key=abs(hash(body)),
            body=encodebytes(html.encode("gbk")).decode(),
        ).encode()

    # ----------------------------------------------------------------------
    # It came back
    # ----------------------------------------------------------------------

    def test_the_address_does_not_exist(self):
        self._process(self._dsn())
        self.assertEqual(self.dispatch.state, "failed")
        self.assertIn("5.1.1", self.dispatch.failure)
        self.assertNotIn("resident.example", self.dispatch.failure)
        self.assertEqual(self.dispatch.next_dispatch_id.channel, "hand")
        tasks = self.ticket.activity_ids.mapped("summary")
        self.assertTrue([text for text in tasks if "did not arrive" in text])

    def test_given_up_after_days(self):
        self._process(self._dsn(status="4.4.7"))
        self.assertEqual(self.dispatch.state, "failed")

    def test_reports_of_mainland_servers(self):
        for subject, body, sender in (
            (
                "来自qq.com的退信",
                "收件人邮箱不存在 550 User not found",
                "PostMaster@qq.cn",
            ),
            ("系统退信", "您的邮件被拒收：554 DT:SPM", "Postmaster@163.example"),
            ("投递失败通知", "该地址不存在，系统停止投递。", "noreply@sina.example"),
        ):
            with self.subTest(subject):
                self._write()
                self._process(self._chinese(subject, body, sender))
                self.assertEqual(self.dispatch.state, "failed")

    def test_after_two_days(self):
        """The clock that the mail ended runs again, due when it was due."""
        self.ticket.action_accept()
        told = self.ticket.notice_ids.dispatch_ids
        [(_content, self.sent)] = [
            mail for mail in self._received() if "li@" in mail[1]["To"]
        ]
        clock = self.ticket.deadline_ids.filtered(lambda item: item.clause == "5.1")
        due = clock.due
        self.assertEqual(clock.state, "met")
        with freeze_time(fields.Datetime.now() + timedelta(days=2)):
            self._process(self._dsn())
        self.assertEqual(told.state, "failed")
        self.assertRecordValues(clock, [{"state": "running", "due": due}])
        self.assertEqual(self.ticket.notice_ids.state, "issued")

    # ----------------------------------------------------------------------
    # It did not come back
    # ----------------------------------------------------------------------

    def test_delays_change_nothing(self):
        for mail in (
            self._dsn("delayed", "4.4.1"),
            self._chinese("延迟通知：退信前提醒", "邮件暂时无法投递，系统将继续尝试。"),
        ):
            before = self.ticket.activity_ids
            self._process(mail)
            self.assertEqual(self.dispatch.state, "sent")
            self.assertEqual(self.ticket.activity_ids, before)

    def test_delivered(self):
        self._process(self._dsn("delivered", "2.1.5"))
        self.assertEqual(self.dispatch.state, "delivered")
        # what was delivered does not come back
        self._process(self._dsn())
        self.assertEqual(self.dispatch.state, "delivered")

    def test_handed_on_proves_nothing(self):
        self._process(self._dsn("relayed", "2.1.9"))
        self.assertEqual(self.dispatch.state, "sent")

    def test_a_vacation_reply(self):
        self._process(
            self._mail(
                "我在休假。550 5.1.1",
                From="li@resident.example",
                Subject="自动回复：不在办公室",
                In_Reply_To=str(self.sent["Message-ID"]),
                Auto_Submitted="auto-replied",
            )
        )
        self.assertEqual(self.dispatch.state, "sent")

    def test_a_complaint_about_returned_mail(self):
        """Who complains about returned letters is no server."""
        ticket = self._process(self._mail("你们退信550次。", Subject="退信问题"))
        self.assertTrue(ticket)
        self.assertNotEqual(ticket, self.ticket)

    def test_forged(self):
        """A number that we did not send, and a signature that is not ours."""
        real = str(self.sent["Message-ID"])
        case, nonce, sign = real.partition("@")[0].split(".")[1:]
        gate = self.env["complaint.inbound.mail"]
        other = self._complaint(complainant_email="han@resident.example")
        for message_id in (
            real.replace(nonce, "0" * 16),
            real.replace(sign, "0" * 16),
            gate._make_message_id(int(case), "f" * 16, "x.example"),
            gate._make_message_id(other.id, nonce, "x.example"),
        ):
            with self.subTest(message_id):
                self._process(self._dsn(message_id=message_id, key=message_id[6:30]))
                self.assertEqual(self.dispatch.state, "sent")
