import logging
import re
from contextlib import contextmanager
from datetime import timedelta
from unittest.mock import patch

from freezegun import freeze_time

from odoo import fields
from odoo.tests import tagged

from .canary import CanarySweep
from .common import CANARY
from .mail_sink import MailSink
from .wire_common import WireCommon

_NEWS = "新消息：楼上装修一事"
# only what goes to the resident is refused: what colleagues are told is another story
_TO_LI = "RCPT TO:<li@resident.example>"


@tagged("post_install", "-at_install")
class TestDispatchEmail(WireCommon):
    """Read at the other end of the wire."""

    def _case(self, **vals):
        return self._complaint(
            **{
                "complainant_email": "li@resident.example",
                "confidentiality": "open",
                **vals,
            }
        )

    def _write(self, ticket, text=_NEWS, files=()):
        ticket.with_user(self.clerk).action_write_to_complainant(text, [*files])
        return self._told(ticket)[-1]

    def test_content_and_files_of_an_open_case(self):
        files = self.env["ir.attachment"].with_user(self.clerk)
        file = files.create({"name": "表格.bin", "raw": b"\x00\xffa"})
        dispatch = self._write(self._case(), files=file.ids)
        [(_content, message)] = self._received()
        self.assertEqual(message["To"], "li@resident.example")
        self.assertIn(_NEWS, message.get_body(("plain",)).get_content())
        [attached] = message.iter_attachments()
        self.assertEqual(attached.get_payload(decode=True), b"\x00\xffa")
        self.assertEqual(dispatch.state, "sent")
        self.assertTrue(dispatch.sent_date)

    def test_the_paper_is_attached_as_issued(self):
        ticket = self._case()
        self._accept(ticket)
        [(_content, message)] = self._received()
        notice = ticket.notice_ids
        [attached] = message.iter_attachments()
        self.assertEqual(attached.get_content_type(), "application/pdf")
        self.assertEqual(
            attached.get_payload(decode=True), notice.pdf_attachment_id.raw
        )
        self.assertIn(notice.number, message.get_body(("plain",)).get_content())

    def test_a_changed_paper_does_not_leave(self):
        ticket = self._case()
        self._accept(ticket)
        self._force(ticket.notice_ids, sha256="0" * 64)
        # who sees to it is told by mail
        told = [str(message["To"]) for _content, message in self._received()]
        self.assertFalse([address for address in told if "li@resident" in address])
        self.assertEqual(self._told(ticket)[0].state, "failed")

    def test_closed_cases_carry_the_number_only(self):
        ticket = self._case(confidentiality="confidential", name="噪声秘密")
        self._write(ticket)
        self._accept(ticket)
        mails = self._received()
        self.assertEqual(len(mails), 2)
        for content, message in mails:
            text = message.get_body(("plain",)).get_content()
            self.assertIn(ticket.number, text)
            self.assertFalse([*message.iter_attachments()])
            text = re.sub(r"https?://\S+", "", text)
            for telling in (_NEWS, "噪声", "Noise", "oucher", "Li Lei", "omplaint"):
                self.assertNotIn(telling, text)
            for telling in (_NEWS, "噪声", "Noise", "oucher", "Li Lei"):
                self.assertNotIn(telling.encode(), content)

    def test_a_body_gets_its_slip(self):
        """Other bodies need the paper, whatever the case is."""
        ticket = self._case(confidentiality="confidential")
        self._accept(ticket)
        self._received()
        body = self.env["res.partner"].create(
            {"name": "City Bureau", "email": "bureau@city.example", "is_company": True}
        )
        dispatch = self._told(ticket)[0]
        with patch.object(type(dispatch), "_person_of", lambda self, vals: body):
            self.env["complaint.dispatch"]._queue(
                [
                    {
                        "ticket_id": ticket.id,
                        "addressee": "body",
                        "notice_id": ticket.notice_ids.id,
                    }
                ]
            )
            [(_content, message)] = self._received()
        [attached] = message.iter_attachments()
        self.assertEqual(
            attached.get_payload(decode=True), ticket.notice_ids.pdf_attachment_id.raw
        )

    def test_reports_are_asked_for_where_service_has_to_be_proven(self):
        ticket = self._case()
        self._write(ticket)
        self._received()
        self.assertNotIn("NOTIFY", " ".join(self.sink.options))
        self.env["complaint.dispatch"]._queue(
            [
                {
                    "ticket_id": ticket.id,
                    "addressee": "complainant",
                    "duty": "serve",
                    "content": "Served.",
                }
            ]
        )
        self._received()
        self.assertIn("NOTIFY=SUCCESS,FAILURE,DELAY", self.sink.options[-1])

    # ----------------------------------------------------------------------
    # What goes wrong
    # ----------------------------------------------------------------------

    def test_the_server_is_down_for_an_hour(self):
        """It arrives once, when the server is back."""
        dispatch = self._write(self._case())
        self.sink.__exit__()
        start = fields.Datetime.now()
        for minutes in (0, 1, 6, 21, 51):
            with freeze_time(start + timedelta(minutes=minutes, seconds=1)):
                self._deliver()
                self.assertEqual(dispatch.state, "queued", minutes)
                self.assertGreater(dispatch.next_try, fields.Datetime.now())
        self.assertEqual(dispatch.tries, 5)
        with MailSink() as self.sink:
            self.server.smtp_port = self.sink.port
            with freeze_time(start + timedelta(minutes=112)):
                self.assertEqual(len(self._received()), 1)
                self.assertFalse(self._received())
        self.assertEqual(dispatch.state, "sent")
        self.assertFalse(dispatch.next_dispatch_id)

    def test_nobody_is_there(self):
        """Refused for good: no second try, the next channel, and somebody is told."""
        self.sink.refusals[_TO_LI] = "550 5.1.1 unknown"
        ticket = self._case()
        dispatch = self._write(ticket)
        # Odoo calls another level "INFO"
        with self.assertLogs("odoo", logging.INFO) as logs:
            logging.getLogger("odoo.addons").info("Something is logged.")
            self._deliver()
        self.assertNotIn("li@resident.example", "\n".join(logs.output))
        self.assertEqual(dispatch.state, "failed")
        self.assertIn("550 5.1.1", dispatch.failure)
        self.assertNotIn("resident.example", dispatch.failure)
        self.assertEqual(dispatch.next_dispatch_id.channel, "hand")
        tasks = ticket.activity_ids.mapped("summary")
        self.assertTrue([text for text in tasks if "did not arrive" in (text or "")])

    def test_the_server_is_busy(self):
        for verb, answer in (
            (_TO_LI, "450 4.2.1 greylisted"),
            ("MAIL", "553 5.7.1 who are you"),
            ("DATA", "451 4.3.0 disk full"),
        ):
            with self.subTest(verb):
                self.sink.refusals = {verb: answer}
                dispatch = self._write(self._case())
                self._deliver()
                self.assertEqual((dispatch.state, dispatch.tries), ("queued", 1))
                self.sink.refusals = {}

    def test_the_case_is_handed_over_after_all_tries(self):
        self.sink.__exit__()
        dispatch = self._write(self._case())
        moment = fields.Datetime.now()
        while dispatch.state == "queued":
            with freeze_time(moment):
                self._deliver()
            moment = dispatch.next_try + timedelta(seconds=1)
        self.assertEqual((dispatch.state, dispatch.tries), ("failed", 8))
        self.assertEqual(dispatch.next_dispatch_id.channel, "hand")

    def test_the_address_changed_meanwhile(self):
        """It goes to where the person is now."""
        ticket = self._case()
        self._write(ticket)
        ticket.sudo().identity_ids.email = "new@resident.example"
        [(_content, message)] = self._received()
        self.assertEqual(message["To"], "new@resident.example")


