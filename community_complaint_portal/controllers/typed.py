"""What somebody typed when their session was over: kept until they are back.

It lies in the session of the browser that sent it, sealed where the office has keys, bound
to the page it belongs to.
That page shows it to whom it shows its case or form, so nobody else who signs in to the
same browser reads it. It is in no table, no address and no log.
"""

import json
import time

from odoo.exceptions import UserError
from odoo.http import request

from odoo.addons.community_complaint.tools.vault import VaultError

from ..tools.forms import clean_text

#: Where the session keeps it: ``{address of the page: [until when, sealed text]}``.
_NAME = "complaint_typed"
#: For how many seconds, for how many pages, and how many characters in all.
_SECONDS = 60 * 60
_PAGES = 3
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
    keys = request.env["complaint.key"]
    try:
        # sudo: complaint.key - the server seals for a visitor
        sealed = keys.sudo()._writing_ring().seal(json.dumps(typed), page)
    except UserError:
        return False
    kept = {**_kept(), page: [int(time.time()) + _SECONDS, sealed]}
    request.session[_NAME] = dict(list(kept.items())[-_PAGES:])
    return True


def typed_before(page):
    """Return what was typed for a page before the session was over, ``{name: text}``.

    Call it when the reader has proved that the page is theirs.
    """
    _until, sealed = _kept().get(page, (0, None))
    if not sealed:
        return {}
    # sudo: complaint.key - the server opens what it sealed for this browser
    ring = request.env["complaint.key"].sudo()._ring()
    try:
        return json.loads(ring.open(sealed, page))
    except VaultError:
        return {}


def forget_typed(page):
    """Drop what was kept for a page: it was sent."""
    kept = _kept()
    if kept.pop(page, None):
        request.session[_NAME] = kept


def _kept():
    """Return what is kept and not over yet."""
    kept = request.session.get(_NAME)
    if not isinstance(kept, dict):
        return {}
    return {page: item for page, item in kept.items() if item[0] > time.time()}
