from email.message import EmailMessage
from unittest.mock import patch

from odoo.exceptions import AccessError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import ComplaintCommon
from .test_canary import CanarySweep

PHOTO = b"\x89PNG\r\n\x1a\n" + bytes(64)


@tagged("post_install", "-at_install")
class TestMail(ComplaintCommon, CanarySweep):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.domain = cls.env["mail.alias.domain"].search([], limit=1) or cls.env[
            "mail.alias.domain"
        ].create({"name": "office.example"})
        cls.company.alias_domain_id = cls.domain
        cls.team.alias_id.alias_domain_id = cls.domain
        cls.address = f"{cls.team.alias_name}@{cls.domain.name}"

    def setUp(self):
        super().setUp()
        # the gateway keeps every mail in a transaction of its own
        self.registry_enter_test_mode()

    def _mail(self, text="楼上夜间装修。", charset="gb18030", **headers):
        """Return the bytes of a mail with a photo."""
        message = EmailMessage()
        headers = {
            "From": "金丝雀 <canary@resident.example>",
            "To": self.address,
            "Subject": "夜间噪声",
            "Message-ID": f"<{id(message)}@client.example>",
            **{name.replace("_", "-"): value for name, value in headers.items()},
        }
        for name, value in headers.items():
            if value:
                message[name] = value
        message.set_content(text, charset=charset)
        message.add_attachment(
            PHOTO, maintype="image", subtype="png", filename="照片.png"
        )
        return message.as_bytes()

    def _process(self, content, user=None):
        thread = self.env["mail.thread"].with_user(
            user or self.env.ref("base.user_root")
        )
        ticket_id = thread.message_process(None, content)
        return self.env["helpdesk.ticket"].browse(ticket_id or [])

    def test_a_mail_is_a_complaint(self):
        ticket = self._process(self._mail())
        self.assertEqual(ticket.phase, "registered")
        self.assertEqual(ticket.name, "夜间噪声")
        self.assertIn("楼上夜间装修", ticket.description)
        self.assertEqual(ticket.channel_id.complaint_kind, "email")
        self.assertFalse(ticket.partner_id or ticket.partner_email or ticket.email_cc)
        self.assertFalse(ticket.message_partner_ids)
        identity = self._show(ticket).identity_ids
        self.assertEqual(identity.name, "金丝雀")
        self.assertEqual(identity.email, "canary@resident.example")
        files = ticket.message_ids.attachment_ids
        self.assertEqual(files.mapped("raw"), [PHOTO])
        self.assertTrue(ticket.deadline_ids)

    def test_nobody_learns_the_sender(self):
        ticket = self._process(self._mail())
        self.assertNoCanaryInDatabase(
            allowed=("mail_mail", "mail_message", "complaint_inbound_mail")
        )
        for user in (self.clerk, self.handler, self.leader, self.auditor):
            self.assertNoCanaryRead(user, ticket)

    def test_one_acknowledgement(self):
        ticket = self._process(self._mail())
        mails = self.env["mail.mail"].search(
            [("email_to", "=", "canary@resident.example")]
        )
        self.assertEqual(len(mails), 1)
        self.assertIn(ticket.number, mails.body_html)
        self.assertEqual(mails.subject, ticket.number)
        self.assertEqual(mails.state, "outgoing")
        self.assertIn("auto-replied", mails.headers)

    def test_no_answer_to_machines(self):
        for headers in (
            {"Auto_Submitted": "auto-replied"},
            {"Precedence": "bulk"},
            {"X_Autoreply": "yes"},
        ):
            with self.subTest(headers=headers):
                before = self.env["mail.mail"].search_count([])
                self.assertTrue(self._process(self._mail(**headers)))
                self.assertEqual(self.env["mail.mail"].search_count([]), before)

    def test_no_subject(self):
        ticket = self._process(self._mail(Subject=None))
        self.assertTrue(ticket.name)

    def test_reply_of_the_complainant(self):
        ticket = self._process(self._mail())
        ticket.with_user(self.clerk).action_write_to_complainant("请补充时间。")
        message = ticket.message_ids[0]
        reply = self._process(
            self._mail("昨晚十一点。", Subject="Re", In_Reply_To=message.message_id)
        )
        self.assertEqual(reply, ticket)
        self.assertIn("昨晚十一点", ticket.message_ids[0].body)
        self.assertNotIn("did not come from", ticket.message_ids[0].body)
        self.assertEqual(ticket.phase, "registered")

    def test_reply_of_a_stranger_is_marked(self):
        ticket = self._process(self._mail())
        ticket.with_user(self.clerk).action_write_to_complainant("请补充时间。")
        message = ticket.message_ids[0]
        self._process(
            self._mail(
                "I withdraw.",
                From=self.leader.email_formatted,
                In_Reply_To=message.message_id,
            )
        )
        forged = ticket.message_ids[0]
        self.assertIn("did not come from", forged.body)
        self.assertEqual(
            forged.author_id, self.env.ref("community_complaint.partner_complainant")
        )
        self.assertEqual(ticket.phase, "registered")
        self.assertNotIn(self.leader.partner_id, ticket.message_partner_ids)

    def test_nobody_delivers_by_rpc(self):
        """THREATS 31: an employee forges no mail of somebody else."""
        with self.assertRaises(AccessError):
            self._process(self._mail(), self.employee_user)
        ticket = self._complaint()
        with self.assertRaises(AccessError):
            self.env["mail.thread"].with_user(self.employee_user).message_process(
                "helpdesk.ticket", self._mail(), thread_id=ticket.id
            )

    @mute_logger("odoo.addons.community_complaint.models.mail_thread")
    def test_nothing_is_lost(self):
        """What cannot become a complaint waits for a person, byte for byte."""
        Ticket = type(self.env["helpdesk.ticket"])
        with patch.object(Ticket, "_take_mail", side_effect=ValueError("broken")):
            self.assertFalse(self._process(self._mail()))
        [kept] = self.env["complaint.inbound.mail"].search(
            [("team_id", "=", self.team.id)]
        )
        self.assertEqual(kept.state, "quarantine")
        self.assertEqual(kept.reason, "broken")
        self.assertTrue(kept.with_user(self.custodian).raw)
        with self.assertRaises(AccessError):
            kept.with_user(self.clerk).read(["raw"])
