from calendar import monthrange
from datetime import time, timedelta
from typing import NamedTuple

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import format_date

from ..tools.publication_figures import month_number

#: Cases that do not count in the figures.
_NOT_COUNTED = ("refused",)


class Counts(NamedTuple):
    """Numbers of a period; ``None`` stands for one that is not told.

    :param total: all complaints
    :param tables: ``{key: {label: number}}``
    :param titles: ``{key: title}``
    """

    total: int | None
    tables: dict
    titles: dict


class ComplaintAnalysis(models.AbstractModel):
    """Figures of a period: where complaints come from, how often, why (R08 2).

    Counted when asked for and under the reader's rights: whoever is kept away from a case
    does not find it in a number either. What goes to people outside the office has no
    small numbers, see :mod:`..tools.publication_figures`.

    EXTENSION POINT: ``_tables`` yields ``(key, title, {label: number})``.
    """

    _name = "complaint.analysis"
    _description = "Analysis of Complaints"

    @api.model
    def _figures(self, regulations, first, last, internal=False):
        """Return the figures of a period, as plain data.

        :param regulations: ``complaint.regulation`` records
        :param first: first day, in the office's own dates
        :param last: last day, included
        :param internal: with small numbers, for the office only
        :return: ``{"total", "before": text, "tables": [{"key", "title", "rows":
            [(label, number as text, percent or None)]}]}``
        """
        counted_now = self._counted(regulations, first, last)
        before = self._period_before(first, last)
        if internal:
            shown = counted_now
            earlier = self._cases().search_count(self._domain(regulations, *before))
        else:
            shown = self._told(regulations, first, last, counted_now)
            earlier = self._told(regulations, *before).total
        return {
            "total": self._number(shown.total),
            "before": self._number(earlier),
            "tables": [
                {
                    "key": key,
                    "title": counted_now.titles[key],
                    "rows": self._rows(counts, shown.tables[key]),
                }
                for key, counts in counted_now.tables.items()
                if counts
            ],
        }

    @api.model
    def _counted(self, regulations, first, last):
        """Return the real :class:`Counts` of a period."""
        domain = self._domain(regulations, first, last)
        found = list(self._tables(regulations, domain))
        return Counts(
            self._cases().search_count(domain),
            {key: counts for key, _title, counts in found},
            {key: title for key, title, _counts in found},
        )

    @api.model
    def _cases(self):
        return self.env["helpdesk.ticket"].with_context(active_test=False)

    @api.model
    def _period_before(self, first, last):
        """Return the period before: as many months if it is whole months, else days."""
        end = first - timedelta(days=1)
        if not self._is_whole_months(first, last):
            return first - (last - first) - timedelta(days=1), end
        months = month_number(last) - month_number(first) + 1
        return fields.Date.subtract(first, months=months), end

    @api.model
    def _is_whole_months(self, first, last):
        """Tell whether a period is whole months; other ones tell by their difference."""
        return first.day == 1 and last.day == monthrange(last.year, last.month)[1]

    @api.model
    def _domain(self, regulations, first, last):
        """Return the domain of the cases of a period."""
        domains = []
        for rules in regulations:
            office = self.env["helpdesk.ticket"].new({"regulation_id": rules.id})
            domains.append(
                Domain("regulation_id", "=", rules.id)
                & Domain("received_date", ">=", office._office_moment(first, time(0)))
                & Domain(
                    "received_date",
                    "<",
                    office._office_moment(last + timedelta(days=1), time(0)),
                )
            )
        return (
            Domain.OR(domains)
            & Domain("is_complaint", "=", True)
            & Domain("phase", "not in", _NOT_COUNTED)
        )

    # ----------------------------------------------------------------------
    # Tables
    # ----------------------------------------------------------------------

    @api.model
    def _tables(self, regulations, domain):
        """Yield ``(key, title, {label: number})``. EXTENSION POINT."""
        if any(regulations.mapped("takes_opinions")):
            yield "kind", self.env._("Kind of case"), self._by(domain, "case_kind")
        yield (
            "source",
            self.env._("Where they came from"),
            self._by(domain, "channel_id"),
        )
        yield "type", self.env._("What they were about"), self._by(domain, "type_id")
        known = domain & Domain("cause_id", "!=", False)
        yield "cause", self.env._("Why it happened"), self._by(known, "cause_id")
        yield "month", self.env._("How often"), self._by_month(domain)
        yield "result", self.env._("What came out"), self._by_result(domain)
        yield "late", self.env._("Time limits"), self._by_limit(domain)
        yield "satisfied", self.env._("How they took it"), self._by_answer(domain)

    @api.model
    def _by(self, domain, field):
        """Return ``{label: number}`` of the cases by a field, most first."""
        rows = self._cases()._read_group(domain, [field], ["__count"])
        kind = self.env["helpdesk.ticket"]._fields[field]
        if kind.type == "selection":
            labels = dict(kind._description_selection(self.env))
            counts = {labels.get(value): number for value, number in rows}
        else:
            counts = {value.display_name: number for value, number in rows}
        counts = {
            label or self.env._("Not stated"): number
            for label, number in counts.items()
        }
        return dict(sorted(counts.items(), key=lambda item: (-item[1], item[0])))

    @api.model
    def _by_month(self, domain):
        rows = self._cases()._read_group(domain, ["received_date:month"], ["__count"])
        return {
            format_date(self.env, month, date_format="y-MM"): number
            for month, number in rows
        }

    @api.model
    def _by_result(self, domain):
        decisions = self.env["complaint.decision"]
        labels = dict(decisions._fields["conclusion"]._description_selection(self.env))
        rows = decisions._read_group(
            [
                ("state", "=", "in_force"),
                ("ticket_id", "any", domain),
                ("ticket_id.active", "in", [True, False]),
            ],
            ["conclusion"],
            ["__count"],
        )
        return {labels.get(value): number for value, number in rows}

    @api.model
    def _by_limit(self, domain):
        late = Domain("deadline_ids.was_late", "=", True) | Domain(
            "next_due_state", "=", "overdue"
        )
        cases = self._cases()
        missed = cases.search_count(domain & late)
        met = Domain("deadline_ids.state", "=", "met")
        return {
            self.env._("In time"): cases.search_count(domain & met & ~late),
            self.env._("A limit was missed"): missed,
        }

    @api.model
    def _by_answer(self, domain):
        answers = self.env["complaint.follow.up"]
        labels = dict(answers._fields["result"]._description_selection(self.env))
        rows = answers._read_group(
            [
                ("state", "=", "done"),
                ("result", "!=", False),
                ("ticket_id", "any", domain),
                ("ticket_id.active", "in", [True, False]),
            ],
            ["result"],
            ["__count"],
        )
        return {labels.get(value): number for value, number in rows}

    # ----------------------------------------------------------------------
    # What is shown
    # ----------------------------------------------------------------------

    @api.model
    def _rows(self, counts, cells):
        """Return ``[(label, number as text, percent or None)]`` of one table."""
        # shares would tell the total, and with it what is hidden
        total = None not in cells.values() and sum(counts.values())
        return [
            (
                label,
                self._number(cells[label]),
                round(100 * number / total) if total else None,
            )
            for label, number in counts.items()
            if number
        ]

    @api.model
    def _number(self, number):
        """Return a number as text; ``None`` is “few”."""
        if number is None:
            return self.env._("few")
        return str(number)
