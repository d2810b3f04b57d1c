"""Updates every ten working days count when they reach the complainant, round by round."""

from freezegun import freeze_time

from odoo.tests import tagged

from .test_deadline_start import LimitCommon
from .test_dispatch_sms import SmsCommon

#: Received on a Monday; no holidays in this calendar.
_BEGIN = "2026-03-02 04:00:00"


@tagged("post_install", "-at_install")
class TestRoundsReceived(SmsCommon, LimitCommon):
    def setUp(self):
        super().setUp()
        self._limit("u", "received", "informed", 10, "working_day", repeats="due")

    def _began(self, **vals):
        with freeze_time(_BEGIN):
            return self._complaint(confidentiality="open", **vals)

    def _rounds(self, ticket):
        return [
            (item.round, str(item.due_date), item.state)
            for item in self._clocks(ticket, "u")
        ]

    def _update(self, ticket, moment, text):
        """Write, see that nothing counts yet, then let it leave; return what came."""
        with freeze_time(moment):
            before = self._rounds(ticket)
            self._write(ticket, text)
            self.assertEqual(self._rounds(ticket), before, "nothing left yet")
            texts = len(self.provider.messages)
            mails = self._received()
            return mails, self.provider.messages[texts:]

    def test_by_mail(self):
        ticket = self._began(complainant_email="li@resident.example")
        [(_raw, mail)], _texts = self._update(
            ticket, "2026-03-11 04:00:00", "电梯公司已到场检测。"
        )
        self.assertEqual(mail["To"], "li@resident.example")
        self.assertIn("电梯公司已到场检测", mail.get_body().get_content())
        self.assertEqual(
            self._rounds(ticket),
            [(1, "2026-03-16", "met"), (2, "2026-03-30", "running")],
        )
        # the second round needs a second mail, and this one comes too late
        [(_raw, mail)], _texts = self._update(
            ticket, "2026-04-01 04:00:00", "配件已订购。"
        )
        self.assertIn("配件已订购", mail.get_body().get_content())
        self.assertEqual(
            self._rounds(ticket)[1:],
            [(2, "2026-03-30", "met_late"), (3, "2026-04-13", "running")],
        )

    def test_by_text_message(self):
        ticket = self._began()
        mails, [text] = self._update(ticket, "2026-03-11 04:00:00", "检测完毕。")
        self.assertFalse(mails)
        self.assertEqual(text["to"], "13800138000")
        self.assertIn(ticket.number, text["text"])
        self.assertEqual(
            self._rounds(ticket),
            [(1, "2026-03-16", "met"), (2, "2026-03-30", "running")],
        )

    def test_refused_by_the_carrier(self):
        """What the office wrote is no update, if nobody got it."""
        self.provider.state = "wrong_number_format"
        ticket = self._began()
        self._update(ticket, "2026-03-11 04:00:00", "检测完毕。")
        self.assertEqual(self._rounds(ticket), [(1, "2026-03-16", "running")])
        self.assertEqual(self._told(ticket)[-1].channel, "hand")

    def test_mail_server_down(self):
        ticket = self._began(complainant_email="li@resident.example")
        self.server.smtp_port = 1
        self._update(ticket, "2026-03-16 04:00:00", "检测完毕。")
        self.assertEqual(self._rounds(ticket), [(1, "2026-03-16", "running")])
        self.server.smtp_port = self.sink.port
        with freeze_time("2026-03-17 04:00:00"):
            [(_raw, mail)] = self._received()
        self.assertIn("检测完毕", mail.get_body().get_content())
        self.assertEqual(
            self._rounds(ticket),
            [(1, "2026-03-16", "met_late"), (2, "2026-03-30", "running")],
        )
