"""THREATS 54: what proves something is compared with the chain, not with a copy beside it."""

import hashlib
import re
from pathlib import Path

from odoo.modules.migration import load_script
from odoo.tests import tagged
from odoo.tools import SQL, file_path

from ..tools import proofs
from .key_common import _no_commit
from .test_custody import CustodyCommon
from .test_publication import PublicationCommon

#: Hashes that prove nothing by themselves, and why.
NO_PROOF = {
    ("complaint.custody", "hash"): "a chain of its own, anchored in the log",
    ("complaint.evidence", "sha256"): "computed of the originals",
    ("complaint.inbound.mail", "content_hash"): "finds the same mail again",
    ("complaint.key", "check_value"): "tells a wrong key, of no record",
    ("complaint.log", "hash"): "the chain itself",
    ("complaint.log", "previous_hash"): "the chain itself",
    (
        "complaint.register.import",
        "digest",
    ): "of a file that is not kept, beside the log's",
    ("complaint.receipt", "code_hash"): "opens a case to who has the code",
    ("complaint.dispatch", "link_hash"): "opens a page to who has the link",
}
#: Names by which people know what is computed of bytes.
_HASH = re.compile(
    r"(^|_)(hash|sha_?\d*|checksum|check_value|digest|fingerprint|thumbprint|md5|crc\d*"
    r"|blake\w*|h?mac|etag)(_|$)"
)


class ProofCommon(PublicationCommon, CustodyCommon):
    """What is proven, and who owns the server and changes it."""

    def setUp(self):
        super().setUp()
        self.patch(self.registry["ir.cron"], "_commit_progress", _no_commit)

    def _verify(self):
        checks = self.env["complaint.log.check"].with_user(self.auditor)
        return checks._verify(self.company)

    def _paper(self):
        self._to(self.ticket, "accepted")
        return self.ticket.sudo().notice_ids[:1]

    def _forge(self, record, column, file, content=b"forged"):
        """Change a file in the filestore and its hash, as who owns the server does."""
        attachment = record.sudo()[file]
        path = Path(attachment._full_path(attachment.store_fname))
        self.addCleanup(path.write_bytes, path.read_bytes())
        path.write_bytes(content)
        self._rewrite(record, column, hashlib.sha256(content).hexdigest())

    def _rewrite(self, record, column, value):
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                "UPDATE %s SET %s = %s WHERE id = %s",
                SQL.identifier(record._table),
                SQL.identifier(column),
                value,
                record.id,
            )
        )
        self.env.invalidate_all()

    def _samples(self):
        """Return a record of every proven model, as ``{model: record}``."""
        evidence = self._evidence(files=[("a.txt", b"as it was")])
        act = self._seal(evidence)
        content = b"From: a@b.example\n\nIt is loud."
        mails = self.env["complaint.inbound.mail"]
        digest = hashlib.sha256(content).hexdigest()
        mail = mails._create_sealed(
            "kept",
            {
                "company_id": self.company.id,
                "ticket_id": self.ticket.id,
                "size": len(content),
                "sha256": digest,
                **mails._prepare_raw_vals(content, digest),
            },
        )
        records = [self._paper(), act, evidence.sudo().original_ids, mail]
        records += self._words()
        return {record._name: record.sudo() for record in records}

    def _words(self):
        """Return a decision, and the publication and line it is published with."""
        case = self._closed(confidentiality="open")
        publication = self._release(self._proposed())
        return [case.decision_id, publication, publication.line_ids]


