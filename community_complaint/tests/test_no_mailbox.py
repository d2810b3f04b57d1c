from odoo.tests import tagged

from .mail_common import MailCommon


@tagged("post_install", "-at_install")
class TestNoMailbox(MailCommon):
    """E-mail to a text that does not list it: the true channel, and a word on the ways."""

    def setUp(self):
        super().setUp()
        self.email = self.env.ref("community_complaint.channel_email")
        self.regulation.channel_ids -= self.email

    def _answers(self):
        return self.env["mail.mail"].search(
            [("email_to", "=", "canary@resident.example")]
        )

    def test_the_sender_is_told_the_ways(self):
        self.company.phone = "021-5555 0100"
        ticket = self._process(self._mail())
        [answer] = self._answers()
        ways = self.regulation.channel_ids.mapped("name")
        self.assertTrue(ways)
        for words in (*ways, self.regulation.name, "021-5555 0100"):
            self.assertIn(words, answer.body_html)
        self.assertNotIn(ticket.number, answer.body_html)
        self.assertNotIn("夜间噪声", f"{answer.subject} {answer.body_html}")
        # so that no machine answers it
        self.assertIn("auto-replied", answer.headers)

    def test_the_clerk_need_not_say_anything_untrue(self):
        ticket = self._process(self._mail())
        self.assertEqual(ticket.channel_id, self.email)
        ticket = ticket.with_user(self.clerk)
        ticket.type_id = self.type
        ticket.action_accept()
        self.assertEqual(
            (ticket.phase, ticket.channel_id.complaint_kind), ("accepted", "email")
        )

    def test_by_hand_the_text_still_decides(self):
        with self.assertRaisesRegex(Exception, "does not know"):
            self._complaint(channel_id=self.email.id)

    def test_never_to_a_machine(self):
        for headers in (
            {"Auto_Submitted": "auto-replied"},
            {"Authentication_Results": "mx.example; dmarc=fail"},
            {"List_Id": "<news.list.example>"},
            {"From": "MAILER-DAEMON@relay.example", "Return_Path": "<>"},
        ):
            self._process(self._mail(**headers))
        self.assertFalse(self.env["mail.mail"].search([("email_to", "!=", False)]))

    def test_where_e_mail_is_a_way_nothing_is_added(self):
        self.regulation.channel_ids += self.email
        self._process(self._mail())
        self.assertFalse(self._answers())

    def test_the_address_is_public_only_where_it_is_a_way(self):
        self.assertFalse(self.regulation._email_address())
        self.regulation.channel_ids += self.email
        self.assertEqual(self.regulation._email_address(), self.address)
