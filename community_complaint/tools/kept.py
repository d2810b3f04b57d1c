"""What a column keeps under the keys of the vault, and the secret of the office.

Every model that keeps something under the keys says so in ``_kept``; rotation, counts and
the sweep of the tests follow from that.
"""

import hashlib
import hmac
from typing import NamedTuple

#: System parameter with the secret of the office. Odoo gives a copy of a database another
#: ``database.secret``; what was marked with it would never be found again.
SECRET = "community_complaint.secret"
#: What :meth:`complaint.key.keeper._key_counts` calls a mark that does not name its key.
UNNAMED = "?"


class Kept(NamedTuple):
    """What one column keeps.

    ``kind``: ``sealed``, a text that is opened again, or ``mark``, a keyed hash by which
    something is found. ``lasts``: why it cannot be made anew under another key; it waits
    until it goes by itself. Empty: ``_rotate`` of the model makes it anew.
    """

    kind: str
    lasts: str = ""


def office_hmac(env, scope, message):
    """Return an HMAC with the secret of the office, as hex.

    It is the same in a copy of the database.

    :param env: environment with all rights
    :param scope: what it is for; the same message differs from scope to scope
    """
    secret = env["ir.config_parameter"].get_param(SECRET)
    text = repr((scope, message)).encode()
    return hmac.new(secret.encode(), text, hashlib.sha256).hexdigest()
