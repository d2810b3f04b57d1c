"""THREATS 34: every e-mail of ``data/mail`` ends where it must, and so does any ruin of it."""

import csv
import hashlib
import random
from base64 import b64decode
from pathlib import Path

from driver.mail_invented import damaged

from odoo.tests import tagged

from odoo.addons.community_complaint.tests.mail_common import MailCommon
from odoo.addons.community_complaint.tools.file_cleaning import clean
from odoo.addons.community_complaint.tools.mail_header import parse_head
from odoo.addons.community_complaint.tools.mail_reader import read

FOLDER = Path(__file__).resolve().parents[2] / "data" / "mail"
DAMAGED = 200


def corpus():
    """Return ``{file: bytes}``."""
    return {path.name: path.read_bytes() for path in sorted(FOLDER.glob("*.eml"))}


def classes():
    """Return ``{file: (state, reason)}`` where each mail must end."""
    with open(FOLDER / "classes.csv", newline="") as stream:
        return {
            row["file"]: (row["state"], row["reason"] or False)
            for row in csv.DictReader(stream)
        }


@tagged("post_install", "-at_install")
class TestMailCorpus(MailCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # one sender's mails are no burst here, whoever wrote them
        cls.env["ir.config_parameter"].set_param(
            "community_complaint.mail_burst_count", 10_000
        )
        # nor are all of them together a flood
        cls.team.write({"mail_limit": 10_000, "mail_domain_limit": 10_000})

    def test_classes_are_complete(self):
        self.assertGreaterEqual(len(corpus()), 25)
        self.assertEqual(corpus().keys(), classes().keys())

    def test_threat_34_every_mail_ends_where_it_must(self):
        ends = {}
        for name, content in corpus().items():
            [kept] = self._kept(content)
            ends[name] = (kept.state, kept.reason)
            with self.subTest(file=name):
                # sudo: complaint.inbound.mail - the test compares the original
                raw = b64decode(kept.sudo().raw or b"")
                self.assertEqual(raw, content)
                self.assertEqual(kept.sha256, hashlib.sha256(content).hexdigest())
                self.assertEqual(bool(kept.ticket_id), kept.state == "case")
                self.assertFalse(kept.ticket_id.message_partner_ids)
                if kept.state == "quarantine":
                    self.assertTrue(self._somebody_knows(), name)
        self.assertEqual(ends, classes())

    def test_threat_35_36_files_are_kept_byte_for_byte(self):
        """Text in GBK, nested mails and pictures: as they came, in the order they came."""
        for name, content in corpus().items():
            if classes()[name][0] == "case":
                [kept] = self._kept(content)
                case, sent = kept.ticket_id, read(content).files
                originals = case.evidence_ids.original_ids.sorted("id")
                contents = [file.content for file in sent]
                self.assertEqual(originals.attachment_id.mapped("raw"), contents, name)
                self.assertEqual(
                    originals.mapped("sha256"),
                    [hashlib.sha256(content).hexdigest() for content in contents],
                )
                copies = [clean(content) for content in contents]
                secret = case.confidentiality != "open"
                shown = case.message_ids.attachment_ids.sorted("id")
                self.assertEqual(
                    shown.mapped("raw"),
                    [
                        copy.content
                        for copy in copies
                        if not secret or copy.removed is not None
                    ],
                    name,
                )

    def test_threat_34_again_is_a_copy(self):
        """Fetched twice, as after a lost connection: nothing is filed twice.

        Without an id it may as well be somebody's who tries whether it was said before.
        """
        for name, content in corpus().items():
            if classes()[name][0] == "case":
                [first], [second] = self._kept(content), self._kept(content)
                if not parse_head(content).message_id:
                    self.assertEqual(
                        (second.state, second.reason), ("quarantine", "copy")
                    )
                    self.assertFalse(second.ticket_id)
                    continue
                self.assertEqual(second.state, "duplicate", name)
                self.assertEqual(second.original_id, first)
                self.assertEqual(second.ticket_id, first.ticket_id)

    def test_threat_34_damaged_mails(self):
        """Whatever happens to a mail on its way, it is never refused and never lost."""
        chance, mails = random.Random(20261124), list(corpus().values())
        ends = {}
        for number in range(DAMAGED):
            content = damaged(chance.choice(mails), chance)
            with self.subTest(number=number):
                kept = self._kept(content)
                self.assertTrue(kept, content[:300])
                self.assertEqual(
                    {b64decode(m.sudo().raw or b"") for m in kept}, {content}
                )
                for mail in kept:
                    ends[mail.state] = ends.get(mail.state, 0) + 1
                    self.assertNotEqual(mail.state, "new")
                    # the reader foresaw everything: nothing fell back on the net
                    self.assertNotEqual(mail.reason, "failed", mail.detail)
        self.assertGreater(ends["case"], 20)
        self.assertGreater(ends["quarantine"], 20)

    def _somebody_knows(self):
        """Tell whether somebody of the desk has the task to look."""
        return self.env["mail.activity"].search(
            [
                ("res_model", "=", "complaint.inbound.mail"),
                ("user_id", "=", self.leader.id),
            ]
        )
