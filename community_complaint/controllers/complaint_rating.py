import re

from odoo import http
from odoo.http import request

from odoo.addons.rating.controllers.main import Rating

from .papers import PRIVATE

#: Marks that a link of a mail may have.
_MARKS = ("1", "3", "5")
#: What the base's tokens look like.
_TOKEN = re.compile(r"[\w-]{1,100}", re.ASCII)


class ComplaintRating(Rating):
    """The link by which somebody says how satisfied they are with an open complaint.

    Who holds it answers, logged in or not: in ratings of complaints everybody is the
    neutral proxy, so the base would send logged-in residents away.
    """

    @http.route()
    def action_open_rating(self, token, rate, **kwargs):
        """OVERRIDE: shown as to a visitor; what is no mark is no page."""
        self._as_visitor(token, rate)
        return super().action_open_rating(token, rate, **kwargs)

    @http.route()
    def action_submit_rating(self, token, rate=0, **kwargs):
        """OVERRIDE: see above; no user's name is on what is written (THREATS 2)."""
        self._as_visitor(token, rate or _MARKS[0])
        return super().action_submit_rating(token, rate=rate, **kwargs)

    def _as_visitor(self, token, rate):
        if not _TOKEN.fullmatch(token):
            raise request.not_found()
        _rating, record = self._get_rating_and_record(token)
        if record._name == "helpdesk.ticket" and record.is_complaint:
            if str(rate) not in _MARKS:
                raise request.not_found()
            request.update_env(user=request.env.ref("base.public_user").id)
            for name, value in PRIVATE:
                request.future_response.headers[name] = value
