import json

from odoo import api, fields, models

from ..tools import hash_chain
from ..tools.life import Opening

#: What an entry says, in the chain's own words.
_CONTENT = (
    "evidence_id",
    "sequence",
    "kind",
    "moment",
    "user_id",
    "act_id",
    "from_name",
    "to_name",
    "place",
    "note",
    "files",
    "signatures",
)
#: What may name the complainant.
_NAMING = ("from_name", "to_name", "place", "note", "signatures")


class ComplaintCustody(models.Model):
    """What happened to a piece of evidence, each entry bound to the one before.

    Rows are never changed or deleted, not in the database either; a row that somebody
    changed there breaks the chain, see :meth:`_first_break`.
    """

    _name = "complaint.custody"
    _description = "Chain of Custody"
    _rec_names_search = ("evidence_id.name",)
    _inherit = ["complaint.append.only", "complaint.seal.mixin"]
    _order = "evidence_id, sequence"
    _log_access = False

    _opens = {}
    _openings = {
        "append": Opening(
            "What happened to a piece of evidence, whoever did it.",
            (*_CONTENT, "ticket_id", "company_id", "hash"),
            creates=True,
        ),
    }

    evidence_id = fields.Many2one(
        "complaint.evidence", required=True, ondelete="restrict"
    )
    ticket_id = fields.Many2one(
        "helpdesk.ticket",
        string="Complaint",
        required=True,
        index=True,
        ondelete="restrict",
    )
    company_id = fields.Many2one("res.company", required=True, ondelete="restrict")
    sequence = fields.Integer("No.", required=True, aggregator=None)
    kind = fields.Selection(
        [
            ("received", "Taken in"),
            ("kept_by", "Keeper changed"),
            ("file_added", "File added"),
            ("file_removed", "File taken off"),
            ("seal", "Sealed"),
            ("transfer", "Handed over"),
            ("open", "Seal opened"),
            ("return", "Returned to its owner"),
            ("destroy", "Destroyed by order"),
            ("shown", "Original looked at"),
            ("passed_on", "Passed on by a custodian"),
            ("not_passed_on", "Not passed on by a custodian"),
            ("mistaken", "Entered by mistake"),
            ("changed", "Found changed"),
        ],
        string="What",
        required=True,
    )
    moment = fields.Datetime("When", required=True)
    user_id = fields.Many2one(
        "res.users", string="Recorded by", required=True, ondelete="restrict"
    )
    act_id = fields.Many2one(
        "complaint.custody.act",
        index="btree_not_null",
        ondelete="restrict",
    )
    from_name = fields.Char("By")
    to_name = fields.Char("To / With")
    place = fields.Char()
    note = fields.Char()
    files = fields.Text("Files with SHA-256")
    signatures = fields.Text(help="Who signed when, with the SHA-256 of the signature.")
    hash = fields.Char(required=True)

    _chain_unique = models.UniqueIndex("(evidence_id, sequence)")

    @api.depends("kind", "sequence")
    def _compute_display_name(self):
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        for entry in self:
            entry.display_name = f"{entry.sequence} {kinds.get(entry.kind, '')}"

    # ----------------------------------------------------------------------
    # The chain
    # ----------------------------------------------------------------------

    @api.model
    def _append(self, evidence, kind, vals=None):
        """Add an entry to the chains of pieces of evidence.

        :param kind: see the field
        :param vals: what else the entry says
        """
        # two at once: the unique index makes the later request wait and repeat
        last = {} if kind == "received" else self._last_entries(evidence)
        vals_list = []
        for record in evidence:
            sequence, previous = last.get(record.id, (0, None))
            content = {
                **self._without_names(record.ticket_id, vals or {}),
                "evidence_id": record.id,
                "sequence": sequence + 1,
                "kind": kind,
                "moment": fields.Datetime.now(),
                "user_id": self._acting_user_id(),
                "files": record.sha256 or False,
            }
            vals_list.append(
                {
                    **content,
                    "ticket_id": record.ticket_id.id,
                    "company_id": record.company_id.id,
                    "hash": hash_chain.link(previous, self._hashed(content)),
                }
            )
        new = self._create_sealed("append", vals_list)
        new._anchor()
        return new

    @api.model
    def _without_names(self, ticket, vals):
        """Return what an entry says with “complainant” instead of the name.

        The chain never changes, so it could not forget who complained either.
        """
        if not any(vals.get(name) for name in _NAMING):
            return vals
        # sudo: helpdesk.ticket - the name is taken out, not shown
        hide = ticket.sudo()._without_names
        return {
            **vals,
            **{name: hide(vals[name]) for name in _NAMING if vals.get(name)},
        }

    @api.model
    def _last_entries(self, evidence):
        """Return ``{evidence id: (sequence, hash)}`` of the ends of chains."""
        # sudo: complaint.custody - see _append()
        entries = self.sudo().search([("evidence_id", "in", evidence.ids)])
        return {item.evidence_id.id: (item.sequence, item.hash) for item in entries}

    @api.model
    def _acting_user_id(self):
        # a resident's own user would tell who complained
        if self.env.user.share:
            return self.env.ref("base.user_root").id
        return self.env.uid

    @api.model
    def _hashed(self, content):
        """Return what is hashed of an entry: plain values under fixed names."""
        values = {name: content.get(name) or None for name in _CONTENT}
        return {**values, "moment": fields.Datetime.to_string(content["moment"])}

    def _as_hashed(self):
        """Return what is hashed of an entry that is on file."""
        self.ensure_one()
        return self._hashed(
            {
                name: self[name].id if self._fields[name].relational else self[name]
                for name in _CONTENT
            }
        )

    def _anchor(self):
        """Write the ends of the chains into the office's own log.

        Without that nobody would notice that the newest entries were taken away.
        """
        log = self.env["complaint.log"]
        for entry in self:
            details = {
                "entry": entry.kind,
                "sequence": entry.sequence,
                "hash": entry.hash,
            }
            log._record("custody", entry.evidence_id, details)

    @api.model
    def _anchored_hash(self, evidence):
        """Return the hash of the newest entry that the log knows, ``None`` if none."""
        # sudo: complaint.log - compared, not shown
        rows = (
            self.env["complaint.log"]
            .sudo()
            .search(
                [
                    ("ticket_id", "=", evidence.ticket_id.id),
                    ("kind", "=", "custody"),
                    ("res_id", "=", evidence.id),
                ],
            )
        )
        hashes = (json.loads(row.details).get("hash") for row in rows)
        return next(filter(None, hashes), None)

    @api.model
    def _first_break(self, evidence):
        """Return what is wrong with a chain: an entry, ``True``, or nothing.

        :return: the first entry that does not follow; ``True`` if entries are missing
        """
        # sudo: complaint.custody - the whole chain, whoever verifies it
        entries = self.sudo().search([("evidence_id", "=", evidence.id)])
        chain = [(item._as_hashed(), item.hash) for item in entries]
        index = hash_chain.first_break(chain)
        if index is not None:
            return entries[index]
        return not entries or entries[-1].hash != self._anchored_hash(evidence)


class ComplaintLog(models.Model):
    _inherit = "complaint.log"

    @api.model
    def _selection_kind(self):
        """OVERRIDE: what happens to evidence is part of the log."""
        return [*super()._selection_kind(), ("custody", self.env._("Evidence"))]

    @api.model
    def _describe_custody(self, details):
        return self._label("complaint.custody", "kind", details.get("entry"))
