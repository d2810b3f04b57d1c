"""Invented mails × damages to their bytes, through the gateway.

As it was sent, a mail has its right text, sender and moment and ends where it must.
Damaged, it is kept byte for byte and nothing was unforeseen.
"""

import os
import random
import unittest
from base64 import b64decode
from functools import partial

import sweep_engine as engine
from driver.mail_invented import SERVER, damaged, invented
from sweep_case import SweepCase

from odoo.tests import tagged
from odoo.tools import html2plaintext, mute_logger

from odoo.addons.community_complaint.tests.mail_common import MailCommon

UNTOUCHED = "none"
DAMAGES = (UNTOUCHED, *map(str, range(1, 29)))
#: Cells that ``./run test`` tries.
SAMPLE = 120


@tagged("post_install", "-at_install")
class TestSweepMail(SweepCase, MailCommon):
    """Mails × damages."""

    sweep = "mail"

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        if cls.database == "demo":
            raise unittest.SkipTest("the records are the sweep's own")
        cls.mails = {mail.name: mail for mail in invented()}
        cls.regulation.confidentiality = "open"
        cls.team.mail_servers = SERVER

    def axes(self):
        return {"mail": tuple(self.mails), "damage": DAMAGES}

    def _planned(self, seed):
        """OVERRIDE: a pair is a cell here, so a sample is drawn for ``./run test``."""
        tally, cells = super()._planned(seed)
        if os.environ.get("COMPLAINT_SWEEP_ALL"):
            return tally, cells
        return tally, random.Random(seed).sample(cells, min(SAMPLE, len(cells)))

    def attempt(self, cell):
        mail, content = self.mails[cell["mail"]], self.mails[cell["mail"]].content
        if cell["damage"] != UNTOUCHED:
            content = damaged(content, random.Random(engine.described(cell)))
        try:
            with mute_logger("odoo.sql_db"):
                wrong = self.undone(partial(self._try, mail, content))
        except Exception as error:  # noqa: BLE001
            return engine.UNEXPECTED, f"{type(error).__name__}: {str(error)[:200]}"
        return (engine.UNEXPECTED, wrong) if wrong else (engine.ALLOWED, "")

    def _try(self, mail, content):
        """Put a mail through the gateway and return what is wrong with it, or ``None``."""
        kept = self._kept(content)
        if not kept:
            return "it is lost"
        for row in kept:
            # sudo: complaint.inbound.mail - the test compares the original
            if b64decode(row.sudo().raw or b"") != content:
                return "the original is another"
            if row.state == "new" or row.reason == "failed":
                return f"it was not foreseen: {row.detail}"
        return self._wrong(mail, kept) if content == mail.content else None

    def _wrong(self, mail, kept):
        """Return what is not understood of a mail as it was sent."""
        if (kept.state, kept.reason) != mail.ends:
            return f"it ends as {kept.state}, {kept.reason}"
        # sudo: complaint.inbound.mail - who wrote it
        if kept.sudo()._sender()[1] != mail.sender:
            return "somebody else wrote it"
        case = kept.ticket_id
        moments = {mail.arrived} if mail.arrived else {kept.received_date}
        if case and case.received_date not in moments:
            return f"received on {case.received_date}"
        shown = html2plaintext(case.description) if case else kept.body_text or ""
        if mail.text is not None and _words(mail.text) != _words(shown):
            return f"it says {shown[:80]}"
        return None

    def test_mail(self):
        self.run_sweep()


def _words(text):
    """Return a text without its layout."""
    return "".join(text.split())
