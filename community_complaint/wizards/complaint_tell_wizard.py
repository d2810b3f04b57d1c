from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ..tools import paper_text
from ..tools.duties import AUTOMATIC

#: The way the office would take by itself.
BEST = "best"


class ComplaintTellWizard(models.TransientModel):
    """“Write to them”: a message to the complainant, a respondent or another body.

    Which way it goes is shown, the address is not. What may be said is the case's to
    check, see ``helpdesk.ticket._write_to``.
    """

    _name = "complaint.tell.wizard"
    _inherit = ["complaint.dialog.mixin"]
    _description = "Write to Them"

    ticket_id = fields.Many2one("helpdesk.ticket", string="Complaint", required=True)
    confidentiality = fields.Selection(related="ticket_id.confidentiality")
    addressee = fields.Selection(
        [
            ("complainant", "Complainant"),
            ("respondent", "Respondent"),
            ("body", "Department or other body"),
        ],
        required=True,
        default="complainant",
    )
    respondent_id = fields.Many2one("complaint.respondent")
    transfer_id = fields.Many2one("complaint.transfer")
    told_transfer_ids = fields.Many2many(
        "complaint.transfer", compute="_compute_told_transfer_ids"
    )
    duty = fields.Selection(
        [
            ("acknowledge", "We have the complaint"),
            ("tell", "A word on the progress"),
            ("answer", "An answer"),
        ],
        string="What It Is",
        required=True,
        default="tell",
    )
    channel = fields.Selection(
        selection="_selection_channel", string="Way", required=True, default=BEST
    )
    way = fields.Char("Goes by", compute="_compute_way")
    is_by_hand = fields.Boolean(compute="_compute_way")
    canned_text_id = fields.Many2one(
        "complaint.canned.text",
        domain="[('addressee', 'in', [False, addressee])]",
    )
    filled = fields.Text(readonly=True)
    text = fields.Text(required=True)
    preview = fields.Text("They Get", compute="_compute_preview")
    is_struck = fields.Boolean(compute="_compute_preview")
    attachment_ids = fields.Many2many(
        "ir.attachment", string="Files", bypass_search_access=True
    )
    refusal = fields.Char("Why Not Sent", readonly=True)

    @api.model
    def _selection_channel(self):
        """Return the ways one chooses from; the others are for proofs."""
        channel = self.env["complaint.dispatch"]._fields["channel"]
        labels = dict(channel._description_selection(self.env))
        names = (*AUTOMATIC, "phone", "hand", "post")
        return [
            (BEST, self.env._("The best way")),
            *((name, labels[name]) for name in names),
        ]

    def _refuse_hidden(self):
        """OVERRIDE: a dialog of a case tells nothing to who may not write to its people."""
        result = super()._refuse_hidden()
        if self.ticket_id._filtered_access("write") != self.ticket_id:
            raise AccessError(self.env._("You may not write to people of this case."))
        return result

    # ----------------------------------------------------------------------
    # Computes
    # ----------------------------------------------------------------------

    @api.depends("ticket_id")
    def _compute_told_transfer_ids(self):
        for wizard in self:
            wizard.told_transfer_ids = wizard.ticket_id._told_transfers()

    @api.depends("ticket_id", "addressee", "respondent_id", "transfer_id", "channel")
    @api.depends_context("uid", "lang")
    def _compute_way(self):
        dispatches = self.env["complaint.dispatch"]
        labels = dict(self._selection_channel())
        for wizard in self:
            channel = wizard.channel
            if channel == BEST:
                vals = wizard._addressee_vals()
                channel = vals and dispatches._channels_of(vals)[0]
            wizard.way = labels.get(channel)
            wizard.is_by_hand = bool(channel) and channel not in AUTOMATIC

    @api.depends("ticket_id", "addressee", "text", "attachment_ids")
    def _compute_preview(self):
        """Show what others get of a case that is not open, files by name.

        The vault is not read: what it alone knows is taken out when the message leaves.
        """
        for wizard in self:
            case = wizard.ticket_id
            wizard.preview = wizard.is_struck = False
            if case and case._leaves_unnamed(wizard.addressee):
                office = case.with_context(lang=case._paper_lang())
                typed = "\n".join(
                    [wizard.text or "", *wizard.attachment_ids.mapped("name")]
                )
                wizard.preview = office._leaving_preview(wizard.addressee, typed)
                wizard.is_struck = wizard.preview != paper_text.clean(typed)

    def _addressee_vals(self):
        """Return whom one message is for as the case says it, or nothing.

        Nothing as well for who may not write the case: whether there is an address is
        none of their business.
        """
        ticket = self.ticket_id
        if not ticket or not ticket.has_access("write"):
            return None
        try:
            return ticket._prepare_told_vals(
                self.addressee, self.respondent_id._origin, self.transfer_id._origin
            )
        except UserError:
            return None

    @api.onchange("addressee")
    def _onchange_addressee(self):
        """Name the one whom it can only be."""
        ticket, canned = self.ticket_id, self.canned_text_id
        respondents, transfers = ticket.respondent_ids, self.told_transfer_ids
        if self.addressee == "respondent" and len(respondents) == 1:
            self.respondent_id = respondents
        if self.addressee == "body" and len(transfers) == 1:
            self.transfer_id = transfers
        if canned.addressee and canned.addressee != self.addressee:
            self.canned_text_id = False

    @api.onchange("canned_text_id")
    def _onchange_canned_text_id(self):
        """Put a canned text in, below what somebody typed."""
        if not self.canned_text_id:
            return
        filled = self.canned_text_id._fill(self.ticket_id)
        typed = (self.text or "").replace(self.filled or "", "").strip()
        self.text = "\n\n".join(part for part in (typed, filled) if part)
        self.filled = filled

    # ----------------------------------------------------------------------
    # Sending
    # ----------------------------------------------------------------------

    def action_confirm(self):
        """Send the message.

        :return: the action that says which way it goes; or the dialog again, with the
            complainant's name taken out of the text
        :raise AccessError, UserError: see ``helpdesk.ticket._write_to``
        """
        self.ensure_one()
        self.ticket_id.check_access("write")
        self._free_files()
        if self._hide_names():
            return self._again()
        channel = False if self.channel == BEST else self.channel
        if self.addressee == "complainant":
            self.ticket_id.action_write_to_complainant(
                self.text, self._own_files(), self.duty, channel
            )
        else:
            self.ticket_id._write_to(
                self.addressee,
                self.text,
                self.respondent_id,
                self.transfer_id,
                self.attachment_ids,
                channel,
            )
        return self._done()

    def _hide_names(self):
        """Take who complained in an open case out of a text for others.

        :return: whether there was anything
        """
        ticket, text = self.ticket_id, self.text or ""
        if self.addressee == "complainant" or not ticket._names_left(
            self.addressee, text, self.attachment_ids
        ):
            return False
        hide = ticket._identity_redactor()
        self.write({"text": hide(text), "refusal": ticket._names_left_text()})
        return True

    def _own_files(self):
        """Return the ids of the files, as a message takes them for its own."""
        # sudo: ir.attachment - the user's own uploads get their owner
        new = self.attachment_ids.sudo().filtered(
            lambda file: not file.res_id and file.create_uid == self.env.user
        )
        new.write({"res_model": "mail.compose.message"})
        return self.attachment_ids.ids

    def _again(self):
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Write to Them"),
            "res_model": self._name,
            "res_id": self.id,
            "views": [(False, "form")],
            "target": "new",
        }

    def _done(self):
        """Return the action that closes the dialog and says how the message goes."""
        text, kind = self.env._("On its way: %s", self.way), "success"
        if self.is_by_hand:
            kind = "warning"
            text = self.env._(
                "%s: it waits under “To hand over” until somebody proves that it "
                "arrived.",
                self.way,
            )
        # what was typed may name somebody, and is on file
        self.unlink()
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": kind,
                "message": text,
                "next": {"type": "ir.actions.act_window_close"},
            },
        }
