import time

from odoo import http
from odoo.http import request

from ..tools.forms import as_id, clean_text
from ..tools.receipts import clean_code
from .case_pages import CasePages
from .common import download, download_paper, read_route, render_private, write_route
from .visitors import count_guess, wait_before_guess

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
        if not wait_before_guess():
            return self._ask(
                request.env._(
                    "Too many people are asking at the moment. Please try again in a "
                    "minute."
                ),
                form,
                status=503,
            )
        receipt = request.env["complaint.receipt"]._find_by_code(clean_code(code))
        if not receipt:
            count_guess()
            return self._ask(
                request.env._(
                    "No complaint has this code. Please check the 16 digits. Lost it? Ask "
                    "at the office."
                ),
                form,
                status=422,
            )
        self._remember(receipt)
        typed = {
            name: clean_text(form.get(name))
            for name in ("text", "grounds")
            if form.get(name)
        }
        return self._render_case(self._case_of(receipt), typed=typed)

    @write_route(_TRACK + "/leave", auth="public")
    def leave(self, **_ignored):
        """Close the case on this telephone or computer."""
        request.session.pop(_OPEN, None)
        return self._ask(left=True)

    def _ask(self, problem=None, typed=None, status=200, left=False):
        """Return the page that asks for a code; what was typed elsewhere comes along."""
        typed = {
            name: value
            for name, value in (typed or {}).items()
            if name in ("text", "grounds") and isinstance(value, str)
        }
        return render_private(
            "track_page",
            {"problem": problem, "typed": typed, "left": left},
            status=status,
        )

    # ----------------------------------------------------------------------
    # The open case
    # ----------------------------------------------------------------------

    def _remember(self, receipt):
        request.session[_OPEN] = [receipt.id, int(time.time()) + _SECONDS]

    def _open_receipt(self):
        """Return the receipt that was opened, empty if it is over or was closed."""
        receipts = request.env["complaint.receipt"]
        receipt_id, until = request.session.get(_OPEN) or (0, 0)
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

    @write_route(_TRACK + "/notice/<string:notice_id>", auth="public")
    def notice(self, notice_id, **form):
        return self._with_case(
            form, lambda case: download_paper(case._portal_notice(as_id(notice_id)))
        )

    @write_route(_TRACK + "/notice/<string:notice_id>/received", auth="public")
    def notice_received(self, notice_id, **form):
        return self._with_case(
            form, lambda case: self._take_receipt(case, as_id(notice_id))
        )

    @write_route(_TRACK + "/file/<string:attachment_id>", auth="public")
    def file(self, attachment_id, **form):
        return self._with_case(
            form, lambda case: download(case._portal_file(as_id(attachment_id)))
        )

    @write_route(_TRACK + "/message", auth="public")
    def message(self, text=None, nonce=None, **form):
        form["text"] = text
        return self._with_case(form, lambda case: self._take_message(case, text, nonce))

    @write_route(_TRACK + "/appeal", auth="public")
    def appeal(self, grounds=None, nonce=None, **form):
        form["grounds"] = grounds
        return self._with_case(
            form, lambda case: self._take_appeal(case, grounds, nonce)
        )

    @write_route(_TRACK + "/survey", auth="public")
    def survey(self, nonce=None, **form):
        return self._with_case(form, lambda case: self._take_survey(case, form, nonce))

    @write_route(_TRACK + "/withdraw", auth="public")
    def withdraw(self, reason=None, nonce=None, **form):
        return self._with_case(
            form, lambda case: self._take_withdrawal(case, reason, nonce)
        )
