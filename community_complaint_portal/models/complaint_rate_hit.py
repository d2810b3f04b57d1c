import hashlib
import hmac
from secrets import token_hex

from odoo import SUPERUSER_ID, api, fields, models
from odoo.tools import SQL

from odoo.addons.community_complaint.tools.roles import MANAGER

from ..tools.rates import RATES, seconds_left


class ComplaintRateHit(models.Model):
    """One thing done from one place, remembered as long as it counts (THREATS 10, 12).

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
    def _wait(self, *buckets):
        """Return for how many seconds something cannot be done, 0 if it can.

        :param buckets: ``(kind, place)`` each; whose place is not known is not counted
        """
        return max(0, *(self._wait_of(kind, place) for kind, place in buckets))

    @api.model
    def _wait_of(self, kind, place):
        """Return the seconds of one bucket; one query."""
        rate, now = RATES[kind], fields.Datetime.now()
        if rate.place == "address" and not place:
            return 0
        done = self.search_fetch(
            [
                ("kind", "=", kind),
                ("place_key", "=", self._place_key(kind, place)),
                ("moment", ">", now - rate.window),
            ],
            ["moment"],
            order="moment desc, id desc",
            offset=rate.limit - 1,
            limit=1,
        )
        return seconds_left(rate, done.moment, now) if done else 0

    @api.model
    def _is_only_place(self, kind, place):
        """Return whether nobody did it lately from anywhere else."""
        key = self._place_key(kind, place)
        elsewhere = [("kind", "=", kind), ("place_key", "!=", key)]
        return bool(place) and not self.search_count(elsewhere, limit=1)

    # ----------------------------------------------------------------------
    # One address for all
    # ----------------------------------------------------------------------

    @api.model
    def _warn_of_one_address(self):
        """Tell managers once a day that all visitors seem to come from one address."""
        if self._wait(("warned", "")):
            return
        self._add("warned")
        office = self.with_user(SUPERUSER_ID).with_context(mail_notify_force_send=False)
        for manager in office.env.ref(MANAGER).all_user_ids:
            if manager.active and not manager.share:
                office.with_context(lang=manager.lang)._warn_manager(manager)

    @api.model
    def _warn_manager(self, manager):
        self.env["mail.thread"].message_notify(
            partner_ids=manager.partner_id.ids,
            subject=self.env._("All visitors seem to come from one address"),
            body=self.env._(
                "The pages for complaints cannot tell visitors apart. If there is a proxy "
                "in front of the server, ask the administrator to set “proxy_mode” and to "
                "pass on X-Forwarded-For and X-Forwarded-Host. Otherwise one machine is "
                "sending a great deal."
            ),
            author_id=self.env["ir.model.data"]._xmlid_to_res_id("base.partner_root"),
        )

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
        for kind, rate in RATES.items():
            over = [("kind", "=", kind), ("moment", "<", now - rate.window)]
            self.search(over).unlink()
        keys = self.env["complaint.rate.key"]
        keys.search([("day", "<", now.date())]).unlink()
