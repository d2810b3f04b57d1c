import hashlib

from odoo import api, fields, models
from odoo.tools import format_list
from odoo.tools.translate import LazyTranslate

from ..tools.changes import on
from ..tools.life import Life, Opening, Step, opens
from ..tools.steps import CLERK, FILE_PHASES, HANDLER

_lt = LazyTranslate(__name__)
#: States in which a piece of evidence is not sealed, nor gone.
_AT_HAND = ("kept", "opened")
#: Pieces of evidence that are verified at once.
_BATCH = 200


class ComplaintEvidence(models.Model):
    """A piece of evidence: where it came from, its files and who keeps it.

    Files people work with are clean copies, see ``complaint.evidence.original``. What
    happens to it is in its chain of custody, ``complaint.custody``; sealing, handing
    over, opening, returning and destroying are signed acts, ``complaint.custody.act``.
    Where it came from is said once; evidence is never deleted.
    """

    _name = "complaint.evidence"
    _description = "Evidence"
    _inherit = ["complaint.case.mixin", "complaint.life.mixin"]
    _order = "received_date desc, id desc"

    _life = Life(
        {
            "mark_mistaken": Step(
                _AT_HAND,
                None,
                (CLERK, HANDLER),
                label=_lt("Entered by Mistake"),
                stamps={"mistaken": True},
            ),
        },
        state="custody_state",
    )
    _opens = {
        **opens(
            "ticket_id",
            "received_from",
            "received_date",
            "side",
            phases=FILE_PHASES,
            birth=True,
        ),
        **opens(
            "name",
            "kind",
            "description",
            "attachment_ids",
            "custodian_id",
            states=_AT_HAND,
            phases=FILE_PHASES,
        ),
    }
    #: Files that come and go, and a new keeper, are in the chain.
    _effects = {
        "_begin_custody": on(made=True),
        "_follow_files_each": on("attachment_ids", by_hand=True, before="_files_each"),
        "_note_keeper": on("custodian_id", by_hand=True),
    }
    _openings = {
        "custody": Opening(
            "An act of custody that two people signed.",
            (
                "custody_state",
                "sealed_date",
                "sealed_place",
                "seal_number",
                "custodian_id",
                "holder",
            ),
        ),
        "sent": Opening(
            "Somebody sends files by e-mail, also to a case that is finished.",
            ("attachment_ids",),
            creates=True,
        ),
        "files": Opening(
            "Clean copies take the place of uploads; what is destroyed is taken off.",
            ("attachment_ids",),
        ),
    }

    name = fields.Char("Title", required=True)
    kind = fields.Selection(
        [
            ("document", "Document"),
            ("photo", "Photo"),
            ("recording", "Recording"),
            ("object", "Object"),
            ("record", "Service record"),
        ],
        default="document",
        required=True,
    )
    description = fields.Text()
    # the base would look through all attachments there are; access is asked for each file
    attachment_ids = fields.Many2many(
        "ir.attachment", string="Files", copy=False, bypass_search_access=True
    )
    original_ids = fields.One2many(
        "complaint.evidence.original",
        "evidence_id",
        string="Originals",
        groups="community_complaint.group_complaint_custodian",
    )
    sha256 = fields.Text(
        "SHA-256",
        compute="_compute_sha256",
        compute_sudo=True,
        store=True,
        help="One line per file; they prove that nobody changed the files.",
    )
    files_note = fields.Text(
        "Taken out of the Copies",
        compute="_compute_files_note",
        compute_sudo=True,
        help="What the originals tell besides what one sees; identity custodians keep "
        "them.",
    )
    side = fields.Selection(
        [
            ("office", "The office"),
            ("complainant", "The complainant"),
            ("respondent", "The respondent"),
            ("third", "Somebody else"),
        ],
        string="Submitted by",
        default="office",
        required=True,
        help="Both sides submit evidence before a ruling.",
    )
    received_from = fields.Char("Handed in by")
    received_date = fields.Date(
        default=lambda self: self.env["helpdesk.ticket"]._office_date(), required=True
    )
    custodian_id = fields.Many2one(
        "res.users", string="Kept by", default=lambda self: self.env.user
    )
    holder = fields.Char(
        "Kept at", readonly=True, copy=False, help="Another body it was handed over to."
    )
    custody_state = fields.Selection(
        [
            ("kept", "Kept"),
            ("sealed", "Sealed"),
            ("opened", "Seal opened"),
            ("returned", "Returned to its owner"),
            ("destroyed", "Destroyed"),
        ],
        string="Custody",
        default="kept",
        required=True,
        readonly=True,
        copy=False,
    )
    sealed = fields.Boolean(compute="_compute_sealed", store=True)
    sealed_date = fields.Datetime(readonly=True, copy=False)
    sealed_place = fields.Char(readonly=True, copy=False)
    seal_number = fields.Char("Sealing List", readonly=True, copy=False)
    mistaken = fields.Boolean(
        "Entered by Mistake",
        readonly=True,
        copy=False,
        help="It stays on file and counts for nothing.",
    )
    custody_ids = fields.One2many(
        "complaint.custody", "evidence_id", string="Chain of Custody"
    )
    act_ids = fields.Many2many("complaint.custody.act", string="Acts of Custody")

    # ----------------------------------------------------------------------
    # Computes
    # ----------------------------------------------------------------------

    @api.depends("custody_state")
    def _compute_sealed(self):
        for evidence in self:
            evidence.sealed = evidence.custody_state == "sealed"

    @api.depends("original_ids.sha256", "original_ids.withdrawn")
    def _compute_sha256(self):
        for evidence in self:
            evidence.sha256 = evidence._hashes_text()

    def _hashes_text(self):
        """Return the hashes of the files that are shown, one line a file."""
        return "\n".join(
            f"{original.sha256}  {original.name}"
            for original in self._current_originals()
        )

    @api.depends("original_ids.removed", "original_ids.state", "original_ids.withdrawn")
    @api.depends_context("lang")
    def _compute_files_note(self):
        for evidence in self:
            notes = [
                f"{original.name}: {note}"
                for original in evidence._current_originals()
                if (note := original._removed_text())
            ]
            evidence.files_note = "\n".join(notes)

    def _current_originals(self):
        """Return the originals of the files that are still shown, with sudo."""
        # sudo: complaint.evidence.original - their names and hashes are no secret
        originals = self.sudo().original_ids
        return originals.filtered(lambda item: not item.withdrawn).sorted("id")

    # ----------------------------------------------------------------------
    # Files
    # ----------------------------------------------------------------------

    def _own_files(self, before):
        """OVERRIDE: see :meth:`_take_in`."""

    def _begin_custody(self):
        """Lock originals away, and begin the chain of custody."""
        for record in self:
            record._take_in()
            # sudo: complaint.evidence - also of a case about whoever took it down
            taken = record.sudo()
            taken._log_custody(
                "received", from_name=taken.received_from, to_name=taken._keeper()
            )

    def _note_keeper(self):
        """Put a new keeper into the chain."""
        for record in self:
            record._log_custody("kept_by", to_name=record._keeper())

    def _files_each(self, _vals):
        return {record: record.attachment_ids for record in self}

    def _follow_files_each(self, before):
        for record, files in before.items():
            record._follow_files(files)

    def _take_in(self):
        """Lock the new files' originals away and put clean copies in their place."""
        self.ensure_one()
        originals = self.env["complaint.evidence.original"]
        # sudo: complaint.evidence.original - whoever hands in a file may lock it away
        evidence = self.sudo()
        new = evidence.attachment_ids - evidence.original_ids.copy_id
        if not new:
            return originals
        taken = originals.sudo()._lock_away(evidence, new)  # sudo: see above
        commands = [(3, file.id) for file in new]
        commands += [(4, copy.id) for copy in taken.copy_id]
        self._write_sealed("files", {"attachment_ids": commands})
        return taken

    def _holds_back(self):
        """Return whether only custodians see what cannot be cleaned of one piece.

        It may tell who sent it. What the office itself put on file it knows already.
        """
        self.ensure_one()
        secret = self.ticket_id.confidentiality != "open"
        return secret and self.side in ("complainant", "third")

    def _held_names(self):
        """Return the names of the files that wait for a custodian."""
        held = self._current_originals().filtered(lambda item: item.state == "held")
        return held.mapped("name")

    def _held_line(self):
        """Return a sentence on the files that wait for a custodian, or ``""``."""
        names = self._held_names()
        if not names:
            return ""
        return self.env._(
            "For identity custodians only, as they may tell who sent them: %(files)s. "
            "Photos and PDF files can be shown to whoever handles the case.",
            files=format_list(self.env, names),
        )

    def _follow_files(self, before):
        """Note which files came and went since.

        :param before: the attachments before the change
        """
        for original in self._take_in():
            self._log_custody("file_added", note=original.name)
        gone = self._current_originals().filtered(
            lambda item: item.copy_id in before - self.attachment_ids
        )
        gone._write_sealed("withdrawn", {"withdrawn": True})
        for original in gone:
            self._log_custody("file_removed", note=original.name)

    # ----------------------------------------------------------------------
    # The chain of custody
    # ----------------------------------------------------------------------

    def _log_custody(self, kind, **vals):
        """Add an entry to the chain of each, see ``complaint.custody``."""
        return self.env["complaint.custody"]._append(self, kind, vals)

    def _keeper(self):
        """Return who keeps it now, as a name."""
        self.ensure_one()
        # sudo: res.users - the name of a colleague
        return self.holder or self.sudo().custodian_id.name or ""

    # ----------------------------------------------------------------------
    # Actions
    # ----------------------------------------------------------------------

    def action_seal(self):
        """Open a new act of custody for these pieces of evidence.

        The context key ``complaint_act`` gives its kind, sealing by default.
        """
        self.ticket_id.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Custody"),
            "res_model": "complaint.custody.act",
            "views": [(False, "form")],
            "context": {
                "default_ticket_id": self.ticket_id.id,
                "default_kind": self.env.context.get("complaint_act", "seal"),
                "default_evidence_ids": [(6, 0, self.ids)],
            },
        }

    def action_mark_mistaken(self):
        """Mark evidence that was entered by mistake; nothing of it goes away."""
        return self.filtered(lambda item: not item.mistaken)._take("mark_mistaken")

    def _after_mark_mistaken(self):
        self._log_custody("mistaken")

    def action_verify(self):
        """Verify files and chain against their hashes and tell the result."""
        self.check_access("read")
        problems = self._verify()
        if problems:
            message, kind = "\n".join(problems), "danger"
        else:
            message = self.env._(
                "Files and chain of custody are as they were recorded."
            )
            kind = "success"
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "title": self.env._("Verification"),
                "message": message,
                "type": kind,
                "sticky": bool(problems),
            },
        }

    # ----------------------------------------------------------------------
    # Verification: is everything what it was when it was recorded?
    # ----------------------------------------------------------------------

    def _verify(self):
        """Return what is wrong, as sentences; note it on the cases.

        Everything is read anew from where it is stored.
        """
        problems = []
        for evidence in self:
            found = [
                *evidence._verify_files(),
                *evidence._verify_hashes(),
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
            if original.destroyed_date or original.state in ("held", "refused"):
                files = [pair for pair in files if pair[0]]
            if any(not file or _sha256(file) != sha256 for file, sha256 in files):
                yield self.env._(
                    "the file %s is not the one that was handed in.", original.name
                )

    def _verify_hashes(self):
        """Compare the hashes beside the files with those in the chain of custody."""
        # sudo: complaint.custody - compared, not shown
        last = self.sudo().custody_ids.sorted("sequence")[-1:]
        if last and (last.files or "") != self._hashes_text():
            yield self.env._("its hashes differ from those in the chain of custody.")

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
