import re
from collections import namedtuple
from datetime import timedelta

from markupsafe import Markup

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL, format_date

from ..tools.roles import CUSTODIAN
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
    - That a complainant has another case that is kept secret is told to custodians alone,
      on the form and on their desk.
    """

    _inherit = "helpdesk.ticket"

    duplicate_hint = fields.Html(
        "Maybe on File Already", compute="_compute_duplicate_hint", sanitize=False
    )
    same_person_hidden = fields.Boolean(
        compute="_compute_same_person_hidden",
        help="The complainant has another case that is kept secret.",
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

    @api.depends("phase", "confidentiality", "identity_ids")
    @api.depends_context("uid", "allowed_company_ids")
    def _compute_same_person_hidden(self):
        """Tell custodians only: to others it would be a directory of who complained."""
        told = self.browse()
        if self._origin and self.env.user.has_group(CUSTODIAN):
            told = self.search(
                self._same_person_domain() & Domain("id", "in", self._origin.ids)
            )
        for ticket in self:
            ticket.same_person_hidden = ticket._origin in told

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

    @api.model
    def _same_person_domain(self):
        """Return the domain of new cases whose complainant has another, secret one.

        By marks of phone and e-mail: the vault is not read. Marks of open cases are other
        ones, so that nobody compares them in a copy of the database: an open case is
        told of no secret one.
        """
        pairs = SQL(" UNION ").join(
            SQL(
                "SELECT mine.ticket_id FROM complaint_identity mine"
                " JOIN helpdesk_ticket born ON born.id = mine.ticket_id"
                " JOIN complaint_identity other ON other.%(mark)s = mine.%(mark)s"
                " JOIN helpdesk_ticket secret ON secret.id = other.ticket_id"
                " WHERE born.phase = 'registered' AND secret.id != born.id"
                " AND secret.company_id = born.company_id"
                " AND secret.confidentiality != 'open'"
                " AND secret.received_date >= %(since)s",
                mark=SQL.identifier(mark),
                since=fields.Datetime.now() - timedelta(days=_PERSON_DAYS),
            )
            for mark in ("phone_key", "email_key")
        )
        self.env["complaint.identity"].flush_model()
        self.flush_model(["phase", "confidentiality", "received_date", "company_id"])
        return Domain("id", "in", SQL("(%s)", pairs))

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
