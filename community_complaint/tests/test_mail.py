"""E-mail to a desk becomes a complaint or a reply."""

import struct
from base64 import b64encode
from email import message_from_bytes
from zlib import compress, crc32

from odoo.tests import tagged
from odoo.tools import SQL, mute_logger

from .mail_common import PHOTO
from .test_canary import CanarySweep
from .wire_common import WireCommon


@tagged("post_install", "-at_install")
class TestMail(WireCommon, CanarySweep):
    def setUp(self):
        super().setUp()
        # the job commits its progress, a test must not
        self.patch(self.registry["ir.cron"], "_commit_progress", _no_commit)

    def test_a_mail_is_a_complaint(self):
        ticket = self._process(self._mail())
        self.assertEqual(ticket.phase, "registered")
        self.assertEqual(ticket.name, "夜间噪声")
        self.assertIn("楼上夜间装修", ticket.description)
        self.assertEqual(ticket.channel_id.complaint_kind, "email")
        self.assertTrue(ticket.written_form)
        self.assertFalse(ticket.partner_id or ticket.partner_email or ticket.email_cc)
        identity = self._show(ticket).identity_ids
        self.assertEqual(identity.name, "金丝雀")
        self.assertEqual(identity.email, "canary@resident.example")
        files = ticket.message_ids.attachment_ids
        self.assertEqual(files.mapped("raw"), [PHOTO])
        self.assertEqual(files.name, "照片.png")
        self.assertTrue(ticket.deadline_ids)

    def test_nobody_learns_the_sender(self):
        """Nor from the text: name and address of a confidential sender are covered."""
        self.regulation.confidentiality = "confidential"
        text = "我是金丝雀，来信请寄 canary@resident.example。楼上夜间装修。"
        ticket = self._process(self._mail(text, Subject="金丝雀的投诉"))
        self.assertIn("〔…〕", ticket.description)
        self.assertNoCanaryInDatabase(
            allowed=("mail_message", "complaint_inbound_mail")
        )
        for user in (self.clerk, self.handler, self.leader, self.manager, self.auditor):
            self.assertNoCanaryRead(user, ticket)

    def test_threat_4_nobody_in_particular_wrote(self):
        """Author, sender and reply address of what the complainant mailed are neutral."""
        self.regulation.confidentiality = "open"
        ticket = self._process(self._mail())
        self._process(self._mail("More.", Subject=ticket.number))
        proxy = self.env.ref("community_complaint.partner_complainant")
        received = ticket.message_ids.filtered(
            lambda message: (
                message.subtype_id.get_external_id()[message.subtype_id.id]
                == "community_complaint.mt_from_complainant"
            )
        )
        self.assertEqual(len(received), 2)
        self.assertEqual(received.author_id, proxy)
        names = ("email_from", "reply_to", "message_id", "subject", "record_name")
        text = str([[message[name] for name in names] for message in received])
        self.assertNotIn("canary", text)
        self.assertNotIn("client.example", text)

    def test_one_acknowledgement(self):
        ticket = self._process(self._mail())
        [(_content, message)] = self._received()
        self.assertEqual(message["To"], "canary@resident.example")
        self.assertIn(ticket.number, message.get_body(("plain",)).get_content())
        self.assertEqual(message["Subject"], ticket.number)
        self.assertEqual(message["Auto-Submitted"], "auto-replied")
        self.assertFalse(self._received())

    def test_no_subject_no_text(self):
        self.assertTrue(self._process(self._mail(Subject=None)).name)
        [kept] = self._kept(self._mail(""))
        self.assertEqual((kept.state, kept.reason), ("quarantine", "textless"))

    def test_reply_of_the_complainant(self):
        """Whether it answers the acknowledgement, a message, or just names the case."""
        self.regulation.confidentiality = "open"
        ticket = self._process(self._mail())
        [(_content, acknowledgement)] = self._received()
        ticket.with_user(self.clerk).action_write_to_complainant("请补充时间。")
        message = ticket.message_ids[0]
        for headers in (
            {"In_Reply_To": str(acknowledgement["Message-ID"])},
            {"References": f"<x@y.example> {message.message_id}"},
            {"Subject": f"回复：[{ticket.number}]"},
            {"Subject": f"{ticket.number} 补充"},
        ):
            with self.subTest(headers=headers):
                reply = self._process(
                    self._mail("昨晚十一点。", **{"Subject": "Re", **headers})
                )
                self.assertEqual(reply, ticket)
                self.assertIn("昨晚十一点", ticket.message_ids[0].body)
                self.assertEqual(ticket.message_ids[0].attachment_ids.raw, PHOTO)
        self.assertEqual(ticket.phase, "registered")
        tasks = ticket.activity_ids
        self.assertEqual(tasks.user_id, self.leader, "one task, however many replies")

    def test_reply_after_the_end(self):
        """A reply to a finished case is on file and somebody has to look."""
        self.regulation.confidentiality = "open"
        ticket = self._process(self._mail())
        ticket.with_user(self.clerk).action_refuse("Not ours.")
        self.assertEqual(ticket.phase, "refused")
        ticket.with_user(self.clerk).action_archive()
        reply = self._process(self._mail("还没解决。", Subject=ticket.number))
        self.assertEqual(reply, ticket)
        self.assertEqual(ticket.phase, "archived")
        self.assertIn("还没解决", ticket.message_ids[0].body)
        self.assertIn("after the case was finished", ticket.activity_ids.summary)

    def test_threat_27_what_is_mailed_is_text(self):
        """Neither markup nor the words of template languages come alive."""
        self.regulation.confidentiality = "open"
        trick = "<img src=x onerror=alert(1)> {{7*7}} ${7*7} <t t-out='7*7'/>"
        ticket = self._process(
            self._mail(trick, Subject=trick, From=f'"{trick}" <a@resident.example>')
        )
        self.assertEqual(ticket.name, trick)
        bodies = [ticket.description, *ticket.message_ids.mapped("body")]
        [(sent, _message)] = self._received()
        for body in bodies:
            self.assertNotIn("<img", body)
            self.assertNotIn("<t ", body)
            self.assertNotIn("49", body)
        self.assertIn("&lt;img", ticket.description)
        self.assertNotIn(b"onerror", sent)

    def test_threat_38_huge_pictures_are_not_opened(self):
        """A picture of 900 million points in some kilobytes is kept as it is."""
        self.regulation.confidentiality = "open"
        bomb = _huge_picture()
        message = message_from_bytes(self._mail())
        message.get_payload()[1].set_payload(b64encode(bomb).decode())
        ticket = self._process(message.as_bytes())
        self.assertEqual(ticket.message_ids.attachment_ids.raw, bomb)

    def test_threat_34_nothing_is_lost(self):
        """What cannot be registered waits for a person, byte for byte."""
        self.env.cr.execute(
            SQL("ALTER TABLE helpdesk_ticket ADD CHECK (name NOT LIKE '%%噪声%%')")
        )
        content = self._mail()
        with mute_logger("odoo.sql_db"):
            [kept] = self._kept(content)
        self.assertEqual((kept.state, kept.reason), ("quarantine", "failed"))
        self.assertEqual(kept.detail, "CheckViolation")
        self.assertEqual(kept.subject, "夜间噪声")
        self.assertEqual(kept._bytes(), content)
        self.assertEqual(self._tasks(kept).user_id, self.leader)

    def test_threat_34_nobody_to_tell(self):
        """Telling somebody fails, for whatever reason: the mail waits all the same."""
        self.env.cr.execute(
            SQL("ALTER TABLE mail_activity ADD CHECK (summary NOT LIKE '%%e-mail%%')")
        )
        with mute_logger("odoo.sql_db"):
            [kept] = self._kept(self._mail(Precedence="list"))
        self.assertEqual((kept.state, kept.reason), ("quarantine", "failed"))
        self.assertEqual(kept.subject, "夜间噪声")

    def test_interrupted_sorting_is_taken_up(self):
        """THREATS 43: killed between storing and sorting, a mail is sorted later."""
        content = self._mail()
        gate = self.env["complaint.inbound.mail"].sudo()
        kept = gate._keep(content, gate._find_place(content))
        self.env.flush_all()
        gate._cron_take_up()
        self.assertEqual(kept.state, "new", "somebody may be at it")
        self._force(kept, received_date="2026-01-05 01:00:00")
        self.env.flush_all()
        gate._cron_take_up()
        self.env.invalidate_all()
        self.assertEqual(kept.state, "case")
        self.assertEqual(str(kept.ticket_id.received_date), "2026-01-05 01:00:00")

    def test_a_mail_that_stops_the_server_is_left_alone(self):
        content = self._mail()
        gate = self.env["complaint.inbound.mail"].sudo()
        kept = gate._keep(content, gate._find_place(content))
        self._force(kept, received_date="2026-01-05 01:00:00", attempts=3)
        self.env.flush_all()
        gate._cron_take_up()
        self.env.invalidate_all()
        self.assertEqual((kept.state, kept.reason), ("quarantine", "stuck"))
        self.assertTrue(self._tasks(kept))


def _huge_picture(side=30_000):
    """Return a black picture that is small as a file."""

    def chunk(kind, content):
        checked = kind + content
        return (
            struct.pack(">I", len(content))
            + checked
            + struct.pack(">I", crc32(checked))
        )

    head = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)
    points = compress(bytes(side // 8 + 1) * side, 9)
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        chunk(kind, content)
        for kind, content in ((b"IHDR", head), (b"IDAT", points), (b"IEND", b""))
    )


def _no_commit(_cron, _processed=0, **_options):
    """Stand in for the commit after each step of a job."""
    return float("inf")
