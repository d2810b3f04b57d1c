"""All rows of a database, so that two states of it can be compared record by record.

A snapshot is ``{table: Table}``. Rows come as JSON straight from PostgreSQL, thus with
everything that is stored, translations included; a file counts by the hash of its bytes.
"""

import hashlib
import json
import re
from contextlib import contextmanager
from dataclasses import dataclass

import psycopg2
from psycopg2 import sql

from tools import databases, postgres

#: Says who saved a row last, not what it says.
_UNTOLD = ("write_date", "write_uid")


@dataclass
class Table:
    """Rows of a table.

    :param columns: names of its columns
    :param rows: ``{key: row}``; the key is the id, or the whole row where there is none
    """

    columns: frozenset
    rows: dict


@contextmanager
def connected(name):
    """Yield a cursor on a database on which all queries see one state."""
    environment = postgres.environment()
    given = {"host": "PGHOST", "port": "PGPORT", "user": "PGUSER"}
    known = {key: environment.get(variable) for key, variable in given.items()}
    connection = psycopg2.connect(
        dbname=name, **{key: value for key, value in known.items() if value}
    )
    connection.set_session(isolation_level="REPEATABLE READ", readonly=True)
    try:
        with connection.cursor() as cursor:
            yield cursor
    finally:
        connection.close()


def query(name, statement, parameters=None):
    """Return the rows of a query."""
    with connected(name) as cursor:
        cursor.execute(statement, parameters)
        return cursor.fetchall()


def take(name, left_out=""):
    """Return the snapshot of a database.

    :param left_out: pattern of the names of tables that are not looked at
    """
    with connected(name) as cursor:
        found = {
            table: Table(frozenset(columns), _rows(cursor, table))
            for table, columns in _tables(cursor)
            if not re.fullmatch(left_out, table)
        }
    _hash_files(name, found)
    return found


def _tables(cursor):
    cursor.execute(
        "SELECT c.table_name, array_agg(column_name::text)"
        " FROM information_schema.columns c"
        " JOIN information_schema.tables t USING (table_schema, table_name)"
        " WHERE table_schema = 'public' AND table_type = 'BASE TABLE' GROUP BY 1"
    )
    return sorted(cursor.fetchall())


def _rows(cursor, table):
    name = sql.Identifier(table)
    cursor.execute(sql.SQL("SELECT to_jsonb(t) FROM {} t").format(name))
    rows = {}
    for (row,) in cursor:
        for column in _UNTOLD:
            row.pop(column, None)
        rows[row["id"] if "id" in row else json.dumps(row, sort_keys=True)] = row
    return rows


def _hash_files(name, found):
    """Add to each attachment what its file really holds."""
    folder = databases.filestore(name)
    for row in found["ir_attachment"].rows.values():
        if row.get("store_fname"):
            path = folder / row["store_fname"]
            row["file"] = path.is_file() and _sha256(path)


def _sha256(path):
    return hashlib.sha256(path.read_bytes()).hexdigest()


@dataclass
class Shipped:
    """Rows that come with add-ons, as ``{table: {id, ...}}``.

    :param named: all that have an xmlid
    :param overwritten: those of them whose values every update writes anew; nobody
        expects one's own changes of them to survive
    """

    named: dict
    overwritten: dict


def shipped(name):
    """Return the :class:`Shipped` rows of a database."""
    found = Shipped({}, {})
    for model, key, kept in query(
        name, "SELECT model, res_id, noupdate FROM ir_model_data"
    ):
        table = model.replace(".", "_")
        found.named.setdefault(table, set()).add(key)
        if not kept:
            found.overwritten.setdefault(table, set()).add(key)
    return found


def links(name):
    """Return what the columns of tables without an id point to.

    :return: ``{table: {column: table pointed to}}``
    """
    found = {}
    for table, column, target in query(
        name,
        "SELECT c.relname, a.attname, f.relname FROM pg_constraint k"
        " JOIN pg_class c ON c.oid = k.conrelid JOIN pg_class f ON f.oid = k.confrelid"
        " JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = k.conkey[1]"
        " WHERE k.contype = 'f' AND NOT EXISTS (SELECT 1 FROM pg_attribute"
        " WHERE attrelid = c.oid AND attname = 'id')",
    ):
        found.setdefault(table, {})[column] = target
    return found


#: A table that is not there.
NONE = Table(frozenset(), {})

