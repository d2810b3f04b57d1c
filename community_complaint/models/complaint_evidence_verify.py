import hashlib

from odoo import api, models

_BATCH = 200


class ComplaintEvidence(models.Model):
    """Are files, papers and chains of custody what they were when they were recorded?"""

    _inherit = "complaint.evidence"

    def _verify(self):
        """Return what is wrong, as sentences; note it on the cases.

        Everything is read anew from where it is stored.
        """
        problems = []
        for evidence in self:
            found = [
                *evidence._verify_files(),
                *evidence._verify_chain(),
                *evidence._verify_papers(),
            ]
            if found:
                evidence._report_change(found)
            problems += [f"{evidence.name}: {text}" for text in found]
        return problems

    def _verify_files(self):
        # sudo: complaint.evidence.original - compared, not shown
        for original in self.sudo().original_ids:
            files = [
                (original.attachment_id, original.sha256),
                (original.copy_id, original.copy_sha256),
            ]
            if original.destroyed_date:
                files = [pair for pair in files if pair[0]]
            if any(not file or _sha256(file) != sha256 for file, sha256 in files):
                yield self.env._(
                    "the file %s is not the one that was handed in.", original.name
                )

    def _verify_chain(self):
        found = self.env["complaint.custody"]._first_break(self)
        if found is True:
            yield self.env._("entries of the chain of custody are missing.")
        elif found:
            yield self.env._(
                "entry %s of the chain of custody was changed.", found.sequence
            )

    def _verify_papers(self):
        # sudo: complaint.custody.act - compared, not shown
        for act in self.sudo().act_ids.filtered("pdf_attachment_id"):
            if _sha256(act.pdf_attachment_id) != act.sha256:
                yield self.env._(
                    "the paper %s is not the one that was signed.", act.number
                )

    def _report_change(self, problems):
        """Note on the case and in the log that something was changed."""
        # sudo: helpdesk.ticket - the note is the system's, whoever looked
        self.sudo().ticket_id._message_log(
            body=self.env._(
                "Evidence “%(name)s” was changed: %(problems)s",
                name=self.name,
                problems=" ".join(problems),
            )
        )
        self.env["complaint.log"]._record(
            "custody", self, {"entry": "changed", "problems": len(problems)}
        )

    @api.model
    def _cron_verify(self):
        """Verify all sealed evidence, some hundred pieces at a time."""
        sealed = self.search([("sealed", "=", True)], order="id")
        self.env["ir.cron"]._commit_progress(remaining=len(sealed))
        for start in range(0, len(sealed), _BATCH):
            batch = sealed[start : start + _BATCH]
            batch._verify()
            self.env.invalidate_all()
            if not self.env["ir.cron"]._commit_progress(len(batch)):
                return


def _sha256(file):
    """Return the hash of a file as it is stored now."""
    file.invalidate_recordset(["raw", "datas", "db_datas", "store_fname"])
    return hashlib.sha256(file.raw or b"").hexdigest()
