from markupsafe import Markup

from odoo import models
from odoo.exceptions import UserError
from odoo.tools import html2plaintext, plaintext2html
from odoo.tools.mail import email_split_tuples

#: Headers by which machines say that nobody wrote this mail.
_AUTOMATIC = {
    "Auto-Submitted": ("auto-", "auto_"),
    "Precedence": ("bulk", "junk", "list", "auto_reply"),
    "X-Autoreply": ("",),
    "X-Autorespond": ("",),
    "List-Id": ("",),
}


class HelpdeskTicket(models.Model):
    """Messages between the office and the complainant, by mail and portal.

    EXPOSED API: :meth:`_post_from_complainant`, :meth:`action_write_to_complainant`.
    """

    _inherit = "helpdesk.ticket"

    # ----------------------------------------------------------------------
    # Messages
    # ----------------------------------------------------------------------

    def _post_from_complainant(self, text, attachments=(), note=None):
        """Add what the complainant wrote; the author is nobody in particular.

        :param text: plain text
        :param attachments: list of ``(name, bytes)``
        :param note: a remark of the office's service above the text
        """
        self.ensure_one()
        body = plaintext2html(text or "")
        if note:
            body = Markup("<p><i>%s</i></p>") % note + body
        # sudo: helpdesk.ticket - the complainant's own words, the caller checked whose
        return self.sudo().message_post(
            body=body,
            attachments=list(attachments),
            author_id=self.env.ref("community_complaint.partner_complainant").id,
            email_from=False,
            message_type="comment",
            subtype_xmlid="community_complaint.mt_from_complainant",
        )

    def action_write_to_complainant(self, body, attachment_ids=None):
        """Write to the complainant: shown in the portal, mailed if there is an address.

        :param body: plain text
        """
        self.ensure_one()
        self.check_access("write")
        if not (body or "").strip():
            raise UserError(self.env._("The message is empty."))
        message = self.message_post(
            body=plaintext2html(body),
            attachment_ids=attachment_ids or [],
            message_type="comment",
            subtype_xmlid="community_complaint.mt_to_complainant",
        )
        self._mail_complainant(message.body)
        return True

    def _mail_complainant(self, body, automatic=False):
        """Queue a mail to the complainants that left an address."""
        mails = []
        for ticket in self:
            # sudo: complaint.identity - the address is used, not shown
            address = ticket.sudo().identity_ids[:1].email
            if not address:
                continue
            mails.append(
                {
                    "subject": ticket.number,
                    "body_html": body,
                    "email_to": address,
                    "email_from": ticket.company_id.email_formatted
                    or self.env.user.company_id.email_formatted,
                    "reply_to": ticket.team_id.alias_id.display_name
                    if ticket.team_id.alias_id.alias_domain_id
                    else False,
                    "auto_delete": True,
                    "message_type": "email_outgoing",
                    "headers": repr({"Auto-Submitted": "auto-replied"})
                    if automatic
                    else False,
                }
            )
        # sudo: mail.mail - the queue; who may write to the complainant was checked
        return self.env["mail.mail"].sudo().create(mails)

    # ----------------------------------------------------------------------
    # The gateway
    # ----------------------------------------------------------------------

    def _take_mail(self, desk, ticket_id, message, message_dict):
        """Make a case of a mail, or a reply on one.

        :return: ``(complaint, "case" or "reply")``
        """
        ticket = self.browse(ticket_id).exists() if ticket_id else self.browse()
        if ticket:
            ticket._take_reply(message, message_dict)
            return ticket, "reply"
        ticket = self.create(self._prepare_mail_vals(desk, message_dict))
        text = html2plaintext(message_dict.get("body") or "")
        ticket._post_from_complainant(text, self._mail_files(message_dict))
        if not self._is_automatic(message):
            ticket._acknowledge()
        return ticket, "case"

    def _prepare_mail_vals(self, desk, message_dict):
        """Return the values of a complaint that came by mail."""
        channels = desk.regulation_id.channel_ids
        names = email_split_tuples(message_dict.get("email_from") or "")
        name, address = names[0] if names else ("", "")
        body = message_dict.get("body") or ""
        return {
            "team_id": desk.id,
            "name": (message_dict.get("subject") or "").strip() or False,
            "description": body or Markup("<p>%s</p>") % self.env._("(no text)"),
            "channel_id": channels.filtered(
                lambda channel: channel.complaint_kind == "email"
            )[:1].id,
            "written_form": True,
            "complainant_name": name or address,
            "complainant_email": address,
        }

    def _take_reply(self, message, message_dict):
        """Add a reply to a case; a mail never changes what state the case is in.

        Anybody may know a Message-Id and write any From: what does not come from the
        complainant's own address is marked.
        """
        # sudo: complaint.identity - compared, not shown
        known = self.sudo().identity_ids[:1].email
        sender = self._complaint_sender(message_dict)
        note = None
        if not known or sender != (known or "").strip().lower():
            note = self.env._(
                "This e-mail did not come from the complainant's address. Check who "
                "wrote it before you rely on it."
            )
        text = html2plaintext(message_dict.get("body") or "")
        self._post_from_complainant(text, self._mail_files(message_dict), note)
        leader = self.user_id or self.team_id.user_id
        if leader and not self._is_automatic(message):
            self.activity_schedule(
                "mail.mail_activity_data_todo",
                summary=self.env._("Read the complainant's e-mail"),
                user_id=leader.id,
            )

    def _mail_files(self, message_dict):
        """Return the attachments of a mail as ``[(name, bytes)]``."""
        return [
            (item[0] or "attachment", item[1])
            for item in message_dict.get("attachments") or ()
        ]

    def _is_automatic(self, message):
        """Tell whether a machine wrote a mail; such mail is never answered."""
        for header, starts in _AUTOMATIC.items():
            value = (message.get(header) or "").strip().lower()
            if header in message and value != "no" and value.startswith(starts):
                return True
        return (message.get("Return-Path") or "").strip() == "<>"

    def _acknowledge(self):
        """Tell the senders of new cases their number, once."""
        for ticket in self:
            office = ticket.with_context(lang=ticket._paper_lang())
            text = office.env._(
                "We have received your complaint. Its number is %(number)s. Please give "
                "it whenever you write to us. We will tell you whether we accept it.",
                number=ticket.number,
            )
            ticket._mail_complainant(plaintext2html(text), automatic=True)
