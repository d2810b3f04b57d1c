"""Many records from a few real ones: rows copied in sets, with all that hangs on them.

The records to copy were made by the steps that people take. PostgreSQL copies them
together with every row that belongs to them; which tables and columns there are is read
from its catalogue, so that a new field or model of a case is copied without a change here.
"""

from collections import defaultdict

#: What refers to a record by model and id: table, column of the model, column of the id.
NAMED = (
    ("mail_message", "model", "res_id"),
    ("mail_followers", "res_model", "res_id"),
    ("mail_activity", "res_model", "res_id"),
)
#: Rows nobody wants twice: outgoing mail, dialogs, drafts.
LEFT_OUT = (
    "mail_mail",
    "wizard",
    "submission",
    "inbound_mail",
    "nonce",
    "ir_attachment",
)

FOREIGN_KEYS = """
    SELECT conrelid::regclass::text, attname, confrelid::regclass::text
      FROM pg_constraint
      JOIN pg_attribute ON attrelid = conrelid AND attnum = conkey[1]
     WHERE contype = 'f' AND cardinality(conkey) = 1
       AND connamespace = 'public'::regnamespace
"""
COLUMNS = """
    SELECT table_name, column_name, data_type
      FROM information_schema.columns
     WHERE table_schema = 'public' AND is_generated = 'NEVER'
  ORDER BY ordinal_position
"""
UNIQUE = """
    SELECT indrelid::regclass::text, array_agg(attname::text)
      FROM pg_index
      JOIN pg_attribute ON attrelid = indrelid AND attnum = ANY(indkey)
     WHERE indisunique
  GROUP BY indexrelid, indrelid
"""


