from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import format_date

from ..tools.roles import CUSTODIAN

#: Characters of a text that stand in a list.
_SHOWN = 60


class ComplaintDispatchShow(models.AbstractModel):
    """How dispatches look in lists: to whom, what, since when. Never an address."""

    _name = "complaint.dispatch.show"
    _description = "Dispatches in Lists"

    told_name = fields.Char("Goes to", compute="_compute_told_name")
    what = fields.Char(compute="_compute_what")
    since = fields.Datetime("State since", compute="_compute_since")
    shown_proof = fields.Char("Proof or Reason", compute="_compute_shown_proof")

    @api.depends(
        "addressee", "respondent_id.name", "transfer_id", "user_id.name",
        "employee_id", "notice_id",
    )  # fmt: skip
    @api.depends_context("lang")
    def _compute_told_name(self):
        kinds = dict(self._fields["addressee"]._description_selection(self.env))
        for dispatch in self:
            dispatch.told_name = dispatch._addressee_name() or kinds.get(
                dispatch.addressee
            )

    def _addressee_name(self):
        """Return the name of one addressee, if the case names it."""
        if self.addressee == "employee":
            # a paper knows whom it is for; other messages go to users
            return self.user_id.name or self.notice_id.addressee_name
        names = {
            "respondent": self.respondent_id.name,
            "body": self.transfer_id.target_name,
            "superior": self.notice_id.addressee_name
            # sudo: res.partner - the name of a body, whoever reads the case
            or self.sudo()._superior_of(self._vals_of_addressee()).name,
            "on_duty": self.employee_id.display_name,
        }
        return names.get(self.addressee)

    @api.depends("notice_id", "content")
    @api.depends_context("lang")
    def _compute_what(self):
        for dispatch in self:
            text = " ".join((dispatch.content or "").split())
            short = text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"
            dispatch.what = dispatch.notice_id.display_name or short

    @api.depends("state", "sent_date", "delivered_date", "read_date", "next_try")
    def _compute_since(self):
        for dispatch in self:
            moments = {
                "queued": dispatch.create_date,
                "sent": dispatch.sent_date,
                "delivered": dispatch.delivered_date,
                "read": dispatch.read_date,
            }
            dispatch.since = moments.get(dispatch.state, dispatch.write_date)

    @api.depends("proof", "failure", "proof_attachment_ids", "state")
    def _compute_shown_proof(self):
        for dispatch in self:
            files = ", ".join(dispatch.proof_attachment_ids.mapped("name"))
            texts = (dispatch.proof, dispatch.failure, files)
            dispatch.shown_proof = ", ".join(filter(None, texts))

    # ----------------------------------------------------------------------
    # Letter. EXPOSED API
    # ----------------------------------------------------------------------

    def action_print_letter(self):
        """Return the action that shows messages as letters, to post or hand over.

        :raise UserError: for what has no text of its own; papers are printed themselves
        """
        self.check_access("read")
        self._check_letter()
        return self.env["complaint.form"]._open_sheets("letter", self)

    def _check_letter(self):
        """Check that these are messages with a text that may go out.

        :raise UserError: for papers, which are printed themselves, and what is held
        :raise AccessError: for what custodians print themselves
        """
        if not self or not all(self.mapped("content")):
            raise UserError(self.env._("Print the paper itself."))
        if held := self.filtered("held"):
            raise UserError(held[:1]._held_text())
        if not self.env.user.has_group(CUSTODIAN) and any(
            item.ticket_id._leaves_unnamed(item.addressee) for item in self
        ):
            raise AccessError(
                self.env._(
                    "Who complained is kept secret: an identity custodian prints what "
                    "others get."
                )
            )

    def _letter_addressee(self):
        """Return to whom one message is, as far as its reader may know."""
        if self.addressee == "complainant":
            return self.ticket_id._complainant_on_paper()
        if self.addressee == "body":
            return self.transfer_id._paper_addressee()
        return self.told_name

    # ----------------------------------------------------------------------
    # Lists
    # ----------------------------------------------------------------------

    def _last_attempts(self):
        """Return those that no other attempt followed, without what was called off."""
        return self.filtered(
            lambda item: not item.next_dispatch_id and item.state != "called_off"
        )

    def _way_label(self):
        """Return channel and state of these as a text, such as “E-mail: Sent”."""
        labels = [
            dict(self._fields[name]._description_selection(self.env))
            for name in ("channel", "state")
        ]
        return ", ".join(
            dispatch._held_since()
            if dispatch.held
            else self.env._(
                "%(channel)s: %(state)s",
                channel=labels[0].get(dispatch.channel),
                state=labels[1].get(dispatch.state),
            )
            for dispatch in self
        )

    def _held_since(self):
        """Return for whom one dispatch waits, and since when, as a text."""
        day = self.ticket_id._office_date(self.create_date)
        return self.env._(
            "Waits for an identity custodian since %s", format_date(self.env, day)
        )
