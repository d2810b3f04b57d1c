from base64 import encodebytes
from datetime import UTC, datetime
from email.utils import format_datetime

from odoo import api, models

from ..tools import vault
from ..tools.sms_text import is_circular, is_mobile
from ..tools.steps import FINISHED_PHASES
from .complaint_inbound_mail_route import Place, numbers_in

#: What stands for the provider where mail servers write their names.
SERVER = "sms"
#: Characters of a message that a case is made of; less says too little.
_LEAST = 8


class ComplaintInboundSms(models.AbstractModel):
    """Text messages to the office's number, kept and sorted like e-mails.

    They come from the provider, which proves itself: whose number it is can be trusted
    as far as telephones can. What names a case, or comes from a number that was told of
    one or wrote on one, is added to it if it is the complainant's own number. Other
    messages from mobile phones become cases, with the brakes of mail; the rest waits
    for a person.
    """

    _name = "complaint.inbound.sms"
    _description = "Incoming Text Messages"

    @api.model
    def _receive_sms(self, number, text, key, to="", moment=""):
        """Keep a text message and sort it.

        :param number: who sent it
        :param key: the provider's number of this message
        :param to: the office's number it was sent to, if there are several
        :param moment: when the provider had it, ISO 8601
        :return: id of the complaint it belongs to, ``False`` if there is none yet
        """
        place = self._place_of_sms(number, text, to)
        if not place:
            return False
        return self._receive(_as_mail(number, text, key, moment), place)

    @api.model
    def _place_of_sms(self, number, text="", to=""):
        """Return the :class:`Place` of a text message, ``None`` without a desk."""
        # sudo: helpdesk.ticket.team - where a message goes is no matter of rights
        teams = self.env["helpdesk.ticket.team"].sudo()
        desks = teams.search([("regulation_id", "!=", False)])
        meant = desks.filtered(
            lambda desk: to and vault.phone_key(desk.sms_number) == vault.phone_key(to)
        )
        ticket = (
            self._find_by_numbers(numbers_in(text), meant or desks)
            or self.env["complaint.dispatch"]._last_to_number(number).ticket_id
            or self._last_from_number(number)
        )
        desk = ticket.team_id or (meant or desks)[:1]
        if not desk:
            return None
        company = desk.company_id or self.env.company
        return Place(desk, ticket, company, kind="sms")

    @api.model
    def _last_from_number(self, number):
        """Return the open complaint that the last message of a number made or went to."""
        # sudo: complaint.inbound.mail - where a message goes is no matter of rights
        last = self.sudo().search(
            [
                ("kind", "=", "sms"),
                ("sender_key", "in", self._marks("mail sender", _address(number))),
                ("ticket_id", "!=", False),
                ("state", "in", ("case", "reply")),
            ],
            order="id desc",
            limit=1,
        )
        return last.ticket_id.filtered(lambda case: case.phase not in FINISHED_PHASES)

    def _decide_new_sms(self, head, mail):
        """Return ``(state, reason)`` of a text message on no case."""
        rules = self.team_id.regulation_id
        text = "".join(mail.text.split())
        if not (self.team_id.active and rules) or rules._is_before(self._legal_date()):
            reason = "desk_closed"
        elif not text:
            reason = "empty"
        elif is_circular(text):
            reason = "list"
        elif not is_mobile(head.sender_name) or len(text) < _LEAST:
            reason = "sms"
        else:
            reason = self._crowd(head)
        return ("quarantine", reason) if reason else ("case", False)

    def _decide_sms(self, head):
        """Return ``(state, reason)`` of a text message on a case."""
        known = vault.phone_key(self.ticket_id.identity_ids[:1].phone)
        if known and known == vault.phone_key(head.sender_name):
            return "reply", False
        return "held", "stranger"


def _digits(number):
    return "".join(char for char in number.partition("\r")[0] if char in "+0123456789")


def _address(number):
    """Return what a number is kept under, like the address of a mail.

    >>> _address("+86 138-0013-8000"), _address("")
    ('13800138000@sms', '')
    """
    digits = vault.phone_key(_digits(number)) or ""
    return digits and f"{digits}@{SERVER}"


def _as_mail(number, text, key, moment=""):
    """Return a text message as the bytes of a mail.

    >>> print(_as_mail("138001\\r\\nBcc: x", "好", "k 1", "2026-11-02T09:00:00+08:00").decode())
    Received: by sms; Mon, 02 Nov 2026 01:00:00 +0000
    From: "138001" <138001@sms>
    Message-ID: <k1@sms>
    Content-Type: text/plain; charset=utf-8
    Content-Transfer-Encoding: base64
    <BLANKLINE>
    5aW9
    <BLANKLINE>
    """
    name = "".join(char for char in key if char.isascii() and char.isalnum())[:64]
    address = _address(number)
    sender = f'"{_digits(number)}" <{address}>' if address else _digits(number)
    head = [*_received(moment), f"From: {sender}"]
    if name:
        head.append(f"Message-ID: <{name}@sms>")
    head += [
        "Content-Type: text/plain; charset=utf-8",
        "Content-Transfer-Encoding: base64",
    ]
    body = encodebytes(text.encode("utf-8", "replace")).decode()
    return ("\n".join(head) + "\n\n" + body).encode()


def _received(moment):
    """Return the header of when the provider had a message, in a list; none if unknown."""
    try:
        when = datetime.fromisoformat(moment)
    except ValueError:
        return []
    when = when if when.tzinfo else when.replace(tzinfo=UTC)
    return [f"Received: by {SERVER}; {format_datetime(when.astimezone(UTC))}"]
