import json
from base64 import b64decode, b64encode

from odoo import api, models
from odoo.exceptions import UserError

from ..tools import vault

#: Columns that are emptied when the office forgets who complained.
_TELLING = ("raw", "sender_vault", "sender_key", "message_key")
_ROTATED = 20


class ComplaintInboundMailVault(models.AbstractModel):
    """The original and its sender, kept like identities: encrypted if there are keys.

    The keys are those of ``complaint.identity``. What is encrypted is bound to the
    mail's own hash, so that nobody swaps two rows in the database.
    """

    _name = "complaint.inbound.mail.vault"
    _description = "Originals of Incoming E-mails"

    @api.model
    def _key_ring(self):
        """Return the server's keys; none if their configuration cannot be read.

        A wrong configuration must not lose a mail: it is kept as it is, and encrypted
        by the scheduled action when the keys are right.
        """
        try:
            return self.env["complaint.identity"]._key_ring()
        except UserError:
            return vault.KeyRing([])

    @api.model
    def _prepare_raw_vals(self, content, sha256):
        """Return the columns that keep the original.

        :param content: the mail's bytes
        """
        ring = self._key_ring()
        text = b64encode(content).decode()
        return {"raw": ring.seal(text, sha256), "key_id": ring.current or False}

    @api.model
    def _prepare_sender_vals(self, head, sha256):
        """Return the columns that tell who wrote, and by what the mail is found."""
        ring = self._key_ring()
        text = json.dumps(
            [head.sender_name[:200], head.sender[:320]], ensure_ascii=False
        )
        return {
            "sender_vault": ring.seal(text, sha256),
            "sender_key": head.sender and ring.mark("mail sender", head.sender),
            "message_key": head.message_id and ring.mark("mail id", head.message_id),
        }

    @api.model
    def _marks(self, kind, value):
        """Return what a sender or Message-Id may be stored as, to search for it."""
        return self._key_ring().index(kind, value) if value else [False]

    def _bytes(self):
        """Return the mail as it arrived.

        :raise UserError: if the server lacks the key, or the original is erased
        """
        self.ensure_one()
        if not self.raw and self.size:
            raise UserError(self.env._("The original of this e-mail is erased."))
        return b64decode(self._open((self.raw or b"").decode()))

    def _sender(self):
        """Return ``(name, address)`` of who wrote, both may be empty."""
        self.ensure_one()
        if not self.sender_vault:
            return "", ""
        return tuple(json.loads(self._open(self.sender_vault)))

    def _open(self, sealed):
        """Return a text that is encrypted if there were keys.

        :raise UserError: if the server lacks the key
        """
        try:
            return self._key_ring().open(sealed, self.sha256)
        except vault.VaultError as error:
            raise UserError(
                self.env._(
                    "This e-mail cannot be read: the server lacks the key “%s”, or it is "
                    "not the right one. Nothing is lost; ask the administrator.",
                    error,
                )
            ) from error

    def _forget(self):
        """Erase the originals and who sent them."""
        self._write_sealed("forgotten", dict.fromkeys(_TELLING, False))

    def _rotate(self):
        """Put these mails under the current key."""
        for mail in self:
            try:
                content, sender = mail._bytes(), json.dumps(mail._sender())
            except UserError:
                # what lacks its key waits for it
                continue
            ring = self._key_ring()
            mail._write_sealed(
                "rotated",
                {
                    **self._prepare_raw_vals(content, mail.sha256),
                    "sender_vault": ring.seal(sender, mail.sha256),
                },
            )


class ComplaintIdentity(models.Model):
    _inherit = "complaint.identity"

    @api.model
    def _cron_rotate_keys(self):
        """OVERRIDE: the originals of e-mails go under the current key, too."""
        result = super()._cron_rotate_keys()
        ring = self._key_ring()
        if ring.current:
            stale = [("raw", "!=", False), ("key_id", "not in", [ring.current])]
            mails = self.env["complaint.inbound.mail"].search(
                stale, order="id", limit=_ROTATED
            )
            mails._rotate()
        return result


class ComplaintLog(models.Model):
    _inherit = "complaint.log"

    @api.model
    def _selection_kind(self):
        """OVERRIDE: what people do with incoming e-mails."""
        labels = {
            "mail_case": self.env._("Case made of an e-mail"),
            "mail_accepted": self.env._("E-mail taken as the complainant's"),
            "mail_note": self.env._("E-mail filed as somebody else's"),
            "mail_discarded": self.env._("E-mail discarded"),
            "mail_restored": self.env._("E-mail taken up again"),
            "mail_downloaded": self.env._("Original e-mail downloaded"),
        }
        return [*super()._selection_kind(), *labels.items()]
