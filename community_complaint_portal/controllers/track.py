import time

from odoo import http
from odoo.http import request

from ..tools.forms import as_id
from ..tools.receipts import clean_code
from .case_pages import CasePages
from .common import download, download_paper, read_route, render_private, write_route
from .typed import read_typed
from .visitors import count, forget, keep, kept, minutes, renew_session, wait_for

_TRACK = "/complaints/track"
#: The session's note of which case was opened, and for how many seconds it stays open.
_OPEN = "complaint_open"
_SECONDS = 30 * 60


class TrackedCase(CasePages, http.Controller):
    """One case, for who holds its receipt code.

    The code comes by a form and is checked once; then the visitor's session, which is no
    table, remembers for half an hour which case is open. Everything about the case is an
    answer to a form: no address of it is in a history or a log (THREATS 10).
    """

    # ----------------------------------------------------------------------
    # The code
    # ----------------------------------------------------------------------

    @read_route(_TRACK, auth="public")
    def track(self, **_ignored):
        return self._ask()

    @write_route(_TRACK, auth="public")
    def track_post(self, code=None, **form):
        if code is None:
            return self._with_case(form, self._render_case)
        code = clean_code(code)
        # the right code is never asked to wait, however many guess (THREATS 11)
        receipt = request.env["complaint.receipt"]._find_by_mark(code)
        if not receipt and (wait := wait_for("guess")):
            return self._ask_again(form, wait)
        receipt = receipt._opened_by(code)
        if not receipt:
            count("guess")
            return self._ask_again(form)
        return self._open(receipt, form)

    def _open(self, receipt, form):
        """Return the case of a code, in a session that nobody knew before."""
        self._remember(receipt)
        typed = read_typed(form)
        page = self._render_case(
            self._case_of(receipt), typed=typed, restored=bool(typed)
        )
        renew_session()
        return page

    @write_route(_TRACK + "/leave", auth="public", complaint_page=_TRACK)
    def leave(self, **_ignored):
        """Close the case on this telephone or computer, and what else a visitor began."""
        forget(_OPEN)
        renew_session()
        return self._ask(left=True)

    def _ask_again(self, form, wait=0):
        """Return the page that asks for a code after one that nobody has."""
        problem = request.env._(
            "No complaint has this code. Please check the 16 digits. Lost it? Ask at the "
            "office."
        )
        if wait:
            problem = request.env._(
                "No complaint has this code. Please check the 16 digits: the right code "
                "opens your complaint at any time. Other codes can be tried again in %s "
                "minutes.",
                minutes(wait),
            )
        return self._ask(problem, form, status=422, wait=wait)

    def _ask(self, problem=None, typed=None, status=200, left=False, wait=0):
        """Return the page that asks for a code; what was typed elsewhere comes along."""
        return render_private(
            "track_page",
            {"problem": problem, "typed": read_typed(typed or {}), "left": left},
            status=status,
            wait=wait,
        )

    # ----------------------------------------------------------------------
    # The open case
    # ----------------------------------------------------------------------

    def _remember(self, receipt):
        keep(_OPEN, [receipt.id, int(time.time()) + _SECONDS])

    def _open_receipt(self):
        """Return the receipt that was opened, empty if it is over or was closed.

        It is closed for who signs in to the same browser.
        """
        receipts = request.env["complaint.receipt"]
        receipt_id, until = kept(_OPEN) or (0, 0)
        if until < time.time():
            return receipts
        # sudo: complaint.receipt - the session proved that it holds the code
        receipt = receipts.sudo().browse(receipt_id).exists()
        return receipt if receipt._is_valid() else receipts

    def _case_of(self, receipt):
        """Return the case as the office's own service acts for complainants."""
        tickets = request.env["helpdesk.ticket"]._portal_office()
        case = tickets.browse(receipt.ticket_id.id)
        return case.with_context(allowed_company_ids=case.company_id.ids)

    def _with_case(self, form, answer):
        """Return what a function of the open case gives, or ask for the code.

        :param form: what was sent; ``case`` is the number of the case on that page
        """
        receipt = self._open_receipt()
        case = receipt and self._case_of(receipt)
        if not case or form.get("case", case.number) != case.number:
            problem = request.env._("Please enter your code again.")
            return self._ask(problem, form, status=422)
        self._remember(receipt)
        return answer(case)

    def _prepare_case_values(self, case):
        """OVERRIDE: every link of the page is a form."""
        values = super()._prepare_case_values(case)
        return {**values, "case_url": _TRACK, "tracked": True}

    def _show_done(self, case, done, anchor):
        return self._render_case(case, done=done)

    # ----------------------------------------------------------------------
    # Forms of the page
    # ----------------------------------------------------------------------

    @write_route(
        _TRACK + "/notice/<string:notice_id>", auth="public", complaint_page=_TRACK
    )
    def notice(self, notice_id, **form):
        return self._with_case(
            form, lambda case: download_paper(case._portal_notice(as_id(notice_id)))
        )

    @write_route(
        _TRACK + "/notice/<string:notice_id>/received",
        auth="public",
        complaint_page=_TRACK,
    )
    def notice_received(self, notice_id, **form):
        return self._with_case(
            form, lambda case: self._take_receipt(case, as_id(notice_id))
        )

    @write_route(
        _TRACK + "/file/<string:attachment_id>", auth="public", complaint_page=_TRACK
    )
    def file(self, attachment_id, **form):
        return self._with_case(
            form, lambda case: download(case._portal_file(as_id(attachment_id)))
        )

    @write_route(_TRACK + "/message", auth="public", complaint_page=_TRACK)
    def message(self, text=None, nonce=None, **form):
        form["text"] = text
        return self._with_case(form, lambda case: self._take_message(case, text, nonce))

    @write_route(_TRACK + "/appeal", auth="public", complaint_page=_TRACK)
    def appeal(self, grounds=None, nonce=None, **form):
        form["grounds"] = grounds
        return self._with_case(
            form, lambda case: self._take_appeal(case, grounds, nonce)
        )

    @write_route(_TRACK + "/survey", auth="public", complaint_page=_TRACK)
    def survey(self, nonce=None, **form):
        return self._with_case(form, lambda case: self._take_survey(case, form, nonce))

    @write_route(_TRACK + "/withdraw", auth="public", complaint_page=_TRACK)
    def withdraw(self, reason=None, nonce=None, **form):
        form["reason"] = reason
        return self._with_case(
            form, lambda case: self._take_withdrawal(case, reason, nonce)
        )
