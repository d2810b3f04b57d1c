"""What all controllers of papers share: finding records, and answering with a PDF."""

import re

from odoo.exceptions import UserError
from odoo.http import content_disposition, request

#: Ids in an address; nine digits always fit into the database's integers.
_IDS = re.compile(r"[0-9]{1,9}(,[0-9]{1,9})*", re.ASCII)
_BIGGEST = 2**31 - 1
#: No browser keeps what somebody was shown, and no other site learns its address.
PRIVATE = [
    ("Cache-Control", "no-store"),
    ("Referrer-Policy", "no-referrer"),
    ("X-Content-Type-Options", "nosniff"),
]


def find_one(model, record_id, *conditions, active_test=True):
    """Return a record the user may read.

    :param record_id: what an ``<int>`` of an address gave, of any size
    :param conditions: more leaves of the domain
    :param active_test: whether archived records count as missing
    :raise NotFound: the same for a missing, a hidden and an absurd one
    """
    records = request.env[model]
    found = records.has_access("read") and records.with_context(
        active_test=active_test
    ).search([("id", "=", min(record_id, _BIGGEST)), *conditions])
    if not found:
        raise request.not_found()
    return found


def parse_ids(text, most):
    """Return the different ids in a text, in their order; none if there are too many.

    :param text: ids separated by commas, as an address gives them
    """
    if not _IDS.fullmatch(text):
        return []
    wanted = list(dict.fromkeys(map(int, text.split(","))))
    return wanted if len(wanted) <= most else []


def too_many(text, most):
    """Return the answer to an address with too many ids, ``None`` if they are not."""
    if not _IDS.fullmatch(text) or len(set(text.split(","))) <= most:
        return None
    sentence = request.env._(
        "An address takes %s papers at most. Choose them in the list and print them "
        "there: more of them are made in the background.",
        most,
    )
    return request.make_response(
        sentence, [("Content-Type", "text/plain; charset=utf-8"), *PRIVATE], status=413
    )


def show_pdf(content, name):
    """Return the answer that shows a PDF; no browser keeps it."""
    return request.make_response(
        content,
        [
            ("Content-Type", "application/pdf"),
            ("Content-Disposition", content_disposition(name, "inline")),
            *PRIVATE,
        ],
    )


def print_pdf(render, name):
    """Return the answer that shows a PDF made now, or says why it cannot be made.

    :param render: function that returns the bytes
    """
    try:
        content = render()
    except UserError as error:
        return request.make_response(
            str(error),
            [("Content-Type", "text/plain; charset=utf-8"), *PRIVATE],
            status=503,
        )
    return show_pdf(content, name)
