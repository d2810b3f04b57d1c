import hashlib

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_list, human_size
from odoo.tools.translate import LazyTranslate

from ..tools import file_cleaning
from ..tools.append_only import PURGE
from ..tools.life import Life, Opening, Step
from ..tools.roles import CUSTODIAN

_lt = LazyTranslate(__name__)
_HELD = {"removed": "held", "state": "held"}
_JUDGED = {"judged_by_id": "user", "judged_date": "now"}


class ComplaintEvidenceOriginal(models.Model):
    """A file of a piece of evidence as it was handed in, under lock and key.

    Its metadata may tell who took a photo, where and when. Everybody else works with the
    copy; identity custodians get at the original. Nothing of it changes.

    What cannot be cleaned waits for a custodian, who looks at it and passes it on as it
    is, or has the sender asked for a photo or a PDF file.
    """

    _name = "complaint.evidence.original"
    _description = "Original File"
    _inherit = [
        "complaint.proof.mixin",
        "complaint.life.mixin",
        "complaint.case.mixin",
    ]
    _order = "id"

    _life = Life(
        {
            "pass_on": Step(
                ("held",),
                "passed",
                (CUSTODIAN,),
                label=_lt("Pass On"),
                stamps=_JUDGED,
                writes=("copy_id",),
                access="read",
            ),
            "refuse": Step(
                ("held",),
                "refused",
                (CUSTODIAN,),
                label=_lt("Do Not Pass On"),
                stamps=_JUDGED,
                access="read",
            ),
        }
    )
    _opens = {}
    _openings = {
        "taken": Opening(
            "The original of a file that somebody handed in is locked away.",
            (
                "ticket_id",
                "evidence_id",
                "name",
                "mimetype",
                "size",
                "sha256",
                "attachment_id",
                "copy_id",
                "copy_sha256",
                "removed",
                "state",
            ),
            creates=True,
        ),
        "withdrawn": Opening("The file was taken off the evidence.", ("withdrawn",)),
        "purged": Opening(
            "Two people signed its destruction, or the office forgot who complained.",
            ("attachment_id", "copy_id", "destroyed_date"),
        ),
    }

    evidence_id = fields.Many2one(
        "complaint.evidence", required=True, index=True, ondelete="restrict"
    )
    name = fields.Char(required=True)
    mimetype = fields.Char("Kind of File")
    size = fields.Integer("Bytes")
    size_text = fields.Char("Size", compute="_compute_size_text")
    sha256 = fields.Char("SHA-256", required=True)
    attachment_id = fields.Many2one(
        "ir.attachment", string="Original", ondelete="restrict"
    )
    copy_id = fields.Many2one(
        "ir.attachment",
        string="Clean Copy",
        index="btree_not_null",
        ondelete="restrict",
    )
    copy_sha256 = fields.Char("SHA-256 of the Copy", required=True)
    removed = fields.Char(
        help="Codes of what was taken out of the copy; “unread” if nobody could look "
        "into the file, “held” if there is no copy for that reason."
    )
    state = fields.Selection(
        [
            ("shown", "Shown"),
            ("held", "Waits for a Custodian"),
            ("passed", "Passed On"),
            ("refused", "Not Passed On"),
        ],
        default="shown",
        required=True,
        readonly=True,
        copy=False,
    )
    judged_by_id = fields.Many2one("res.users", "Looked at by", readonly=True)
    judged_date = fields.Datetime("Looked at on", readonly=True)
    withdrawn = fields.Boolean(help="The file was taken off the evidence again.")
    destroyed_date = fields.Datetime()

    _held_idx = models.Index("(id) WHERE state = 'held'")

    @api.depends("size")
    def _compute_size_text(self):
        for original in self:
            original.size_text = human_size(original.size)

    # ----------------------------------------------------------------------
    # Business
    # ----------------------------------------------------------------------

    @api.model
    def _lock_away(self, evidence, files):
        """Lock files away; return their originals with clean copies.

        What cannot be cleaned has no copy while nobody may know who sent it.

        :param evidence: ``complaint.evidence`` record they belong to
        :param files: ``ir.attachment`` records, uploads or files of something else
        """
        files = files.sudo().sorted("id")  # sudo: ir.attachment - see _take_in()
        held = evidence._holds_back()
        cleaned = [file_cleaning.clean(file.raw or b"") for file in files]
        shown = [not held or item.removed is not None for item in cleaned]
        copies = iter(
            self._file(
                [
                    (file.name, item.content, file.mimetype)
                    for file, item, show in zip(files, cleaned, shown, strict=True)
                    if show
                ],
                evidence,
            )
        )
        kept = self._own_originals(evidence, files)
        originals = self._create_sealed(
            "taken",
            [
                {
                    **self._prepare_vals(evidence, file, item),
                    "attachment_id": original.id,
                    **({"copy_id": next(copies).id} if show else _HELD),
                }
                for file, original, item, show in zip(
                    files, kept, cleaned, shown, strict=True
                )
            ],
        )
        for original in originals.sudo():  # sudo: ir.attachment - see _take_in()
            moved = original.attachment_id.with_context(complaint_purge=PURGE)
            moved.write({"res_model": self._name, "res_id": original.id})
        originals._note_judged("held")
        return originals

    @api.model
    def _prepare_vals(self, evidence, file, cleaned):
        content = file.raw or b""
        removed = ["unread"] if cleaned.removed is None else cleaned.removed
        return {
            "evidence_id": evidence.id,
            "ticket_id": evidence.ticket_id.id,
            "name": file.name,
            "mimetype": file.mimetype,
            "size": len(content),
            "sha256": hashlib.sha256(content).hexdigest(),
            "copy_sha256": hashlib.sha256(cleaned.content).hexdigest(),
            "removed": ",".join(removed),
        }

    @api.model
    def _file(self, contents, owner):
        """Return new attachments that follow the rights of their owner.

        :param contents: list of ``(name, bytes, mimetype)``
        """
        files = self.env["ir.attachment"].with_context(image_no_postprocess=True)
        return files.create(
            [
                {
                    "name": name,
                    "raw": content,
                    "mimetype": mimetype,
                    "res_model": owner._name,
                    "res_id": owner.id,
                }
                for name, content, mimetype in contents
            ]
        )

    @api.model
    def _own_originals(self, evidence, files):
        """Return the uploads to lock away; copies of files that belong elsewhere."""
        owner = (evidence._name, evidence.id)
        return [
            file
            if not file.res_id or (file.res_model, file.res_id) == owner
            else self._file([(file.name, file.raw or b"", file.mimetype)], evidence)
            for file in files
        ]

    def _removed_text(self):
        """Return in words what is not in the copy, empty if it is the same."""
        labels = {
            "author": self.env._("author"),
            "device": self.env._("device"),
            "other": self.env._("other notes"),
            "position": self.env._("position"),
            "time": self.env._("time"),
        }
        if self.state == "held":
            return self.env._("waits for an identity custodian")
        if self.state == "refused":
            return self.env._("not passed on, it may tell who sent it")
        if self.removed == "unread" or self.state == "passed":
            return self.env._("kept as it is, it may tell who made it")
        found = [labels[code] for code in (self.removed or "").split(",") if code]
        return self.env._("without %s", format_list(self.env, found)) if found else ""

    # ----------------------------------------------------------------------
    # What waits for a custodian. EXPOSED API
    # ----------------------------------------------------------------------

    def action_pass_on(self):
        """Show files that cannot be cleaned as they are to whoever handles the case.

        The custodian looked at each before, see :meth:`action_open`.
        """
        return self._take("pass_on")

    def action_refuse(self):
        """Show files to nobody else, and ask who sent them for a photo or a PDF file."""
        return self._take("refuse")

    def _gates_pass_on(self):
        yield from self._gates_refuse()
        if not self._was_looked_at():
            yield self.env._(
                "%s: open it first. What it tells, whoever handles the case will know.",
                self.name,
            )

    def _gates_refuse(self):
        if not self.attachment_id or self.withdrawn:
            yield self.env._("%s is not on the file any more.", self.name)
        if self.evidence_id.custody_state not in ("kept", "opened"):
            yield self.env._("%s is sealed, or gone.", self.evidence_id.name)

    def _was_looked_at(self):
        """Return whether the user opened one original."""
        # sudo: complaint.custody - what the user did
        entries = self.sudo().evidence_id.custody_ids
        return any(
            item.kind == "shown"
            and item.user_id == self.env.user
            # names of people are taken out of the chain
            and item.note == self._noted_name()
            for item in entries
        )

    def _noted_name(self):
        """Return how the chain of custody calls one file."""
        # sudo: helpdesk.ticket - the name is taken out, not shown
        return self.sudo().ticket_id._without_names(self.name)

    def _after_pass_on(self):
        for original in self.sudo():  # sudo: ir.attachment - a custodian shows it
            evidence = original.evidence_id
            content = original.attachment_id.raw
            file = (original.name, content, original.mimetype)
            copy = original._file([file], evidence)
            original._write_step({"copy_id": copy.id})
            evidence._write_sealed("files", {"attachment_ids": [(4, copy.id)]})
            original._tell_judged("passed_on")
        self._note_judged("passed")

    def _after_refuse(self):
        for original in self.sudo():  # sudo: complaint.evidence - noted, not shown
            original._tell_judged("not_passed_on")
            if original.evidence_id.side == "complainant":
                original._ask_for_another()
        self._note_judged("refused")

    def _note_judged(self, state):
        """Ask the custodians for what waits now, and for nothing else."""
        self.filtered(lambda item: item.state == state).ticket_id._settle_asked("file")

    def _tell_judged(self, kind):
        """Note it in the chain of custody, and tell who handles the case."""
        self.evidence_id._log_custody(kind, note=self.name)
        case = self.ticket_id.with_context(lang=self.ticket_id._paper_lang())
        case._remind_of_mail(
            case.env._("A custodian looked at what was sent: %s", self._noted_name())
        )

    def _ask_for_another(self):
        """Tell the complainant that nobody else can be shown one file."""
        case = self.ticket_id.with_context(lang=self.ticket_id._paper_lang())
        case._tell_sender(
            case.env._(
                "We cannot show your file “%s” to whoever handles your matter, as it may "
                "tell who sent it. Please send us a photo or a PDF file instead.",
                self.name,
            )
        )

    def action_open(self):
        """Open the original; that is noted in the chain of custody."""
        self.ensure_one()
        self.check_access("read")
        if not self.attachment_id:
            raise UserError(self.env._("This file was destroyed."))
        # sudo: complaint.evidence - the note is made whatever the rights of who looks
        self.sudo().evidence_id._log_custody("shown", note=self.name)
        return {
            "type": "ir.actions.act_url",
            "url": f"/web/content/{self.attachment_id.id}?download=true",
            "target": "new",
        }

    def _forget(self):
        """Delete the originals that tell more than their copies; hashes stay."""
        passed = self.filtered(lambda item: item.state == "passed")
        if passed:
            # its copy is the file itself
            passed._destroy()
        telling = (self - passed).filtered(
            lambda item: item.removed not in ("", False, "unread")
        )
        telling._purge(telling.attachment_id, {"attachment_id": False})

    def _destroy(self):
        """Delete the bytes of originals and copies; hashes and names stay."""
        commands = [(3, file.id) for file in self.copy_id]
        self.evidence_id._write_sealed("files", {"attachment_ids": commands})
        files = self.attachment_id | self.copy_id
        self._purge(files, {"attachment_id": False, "copy_id": False})

    def _purge(self, files, vals):
        self._write_sealed("purged", {**vals, "destroyed_date": fields.Datetime.now()})
        files.with_context(complaint_purge=PURGE).unlink()
