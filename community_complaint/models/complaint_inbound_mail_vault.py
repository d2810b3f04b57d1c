import json
from base64 import b64decode, b64encode
from dataclasses import replace

from odoo import api, models
from odoo.exceptions import UserError

from ..tools import vault
from ..tools.kept import Kept
from ..tools.mail_header import parse_head

#: Columns that are emptied when the office forgets who complained.
_TELLING = ("raw", "sender_vault", "sender_key", "domain_key", "message_key")


class ComplaintInboundMailVault(models.AbstractModel):
    """The original and its sender, kept like identities: encrypted if there are keys.

    What is encrypted is bound to the
    mail's own hash, so that nobody swaps two rows in the database.
    """

    _name = "complaint.inbound.mail.vault"
    _inherit = ["complaint.key.keeper"]
    _description = "Originals of Incoming E-mails"

    _kept = {
        "raw": Kept("sealed"),
        "sender_vault": Kept("sealed"),
        "sender_key": Kept("mark"),
        "domain_key": Kept("mark"),
        "message_key": Kept("mark"),
    }

    @api.model
    def _mail_ring(self, writing=True):
        """Return the server's keys; none if they are missing or wrong.

        That must not lose a mail, the only thing that is taken without its keys: it is
        kept as it is, and encrypted by the scheduled action when the keys are right.
        """
        keys = self.env["complaint.key"]
        try:
            return keys._writing_ring() if writing else keys._ring()
        except UserError:
            return vault.KeyRing([])

    @api.model
    def _prepare_raw_vals(self, content, sha256):
        """Return the columns that keep the original.

        :param content: the mail's bytes
        """
        ring = self._mail_ring()
        text = b64encode(content).decode()
        return {"raw": ring.seal(text, sha256), "key_id": ring.current or False}

    @api.model
    def _prepare_sender_vals(self, head, sha256):
        """Return the columns that tell who wrote, and by what the mail is found."""
        ring = self._mail_ring()
        text = json.dumps(
            [head.sender_name[:200], head.sender[:320]], ensure_ascii=False
        )
        domain = head.sender.rpartition("@")[2]
        return {
            "sender_vault": ring.seal(text, sha256),
            "sender_key": head.sender and ring.mark("mail sender", head.sender),
            "domain_key": domain and ring.mark("mail domain", domain),
            "proven": head.proven,
            "message_key": head.message_id and ring.mark("mail id", head.message_id),
        }

    @api.model
    def _marks(self, kind, value):
        """Return what a sender or Message-Id may be stored as, to search for it."""
        return self._mail_ring(False).index(kind, value) if value else [False]

    def _bytes(self):
        """Return the mail as it arrived.

        :raise UserError: if the server lacks the key, or the original is erased
        """
        self.ensure_one()
        if not self.raw and self.size:
            raise UserError(self.env._("The original of this e-mail is erased."))
        # a screen asks for sizes instead of contents
        raw = self.with_context(bin_size=False).raw or b""
        return b64decode(self._open(raw.decode()))

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
            return self._mail_ring(False).open(sealed, self.sha256)
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
        """OVERRIDE: put these mails under the current key."""
        for mail in self:
            try:
                content, sender = mail._bytes(), mail._sender()
            except UserError:
                # what lacks its key waits for it
                continue
            head = parse_head(content)
            mail._write_sealed(
                "rotated",
                {
                    **self._prepare_raw_vals(content, mail.sha256),
                    **self._prepare_sender_vals(
                        replace(head, sender_name=sender[0], sender=sender[1]),
                        mail.sha256,
                    ),
                },
            )


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
            "mail_lost": self.env._("Message of the office found not to have arrived"),
            "mail_ignored": self.env._("Report on a message of the office ignored"),
            "mail_downloaded": self.env._("Original e-mail downloaded"),
        }
        return [*super()._selection_kind(), *labels.items()]
