from odoo import http
from odoo.exceptions import UserError
from odoo.http import request
from odoo.tools import html2plaintext

from ..tools.forms import as_id, as_nonce, clean_text
from ..tools.uploads import read_uploads
from .common import (
    download,
    download_paper,
    go_private,
    missing,
    new_nonce,
    own_case,
    read_route,
    render_private,
    sent_files,
    take_nonce,
    upload_values,
    write_route,
)

CASE = "/my/complaints/<string:number>"
#: Longest message to the office, in characters.
_MESSAGE = 10_000
_REASON = 2_000


class ComplaintCase(http.Controller):
    """One case, for the resident who filed it."""

    @read_route(CASE)
    def case(self, number, sent=None, done=None, **_ignored):
        case = own_case(number)
        return self._render_case(case, sent=bool(sent), done=done)

    def _render_case(self, case, status=200, **values):
        return render_private(
            "case_page", {**self._prepare_case_values(case), **values}, status=status
        )

    def _prepare_case_values(self, case):
        """Return the values of the page; EXTENSION POINT."""
        return {
            "case": case,
            "story": html2plaintext(case.description or "").strip(),
            "next": case._portal_next(),
            "stations": case._portal_progress(),
            "notices": case._portal_notices(),
            "decision": case._portal_decision(),
            "measures": case._portal_measures(),
            "conversation": case._portal_conversation(),
            "own_files": case._portal_own_files(),
            "may_write": case._portal_may_write(),
            "may_withdraw": case._portal_may_withdraw(),
            "nonce": new_nonce(),
            "sent": False,
            "done": None,
            "typed": {},
            "problems": {},
            "messages": [],
            **upload_values(),
        }

    # ----------------------------------------------------------------------
    # Papers and files
    # ----------------------------------------------------------------------

    @read_route(CASE + "/notice/<string:notice_id>")
    def notice(self, number, notice_id, **_ignored):
        """Download a paper; that alone does not mean it was served."""
        return download_paper(own_case(number)._portal_notice(as_id(notice_id)))

    @write_route(CASE + "/notice/<string:notice_id>/received")
    def notice_received(self, number, notice_id, **_ignored):
        case = own_case(number)
        notice = case._portal_notice(as_id(notice_id))
        if not notice:
            raise missing()
        case._portal_receive(notice)
        return go_private(f"/my/complaints/{case.number}?done=received#papers")

    @read_route(CASE + "/file/<string:attachment_id>")
    def file(self, number, attachment_id, **_ignored):
        return download(own_case(number)._portal_file(as_id(attachment_id)))

    # ----------------------------------------------------------------------
    # Writing to the office
    # ----------------------------------------------------------------------

    @write_route(CASE + "/message")
    def message(self, number, text=None, nonce=None, **_ignored):
        case = own_case(number)
        text = clean_text(text, _MESSAGE + 1)
        uploads, refused = read_uploads(sent_files())
        problem = self._message_problem(text, uploads)
        if problem or refused:
            return self._render_case(
                case,
                status=422,
                typed={"text": text},
                problems={"text": problem} if problem else {},
                messages=case._portal_refused_messages(refused),
            )
        return self._post_once(
            case,
            nonce,
            lambda: case._portal_post(text, uploads),
            "message#messages",
            {"text": text},
        )

    @write_route(CASE + "/withdraw")
    def withdraw(self, number, reason=None, nonce=None, **_ignored):
        case = own_case(number)
        reason = clean_text(reason, _REASON)
        return self._post_once(
            case,
            nonce,
            lambda: case._portal_ask_withdrawal(reason),
            "withdraw#messages",
            {"reason": reason},
        )

    def _message_problem(self, text, uploads):
        if not text and not uploads:
            return request.env._("Please write something or choose a file.")
        if len(text) > _MESSAGE:
            return request.env._(
                "Please write at most %s characters at a time.", _MESSAGE
            )
        return None

    def _post_once(self, case, nonce, post, done, typed):
        """Do what a form asks for, unless the same form already did.

        :param post: function that does it; its ``UserError`` is shown to the resident
        """
        nonce = as_nonce(nonce)
        if not nonce:
            problem = request.env._("Please send the form again.")
            return self._render_case(
                case, status=422, typed=typed, problems={"": problem}
            )
        try:
            with request.env.cr.savepoint():
                if take_nonce(nonce):
                    post()
        except UserError as error:
            return self._render_case(
                case, status=422, typed=typed, problems={"": str(error)}
            )
        return go_private(f"/my/complaints/{case.number}?done={done}")
