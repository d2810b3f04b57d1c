"""What somebody typed when their session was over: kept until they are back.

It lies in ``complaint.typed`` for an hour, bound to the page it belongs to and sealed with
a secret of the browser's session, which holds nothing else of it. That page shows it to
whom it shows its case or form, so nobody else who signs in to the same browser reads it.
It is in no address and no log. From one place so much is kept and no more: the page that
says so shows the text to be copied.
"""

import re
from secrets import token_hex

from odoo.http import request

from ..tools.forms import clean_text
from .visitors import count, wait_for

#: Where the session keeps the secret.
_NAME = "complaint_typed"
_SECRET = re.compile(r"[0-9a-f]{64}")
#: How many characters of a form.
_LONGEST = 40_000
#: Fields of forms on a case's page, and of the screens of a new complaint.
CASE_FIELDS = ("text", "grounds", "reason", "score", "solved", "note")
_FILING_FIELDS = (
    *("what", "demand", "date", "place", "respondent", "post"),
    *("name", "phone", "email", "address", "work_unit", "occupation", "id_number"),
    *("kind", "confidentiality"),
)


def read_typed(form):
    """Return what a person typed into a form, ``{name: text}``; empty fields are left out.

    Codes and what a page hides in its forms are nobody's text.

    :param form: what the browser sent, anything
    """
    typed, left = {}, _LONGEST
    for name in (*CASE_FIELDS, *_FILING_FIELDS):
        if text := clean_text(form.get(name), left):
            typed[name] = text
            left -= len(text)
    return typed


def keep_typed(page, typed):
    """Keep what was typed for a page; return whether it could be kept.

    :param page: address of the page, without a language and an anchor
    """
    if request.env.cr.readonly or wait_for("typed"):
        return False
    count("typed")
    secret = _secret()
    if not secret:
        secret = request.session[_NAME] = token_hex(32)
        # who planted the session has nothing of it
        request.session.should_rotate = True
    _kept()._keep(secret, page, typed)
    # what follows an error is taken back otherwise; see IrHttp._handle_error()
    request.env.cr.commit()  # pylint: disable=invalid-commit
    return True


def typed_before(page):
    """Return what was typed for a page before the session was over, ``{name: text}``.

    Call it when the reader has proved that the page is theirs.
    """
    secret = _secret()
    return _kept()._typed(secret, page) if secret else {}


def forget_typed(page):
    """Drop what was kept for a page: it was sent."""
    if secret := _secret():
        _kept()._forget(secret, page)


def _secret():
    """Return the browser's secret, empty if there is none."""
    secret = request.session.get(_NAME)
    return secret if isinstance(secret, str) and _SECRET.fullmatch(secret) else ""


def _kept():
    # sudo: complaint.typed - a technical table no user has rights on
    return request.env["complaint.typed"].sudo()
