"""What the history of a case keeps of a value: one text, and hashes of it. No ORM.

>>> text("char", "李雷"), text("char", ""), text("boolean", False), text("integer", 0)
('李雷', None, '0', '0')
>>> digest("salt", "a") == digest("salt", "a"), digest("salt", "a") == digest("pepper", "a")
(True, False)
>>> digest("salt", None) == digest("salt", "null")
False
"""

import base64
import hashlib
import secrets
from dataclasses import dataclass, field
from datetime import timedelta

from . import chain

#: Changes of one person to one record fold into one entry when no more time than this
#: lies between one and the next.
SESSION = timedelta(minutes=30)
#: Where the notes of a transaction wait, in ``cr.precommit.data``.
NOTES = "complaint.log.value"
#: Columns that are closed to everybody, and emptied when the office forgets.
VALUES = ("old_value", "new_value", "salt")
_SALT = 16


def text(kind, value):
    """Return the one text of a value of a field, ``None`` if it is empty.

    Links become ids, ``3`` or ``3,7``; files the SHA-256 of what is in them.

    :param kind: type of the field
    :param value: as a record gives it

    >>> text("binary", base64.b64encode(b"seal"))[:8], text("float", 1.5)
    ('9abb6fcb', '1.5')
    """
    if kind == "boolean":
        return "1" if value else "0"
    if kind in ("integer", "float", "monetary"):
        return str(value or 0)
    if not value:
        return None
    if kind == "many2one":
        return str(value.id)
    if kind == "many2many":
        return ",".join(map(str, sorted(value.ids)))
    if kind == "reference":
        return f"{value._name},{value.id}"
    if kind == "binary":
        return hashlib.sha256(base64.b64decode(value)).hexdigest()
    if kind in ("json", "properties", "properties_definition"):
        return chain.canonical(value if kind == "json" else [*value.items()])
    return str(value)


def new_salt():
    """Return a salt that no value ever had."""
    return secrets.token_hex(_SALT)


def digest(salt, value):
    """Return the hash of a text, or of ``None``, as hex.

    Without the salt nobody finds out whether it is of a text they guess.
    """
    return hashlib.sha256((salt + chain.canonical(value)).encode()).hexdigest()


def place(key, name, column):
    """Return what a text in the vault belongs to, so that nobody swaps two of them."""
    return f"history {key} {name} {column}"


@dataclass
class Note:
    """What one person changed of one record in this transaction.

    ``record``: with all rights; ``case``: the case it belongs to; ``old``: first value of
    each field, as text; ``deleted``: whether it was deleted by hand; ``rows``: ``[(key, {field: new})]`` of what is written already.
    """

    record: object
    case: object
    user_id: int
    old: dict = field(default_factory=dict)
    deleted: bool = False
    rows: list = field(default_factory=list)

    def known(self, name, there):
        """Return the value of a field that the history ends with so far.

        :param there: keys of the rows that no savepoint took back
        """
        for key, values in reversed(self.rows):
            if key in there and name in values:
                return values[name]
        return self.old[name]
