from collections import Counter

from odoo import api, models
from odoo.tools import SQL

from ..tools.kept import UNNAMED

_BATCH = 200
#: So much of a column tells under which key it is.
_HEAD = 60
_NAMED = r"^(?:sealed|mark)[.]([A-Za-z0-9_-]{1,32})[.]"
_OLD_MARK = "^[0-9a-f]{40}$"


class ComplaintKeyKeeper(models.AbstractModel):
    """A model that keeps something under the keys of the vault.

    ``_kept`` says what, ``{column: Kept}``; add-ons that bring columns add theirs.
    :meth:`_rotate` of the model puts some records under the current key.

    EXPOSED API: :meth:`_keepers`, :meth:`_key_counts`, :meth:`_rotate_stale`.
    """

    _name = "complaint.key.keeper"
    _description = "Keeper under the Keys"

    _kept = {}

    @api.model
    def _keepers(self):
        """Return the models that keep something, as a sorted list of empty records."""
        return [
            self.env[name]
            for name in sorted(self.env.registry)
            if not self.env.registry[name]._abstract
            and getattr(self.env[name], "_kept", None)
        ]

    @api.model
    def _kept_columns(self, *kinds):
        """Return ``{column: Kept}`` of the model, of all add-ons.

        :param kinds: only of these kinds; empty: all
        """
        kept = {}
        for cls in reversed(type(self).mro()):
            kept.update(vars(cls).get("_kept") or {})
        return {
            name: item for name, item in kept.items() if not kinds or item.kind in kinds
        }

    @api.model
    def _kept_where(self):
        """Return the condition of rows that lie under keys at all. Hook."""
        return SQL("TRUE")

    # ----------------------------------------------------------------------
    # Writing
    # ----------------------------------------------------------------------

    def _write_multi(self, vals_list):
        """OVERRIDE: of two who write at once, the later one fails before it says what.

        PostgreSQL writes statements that fail into a log of its own (THREATS 55).
        """
        if any(self._kept_columns().keys() & vals.keys() for vals in vals_list):
            self.env.cr.execute(
                SQL(
                    "SELECT FROM %s WHERE id IN %s ORDER BY id FOR NO KEY UPDATE",
                    SQL.identifier(self._table),
                    self._ids,
                )
            )
        return super()._write_multi(vals_list)

    # ----------------------------------------------------------------------
    # Under which key
    # ----------------------------------------------------------------------

    @api.model
    def _key_counts(self, *kinds):
        """Return how many rows have something under which key.

        :param kinds: of :class:`~..tools.kept.Kept`; empty: all
        :return: ``{key: rows}``; key ``False``: plain; ``UNNAMED``: a mark of a key that it
            does not name
        """
        columns = self._kept_columns(*kinds)
        if not columns:
            return {}
        rows = self.env.execute_query(
            SQL(
                "SELECT key, count(DISTINCT id) FROM (%s) AS kept GROUP BY key",
                SQL(" UNION ALL ").join(
                    SQL(
                        "SELECT id, %s AS key FROM %s WHERE %s IS NOT NULL AND %s",
                        self._key_sql(column, kept),
                        SQL.identifier(self._table),
                        SQL.identifier(column),
                        self._kept_where(),
                    )
                    for column, kept in columns.items()
                ),
            )
        )
        return Counter({key or False: count for key, count in rows})

    @api.model
    def _key_sql(self, column, kept):
        """Return the expression for the name of the key of one column, NULL if plain."""
        head = SQL("left(%s, %s)", SQL.identifier(column), _HEAD)
        if self._fields[column].column_type[0] == "bytea":
            head = SQL(
                "encode(substring(%s FROM 1 FOR %s), 'escape')",
                SQL.identifier(column),
                _HEAD,
            )
        named = SQL("substring(%s FROM %s)", head, _NAMED)
        if kept.kind != "mark":
            return named
        return SQL(
            "COALESCE(%s, CASE WHEN %s ~ %s THEN %s END)",
            named,
            SQL.identifier(column),
            _OLD_MARK,
            UNNAMED,
        )

    # ----------------------------------------------------------------------
    # Rotation
    # ----------------------------------------------------------------------

    @api.model
    def _stale_sql(self, ring):
        """Return the condition of rows that :meth:`_rotate` puts under the current key.

        What lacks its key waits for it; what cannot be made anew is left alone.
        """
        old = [name for name in ring.names if name != ring.current]
        conditions = [
            SQL(
                "(%(column)s IS NOT NULL AND COALESCE(%(key)s, %(unnamed)s) = ANY(%(old)s))",
                column=SQL.identifier(column),
                key=self._key_sql(column, kept),
                unnamed=UNNAMED,
                old=[*old, UNNAMED],
            )
            for column, kept in self._kept_columns().items()
            if not kept.lasts
        ]
        if not conditions:
            return SQL("FALSE")
        return SQL("(%s) AND %s", SQL(" OR ").join(conditions), self._kept_where())

    @api.model
    def _count_stale(self, ring):
        """Return how many rows a rotation has to make anew."""
        query = SQL(
            "SELECT count(*) FROM %s WHERE %s",
            SQL.identifier(self._table),
            self._stale_sql(ring),
        )
        return self.env.execute_query(query)[0][0]

    @api.model
    def _rotate_stale(self, ring):
        """Put everything under the current key; resumes where it stopped.

        :return: whether there is time for more
        """
        done_id = 0
        while ids := self._stale_ids(ring, done_id):
            done_id = ids[-1]
            locked = self.browse(ids).try_lock_for_update(allow_referencing=True)
            locked._rotate()
            if not self.env["ir.cron"]._commit_progress(len(ids)):
                return False
        return True

    @api.model
    def _stale_ids(self, ring, done_id):
        query = SQL(
            "SELECT id FROM %s WHERE id > %s AND %s ORDER BY id LIMIT %s",
            SQL.identifier(self._table),
            done_id,
            self._stale_sql(ring),
            _BATCH,
        )
        self.env.flush_all()
        return [row[0] for row in self.env.execute_query(query)]

    def _rotate(self):
        """Put these records under the current key. EXTENSION POINT."""
