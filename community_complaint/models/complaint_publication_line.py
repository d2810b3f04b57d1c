import secrets
from datetime import UTC
from zoneinfo import ZoneInfo

from dateutil.relativedelta import relativedelta

from odoo import Command, api, fields, models
from odoo.fields import Domain
from odoo.orm.models import NO_ACCESS
from odoo.tools import clean_context, format_date, format_list

from ..tools.changes import on
from ..tools.kept import office_hmac
from ..tools.life import Open, Opening, opens
from .complaint_publication_copy import in_language

_SCOPE = "community_complaint.publication"
#: Results one publication holds.
_MOST = 500
#: A month may begin a day earlier or later than in UTC.
_MARGIN = relativedelta(days=2)
#: Words that are copied from a decision.
_COPIED = frozenset({"summary", "measures"})


class ComplaintPublicationLine(models.Model):
    """One result without names: a copy, from which nothing leads to a case.

    ``case_mark`` is a keyed hash of the decision it was copied from. Nobody reads it; the
    gate compares it with the hashes of the month's decisions, so that it knows whose
    names to look for and no result is published twice.
    """

    _name = "complaint.publication.line"
    _description = "Published Result"
    _inherit = ["complaint.seal.mixin", "complaint.words.mixin"]
    _order = "publication_id, sequence, month, id"

    # the words change, not what was decided; nobody writes a result by hand
    _state_of = "publication_id"
    _opens = opens("summary", "measures", "type_id", "sequence", states=("draft",))
    _drops = Open(("draft",))
    _effects = {"_note_typed": on(*_COPIED, by_hand=True)}
    _openings = {
        "copied": Opening(
            "A result is a copy of a decision, with a mark that nobody reads.",
            (
                *("publication_id", "month", "type_id", "conclusion", "case_mark"),
                *("touched", "measures", "summary"),
            ),
            creates=True,
        ),
        "touched": Opening("Somebody changed the words of the copy.", ("touched",)),
        "redacted": Opening(
            "The program took names out, or copied anew: not typed by hand.",
            ("summary", "measures"),
        ),
        "released": Opening("What is published is a copy.", ("type_names",)),
    }

    publication_id = fields.Many2one(
        "complaint.publication", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(
        related="publication_id.company_id", store=True, index=True, precompute=True
    )
    state = fields.Selection(related="publication_id.state")
    sequence = fields.Integer(default=10)
    public_key = fields.Char(
        "Public No.",
        readonly=True,
        copy=False,
        default=lambda _self: secrets.token_hex(4).upper(),
        help="Random: tells nothing about the case.",
    )
    month = fields.Date(help="Only the month is shown.")
    month_text = fields.Char("Month of the Result", compute="_compute_month_text")
    type_id = fields.Many2one(
        "helpdesk.ticket.type", string="Kind", ondelete="restrict"
    )
    conclusion = fields.Selection(
        selection=lambda self: (
            self.env["complaint.decision"]
            ._fields["conclusion"]
            ._description_selection(self.env)
        )
    )
    measures = fields.Char(help="In general words.")
    summary = fields.Text(help="What it was about and what was done, without names.")
    type_names = fields.Json("Kind When Published", readonly=True, copy=False)
    touched = fields.Boolean(
        readonly=True, copy=False, help="Somebody changed the words of the copy."
    )
    case_mark = fields.Char(
        readonly=True, groups=NO_ACCESS, index="btree_not_null", copy=False
    )

    # ----------------------------------------------------------------------
    # Computes and changes
    # ----------------------------------------------------------------------

    @api.depends("month")
    @api.depends_context("lang")
    def _compute_month_text(self):
        for line in self:
            line.month_text = line.month and format_date(
                self.env, line.month, date_format=self.env._("MMMM yyyy")
            )

    @api.depends("public_key")
    def _compute_display_name(self):
        for line in self:
            line.display_name = line.public_key

    def _note_typed(self):
        """Note that people changed the words."""
        self._write_sealed("touched", {"touched": True})

    def _type_name(self):
        """Return the kind of one result, as it was called when it was published."""
        if self.type_names:
            return in_language(self, self.type_names)
        return self.type_id.name

    # ----------------------------------------------------------------------
    # From a decision to a line and back
    # ----------------------------------------------------------------------

    @api.model
    def _mark(self, decision_id):
        """Return the keyed hash of a decision."""
        return office_hmac(self.env(su=True), _SCOPE, decision_id)

    def _decisions(self):
        """Return ``{line: decision}`` of the results these lines are copies of.

        One search for all; a line whose decision is gone is missing.
        """
        # sudo: complaint.publication.line, complaint.decision - the gate compares, it
        # shows nothing of the cases
        lines = self.sudo().filtered("case_mark")
        if not lines:
            return {}
        months = lines.mapped("month")
        decisions = lines.env["complaint.decision"].search(
            Domain(
                "ticket_id.regulation_id", "in", lines.publication_id.regulation_id.ids
            )
            & Domain("decided_date", ">=", min(months) - _MARGIN)
            & Domain(
                "decided_date", "<", max(months) + relativedelta(months=1) + _MARGIN
            )
        )
        by_mark = {self._mark(decision.id): decision for decision in decisions}
        return {
            line.with_env(self.env): by_mark[line.case_mark]
            for line in lines
            if line.case_mark in by_mark
        }

    def _valid(self):
        """Return the lines whose decision is in force and known, so that the gate works.

        A mark without a decision means that nobody knows whose names to look for.
        """
        decisions = self._decisions()
        # sudo: complaint.publication.line - whether there is a mark
        marked = self.sudo().filtered("case_mark").with_env(self.env)
        valid = [line for line, item in decisions.items() if item.state == "in_force"]
        return (self - marked).union(*valid)

    @api.model
    def _unpublished(self, decisions):
        """Return the decisions that no publication holds a copy of yet."""
        marks = {self._mark(decision.id): decision for decision in decisions}
        # sudo: complaint.publication.line - whether there is a copy, whoever may see it
        found = self.sudo().search_fetch(
            [
                ("case_mark", "in", list(marks)),
                ("publication_id.state", "!=", "withdrawn"),
            ],
            ["case_mark"],
        )
        known = {line.case_mark for line in found}
        return decisions.filtered(lambda item: self._mark(item.id) not in known)

    @api.model
    def _copy_vals(self, publication, decisions):
        """Return the values of the copies of decisions, the summaries without names."""
        words = self._words(publication, decisions)
        return [
            {
                "publication_id": publication.id,
                "month": decision.ticket_id._office_date(decision.decided_date).replace(
                    day=1
                ),
                "type_id": decision.ticket_id.type_id.id,
                "conclusion": decision.conclusion,
                "case_mark": self._mark(decision.id),
                "touched": False,
                **words[decision],
            }
            for decision in decisions
        ]

    @api.model
    def _words(self, publication, decisions):
        """Return ``{decision: {"summary", "measures"}}``, without names."""
        office = publication._in_office_language()
        secrets_of = decisions.ticket_id._publication_secrets()
        words = {}
        for decision in decisions:
            measures = decision.measure_line_ids.measure_id.with_env(office.env)
            words[decision] = {
                "measures": format_list(
                    office.env, measures.mapped("name"), lang_code=office.env.lang
                ),
                # who complained in a secret case is looked for by custodians only
                "summary": office._redact(
                    decision.reasons,
                    secrets_of[decision.ticket_id],
                    people=decision.ticket_id.confidentiality != "open",
                ),
            }
        return words

    def _copied_words(self, publication):
        """Return ``[(line, words)]`` as these lines would be copied right now."""
        found = self._decisions()
        decisions = self.env["complaint.decision"].union(*found.values())
        # sudo: complaint.decision - copied without names, as before
        words = self._words(publication, decisions.sudo())
        return [(line, words[item.sudo()]) for line, item in found.items()]


class ComplaintPublicationResultMixin(models.AbstractModel):
    """Results of cases that publications hold copies of."""

    _name = "complaint.publication.result.mixin"
    _description = "Results of Publications"

    def _gates_propose(self):
        if self.kind == "result":
            yield self.env._("This publication has one result and no more.")

    def _after_propose(self):
        for publication in self:
            # sudo: complaint.decision - results of the office, copied without names
            decisions = self.env["complaint.decision"].sudo()
            found = decisions.search(
                publication._results_domain(), order="decided_date, id"
            )
            publication._add_results(found)

    def _results_domain(self):
        """Return the domain of the decisions a periodic publication is about."""
        first, end = self._moments()
        return [
            ("state", "=", "in_force"),
            ("ticket_id.regulation_id", "=", self.regulation_id.id),
            ("ticket_id.is_open", "=", False),
            ("ticket_id.phase", "not in", ("refused", "withdrawn")),
            ("ticket_id.active", "in", (True, False)),
            ("decided_date", ">=", first),
            ("decided_date", "<", end),
        ]

    def _moments(self):
        """Return begin and end of the period as naive UTC."""
        zone = ZoneInfo(self.regulation_id.tz)
        return tuple(
            fields.Datetime.to_datetime(day)
            .replace(tzinfo=zone)
            .astimezone(UTC)
            .replace(tzinfo=None)
            for day in (self.date_from, self.date_to + relativedelta(days=1))
        )

    def _add_results(self, decisions):
        """Add copies of decisions, those who are kept away see the draft no more."""
        lines = self.env["complaint.publication.line"]
        room = max(_MOST - len(self.line_ids), 0)
        # a draft that vanished would tell that there is something to be kept from
        decisions = decisions.filtered(
            lambda item: self.env.user not in item.ticket_id.conflict_user_ids
        )
        decisions = lines._unpublished(decisions)[:room]
        office = lines.with_context(clean_context(self.env.context))
        office._create_sealed("copied", lines._copy_vals(self, decisions))
        self._keep_away()

    def _keep_away(self):
        """Hide drafts from who is kept away from a case they hold a result of."""
        for publication in self:
            lines = publication.line_ids
            cases = self.env["helpdesk.ticket"].union(
                *(item.ticket_id for item in lines._decisions().values())
            )
            # sudo: complaint.publication, helpdesk.ticket - who must not know
            users = cases.sudo().conflict_user_ids
            hidden = publication.sudo()  # sudo: see above
            if lines - lines._valid():
                # whose case it was is not known any more
                users |= hidden.kept_away_user_ids
            hidden._write_sealed(
                "kept_away", {"kept_away_user_ids": [Command.set(users.ids)]}
            )
