import re

from odoo import fields, models
from odoo.tools import format_date

from ..tools import paper_text
from .complaint_publication_figure import TABLES

#: Where nobody is counted but by not having answered, a table tells nothing.
_ASKED = ("response", "solved", "satisfaction")


class ComplaintPublicationPaperMixin(models.AbstractModel):
    """The paper for the wall (公示): letterhead, figures, results, place for the seal."""

    _name = "complaint.publication.paper.mixin"
    _description = "Papers of Publications"

    def action_print(self):
        """Return the action that shows the paper."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_url",
            "url": f"/complaint/publications/{self.id}/paper",
            "target": "new",
        }

    def _paper(self):
        """Return the paper of one publication as PDF.

        :raise UserError: if papers cannot be printed on this server
        """
        self.ensure_one()
        office = self._in_office_language()
        html = office.env["ir.qweb"]._render(
            "community_complaint.publication_paper", office._paper_values()
        )
        page = paper_text.self_contained(html)
        return self.env["ir.actions.report"]._print_papers([page])[0]

    def _paper_values(self):
        """Return the values of the template, all of them plain text."""
        return {
            "notice": self,
            "lang": (self.env.lang or "en_US").replace("_", "-"),
            "title": paper_text.clean(self.name),
            "office": letterhead(self),
            "draft": self.state not in ("released", "withdrawn"),
            "withdrawn": self.state == "withdrawn",
            "introduction": paper_text.paragraphs(self.introduction),
            "facts": self._paper_facts(),
            **self._shown_values(),
            "issued": self.released_date and self._day(self.released_date),
        }

    def _paper_facts(self):
        """Return ``[(label, value)]`` above the tables."""
        period = f"{self._day(self.date_from)} – {self._day(self.date_to)}"
        if self.kind == "result":
            period = self._period_label()
        return [
            (self.env._("Regulation"), self._rules_name()),
            (self.env._("Period covered"), period),
        ]

    def _shown_values(self):
        """Return figures and results as everybody may read them.

        :return: ``{"total", "tables": [(heading, rows)], "results", "hidden_note"}``
        """
        by_table = self.figure_ids.grouped("table")
        labels = dict(
            self.env["complaint.publication.figure"]
            ._fields["table"]
            ._description_selection(self.env)
        )
        return {
            "total": by_table.get("total"),
            "tables": [
                (labels[name], self._told_rows(by_table, name))
                for name in TABLES
                if self._told_rows(by_table, name)
            ],
            "hidden_note": any(self.figure_ids.mapped("hidden"))
            and self.env._(
                "Numbers below %s, and others from which they could be worked out, are "
                "not shown, so that nobody can be recognised.",
                self.released_min_count or self.regulation_id.publication_min_count,
            ),
            "results": self._shown_results(),
        }

    def _told_rows(self, by_table, name):
        """Return the rows of a table that tell something, empty if none does."""
        rows = by_table.get(name, self.figure_ids.browse())
        told = rows.filtered(lambda row: row.hidden or row.count)
        if name == "month" and len(rows) == 1:
            return rows.browse()
        if name in _ASKED and not set(told.mapped("code")) - {"open"}:
            return rows.browse()
        return told

    def _shown_results(self):
        """Return the results as dicts of plain text.

        Kind, conclusion and month of a result are left out where the figures hide how
        many there were: one could count the results.
        """
        hidden = {(row.table, row.code) for row in self.figure_ids if row.hidden}
        labels = dict(
            self.env["complaint.publication.line"]
            ._fields["conclusion"]
            ._description_selection(self.env)
        )
        return [self._shown_result(line, hidden, labels) for line in self.line_ids]

    def _shown_result(self, line, hidden, labels):
        """Return one result as a dict of plain text.

        :param hidden: set of pairs of table and code whose count is hidden
        :param labels: ``{conclusion: text}``
        """

        def unless_hidden(table, code, text):
            return "" if (table, code) in hidden else text or ""

        month = fields.Date.to_string(line.month)
        conclusion = unless_hidden(
            "conclusion", line.conclusion, labels.get(line.conclusion)
        )
        measures = paper_text.clean(line.measures)
        return {
            "number": line.public_key,
            "month": unless_hidden("month", month, line.month_text),
            "kind": unless_hidden(
                "type", str(line.type_id.id or "none"), line._type_name()
            ),
            "conclusion": conclusion,
            "measures": measures,
            "outcome": self._outcome(conclusion, measures),
            "summary": paper_text.paragraphs(line.summary),
        }

    def _outcome(self, conclusion, measures):
        """Return how a case ended, as a sentence."""
        if not conclusion:
            return measures and self.env._("Measures: %s", measures)
        if not measures:
            return self.env._("Result: %s", conclusion)
        return self.env._(
            "Result: %(conclusion)s; measures: %(measures)s",
            conclusion=conclusion,
            measures=measures,
        )

    def _day(self, day):
        return format_date(self.env, day, self.env.lang, "long")

    def _paper_file_name(self):
        """Return the name of the file."""
        return re.sub(r"[^\w〔〕().-]+", "-", f"{self.number or self.name}.pdf")


def letterhead(record):
    """Return name, size of the name, address, phone and e-mail of the office."""
    company = record.company_id
    parts = [company.street, company.street2, company.city]
    if (record.env.lang or "").startswith("zh"):
        address = "".join(filter(None, [company.city, *parts[:2]]))
    else:
        address = ", ".join(filter(None, parts))
    return {
        "name": company.name,
        "size": record.env["complaint.notice"]._paper_name_size(company.name),
        "address": address,
        "phone": company.phone,
        "email": company.email,
    }
