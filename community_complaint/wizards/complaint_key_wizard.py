from odoo import api, fields, models
from odoo.exceptions import AccessError

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
        """Return the state of the keys as lines, and how many identities are stale."""
        identities = self.env["complaint.identity"]
        ring, counts = identities._key_ring(), identities._key_status()
        plain = counts.pop(False, 0)
        lines, stale = [], plain if ring.current else 0
        if not ring.current:
            lines.append(
                self.env._("The server has no keys: identities are not encrypted.")
            )
        for name in ring.names:
            count = counts.pop(name, 0)
            if name == ring.current:
                lines.append(
                    self.env._(
                        "Key “%(key)s”, the current one: %(count)s identities",
                        key=name,
                        count=count,
                    )
                )
            else:
                stale += count
                lines.append(
                    self.env._(
                        "Key “%(key)s”, an old one: %(count)s identities",
                        key=name,
                        count=count,
                    )
                )
        if plain:
            lines.append(self.env._("Not encrypted: %s identities", plain))
        lines += [
            self.env._(
                "Key “%(key)s” is missing on this server: %(count)s identities cannot be "
                "read. They are not lost; put the key back into the configuration.",
                key=name,
                count=count,
            )
            for name, count in sorted(counts.items())
        ]
        return lines, stale

    def action_rotate(self):
        """Start encrypting what is not under the current key, in the background.

        :raise AccessError: for who is no manager
        """
        if not self.env.user.has_group(MANAGER):
            raise AccessError(self.env._("A manager starts this."))
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
