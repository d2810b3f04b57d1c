import base64
import os
from contextlib import contextmanager
from unittest.mock import patch

from odoo.tools import SQL

from .common import ComplaintCommon


def key(name, letter):
    """Return a key as the configuration has it."""
    return f"{name}:{base64.b64encode(letter * 32).decode()}"


OLD, NEW = key("2025", b"o"), key("2026", b"n")


class KeyCommon(ComplaintCommon):
    """What tests about the keys of the vault share."""

    def setUp(self):
        super().setUp()
        self.patch(self.registry["ir.cron"], "_commit_progress", _no_commit)
        self.addCleanup(self.registry.clear_cache)

    @contextmanager
    def _keys(self, *keys):
        """What the administrator puts into the server's configuration."""
        with patch.dict(os.environ, {"COMPLAINT_IDENTITY_KEYS": ",".join(keys)}):
            self.env.invalidate_all()
            yield
        self.env.invalidate_all()

    def _columns_under_keys(self):
        """Return all columns of the database with something under key 2026.

        :return: set of ``(table, column)``
        """
        self.env.flush_all()
        self.env.cr.precommit.run()
        rows = self.env.execute_query(
            SQL(
                "SELECT table_name, column_name FROM information_schema.columns"
                " WHERE table_schema = 'public' AND table_name NOT LIKE 'pg\\_%%'"
                " AND data_type IN ('text', 'character varying', 'jsonb', 'bytea')"
            )
        )
        return {place for place in rows if self._is_under_key(*place)}

    def _is_under_key(self, table, column):
        text = SQL("%s::text", SQL.identifier(column))
        if (table, column) == ("complaint_inbound_mail", "raw"):
            text = SQL("encode(%s, 'escape')", SQL.identifier(column))
        query = SQL(
            "SELECT 1 FROM %s WHERE left(%s, 400) ~ %s LIMIT 1",
            SQL.identifier(table),
            text,
            r"(sealed|mark)\.2026\.[A-Za-z0-9+/]",
        )
        return bool(self.env.execute_query(query))

    def assertKeptIsDeclared(self, found):
        """Nothing is under a key in a column that no keeper declares."""
        declared = {
            (keeper._table, name)
            for keeper in self.env["complaint.key.keeper"]._keepers()
            for name in keeper._kept_columns()
        }
        self.assertFalse(found - declared)

    def _needed(self, name):
        """Return the models and kinds of which something is under a key."""
        return [
            (keeper._name, kind)
            for keeper, kind, counts in self.env["complaint.key"]._status()
            if counts.get(name)
        ]


def _no_commit(_cron, _processed=0, **_options):
    """Stand in for the commit between batches, which a test must not do."""
    return float("inf")
