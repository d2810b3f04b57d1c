from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import format_date

from ..tools.life import Opening
from ..tools.publication_figures import (
    Table,
    counted,
    is_safe,
    month_number,
    protect,
)
from ..tools.steps import FINISHED_PHASES
from .complaint_decision import OPINION_RESULTS
from .complaint_publication_copy import in_language

#: The tables of a publication, in order; all add up to the same total.
TABLES = (
    "type", "conclusion", "timeliness", "response", "solved", "satisfaction", "month",
)  # fmt: skip
#: Phases that are an outcome by themselves.
_OUTCOMES = ("refused", "withdrawn")
_CODES = {
    "conclusion": (
        "substantiated", "partly", "unsubstantiated", "malicious", "not_ours", "settled",
        "answered", "refused", "withdrawn", "open",
    ),
    "timeliness": ("in_time", "late", "open"),
    "response": ("in_time", "late", "open"),
    "solved": ("yes", "no", "open"),
    "satisfaction": ("satisfied", "partly", "dissatisfied", "open"),
}  # fmt: skip
#: What ends the limit within which an office takes a complaint up.
_TAKEN_UP = (
    "acknowledged", "accepted", "accept_told", "refused", "refuse_told", "replied",
)  # fmt: skip


class ComplaintPublicationFigure(models.Model):
    """One published count: a copy, without the counts that are hidden (THREATS 25)."""

    _name = "complaint.publication.figure"
    _description = "Published Figure"
    _inherit = ["complaint.seal.mixin"]
    _order = "publication_id, sequence, id"

    _opens = {}
    _openings = {
        "counted": Opening(
            "Checking a draft counts anew; counts that are hidden are not kept.",
            (
                *("publication_id", "sequence", "table", "code", "type_id"),
                *("hidden", "count"),
            ),
            creates=True,
            drops=True,
        ),
        "released": Opening("What is published is a copy.", ("type_names",)),
    }

    publication_id = fields.Many2one(
        "complaint.publication", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(
        related="publication_id.company_id", store=True, index=True, precompute=True
    )
    sequence = fields.Integer()
    table = fields.Selection(
        [
            ("total", "All complaints received"),
            ("type", "By kind"),
            ("conclusion", "By result"),
            ("timeliness", "By time limits"),
            ("response", "Taken up in time"),
            ("solved", "Solved, as complainants say"),
            ("satisfaction", "Satisfaction of complainants"),
            ("month", "By month"),
        ],
        required=True,
    )
    code = fields.Char(required=True)
    type_id = fields.Many2one("helpdesk.ticket.type", ondelete="restrict")
    label = fields.Char("What", compute="_compute_label")
    type_names = fields.Json("Kind When Published", readonly=True, copy=False)
    hidden = fields.Boolean(help="Too few, or others could be worked out from it.")
    count = fields.Integer(aggregator=None)
    text = fields.Char("How many", compute="_compute_text")

    @api.depends("table", "code", "type_id.name")
    @api.depends_context("lang")
    def _compute_label(self):
        for figure in self:
            figure.label = getattr(figure, f"_label_{figure.table}")()

    @api.depends("hidden", "count", "publication_id.regulation_id")
    @api.depends_context("lang")
    def _compute_text(self):
        for figure in self:
            figure.text = (
                self.env._("not shown") if figure.hidden else str(figure.count)
            )

    def _sort(self):
        """Return what is counted, as in :mod:`..tools.publication_figures`."""
        if self.table == "month":
            return month_number(fields.Date.to_date(self.code))
        return self.code

    def _label_total(self):
        return self.env._("All complaints received")

    def _label_type(self):
        if self.type_names:
            return in_language(self, self.type_names)
        return self.type_id.name or self.env._("Without a kind")

    def _label_month(self):
        day = fields.Date.to_date(self.code)
        return day and format_date(self.env, day, date_format=self.env._("MMMM yyyy"))

    def _label_conclusion(self):
        labels = dict(
            self.env["complaint.decision"]
            ._fields["conclusion"]
            ._description_selection(self.env)
        )
        return {
            **labels,
            "answered": self.env._("Answered without a decision"),
            "refused": self.env._("Not accepted"),
            "withdrawn": self.env._("Withdrawn"),
            "open": self.env._("Not finished yet"),
        }.get(self.code)

    def _label_timeliness(self):
        return {
            "in_time": self.env._("Finished in time"),
            "late": self.env._("A time limit was missed"),
            "open": self.env._("Still within the time limits"),
        }.get(self.code)

    def _label_response(self):
        return {
            "in_time": self.env._("Taken up in time"),
            "late": self.env._("Taken up late"),
            "open": self.env._("Not taken up yet, or without such a limit"),
        }.get(self.code)

    def _label_solved(self):
        return {
            "yes": self.env._("Solved"),
            "no": self.env._("Not solved"),
            "open": self.env._("No answer"),
        }.get(self.code)

    def _label_satisfaction(self):
        return {
            "satisfied": self.env._("Satisfied"),
            "partly": self.env._("Partly satisfied"),
            "dissatisfied": self.env._("Dissatisfied"),
            "open": self.env._("No answer"),
        }.get(self.code)


class ComplaintPublicationFigureMixin(models.AbstractModel):
    """Counting, and hiding what is too small."""

    _name = "complaint.publication.figure.mixin"
    _description = "Figures of Publications"

    def _count_figures(self):
        """Count the complaints received in the period; keep what may be known."""
        for publication in self:
            # sudo: complaint.publication - all cases of the office are counted
            office = publication.sudo()
            office.figure_ids._unlink_sealed("counted")
            if publication.with_figures and publication.kind != "result":
                rows = office._figure_vals(office._protected())
                office.figure_ids._create_sealed("counted", rows)

    def _protected(self):
        """Return the tables of one publication as they may be read, ``{name: Table}``."""
        known = self._known_tables()
        k = self.regulation_id.publication_min_count
        start, end = self._months()
        tables = {
            name: protect(
                counted(start, end, {**_no_cases(name, known[name]), **cells}),
                k,
                known[name],
            )
            for name, cells in self._counts().items()
        }
        if any(table.total is None for table in tables.values()):
            # one table would tell the total that another one hides
            tables = {
                name: table._replace(cells=dict.fromkeys(table.cells), total=None)
                for name, table in tables.items()
            }
        return tables

    def _figure_vals(self, tables):
        """Return the values of the rows of tables; hidden counts are not kept at all."""
        total = next(iter(tables.values())).total
        rows = [("total", "total", total)]
        for name in TABLES:
            rows += [(name, code, n) for code, n in _in_order(name, tables[name])]
        return [
            {
                "publication_id": self.id,
                "sequence": place,
                "table": table,
                "code": code,
                "type_id": int(code) if table == "type" and code != "none" else False,
                "hidden": count is None,
                "count": count or 0,
            }
            for place, (table, code, count) in enumerate(rows)
        ]

    def _figure_problems(self):
        """Yield what is wrong with the figures of one publication, as sentences.

        Another publication may have come out since they were counted.
        """
        known = self._known_tables()
        k = self.regulation_id.publication_min_count
        for name, table in self._tables().items():
            if not is_safe(table, k, known[name]):
                yield self.env._(
                    "Another publication came out meanwhile; together with it the table "
                    "“%s” tells a small number. Go back to the draft and check it again.",
                    dict(
                        self.figure_ids._fields["table"]._description_selection(
                            self.env
                        )
                    )[name],
                )
                return

    # ----------------------------------------------------------------------
    # What readers know
    # ----------------------------------------------------------------------

    def _months(self):
        """Return the numbers of the first month and of the one after the last."""
        return month_number(self.date_from), month_number(self.date_to) + 1

    def _tables(self):
        """Return the tables of one publication as stored, ``{name: Table}``."""
        start, end = self._months()
        by_name = self.figure_ids.grouped("table")
        if not by_name.get("total"):
            return {}
        total = by_name["total"]
        return {
            name: Table(
                start,
                end,
                {
                    row._sort(): None if row.hidden else row.count
                    for row in by_name.get(name, total.browse())
                },
                None if total.hidden else total.count,
            )
            for name in TABLES
        }

    def _known_tables(self):
        """Return what was published before about the same desk, ``{name: [Table]}``."""
        return self._published_tables(self.regulation_id)

    def _published_tables(self, rules):
        """Return what was published of a regulation, ``{name: [Table]}``, without these.

        Also what was withdrawn: who read it knows it. A month in a table is a total of
        that month.
        """
        # sudo: complaint.publication - all that was ever published
        earlier = self.sudo().search(
            [
                ("regulation_id", "=", rules.id),
                ("released_date", "!=", False),
                ("kind", "!=", "result"),
                ("id", "not in", self.ids),
            ],
            order="released_date, id",
        )
        known = {name: [] for name in TABLES}
        for publication in earlier:
            tables = publication._tables()
            months = [
                Table(number, number + 1, {}, count)
                for number, count in tables["month"].cells.items()
                if count is not None
            ] if tables else []  # fmt: skip
            for name, table in tables.items():
                known[name] += [table, *(months if name != "month" else ())]
        return known

    # ----------------------------------------------------------------------
    # Counting: a few queries, whatever the number of cases
    # ----------------------------------------------------------------------

    def _counts(self):
        """Return the real counts, ``{table: {code: count}}``; every table adds up."""
        cases = self.env["helpdesk.ticket"].with_context(
            active_test=False, tz=self.regulation_id.tz
        )
        domain = self._cases_domain()
        by_month = dict.fromkeys(range(*self._months()), 0)
        by_type = {str(key): 0 for key in self.regulation_id.type_ids.ids}
        for day, kind, number in cases._read_group(
            domain, ["received_date:month", "type_id"], ["__count"]
        ):
            by_month[month_number(day)] += number
            code = str(kind.id) if kind else "none"
            by_type[code] = by_type.get(code, 0) + number
        return {
            "type": by_type,
            "conclusion": self._count_conclusions(cases, domain),
            "timeliness": self._count_timeliness(cases, domain),
            "response": self._count_response(cases, domain),
            **self._count_answers(cases, domain),
            "month": by_month,
        }

    def _cases_domain(self):
        """Return the domain of the complaints received in the period."""
        first, end = self._moments()
        return (
            Domain("is_complaint", "=", True)
            & Domain("regulation_id", "=", self.regulation_id.id)
            & Domain("received_date", ">=", first)
            & Domain("received_date", "<", end)
        )

    def _count_conclusions(self, cases, domain):
        codes = _CODES["conclusion"]
        if self.regulation_id.takes_opinions:
            codes = (*OPINION_RESULTS, *codes)
        counts = dict.fromkeys(codes, 0)
        decided = domain & Domain("decision_ids.state", "=", "in_force")
        going = Domain("phase", "not in", _OUTCOMES)
        rows = self.env["complaint.decision"]._read_group(
            [
                ("state", "=", "in_force"),
                (
                    "ticket_id",
                    "any",
                    domain & going & Domain("active", "in", (True, False)),
                ),
            ],
            ["conclusion"],
            ["ticket_id:count_distinct"],
        )
        for conclusion, number in rows:
            counts[conclusion or "open"] += number
        undecided = ~Domain("id", "in", cases._search(decided))
        for phase, number in cases._read_group(
            domain & undecided, ["phase"], ["__count"]
        ):
            if phase in FINISHED_PHASES and phase not in _OUTCOMES:
                phase = "answered"
            counts[phase if phase in counts else "open"] += number
        ended = domain & Domain("phase", "in", _OUTCOMES) & ~undecided
        for phase, number in cases._read_group(ended, ["phase"], ["__count"]):
            counts[phase] += number
        return counts

    def _count_timeliness(self, cases, domain):
        late = Domain("deadline_ids.was_late", "=", True) | Domain(
            "deadline_ids.is_overdue", "=", True
        )
        finished = Domain("phase", "in", FINISHED_PHASES)
        missed = cases.search_count(domain & late)
        done = cases.search_count(domain & finished & ~late)
        return {
            "in_time": done,
            "late": missed,
            "open": cases.search_count(domain) - missed - done,
        }

    def _count_response(self, cases, domain):
        limits = Domain("end_event", "in", _TAKEN_UP)
        over = Domain("was_late", "=", True) | Domain("is_overdue", "=", True)
        late = Domain("deadline_ids", "any", limits & over)
        met = Domain("deadline_ids", "any", limits & Domain("state", "=", "met"))
        missed = cases.search_count(domain & late)
        done = cases.search_count(domain & met & ~late)
        return {
            "in_time": done,
            "late": missed,
            "open": cases.search_count(domain) - missed - done,
        }

    def _count_answers(self, cases, domain):
        """Return the tables of what complainants answered last, one answer a case."""
        counts = {
            name: dict.fromkeys(_CODES[name], 0) for name in ("solved", "satisfaction")
        }
        counts["solved"]["open"] = counts["satisfaction"]["open"] = cases.search_count(
            domain
        )
        answers = self.env["complaint.follow.up"].search_fetch(
            [("state", "=", "done"), ("ticket_id", "any", domain)],
            ["ticket_id", "solved", "result"],
            order="date, id",
        )
        said = {"solved": {}, "satisfaction": {}}
        for answer in answers:
            if answer.solved:
                said["solved"][answer.ticket_id.id] = (
                    "yes" if answer.solved == "yes" else "no"
                )
            if answer.result in counts["satisfaction"]:
                said["satisfaction"][answer.ticket_id.id] = answer.result
        for name, last in said.items():
            for code in last.values():
                counts[name][code] += 1
            counts[name]["open"] -= len(last)
        return counts


def _no_cases(name, tables):
    """Return a count of 0 for each sort that readers know of.

    What is not in a table tells that there was none, which may tell of another period;
    months outside of a period do not.
    """
    if name == "month":
        return {}
    return {cell: 0 for table in tables for cell in table.cells}


def _in_order(name, table):
    """Yield the codes and counts of a table as they are printed.

    Kinds come by their counts; those that are hidden last, by their codes: their place
    would tell between which others they are.
    """
    cells = table.cells.items()
    if name == "month":
        return [(_month_code(number), count) for number, count in cells]
    if name != "type":
        return list(cells)
    return sorted(cells, key=lambda cell: (cell[1] is None, -(cell[1] or 0), cell[0]))


def _month_code(number):
    """Return the first day of a month by its number, as text."""
    return f"{number // 12:04}-{number % 12 + 1:02}-01"


class ComplaintRegulation(models.Model):
    _inherit = "complaint.regulation"

    publication_min_count = fields.Integer(
        "Smallest Number Shown",
        default=5,
        help="Smaller numbers are not published, nor others from which they could be "
        "worked out.",
    )

    _small_numbers_hidden = models.Constraint(
        "CHECK (publication_min_count >= 3)",
        "Numbers below 3 tell who somebody is; choose 3 or more.",
    )
