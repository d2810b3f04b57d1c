"""What the residents' pages share: headers, files, one's own case."""

from odoo.http import request

from ..tools.forms import as_number
from ..tools.uploads import ACCEPT, MAX_FILE_SIZE, MAX_FILES, MAX_TOTAL_SIZE

_PRIVATE_HEADERS = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Frame-Options": "DENY",
    "X-Robots-Tag": "noindex",
}


def private(response):
    """Return a response that nobody else keeps, frames or learns the address of."""
    for name, value in _PRIVATE_HEADERS.items():
        response.headers[name] = value
    return response


def render_private(template, values, status=200):
    """Return a page about somebody's own affairs."""
    values = {"page_name": "my_complaints", "no_breadcrumbs": True, **values}
    return private(
        request.render(f"community_complaint_portal.{template}", values, status=status)
    )


def go_private(path):
    """Return a redirection after a form was taken."""
    return private(request.redirect(path))


def own_case(number):
    """Return the user's own case by its number.

    :raise werkzeug.exceptions.NotFound: if it does not exist or is somebody else's
    """
    case = request.env["helpdesk.ticket"]._portal_find(
        request.env.user.partner_id, as_number(number)
    )
    if not case:
        raise request.not_found()
    return case


def download(attachment):
    """Return a file as a download, never shown inside the page."""
    if not attachment:
        raise request.not_found()
    stream = attachment._to_http_stream()
    return private(stream.get_response(as_attachment=True, max_age=0))


def new_nonce():
    """Return a one-time number for a form."""
    return request.env["complaint.portal.nonce"]._new()


def take_nonce(nonce):
    """Tell whether a form is sent for the first time.

    :param nonce: cleaned by ``tools.forms.as_nonce``, or ``False``
    """
    # sudo: complaint.portal.nonce - a technical table no user has rights on
    return bool(nonce) and request.env["complaint.portal.nonce"].sudo()._take(nonce)


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
