from odoo import api, fields, models
from odoo.exceptions import AccessError

from ..tools.kept import UNNAMED
from ..tools.roles import MANAGER


class ComplaintKeyWizard(models.TransientModel):
    """Shows a manager how identities are kept, and encrypts them under the current key."""

    _name = "complaint.key.wizard"
    _description = "Keys of Identities"

    status = fields.Text(compute="_compute_status")
    stale = fields.Integer(compute="_compute_status")

    @api.depends_context("lang")
    def _compute_status(self):
        for wizard in self:
            lines, wizard.stale = wizard._status_lines()
            wizard.status = "\n".join(lines)

    @api.model
    def _status_lines(self):
        """Return the state of the keys as lines, and how many rows are to be made anew."""
        # sudo: complaint.key and the keepers - counts, of all companies
        keys = self.env["complaint.key"].sudo()
        configured = keys._configured()
        ring = keys._ring()
        lines = self._problem_lines(keys, configured)
        needed = set()
        for keeper, kind, counts in keys._status():
            lines.append(self._keeper_line(keeper, kind, counts, ring))
            needed |= counts.keys() - {False}
        stale = keys._count_stale() if ring.current else 0
        lines += self._key_lines(ring, needed, stale)
        if keys._server_tells():
            lines.append(
                self.env._(
                    "PostgreSQL's own log quotes SQL that fails, names in it as well. "
                    "Ask the administrator to set log_min_error_statement = panic "
                    "and log_error_verbosity = terse."
                )
            )
        return lines, stale

    @api.model
    def _problem_lines(self, keys, configured):
        """Return what is wrong with the keys of the server."""
        if wrong := keys._wrong(configured):
            return [keys._wrong_text(wrong)]
        if configured.current:
            return []
        if keys._known_checks():
            return [keys._missing_text()]
        return [self.env._("The server has no keys: identities are not encrypted.")]

    @api.model
    def _keeper_line(self, keeper, kind, counts, ring):
        """Return how much of one model is under which key, on one line."""
        # sudo: ir.model - what a model is called
        name = self.env["ir.model"]._get(keeper._name).sudo().name
        if kind == "mark":
            name = self.env._("%s, marks to find by", name)
        found = [
            f"{self._key_words(key, ring)}: {count}"
            for key, count in sorted(counts.items(), key=lambda item: str(item[0]))
        ]
        return f"{name} – {', '.join(found)}"

    @api.model
    def _key_words(self, key, ring):
        """Return what a key is to the server."""
        if not key:
            return self.env._("without a key")
        if key == UNNAMED:
            return self.env._("an earlier key")
        if key == ring.current:
            return self.env._("key “%s”, the current one", key)
        if key in ring.names:
            return self.env._("key “%s”, an old one", key)
        return self.env._("key “%s”, missing on this server", key)

    @api.model
    def _key_lines(self, ring, needed, stale):
        """Return which keys may go from the configuration, and which must come back."""
        missing = sorted(needed - {UNNAMED, *ring.names})
        old = [name for name in ring.names if name != ring.current]
        wanted = {*old} if stale or UNNAMED in needed else needed
        return [
            *map(self._missing_line, missing),
            *(self._old_line(name, name in wanted) for name in old),
        ]

    @api.model
    def _missing_line(self, key):
        return self.env._(
            "Key “%s” is missing on this server: what is under it cannot be read. It is "
            "not lost; put the key back into the configuration.",
            key,
        )

    @api.model
    def _old_line(self, key, wanted):
        if wanted:
            return self.env._("Key “%s” is still needed: keep it here.", key)
        return self.env._(
            "Key “%s” is not needed any more, except by old backups.", key
        )

    def action_rotate(self):
        """Start encrypting what is not under the current key, in the background.

        :raise AccessError: for who is no manager
        """
        if not self.env.user.has_group(MANAGER):
            raise AccessError(self.env._("A manager starts this."))
        self.check_access("read")
        # sudo: ir.cron - a manager of complaints starts this one only
        self.env.ref(
            "community_complaint.complaint_identity_cron_rotate"
        ).sudo()._trigger()
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": self.env._(
                    "Encryption goes on in the background; look again in a minute."
                ),
                "next": {"type": "ir.actions.act_window_close"},
            },
        }
