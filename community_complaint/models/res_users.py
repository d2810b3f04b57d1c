from odoo import api, models
from odoo.exceptions import UserError

from ..tools.sealed_links import is_on_file


class ResUsers(models.Model):
    """Giving somebody a role that sees secrets leaves a trace, see ``res.groups``.

    A person on file who gets a login, or another one, is excluded as before, see
    ``hr_conflict.py``. Who is named in a complaint file stays known: as usual, the user is
    archived instead.
    """

    _inherit = "res.users"

    @api.model_create_multi
    def create(self, vals_list):
        """OVERRIDE: a new user may get a watched role, or be excluded from cases."""
        groups = self.env["res.groups"]
        before = groups._watched_members()
        users = super().create(vals_list)
        users.partner_id._refresh_conflicts()
        groups._report_watched(before)
        return users

    def write(self, vals):
        """OVERRIDE: log who gets or loses a watched role, also by being activated."""
        groups = self.env["res.groups"]
        watched = vals.keys() & {"group_ids", "active"}
        before = groups._watched_members() if watched else None
        result = super().write(vals)
        if "partner_id" in vals:
            self.partner_id._refresh_conflicts()
        if watched:
            groups._report_watched(before)
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_on_file(self):
        """Refuse for who did something in a case, or is excluded from one.

        :raise UserError: without telling in which one
        """
        for user in self:
            if is_on_file(user):
                raise UserError(
                    self.env._(
                        "%s is named in complaint files and cannot be deleted. Archive "
                        "the user instead.",
                        user.name,
                    )
                )
