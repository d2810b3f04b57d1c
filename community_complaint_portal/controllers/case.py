from odoo import http
from odoo.http import request

from ..tools.forms import as_id
from .case_pages import CasePages
from .common import (
    device_name,
    download,
    download_paper,
    go_private,
    own_case,
    read_route,
    write_route,
)
from .typed import forget_typed, typed_before

_CASE = "/my/complaints/<string:number>"
_PAGE = "/my/complaints/{number}"


class ComplaintCase(CasePages, http.Controller):
    """One case, for the resident who filed it with an account."""

    @read_route(_CASE, readonly=False)
    def case(self, number, sent=None, done=None, **_ignored):
        case = own_case(number)
        typed = typed_before(_PAGE.format(number=case.number))
        return self._render_case(
            case,
            sent=bool(sent) and self._filing_device(),
            done=done,
            typed=typed,
            restored=bool(typed),
        )

    def _filing_device(self):
        """Return the name under which a device kept the complaint that was sent."""
        partner = request.env.user.partner_id
        owner = request.env["complaint.submission"]._owner(partner)
        return device_name("filing", owner)

    def _show_done(self, case, done, anchor):
        forget_typed(_PAGE.format(number=case.number))
        return go_private(f"/my/complaints/{case.number}?done={done}#{anchor}")

    @read_route(_CASE + "/notice/<string:notice_id>")
    def notice(self, number, notice_id, **_ignored):
        """Download a paper; that alone does not mean it was served."""
        return download_paper(own_case(number)._portal_notice(as_id(notice_id)))

    @write_route(
        _CASE + "/notice/<string:notice_id>/received", complaint_page=_PAGE + "#papers"
    )
    def notice_received(self, number, notice_id, **_ignored):
        return self._take_receipt(own_case(number), as_id(notice_id))

    @read_route(_CASE + "/file/<string:attachment_id>")
    def file(self, number, attachment_id, **_ignored):
        return download(own_case(number)._portal_file(as_id(attachment_id)))

    @write_route(_CASE + "/message", complaint_page=_PAGE + "#messages")
    def message(self, number, text=None, nonce=None, **_ignored):
        return self._take_message(own_case(number), text, nonce)

    @write_route(_CASE + "/appeal", complaint_page=_PAGE + "#appeal")
    def appeal(self, number, grounds=None, nonce=None, **_ignored):
        return self._take_appeal(own_case(number), grounds, nonce)

    @write_route(_CASE + "/survey", complaint_page=_PAGE + "#survey")
    def survey(self, number, nonce=None, **form):
        return self._take_survey(own_case(number), form, nonce)

    @write_route(_CASE + "/withdraw", complaint_page=_PAGE + "#withdraw")
    def withdraw(self, number, reason=None, nonce=None, **_ignored):
        return self._take_withdrawal(own_case(number), reason, nonce)
