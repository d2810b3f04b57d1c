from odoo import api, models


class ResUsers(models.Model):
    """Giving somebody a role that sees secrets leaves a trace, see ``res.groups``."""

    _inherit = "res.users"

    @api.model_create_multi
    def create(self, vals_list):
        """OVERRIDE: a new user may get a watched role."""
        groups = self.env["res.groups"]
        before = groups._watched_members()
        users = super().create(vals_list)
        groups._report_watched(before)
        return users

    def write(self, vals):
        """OVERRIDE: log who gets or loses a watched role, also by being activated."""
        if not vals.keys() & {"group_ids", "active"}:
            return super().write(vals)
        groups = self.env["res.groups"]
        before = groups._watched_members()
        result = super().write(vals)
        groups._report_watched(before)
        return result
