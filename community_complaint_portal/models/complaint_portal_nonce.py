from datetime import timedelta
from secrets import token_hex

from odoo import api, fields, models
from odoo.tools import SQL

#: How long a form may lie open in a browser.
_LIFE = timedelta(days=14)


class ComplaintPortalNonce(models.Model):
    """One-time numbers of forms: a form sent twice is taken once.

    Nobody reads or writes them but the portal itself.
    """

    _name = "complaint.portal.nonce"
    _description = "One-time Number of a Portal Form"

    name = fields.Char(required=True)

    _name_unique = models.UniqueIndex("(name)")

    @api.model
    def _new(self):
        """Return a number for a form; nothing is stored until the form is sent."""
        return token_hex(16)

    @api.model
    def _take(self, name):
        """Use up a number.

        Two requests at the same time: the second waits for the first and is then told
        that the number is gone.

        :return: whether it was still unused
        """
        rows = self.env.execute_query(
            SQL(
                """
                INSERT INTO complaint_portal_nonce (name, create_date)
                     VALUES (%s, now() AT TIME ZONE 'UTC')
                ON CONFLICT (name) DO NOTHING
                  RETURNING id
                """,
                name,
            )
        )
        return bool(rows)

    @api.autovacuum
    def _gc_nonces(self):
        """Forget old numbers."""
        limit = fields.Datetime.now() - _LIFE
        self.search([("create_date", "<", limit)], limit=10_000).unlink()
