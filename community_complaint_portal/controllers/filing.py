from odoo import http
from odoo.http import request

from .common import go_private, read_route, write_route
from .filing_screens import FilingScreens
from .visitors import hits

_START = "/my/complaints/new"


class ComplaintFiling(FilingScreens, http.Controller):
    """Filing a complaint with an account."""

    _start = _START

    def _partner(self):
        return request.env.user.partner_id

    def _owner(self):
        return request.env["complaint.submission"]._owner(self._partner())

    def _show_sent(self, draft):
        sent = "?sent=1" if request.httprequest.method == "POST" else ""
        return go_private(f"/my/complaints/{draft.ticket_id.number}{sent}")

    def _place(self):
        return f"partner {self._partner().id}"

    def _limit(self):
        if hits()._is_over("file_account", self._place()):
            return request.env._(
                "You sent many complaints in the last hour. Please try again in an hour, "
                "or call us or come to the office. What you typed is kept."
            )
        return ""

    def _send(self, draft):
        """OVERRIDE: count what one account sends."""
        hits()._add("file_account", self._place())
        return super()._send(draft)

    @read_route(_START)
    def matter(self, desk=None, draft=None, **_ignored):
        return self._show_matter(desk, draft)

    @write_route(_START)
    def matter_post(self, nonce=None, desk=None, kind=None, **_ignored):
        return self._take_matter(nonce, desk, kind)

    @read_route(_START + "/<string:nonce>/what")
    def what(self, nonce, **_ignored):
        return self._show_what(nonce)

    @write_route(_START + "/<string:nonce>/what")
    def what_post(self, nonce, drop=None, **form):
        return self._take_what(nonce, drop, form)

    @read_route(_START + "/<string:nonce>/you")
    def you(self, nonce, **_ignored):
        return self._show_you(nonce)

    @write_route(_START + "/<string:nonce>/you")
    def you_post(self, nonce, **form):
        return self._take_you(nonce, form)
