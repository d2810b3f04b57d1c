import secrets
from itertools import chain

from odoo import api, fields, models
from odoo.orm.models import NO_ACCESS

from ..tools import proofs
from ..tools.changes import on
from ..tools.life import Opening
from ..tools.roles import AUDITOR

#: So many records are compared between two commits.
_BATCH = 200
#: Where the scheduled action goes on, a system parameter.
_PLACE = "community_complaint.proof_place"


class ComplaintProofMixin(models.AbstractModel):
    """A model with hashes that prove something: they go into the log's chain.

    Which they are, and of what, is in ``tools/proofs.py``.
    """

    _name = "complaint.proof.mixin"
    _description = "Hashes in the Chain"
    _inherit = ["complaint.change.mixin"]

    #: Hashes go into the chain when they are made.
    _effects = {"_prove": on(lambda self: self._proven(), given=True)}

    @api.model
    def _proven(self):
        """Return ``{column with a hash: column with its file}`` of the model."""
        return proofs.PROVEN[self._name]

    def _prove(self):
        """Put the hashes of these records into the chain."""
        if self:
            self.env["complaint.log"]._record(
                "proof",
                self,
                # sudo: the hashes only
                lambda record: {
                    "hashes": {name: record.sudo()[name] for name in self._proven()}
                },
            )


class ComplaintWordsMixin(models.AbstractModel):
    """Rows whose words are proven: by a hash of them and of a salt that can be forgotten.

    EXPOSED API: :meth:`_prove_words` when they are final, :meth:`_proven_words`.
    """

    _name = "complaint.words.mixin"
    _description = "Words in the Chain"
    _inherit = ["complaint.proof.mixin"]

    _openings = {
        "words": Opening(
            "What was decided, or published, is proven by a hash in the log.",
            ("words_salt", "words_sha256"),
        ),
    }

    words_salt = fields.Char(readonly=True, copy=False, groups=NO_ACCESS)
    words_sha256 = fields.Char(readonly=True, copy=False, groups=NO_ACCESS)

    def _prove_words(self):
        """Put hashes of what these records say into the chain; anew, with a new salt."""
        self.env.flush_all()
        salts = {id_: secrets.token_hex(16) for id_ in self.ids}
        select = self.env["complaint.proof"]._select
        digests = proofs.digest_words(select, self._name, salts)
        for record in self:
            record._write_sealed(
                "words",
                {
                    "words_salt": salts[record.id],
                    "words_sha256": digests[record.id],
                },
            )

    def _proven_words(self):
        """Return those of these records whose words are what the chain knows."""
        proof = self.env["complaint.proof"]
        # sudo: whether there is a hash
        return self.filtered(
            lambda record: (
                record.sudo().words_sha256
                and not proof._find_differences(
                    record.company_id, models=(self._name,), after=(record.id - 1, 1)
                )
            )
        )


