from odoo import http
from odoo.http import request

from ..tools.receipts import show_code
from .common import go_private, read_route, render_private, write_route
from .filing_screens import FilingScreens
from .visitors import address, hits, visitor_owner, visitor_secret

_START = "/complaints/new"


class AnonymousFiling(FilingScreens, http.Controller):
    """Filing a complaint without saying who one is, where the regulation allows it.

    The case is found again by a receipt code, which the page after sending shows. It is
    an answer to a form and has no address of its own; sent again, the form shows the same
    code for a few minutes more, because a second tap must not cost anybody the code.
    """

    _start = _START
    _anonymous = True

    def _partner(self):
        return request.env["res.partner"]

    def _owner(self):
        return visitor_owner()

    def _regulations(self):
        return request.env["complaint.regulation"]._portal_anonymous()

    def _limit(self):
        if hits()._is_over("file", address()):
            return request.env._(
                "Many complaints were sent from here in the last hour. Please try again "
                "in an hour, or call us or come to the office. What you typed is kept."
            )
        return ""

    def _send(self, draft):
        """OVERRIDE: the case gets a receipt code."""
        hits()._add("file", address())
        draft._send(self._partner(), self._code(draft))

    def _code(self, draft):
        receipts = request.env["complaint.receipt"]
        return receipts._code_of_form(visitor_secret(), draft.nonce)

    def _show_sent(self, draft):
        code = draft._receipt_to_show(self._code(draft))
        if request.httprequest.method != "POST" or not code:
            return go_private("/complaints/track")
        return render_private(
            "receipt_page",
            {
                "case": draft.ticket_id,
                "code": show_code(code),
                "spoken": " ".join(code),
                "good": request.env._(
                    "It is good as long as we work on your complaint, and for %s days "
                    "after the last message.",
                    request.env["complaint.receipt"]._life_days(),
                ),
            },
        )

    # ----------------------------------------------------------------------
    # Routes
    # ----------------------------------------------------------------------

    @read_route(_START, auth="public")
    def matter(self, desk=None, draft=None, **_ignored):
        return self._show_matter(desk, draft)

    @write_route(_START, auth="public")
    def matter_post(self, nonce=None, desk=None, kind=None, **_ignored):
        visitor_secret(make=True)
        return self._take_matter(nonce, desk, kind)

    @read_route(_START + "/<string:nonce>/what", auth="public")
    def what(self, nonce, **_ignored):
        return self._show_what(nonce)

    @write_route(_START + "/<string:nonce>/what", auth="public")
    def what_post(self, nonce, drop=None, **form):
        return self._take_what(nonce, drop, form)

    @read_route(_START + "/<string:nonce>/you", auth="public")
    def you(self, nonce, **_ignored):
        return self._show_you(nonce)

    @write_route(_START + "/<string:nonce>/you", auth="public")
    def you_post(self, nonce, **form):
        return self._take_you(nonce, form)
