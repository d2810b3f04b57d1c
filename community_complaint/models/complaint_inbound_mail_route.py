import ast
import re
import unicodedata
from itertools import islice
from typing import NamedTuple

from odoo import api, models
from odoo.fields import Domain
from odoo.tools import consteq

from ..tools.kept import office_hmac
from ..tools.mail_header import parse_head
from ..tools.mail_report import own_ids

#: What a case number looks like in a subject, once full width and dashes are plain: Chinese
#: letters around it are none of it.
_NUMBER = re.compile(r"(?<![A-Z\d])([A-Z]{0,12}) ?(\d{4}) ?- ?(\d{5,12})(?!\d)")
_DASHES = re.compile("[\u2010-\u2015\u2212\u30fc\ufe58\ufe63\uff0d\u2500\u4e00]")
_MOST_NUMBERS = 20
_SCOPE = "community_complaint.mail"


class Place(NamedTuple):
    """Where a mail belongs.

    :param desks: complaint desks it is addressed to
    :param ticket: complaint it answers
    :param company: whose mail it is
    :param reason: why a person has to look at it, whatever is in it
    :param others: it is for somebody else, too
    :param kind: ``email`` or ``sms``
    """

    desks: models.BaseModel
    ticket: models.BaseModel
    company: models.BaseModel
    reason: str = ""
    others: bool = False
    kind: str = "email"


