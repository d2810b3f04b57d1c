"""The page of a case and its forms, whoever proved that the case is theirs."""

from odoo.exceptions import UserError
from odoo.http import request
from odoo.tools import html2plaintext

from ..tools.forms import as_key, as_nonce, clean_text
from ..tools.uploads import read_uploads
from .common import (
    device_name,
    missing,
    new_nonce,
    render_private,
    sent_files,
    take_nonce,
    upload_values,
)
from .visitors import came_by_app, hits, minutes

#: Longest message to the office, reason and grounds of an appeal, in characters.
_MESSAGE = 10_000
_REASON = 2_000
_GROUNDS = 20_000


class CasePages:
    """What controllers of a case share; they say who comes in, and how it goes on.

    EXTENSION POINTS: :meth:`_prepare_case_values`, :meth:`_show_done`.
    """

    # ----------------------------------------------------------------------
    # The page
    # ----------------------------------------------------------------------

    def _render_case(self, case, status=200, wait=0, **values):
        # sudo: complaint.dispatch - the page is the complainant's, and they open it
        request.env["complaint.dispatch"].sudo()._inbox_opened(case)
        return render_private(
            "case_page",
            {**self._prepare_case_values(case), **values},
            status=status,
            wait=wait,
        )

    def _prepare_case_values(self, case):
        """Return the values of the page; EXTENSION POINT."""
        return {
            "case": case,
            "case_url": f"/my/complaints/{case.number}",
            "tracked": False,
            "story": html2plaintext(case.description or "").strip(),
            "next": case._portal_next(),
            "stations": case._portal_progress(),
            "notices": case._portal_notices(),
            "decision": case._portal_decision(),
            "measures": case._portal_measures(),
            "appeal": case._portal_appeal(),
            "survey": case._portal_survey(),
            "conversation": case._portal_conversation(),
            "own_files": case._portal_own_files(),
            "may_write": case._portal_may_write(),
            "may_withdraw": case._portal_may_withdraw(),
            "nonce": new_nonce(),
            "sent": False,
            "done": None,
            "typed": {},
            "restored": False,
            "device": device_name("case", case.number),
            "problems": {},
            "messages": [],
            **upload_values(),
        }

    def _show_done(self, case, done, anchor):
        """Return the answer to a form that was taken; EXTENSION POINT.

        :param done: code of the notice that the page then shows
        :param anchor: part of the page that changed
        """
        raise NotImplementedError

    # ----------------------------------------------------------------------
    # Forms
    # ----------------------------------------------------------------------

    def _take_receipt(self, case, notice_id):
        """Record that the complainant has a paper."""
        notice = case._portal_notice(notice_id)
        if not notice:
            raise missing()
        case._portal_receive(notice)
        return self._show_done(case, "received", "papers")

    def _take_message(self, case, text, nonce):
        text = clean_text(text, _MESSAGE + 1)
        uploads, refused = read_uploads(sent_files())
        problem = None
        if not text and not uploads:
            problem = request.env._("Please write something or choose a file.")
        elif len(text) > _MESSAGE:
            problem = request.env._(
                "Please write at most %s characters at a time.", _MESSAGE
            )
        if problem or refused:
            return self._refuse(case, "text", text, problem, refused)
        return self._post_once(
            case,
            nonce,
            lambda: case._portal_post(text, uploads),
            ("message", "messages"),
            {"text": text},
        )

    def _take_appeal(self, case, grounds, nonce):
        grounds = clean_text(grounds, _GROUNDS + 1)
        uploads, refused = read_uploads(sent_files())
        problem = None
        if not grounds and not uploads:
            problem = request.env._("Please say why you do not agree, or add a letter.")
        elif len(grounds) > _GROUNDS:
            problem = request.env._(
                "Please say it in at most %s characters. You can send the rest as a file.",
                _GROUNDS,
            )
        if problem or refused:
            return self._refuse(case, "grounds", grounds, problem, refused)
        return self._post_once(
            case,
            nonce,
            lambda: case._portal_file_appeal(grounds, uploads, came_by_app()),
            ("appeal", "appeal"),
            {"grounds": grounds},
        )

    def _take_withdrawal(self, case, reason, nonce):
        reason = clean_text(reason, _REASON)
        return self._post_once(
            case,
            nonce,
            lambda: case._portal_ask_withdrawal(reason),
            ("withdraw", "messages"),
            {"reason": reason},
        )

    def _take_survey(self, case, form, nonce):
        """Record how satisfied the complainant is.

        :param form: ``score``, ``solved`` and ``note`` as sent
        """
        survey = case._portal_survey() or {"scores": (), "solved": ()}
        typed = {
            "score": as_key(form.get("score"), ("", *dict(survey["scores"]))),
            "solved": as_key(form.get("solved"), ("", *dict(survey["solved"]))),
            "note": clean_text(form.get("note"), _REASON),
        }
        if not typed["score"]:
            problem = request.env._("Please choose how satisfied you are.")
            return self._render_case(
                case, status=422, typed=typed, problems={"score": problem}
            )
        return self._post_once(
            case,
            nonce,
            lambda: case._take_survey(
                typed["score"], typed["solved"] or False, typed["note"]
            ),
            ("survey", "survey"),
            typed,
        )

    def _refuse(self, case, name, typed, problem, refused):
        """Return the page with what is wrong in a form, and what was typed."""
        return self._render_case(
            case,
            status=422,
            typed={name: typed},
            problems={name: problem} if problem else {},
            messages=case._portal_refused_messages(refused),
        )

    def _post_once(self, case, nonce, post, done, typed):
        """Do what a form asks for, unless the same form already did.

        :param post: function that does it; its ``UserError`` is shown to the resident
        :param done: arguments of :meth:`_show_done`
        """
        nonce = as_nonce(nonce)
        if not nonce:
            problem = request.env._("Please send the form again.")
            return self._render_case(
                case, status=422, typed=typed, problems={"": problem}
            )
        place = f"case {case.id}"
        if wait := hits()._wait(("write", place)):
            problem = request.env._(
                "Many messages were sent in the last hour. Please try again in %s minutes.",
                minutes(wait),
            )
            return self._render_case(
                case, wait=wait, typed=typed, problems={"": problem}
            )
        try:
            with request.env.cr.savepoint():
                if take_nonce(nonce):
                    hits()._add("write", place)
                    post()
        except UserError as error:
            return self._render_case(
                case, status=422, typed=typed, problems={"": str(error)}
            )
        return self._show_done(case, *done)
