from odoo import api, fields, models
from odoo.fields import Domain

from ..tools.arguments import takes, text
from ..tools.steps import CLERK
from .complaint_inbound_mail import CUSTODIAN, WAITING
from .helpdesk_ticket_desk import Tile


class HelpdeskTicket(models.Model):
    """E-mails that wait for a person, on the case and on “My desk”."""

    _inherit = "helpdesk.ticket"

    inbound_mail_ids = fields.One2many("complaint.inbound.mail", "ticket_id")
    held_mail_count = fields.Integer(compute="_compute_held_mail_count")

    @api.depends("inbound_mail_ids.state")
    @api.depends_context("uid", "allowed_company_ids")
    def _compute_held_mail_count(self):
        mails = self.env["complaint.inbound.mail"]
        counts = {}
        # sudo: complaint.inbound.mail - nearly all cases have none, nobody need ask
        if self._origin.sudo().inbound_mail_ids and mails.has_access("read"):
            counts = dict(
                mails._read_group(
                    [("ticket_id", "in", self.ids), ("state", "in", WAITING)],
                    ["ticket_id"],
                    ["__count"],
                )
            )
        for ticket in self:
            ticket.held_mail_count = counts.get(ticket._origin, 0)

    def action_open_held_mails(self):
        """Open the e-mails on this case that wait for a person."""
        self.ensure_one()
        action = self.env["ir.actions.actions"]._for_xml_id(
            "community_complaint.complaint_inbound_mail_action"
        )
        action.pop("path", None)
        domain = [("ticket_id", "=", self.id), ("state", "in", WAITING)]
        mails = self.env["complaint.inbound.mail"].search(domain)
        if len(mails) == 1:
            return {**action, "views": [(False, "form")], "res_id": mails.id}
        return {**action, "domain": domain, "context": {}}

    # ----------------------------------------------------------------------
    # My desk
    # ----------------------------------------------------------------------

    @api.model
    def _desk_tiles(self):
        """OVERRIDE: e-mails to look at, for clerks and custodians."""
        tiles = super()._desk_tiles()
        user = self.env.user
        clerk = user.has_group(CLERK)
        if clerk or user.has_group(CUSTODIAN):
            section = "clerk" if clerk else "mail"
            tiles.append(
                Tile("mails", section, "", "complaint.inbound.mail", "warning")
            )
        return tiles

    @api.model
    def _desk_titles(self):
        """OVERRIDE: see :meth:`_desk_tiles`."""
        return {**super()._desk_titles(), "mail": self.env._("Incoming E-mails")}

    @api.model
    def _desk_labels(self):
        """OVERRIDE: see :meth:`_desk_tiles`."""
        return {**super()._desk_labels(), "mails": self.env._("E-mails to look at")}

    def _desk_domain_mails(self):
        return Domain("state", "in", WAITING)

    @api.model
    @takes(key=text)
    def open_complaint_desk_tile(self, key):
        """OVERRIDE: the e-mails have a list of their own."""
        action = super().open_complaint_desk_tile(key)
        if key != "mails":
            return action
        own = self.env["ir.actions.actions"]._for_xml_id(
            "community_complaint.complaint_inbound_mail_action"
        )
        own.pop("path", None)
        return {
            **own,
            "name": action["name"],
            "domain": action["domain"],
            "context": {},
        }
