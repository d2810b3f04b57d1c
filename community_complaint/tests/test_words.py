"""THREATS 54: the words of decisions and publications are what they were."""

import secrets

from odoo.modules.migration import load_script
from odoo.tests import tagged
from odoo.tools import file_path

from ..tools import proofs
from .common import CANARY
from .test_proofs import ProofCommon

_OTHER = "It was the other one."
_SAYS = "it does not say what was recorded"


@tagged("post_install", "-at_install")
class TestWords(ProofCommon):
    def _decided(self, reasons="The drilling was stopped.", **vals):
        case = self._to(self._complaint(confidentiality="open", **vals), "deciding")
        self._draft(case, reasons=reasons)
        self._to(case, "notified")
        return case.decision_id.sudo()

    def _hashes(self, record):
        """Return all hashes of a record that the chain ever knew, the newest last."""
        rows = self.env["complaint.log"].search(
            [
                ("kind", "=", "proof"),
                ("res_model", "=", record._name),
                ("res_id", "=", record.id),
            ],
            order="id",
        )
        return [row.details for row in rows]

    def test_words_are_changed_in_the_database(self):
        decision, publication, line = self._words()
        for record, column in (
            (decision, "reasons"),
            (decision, "decided_date"),
            (publication, "introduction"),
            (line, "summary"),
        ):
            with self.subTest(column=column):
                record = record.sudo()
                before = record[column]
                self.assertTrue(self._verify().proofs_ok, self._verify().differs)
                forged = "2020-01-01" if column == "decided_date" else _OTHER
                self._rewrite(record, column, forged)
                self.assertIn(f"{record.display_name}: {_SAYS}", self._verify().differs)
                self._rewrite(record, column, before or None)

    def test_words_and_hash_are_changed_together(self):
        decision = self._decided()
        self._rewrite(decision, "reasons", _OTHER)
        salt = secrets.token_hex(16)
        select = self.env["complaint.proof"]._select
        digest = proofs.digest_words(select, decision._name, {decision.id: salt})
        self._rewrite(decision, "words_salt", salt)
        self._rewrite(decision, "words_sha256", digest[decision.id])
        self.assertIn("not the one in the log", self._verify().differs)

    def test_measures_count(self):
        decision = self._decided()
        measure = self.env.ref("community_complaint.measure_apology")
        self.env.cr.execute(
            "INSERT INTO complaint_decision_measure (decision_id, measure_id)"
            " VALUES (%s, %s)",
            (decision.id, measure.id),
        )
        self.assertIn(_SAYS, self._verify().differs)

    def test_nobody_slips_one_in(self):
        """Neither a decision without a hash nor a published line."""
        decision = self._decided()
        for column in ("words_salt", "words_sha256"):
            self._rewrite(decision, column, None)
        self.assertIn("not the one in the log", self._verify().differs)
        self.env.cr.execute(
            "INSERT INTO complaint_decision"
            " (ticket_id, company_id, state, version, conclusion, reasons)"
            " VALUES (%s, %s, 'in_force', 1, 'unsubstantiated', 'No.')",
            (self.ticket.id, self.company.id),
        )
        self.assertIn("the log does not know its hash", self._verify().differs)

    def test_a_name_that_goes_is_not_confirmed_by_its_hash(self):
        """The salt of words with a name goes with the name; the proof goes on."""
        name = CANARY["complainant_name"]
        decision = self._decided(f"{name} was right.", **CANARY)
        [old] = self._hashes(decision)
        salt = decision.words_salt
        decision.ticket_id.with_user(self.custodian)._redact_texts()
        decision.invalidate_recordset()
        self.assertNotIn(name, decision.reasons)
        self.assertEqual(len(self._hashes(decision)), 2)
        self.assertTrue(self._verify().proofs_ok, self._verify().differs)
        # nobody who guesses the name can compare it with the old hash any more
        self.env.cr.execute(
            "SELECT count(*) FROM complaint_decision WHERE words_salt = %s", (salt,)
        )
        self.assertEqual(self.env.cr.fetchone(), (0,))
        self._rewrite(decision, "reasons", f"{name} was right.")
        select = self.env["complaint.proof"]._select
        digest = proofs.digest_words(
            select, decision._name, {decision.id: decision.words_salt}
        )
        self.assertNotIn(digest[decision.id], old)

    def test_taking_names_out_proves_nothing_that_was_forged(self):
        decision = self._decided(f"{CANARY['complainant_name']} was right.", **CANARY)
        self._rewrite(decision, "reasons", f"{CANARY['complainant_name']} was wrong.")
        decision.ticket_id.with_user(self.custodian)._redact_texts()
        self.assertIn(_SAYS, self._verify().differs)

    def test_the_scheduled_action_compares_them(self):
        decision = self._decided()
        self._rewrite(decision, "reasons", _OTHER)
        self.env["complaint.proof"].sudo()._cron_verify()
        rows = self.env["complaint.log"].search(
            [("kind", "=", "proof_broken"), ("company_id", "=", self.company.id)]
        )
        self.assertTrue(rows)

    def test_an_upgrade_proves_what_was_there(self):
        records = [record.sudo() for record in self._words()]
        for record in records:
            self._force(record, words_salt=False, words_sha256=False)
        self.env.flush_all()
        path = "community_complaint/migrations/19.0.1.4.0/post-proofs.py"
        load_script(file_path(path), "post_proofs").migrate(self.env.cr, "19.0.1.3.0")
        self.env.invalidate_all()
        for record in records:
            self.assertTrue(record.words_sha256)
        self.assertTrue(self._verify().proofs_ok, self._verify().differs)
