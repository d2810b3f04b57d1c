from odoo import api, fields, models
from odoo.exceptions import UserError

#: Marks writes of the acts of custody; nobody can send this object from outside.
_CUSTODY = object()
#: States in which nothing about a piece of evidence changes but by an act of custody.
_CLOSED = ("sealed", "returned", "destroyed")


class ComplaintEvidence(models.Model):
    """A piece of evidence: where it came from, its files and who keeps it.

    Files people work with are clean copies, see ``complaint.evidence.original``. What
    happens to it is in its chain of custody, ``complaint.custody``; sealing, handing
    over, opening, returning and destroying are signed acts, ``complaint.custody.act``.
    Evidence is never deleted.
    """

    _name = "complaint.evidence"
    _description = "Evidence"
    _inherit = ["complaint.case.mixin"]
    _order = "received_date desc, id desc"

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
    received_from = fields.Char("Handed in by")
    received_date = fields.Date(default=fields.Date.context_today, required=True)
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
            ("returned", "Returned"),
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
            evidence.sha256 = "\n".join(
                f"{original.sha256}  {original.name}"
                for original in evidence._current_originals()
            )

    @api.depends("original_ids.removed", "original_ids.withdrawn")
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
    # CRUD
    # ----------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        """OVERRIDE: originals are locked away, the chain of custody begins."""
        records = super().create(vals_list)
        for record in records:
            record._take_in()
            # sudo: complaint.evidence - also of a case about whoever took it down
            taken = record.sudo()
            taken._log_custody(
                "received", from_name=taken.received_from, to_name=taken._keeper()
            )
        return records

    def write(self, vals):
        """OVERRIDE: what is sealed does not change, whoever writes.

        :raise UserError: naming the evidence
        """
        if self._is_custody_write():
            return super().write(vals)
        self._check_changeable()
        before = {record: record.attachment_ids for record in self}
        result = super().write(vals)
        if "attachment_ids" in vals:
            for record, files in before.items():
                record._follow_files(files)
        if "custodian_id" in vals:
            for record in self:
                record._log_custody("kept_by", to_name=record._keeper())
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(
            self.env._("Evidence stays on file. Mark it as entered by mistake instead.")
        )

    def _check_changeable(self):
        """Check that evidence may be changed outside an act of custody.

        :raise UserError: naming what may not
        """
        closed = self.filtered(lambda item: item.custody_state in _CLOSED)
        if closed:
            states = dict(
                self._fields["custody_state"]._description_selection(self.env)
            )
            raise UserError(
                self.env._(
                    "“%(name)s” (%(state)s) cannot be changed.",
                    name=closed[0].name,
                    state=states[closed[0].custody_state],
                )
            )

    def _is_custody_write(self):
        return self.env.context.get("complaint_custody") is _CUSTODY

    def _as_custody(self):
        """Return these records as acts of custody write them."""
        # sudo: complaint.evidence - who may take the act was checked there
        return self.sudo().with_context(complaint_custody=_CUSTODY)

    # ----------------------------------------------------------------------
    # Files
    # ----------------------------------------------------------------------

    def _own_files(self, before=None):
        """OVERRIDE: see :meth:`_take_in`."""

    def _take_in(self):
        """Lock the new files' originals away and put clean copies in their place."""
        self.ensure_one()
        originals = self.env["complaint.evidence.original"]
        # sudo: complaint.evidence.original - whoever hands in a file may lock it away
        evidence = self.sudo()
        new = evidence.attachment_ids - evidence.original_ids.copy_id
        if not new:
            return originals
        taken = originals.sudo()._take(evidence, new)  # sudo: see above
        commands = [(3, file.id) for file in new]
        commands += [(4, original.copy_id.id) for original in taken]
        self._as_custody().write({"attachment_ids": commands})
        return taken

    def _follow_files(self, before):
        """Note which files came and went since.

        :param before: the attachments before the change
        """
        for original in self._take_in():
            self._log_custody("file_added", note=original.name)
        gone = self._current_originals().filtered(
            lambda item: item.copy_id in before - self.attachment_ids
        )
        gone.withdrawn = True
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
        self.check_access("write")
        self._check_changeable()
        for evidence in self.filtered(lambda item: not item.mistaken):
            evidence._as_custody().mistaken = True
            evidence._log_custody("mistaken")

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
