"""Statements that fail name no values: not in the server's log, not in the error.

Odoo logs a failing statement with everything in it, and PostgreSQL's error quotes the row.
Both may tell who complained (THREATS 55). Whatever fails, in any table: words of a case
stand in tables of other add-ons as well.

>>> statement("UPDATE t SET sealed = 'Li ''Lei''', n = 7 WHERE id = 3")
"UPDATE t SET sealed = '…', n = 7 WHERE id = 3"
>>> statement(b"SELECT E'a\\\\'b', '\\\\x00'::bytea")
"SELECT E'…', '…'::bytea"
>>> print(message('''null value in column "nonce" of relation "draft" violates …
... DETAIL:  Failing row contains (7, Li Lei).'''))
null value in column "nonce" of relation "draft" violates …
>>> message('invalid input syntax for type integer: "Li Lei"\\nLINE 1: SELECT …')
'invalid input syntax for type integer: "…"'
"""

import logging
import re
from functools import wraps

import psycopg2

_logger = logging.getLogger("odoo.sql_db")
_LITERAL = re.compile(
    r"""(?<![A-Za-z0-9_])(E)'(?:[^'\\]|\\.|'')*(?:'|\Z) | '(?:[^']|'')*(?:'|\Z)""",
    re.VERBOSE | re.DOTALL,
)
_QUOTED = re.compile(r'"([^"]*)"')
#: What PostgreSQL puts between quotes that is a name of its own.
_NAME = re.compile(r"[a-z_][a-z0-9_.]*")


def statement(query):
    """Return a statement without its values.

    :param query: as it was sent, text or bytes
    """
    if isinstance(query, bytes):
        query = query.decode(errors="replace")
    return _LITERAL.sub(lambda match: f"{match.group(1) or ''}'…'", str(query))


def message(text):
    """Return an error of the database without the values it quotes: its first line."""
    first = text.partition("\n")[0]
    return _QUOTED.sub(
        lambda match: match.group() if _NAME.fullmatch(match.group(1)) else '"…"', first
    )


def hush(cursor_class):
    """Let a class of cursors keep quiet about what was in statements that fail."""
    execute = cursor_class.execute
    if getattr(execute, "complaint_quiet", False):
        return

    @wraps(execute)
    def quiet(self, query, params=None, log_exceptions=True):
        try:
            return execute(self, query, params, log_exceptions=False)
        except psycopg2.Error as error:
            error.args = (message(str(error)), *error.args[1:])
            if log_exceptions:
                sent = statement(self._obj.query or query)
                _logger.error("bad query: %s\nERROR: %s", sent, error)
            raise

    quiet.complaint_quiet = True
    cursor_class.execute = quiet
