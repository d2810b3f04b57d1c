from odoo import api, fields, models
from odoo.tools import SQL

#: Advisory locks of counters, apart from others.
_LOCK = 0x636E7472


class ComplaintCounter(models.Model):
    """Official numbers without gaps, by company, series and year.

    A sequence of PostgreSQL leaves gaps after a rollback. Here each drawing is a row of
    its own, made under a lock that ends with the transaction: whoever comes meanwhile
    waits, and goes on with the next number. Nobody has to begin anew, as with a row that
    all of them change.
    """

    _name = "complaint.counter"
    _description = "Counter of Official Numbers"

    company_id = fields.Many2one(
        "res.company", required=True, index=True, ondelete="cascade"
    )
    series = fields.Char(required=True)
    year = fields.Integer(required=True)
    last = fields.Integer(required=True)

    _series_unique = models.UniqueIndex("(company_id, series, year, last)")

    @api.model
    def _next(self, company, series, year, count=1):
        """Return the next numbers as a range.

        :param company: ``res.company`` record
        :param series: text that tells the series from others, such as ``case``
        :param year: calendar year of the office's local date
        :param count: how many, at least 1
        """
        place = {"company": company.id, "series": series, "year": year}
        committed = self._lock_series(place)
        [(last,)] = self.env.execute_query(
            SQL(
                """
                INSERT INTO complaint_counter (company_id, series, year, last)
                     SELECT %(company)s, %(series)s, %(year)s,
                            GREATEST(MAX(last), %(committed)s) + %(count)s
                       FROM complaint_counter
                      WHERE company_id = %(company)s AND series = %(series)s
                        AND year = %(year)s
                  RETURNING last
                """,
                committed=committed,
                count=count,
                **place,
            )
        )
        return range(last - count + 1, last + 1)

    @api.model
    def _lock_series(self, place):
        """Wait for who draws from a series, and return its last number, 0 at first.

        What they committed while we waited is not in our snapshot; a second connection
        sees it.
        """
        self.env.cr.execute(
            "SELECT pg_advisory_xact_lock(%s, hashtext(%s))",
            (_LOCK, f"{place['company']}/{place['series']}/{place['year']}"),
        )
        if not self.pool.ready:
            return 0
        with self.pool.cursor() as other:
            # never wait for our own changes to the table
            other.execute(
                "SET LOCAL lock_timeout = '5s';"
                "SELECT COALESCE(MAX(last), 0) FROM complaint_counter"
                " WHERE company_id = %(company)s AND series = %(series)s"
                " AND year = %(year)s",
                place,
            )
            return other.fetchone()[0]

    @api.autovacuum
    def _gc_counters(self):
        """Keep the last row of each series."""
        self.env.cr.execute(
            "DELETE FROM complaint_counter AS old USING complaint_counter AS newer"
            " WHERE newer.company_id = old.company_id AND newer.series = old.series"
            " AND newer.year = old.year AND newer.last > old.last"
        )
