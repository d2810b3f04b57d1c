import hashlib

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_list, human_size

from ..tools import file_cleaning
from ..tools.append_only import PURGE
from ..tools.life import Opening


class ComplaintEvidenceOriginal(models.Model):
    """A file of a piece of evidence as it was handed in, under lock and key.

    Its metadata may tell who took a photo, where and when. Everybody else works with the
    copy; identity custodians get at the original. Nothing of it changes.
    """

    _name = "complaint.evidence.original"
    _description = "Original File"
    _inherit = ["complaint.case.mixin"]
    _order = "id"

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
            ),
            creates=True,
        ),
        "locked": Opening(
            "Its bytes are moved under lock and key.", ("attachment_id",)
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
        "into the file."
    )
    withdrawn = fields.Boolean(help="The file was taken off the evidence again.")
    destroyed_date = fields.Datetime()

    @api.depends("size")
    def _compute_size_text(self):
        for original in self:
            original.size_text = human_size(original.size)

    # ----------------------------------------------------------------------
    # Business
    # ----------------------------------------------------------------------

    @api.model
    def _take(self, evidence, files):
        """Lock files away; return their originals with clean copies.

        :param evidence: ``complaint.evidence`` record they belong to
        :param files: ``ir.attachment`` records, uploads or files of something else
        """
        originals = self.browse()
        for file in files.sudo().sorted("id"):  # sudo: ir.attachment - see _take_in()
            content = file.raw or b""
            cleaned = file_cleaning.clean(content)
            removed = ["unread"] if cleaned.removed is None else cleaned.removed
            copy = self._file(file.name, cleaned.content, file.mimetype, evidence)
            original = self._create_sealed(
                "taken",
                [
                    {
                        "evidence_id": evidence.id,
                        "ticket_id": evidence.ticket_id.id,
                        "name": file.name,
                        "mimetype": file.mimetype,
                        "size": len(content),
                        "sha256": hashlib.sha256(content).hexdigest(),
                        "copy_id": copy.id,
                        "copy_sha256": hashlib.sha256(cleaned.content).hexdigest(),
                        "removed": ",".join(removed),
                    }
                ],
            )
            original._lock_away(file, content)
            originals |= original
        return originals

    @api.model
    def _file(self, name, content, mimetype, owner):
        """Return a new attachment that follows the rights of its owner."""
        files = self.env["ir.attachment"].with_context(image_no_postprocess=True)
        return files.create(
            {
                "name": name,
                "raw": content,
                "mimetype": mimetype,
                "res_model": owner._name,
                "res_id": owner.id,
            }
        )

    def _lock_away(self, file, content):
        """Make an upload the original, or a copy of a file that belongs elsewhere."""
        owner = (self.evidence_id._name, self.evidence_id.id)
        if not file.res_id or (file.res_model, file.res_id) == owner:
            moved = file.with_context(complaint_purge=PURGE)
            moved.write({"res_model": self._name, "res_id": self.id})
        else:
            file = self._file(file.name, content, file.mimetype, self)
        self._write_sealed("locked", {"attachment_id": file.id})

    def _removed_text(self):
        """Return in words what is not in the copy, empty if it is the same."""
        labels = {
            "author": self.env._("author"),
            "device": self.env._("device"),
            "other": self.env._("other notes"),
            "position": self.env._("position"),
            "time": self.env._("time"),
        }
        if self.removed == "unread":
            return self.env._("kept as it is, it may tell who made it")
        found = [labels[code] for code in (self.removed or "").split(",") if code]
        return self.env._("without %s", format_list(self.env, found)) if found else ""

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
        telling = self.filtered(lambda item: item.removed not in ("", False, "unread"))
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
