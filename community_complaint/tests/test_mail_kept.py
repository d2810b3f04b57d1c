"""What reaches the gateway is kept first, whoever it is for."""

from unittest.mock import patch

from psycopg2 import errors

from odoo.tests import tagged

from .mail_common import MailCommon

_BROKEN = (
    b"Return-Path: <>\r\nFrom: x@far.example\r\nTo: \xff\xfe\r\nMIME-Version: 1.0\r\n"
    b"Subject: returned\r\nMessage-ID: <broken.report@far.example>\r\n"
    b"Content-Type: multipart/report; report-type=delivery-statContent-Type:"
    b' text/plain; boundary="b"\r\n\r\n--b\r\nContent-Type: message/delivery-status'
    b"\r\n\r\nnothing\r\n--b--\r\n"
)


@tagged("post_install", "-at_install")
class TestMailKept(MailCommon):
    def _bounce(self, to):
        return (
            f"From: MAILER-DAEMON@far.example\r\nTo: {to}\r\nSubject: returned\r\n"
            "Message-ID: <kept.bounce@far.example>\r\nX-Failed-Recipients: a@b.example"
            "\r\nContent-Type: text/plain\r\n\r\nuser unknown\r\n"
        ).encode()

    def test_a_bounce_for_nobody_waits(self):
        [kept] = self._kept(self._bounce("<<damaged"))
        self.assertEqual((kept.state, kept.reason), ("quarantine", "unroutable"))
        self.assertEqual(self._tasks(kept).user_id, self.leader)

    def test_a_bounce_of_the_base_is_the_bases(self):
        self.assertFalse(self._kept(self._bounce(self.domain.bounce_email)))

    def test_a_report_that_the_base_cannot_read(self):
        [kept] = self._kept(_BROKEN)
        self.assertEqual(kept.state, "quarantine")
        self.assertEqual(kept._bytes(), _BROKEN)
        self.assertTrue(self._tasks(kept))

    def test_what_the_base_raises_on_waits(self):
        """Whatever it is: fetching by POP or IMAP counts it as handled."""
        thread = type(self.env["mail.thread"])
        with patch.object(thread, "message_parse", side_effect=AttributeError("x")):
            [kept] = self._kept(self._bounce("<<damaged"))
        self.assertEqual((kept.state, kept.reason), ("quarantine", "failed"))
        self.assertEqual(kept.detail, "AttributeError")

    def test_kept_while_the_base_is_at_it(self):
        """What kills the server in the middle loses nothing."""
        seen = []
        thread = type(self.env["mail.thread"])

        def look(*_args, **_kwargs):
            seen.append(self.env["complaint.inbound.mail"].search([], limit=1).sha256)
            raise errors.SerializationFailure

        before = self.env["complaint.inbound.mail"].search([])
        with (
            patch.object(thread, "message_parse", side_effect=look),
            self.assertRaises(errors.SerializationFailure),
        ):
            # what is in another's way is tried again by whoever called
            self._process(self._bounce("<<damaged"))
        self.assertTrue(seen[0])
        self.assertEqual(self.env["complaint.inbound.mail"].search([]), before)

    def test_somebody_elses_mail_is_not_kept(self):
        team = self.env["helpdesk.ticket.team"].create(
            {"name": "Repairs", "alias_name": "repairs.kept"}
        )
        team.alias_id.alias_domain_id = self.domain
        address = f"repairs.kept@{self.domain.name}"
        before = self.env["complaint.inbound.mail"].search([])
        ticket = self._process(self._mail(To=address))
        self.assertEqual(ticket.team_id, team)
        self.assertEqual(self.env["complaint.inbound.mail"].search([]), before)
