"""What the residents' pages share: routes, headers, files, one's own case."""

import functools
import hashlib
from base64 import b64encode

from markupsafe import Markup
from werkzeug.exceptions import HTTPException, MethodNotAllowed

from odoo import SUPERUSER_ID, http
from odoo.http import content_disposition, request
from odoo.tools import file_open
from odoo.tools.misc import hmac

from ..tools.forms import as_number
from ..tools.uploads import (
    ACCEPT,
    MAX_FILE_SIZE,
    MAX_FILES,
    MAX_REQUEST_SIZE,
    MAX_TOTAL_SIZE,
    CappedFile,
)

#: The only script of a page. It stands in the page itself: an address might be led
#: elsewhere by a website's settings.
with file_open("community_complaint_portal/static/src/page/complaint_page.js") as _file:
    _SCRIPT = _file.read()
_SCRIPT_HASH = b64encode(hashlib.sha256(_SCRIPT.encode()).digest()).decode()
#: What a page never does is run anybody else's code, the website designers' included, talk
#: to anybody else, or be shown by them.
_CSP = "; ".join(
    (
        "default-src 'self'",
        f"script-src 'sha256-{_SCRIPT_HASH}'",
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data: blob:",
        "font-src 'self' data:",
        "connect-src 'none'",
        "object-src 'none'",
        "base-uri 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
)
_PRIVATE_HEADERS = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "X-Robots-Tag": "noindex",
}

# ----------------------------------------------------------------------
# Routes
# ----------------------------------------------------------------------


def read_route(*paths, auth="user", readonly=True):
    """Return the decorator of a page that only reads.

    :param readonly: whether nothing is noted either, not even that it was read
    """
    return http.route(
        list(paths),
        type="http",
        auth=auth,
        website=True,
        methods=["GET"],
        readonly=readonly,
    )


def write_route(*paths, auth="user", **page):
    """Return the decorator of a form's address; forms carry Odoo's CSRF token.

    :param complaint_page: the page the form is on, with ``{names}`` of the address, if it
        has another address: nobody ends at one that answers forms only
    """
    route = http.route(
        list(paths),
        type="http",
        auth=auth,
        website=True,
        methods=["POST"],
        max_content_length=take_large_forms,
        **page,
    )
    return lambda endpoint: route(_write_as_office(endpoint))


def _write_as_office(endpoint):
    """Return an endpoint after which no ``write_uid`` tells which resident it was.

    Odoo writes what is computed last under the user of the request, whoever made it.
    """

    @functools.wraps(endpoint)
    def write(*args, **kwargs):
        # Odoo lets OPTIONS through to every route, without a token
        if request.httprequest.method != "POST":
            raise MethodNotAllowed(["POST"])
        if not _keys()._is_ready():
            return locked()
        request.env.transaction.default_env = request.env(user=SUPERUSER_ID)
        return endpoint(*args, **kwargs)

    return write


def take_large_forms(_controller):
    """Return what a form may weigh; its files are cut while they come in.

    Odoo asks for this right before it reads the form. A form over the limit is cut off
    by the server: the browser shows a broken connection and what was typed is lost.
    """
    # Werkzeug's own hook; Odoo wraps the request without passing it on
    wrapped = request.httprequest._HTTPRequest__wrapped
    wrapped._get_file_stream = lambda *_sizes, **_names: CappedFile()
    return MAX_REQUEST_SIZE


# ----------------------------------------------------------------------
# Answers
# ----------------------------------------------------------------------


def private(response):
    """Return a response that nobody else keeps, frames or learns the address of."""
    for name, value in _PRIVATE_HEADERS.items():
        response.headers[name] = value
    return response


def render_page(template, values, status=200):
    """Return a page of ours that runs no code but ours.

    Add-ons that change addresses in pages know it by ``request.complaint_page``.
    """
    request.complaint_page = True
    response = request.render(
        f"community_complaint_portal.{template}",
        # what opens a script's end would need to be in our own file
        {"page_script": Markup(_SCRIPT), **values},  # noqa: S704
        status=status,
    )
    response.headers["Content-Security-Policy"] = _CSP
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


