"""What servers report about our mails, as servers of today and of the mainland write it."""

from base64 import encodebytes
from datetime import timedelta

from freezegun import freeze_time

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .wire_common import DSN, WireCommon

#: Made by the server of a mainland provider: GBK, base64, our mail quoted inside.
_CHINESE = """\
Authentication-Results: {found}
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


class MailBounceCommon(WireCommon):
    """A message that was sent, and what servers may say of it."""

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
            "envelope": self.envelope_id,
            "recipient": "li@resident.example",
            **vals,
        }
        text = DSN.format(action=action, status=status, **vals)
        return text.replace("\n", "\r\n").encode()

    def _chinese(
        self,
        subject,
        body,
        sender="PostMaster@resident.example",
        found="mx.example; dmarc=pass",
    ):
        quoted = str(self.sent["Message-ID"]).replace("<", "&lt;").replace(">", "&gt;")
        html = f"<html><p>{body}</p><pre>Message-Id: {quoted}</pre></html>"
        return _CHINESE.format(
            found=found,
            sender=sender,
            to=self.domain.bounce_email,
            subject=encodebytes(subject.encode("gbk")).decode().strip(),
            key=abs(hash(body)),
            body=encodebytes(html.encode("gbk")).decode(),
        ).encode()


@tagged("post_install", "-at_install")
class TestMailBounce(MailBounceCommon):
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

    def test_threat_59_of_a_secret_case_it_shows_no_address(self):
        """Servers and notices of absence quote to whom it did not go."""
        self.ticket.with_user(self.handler).action_change_confidentiality(
            "confidential"
        )
        self._process(self._dsn())
        self._process(
            self._mail(
                "Li Lei is away. li@resident.example",
                From="li@resident.example",
                Subject="Out of office: li@resident.example",
                In_Reply_To=str(self.sent["Message-ID"]),
                Auto_Submitted="auto-replied",
            )
        )
        # what was kept before has its words
        mails = self.env["complaint.inbound.mail"].search(
            [("ticket_id", "=", self.ticket.id)]
        )
        self.assertEqual(set(mails.mapped("state")), {"automatic"})
        for user in (self.clerk, self.handler, self.leader, self.auditor):
            shown = str(mails.with_user(user).read())
            self.assertNotIn("resident.example", shown)
        self.assertIn(
            "li@resident.example",
            "".join(mails.with_user(self.custodian).mapped("secret_text")),
        )

    def test_given_up_after_days(self):
        self._process(self._dsn(status="4.4.7"))
        self.assertEqual(self.dispatch.state, "failed")

    #: They know nothing of envelopes: the office's own server confirmed whose they are.
    mainland = (
        ("来自qq.com的退信", "收件人邮箱不存在 550 User not found"),
        ("系统退信", "您的邮件被拒收：554 DT:SPM"),
        ("投递失败通知", "该地址不存在，系统停止投递。"),
    )

    def test_reports_of_mainland_servers(self):
        for subject, body in self.mainland:
            with self.subTest(subject):
                self._write()
                body = f"{body}收件人：li@resident.example"
                self._process(self._chinese(subject, body))
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

    def test_at_the_address_before(self):
        """The office corrects an address after it wrote to the wrong one."""
        self.env.cr.execute(
            "UPDATE helpdesk_ticket SET create_date = %s, received_date = %s"
            " WHERE id = %s",
            (*[fields.Datetime.now() - timedelta(days=9)] * 2, self.ticket.id),
        )
        self.env.invalidate_all()
        with freeze_time(fields.Datetime.now() + timedelta(minutes=5)):
            identity = self.ticket.identity_ids.with_user(self.custodian)
            identity.email = "lilei@resident.example"
            self._process(self._dsn(recipient="lilei@resident.example"))
            self.assertEqual(self.dispatch.state, "sent")
            self._process(self._dsn(key="x"))
        self.assertEqual(self.dispatch.state, "failed")

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


@tagged("post_install", "-at_install")
class TestUnvouched(MailBounceCommon):
    """THREATS 32: who got a mail of the office knows its Message-Id, and forges reports.

    The KIND: what nobody vouches for changes nothing; a person is asked.
    """

    def setUp(self):
        super().setUp()
        # the case of the fixture has a voucher that was served by mail
        self.ticket.action_accept()
        [(_content, self.sent)] = [
            mail for mail in self._received() if "li@" in mail[1]["To"]
        ]
        self.dispatch = self.ticket.notice_ids.dispatch_ids
        self.ticket.user_id = self.handler
        self.clock = self.ticket.deadline_ids.filtered(
            lambda item: item.clause == "5.1"
        )
        self.assertEqual(self.clock.state, "met")

    def _forgeries(self):
        """Return mails that name our mail and say that it was lost, by whoever."""
        body = "550 User not found: li@resident.example"
        stranger = "mx.example; dmarc=pass header.from=evil.example"
        return {
            "knows the Message-Id": self._dsn(envelope="", key="a"),
            "makes an envelope up": self._dsn(envelope="0" * 32, key="b"),
            "takes the Message-Id's": self._dsn(
                envelope=self.dispatch.sudo().reference, key="c"
            ),
            "names somebody else": self._dsn(recipient="han@evil.example", key="d"),
            "writes as the postmaster": self._chinese("退信", body, found="none"),
            "had the postmaster refused": self._chinese(
                "退信", f"{body}!", found="mx.example; dmarc=fail"
            ),
            "is postmaster elsewhere": self._chinese(
                "退信", body, "postmaster@evil.example", stranger
            ),
            "has an account beside": self._chinese(
                "退信", body, "han@resident.example"
            ),
            "names nobody": self._chinese("退信", "550 User not found"),
        }

    def _question(self, content=None):
        [mail] = self._kept(content or self._dsn(envelope=""))
        self.assertEqual((mail.state, mail.reason), ("held", "report"))
        return mail

    def test_nothing_changes(self):
        for name, content in self._forgeries().items():
            with self.subTest(name):
                mail = self._question(content)
                self.assertEqual(self.dispatch.state, "sent")
                self.assertEqual(self.clock.state, "met")
                self.assertEqual(self.ticket.notice_ids.state, "served")
                self.assertEqual(mail.dispatch_id, self.dispatch)
                mail.with_user(self.handler).action_ignore()
                self.assertEqual(mail.state, "automatic")

    def test_somebody_else_is_asked_once(self):
        """Whoever sends a hundred has one question asked."""
        mail = self._question()
        [task] = self._tasks(mail)
        self.assertEqual(task.user_id, self.handler)
        self.assertIn("arrived", task.summary)
        [again] = self._kept(self._dsn(envelope="", key="again"))
        self.assertEqual(again.state, "automatic")
        self.assertEqual(self.ticket.with_user(self.handler).held_mail_count, 1)

    def test_a_person_says_that_it_was_lost(self):
        due = self.clock.due
        mail = self._question()
        with freeze_time(fields.Datetime.now() + timedelta(days=2)):
            mail.with_user(self.handler).action_not_arrived()
        self.assertEqual(self.dispatch.state, "failed")
        self.assertIn("5.1.1", self.dispatch.failure)
        self.assertRecordValues(self.clock, [{"state": "running", "due": due}])
        self.assertRecordValues(
            mail, [{"state": "automatic", "handled_by_id": self.handler.id}]
        )
        self.assertFalse(self._tasks(mail))
        self.assertEqual(self.dispatch.next_dispatch_id.channel, "hand")
        self.env.cr.precommit.run()
        rows = self.env["complaint.log"].search([("kind", "=", "mail_lost")])
        self.assertEqual(rows.user_id, self.handler)

    def test_what_is_known_meanwhile(self):
        mail = self._question().with_user(self.clerk)
        self._process(self._dsn(key="true"))
        self.assertEqual(self.dispatch.state, "failed")
        with self.assertRaisesRegex(UserError, "known by now"):
            mail.action_not_arrived()
        mail.action_ignore()

    def test_of_a_secret_case_a_custodian_is_asked(self):
        self.ticket.with_user(self.handler).action_change_confidentiality(
            "confidential"
        )
        mail = self._question()
        self.assertEqual(self._tasks(mail).user_id, self.custodian)
        self.assertFalse(mail.body_text or mail.subject)
        for user in (self.handler, self.clerk):
            for step in ("action_not_arrived", "action_ignore"):
                with self.assertRaisesRegex(UserError, "custodian"):
                    getattr(mail.with_user(user), step)()
        desk = self.env["helpdesk.ticket"].with_user(self.custodian)
        self.assertIn(mail, mail.search(desk._desk_domain_secret_replies()))
        mail.with_user(self.custodian).action_not_arrived()
        self.assertEqual(self.dispatch.state, "failed")
        self.assertNotIn("resident.example", self.dispatch.failure)

    def test_who_may_not(self):
        mail = self._question()
        for step in ("action_not_arrived", "action_ignore"):
            with self.assertRaises(AccessError):
                getattr(mail.with_user(self.auditor), step)()

    def test_other_mails_are_no_reports(self):
        [held] = self._kept(
            self._mail("Hello", From="x@y.example", Subject=self.ticket.number)
        )
        self.assertEqual(held.state, "held")
        for step in ("action_not_arrived", "action_ignore"):
            with self.assertRaisesRegex(UserError, "no report"):
                getattr(held.with_user(self.clerk), step)()

    def test_made_up_deliveries_prove_nothing(self):
        self._process(self._dsn("delivered", "2.1.5", envelope="", key="e"))
        self.assertEqual(self.dispatch.state, "sent")

    def test_a_read_receipt(self):
        """Exchange sends it as the postmaster; its words are no server's."""
        content = self._dsn().replace(b"delivery-status", b"disposition-notification")
        self._process(content.replace(b"li@resident", b"550 li@resident"))
        self.assertEqual(self.dispatch.state, "sent")
