"""What a visitor reads while no connection to the database is free, or it is away.

There is nothing to ask then: the page stands here, and its Chinese in the add-on's own
file. It says so plainly, with 503 and when to come again. What was typed stands in the
page: one press sends it once more, as often as it takes.

The framework would answer with its own page for errors, or take the session away.
"""

import logging
import re

from markupsafe import Markup
from psycopg2 import OperationalError
from psycopg2.pool import PoolError
from werkzeug.exceptions import HTTPException, NotFound

from odoo.http import RegistryError, Response, _dispatchers, request
from odoo.tools.translate import LazyTranslate

from .common import private, take_large_forms
from .visitors import is_foreign, is_ours

_lt = LazyTranslate(__name__)

#: After how many seconds to come again.
_WAIT = 10
#: Never in a page: the code that opens a case is typed again.
_CODE = "code"
_LANGUAGE = re.compile(r"/(?!my/)([a-z]{2,3}(?:_[A-Z]{2})?)/")
_INSIDE = re.compile(r"/(?!/)")
_CSP = (
    "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)
_PAGE = Markup(
    """<!DOCTYPE html>
<html lang="{lang}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>
body {{ font: 1.125rem/1.6 system-ui, sans-serif; color: #1b1b1b; margin: 1rem auto;
  max-width: 40rem; padding: 0 1rem; }}
button, .again {{ display: block; width: 100%; box-sizing: border-box; padding: .75rem;
  font: inherit; text-align: center; color: #fff; background: #1f4f8f; border: 0;
  border-radius: .5rem; text-decoration: none; margin: 1rem 0; }}
input {{ font: inherit; width: 100%; box-sizing: border-box; padding: .5rem; }}
.typed {{ white-space: pre-wrap; overflow-wrap: anywhere; }}
</style>
</head>
<body>
<main>
<h1>{title}</h1>
<p role="alert">{text}</p>
{way}
</main>
</body>
</html>
"""
)
_FORM = Markup(
    '<p>{kept}</p><form method="post" action="{action}">{fields}</form>{typed}'
)
_HIDDEN = Markup('<input type="hidden" name="{}" value="{}">')
_ASKED = Markup(
    '<label>{}<input name="code" autocomplete="off" inputmode="numeric" required></label>'
)
_BUTTON = Markup('<button type="submit">{}</button>')
_LINK = Markup('<a class="again" href="{}">{}</a>')
_TEXT = Markup('<p class="typed">{}</p>')


def answer(exception):
    """Return the page, ``None`` if something else happened or the address is not ours."""
    if not (is_ours() and is_busy(exception)):
        return None
    response = private(Response(_page(), status=503, mimetype="text/html"))
    response.headers["Retry-After"] = str(_WAIT)
    response.headers["Content-Security-Policy"] = _CSP
    return response


def is_busy(exception):
    """Return whether an error is that no connection to the database was to be had."""
    if isinstance(exception, NotFound) and not request.db:
        # the framework looked for the page without a database
        return any(map(_is_registry_busy, _before(exception)))
    # an error that PostgreSQL itself reports has a code
    return isinstance(exception, PoolError) or (
        isinstance(exception, OperationalError) and not exception.pgcode
    )


def _is_registry_busy(error):
    return isinstance(error, RegistryError) and is_busy(error.__cause__)


def _before(exception):
    """Yield the errors during whose handling one occurred."""
    while exception := exception.__context__:
        yield exception


# ----------------------------------------------------------------------
# The page
# ----------------------------------------------------------------------


def _page():
    lang = _language()
    sent = _sent() if request.httprequest.method == "POST" else None
    words = {
        "lang": lang.replace("_", "-"),
        "title": _lt("One moment, please")._translate(lang),
        "text": _lt(
            "Very many people are here at the same time. Please try again in a few "
            "seconds. It is not your fault."
        )._translate(lang),
    }
    return _PAGE.format(way=_way(lang, sent), **words)


def _way(lang, sent):
    """Return the way on: the form again, or a link.

    :param sent: ``[(name, text)]`` of the form, ``None`` if there is none to send again
    """
    again, path = _lt("Try again")._translate(lang), _path()
    if not sent:
        return _LINK.format(path, again)
    kept = _lt("Nothing is lost: what you typed is in this page.")._translate(lang)
    if any(file.filename for file in request.httprequest.files.values()):
        files = _lt("Files could not be kept. Please choose them again later.")
        kept = f"{kept} {files._translate(lang)}"
    fields = [_HIDDEN.format(*item) for item in sent if item[0] != _CODE]
    if len(fields) < len(sent):
        fields.append(_ASKED.format(_lt("Your code")._translate(lang)))
    fields.append(_BUTTON.format(again))
    return _FORM.format(
        kept=kept,
        action=path,
        fields=Markup().join(fields),
        typed=Markup().join(_TEXT.format(text) for text in _long(sent)),
    )


def _sent():
    """Return what a form holds as ``[(name, text)]``, ``None`` if that cannot be read."""
    if is_foreign():
        return None
    request.httprequest.max_content_length = take_large_forms(None)
    try:
        return [*request.httprequest.form.items(multi=True)]
    except HTTPException:
        return None


def _long(sent):
    """Return the texts somebody may want to copy; one-time numbers are none."""
    return [
        text
        for name, text in sent
        if name not in (_CODE, "csrf_token", "nonce", "hold") and len(text) > 20
    ]


def _path():
    """Return the address that was asked for, with its language."""
    path = request.httprequest.environ.get("REQUEST_URI") or ""
    return path if _INSIDE.match(path) else request.httprequest.path


def _language():
    """Return the visitor's language: of the address, last page, account or browser."""
    known = getattr(request, "lang", None)
    named = _LANGUAGE.match(_path())
    # there is no session yet where the list of databases could not be asked
    session = getattr(request, "session", None)
    lang = (
        (known and known.code)
        or (named and named[1])
        or request.httprequest.cookies.get("frontend_lang")
        or (session and session.uid and session.context.get("lang"))
        or request.best_lang
        or ""
    )
    # there is one Chinese
    return "zh_CN" if lang.startswith("zh") else "en_US"


# ----------------------------------------------------------------------
# Where it is asked
# ----------------------------------------------------------------------


class BusyDispatcher(_dispatchers["http"]):
    """What the framework asks where it has no database to ask."""

    routing_type = "http"

    def handle_error(self, exc):
        """OVERRIDE: residents' pages say it in words."""
        return answer(exc) or super().handle_error(exc)


class BusyFilter(logging.Filter):
    """Says in one line what would be a traceback a visitor."""

    def filter(self, record):
        """Take the traceback out; nothing is dropped."""
        error = record.exc_info and record.exc_info[1]
        if error and request and is_ours() and is_busy(error):
            record.msg = "No connection to the database was to be had"
            record.args, record.exc_info, record.exc_text = (), None, None
            record.levelno, record.levelname = logging.WARNING, "WARNING"
        return True


logging.getLogger("odoo.http").addFilter(BusyFilter())
