import secrets

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.orm.models import NO_ACCESS
from odoo.tools import format_date

from ..tools.duty import period_of

#: Lengths of the periods, in months; a single result is dated by its month.
MONTHS = {"month": 1, "quarter": 3, "year": 12, "result": 1}
#: Written by the steps only.
_GUARDED = frozenset(
    {
        "state", "number", "public_key", "problem", "kept_away_user_ids", "figure_ids",
        "checked_by_id", "approved_by_id", "approved_date", "released_by_id",
        "released_date", "withdrawn_date", "withdrawal_reason",
    }
)  # fmt: skip
#: No content: may change until it is published.
_FREE = frozenset({"task_id"})
#: Years that publications are about.
_YEARS = range(2000, 2101)


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
    _inherit = ["complaint.text.mixin", "complaint.lock.mixin"]
    _order = "date_from desc, id desc"

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
        required=True,
        default=lambda self: self._default_date_from(),
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

    _key_unique = models.UniqueIndex("(public_key)")
    _period_unique = models.UniqueIndex(
        "(regulation_id, kind, date_from)"
        " WHERE kind != 'result' AND state != 'withdrawn'",
        "There already is a publication for this period.",
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

    @api.model
    def _default_date_from(self):
        return period_of(fields.Date.today() - relativedelta(months=3), 3)[0]

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

    # ----------------------------------------------------------------------
    # CRUD
    # ----------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        """OVERRIDE: periods begin with their first day; nothing is born published."""
        publications = super().create(
            [
                {
                    **{name: vals[name] for name in vals if name not in _GUARDED},
                    **self._vals_of_new(),
                }
                for vals in vals_list
            ]
        )
        publications._normalise()
        return publications

    @api.model
    def _vals_of_new(self):
        """Return what a new publication has, whatever a context says."""
        return {
            **dict.fromkeys(_GUARDED - {"figure_ids", "kept_away_user_ids"}, False),
            "state": "draft",
            "public_key": secrets.token_urlsafe(12),
            "figure_ids": [],
        }

    def write(self, vals):
        """OVERRIDE: what is checked does not change, what is published never does.

        :raise UserError: naming what to do
        """
        if not self.env.su:
            self._check_write(vals)
        result = super().write(vals)
        if {"date_from", "kind"} & vals.keys():
            self._normalise()
        return result

    def _check_write(self, vals):
        """Check what people may write.

        :raise UserError: naming what to do
        """
        if _GUARDED & vals.keys():
            raise UserError(self.env._("This is written by the buttons only."))
        if vals.keys() - _FREE or any(item.released_date for item in self):
            self._check_draft()
        rules = vals.get("regulation_id")
        if rules and any(item.regulation_id.id != rules for item in self):
            # the gate looks among its cases; the rules are asked before a write only
            raise UserError(
                self.env._(
                    "A publication stays with its regulation. Delete this draft and "
                    "begin another one."
                )
            )

    @api.constrains("date_from")
    def _check_year(self):
        if any(item.date_from.year not in _YEARS for item in self):
            raise ValidationError(
                self.env._("A publication is about a year from 2000 to 2100.")
            )

    def _normalise(self):  # pylint: disable=missing-return
        for publication in self:
            first = period_of(publication.date_from, MONTHS[publication.kind])[0]
            if publication.date_from != first:
                # pylint: disable-next=super-method-mismatch
                super(ComplaintPublication, publication).write({"date_from": first})

    @api.ondelete(at_uninstall=False)
    def _unlink_except_published(self):
        if any(publication.released_date for publication in self):
            raise UserError(
                self.env._("What was published stays on file; withdraw it instead.")
            )

    def _check_draft(self):
        """Check that these publications may change.

        :raise UserError: if they are checked, approved or published
        """
        if not self.env.su and any(item.state != "draft" for item in self):
            raise UserError(
                self.env._(
                    "Only a draft changes. Use “Back to Draft”; then it is checked and "
                    "approved again."
                )
            )
