"""THREATS 1, 42: originals and senders of e-mails are kept like identities."""

import os
from unittest.mock import patch

from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import SQL

from .mail_common import MailCommon

OLD = "old:" + "QUFB" * 10 + "QUE="
NEW = "new:" + "QkJC" * 10 + "QkI="


def keys(*entries):
    """Give the server some keys."""
    return patch.dict(os.environ, {"COMPLAINT_IDENTITY_KEYS": ",".join(entries)})


@tagged("post_install", "-at_install")
class TestMailVault(MailCommon):
    def _row(self, mail):
        [(row,)] = self.env.execute_query(
            SQL("SELECT m::text FROM complaint_inbound_mail m WHERE id = %s", mail.id)
        )
        return row

    def test_threat_1_nothing_readable_in_the_table(self):
        content = self._mail()
        with keys(OLD):
            [kept] = self._kept(content)
            row = self._row(kept)
            self.assertEqual(kept.with_user(self.custodian).sender[:3], "金丝雀")
            self.assertEqual(kept.sudo()._bytes(), content)
        for telling in ("canary", "client.example", "金丝雀"):
            self.assertNotIn(telling, row)
        self.assertEqual(kept.sudo().raw[:11], b"sealed.old.")

    def test_copies_and_bursts_are_found(self):
        """By marks, under the current key, an older one, or from before there were keys."""
        same = self._mail(Message_ID="<same@client.example>")
        self._kept(same)
        with keys(OLD):
            [again] = self._kept(same)
            self.assertEqual(again.state, "duplicate")
            for number in range(4):
                [last] = self._kept(self._mail(f"{number}"))
                self.assertEqual(last.state, "case")
        with keys(NEW, OLD):
            [last] = self._kept(self._mail("too many"))
            self.assertEqual(last.reason, "burst")
            [again] = self._kept(same)
            self.assertEqual(again.state, "duplicate")

    def test_keys_change(self):
        self.patch(self.registry["ir.cron"], "_commit_progress", _no_commit)
        content = self._mail()
        with keys(OLD):
            [kept] = self._kept(content)
        with keys(NEW):
            with self.assertRaisesRegex(UserError, "lacks the key “old”"):
                kept.sudo()._bytes()
            self.env["complaint.identity"]._cron_rotate_keys()
            self.assertEqual(kept.sudo().key_id, "old", "it waits for its key")
        with keys(NEW, OLD):
            self.env["complaint.identity"]._cron_rotate_keys()
        with keys(NEW):
            self.env.invalidate_all()
            self.assertEqual(kept.sudo()._bytes(), content)
            self.assertIn("canary", kept.with_user(self.custodian).sender)

    def test_threat_34_wrong_keys_lose_nothing(self):
        with keys("nonsense"):
            [kept] = self._kept(self._mail())
        self.assertTrue(kept.sudo()._bytes())
        # the case cannot be made: its identity cannot be kept safely
        self.assertEqual((kept.state, kept.reason), ("quarantine", "failed"))

    def test_threat_63_an_answer_waits_for_the_key(self):
        """Nobody knows what to take out of its text: it is shown to nobody, not lost."""
        with keys(OLD):
            case = self._complaint(complainant_email="canary@resident.example")
            message_id = self.env["complaint.inbound.mail"]._make_message_id(
                case.id, "0123456789abcdef", "client.example"
            )
        content = self._mail("我是金丝雀。", In_Reply_To=message_id)
        with keys():
            [kept] = self._kept(content)
            self.assertEqual(kept.ticket_id, case)
            self.assertIn(kept.state, ("held", "quarantine"))
            self.assertFalse(kept.body_text or kept.subject or kept.file_names)
            self.assertEqual(kept.sudo()._bytes(), content)

    def test_threat_1_rows_are_not_swapped(self):
        with keys(OLD):
            first, second = self._kept(self._mail("1")), self._kept(self._mail("2"))
            self._force(first, raw=second.sudo().raw)
            with self.assertRaises(UserError):
                first.sudo()._bytes()

    def test_threat_42_discarded_mails_are_forgotten(self):
        [kept] = self._kept(self._mail(Precedence="list"))
        kept.with_user(self.clerk).action_discard("Advertising")
        gate = self.env["complaint.inbound.mail"]
        self.regulation.identity_retention_years = 2
        gate._gc_discarded()
        self.assertTrue(kept.sudo().raw)
        self._force(kept, received_date="2020-01-01 00:00:00")
        gate._gc_discarded()
        self.assertFalse(kept.sudo().raw or kept.subject or kept.body_text)
        self.assertEqual(kept.handled_note, "Advertising")


def _no_commit(_cron, _processed=0, **_options):
    """Stand in for the commit after each step of a job."""
    return float("inf")