@tagged("post_install", "-at_install")
class TestDispatchEmailCanary(WireCommon, CanarySweep):
    """No row has an address: not after success, not after failure, not in between."""

    def setUp(self):
        super().setUp()
        self.ticket = self._complaint(**CANARY)
        self.ticket.with_user(self.clerk).action_write_to_complainant("金")

    @contextmanager
    def _no_canary_in_logs(self):
        with self.assertNoCanaryInLogs():
            logging.getLogger("odoo.tests").info("Something is logged.")
            yield

    def _sweep(self):
        self.env.flush_all()
        self.assertNoCanaryInDatabase()
        self.assertFalse(self.env["mail.mail"].search([("state", "=", "outgoing")]))

    def test_queued_and_sent(self):
        self._sweep()
        with self._no_canary_in_logs():
            [(content, _message)] = self._received()
        self.assertIn(b"canary@resident.example", content)
        self._sweep()

    def test_refused(self):
        for refusal in ("550 5.1.1 unknown", "450 try later"):
            self.sink.refusals["RCPT TO:<canary@resident.example>"] = refusal
            with self._no_canary_in_logs():
                self._deliver()
            self._sweep()

    def test_killed(self):
        """In the moment in which the server has it."""

        def sweep(*_args):
            self._sweep()
            raise KeyboardInterrupt

        with (
            self._no_canary_in_logs(),
            self.assertRaises(KeyboardInterrupt),
            patch("smtplib.SMTP.send_message", sweep),
        ):
            self._deliver()
        self._sweep()
