from odoo import api, models
from odoo.fields import Domain

from ..tools import open_figures

#: Rates, each with the table it is worked out of and what counts as good there.
_RATES = {
    "response": ("response", ("in_time",)),
    "resolution": ("solved", ("yes",)),
    "satisfaction": ("satisfaction", ("satisfied",)),
    "on_time": ("timeliness", ("in_time",)),
}
#: Tables that are told as they are; the others are told as rates.
_TABLES = ("type", "month", "conclusion")


class ComplaintPublication(models.Model):
    """What everybody reads of publications: released ones, and nothing else."""

    _inherit = "complaint.publication"

    @api.model
    def _portal_domain(self):
        """Return the domain of what is on the public pages."""
        return Domain("state", "=", "released") & Domain(
            "regulation_id", "in", self.env["complaint.regulation"]._portal_public().ids
        )

    @api.model
    def _portal_published(self, year=None, limit=None, offset=0):
        """Return released publications, the latest first, with sudo.

        :param year: of the period, all years without it
        """
        domain = self._portal_domain()
        if year:
            domain &= Domain("date_from", ">=", f"{year}-01-01")
            domain &= Domain("date_from", "<=", f"{year}-12-31")
        # sudo: complaint.publication - what is released is for everybody
        return self.sudo().search(
            domain,
            order="date_from desc, released_date desc, id desc",
            limit=limit,
            offset=offset,
        )

    @api.model
    def _portal_years(self):
        """Return ``[(year, number of publications)]``, the latest first."""
        # sudo: complaint.publication - what is released is for everybody
        rows = self.sudo()._read_group(
            self._portal_domain(), ["date_from:year"], ["__count"]
        )
        return sorted(((day.year, number) for day, number in rows), reverse=True)

    @api.model
    def _portal_find(self, key):
        """Return a released publication by its public key, empty if there is none."""
        # sudo: complaint.publication - what is released is for everybody
        return self.sudo().search(
            self._portal_domain() & Domain("public_key", "=", key), limit=1
        )

    @api.model
    def _portal_find_withdrawn(self, key):
        """Return a publication that was withdrawn, by its public key, or none.

        Its address was given to people: they are told that it no longer counts.
        """
        shown = self.env["complaint.regulation"]._portal_public()
        # sudo: complaint.publication - its number and dates, which were public
        return self.sudo().search(
            [
                ("state", "=", "withdrawn"),
                ("public_key", "=", key),
                ("regulation_id", "in", shown.ids),
            ],
            limit=1,
        )

    # ----------------------------------------------------------------------
    # Open figures: /complaints/figures
    # ----------------------------------------------------------------------

    @api.model
    def _portal_figures(self):
        """Return the published figures, the latest period first.

        :return: list of dicts with ``key``, ``office``, ``regulation``, ``from``, ``to``
            (dates), ``period`` (text), ``total`` (``None`` when it is hidden), ``rates``
            (``{name: (numerator, denominator) or None}``), ``tables`` (``{name: (heading,
            [(names, count)])}``) and ``told_by``: the key of the period that tells it
        """
        # sudo: complaint.publication - what is released is for everybody
        published = self.sudo().search(
            self._portal_domain() & Domain("figure_ids", "!=", False),
            order="date_to desc, date_from desc, released_date desc, id desc",
        )
        seen, found = set(), []
        for publication in published:
            period = (
                publication.regulation_id,
                publication.date_from,
                publication.date_to,
            )
            # of one period the latest paper counts
            if period not in seen:
                seen.add(period)
                found.append(publication._open_figures())
        return _told_by(found)

    def _open_figures(self):
        """Return the figures of one publication, see :meth:`_portal_figures`."""
        rows = [
            (row.table, row.code, row.label, None if row.hidden else row.count)
            for row in self.figure_ids
        ]
        tables = open_figures.by_table(rows)
        [(_code, _label, total)] = tables.pop("total")
        labels = dict(self.figure_ids._fields["table"]._description_selection(self.env))
        return {
            "key": self.public_key,
            "office": self.company_id.name,
            "regulation": self._rules_name(),
            "regulation_id": self.regulation_id.id,
            "from": self.date_from,
            "to": self.date_to,
            "period": f"{self._day(self.date_from)} – {self._day(self.date_to)}",
            "smallest": self.released_min_count
            or self.regulation_id.publication_min_count,
            "total": total,
            "rates": {
                name: open_figures.rate(
                    {code: count for code, _label, count in tables.get(table, ())},
                    total,
                    good,
                )
                for name, (table, good) in _RATES.items()
            },
            "tables": {
                name: (
                    labels[name],
                    open_figures.merge([row[1:] for row in tables[name]], total),
                )
                for name in _TABLES
                if name in tables
            },
        }

    @api.model
    def _portal_rate_names(self):
        """Return ``{rate: (name, what it is)}`` in the reader's language."""
        return {
            "response": (
                self.env._("Response rate"),
                self.env._("Complaints taken up in time, of those taken up or overdue"),
            ),
            "resolution": (
                self.env._("Resolution rate"),
                self.env._("Matters solved, of those whose complainants answered"),
            ),
            "satisfaction": (
                self.env._("Satisfaction rate"),
                self.env._("Complainants satisfied, of those who answered"),
            ),
            "on_time": (
                self.env._("On time"),
                self.env._(
                    "Finished within all time limits, of those finished or late"
                ),
            ),
        }


def _told_by(figures):
    """Return figures with ``told_by``; periods of which nothing is told are in wider ones."""
    for regulation in {item["regulation_id"] for item in figures}:
        own = [item for item in figures if item["regulation_id"] == regulation]
        told = open_figures.widest(
            [
                (
                    item["key"],
                    item["from"].toordinal(),
                    item["to"].toordinal(),
                    item["total"] is not None,
                )
                for item in own
            ]
        )
        for item in own:
            item["told_by"] = told[item["key"]]
    return figures


class ComplaintNoticeBoard(models.Model):
    _inherit = "complaint.notice.board"

    @api.model
    def _portal_of(self, regulation):
        """Return the values of a desk's public notice board, ``None`` without one."""
        # sudo: complaint.notice.board - what the office entered for everybody
        board = self.sudo().search(
            [("regulation_id", "=", regulation.id), ("is_public", "=", True)]
        )
        values = board and board._board_values()
        if not values or not (values["people"] or values["facts"]):
            return None
        return {**values, "photo": board.photo}
