from odoo import api, fields, models
from odoo.tools.translate import LazyTranslate

from ..tools.life import Ask, Life, Open, Step, opens
from ..tools.steps import FILE_PHASES, LEADER

_lt = LazyTranslate(__name__)
_DRAFT = {"states": ("draft",), "phases": FILE_PHASES}
#: How decisions on opinions and suggestions end, and what is noted on the case then.
OPINION_RESULTS = {
    "adopted": "adopted",
    "adopted_partly": "partly",
    "declined": "declined",
}
#: How both kinds of decisions may end.
_NEITHER = ("not_ours", "settled")
_LIFE = Life(
    {
        "put_in_force": Step(
            ("draft",),
            "in_force",
            by=None,
            label=_lt("Put in Force"),
            stamps={"decided_by_id": "user", "decided_date": "now"},
        ),
        "supersede": Step(
            ("in_force",), "superseded", by=None, label=_lt("Superseded")
        ),
        "second_opinion": Step(
            ("draft",),
            None,
            (LEADER,),
            label=_lt("I Agree It Is Malicious"),
            asks=Ask("second_opinion", _lt("Why this complaint is malicious")),
            stamps={"second_opinion_by_id": "user", "second_opinion_date": "now"},
            not_by=("create_uid",),
            covers=(
                *("conclusion", "reasons", "legal_basis", "accountability_note"),
                "measure_line_ids",
            ),
        ),
    }
)


class ComplaintDecision(models.Model):
    """What the office concludes, why, and what it does about it.

    A decision in force never changes; an appeal that changes the outcome makes the next
    version, and the one before is superseded. Nobody calls a complaint malicious alone
    (R05, R17).
    """

    _name = "complaint.decision"
    _description = "Decision"
    _inherit = ["complaint.life.mixin", "complaint.case.mixin", "complaint.words.mixin"]
    _order = "ticket_id, version desc, id desc"

    _life = _LIFE
    _opens = {
        **opens("ticket_id", birth=True),
        **opens("conclusion", "reasons", "legal_basis", **_DRAFT),
        **opens("accountability_note", **_DRAFT),
        **opens("measure_line_ids", **_DRAFT),
    }
    _drops = Open(**_DRAFT)

    version = fields.Integer(compute="_compute_version", store=True, precompute=True)
    conclusion = fields.Selection(
        [
            ("substantiated", "Substantiated"),
            ("partly", "Partly substantiated"),
            ("unsubstantiated", "Unsubstantiated"),
            ("malicious", "Malicious"),
            ("not_ours", "Not within our competence"),
            ("settled", "Settled"),
            ("adopted", "Adopted as suggested"),
            ("adopted_partly", "Adopted in part"),
            ("declined", "Not adopted"),
        ]
    )
    reasons = fields.Text(
        "Facts and Reasons", help="Printed on the result notices of both parties."
    )
    legal_basis = fields.Text(
        help="The law or rule it rests on, with the article; printed on the result notice."
    )
    wants_legal_basis = fields.Boolean(compute="_compute_wants_legal_basis")
    measure_line_ids = fields.One2many(
        "complaint.decision.measure", "decision_id", string="Measures", copy=True
    )
    accountability_note = fields.Text(
        "Accountability",
        help="What follows for the complainant: the office's position told to them, "
        "expert appraisal, legal steps.",
    )
    second_opinion_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    second_opinion_date = fields.Datetime(readonly=True, copy=False)
    second_opinion = fields.Text(readonly=True, copy=False)
    state = fields.Selection(
        [("draft", "Draft"), ("in_force", "In force"), ("superseded", "Superseded")],
        default="draft",
        required=True,
        readonly=True,
        copy=False,
    )
    decided_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    decided_date = fields.Datetime(readonly=True, copy=False)

    _one_draft = models.UniqueIndex(
        "(ticket_id) WHERE state = 'draft'",
        "There already is a draft of the decision for this complaint.",
    )
    _one_in_force = models.UniqueIndex(
        "(ticket_id) WHERE state = 'in_force'",
        "Another decision on this complaint is already in force.",
    )

    # ----------------------------------------------------------------------
    # Computes
    # ----------------------------------------------------------------------

    @api.depends("ticket_id")
    def _compute_version(self):
        """Count on from the decisions that were made on the case, whoever may read them."""
        # sudo: complaint.decision - numbers only
        made = dict(
            self.env["complaint.decision"]
            .sudo()
            ._read_group(
                [("ticket_id", "in", self.ticket_id.ids), ("state", "!=", "draft")],
                ["ticket_id"],
                ["version:max"],
            )
        )
        for decision in self:
            decision.version = made.get(decision.ticket_id._origin, 0) + 1

    @api.depends("ticket_id.regulation_id.gate_legal_basis", "ticket_id.case_kind")
    def _compute_wants_legal_basis(self):
        """What a suggestion comes to is a matter of sense, not of law."""
        for decision in self:
            case = decision.ticket_id
            decision.wants_legal_basis = (
                case.regulation_id.gate_legal_basis and case.case_kind != "opinion"
            )

    @api.depends("ticket_id.number", "version")
    def _compute_display_name(self):
        for decision in self:
            decision.display_name = self.env._(
                "%(case)s, decision %(version)s",
                case=decision.ticket_id.number,
                version=decision.version,
            )

    # ----------------------------------------------------------------------
    # Steps. EXPOSED API
    # ----------------------------------------------------------------------

    def action_second_opinion(self, text=None):
        """Agree, as another leader than who drafted it, that a complaint is malicious.

        :param text: why
        """
        return self._take("second_opinion", text)

    def _put_in_force(self):
        """Make drafts the decisions of their cases."""
        current = self.ticket_id.decision_ids.filtered(
            lambda decision: decision.state == "in_force"
        )
        current._supersede()
        self._do_step("put_in_force")
        # the next draft is an INSERT, which does not wait for this UPDATE
        self.flush_recordset(["state"])

    def _after_put_in_force(self):
        self._prove_words()

    def _supersede(self):
        """Set decisions in force aside."""
        self._do_step("supersede")
        # only one may be in force
        self.flush_recordset(["state"])
        self._recall_papers()

    def _recall_papers(self):
        """Let nobody release the papers of decisions that were set aside."""
        for decision in self:
            case = decision.ticket_id
            office = case.with_context(lang=case._paper_lang())
            # sudo: complaint.notice - whoever set it aside
            papers = case.sudo().notice_ids.filtered(
                lambda item, own=decision: (
                    item.kind == "result" or item.measure_line_id.decision_id == own
                )
            )
            papers._recall(office.env._("Its decision was set aside."))

    # ----------------------------------------------------------------------
    # Business
    # ----------------------------------------------------------------------

    def _missing(self):
        """Yield what one draft lacks to be decided, as sentences."""
        self.ensure_one()
        yield from self._missing_of_conclusion()
        if not (self.reasons or "").strip():
            yield self.env._("The decision gives no facts and reasons.")
        if self.wants_legal_basis and not (self.legal_basis or "").strip():
            yield self.env._("The decision names no legal basis.")
        yield from self._missing_of_measures()
        if self.conclusion == "malicious":
            yield from self._missing_of_malicious()

    def _missing_of_conclusion(self):
        """A suggestion is adopted or not; what is complained about is founded or not."""
        opinion = self.ticket_id.case_kind == "opinion"
        if not self.conclusion:
            yield self.env._("The decision has no conclusion.")
        elif opinion and self.conclusion not in (*OPINION_RESULTS, *_NEITHER):
            yield self.env._(
                "A suggestion is not founded or unfounded: say whether it is adopted, "
                "adopted in part or not adopted."
            )
        elif not opinion and self.conclusion in OPINION_RESULTS:
            yield self.env._("Only a suggestion is adopted or not adopted.")

    def _missing_of_measures(self):
        rules = self.ticket_id.regulation_id
        known = rules.measure_ids
        for measure in known and self.measure_line_ids.measure_id - known:
            yield self.env._(
                "%(rules)s does not know the measure “%(measure)s”.",
                rules=rules.name,
                measure=measure.name,
            )
        sanctions = self.measure_line_ids.filtered(
            lambda line: line.measure_id.kind == "sanction"
        )
        for line in sanctions.filtered(lambda line: not line.respondent_id):
            yield self.env._(
                "“%s” is a sanction: say which respondent it is for.",
                line.measure_id.name,
            )
        if not rules.gate_hearing:
            sanctions = sanctions.filtered("measure_id.needs_hearing")
        for respondent in sanctions.respondent_id.filtered(lambda item: not item.heard):
            yield self.env._(
                "%s was not heard: no sanction before their statement and defence.",
                respondent.name,
            )

    def _missing_of_malicious(self):
        if not (self.accountability_note or "").strip():
            yield self.env._(
                "A malicious complaint: say what follows for the complainant."
            )
        if not self.ticket_id.regulation_id.gate_second_opinion:
            return
        if not self.second_opinion_by_id:
            yield self.env._("A malicious complaint needs another leader's opinion.")
        elif self.second_opinion_by_id == self.env.user:
            yield self.env._("Whoever gave the second opinion does not decide as well.")