class Cloner:
    """Copies records of one model.

    :param cr: a cursor
    :param table: table of the records to copy
    :param model: name of their model
    :param values: ``{(table, column): SQL}`` of columns that differ from the original;
        ``t`` is the original row, ``m.id`` the new id, ``m.n`` the number of the copy,
        ``m.days`` how long ago it was, ``m.twin`` whether the other company has it
    :param twins: ``{table: {id: id of its like in the other company}}``
    """

    def __init__(self, cr, table, model, values, twins=None):
        self.cr, self.table, self.model = cr, table, model
        self.values, self.twins = values, twins or {}
        self.keys = defaultdict(dict)
        for owner, column, target in self._rows(FOREIGN_KEYS):
            self.keys[owner][column] = target
        self.columns = defaultdict(dict)
        for owner, column, kind in self._rows(COLUMNS):
            self.columns[owner][column] = kind
        self.unique = self._rows(UNIQUE)
        #: tables with copies of their own, and how their rows are found
        self.cloned = {}

    def _rows(self, query):
        self.cr.execute(query)
        return self.cr.fetchall()

    def clone(self, plan):
        """Copy records, the oldest first, and all that belongs to them.

        :param plan: ``[(id, copies, fewest days ago, most days ago)]``
        :return: number of rows written
        """
        self._map_records(plan)
        self._map_twins()
        self._map_parts()
        return sum(self._copy(table) for table in self._in_order())

    # ------------------------------------------------------------------
    # Which row becomes which
    # ------------------------------------------------------------------

    def _map_records(self, plan):
        """Make the table of all copies of the records themselves."""
        self.cr.execute("SELECT setseed(0.19)")
        rows = b",".join(self.cr.mogrify("(%s, %s, %s, %s)", line) for line in plan)
        self._map(
            self.table,
            f"""SELECT old_id, n, days, mod(n, 5) = 0 AND {bool(self.twins)} AS twin
                  FROM (SELECT old_id, days, row_number() OVER (ORDER BY days DESC) n
                          FROM (SELECT old_id, low + random() * (high - low) AS days
                                  FROM (VALUES {rows.decode()})
                                    AS plan(old_id, copies, low, high),
                                       generate_series(1, copies)) drawn) numbered
              ORDER BY n""",
        )

    def _map_twins(self):
        for table, pairs in self.twins.items():
            self.cr.execute(
                f"CREATE TEMP TABLE twin_{table} (old_id int PRIMARY KEY, new_id int)"
            )
            for pair in pairs.items():
                self.cr.execute(f"INSERT INTO twin_{table} VALUES (%s, %s)", pair)

    def _map_parts(self):
        """Find what hangs on the records, directly or through another part."""
        named = {
            table: f"t.{model} = '{self.model}' AND t.{column} = m.old_id"
            for table, model, column in NAMED
            if table in self.columns
        }
        found = [(self.table, named)]
        while found:
            parent, known = found.pop(0)
            links = {
                table: f"t.{column} = m.old_id"
                for table, keys in sorted(self.keys.items())
                for column, target in keys.items()
                if target == parent and not any(word in table for word in LEFT_OUT)
            }
            for table, link in {**links, **known}.items():
                if table not in self.cloned and self._map_part(table, parent, link):
                    found.append((table, {}))

    def _map_part(self, table, parent, link):
        """Make the table of the copies of a part; tell whether there are any."""
        self.cr.execute(
            f"SELECT 1 FROM {table} t JOIN (SELECT DISTINCT old_id FROM map_{parent}) m"
            f" ON {link} LIMIT 1"
        )
        if not self.cr.fetchone():
            return False
        if "id" not in self.columns[table]:
            self.cloned[table] = (parent, link)
            return False
        self._map(
            table,
            f"""SELECT t.id AS old_id, m.n, m.days, m.twin
                  FROM map_{parent} m JOIN {table} t ON {link}
              ORDER BY m.n, t.id""",
        )
        return True

    def _map(self, table, query):
        """Make the table ``map_<table>`` of new ids from rows ``old_id, n, days, twin``."""
        self.cr.execute(
            f"""CREATE TEMP TABLE map_{table} AS
                SELECT (SELECT max(id) FROM {table}) + row_number() OVER () AS id, rows.*
                  FROM ({query}) rows"""
        )
        self.cr.execute(f"CREATE INDEX ON map_{table} (old_id, n); ANALYZE map_{table}")
        self.cloned[table] = None

    # ------------------------------------------------------------------
    # Copying
    # ------------------------------------------------------------------

    def _in_order(self):
        """Return the tables, each after those it refers to."""
        done, waiting = [], list(self.cloned)
        while waiting:
            ready = [
                table
                for table in waiting
                if not (set(self.keys[table].values()) & set(waiting)) - {table}
            ]
            # a circle of references: its columns may be empty, see ``_copy``
            done += ready or waiting[:1]
            waiting = [table for table in waiting if table not in done]
        return done

    def _copy(self, table):
        """Copy one table's rows in one statement and return their number."""
        joins, targets = [], []
        for number, (column, kind) in enumerate(self.columns[table].items()):
            value, join = self._value(table, column, kind, f"r{number}")
            targets.append((column, value))
            joins.append(join)
        if self.cloned[table]:
            parent, link = self.cloned[table]
            source = f"map_{parent} m JOIN {table} t ON {link}"
        else:
            source = f"map_{table} m JOIN {table} t ON t.id = m.old_id"
        names = ", ".join(f'"{column}"' for column, _value in targets)
        values = ", ".join(value for _column, value in targets)
        order = "ORDER BY m.id" if not self.cloned[table] else ""
        self.cr.execute(
            f"INSERT INTO {table} ({names})"
            f" SELECT {values} FROM {source} {' '.join(joins)} {order}"
        )
        written = self.cr.rowcount
        if not self.cloned[table]:
            self.cr.execute(
                f"SELECT setval('{table}_id_seq', (SELECT max(id) FROM {table}))"
            )
        return written

    def _value(self, table, column, kind, alias):
        """Return the SQL of a column of the copy and the join it needs."""
        plain = f't."{column}"'
        if (table, column) in self.values:
            return self.values[table, column], ""
        if column == "id":
            return "m.id", ""
        if (table, column) in self._named_columns():
            return self._reference(self.table, plain, alias)
        target = self.keys[table].get(column)
        if target in self.cloned:
            return self._reference(target, plain, alias)
        if target in self.twins:
            join = f"LEFT JOIN twin_{target} {alias} ON {alias}.old_id = {plain}"
            new = f"coalesce({alias}.new_id, {plain})"
            return f"CASE WHEN m.twin THEN {new} ELSE {plain} END", join
        if column == "access_token":
            return "NULL", ""
        if kind.startswith("timestamp"):
            return f"{plain} - m.days * interval '1 day'", ""
        if kind == "date":
            return f"{plain} - m.days::int", ""
        if not target and self._must_differ(table, column):
            new = "m.id" if kind in ("integer", "bigint") else f"{plain} || '-' || m.n"
            return new, ""
        return plain, ""

    def _must_differ(self, table, column):
        """Tell whether a copy needs its own value, as nothing else makes it unique."""
        return any(
            column in columns
            and not any(self._differs(table, name) for name in columns)
            for owner, columns in self.unique
            if owner == table
        )

    def _differs(self, table, column):
        """Tell whether a column of a copy differs from the original's anyway."""
        return (
            column == "id"
            or (table, column) in self.values
            or (table, column) in self._named_columns()
            or self.keys[table].get(column) in self.cloned
        )

    def _named_columns(self):
        return {(table, column) for table, _model, column in NAMED}

    def _reference(self, target, plain, alias):
        join = f"LEFT JOIN map_{target} {alias} ON {alias}.old_id = {plain} AND {alias}.n = m.n"
        return f"coalesce({alias}.id, {plain})", join
