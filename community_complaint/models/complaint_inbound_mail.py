import hashlib
from base64 import b64encode

from odoo import api, fields, models


class ComplaintInboundMail(models.Model):
    """Every e-mail to a complaint desk, as it arrived, and what became of it.

    The bytes are stored in a transaction of their own before anything is done with
    them, so that no failure loses a complaint.
    """

    _name = "complaint.inbound.mail"
    _description = "Incoming E-mail"
    _order = "id desc"

    company_id = fields.Many2one("res.company", required=True, index=True)
    team_id = fields.Many2one("helpdesk.ticket.team", string="Desk", index=True)
    ticket_id = fields.Many2one(
        "helpdesk.ticket", string="Complaint", index="btree_not_null"
    )
    received_date = fields.Datetime("Received", default=fields.Datetime.now)
    state = fields.Selection(
        [
            ("new", "Arrived"),
            ("case", "New complaint"),
            ("reply", "Reply"),
            ("quarantine", "To be looked at"),
        ],
        default="new",
        required=True,
        index=True,
    )
    reason = fields.Char(readonly=True, help="Why a person has to look at it.")
    sha256 = fields.Char("SHA-256", readonly=True)
    # the mail tells who complained
    raw = fields.Binary(
        "Mail", groups="community_complaint.group_complaint_custodian", attachment=False
    )

    @api.depends("received_date", "sha256")
    def _compute_display_name(self):
        for mail in self:
            mail.display_name = self.env._("E-mail %s", (mail.sha256 or "")[:8])

    @api.model
    def _keep(self, content, company, team):
        """Store a mail in a transaction of its own and return its id.

        :param content: the mail's bytes
        """
        with self.pool.cursor() as cr:
            # sudo: complaint.inbound.mail - nobody writes here but the gateway
            keeper = self.with_env(self.env(cr=cr)).sudo()
            return keeper.create(
                {
                    "company_id": company.id,
                    "team_id": team.id,
                    "sha256": hashlib.sha256(content).hexdigest(),
                    "raw": b64encode(content),
                }
            ).id

    @api.model
    def _quarantine(self, mail_id, reason):
        """Leave a kept mail to a person, whatever becomes of this transaction."""
        with self.pool.cursor() as cr:
            # sudo: complaint.inbound.mail - nobody writes here but the gateway
            keeper = self.with_env(self.env(cr=cr)).sudo().browse(mail_id)
            keeper.write({"state": "quarantine", "reason": reason})