class ComplaintInboundMailRoute(models.AbstractModel):
    """Which mail is for a complaint desk. Looks at the head only, never raises."""

    _name = "complaint.inbound.mail.route"
    _description = "Routing of Incoming E-mails"

    @api.model
    def _find_place(self, content, model=None, thread_id=None, custom_values=None):
        """Return the place of a mail, ``None`` if it is no matter of complaint desks.

        :param content: the mail's bytes
        :param model: what the gateway falls back on, as in ``message_process``
        """
        head = parse_head(content)
        ticket, answers_others = self._find_answered(head, content)
        aliases = self._find_aliases(head.recipients)
        desks = self._desks_of(aliases, model, custom_values)
        ordinary = aliases - desks.alias_id
        if not ticket:
            ticket = self._find_numbered(head, desks)
        if not (ticket or desks):
            ticket = self._find_thread(aliases, model, thread_id)
        if ticket and desks and ticket.company_id not in desks.company_id:
            # another office's case: its number or Message-Id proves nothing here
            ticket = ticket.browse()
        if ticket or desks:
            company = (ticket or desks[:1]).company_id or self.env.company
            return Place(desks, ticket, company, others=bool(ordinary))
        if ordinary or answers_others or head.automatic == "bounce":
            return None
        return self._place_of_nobody(head, model)

    @api.model
    def _place_of_route(self, route):
        """Return the place a route of the base leads to, ``None`` if not to a complaint."""
        model, thread_id, custom_values, _user_id, alias = route
        if model != "helpdesk.ticket":
            return None
        ticket = self._complaint(thread_id)
        aliases = alias if alias else self.env["mail.alias"]
        desks = ticket.team_id or self._desks_of(
            aliases if not thread_id else aliases.browse(), model, custom_values
        )
        company = (ticket or desks[:1]).company_id or self.env.company
        return Place(desks, ticket, company) if ticket or desks else None

    # ----------------------------------------------------------------------
    # Replies
    # ----------------------------------------------------------------------

    @api.model
    def _find_answered(self, head, content):
        """Return ``(complaint, True if it answers something else)``."""
        own = [self._read_message_id(reference) for reference in head.references]
        if head.automatic == "bounce":
            # servers send the head of our mail back in the body of theirs
            own += [case for case, _nonce in self._own_mails(content)]
        if ticket_id := next(filter(None, own), None):
            return self._complaint(ticket_id), False
        nothing = self._complaint(False)
        if not head.references:
            return nothing, False
        if ticket := self._find_own_again(head):
            return ticket, False
        # sudo: mail.message - where a mail goes is no matter of rights
        message = (
            self.env["mail.message"]
            .sudo()
            .search([("message_id", "in", head.references)], order="id desc", limit=1)
        )
        if message.model != "helpdesk.ticket":
            return nothing, bool(message.model)
        ticket = self._complaint(message.res_id)
        return ticket, not ticket

    @api.model
    def _find_own_again(self, head):
        """Return the complaint that a mail of the same sender made, which this answers."""
        marks = [
            mark for ref in head.references for mark in self._marks("mail id", ref)
        ]
        # sudo: complaint.inbound.mail - where a mail goes is no matter of rights
        first = self.sudo().search(
            [
                ("message_key", "in", marks),
                ("sender_key", "in", self._marks("mail sender", head.sender)),
                ("ticket_id", "!=", False),
            ],
            order="id desc",
            limit=1,
        )
        return self._complaint(head.sender and first.ticket_id.id)

    @api.model
    def _find_numbered(self, head, desks):
        """Return the complaint whose number the subject gives, of the addressed office."""
        return self._find_by_numbers(numbers_in(head.subject), desks)

    @api.model
    def _find_by_numbers(self, numbers, desks):
        """Return the complaint of the desks' offices that has one of some numbers."""
        if not (numbers and desks):
            return self._complaint(False)
        # sudo: helpdesk.ticket - where a mail goes is no matter of rights
        return (
            self.env["helpdesk.ticket"]
            .sudo()
            .with_context(active_test=False)
            .search(
                [
                    ("number", "in", numbers),
                    ("is_complaint", "=", True),
                    ("company_id", "in", desks.company_id.ids),
                ],
                limit=1,
            )
        )

    @api.model
    def _find_thread(self, aliases, model, thread_id):
        """Return the complaint that an alias or the gateway's own call names."""
        forced = aliases.filtered(
            lambda alias: (
                alias.alias_force_thread_id
                and alias.alias_model_id.model == "helpdesk.ticket"
            )
        )
        if forced:
            thread_id = forced[0].alias_force_thread_id
        elif aliases or model != "helpdesk.ticket":
            thread_id = False
        return self._complaint(thread_id)

    @api.model
    def _complaint(self, ticket_id):
        """Return a complaint by its id, empty if there is none."""
        # sudo: helpdesk.ticket - where a mail goes is no matter of rights
        tickets = self.env["helpdesk.ticket"].sudo().with_context(active_test=False)
        if not (isinstance(ticket_id, int) and ticket_id):
            return tickets
        return tickets.browse(ticket_id).exists().filtered("is_complaint")

    # ----------------------------------------------------------------------
    # Addresses
    # ----------------------------------------------------------------------

    @api.model
    def _find_aliases(self, recipients):
        """Return the aliases that addresses belong to, as the base matches them."""
        # sudo: mail.alias - where a mail goes is no matter of rights
        aliases = self.env["mail.alias"].sudo()
        if not recipients:
            return aliases
        names = [address.partition("@")[0] for address in recipients]
        return aliases.search_fetch(
            Domain("alias_full_name", "in", recipients)
            | (
                Domain("alias_name", "in", names)
                & Domain("alias_incoming_local", "=", 1)
            )
        )

    @api.model
    def _desks_of(self, aliases, model, custom_values):
        """Return the complaint desks of aliases, or of the gateway's own call."""
        given = [_defaults(alias).get("team_id") for alias in aliases]
        if model == "helpdesk.ticket" and not aliases:
            given.append((custom_values or {}).get("team_id"))
        given = [team for team in given if isinstance(team, int)]
        # sudo: helpdesk.ticket.team - where a mail goes is no matter of rights
        teams = self.env["helpdesk.ticket.team"].sudo().with_context(active_test=False)
        if not (aliases or given):
            return teams
        return teams.search_fetch(
            Domain("regulation_id", "!=", False)
            & (Domain("alias_id", "in", aliases.ids) | Domain("id", "in", given))
        )

    @api.model
    def _place_of_nobody(self, head, model):
        """Return the place of a mail that leads nowhere: the intake desk of its office.

        :return: ``None`` if the base or another office knows what to do with it
        """
        desk, domains = self._intake_desk(head)
        if not desk or self._is_taken_elsewhere(desk, model):
            return None
        if {*domains.mapped("bounce_email")} & {*head.recipients}:
            return None
        catchall = {*domains.mapped("catchall_email")} & {*head.recipients}
        return Place(
            desk,
            self._complaint(False),
            desk.company_id,
            reason="catchall" if catchall else "unroutable",
            others=bool(catchall),
        )

    @api.model
    def _intake_desk(self, head):
        """Return ``(desk, domains)``: who looks at mail for nobody, of the addressed office.

        None for a domain whose companies have no desk.
        """
        # sudo: helpdesk.ticket.team - where a mail goes is no matter of rights
        teams = self.env["helpdesk.ticket.team"].sudo()
        desks = teams.search([("regulation_id", "!=", False)])
        names = {address.partition("@")[2] for address in head.recipients}
        # sudo: mail.alias.domain - where a mail goes is no matter of rights
        domains = self.env["mail.alias.domain"].sudo()
        domains = domains.search([("name", "in", [*names])])
        if domains:
            desks = desks.filtered(
                lambda desk: desk.company_id.alias_domain_id in domains
            )
        own = desks.filtered(lambda desk: desk.company_id == self.env.company)
        return (own or desks)[:1], domains

    @api.model
    def _place_of_rest(self, head):
        """Return the place where a mail is kept that the base deals with, or ``None``."""
        desk, _domains = self._intake_desk(head)
        if not desk:
            return None
        company = desk.company_id or self.env.company
        return Place(desk, self._complaint(False), company, reason="unroutable")

    @api.model
    def _is_of_others(self, head, model):
        """Return whether a mail that the base gave to nobody is theirs to ignore."""
        # sudo: mail.alias.domain, mail.message - where a mail goes is no matter of rights
        names = [address.rpartition("@")[2] for address in head.recipients]
        domains = self.env["mail.alias.domain"].sudo().search([("name", "in", names)])
        messages = self.env["mail.message"].sudo()
        return (
            bool(model and model != "helpdesk.ticket")
            or bool({*domains.mapped("bounce_email")} & {*head.recipients})
            or bool(self._find_aliases(head.recipients))
            or bool(
                head.message_id
                and messages.search_count(
                    [("message_id", "=", head.message_id)], limit=1
                )
            )
        )

    @api.model
    def _is_taken_elsewhere(self, teams, model):
        """Tell whether the gateway's fallback is a model of somebody else."""
        if model != "helpdesk.ticket":
            return bool(model)
        return bool(teams.search_count([("regulation_id", "=", False)], limit=1))

    # ----------------------------------------------------------------------
    # Message-Ids
    # ----------------------------------------------------------------------

    @api.model
    def _make_message_id(self, ticket_id, nonce, domain):
        """Return a Message-Id that leads an answer back to a case.

        Signed, so that it need not be stored and cannot be made up.
        """
        sign = self._sign(ticket_id, nonce)
        return f"<case.{ticket_id}.{nonce}.{sign}@{domain or 'localhost'}>"

    @api.model
    def _read_message_id(self, message_id):
        """Return the id of the case that one of our Message-Ids names, or ``None``."""
        known = self._own_mails(message_id.encode("utf-8", "replace"))
        return known[0][0] if known else None

    @api.model
    def _own_mails(self, content):
        """Return ``[(case, nonce)]`` of the Message-Ids of ours that are in some bytes."""
        return [
            (case, nonce)
            for case, nonce, sign in own_ids(content)
            if consteq(self._sign(case, nonce), sign)
        ]

    @api.model
    def _sign(self, ticket_id, nonce):
        # sudo: ir.config_parameter - the secret is used, not shown
        return office_hmac(self.sudo().env, _SCOPE, f"{ticket_id}.{nonce}")[:16]


