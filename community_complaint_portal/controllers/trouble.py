"""What a person reads where the framework has only a number: words, and the way on.

A session that was over when a form arrived is no end of the way: see :mod:`.typed`.
"""

from urllib.parse import quote, urlencode

from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect

from odoo.exceptions import AccessError, UserError
from odoo.http import SessionExpiredException, request

from ..tools.forms import as_id
from . import busy
from .common import render_private
from .typed import keep_typed, read_typed
from .visitors import is_foreign, visitor_hold

_TRACK = "/complaints/track"
_NEW = "/complaints/new"


def page_of_form():
    """Return the page that a form's address belongs to, and what the address names.

    :return: ``(address with its anchor, {name: value})``; ``None`` and nothing if no form
        is sent there
    """
    urls = request.env["ir.http"].routing_map().bind("")
    try:
        rule, args = urls.match(
            request.httprequest.path, method="POST", return_rule=True
        )
    except (HTTPException, RequestRedirect):
        return None, {}
    page = rule.endpoint.routing.get("complaint_page", request.httprequest.path)
    return page.format(**{name: quote(str(args[name])) for name in args}), args


def answer(exception):
    """Return a page of ours for what went wrong, ``None`` where ours has nothing to say.

    :param exception: as ``ir.http._handle_error`` gets it
    """
    if page := busy.answer(exception):
        return page
    if getattr(exception, "response", None):
        return None
    is_form = request.httprequest.method == "POST" and not is_foreign()
    if isinstance(exception, SessionExpiredException):
        return _signed_out() if is_form else None
    code = _code_of(exception)
    if is_form and code == 400 and not _has_token():
        return _interrupted()
    return _explain(code)


def _code_of(exception):
    if isinstance(exception, HTTPException):
        return exception.code or 500
    if isinstance(exception, AccessError):
        return 403
    return exception.http_status if isinstance(exception, UserError) else 500


def _form():
    return request.get_http_params()


def _has_token():
    return request.validate_csrf(_form().get("csrf_token"))


# ----------------------------------------------------------------------
# A session that is over
# ----------------------------------------------------------------------


def _signed_out():
    """Return the page that leads to signing in, and back to the same place."""
    form = _form()
    if request.session.uid:
        request.session.logout(keep_db=True)
    page, _args = page_of_form()
    login = f"/web/login?{urlencode({'redirect': page})}"
    return _render_kept(page, form, login, 401)


def _interrupted():
    """Return what follows a form whose session the server does not know any more."""
    path, form = request.httprequest.path, _form()
    if path.startswith(_TRACK):
        return _ask_for_code(form)
    if path.startswith(_NEW):
        return _ask_to_go_on(form)
    page, _args = page_of_form()
    return _render_kept(page, form, page, 400)


def _render_kept(page, form, way_on, status):
    """Return the page that says that a form was not sent, and what became of its text.

    :param page: address that shows what is kept, ``None`` if none does
    """
    typed = read_typed(form)
    is_kept = bool(typed) and keep_typed(page.partition("#")[0], typed)
    return render_private(
        "interrupted_page",
        {
            "typed": typed,
            "shown": shown(typed),
            "is_kept": is_kept,
            "signed_out": status == 401,
            "had_files": _had_files(),
            "has_cookies": has_cookies(),
            "way_on": way_on,
            "form_to": None,
        },
        status=status,
    )


def _ask_for_code(form):
    """Return the page that asks for the code; what was typed comes along in its form."""
    problem = request.env._("Nothing was sent yet. Please enter your code again.")
    if not has_cookies():
        advice = request.env._(
            "If this page comes again, your browser keeps no cookies. Please allow them "
            "then, copy your text, or call the office."
        )
        problem = f"{problem} {advice}"
    values = {"problem": problem, "typed": read_typed(form), "left": False}
    return render_private("track_page", values, status=400)


def _ask_to_go_on(form):
    """Return the page that goes on with a complaint without a name.

    All it needs stands in its own form: it comes again, complete, as often as the browser
    forgets who it is.
    """
    _page, args = page_of_form()
    typed = read_typed(form)
    return render_private(
        "interrupted_page",
        {
            "typed": typed,
            "shown": shown(typed),
            "is_kept": bool(typed),
            "signed_out": False,
            "had_files": _had_files(),
            "has_cookies": has_cookies(),
            "way_on": None,
            "form_to": f"{_NEW}/again",
            "hidden": {
                "hold": visitor_hold(form.get("hold") or ""),
                "nonce": args.get("nonce") or form.get("nonce") or "",
                "desk": as_id(form.get("desk")) or "",
            },
        },
        status=400,
    )


def shown(typed):
    """Return the texts that a person can read again and copy; choices are none."""
    choices = ("score", "solved", "kind", "confidentiality")
    return [text for name, text in typed.items() if name not in choices]


def has_cookies():
    """Return whether the browser sends what ties its forms to its session."""
    return bool(request.httprequest.cookies.get("session_id"))


def _had_files():
    return any(file.filename for file in request.httprequest.files.values())


# ----------------------------------------------------------------------
# Other trouble
# ----------------------------------------------------------------------


def _explain(code):
    """Return a page in plain words for an error's number."""
    if code == 404:
        return render_private("missing_page", {}, status=404)
    title, text = _words(code)
    return render_private("trouble_page", {"heading": title, "text": text}, status=code)


def _words(code):
    """Return the heading and the sentence of an error."""
    env = request.env
    if code == 413:
        return (
            env._("This was too much at once."),
            env._(
                "Nothing was sent. Please go back, and choose fewer or smaller files. You "
                "can send more files afterwards."
            ),
        )
    if code == 429:
        return (
            env._("Please wait a little."),
            env._("Too much was asked at once. Please try again in a few minutes."),
        )
    if code == 403:
        return (
            env._("This page is not for you to open."),
            env._("It belongs to somebody else. Your own complaints are in your list."),
        )
    if code >= 500:
        return (
            env._("Something went wrong here."),
            env._(
                "It is not your fault. Please try again in a few minutes; your browser's "
                "back button brings back what you typed. If it happens again, please call "
                "the office."
            ),
        )
    return (
        env._("We could not read this."),
        env._("Nothing was sent. Please go back, look at it again and send it again."),
    )
