from odoo import api, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain

from odoo.addons.community_complaint.models.complaint_identity_contact import CONTACT
from odoo.addons.community_complaint.models.helpdesk_ticket_desk import Tile
from odoo.addons.community_complaint.tools.arguments import takes, text
from odoo.addons.community_complaint.tools.roles import CUSTODIAN
from odoo.addons.community_complaint.tools.steps import CLERK, LEADER

from ..tools.receipts import show_code


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

        Who takes down a complaint hands out the first one, on that day: the complainant
        stands before them. Any other is up to an identity custodian, who says how it was
        checked that the right person asks, and to a second person who approves it: whoever
        holds the code acts as the complainant. The old one is good until the new one is
        shown, and the complainant is told where the office writes to.

        :param reason: how it was checked; without it a dialog asks if it is needed
        :return: the action that shows the code, or that it was asked for
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
        if self._is_first_receipt():
            return self._give_receipt(self.env["complaint.disclosure"])
        self._check_custodian_gives_receipt()
        disclosures = self.env["complaint.disclosure"]
        if approved := disclosures._approved_receipt(self):
            return self._give_receipt(approved)
        if not (reason or "").strip():
            return self._receipt_wizard()
        disclosures._request_receipt(self, reason)
        return self._receipt_asked_for()

    # ----------------------------------------------------------------------
    # Business
    # ----------------------------------------------------------------------

    def _give_receipt(self, approved):
        """Give out a new code of one case.

        :param approved: the request that somebody else approved; empty for the first one
        :return: the action that shows the code
        """
        again = bool(self._receipts())
        receipts = self.env["complaint.receipt"]
        code = receipts._new_code()
        receipts._issue(self, code)
        self._log_receipt(again, approved)
        if approved:
            approved._do_step("end")
            self._tell_new_receipt()
        return self._receipt_slip(code)

    def _tell_new_receipt(self):
        """Tell the complainant of one case where they are written to, now and before."""
        dispatches = self.env["complaint.dispatch"]
        # sudo: helpdesk.ticket - the office itself tells its complainant
        case = self.sudo()
        text = case.with_context(lang=case._paper_lang())._new_receipt_text()
        told = [
            {
                "ticket_id": case.id,
                "addressee": "complainant",
                "to_former": former,
                "channel": channel,
                "content": text,
            }
            for former in (False, True)
            for channel in CONTACT.values()
        ]
        dispatches._queue(
            [
                vals
                for vals in told
                if dispatches._can_use(vals["channel"], vals)
                and dispatches._address_of(vals["channel"], vals)
            ]
        )

    def _new_receipt_text(self):
        """Return what the complainant is told of a new code, naming nobody."""
        return self.env._(
            "The office gave out a new receipt code for the matter %(number)s; the old one "
            "opens nothing any more. Was it not you? Please call %(phone)s.",
            number=self.number,
            phone=self.company_id.phone or "",
        )

    def _receipt_asked_for(self):
        """Return the action that says that somebody else decides."""
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "info",
                "message": self.env._(
                    "Another identity custodian or a leader decides. Then press “Receipt "
                    "Code” again: the new code is shown, and the old one is void."
                ),
                "next": {"type": "ir.actions.act_window_close"},
            },
        }

    def _receipts(self):
        """Return the receipts of cases, with sudo."""
        # sudo: complaint.receipt - whether there is one; its code is nowhere
        return (
            self.env["complaint.receipt"].sudo().search([("ticket_id", "in", self.ids)])
        )

    def _is_first_receipt(self):
        """Return whether the user took one case down today and gave out no code yet."""
        return (
            self.env.user.has_group(CLERK)
            and bool(self._taken_today())
            and not self._receipts()
        )

    def _check_custodian_gives_receipt(self):
        """Check that the user may give out a code of a case taken down before.

        :raise AccessError: otherwise
        """
        if self.env.user.has_group(CUSTODIAN):
            return
        raise AccessError(
            self.env._(
                "Who takes down a complaint gives out its code on that day. Any other "
                "code is given out by an identity custodian, after a check."
            )
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

    def _log_receipt(self, again, approved):
        """Note that a code was given out; never the code."""
        reason = approved.reason
        self.env["complaint.log"]._record(
            "receipt_given",
            self,
            {
                "again": again,
                "reason": reason,
                "approved_by": approved.decided_by_id.login,
            },
        )
        body = self.env._("A receipt code was given out.")
        if again:
            body = self.env._(
                "A new receipt code was given out, the old one is void. Checked: %s",
                reason,
            )
        elif reason:
            body = self.env._("A receipt code was given out. Checked: %s", reason)
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
    # My desk
    # ----------------------------------------------------------------------

    @api.model
    def _desk_tiles(self):
        """OVERRIDE: leaders decide on new codes as custodians do."""
        tiles = super()._desk_tiles()
        if self.env.user.has_group(LEADER):
            tiles.append(
                Tile("new_codes", "leader", LEADER, "complaint.disclosure", "warning")
            )
        return tiles

    @api.model
    def _desk_labels(self):
        return {**super()._desk_labels(), "new_codes": self.env._("New receipt codes")}

    def _desk_domain_new_codes(self):
        return self._desk_domain_requests() & Domain("receipt", "=", True)

    # ----------------------------------------------------------------------
    # Messages postpone
    # ----------------------------------------------------------------------

    def _post_from_complainant(self, text, *args, **kwargs):
        """OVERRIDE: who writes keeps the code alive."""
        message = super()._post_from_complainant(text, *args, **kwargs)
        if not self.env.context.get("complaint_first_words"):
            self._receipts()._postpone()
        return message

    def action_write_to_complainant(self, *args, **kwargs):
        """OVERRIDE: who is written to must be able to read it."""
        result = super().action_write_to_complainant(*args, **kwargs)
        self._receipts()._postpone()
        return result
