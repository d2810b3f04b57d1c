"""People without an account: who they are to us, and how often they may try."""

import hashlib
import threading
import time
from secrets import token_hex

from odoo.http import request

from ..tools.rates import place_of

#: Name of the secret that a visitor's session keeps; it is in no table.
_SECRET = "complaint_visitor"
#: Waiting requests of this process; more would keep others from being served.
_WAITING = threading.BoundedSemaphore(4)


def visitor_secret(make=False):
    """Return the secret of the visitor's session, empty if there is none yet.

    :param make: make one
    """
    secret = request.session.get(_SECRET)
    if not secret and make:
        secret = request.session[_SECRET] = token_hex(32)
    return secret or ""


def visitor_owner():
    """Return the visitor as the owner of drafts, see ``complaint.submission``.

    What is kept of it tells nothing about the secret.
    """
    secret = visitor_secret()
    if not secret:
        return ""
    return f"visitor {hashlib.sha256(secret.encode()).hexdigest()}"


def address():
    """Return the place a visitor is at; it is used for counting and never kept."""
    return place_of(request.httprequest.remote_addr)


def hits():
    """Return the counters, as the office's own service."""
    # sudo: complaint.rate.hit - a technical table no user has rights on
    return request.env["complaint.rate.hit"].sudo()


def wait_before_guess():
    """Wait as long as wrong guesses from this place ask for.

    :return: whether one may go on; too many wait already otherwise
    """
    place = address()
    seconds = max(hits()._delay("guess", place), hits()._delay("guess_all"))
    if not seconds:
        return True
    if not _WAITING.acquire(blocking=False):
        return False
    try:
        time.sleep(seconds)
    finally:
        _WAITING.release()
    return True


def count_guess():
    """Remember a wrong guess from this place."""
    hits()._add("guess", address())
    hits()._add("guess_all")
