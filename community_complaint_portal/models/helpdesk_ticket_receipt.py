from odoo import models
from odoo.exceptions import AccessError, UserError

from odoo.addons.community_complaint.tools.arguments import takes, text

from ..tools.receipts import show_code

CUSTODIAN = "community_complaint.group_complaint_custodian"
CLERK = "community_complaint.group_complaint_clerk"


class HelpdeskTicket(models.Model):
    """Receipt codes: the way to a case for people without an account or a name.

    EXPOSED API: :meth:`action_give_receipt`.
    """

    _inherit = "helpdesk.ticket"

    # ----------------------------------------------------------------------
    # EXPOSED API
    # ----------------------------------------------------------------------

    @takes(reason=text)
    def action_give_receipt(self, reason=None):
        """Show a new receipt code of one case, once.

        Whoever registers a complaint hands out the first one. Another one is up to an
        identity custodian, who says how it was checked that the right person asks.

        :param reason: how it was checked; without it a dialog asks if it is needed
        :raise AccessError: for who may not
        :raise UserError: if the case needs no code
        """
        self.ensure_one()
        self.check_access("read")
        if self.confidentiality == "open":
            raise UserError(
                self.env._(
                    "The office knows who complained in %s: no code is needed.",
                    self.number,
                )
            )
        again = bool(self._receipts())
        self._check_may_give_receipt(again)
        if again and not reason:
            return self._receipt_wizard()
        receipts = self.env["complaint.receipt"]
        code = receipts._new_code()
        receipts._issue(self, code)
        self._log_receipt(again, reason)
        return self._receipt_slip(code)

    # ----------------------------------------------------------------------
    # Business
    # ----------------------------------------------------------------------

    def _receipts(self):
        """Return the receipts of cases, with sudo."""
        # sudo: complaint.receipt - whether there is one; its code is nowhere
        return (
            self.env["complaint.receipt"].sudo().search([("ticket_id", "in", self.ids)])
        )

    def _check_may_give_receipt(self, again):
        """Check that the user may give out a code.

        :raise AccessError: otherwise
        """
        groups = (CUSTODIAN,) if again else (CUSTODIAN, CLERK)
        if not any(self.env.user.has_group(group) for group in groups):
            raise AccessError(
                self.env._(
                    "A code was given out already. Only an identity custodian gives "
                    "out another one, after a check."
                )
                if again
                else self.env._("Only who registers complaints gives out codes.")
            )

    def _receipt_wizard(self):
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("New Receipt Code"),
            "res_model": "complaint.receipt.wizard",
            "view_mode": "form",
            "target": "new",
            "context": {"default_ticket_id": self.id},
        }

    def _log_receipt(self, again, reason):
        """Note that a code was given out; never the code."""
        reason = self._without_names(reason)
        self.env["complaint.log"]._record(
            "receipt_given", self, {"again": again, "reason": reason}
        )
        body = self.env._("A receipt code was given out.")
        if again:
            body = self.env._(
                "A new receipt code was given out, the old one is void. Checked: %s",
                reason,
            )
        # sudo: helpdesk.ticket - a custodian writes nothing else of a case
        self.sudo()._message_log(body=body)

    def _receipt_slip(self, code):
        """Return the action that shows a code and prints it; it is stored nowhere.

        :param code: the 16 digits
        :return: the client action ``complaint_receipt_slip``
        """
        return {
            "type": "ir.actions.client",
            "tag": "complaint_receipt_slip",
            "params": {
                "title": show_code(code),
                "heading": self.env._("Receipt Code"),
                "office": self.company_id.name,
                "message": self.env._("Receipt code of complaint %s", self.number),
                "url": f"{self.get_base_url()}/complaints/track",
                "lines": [
                    self.env._(
                        "With it you see how far your complaint is, read and write "
                        "messages and add files, without giving your name."
                    ),
                    self.env._(
                        "Keep it safe and show it to nobody. At the office it can be "
                        "read to you, too."
                    ),
                ],
                "warning": self.env._(
                    "Nobody can show this code again. Print it, or write it down for "
                    "the complainant, before you close this window."
                ),
                "next": {"type": "ir.actions.act_window_close"},
            },
        }

    # ----------------------------------------------------------------------
    # Messages postpone
    # ----------------------------------------------------------------------

    def _post_from_complainant(self, text, *args, **kwargs):
        """OVERRIDE: who writes keeps the code alive."""
        message = super()._post_from_complainant(text, *args, **kwargs)
        self._receipts()._postpone()
        return message

    def action_write_to_complainant(self, *args, **kwargs):
        """OVERRIDE: who is written to must be able to read it."""
        result = super().action_write_to_complainant(*args, **kwargs)
        self._receipts()._postpone()
        return result