def numbers_in(subject):
    """Return the case numbers a subject may name, however they are written in it.

    >>> numbers_in("关于ts2026-00001的补充"), numbers_in("回复ＴＳ２０２６－００００１号")
    (['TS2026-00001', 'S2026-00001', '2026-00001'], ['TS2026-00001', 'S2026-00001', '2026-00001'])
    >>> numbers_in("Re:TS2026—00001"), numbers_in("电话 021-66889900"), numbers_in("TS 2026 - 00001")
    (['TS2026-00001', 'S2026-00001', '2026-00001'], [], ['TS2026-00001', 'S2026-00001', '2026-00001'])
    """
    text = _DASHES.sub("-", unicodedata.normalize("NFKC", subject)).upper()
    found = []
    for match in islice(_NUMBER.finditer(text), _MOST_NUMBERS):
        letters, number = match[1], f"{match[2]}-{match[3]}"
        # other letters may be glued to it
        found += [letters[start:] + number for start in range(len(letters) + 1)]
    return list(dict.fromkeys(found))


def _defaults(alias):
    """Return the values an alias gives to new records."""
    model_id = alias.env["ir.model"]._get_id("helpdesk.ticket")
    if alias.alias_model_id.id != model_id:
        return {}
    try:
        return dict(ast.literal_eval(alias.alias_defaults or "{}"))
    except (ValueError, SyntaxError, TypeError):
        return {}
