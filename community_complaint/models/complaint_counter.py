from odoo import api, fields, models
from odoo.tools import SQL


class ComplaintCounter(models.Model):
    """Official numbers without gaps, one row per company, series and year.

    A sequence of PostgreSQL leaves gaps after a rollback; a row that is locked until
    the transaction ends does not.
    """

    _name = "complaint.counter"
    _description = "Counter of Official Numbers"

    company_id = fields.Many2one(
        "res.company", required=True, index=True, ondelete="cascade"
    )
    series = fields.Char(required=True)
    year = fields.Integer(required=True)
    last = fields.Integer(required=True)

    _series_unique = models.UniqueIndex("(company_id, series, year)")

    @api.model
    def _next(self, company, series, year, count=1):
        """Return the next numbers as a range.

        :param company: ``res.company`` record
        :param series: text that tells the series from others, such as ``case``
        :param year: calendar year of the office's local date
        :param count: how many, at least 1
        """
        query = SQL(
            """
            INSERT INTO complaint_counter AS counter
                        (company_id, series, year, last)
                 VALUES (%(company)s, %(series)s, %(year)s, %(count)s)
            ON CONFLICT (company_id, series, year)
              DO UPDATE SET last = counter.last + EXCLUDED.last
              RETURNING last
            """,
            company=company.id,
            series=series,
            year=year,
            count=count,
        )
        # two at once: the server repeats the later request by itself, no need to alarm
        self.env.cr.execute(query, log_exceptions=False)
        [(last,)] = self.env.cr.fetchall()
        return range(last - count + 1, last + 1)
