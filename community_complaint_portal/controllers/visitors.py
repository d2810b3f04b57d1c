"""People without an account: who they are to us, and how often they may try."""

import hashlib
import re
from secrets import token_hex

from odoo.http import request, root

from ..tools.rates import is_inside, place_of

#: Name of the secret that a visitor's session keeps; it is in no table.
_SECRET = "complaint_visitor"
#: The session's note that the office's app opened the pages.
_BY_APP = "complaint_by_app"
#: How the owner of a visitor's draft begins, and what follows.
_VISITOR = "visitor "
_HOLD = re.compile(r"[0-9a-f]{64}")
#: By what a proxy tells for whom it asks.
_FORWARDED = ("HTTP_X_FORWARDED_FOR", "HTTP_X_REAL_IP", "HTTP_FORWARDED")

#: Residents' pages, maybe under a language.
_OURS = re.compile(r"(?:/[a-z]{2,3}(?:_[A-Z]{2})?)?/(?:my/)?complaints(?:/|$)")

# ----------------------------------------------------------------------
# The request
# ----------------------------------------------------------------------


def is_ours():
    """Return whether the address is one of the residents' pages, whatever its language."""
    return bool(_OURS.match(request.httprequest.path))


def is_foreign():
    """Return whether another site sent this: nobody typed here what it holds."""
    site = request.httprequest.headers.get("Sec-Fetch-Site")
    return site in ("cross-site", "same-site")


# ----------------------------------------------------------------------
# The session
# ----------------------------------------------------------------------


def keep(name, value):
    """Keep something in the session for whoever is signed in now, or for nobody."""
    request.session[name] = [value, request.session.uid]


def kept(name):
    """Return what :func:`keep` kept, ``None`` if somebody else uses the browser now."""
    known = request.session.get(name)
    if not isinstance(known, list) or known[1:] != [request.session.uid]:
        return None
    return known[0]


def forget(*names):
    """Drop what the session keeps of a visitor."""
    for name in (_SECRET, *names):
        request.session.pop(name, None)


def note_way(via):
    """Remember that the office's app opened the pages: it adds ``?via=app`` to its links.

    It says by which channel a complaint came, nothing else, so it may be anybody's word,
    and outlives signing in. Another word takes it back.
    """
    if via == "app":
        request.session[_BY_APP] = True
    elif via:
        request.session.pop(_BY_APP, None)


def came_by_app():
    """Return whether the office's app opened the pages of this visit."""
    return bool(request.session.get(_BY_APP))


def renew_session():
    """Give the session another id: who knew or planted the old one has nothing.

    Nothing may fail afterwards, since the old one is gone: what was changed is written
    to the database first.
    """
    request.env.flush_all()
    root.session_store.rotate(request.session, request.env)


def visitor_secret(make=False):
    """Return the secret of the visitor's session, empty if there is none yet.

    :param make: make one
    """
    secret = kept(_SECRET)
    if not secret and make:
        secret = token_hex(32)
        keep(_SECRET, secret)
    return secret or ""


def visitor_owner():
    """Return the visitor as the owner of drafts, see ``complaint.submission``.

    What is kept of it tells nothing about the secret.
    """
    secret = visitor_secret()
    if not secret:
        return ""
    return f"{_VISITOR}{hashlib.sha256(secret.encode()).hexdigest()}"


def visitor_hold(hold=None):
    """Return what a page's form proves by that it was this visitor's, when cookies are gone.

    It reads that visitor's draft to begin anew with it, and opens nothing else.

    :param hold: what a form brought, to be checked; without it the visitor's own
    """
    if hold is None:
        return visitor_owner().removeprefix(_VISITOR)
    return hold if isinstance(hold, str) and _HOLD.fullmatch(hold) else ""


def owner_of_hold(hold):
    """Return the owner of drafts that a form's word names, empty if it is none."""
    hold = visitor_hold(hold or "")
    return f"{_VISITOR}{hold}" if hold else ""


# ----------------------------------------------------------------------
# How often
# ----------------------------------------------------------------------


def address():
    """Return the place a visitor is at; it is used for counting and never kept.

    Empty where it is a proxy's, which all visitors share.
    """
    if _is_of_proxy():
        hits()._warn_of_one_address()
        return ""
    return place_of(request.httprequest.remote_addr)


def _is_of_proxy():
    """Return whether the address is that of a proxy whose word Odoo does not take.

    Who visits from the internet cannot claim to be one.
    """
    environ = request.httprequest.environ
    return (
        any(environ.get(name) for name in _FORWARDED)
        and "werkzeug.proxy_fix.orig" not in environ
        and is_inside(environ.get("REMOTE_ADDR"))
    )


def hits():
    """Return the counters, as the office's own service."""
    # sudo: complaint.rate.hit - a technical table no user has rights on
    return request.env["complaint.rate.hit"].sudo()


def wait_for(kind):
    """Return for how many seconds something cannot be done from here, 0 if it can.

    :param kind: key of :data:`~..tools.rates.RATES` of one address; all addresses
        together have a brake as well
    """
    place = address()
    wait = hits()._wait((kind, place), (f"{kind}_all", ""))
    if wait and hits()._is_only_place(kind, place):
        hits()._warn_of_one_address()
    return wait


def count(kind):
    """Remember that something was done from here."""
    if place := address():
        hits()._add(kind, place)
    hits()._add(f"{kind}_all")


def minutes(wait):
    """Return seconds as minutes for people, rounded up."""
    return -(-wait // 60)
