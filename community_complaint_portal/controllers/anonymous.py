from odoo import http
from odoo.http import request

from ..tools.forms import as_id, as_nonce
from ..tools.receipts import show_code
from .common import go_private, new_nonce, read_route, render_private, write_route
from .filing_screens import FilingScreens
from .visitors import (
    count,
    minutes,
    note_way,
    owner_of_hold,
    visitor_hold,
    visitor_owner,
    visitor_secret,
    wait_for,
)

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

    def _device(self):
        """OVERRIDE: the same for all visitors, who find it when cookies are gone."""
        return "visitor"

    def _regulations(self):
        return request.env["complaint.regulation"]._portal_anonymous()

    def _start_limit(self, nonce):
        """OVERRIDE: nobody fills the tables with forms that nobody sends."""
        if self._find_draft(nonce):
            return 0
        wait = wait_for("draft")
        if not wait:
            count("draft")
        return wait

    def _limit(self):
        return wait_for("file")

    def _limit_text(self, wait):
        return request.env._(
            "Many complaints were sent in the last hour. Please try again in %s "
            "minutes, or call us or come to the office. What you typed is kept.",
            minutes(wait),
        )

    def _send(self, draft):
        """OVERRIDE: the case gets a receipt code."""
        count("file")
        draft._send(self._partner(), self._code(draft))

    def _prepare_draft_values(self, draft, problems):
        """OVERRIDE: the form itself proves whose it was, when the browser forgot."""
        values = super()._prepare_draft_values(draft, problems)
        return {**values, "hold": visitor_hold()}

    def _begin_again(self, owner, nonce, desk, form):
        """Go on with a form whose session is gone, under the session of now.

        A draft of the other session is read, never taken over: who planted a session in
        somebody's browser learns nothing of what is typed from now on.

        :param owner: whose the draft was, proved by its page
        """
        drafts = request.env["complaint.submission"]
        old = drafts._find(owner, nonce) if owner else drafts
        if old.ticket_id:
            return go_private("/complaints/track")
        draft = self._find_draft(nonce)
        if not draft and old.regulation_id in self._regulations():
            new = new_nonce()
            if wait := self._start_limit(new):
                error = self._limit_text(wait)
                rules, kind = old.regulation_id, old.type_id
                regulations = self._regulations()
                return self._render_matter(regulations, rules, new, kind, error, wait)
            draft = drafts._open(self._owner(), new, old.regulation_id, old.type_id)
            draft._take_over(old)
        if not draft or draft.ticket_id:
            return go_private(f"{_START}?desk={as_id(desk) or ''}")
        draft._keep({**(draft.answers or {}), **draft._read_again(form)})
        return go_private(f"{_START}/{draft.nonce}/what")

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
                "device": self._device(),
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
    def matter(self, desk=None, draft=None, kind=None, via=None, **_ignored):
        note_way(via)
        return self._show_matter(desk, draft, kind)

    @write_route(_START, auth="public")
    def matter_post(self, nonce=None, desk=None, kind=None, go=None, **_ignored):
        visitor_secret(make=True)
        return self._take_matter(nonce, desk, kind, go)

    @write_route(_START + "/again", auth="public", complaint_page=_START)
    def again(self, hold=None, nonce=None, desk=None, **form):
        visitor_secret(make=True)
        return self._begin_again(owner_of_hold(hold), as_nonce(nonce), desk, form)

    @read_route(_START + "/<string:nonce>/what", auth="public")
    def what(self, nonce, **_ignored):
        return self._show_what(nonce)

    @write_route(_START + "/<string:nonce>/what", auth="public")
    def what_post(self, nonce, drop=None, go=None, **form):
        return self._take_what(nonce, drop, form, go)

    @read_route(_START + "/<string:nonce>/you", auth="public")
    def you(self, nonce, **_ignored):
        return self._show_you(nonce)

    @write_route(_START + "/<string:nonce>/you", auth="public")
    def you_post(self, nonce, go=None, **form):
        return self._take_you(nonce, form, go)