class ComplaintDecisionMeasure(models.Model):
    """A measure, written while its decision is a draft."""

    _name = "complaint.decision.measure"
    _description = "Measure of a Decision"
    _inherit = ["complaint.seal.mixin"]
    _rec_names_search = ("measure_id.name",)
    _order = "id"

    _opens = {
        **opens("decision_id", birth=True),
        **opens("measure_id", "respondent_id", "note", **_DRAFT),
    }
    _drops = Open(**_DRAFT)
    _state_of = "decision_id"
    _fits = {"respondent_id.ticket_id": "ticket_id"}

    decision_id = fields.Many2one(
        "complaint.decision", required=True, index=True, ondelete="cascade"
    )
    ticket_id = fields.Many2one(
        related="decision_id.ticket_id", store=True, index=True, precompute=True
    )
    company_id = fields.Many2one(
        related="decision_id.company_id", store=True, index=True, precompute=True
    )
    measure_id = fields.Many2one(
        "complaint.measure", required=True, ondelete="restrict"
    )
    kind = fields.Selection(related="measure_id.kind")
    respondent_id = fields.Many2one(
        "complaint.respondent",
        domain="[('ticket_id', '=', ticket_id)]",
        index="btree_not_null",
        ondelete="restrict",
    )
    note = fields.Char("Details")

    @api.depends("measure_id")
    def _compute_display_name(self):
        for line in self:
            line.display_name = line.measure_id.name
