"""What is kept when an add-on with records on file is uninstalled all the same."""

import hashlib
import io
import json
import os
import zipfile
from datetime import UTC, datetime

from odoo.tools import SQL, config

PREFIX = "community_complaint"
#: Parameter with the day, as 2026-12-31, on which add-ons may be uninstalled by force.
FORCED = f"{PREFIX}.uninstall"


def tables_on_file(env, module):
    """Return the names of one add-on's tables that hold more than what it ships.

    :param module: name of the add-on
    """
    found = []
    for model in env.registry.models.values():
        if model._abstract or model._transient or not model._auto:
            continue
        if model._original_module != module:
            continue
        query = SQL(
            "SELECT 1 FROM %s AS kept WHERE NOT EXISTS ("
            "  SELECT FROM ir_model_data AS name WHERE name.model = %s"
            "  AND name.res_id = kept.id AND name.module LIKE %s) LIMIT 1",
            SQL.identifier(model._table),
            model._name,
            f"{PREFIX}%",
        )
        if env.execute_query(query):
            found.append(model._table)
    return sorted(found)


def case_ids(env):
    """Return the ids of all complaints among the tickets."""
    query = SQL("SELECT id FROM helpdesk_ticket WHERE is_complaint ORDER BY id")
    return [id_ for (id_,) in env.execute_query(query)]


def export(env, tables, cases):
    """Write tables, and cases with their messages and files, into one archive.

    The archive is for whoever owns the server: it holds everything, names included where
    the server has no keys.

    :param cases: ids of tickets, none when the helpdesk keeps them
    :return: path of the archive
    """
    folder = os.path.join(config["data_dir"], "complaint_export")
    os.makedirs(folder, mode=0o700, exist_ok=True)
    moment = datetime.now(UTC).strftime("%Y%m%d-%H%M%S-%f")
    path = os.path.join(folder, f"{env.cr.dbname}-{moment}.zip")
    parts = {name: SQL("SELECT * FROM %s", SQL.identifier(name)) for name in tables}
    if cases:
        parts |= _case_parts(cases)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file, zipfile.ZipFile(file, "w", 8) as archive:
        sums = {f"{name}.csv": _put(env, archive, name, parts[name]) for name in parts}
        if cases:
            sums |= _put_files(env, archive, parts["ir_attachment"])
        archive.writestr("SHA256.json", json.dumps(sums, indent=1, sort_keys=True))
    return path


def _case_parts(cases):
    """Return ``{table: query}`` of what the helpdesk and the base hold of cases."""
    return {
        "helpdesk_ticket": SQL(
            "SELECT * FROM helpdesk_ticket WHERE id = ANY(%s)", cases
        ),
        **{name: SQL("SELECT * %s", _of_cases(name, cases)) for name in _CARRIERS},
    }


#: Tables of the base whose rows name a case, with the column of the model's name.
_CARRIERS = {
    "mail_message": "model",
    "mail_followers": "res_model",
    "mail_activity": "res_model",
    "ir_attachment": "res_model",
    "rating_rating": "res_model",
}


def _of_cases(table, cases):
    """Return ``FROM … WHERE …`` of what belongs to cases or to our other records."""
    column = SQL.identifier(_CARRIERS[table])
    return SQL(
        "FROM %s WHERE (%s = 'helpdesk.ticket' AND res_id = ANY(%s)) OR %s LIKE %s",
        SQL.identifier(table),
        column,
        cases,
        column,
        "complaint.%",
    )


def _put(env, archive, name, query):
    """Put the rows of a query into the archive, and return their SHA-256."""
    buffer = io.StringIO()
    copy = SQL("COPY (%s) TO STDOUT WITH (FORMAT csv, HEADER)", query)
    text = env.cr.mogrify(copy.code, copy.params).decode()
    env.cr._obj.copy_expert(text, buffer)
    content = buffer.getvalue().encode()
    archive.writestr(f"{name}.csv", content)
    return hashlib.sha256(content).hexdigest()


def _put_files(env, archive, query):
    """Put the files of attachments into the archive, and return their SHA-256."""
    sums = {}
    names = SQL("SELECT DISTINCT store_fname FROM (%s) AS f", query)
    for (name,) in env.execute_query(names):
        if name:
            content = env["ir.attachment"]._file_read(name)
            archive.writestr(f"files/{name}", content)
            sums[f"files/{name}"] = hashlib.sha256(content).hexdigest()
    return sums


def put_away(env, cases):
    """Take cases, messages and files out of everybody's reach: they are in the archive.

    Without the add-on no rule would keep them from anybody any more.
    """
    files = SQL("SELECT DISTINCT store_fname %s", _of_cases("ir_attachment", cases))
    for (name,) in env.execute_query(files):
        if name:
            env["ir.attachment"]._mark_for_gc(name)
    for table in _CARRIERS:
        env.cr.execute(SQL("DELETE %s", _of_cases(table, cases)))
    env.cr.execute(SQL("DELETE FROM helpdesk_ticket WHERE id = ANY(%s)", cases))
    env.invalidate_all()
