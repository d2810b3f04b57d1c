from collections import defaultdict

from dateutil.relativedelta import relativedelta

from odoo import api, models

from ..tools.publication_figures import Table, month_number, protect
from .complaint_analysis import Counts

#: Quarters that figures for people outside the office are about at most.
_MOST_QUARTERS = 4


class ComplaintAnalysis(models.AbstractModel):
    """What people outside the office are told of the figures (THREATS 25).

    They may compare: quarters with the half-year they are in, an analysis with what was
    published. So a period is hidden as far as it tells a small number together with all
    shorter ones within it, and with the publications of the regulation.
    """

    _inherit = "complaint.analysis"

    @api.model
    def _told(self, regulations, first, last, counts=None):
        """Return the :class:`Counts` of a period that people outside may know.

        :param counts: the real ones, if they are known already
        """
        smallest = max(regulations.mapped("publication_min_count"), default=0)
        start, end = month_number(first), month_number(last) + 1
        known = self._published(regulations)
        quarters = self._quarters_within(regulations, first, last)
        for length in range(1, len(quarters)):
            for place in range(len(quarters) - length + 1):
                some = quarters[place : place + length]
                begin = start + 3 * place
                part = self._protect(
                    _sum(some), begin, begin + 3 * length, smallest, known
                )
                for key, table in part.items():
                    known[key].append(table)
        counts = counts or (
            _sum(quarters) if quarters else self._counted(regulations, first, last)
        )
        tables = self._protect(counts, start, end, smallest, known)
        return counts._replace(
            total=tables.pop("total").total,
            tables={key: table.cells for key, table in tables.items()},
        )

    @api.model
    def _protect(self, counts, start, end, smallest, known):
        """Return the tables of a period as they may be told, ``{key: Table}``.

        What is hidden in one table must not follow from the total of another.

        :param known: ``{key: [Table]}``, what readers know already
        """
        whole = {"total"}
        tables = {"total": Table(start, end, {}, counts.total)}
        for key, cells in counts.tables.items():
            # what readers know of and what does not come now had no case
            cells = {**{c: 0 for t in known[key] for c in t.cells}, **cells}
            tables[key] = Table(start, end, cells, sum(cells.values()))
            if tables[key].total == counts.total:
                whole.add(key)
        shown = {
            key: protect(
                table,
                smallest,
                known[key] + known["total"] * (key in whole - {"total"}),
            )
            for key, table in tables.items()
        }
        if any(shown[key].total is None for key in whole):
            for key in whole:
                cells = dict.fromkeys(shown[key].cells)
                shown[key] = shown[key]._replace(cells=cells, total=None)
        return shown

    # ----------------------------------------------------------------------
    # What readers may know
    # ----------------------------------------------------------------------

    @api.model
    def _is_whole_quarters(self, first, last):
        """Tell whether a period is one to four whole quarters."""
        months = month_number(last) - month_number(first) + 1
        return (
            self._is_whole_months(first, last)
            and first.month % 3 == 1
            and months % 3 == 0
            and 0 < months <= 3 * _MOST_QUARTERS
        )

    @api.model
    def _quarters_message(self):
        return self.env._(
            "Figures for people outside the office are about one to four whole quarters: "
            "periods that differ by days or months would tell small numbers."
        )

    @api.model
    def _quarters_within(self, regulations, first, last):
        """Return the real :class:`Counts` of the quarters of a period, none for others."""
        if not self._is_whole_quarters(first, last):
            return []
        number = (month_number(last) - month_number(first) + 1) // 3
        if number == 1:
            return []
        begins = [first + relativedelta(months=3 * place) for place in range(number)]
        return [
            self._counted(
                regulations, day, day + relativedelta(months=3) - relativedelta(days=1)
            )
            for day in begins
        ]

    @api.model
    def _published(self, regulations):
        """Return what was published, ``{key: [Table]}`` with the labels of an analysis."""
        known = defaultdict(list)
        publications = self.env["complaint.publication"]
        types = self.env["helpdesk.ticket.type"].with_context(active_test=False)
        names = {str(kind.id): kind.display_name for kind in types.search([])}
        for rules in regulations:
            tables = publications._published_tables(rules)
            for table in tables["type"]:
                known["total"].append(table._replace(cells={}))
                cells = {
                    names.get(code, self.env._("Not stated")): number
                    for code, number in table.cells.items()
                }
                if cells:
                    known["type"].append(table._replace(cells=cells))
        return known


def _sum(parts):
    """Return the sum of :class:`Counts` of periods that have nothing in common."""
    tables = {}
    for key in parts[0].tables:
        tables[key] = defaultdict(int)
        for part in parts:
            for label, number in part.tables[key].items():
                tables[key][label] += number
        tables[key] = dict(tables[key])
    return Counts(sum(part.total for part in parts), tables, parts[0].titles)