@tagged("post_install", "-at_install")
class TestProofs(ProofCommon):
    def test_what_was_recorded_is_as_it_was(self):
        samples = self._samples()
        self.assertEqual(samples.keys(), proofs.PROVEN.keys())
        check = self._verify()
        self.assertTrue(check.proofs_ok, check.differs)
        self.assertTrue(check.ok)

    def test_bytes_and_hash_changed_together(self):
        """Every file that is proven, forged in the filestore and in the database (26)."""
        samples = self._samples()
        for model, columns in proofs.PROVEN.items():
            for column, file in columns.items():
                if file:
                    with self.subTest(model=model, column=column):
                        self._forge(samples[model], column, file)
                        check = self._verify()
                        self.assertFalse(check.proofs_ok)
                        self.assertIn("not the one in the log", check.differs)
                        self.assertIn(samples[model].display_name, check.differs)
                        self.assertTrue(check.ok, "the chain itself holds")

    def test_bytes_changed_alone(self):
        notice = self._paper()
        path = Path(
            notice.pdf_attachment_id._full_path(notice.pdf_attachment_id.store_fname)
        )
        self.addCleanup(path.write_bytes, path.read_bytes())
        path.write_bytes(b"forged")
        self.assertIn("the file is not the one", self._verify().differs)
        path.unlink()
        self.assertIn("its file is gone", self._verify().differs)

    def test_hash_changed_made_up_or_taken_away(self):
        mail = self._samples()["complaint.inbound.mail"]
        self._rewrite(mail, "sha256", "0" * 64)
        self.assertIn("not the one in the log", self._verify().differs)
        self.env.cr.execute(
            "INSERT INTO complaint_inbound_mail (company_id, sha256, state, size,"
            " kind, received_date) VALUES (%s, %s, 'new', 1, 'mail', now())",
            (self.company.id, "1" * 64),
        )
        self.assertIn("does not know its hash", self._verify().differs)
        self.env.cr.execute(
            "DELETE FROM complaint_inbound_mail WHERE id = %s", (mail.id,)
        )
        self.env.invalidate_all()
        self.assertIn(f"{mail.id}: it is gone", self._verify().differs)

    def test_forgetting_is_no_forgery(self):
        """Papers go with the name; that they were issued stays proven."""
        self._samples()
        self._to(self.ticket, "closed")
        self.ticket.with_user(self.custodian).action_erase_identity("Asked for it.")
        self.assertFalse(self.ticket.sudo().notice_ids.pdf_attachment_id)
        check = self._verify()
        self.assertTrue(check.proofs_ok, check.differs)

    def test_a_case_that_becomes_secret_is_no_forgery(self):
        self._samples()
        self.ticket.with_user(self.clerk).confidentiality = "confidential"
        check = self._verify()
        self.assertTrue(check.proofs_ok, check.differs)

    def test_the_scheduled_action_tells_auditors(self):
        notice = self._paper()
        self._forge(notice, "sha256", "pdf_attachment_id")
        told = self.env["mail.notification"].sudo()
        before = told.search([])
        self.env["complaint.proof"].sudo()._cron_verify()
        new = told.search([]) - before
        self.assertIn(self.auditor.partner_id, new.res_partner_id)
        self.assertIn(notice.display_name, new.mail_message_id[:1].body)
        self.assertTrue(
            self.env["complaint.log"].search(
                [("kind", "=", "proof_broken"), ("company_id", "=", self.company.id)]
            )
        )

    def test_the_scheduled_action_goes_on_where_it_stopped(self):
        proof = self.env["complaint.proof"].sudo()
        place = f"{self.company.id}/complaint.notice"
        rounds = [f"{company.id}/{model}" for company, model in proof._rounds(place)]
        self.assertEqual(rounds[-1], place)
        self.assertEqual(len(rounds), len({*rounds}))
        self.assertEqual(
            [f"{company.id}/{model}" for company, model in proof._rounds(False)][0],
            min(rounds, key=lambda name: (int(name.split("/")[0]), name != place)),
        )

    def test_without_odoo(self):
        """``./run verify-log`` finds the same from plain SQL and the filestore's folder."""
        notice = self._paper()
        self._verify()
        self._forge(notice, "sha256", "pdf_attachment_id")
        self.env.flush_all()

        def execute(query, parameters):
            self.env.cr.execute(query, parameters)
            return self.env.cr.fetchall()

        [found] = proofs.find_differences(execute, self.company.id)
        self.assertEqual(found, ("complaint.notice", notice.id, "sha256", "record"))

    def test_an_upgrade_proves_what_was_there(self):
        digest = "2" * 64
        self.env.cr.execute(
            "INSERT INTO complaint_inbound_mail (company_id, sha256, state, size,"
            " kind, received_date) VALUES (%s, %s, 'new', 1, 'mail', now())",
            (self.company.id, digest),
        )
        self.assertFalse(self._verify().proofs_ok)
        path = "community_complaint/migrations/19.0.1.4.0/post-proofs.py"
        load_script(file_path(path), "post_proofs").migrate(self.env.cr, "19.0.1.3.0")
        check = self._verify()
        self.assertTrue(check.proofs_ok, check.differs)

    def test_every_hash_is_proven_or_proves_nothing(self):
        """Sweep: no field of ours looks like a proof without being one."""
        found = {
            (name, field.name)
            for name, model in self.env.registry.items()
            if not (model._abstract or model._transient)
            for field in model._fields.values()
            if _HASH.search(field.name) and _is_our_field(name, field)
        }
        proven = {
            (model, column)
            for model, columns in proofs.PROVEN.items()
            for column in columns
        }
        self.assertLessEqual(proven, found)
        self.assertFalse(found - proven - NO_PROOF.keys())


def _is_our_field(model, field):
    """Return whether a field is one of ours, also on a model of somebody else."""
    modules = (*field._modules, field._module or "")
    return model.startswith("complaint.") or any(
        module.startswith("community_complaint") for module in modules
    )
