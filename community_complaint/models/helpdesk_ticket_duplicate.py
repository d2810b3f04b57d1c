import re
from collections import namedtuple
from datetime import timedelta

from markupsafe import Markup

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import format_date

from ..tools.similarity import bigrams, similarity

#: How far back the same person and the same matter are looked for.
_PERSON_DAYS = 365
_MATTER_DAYS = 180
#: Two texts this similar are probably about one matter.
_SIMILAR = 0.5
#: Open cases a new text is compared with, the latest of its kind of matter first.
_CANDIDATES = 100
_SHOWN = 5
_SHOWN_FIELDS = ("number", "name", "received_date", "phase")
#: Good enough to compare letters; hundreds of texts are compared at once.
_TAG = re.compile(r"<[^>]*>|&\w+;")

Hint = namedtuple("Hint", "ticket reasons")


class HelpdeskTicket(models.Model):
    """Tells whoever registers a complaint that it may be on file already.

    What the hint may say:

    - Cases are searched with the reader's own rights, so it names only cases that the
      reader may open anyway, and never one whose respondent the reader is.
    - The same phone or e-mail is looked for among the identities the reader may read.
      To name a confidential case by its phone would tell who complained in it, to
      anybody who types in a neighbour's number; so it is never named that way.
    - Once a case is registered, and with that a number taken and the clerk on file, its
      form says *that* its complainant has another confidential case, not which one.
    """

    _inherit = "helpdesk.ticket"

    duplicate_hint = fields.Html(
        "Maybe on File Already", compute="_compute_duplicate_hint", sanitize=False
    )
    same_person_hidden = fields.Boolean(
        compute="_compute_same_person_hidden",
        help="The complainant has another case whose identity the reader may not see.",
    )

    @api.depends(
        "complainant_phone",
        "complainant_email",
        "what_happened",
        "description",
        "name",
        "team_id",
    )
    @api.depends_context("uid", "lang", "allowed_company_ids")
    def _compute_duplicate_hint(self):
        for ticket in self:
            hints = ticket._duplicates() if ticket._is_being_registered() else []
            ticket.duplicate_hint = ticket._render_duplicates(hints[:_SHOWN])

    @api.depends("complainant_phone", "complainant_email")
    @api.depends_context("uid", "allowed_company_ids")
    def _compute_same_person_hidden(self):
        for ticket in self:
            ticket.same_person_hidden = bool(
                ticket._origin
                and ticket._is_being_registered()
                and ticket._origin._has_hidden_cases()
            )

    # ----------------------------------------------------------------------
    # Business
    # ----------------------------------------------------------------------

    def _is_being_registered(self):
        """Tell whether it is not too late to find out that a case is on file already."""
        return self.is_complaint and self.phase in (False, "registered")

    def _duplicates(self):
        """Return the cases that may be the same as this one, as ``Hint`` items.

        Cases of the same person first, then of the same matter.
        """
        self.ensure_one()
        persons = self._same_person()
        matters = self._same_matter()
        return [
            Hint(ticket, self._duplicate_reasons(ticket, persons, matters))
            for ticket in persons | matters
        ]

    def _duplicate_reasons(self, ticket, persons, matters):
        """Return why a case is named, as texts."""
        reasons = []
        if ticket in persons:
            reasons.append(self.env._("same phone or e-mail"))
        if ticket in matters:
            reasons.append(self.env._("similar text"))
        return reasons

    def _duplicate_domain(self, days):
        """Return the domain of other cases of this office received lately."""
        since = fields.Datetime.now() - timedelta(days=days)
        return Domain(
            [
                ("is_complaint", "=", True),
                ("company_id", "=", (self.company_id or self.env.company).id),
                ("received_date", ">=", since),
                ("id", "!=", self._origin.id),
            ]
        )

    def _same_person(self):
        """Return other cases of this complainant, as far as the reader may know."""
        identities = self.env["complaint.identity"]
        contact = identities._contact_domain(
            self.complainant_phone, self.complainant_email
        )
        if not contact or not self.identity_readable:
            return self.browse()
        identities = identities.search_fetch(contact, ["ticket_id"])
        return self.search_fetch(
            self._duplicate_domain(_PERSON_DAYS)
            & Domain("id", "in", identities.ticket_id.ids),
            _SHOWN_FIELDS,
            order="received_date DESC",
            limit=_SHOWN,
        )

    def _same_matter(self):
        """Return open cases of the same regulation with a similar text."""
        grams = bigrams(self._matter_text())
        if not grams:
            return self.browse()
        kinds = [self.type_id.id, False] if self.type_id else []
        candidates = self.search_fetch(
            self._duplicate_domain(_MATTER_DAYS)
            & (Domain("type_id", "in", kinds) if kinds else Domain.TRUE)
            & Domain("regulation_id", "=", self.regulation_id.id)
            & Domain("is_open", "=", True),
            [*_SHOWN_FIELDS, "description"],
            order="received_date DESC",
            limit=_CANDIDATES,
        )
        scores = {
            ticket: similarity(grams, bigrams(ticket._matter_text()))
            for ticket in candidates
        }
        return candidates.filtered(lambda item: scores[item] >= _SIMILAR).sorted(
            scores.get, reverse=True
        )

    def _matter_text(self):
        """Return what one case is about, as plain text."""
        self.ensure_one()
        if not self._origin and self.what_happened:
            return self.what_happened
        return _TAG.sub(" ", self.description or "")

    def _has_hidden_cases(self):
        """Tell whether the complainant has a case whose identity stays hidden.

        Only cases the reader may see count, so that a case somebody is kept away from
        leaves no trace here either.
        """
        self.ensure_one()
        # sudo: complaint.identity - only whether there is another one is told
        identities = self.env["complaint.identity"].sudo()
        # sudo: complaint.identity - see above
        mine = self.sudo().identity_ids
        contacts = [identities._contact_domain(item.phone, item.email) for item in mine]
        contact = Domain.OR(filter(None, contacts))
        if contact.is_false():
            return False
        same = identities.search_fetch(
            contact
            & Domain("ticket_id", "!=", self.id)
            & Domain("ticket_id.confidentiality", "!=", "open"),
            ["ticket_id"],
        )
        if not same:
            return False
        readable = same.sudo(False).search([("id", "in", same.ids)])
        hidden = same - readable.sudo()  # sudo: see above
        return bool(
            self.search_count(
                self._duplicate_domain(_PERSON_DAYS)
                & Domain("id", "in", hidden.ticket_id.ids),
                limit=1,
            )
        )

    # ----------------------------------------------------------------------
    # Rendering
    # ----------------------------------------------------------------------

    def _render_duplicates(self, hints):
        """Return the hints as a list with links that open beside the form."""
        if not hints:
            return False
        phases = dict(self._fields["phase"]._description_selection(self.env))
        items = [
            Markup(
                '<li><a href="/odoo/complaints/%s" target="_blank">%s</a> '
                "%s · %s · %s <em>(%s)</em></li>"
            )
            % (
                hint.ticket.id,
                hint.ticket.number,
                format_date(self.env, hint.ticket.received_date),
                hint.ticket.name,
                phases.get(hint.ticket.phase, ""),
                ", ".join(hint.reasons),
            )
            for hint in hints
        ]
        return Markup('<ul class="mb-0 ps-3">%s</ul>') % Markup("").join(items)
