import secrets

from dateutil.relativedelta import relativedelta

from odoo import Command, api, fields, models
from odoo.orm.models import NO_ACCESS
from odoo.tools import format_date
from odoo.tools.translate import LazyTranslate

from ..tools.changes import on
from ..tools.duty import period_of
from ..tools.life import Ask, Life, Open, Opening, Step, opens
from ..tools.roles import CUSTODIAN, PUBLISHER
from ..tools.steps import LEADER
from .complaint_publication_copy import in_language, kept_names

#: Lengths of the periods, in months; a single result is dated by its month.
MONTHS = {"month": 1, "quarter": 3, "year": 12, "result": 1}
#: Nobody read it yet.
_WAITING = ("draft", "checked", "approved")
#: Years that publications are about.
_YEARS = range(2000, 2101)
_BY = (PUBLISHER, LEADER)
_lt = LazyTranslate(__name__)
_LIFE = Life(
    {
        "propose": Step(("draft",), None, _BY, label=_lt("Add Results of the Period")),
        "redact": Step(("draft",), None, _BY, label=_lt("Take Out Names")),
        "check": Step(
            ("draft",),
            None,
            _BY,
            label=_lt("Check for Names"),
            stamps={"checked_by_id": "user"},
            writes=("problem",),
        ),
        "approve": Step(
            ("checked",),
            "approved",
            _BY,
            label=_lt("Approve"),
            stamps={"approved_by_id": "user", "approved_date": "now"},
        ),
        "release": Step(
            ("approved",),
            "released",
            _BY,
            label=_lt("Publish"),
            stamps={"released_by_id": "user", "released_date": "today"},
            writes=(
                *("number", "kept_away_user_ids", "released_rules"),
                "released_min_count",
            ),
            not_by=("approved_by_id",),
        ),
        "clear": Step(
            ("checked", "approved"),
            None,
            (CUSTODIAN,),
            label=_lt("Clear of Secret Names"),
            stamps={"cleared_by_id": "user"},
            writes=("cleared_mark",),
            access="read",
        ),
        "back_to_draft": Step(
            ("checked", "approved"),
            "draft",
            _BY,
            label=_lt("Back to Draft"),
            stamps={"approved_by_id": False, "approved_date": False},
        ),
        "withdraw": Step(
            ("released",),
            "withdrawn",
            _BY,
            label=_lt("Withdraw"),
            asks=Ask("withdrawal_reason", _lt("Reason, which everybody reads")),
            stamps={"withdrawn_date": "today"},
        ),
    }
)


