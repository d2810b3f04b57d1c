import hashlib
import hmac
from secrets import token_hex

from odoo import api, fields, models
from odoo.tools import SQL

from ..tools.rates import LONGEST, RATES, delay


class ComplaintRateHit(models.Model):
    """One thing done from one place, remembered for an hour (THREATS 10, 12).

    A place is kept as its HMAC with a key of that day; key and rows are deleted, and then
    nobody can tell any more which place it was. A row per hit, none is ever changed: two
    requests at the same time are never in each other's way.
    """

    _name = "complaint.rate.hit"
    _description = "Something Done from One Place"
    _log_access = False

    kind = fields.Char(required=True)
    place_key = fields.Char(required=True)
    moment = fields.Datetime(required=True)

    _find_idx = models.Index("(kind, place_key, moment)")

    @api.model
    def _add(self, kind, place=""):
        """Remember that something was done.

        :param kind: key of :data:`~..tools.rates.RATES`
        :param place: text, see ``tools.rates.place_of``
        """
        self.create(
            {
                "kind": kind,
                "place_key": self._place_key(kind, place),
                "moment": fields.Datetime.now(),
            }
        )

    @api.model
    def _count(self, kind, place=""):
        """Return how often it was done within the window."""
        since = fields.Datetime.now() - RATES[kind].window
        return self.search_count(
            [
                ("kind", "=", kind),
                ("place_key", "=", self._place_key(kind, place)),
                ("moment", ">", since),
            ]
        )

    @api.model
    def _is_over(self, kind, place=""):
        """Tell whether it was done as often as it may be."""
        return self._count(kind, place) >= RATES[kind].limit

    @api.model
    def _delay(self, kind, place=""):
        """Return for how many seconds to wait before the next try."""
        return delay(RATES[kind], self._count(kind, place))

    # ----------------------------------------------------------------------
    # Keys
    # ----------------------------------------------------------------------

    @api.model
    def _place_key(self, kind, place):
        """Return the HMAC under which a place is kept today."""
        text = f"{kind} {place}".encode()
        return hmac.new(self._day_key().encode(), text, hashlib.sha256).hexdigest()

    @api.model
    def _day_key(self):
        """Return the key of today; the first visitor of a day makes it."""
        today = fields.Date.today()
        known = self._known_key(today)
        if known:
            return known
        # two visitors at the same time: one key is kept
        self.env.execute_query(
            SQL(
                """
                INSERT INTO complaint_rate_key (day, secret) VALUES (%s, %s)
                ON CONFLICT (day) DO NOTHING
                """,
                today,
                token_hex(32),
            )
        )
        return self._known_key(today)

    @api.model
    def _known_key(self, day):
        rows = self.env.execute_query(
            SQL("SELECT secret FROM complaint_rate_key WHERE day = %s", day)
        )
        return rows[0][0] if rows else None

    # ----------------------------------------------------------------------
    # Clean-up
    # ----------------------------------------------------------------------

    @api.model
    def _cron_forget(self):
        """Forget what is over, and the keys of other days."""
        now = fields.Datetime.now()
        self.search([("moment", "<", now - LONGEST)]).unlink()
        keys = self.env["complaint.rate.key"]
        keys.search([("day", "<", now.date())]).unlink()
