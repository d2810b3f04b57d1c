from base64 import encodebytes

from odoo import api, models

from ..tools import vault
from .complaint_inbound_mail_route import Place


class ComplaintInboundSms(models.AbstractModel):
    """Answers by text message, kept and sorted like e-mails.

    They come from the provider, which proves itself: whose number it is can be trusted
    as far as telephones can. What comes from the complainant's own number is added to
    the case that this number was last told of; everything else waits for a person.
    """

    _name = "complaint.inbound.sms"
    _description = "Incoming Text Messages"

    @api.model
    def _receive_sms(self, number, text, key):
        """Keep a text message and sort it.

        :param number: who sent it
        :param key: the provider's number of this message
        :return: id of the complaint it belongs to, ``False`` if there is none yet
        """
        place = self._place_of_sms(number)
        if not place:
            return False
        return self._receive(_as_mail(number, text, key), place)

    @api.model
    def _place_of_sms(self, number):
        """Return the :class:`Place` of a text message, ``None`` without a desk."""
        # sudo: helpdesk.ticket.team - where a message goes is no matter of rights
        teams = self.env["helpdesk.ticket.team"].sudo()
        ticket = self.env["complaint.dispatch"]._last_to_number(number).ticket_id
        desk = ticket.team_id or teams.search([("regulation_id", "!=", False)], limit=1)
        if not desk:
            return None
        company = desk.company_id or self.env.company
        reason = "" if ticket else "sms"
        return Place(desk, ticket, company, reason=reason, kind="sms")

    def _decide_sms(self, head):
        """Return ``(state, reason)`` of a text message on a case."""
        known = vault.phone_key(self.ticket_id.identity_ids[:1].phone)
        if known and known == vault.phone_key(head.sender_name):
            return "reply", False
        return "held", "stranger"


def _as_mail(number, text, key):
    """Return a text message as the bytes of a mail.

    >>> print(_as_mail("138\\r\\nBcc: x", "好", "k 1").decode())
    From: 138
    Message-ID: <k1@sms>
    Content-Type: text/plain; charset=utf-8
    Content-Transfer-Encoding: base64
    <BLANKLINE>
    5aW9
    <BLANKLINE>
    """
    digits = "".join(
        char for char in number.partition("\r")[0] if char in "+0123456789"
    )
    name = "".join(char for char in key if char.isascii() and char.isalnum())[:64]
    head = [f"From: {digits}"]
    if name:
        head.append(f"Message-ID: <{name}@sms>")
    head += [
        "Content-Type: text/plain; charset=utf-8",
        "Content-Transfer-Encoding: base64",
    ]
    body = encodebytes(text.encode("utf-8", "replace")).decode()
    return ("\n".join(head) + "\n\n" + body).encode()