class ComplaintPublication(models.Model):
    """What an office tells everybody about complaints of a period, without names.

    R01, R02, R12: drafted, checked by the gate (``complaint_publication_gate.py``),
    approved by one person and released by another one, see THREATS 25 and 26. What is
    published is a copy: no record leads from it to a case, and it stays when a case is
    erased.

    The two approvals are steps of this model and not tiers of ``base_tier_validation``:
    there a reviewer is known by the definition, here the second person is anybody but the
    first, and both are told by the log.
    """

    _name = "complaint.publication"
    _description = "Publication of Results"
    _inherit = [
        "complaint.publication.result.mixin",
        "complaint.publication.gate.mixin",
        "complaint.publication.figure.mixin",
        "complaint.publication.paper.mixin",
        "complaint.cleared.mixin",
        "complaint.words.mixin",
    ]
    _order = "date_from desc, id desc"

    _life = _LIFE
    _opens = {
        # the gate looks among the cases of this regulation
        **opens("regulation_id", birth=True),
        **opens(
            *("name", "kind", "date_from", "introduction", "with_figures", "line_ids"),
            states=("draft",),
        ),
        **opens("task_id", states=_WAITING),
    }
    _drops = Open(_WAITING)
    _fits = {
        "task_id.kind": ("publication",),
        "task_id.regulation_id": "regulation_id",
    }
    _effects = {"_normalise": on("date_from", "kind", made=True)}
    _openings = {
        "kept_away": Opening(
            "Who is excluded from a case does not see drafts with its result.",
            ("kept_away_user_ids",),
        ),
        "redacted": Opening(
            "The program took names out of a draft.", ("name", "introduction")
        ),
    }

    name = fields.Char(
        "Title",
        compute="_compute_name",
        store=True,
        readonly=False,
        required=True,
        precompute=True,
    )
    regulation_id = fields.Many2one(
        "complaint.regulation",
        required=True,
        index=True,
        ondelete="restrict",
        domain="[('company_id', '!=', False)]",
        default=lambda self: self._default_regulation_id(),
    )
    company_id = fields.Many2one(
        related="regulation_id.company_id", store=True, index=True, precompute=True
    )
    kind = fields.Selection(
        [
            ("month", "A month"),
            ("quarter", "A quarter"),
            ("year", "A year"),
            ("result", "One result"),
        ],
        string="Covers",
        required=True,
        default="quarter",
    )
    date_from = fields.Date(
        "From",
        compute="_compute_date_from",
        store=True,
        readonly=False,
        precompute=True,
        required=True,
        help="Any day of the period; it becomes the first one.",
    )
    date_to = fields.Date("To", compute="_compute_date_to", store=True, precompute=True)
    introduction = fields.Text(help="What stands above the figures and results.")
    with_figures = fields.Boolean(default=True)
    line_ids = fields.One2many(
        "complaint.publication.line", "publication_id", string="Results", copy=False
    )
    line_count = fields.Integer("Number of Results", compute="_compute_line_count")
    figure_ids = fields.One2many(
        "complaint.publication.figure",
        "publication_id",
        string="Figures",
        readonly=True,
        copy=False,
    )
    state = fields.Selection(
        [
            ("draft", "Draft"),
            ("checked", "Checked for names"),
            ("approved", "Approved"),
            ("released", "Published"),
            ("withdrawn", "Withdrawn"),
        ],
        required=True,
        default="draft",
        readonly=True,
        copy=False,
        index=True,
    )
    problem = fields.Text("To Be Changed First", readonly=True, copy=False)
    number = fields.Char(readonly=True, copy=False)
    public_key = fields.Char(
        readonly=True, copy=False, default=lambda _self: secrets.token_urlsafe(12)
    )
    task_id = fields.Many2one(
        "complaint.duty.task",
        string="Periodic Duty",
        check_company=True,
        copy=False,
        index="btree_not_null",
        domain="[('regulation_id', '=', regulation_id), ('kind', '=', 'publication')]",
    )
    checked_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    approved_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    approved_date = fields.Datetime("Approved on", readonly=True, copy=False)
    released_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    released_date = fields.Date("Published on", readonly=True, copy=False)
    withdrawn_date = fields.Date("Withdrawn on", readonly=True, copy=False)
    withdrawal_reason = fields.Text("Why Withdrawn", readonly=True, copy=False)
    kept_away_user_ids = fields.Many2many(
        "res.users",
        "complaint_publication_kept_away_rel",
        readonly=True,
        groups=NO_ACCESS,
        copy=False,
    )

    released_rules = fields.Json("Regulation When Published", readonly=True, copy=False)
    released_min_count = fields.Integer(
        "Smallest Number When Published", readonly=True, copy=False
    )

    _key_unique = models.UniqueIndex("(public_key)")
    _period_unique = models.UniqueIndex(
        "(regulation_id, kind, date_from)"
        " WHERE kind != 'result' AND state != 'withdrawn'",
        "There already is a publication for this period.",
    )
    _year_known = models.Constraint(
        "CHECK (date_from BETWEEN '2000-01-01' AND '2100-12-31')",
        "A publication is about a year from 2000 to 2100.",
    )

    # ----------------------------------------------------------------------
    # Defaults and computes
    # ----------------------------------------------------------------------

    @api.model
    def _default_regulation_id(self):
        own = self.env["complaint.regulation"].search(
            [("company_id", "=", self.env.company.id)], limit=2
        )
        return own if len(own) == 1 else False

    @api.depends("kind")
    def _compute_date_from(self):
        """Offer the last period that is over: a month, a quarter, a year."""
        today = self.env["helpdesk.ticket"]._office_date()
        for publication in self:
            months = MONTHS.get(publication.kind)
            if months:
                day = today - relativedelta(months=months)
                publication.date_from = period_of(day, months)[0]

    @api.depends("kind", "date_from")
    def _compute_date_to(self):
        for publication in self:
            day, months = publication.date_from, MONTHS.get(publication.kind)
            known = day and months and day.year in _YEARS
            publication.date_to = known and period_of(day, months)[1]

    @api.depends("kind", "date_from", "regulation_id")
    def _compute_name(self):
        for publication in self:
            if publication.date_from and publication.kind:
                publication.name = publication._in_office_language()._default_name()

    @api.depends("line_ids")
    def _compute_line_count(self):
        counts = dict(
            self.env["complaint.publication.line"]._read_group(
                [("publication_id", "in", self.ids)], ["publication_id"], ["__count"]
            )
        )
        for publication in self:
            publication.line_count = counts.get(publication._origin, 0)

    def _in_office_language(self):
        """Return this publication in the language of the office's papers."""
        company = self.regulation_id.company_id or self.env.company
        return self.with_context(lang=company.partner_id.lang or self.env.lang)

    def _default_name(self):
        if self.kind == "result":
            return self.env._("Result of a complaint, %s", self._period_label())
        return self.env._("Results of complaints, %s", self._period_label())

    def _period_label(self):
        """Return the period, such as “2026, quarter 3”."""
        day = self.date_from
        if self.kind == "year":
            return self.env._("year %s", day.year)
        if self.kind == "quarter":
            return self.env._(
                "%(year)s, quarter %(number)s",
                year=day.year,
                number=(day.month + 2) // 3,
            )
        return format_date(self.env, day, date_format=self.env._("MMMM yyyy"))

    def _normalise(self):
        """Let periods begin with their first day."""
        # a year that is none is refused before its first day is looked for
        self.flush_recordset(["date_from"])
        for publication in self:
            first = period_of(publication.date_from, MONTHS[publication.kind])[0]
            if publication.date_from != first:
                publication.date_from = first

    # ----------------------------------------------------------------------
    # Steps. EXPOSED API
    # ----------------------------------------------------------------------

    def action_propose(self):
        """Add the results of the period that no publication holds yet, without names."""
        return self._take("propose")

    def action_redact(self):
        """Take out of all texts of drafts what tells who somebody is.

        What the program copied from a decision is copied anew, without all the names the
        office knows. From what people typed only what looks like somebody's number goes:
        whoever types names would see which one of them is secret.
        """
        return self._take("redact")

    def action_check(self):
        """Check drafts for names and small counts; without any they may be approved.

        :return: ``True``, or a notification if there is something to change
        """
        self._take("check")
        if any(publication.problem for publication in self):
            return self._notify_problem()
        return True

    def action_approve(self):
        """Approve checked publications; somebody else publishes them.

        :raise UserError: if something in them tells who somebody is
        """
        return self._take("approve")

    def action_release(self):
        """Publish approved publications; the duty they belong to is done.

        :raise UserError: by who approved them, or if something tells who somebody is
        """
        return self._take("release")

    def action_back_to_draft(self):
        """Take up again what is not published yet."""
        return self._take("back_to_draft")

    def action_withdraw(self, reason=None):
        """Take publications off the public page, giving the reason."""
        return self._take("withdraw", reason)

    # ----------------------------------------------------------------------
    # Gates and what follows
    # ----------------------------------------------------------------------

    def _target_check(self):
        wrong = self.filtered(lambda publication: publication._look_through())
        return {"draft": wrong, "checked": self - wrong}

    def _look_through(self):
        """Count and check one draft anew; return whether something has to change."""
        self._refresh()
        problems = list(self._problems())
        lines = "\n".join(f"• {line}" for line in problems)
        self._write_step({"problem": lines or False})
        self._note_step("publication_checked", self, {"places": len(problems)})
        return bool(problems)

    def _gates_approve(self):
        today = self._step_day()
        if self.kind != "result" and self.date_to >= today:
            yield self.env._("The period of “%s” is not over yet.", self.name)
        yield from self._gates_gate()

    def _after_approve(self):
        for publication in self:
            self._note_step("publication_approved", publication)

    def _gates_release(self):
        yield from self._gates_gate()
        yield from self._gates_cleared()

    def _after_release(self):
        for publication in self:
            publication._write_step(publication._prepare_released_vals())
            publication._keep_kinds()
            self._note_step(
                "publication_released", publication, {"number": publication.number}
            )
            publication._do_duty()
        self._prove_words()
        self.line_ids._prove_words()

    def _prepare_released_vals(self):
        """Return what the page reads of other records, and its number."""
        # sudo: complaint.regulation - its name in all languages
        rules = self.sudo().regulation_id
        return {
            "number": self.number or self._next_number(self.released_date.year),
            # what everybody reads is kept from nobody
            "kept_away_user_ids": [Command.clear()],
            "released_rules": kept_names(rules),
            "released_min_count": rules.publication_min_count,
        }

    def _keep_kinds(self):
        """Keep how the kinds of matter are called today."""
        # sudo: complaint.publication - all that is published
        office = self.sudo()
        for rows in (office.line_ids, office.figure_ids):
            for kind, same in rows.filtered("type_id").grouped("type_id").items():
                same._write_sealed("released", {"type_names": kept_names(kind)})

    def _do_duty(self):
        """Publishing does the duty, if it is up to who publishes."""
        task = self.task_id
        if task.state == "open" and task._may_do():
            # sudo: complaint.duty.task - only the words; whether it may be done is asked
            task.sudo().result = self.env._(
                "Published: %(name)s, %(number)s", name=self.name, number=self.number
            )
            task.action_done()

    def _after_withdraw(self):
        # the next draft is an INSERT, which does not wait for this UPDATE
        self.flush_recordset(["state"])
        for publication in self:
            self._note_step("publication_withdrawn", publication)

    def _next_number(self, year):
        """Return an official number, without gaps."""
        rules = self.regulation_id
        [number] = self.env["complaint.counter"]._next(
            self.company_id, f"publication/{rules.prefix}", year
        )
        return rules._format_notice_number("公示", year, number)

    def _step_day(self):
        """OVERRIDE: a publication is of a regulation, not of a case."""
        return self[:1].regulation_id._local_date(fields.Datetime.now())

    def _rules_name(self):
        """Return the name of the regulation, as it was when this was published."""
        if self.released_rules:
            return in_language(self, self.released_rules)
        return self.regulation_id.name

    @api.model
    def _note_step(self, kind, publication, details=None):
        """Log a step; never words of people, which may name somebody."""
        about = {
            "kind": publication.kind,
            "from": fields.Date.to_string(publication.date_from),
        }
        self.env["complaint.log"]._record(
            kind, publication, {**about, **(details or {})}
        )

    def _notify_problem(self):
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "warning",
                "message": self.env._(
                    "Something has to be changed first; the form says where."
                ),
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }


class ComplaintLog(models.Model):
    _inherit = "complaint.log"

    @api.model
    def _selection_kind(self):
        """OVERRIDE: what happens to publications."""
        labels = {
            "publication_checked": self.env._("Publication checked"),
            "publication_redacted": self.env._("Names taken out of a publication"),
            "publication_approved": self.env._("Publication approved"),
            "publication_released": self.env._("Publication released"),
            "publication_withdrawn": self.env._("Publication withdrawn"),
        }
        return [*super()._selection_kind(), *labels.items()]
