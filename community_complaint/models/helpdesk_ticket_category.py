from odoo import models


class HelpdeskTicketCategory(models.Model):
    """A category of the helpdesk, watched while complaints are filed under it."""

    _name = "helpdesk.ticket.category"
    _inherit = ["helpdesk.ticket.category", "complaint.watched.mixin"]

    _watched_free = frozenset({"sequence", "parent_path"})
    _watched_fixed = frozenset({"company_id"})


class HelpdeskTicketTag(models.Model):
    """A tag of the helpdesk, watched while complaints bear it."""

    _name = "helpdesk.ticket.tag"
    _inherit = ["helpdesk.ticket.tag", "complaint.watched.mixin"]

    _watched_free = frozenset({"sequence", "color"})
