import json
import os

from odoo import api, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import config, email_normalize

from ..tools import vault
from .complaint_identity import phone_key

#: What is kept in the vault; ``partner_id`` as the id of the contact.
SEALED = (
    "name",
    "phone",
    "email",
    "work_unit",
    "occupation",
    "address",
    "id_number",
    "partner_id",
    "signature",
)
#: By what an identity is found, and the column of the mark.
_INDEXED = {
    "name": "name_key",
    "phone": "phone_key",
    "email": "email_key",
    "partner_id": "partner_key",
}
#: Written by the methods of this file only.
_COLUMNS = frozenset({"vault", "key_id", *_INDEXED.values()})
_ROTATED = 200


class ComplaintIdentity(models.Model):
    """How identities are kept: one text a case, encrypted if the server has keys.

    Keys come from the option ``complaint_identity_keys`` of the server's configuration
    file or the environment variable ``COMPLAINT_IDENTITY_KEYS``: ``id:base64,id:base64``,
    the first encrypts. Without keys the texts are readable in the database.

    An identity whose key is missing shows as empty and refuses to be changed, so that
    nothing is lost; with the key it is there again.
    """

    _inherit = "complaint.identity"

    # ----------------------------------------------------------------------
    # Keys
    # ----------------------------------------------------------------------

    @api.model
    def _key_ring(self):
        """Return the server's keys.

        :raise UserError: if the configuration cannot be read
        """
        text = os.environ.get("COMPLAINT_IDENTITY_KEYS") or config.get(
            "complaint_identity_keys"
        )
        try:
            return vault.key_ring(text or "")
        except vault.BadKeys as error:
            raise UserError(
                self.env._(
                    "The identity keys in the server's configuration cannot be read: "
                    "entry “%s”. Nothing was saved. Tell the administrator.",
                    error,
                )
            ) from error

    # ----------------------------------------------------------------------
    # Reading
    # ----------------------------------------------------------------------

    @api.depends("vault")
    @api.depends_context("uid", "su")
    def _compute_values(self):
        """Open the vault for who may read the record, nobody else."""
        readable = self._origin._filtered_access("read")
        # sudo: complaint.identity - the column is closed to everybody; checked above
        sealed = {record.id: record.vault for record in readable.sudo()}
        opened = [
            identity._open_vault(sealed.get(identity._origin.id)) for identity in self
        ]
        partners = self.env["res.partner"].browse(
            values["partner_id"]
            for values, _missing in opened
            if "partner_id" in values
        )
        known = set(partners.exists().ids) if partners else ()
        for identity, (values, missing) in zip(self, opened, strict=True):
            identity.unreadable = missing
            if values.get("partner_id") not in known:
                values.pop("partner_id", None)
            for name in SEALED:
                identity[name] = values.get(name, False)

    def _open_vault(self, sealed):
        """Return the values in a text of the vault and the key it lacks, if any.

        :return: ``(dict, key or False)``
        """
        if not sealed:
            return {}, False
        place = str(self._origin.ticket_id.id)
        try:
            values = json.loads(self._key_ring().open(sealed, place))
        except (vault.MissingKey, vault.Damaged) as error:
            return {}, str(error)
        return values, False

    def _check_readable(self):
        """Check that the server can read these identities.

        :raise UserError: naming the key
        """
        missing = sorted(set(filter(None, self.mapped("unreadable"))))
        if missing:
            raise UserError(
                self.env._(
                    "The complainant's data cannot be read: the server lacks the key "
                    "“%s”, or it is not the right one. Nothing is lost; ask the "
                    "administrator to put the key into the server's configuration.",
                    ", ".join(missing),
                )
            )

    # ----------------------------------------------------------------------
    # Writing
    # ----------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        """OVERRIDE: what tells who complained goes into the vault."""
        vals_list = [
            {
                **self._without_vault(vals),
                **self._prepare_vault_vals(vals, vals["ticket_id"]),
            }
            for vals in vals_list
        ]
        return super().create(vals_list)

    def write(self, vals):
        """OVERRIDE: what tells who complained goes into the vault and into the log."""
        sealed = {name: vals[name] for name in SEALED if name in vals}
        if not sealed:
            return super().write(self._without_vault(vals))
        if sealed.keys() - self._complaint_open_fields:
            self._check_case_open()
        self.check_access("write")
        # sudo: complaint.identity - whether the server can read it, nothing is shown
        self.sudo()._check_readable()
        rest = self._without_vault(vals)
        result = super().write(rest) if rest else True
        for identity in self:
            identity._write_vault(sealed)
        return result

    @api.model
    def _without_vault(self, vals):
        """Return the values that do not go into the vault."""
        closed = {*SEALED, *_COLUMNS}
        return {name: value for name, value in vals.items() if name not in closed}

    def _write_vault(self, changes):
        """Change what one identity says."""
        # sudo: complaint.identity - compared with the new values, not shown
        old = self.sudo()._plain_values()
        new = {**old, **changes}
        changed = [
            name for name in SEALED if (old[name] or False) != (new[name] or False)
        ]
        if not changed:
            return
        self._write_sealed(self._prepare_vault_vals(new, self.ticket_id.id))
        self.env["complaint.log"]._record("identity_changed", self, {"fields": changed})

    def _write_sealed(self, vals):  # pylint: disable=missing-return
        """Write columns of the vault, closed to everybody else."""
        # sudo: complaint.identity - who may write was checked, nobody may these columns
        # pylint: disable-next=super-method-mismatch
        super(ComplaintIdentity, self.sudo()).write(vals)

    def _plain_values(self):
        """Return what one identity says, the contact as its id."""
        self.ensure_one()
        return {name: self[name] for name in SEALED} | {
            "partner_id": self.partner_id.id
        }

    @api.model
    def _prepare_vault_vals(self, values, ticket_id):
        """Return the columns that keep values.

        :param values: dict with keys of ``SEALED``
        """
        ring = self._key_ring()
        known = {name: _text(values[name]) for name in SEALED if values.get(name)}
        if not known:
            return dict.fromkeys(_COLUMNS, False)
        text = json.dumps(known, ensure_ascii=False, sort_keys=True)
        marks = {
            column: key and ring.mark(name, key)
            for name, column in _INDEXED.items()
            for key in [self._index_key(name, values.get(name))]
        }
        return {
            "vault": ring.seal(text, str(ticket_id)),
            "key_id": ring.current or False,
            **marks,
        }

    # ----------------------------------------------------------------------
    # Searching: by whole values only
    # ----------------------------------------------------------------------

    @api.model
    def _index_key(self, name, value):
        """Return the form in which a value is compared, ``False`` if it has none."""
        if name == "phone":
            return phone_key(value)
        if name == "email":
            return email_normalize(value or "", strict=False) or False
        if name == "partner_id":
            return value and str(int(value))
        return vault.fold(value)

    @api.model
    def _index_domain(self, name, values):
        """Return the domain of identities with one of these values."""
        ring = self._key_ring()
        keys = filter(None, (self._index_key(name, value) for value in values))
        marks = [mark for key in keys for mark in ring.index(name, key)]
        return Domain(_INDEXED[name], "in", marks)

    def _search_indexed(self, name, operator, value):
        if operator in ("=ilike", "ilike", "=like", "like") and isinstance(value, str):
            # parts of a value cannot be found: the index knows whole ones
            operator, value = "in", [value]
        if operator != "in":
            return NotImplemented
        domain = self._index_domain(name, [item for item in value if item])
        if any(not item for item in value):
            domain |= Domain(_INDEXED[name], "=", False)
        return domain

    def _search_name(self, operator, value):
        return self._search_indexed("name", operator, value)

    def _search_phone(self, operator, value):
        return self._search_indexed("phone", operator, value)

    def _search_email(self, operator, value):
        return self._search_indexed("email", operator, value)

    def _search_partner_id(self, operator, value):
        return self._search_indexed("partner_id", operator, value)

    @api.model
    def _contact_domain(self, phone, email):
        """Return the domain of identities with a phone or e-mail, or ``None``."""
        parts = []
        if phone_key(phone):
            parts.append(self._index_domain("phone", [phone]))
        if self._index_key("email", email):
            parts.append(self._index_domain("email", [email]))
        return Domain.OR(parts) if parts else None

    @api.model
    def _move_partner(self, old, new):
        """Let the identities of some contacts belong to another one.

        :param old, new: ``res.partner`` records
        """
        # sudo: complaint.identity - contacts that are one person, whoever merges them
        identities = self.sudo().search(self._index_domain("partner_id", old.ids))
        for identity in identities.filtered(lambda item: not item.unreadable):
            values = {**identity._plain_values(), "partner_id": new.id}
            identity._write_sealed(
                self._prepare_vault_vals(values, identity.ticket_id.id)
            )

    # ----------------------------------------------------------------------
    # Rotation
    # ----------------------------------------------------------------------

    @api.model
    def _cron_rotate_keys(self):
        """Encrypt anew what is not under the current key; resumes where it stopped."""
        ring = self._key_ring()
        if not ring.current:
            return
        # what lacks its key waits for it
        stale = Domain("vault", "!=", False) & (
            Domain("key_id", "=", False)
            | Domain("key_id", "in", [key for key in ring.names if key != ring.current])
        )
        self.env["ir.cron"]._commit_progress(remaining=self.search_count(stale))
        done_id = 0
        while batch := self.search(
            stale & Domain("id", ">", done_id), order="id", limit=_ROTATED
        ):
            done_id = batch[-1].id
            locked = batch.try_lock_for_update()
            locked._rotate()
            if not self.env["ir.cron"]._commit_progress(len(batch)):
                return

    def _rotate(self):
        """Put these identities under the current key."""
        rotated = self.filtered(lambda identity: not identity.unreadable)
        for identity in rotated:
            values = identity._plain_values()
            identity._write_sealed(
                self._prepare_vault_vals(values, identity.ticket_id.id)
            )
        for company, identities in rotated.grouped("company_id").items():
            self.env["complaint.log"]._record(
                "keys_rotated",
                company,
                {"key": self._key_ring().current, "count": len(identities)},
                company,
            )

    @api.model
    def _key_status(self):
        """Return how many identities are under which key, as ``{key or False: count}``."""
        # sudo: complaint.identity - only counts, of all companies
        groups = self.sudo()._read_group(
            [("vault", "!=", False)], ["key_id"], ["__count"]
        )
        return dict(groups)


def _text(value):
    """Return a value as JSON takes it: signatures are base64."""
    return value.decode() if isinstance(value, bytes) else value