class ComplaintProof(models.AbstractModel):
    """Compares what is proven: stored bytes, record and chain.

    EXPOSED API: :meth:`_find_differences`, :meth:`_cron_verify`, :meth:`_prove_all`.
    """

    _name = "complaint.proof"
    _description = "Proofs"

    @api.model
    def _find_differences(self, company, files=False, **options):
        """Return what is not what it was when it was recorded.

        :param files: whether to read the stored files
        :param options: see :func:`~..tools.proofs.find_differences`
        :return: list of :class:`~..tools.proofs.Difference`
        """
        self.env["complaint.log"]._write_pending()
        self.env.flush_all()
        read = self._read_file if files else None
        return [*proofs.find_differences(self._select, company.id, read, **options)]

    @api.model
    def _select(self, query, parameters):
        self.env.cr.execute(query, parameters)
        return self.env.cr.fetchall()

    @api.model
    def _read_file(self, attachment_id):
        """Return the bytes of a file as they are stored now, ``None`` if there are none."""
        # sudo: ir.attachment - compared with a hash, not shown
        file = self.env["ir.attachment"].sudo().browse(attachment_id).exists()
        file.invalidate_recordset(["raw", "datas", "db_datas", "store_fname"])
        return (file.raw or None) if file else None

    @api.model
    def _texts(self, differences):
        """Return differences as sentences that name what differs."""
        return [self._text(item) for item in differences]

    @api.model
    def _text(self, item):
        """Return one difference as a sentence."""
        # sudo: the record's name, for who verifies; the model's name
        record = self.env[item.model].sudo().browse(item.id).exists()
        kind = self.env["ir.model"]._get(item.model).sudo().name
        name = f"{kind} {record.display_name if record else item.id}"
        texts = {
            "record": self.env._("%s: its hash is not the one in the log.", name),
            "unknown": self.env._("%s: the log does not know its hash.", name),
            "gone": self.env._("%s: it is gone.", name),
            "file": self.env._("%s: the file is not the one that was recorded.", name),
            "file gone": self.env._("%s: its file is gone.", name),
            "words": self.env._("%s: it does not say what was recorded.", name),
        }
        return texts[item.reason]

    @api.model
    def _prove_all(self):
        """Put all hashes into the chain that are not there yet; for an upgrade."""
        self.env.flush_all()
        for company in self._offices():
            for model in proofs.WORDS:
                ids = proofs.unproven_words(self._select, company.id, model)
                self.env[model].browse(ids)._prove_words()
            unknown = {}
            for item in self._find_differences(company):
                if item.reason == "unknown":
                    unknown.setdefault(item.model, set()).add(item.id)
            for model, ids in unknown.items():
                self.env[model].browse(sorted(ids))._prove()

    # ----------------------------------------------------------------------
    # Scheduled action
    # ----------------------------------------------------------------------

    @api.model
    def _cron_verify(self):
        """Compare all files with their hashes, and the hashes with the chain.

        Some hundred at a time; the next run goes on where this one stopped, and begins
        anew after the last. Auditors are told what differs.
        """
        # sudo: ir.config_parameter - where it goes on
        parameters = self.env["ir.config_parameter"].sudo()
        for company, model in self._rounds(parameters.get_param(_PLACE)):
            start = 0
            while ids := self._next_ids(company, model, start):
                differences = self._find_differences(
                    company, files=True, models=(model,), after=(start, len(ids))
                )
                self._report(company, differences)
                start = ids[-1]
                self.env.invalidate_all()
                if not self.env["ir.cron"]._commit_progress(len(ids)):
                    return
            parameters.set_param(_PLACE, f"{company.id}/{model}")

    @api.model
    def _rounds(self, done):
        """Return what to compare, ``[(company, model)]``, what comes after ``done`` first."""
        rounds = [
            (company, model) for company in self._offices() for model in proofs.PROVEN
        ]
        names = [f"{company.id}/{model}" for company, model in rounds]
        index = names.index(done) + 1 if done in names else 0
        return [*chain(rounds[index:], rounds[:index])]

    @api.model
    def _offices(self):
        """Return the offices, which have something to prove, in order."""
        return self.env["complaint.watched.mixin"]._complaint_offices().sorted("id")

    @api.model
    def _next_ids(self, company, model, start):
        """Return the ids of the next batch of records with a hash."""
        self.env.flush_all()
        return proofs.next_ids(self._select, company.id, model, start, _BATCH)

    @api.model
    def _report(self, company, differences):
        """Put on record that something differs, and tell the auditors."""
        if not differences:
            return
        self.env["complaint.log"]._record(
            "proof_broken", company, {"problems": len(differences)}, company
        )
        auditors = self.env.ref(AUDITOR).all_user_ids.filtered(
            lambda user: company in user.company_ids
        )
        for auditor in auditors:
            reader = self.with_context(lang=auditor.lang)
            # sudo: mail.thread - a word of the office, of no record
            reader.env["mail.thread"].sudo().message_notify(
                partner_ids=auditor.partner_id.ids,
                subject=reader.env._("Something on file was changed"),
                author_id=self.env["ir.model.data"]._xmlid_to_res_id(
                    "base.partner_root"
                ),
                body="\n".join(reader._texts(differences)),
            )
