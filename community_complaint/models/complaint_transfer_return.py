from odoo import fields, models
from odoo.exceptions import UserError

from .complaint_deadline import GOING
from .complaint_transfer import WAITING

#: Where files are uploaded with a report.
_DIALOG = "complaint.text.wizard"


class ComplaintTransfer(models.Model):
    """Cases that come back from other bodies: reported, returned, called off."""

    _inherit = "complaint.transfer"

    # ----------------------------------------------------------------------
    # EXPOSED API
    # ----------------------------------------------------------------------

    def _text_methods(self):
        return super()._text_methods() | {"action_report_back", "action_return"}

    def action_report_back(self, text=None, attachments=None):
        """Record the report of the body; the last one brings the case back.

        :param text: what was reported
        :param attachments: ``ir.attachment`` records
        """
        self._check_waiting()
        if not (text or "").strip():
            return self._ask_text(
                "action_report_back",
                self.env._("Report Back"),
                self.env._("What the other body reports"),
                with_files=True,
            )
        self._resolve(
            {
                "state": "reported",
                "report": text.strip(),
                "report_date": fields.Datetime.now(),
            }
        )
        if attachments:
            self._add_report_files(attachments)
        self._bring_back()
        return True

    def action_return(self, text=None):
        """Record that the body gave the case back, with its reason."""
        self._check_waiting()
        if not (text or "").strip():
            return self._ask_text(
                "action_return",
                self.env._("Returned"),
                self.env._("Why the other body gives it back"),
            )
        self._resolve(
            {
                "state": "returned",
                "return_reason": text.strip(),
                "return_date": fields.Datetime.now(),
            }
        )
        self._bring_back()
        return True

    # ----------------------------------------------------------------------
    # Coming back
    # ----------------------------------------------------------------------

    def _check_waiting(self):
        """Check that these were sent and wait.

        :raise UserError: otherwise
        """
        if not self or any(item.state != WAITING for item in self):
            raise UserError(self.env._("Only a transfer that was sent comes back."))
        self.check_access("write")

    def _resolve(self, vals):
        """Write how transfers ended and stop their own clocks."""
        # sudo: complaint.transfer - only the buttons write the end
        self.sudo().write(vals)
        going = self.deadline_id.filtered(lambda item: item.state in GOING)
        moments = dict.fromkeys(going, fields.Datetime.now())
        if vals["state"] == "reported":
            going._finish(moments)
        else:
            going._cancel(moments)

    def _add_report_files(self, attachments):
        """Keep the files of a report under the rights of the transfer.

        :raise UserError: for files that are not the user's own new upload
        """
        self.ensure_one()
        # sudo: ir.attachment - whose file it is, not what is in it
        foreign = attachments.sudo().filtered(
            lambda file: (
                file.create_uid != self.env.user
                or (file.res_id and file.res_model != _DIALOG)
                or file.res_model not in (False, _DIALOG, self._name)
            )
        )
        if foreign:
            raise UserError(self.env._("Upload the files of the report here."))
        # sudo: ir.attachment - the user's own upload gets its owner record
        attachments.sudo().write({"res_model": self._name, "res_id": self.id})
        # sudo: complaint.transfer - a sent one is fixed for people
        self.sudo().report_attachment_ids = attachments

    def _bring_back(self):
        """Take the cases back that no other body has any more."""
        self._log_end()
        tickets = self.ticket_id.filtered(
            lambda ticket: (
                ticket.phase == "transferred" and not ticket._waiting_transfers()
            )
        )
        reported = tickets.filtered(
            lambda ticket: "reported" in ticket._returning_transfers().mapped("state")
        )
        if reported:
            reported.action_report_back()
        if tickets - reported:
            (tickets - reported).action_take_back()
        # last: who works at the other desk does not see the case any more
        for transfer in self.filtered(lambda item: item.target_kind == "team"):
            transfer._move_case(transfer.from_team_id)

    def _settle(self):
        """Note that the cases came back with these."""
        # sudo: complaint.transfer - the step checked the role
        self.sudo().write({"settled": True})

    def _log_end(self):
        for transfer in self:
            text = transfer.report or transfer.return_reason
            transfer.ticket_id._message_log(body=f"{transfer.display_name}: {text}")

    def _cancel(self):
        """Call transfers off because their case is over."""
        self.filtered(lambda item: item.state == WAITING)._resolve(
            {"state": "cancelled"}
        )
