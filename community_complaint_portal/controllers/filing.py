from odoo import http
from odoo.http import request

from .common import go_private, read_route, write_route
from .filing_screens import FilingScreens
from .visitors import hits, minutes, note_way

_START = "/my/complaints/new"


class ComplaintFiling(FilingScreens, http.Controller):
    """Filing a complaint with an account."""

    _start = _START

    def _partner(self):
        return request.env.user.partner_id

    def _owner(self):
        return request.env["complaint.submission"]._owner(self._partner())

    def _unfinished(self, regulations):
        """OVERRIDE: one's own; a browser without an account may be anybody's."""
        drafts = request.env["complaint.submission"]
        return drafts._unfinished(self._owner(), regulations)

    def _show_sent(self, draft):
        sent = "?sent=1" if request.httprequest.method == "POST" else ""
        return go_private(f"/my/complaints/{draft.ticket_id.number}{sent}")

    def _place(self):
        return f"partner {self._partner().id}"

    def _limit(self):
        return hits()._wait(("file_account", self._place()))

    def _limit_text(self, wait):
        return request.env._(
            "You sent many complaints in the last hour. Please try again in %s minutes, or "
            "call us or come to the office. What you typed is kept.",
            minutes(wait),
        )

    def _send(self, draft):
        """OVERRIDE: count what one account sends."""
        hits()._add("file_account", self._place())
        return super()._send(draft)

    @read_route(_START)
    def matter(self, desk=None, draft=None, kind=None, via=None, **_ignored):
        note_way(via)
        return self._show_matter(desk, draft, kind)

    @write_route(_START)
    def matter_post(self, nonce=None, desk=None, kind=None, go=None, **_ignored):
        return self._take_matter(nonce, desk, kind, go)

    @read_route(_START + "/<string:nonce>/what")
    def what(self, nonce, **_ignored):
        return self._show_what(nonce)

    @write_route(_START + "/<string:nonce>/what")
    def what_post(self, nonce, drop=None, go=None, **form):
        return self._take_what(nonce, drop, form, go)

    @write_route(_START + "/<string:nonce>/discard", complaint_page="/my/complaints")
    def discard(self, nonce, **_ignored):
        self._find_draft(nonce)._discard()
        return go_private("/my/complaints")

    @read_route(_START + "/<string:nonce>/you")
    def you(self, nonce, **_ignored):
        return self._show_you(nonce)

    @write_route(_START + "/<string:nonce>/you")
    def you_post(self, nonce, go=None, **form):
        return self._take_you(nonce, form, go)