def render_private(template, values, status=200, wait=0):
    """Return a page about somebody's own affairs.

    :param wait: for how many seconds what was asked cannot be done; 429 then
    """
    response = render_page(template, values, status=429 if wait else status)
    if wait:
        response.headers["Retry-After"] = str(wait)
    return private(response)


def go_private(path):
    """Return a redirection after a form was taken."""
    return private(request.redirect(path))


def _keys():
    # sudo: complaint.key - whether they are there, nothing else
    return request.env["complaint.key"].sudo()


def is_locked():
    """Return whether the server cannot read some of who complained (THREATS 63)."""
    return _keys()._lacks_keys()


def locked():
    """Return the page that says that cases cannot be shown or taken at the moment.

    It is the same for everybody: it tells nothing about any case.
    """
    return render_private("locked_page", {}, status=503)


def missing():
    """Return what to raise for what is not there and for what is not one's own.

    The page is the same, and says so in the reader's language. While the server lacks a
    key nobody knows whose a case is; then all of them are said to be locked.
    """
    if is_locked():
        response = locked()
    else:
        response = render_private("missing_page", {}, status=404)
    response.flatten()
    return HTTPException(response=response)


def own_case(number):
    """Return the user's own case by its number.

    :raise werkzeug.exceptions.HTTPException: if it does not exist or is somebody else's
    """
    case = request.env["helpdesk.ticket"]._portal_find(
        request.env.user.partner_id, as_number(number)
    )
    if not case:
        raise missing()
    return case


def download(attachment):
    """Return a file as a download, never shown inside the page."""
    if not attachment:
        raise missing()
    stream = attachment._to_http_stream()
    return private(stream.get_response(as_attachment=True, max_age=0))


def download_paper(notice):
    """Return the paper of a notice, if it still is what was issued."""
    if not notice:
        raise missing()
    content = notice._portal_paper()
    if not content:
        return render_private("paper_page", {"notice": notice}, status=409)
    return private(
        request.make_response(
            content,
            [
                ("Content-Type", "application/pdf"),
                (
                    "Content-Disposition",
                    content_disposition(notice._paper_file_name()),
                ),
                ("Content-Security-Policy", "default-src 'none'"),
            ],
        )
    )


# ----------------------------------------------------------------------
# Forms
# ----------------------------------------------------------------------


def new_nonce():
    """Return a one-time number for a form."""
    return request.env["complaint.portal.nonce"]._new()


def take_nonce(nonce):
    """Tell whether a form is sent for the first time.

    :param nonce: cleaned by ``tools.forms.as_nonce``, or ``False``
    """
    # sudo: complaint.portal.nonce - a technical table no user has rights on
    return bool(nonce) and request.env["complaint.portal.nonce"].sudo()._take(nonce)


def device_name(*parts):
    """Return the name under which a device keeps what is typed; it tells nothing.

    :param parts: texts that say whose it is and of which form
    """
    # sudo: ir.config_parameter - the database's secret, to digest the name with
    return hmac(request.env(su=True), "complaint device", "/".join(parts))[:24]


def sent_files(name="files"):
    """Return the files of a form field, as Werkzeug gives them."""
    return request.httprequest.files.getlist(name)


def upload_values():
    """Return what file fields need to know."""
    return {
        "upload_accept": ACCEPT,
        "upload_max_files": MAX_FILES,
        "upload_max_size": MAX_FILE_SIZE,
        "upload_max_total": MAX_TOTAL_SIZE,
        "upload_hint": request.env._(
            "At most %(files)s files, each up to %(size)s MB.",
            files=MAX_FILES,
            size=MAX_FILE_SIZE // 1024**2,
        ),
        "upload_problem": request.env._(
            "These files are too many or too large. Please choose fewer or smaller ones."
        ),
    }