#: What makes up the form of a database, by aspect.
SCHEMA = {
    "columns": "SELECT table_name, column_name, data_type, is_nullable"
    " FROM information_schema.columns WHERE table_schema = 'public'",
    "constraints": "SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid)"
    " FROM pg_constraint WHERE connamespace = 'public'::regnamespace",
    "indexes": "SELECT tablename, indexname, indexdef FROM pg_indexes"
    " WHERE schemaname = 'public'",
    "triggers": "SELECT tgrelid::regclass::text, tgname, pg_get_triggerdef(oid)"
    " FROM pg_trigger WHERE NOT tgisinternal",
    "fields": "SELECT model, name, ttype, store, required, relation"
    " FROM ir_model_fields",
    "rights": "SELECT d.module, d.name, perm_read, perm_write, perm_create, perm_unlink"
    " FROM ir_model_access a JOIN ir_model_data d"
    " ON d.model = 'ir.model.access' AND d.res_id = a.id",
    "rules": "SELECT d.module, d.name, domain_force, perm_read, perm_write,"
    " perm_create, perm_unlink FROM ir_rule r JOIN ir_model_data d"
    " ON d.model = 'ir.rule' AND d.res_id = r.id",
}


def schema(name, aspect):
    """Return one aspect of a database's form as a set, see :data:`SCHEMA`."""
    return set(query(name, SCHEMA[aspect]))


_MODULES = (
    "SELECT id, name FROM ir_module_module WHERE name LIKE 'community_complaint%'"
)
#: What add-ons own by name, and what Odoo drops with them.
NAMES = {
    "models": "SELECT module || '.' || name FROM ir_model_data WHERE module LIKE"
    " 'community_complaint%' AND model ~ '^ir\\.model'",
    "screens": "SELECT module || '.' || name FROM ir_model_data WHERE module LIKE"
    " 'community_complaint%' AND model ~ '^ir\\.(ui|actions|cron|rule)'",
    "constraints": "SELECT m.name || ' ' || c.name FROM ir_model_constraint c"
    f" JOIN ({_MODULES}) m ON m.id = c.module"
    # Odoo keeps the names of foreign keys that went with their column
    " WHERE c.type <> 'f' OR EXISTS (SELECT FROM pg_constraint WHERE conname = c.name)",
    "relations": "SELECT m.name || ' ' || r.name FROM ir_model_relation r"
    f" JOIN ({_MODULES}) m ON m.id = r.module",
}


def names(name, aspect):
    """Return one aspect of what our add-ons own as a set, see :data:`NAMES`."""
    return {row for (row,) in query(name, NAMES[aspect])}


#: Where add-ons keep what screens say: tables, their columns, and the model by its name.
_LABELS = {
    "ir.model": ("name",),
    "ir.model.fields": ("field_description", "help"),
    "ir.model.fields.selection": ("name",),
    "ir.ui.menu": ("name",),
    "ir.ui.view": ("arch_db",),
    "ir.actions.act_window": ("name", "help"),
    "ir.actions.report": ("name",),
    "mail.activity.type": ("name",),
    "res.groups": ("name", "comment"),
}
_TABLES = {
    "ir.actions.act_window": "ir_act_window",
    "ir.actions.report": "ir_act_report_xml",
}


def labels(name, addons):
    """Return what add-ons' screens say: ``{(xmlid, column, language): words}``.

    Of records that every update writes anew and no other add-on shares.
    """
    found = {}
    for model, columns in _LABELS.items():
        table = _TABLES.get(model, model.replace(".", "_"))
        for column in columns:
            statement = sql.SQL(
                "SELECT d.module || '.' || d.name, t.{column}->>'en_US',"
                " t.{column}->>'zh_CN' FROM {table} t JOIN ir_model_data d"
                " ON d.model = %s AND d.res_id = t.id"
                " WHERE d.module = ANY(%s) AND NOT d.noupdate AND NOT EXISTS"
                " (SELECT FROM ir_model_data o WHERE o.model = d.model"
                " AND o.res_id = d.res_id AND o.module <> ALL(%s))"
            ).format(column=sql.Identifier(column), table=sql.Identifier(table))
            for xmlid, english, chinese in query(
                name, statement, (model, addons, addons)
            ):
                found[xmlid, column, "en_US"] = _without_ids(english)
                found[xmlid, column, "zh_CN"] = _without_ids(chinese or english)
    return found


def _without_ids(text):
    """Return what a screen says without the ids of its buttons' actions."""
    return re.sub(r'"%?\d+"', '"#"', text or "")


#: What differs between two databases with the same records.
_OWN = re.compile(r"id|create_.*|.*_id|.*parent_path|.*date")


def shipped_values(name):
    """Return the values of our records with an xmlid: ``{(xmlid, column): value}``."""
    found, tables = {}, {}
    with connected(name) as cursor:
        cursor.execute(
            "SELECT module || '.' || name, replace(model, '.', '_'), res_id"
            " FROM ir_model_data WHERE module LIKE 'community_complaint%'"
            " AND model ~ '^(complaint|helpdesk)'"
        )
        for xmlid, table, key in cursor.fetchall():
            if table not in tables:
                tables[table] = _rows(cursor, table)
            for column, value in tables[table].get(key, {}).items():
                if not _OWN.fullmatch(column):
                    found[xmlid, column] = _source(value) or None
    return found


def _source(value):
    """Return what a value says before it is translated."""
    return value.get("en_US", value) if isinstance(value, dict) else value
