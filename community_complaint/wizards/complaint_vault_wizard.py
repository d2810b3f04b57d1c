from odoo import api, fields, models

from ..models.helpdesk_ticket_secrecy import LEVELS


class ComplaintVaultWizard(models.TransientModel):
    """Asks for the reason of an act on an identity, then does it."""

    _name = "complaint.vault.wizard"
    _inherit = ["complaint.dialog.mixin"]
    _description = "Act on an Identity"

    ticket_id = fields.Many2one(
        "helpdesk.ticket", string="Complaint", required=True, readonly=True
    )
    act = fields.Selection(
        [
            ("show", "Show who complained"),
            ("request", "Request a disclosure"),
            ("level", "Change the confidentiality"),
            ("erase", "Erase who complained"),
            ("hold", "Set a legal hold"),
            ("lift", "Lift the legal hold"),
        ],
        required=True,
        readonly=True,
    )
    reason = fields.Text()
    minutes = fields.Integer(related="ticket_id.regulation_id.identity_minutes")
    # disclosure
    user_id = fields.Many2one(
        "res.users",
        string="Who Gets to See It",
        default=lambda self: self.env.user,
        domain=[("share", "=", False)],
    )
    body = fields.Char("Passed on to")
    hours = fields.Integer(
        "For How Many Hours", compute="_compute_hours", store=True, readonly=False
    )
    # level
    confidentiality = fields.Selection(
        related="ticket_id.confidentiality", string="Confidentiality Now"
    )
    level = fields.Selection(
        selection=lambda self: (
            self.env["helpdesk.ticket"]
            ._fields["confidentiality"]
            ._description_selection(self.env)
        ),
        string="New Confidentiality",
    )
    laxer = fields.Boolean(compute="_compute_laxer")
    consent = fields.Selection(
        selection=lambda self: (
            self.env["complaint.disclosure"]
            ._fields["consent"]
            ._description_selection(self.env)
        ),
        string="The Complainant Agreed",
    )
    for_good = fields.Boolean(compute="_compute_laxer")
    consent_date = fields.Date(
        "Agreed on", default=lambda self: self.env["helpdesk.ticket"]._office_date()
    )

    @api.depends("ticket_id")
    def _compute_hours(self):
        for wizard in self:
            wizard.hours = wizard.ticket_id.regulation_id.disclosure_hours

    @api.depends("level", "confidentiality")
    def _compute_laxer(self):
        for wizard in self:
            wizard.for_good = bool(
                wizard.level and wizard.ticket_id._is_for_good(wizard.level)
            )
            wizard.laxer = bool(
                wizard.level
                and wizard.confidentiality
                and LEVELS.index(wizard.level) < LEVELS.index(wizard.confidentiality)
            )

    def action_confirm(self):
        """Do the act with what was given."""
        self.ensure_one()
        told = getattr(self, f"_do_{self.act}")()
        # what was typed may name somebody
        self.unlink()
        close = {"type": "ir.actions.act_window_close"}
        return self._told(told, close) if told else close

    @api.model
    def _told(self, text, close):
        """Return the action that tells the user what came of it."""
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {"type": "info", "sticky": True, "message": text, "next": close},
        }

    def _do_show(self):
        self.ticket_id.action_show_identity(self.reason)

    def _do_request(self):
        self.ticket_id.action_request_disclosure(
            self.reason, self.user_id, self.body, self.hours
        )
        return self.ticket_id._requested_text()

    def _do_level(self):
        asked = self.for_good
        self.ticket_id.action_change_confidentiality(
            self.level, self.reason, self.consent, self.consent_date
        )
        return (
            self.ticket_id._requested_text()
            if asked
            else self.env._("The confidentiality is changed.")
        )

    def _do_erase(self):
        self.ticket_id.action_erase_identity(self.reason)

    def _do_hold(self):
        self.ticket_id.action_set_hold(self.reason)

    def _do_lift(self):
        self.ticket_id.action_lift_hold(self.reason)
