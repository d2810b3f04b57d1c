from odoo import api, fields, models
from odoo.fields import Domain


class ComplaintIdentity(models.Model):
    """A secret identity is read while it is shown, and not otherwise."""

    _inherit = "complaint.identity"

    shown_to_me = fields.Boolean(compute="_compute_shown_to_me", search="_search_shown")

    @api.depends_context("uid")
    def _compute_shown_to_me(self):
        shown = self._shown_tickets()
        for identity in self:
            identity.shown_to_me = identity.ticket_id.id in shown

    @api.model
    def _search_shown(self, operator, value):
        if operator != "in":
            return NotImplemented
        shown = self._shown_views().subselect("ticket_id")
        domain = Domain("ticket_id", "in", shown)
        return domain if True in value else ~domain

    @api.model
    def _shown_tickets(self):
        """Return the ids of the cases whose identity this session is shown now."""
        # sudo: complaint.identity.view - nobody reads these rows, rules ask for them
        views = self.env["complaint.identity.view"].sudo()
        return views.browse(self._shown_views()).ticket_id.ids

    @api.model
    def _shown_views(self):
        """Return the query of what this session is shown now."""
        # sudo: complaint.identity.view - see above
        views = self.env["complaint.identity.view"].sudo()
        return views._search(views._active_domain())
