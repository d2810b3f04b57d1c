"""THREATS 38: what a mail costs does not grow out of hand."""

import time
from email import message_from_bytes

from odoo.tests import tagged, warmup

from .mail_common import MailCommon


@tagged("post_install", "-at_install")
class TestMailCost(MailCommon):
    def _count(self, content, limit):
        self.env.flush_all()
        self.env.invalidate_all()
        with self.assertQueryCount(limit):
            self.env["mail.thread"].message_process(None, content)

    @warmup
    def test_queries_of_a_usual_mail(self):
        """The base takes 71 for a ticket; two transactions, acknowledgement included.

        Its file is evidence: original, clean copy and chain of custody are in it. One
        more asks who works here, as the mail may be about them.
        """
        self._count(self._mail(), 58)

    @warmup
    def test_queries_of_a_mail_without_files(self):
        message = message_from_bytes(self._mail())
        del message.get_payload()[1]
        self._count(message.as_bytes(), 44)

    @warmup
    def test_queries_of_a_reply(self):
        ticket = self._process(self._mail())
        self._process(self._mail("1", Subject=ticket.number))
        self._count(self._mail("2", Subject=ticket.number), 36)

    @warmup
    def test_queries_do_not_grow_with_the_mail(self):
        """Neither with its files nor with what is on file already.

        Two are for the locks of the series that its two numbers are drawn from, some
        thirty for the activity and the message that ask a custodian to look at files that
        cannot be cleaned.
        """
        self._count(self._with_files(20), 92)

    def _with_files(self, number):
        content = self._mail()
        [boundary] = [line for line in content.split(b"\n") if line.startswith(b"--=")][
            :1
        ]
        part = boundary + b"\nContent-Type: text/plain; name=a.txt\n\nx\n"
        return content.replace(boundary, part * number + boundary, 1)

    def test_threat_38_five_thousand_parts(self):
        """The base took 17 seconds; here a second is plenty, on a busy machine, too."""
        content = self._with_files(5_000)
        start = time.process_time()
        [kept] = self._kept(content)
        spent = time.process_time() - start
        self.assertEqual((kept.state, kept.reason), ("quarantine", "too_many_parts"))
        self.assertLess(spent, 3)

    def test_threat_38_large(self):
        content = self._mail() + b"QUJD" * (16 * 1024 * 1024)
        start = time.process_time()
        [kept] = self._kept(content)
        self.assertEqual((kept.state, kept.reason), ("quarantine", "too_large"))
        self.assertEqual(kept.size, len(content))
        self.assertLess(time.process_time() - start, 10)
