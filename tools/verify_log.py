"""``./run verify-log``: compute the chain of the complaint log anew, from plain SQL.

Needs no Odoo, so that nothing the server runs can hide a break. The end of each chain is
printed; whoever keeps it elsewhere gives it back with ``--head`` next time and then also
notices when the newest rows were taken away.
"""

import argparse
import importlib.util
from pathlib import Path

import psycopg2

from tools import paths, postgres
from tools.steps import Failure, say

REASONS = {
    "missing": "is missing",
    "changed": "was changed",
    "link": "does not follow the one before it",
}


DIFFERENCES = {
    "record": "its hash is not the one in the log",
    "unknown": "the log does not know its hash",
    "gone": "is gone",
    "file": "the file is not the one that was recorded",
    "file gone": "its file is gone",
    "words": "it does not say what was recorded",
}


def load(name):
    """Return a module of the add-on's tools; the add-on itself needs Odoo."""
    path = paths.ROOT / "community_complaint" / "tools" / f"{name}.py"
    spec = importlib.util.spec_from_file_location(f"complaint_{name}", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def main(arguments):
    """Verify the chains of a database and return the exit status."""
    options = parse(arguments)
    chain, proofs = load("chain"), load("proofs")
    connection = connect(options.database)

    def execute(query, parameters=None):
        with connection.cursor() as cursor:
            cursor.execute(query, parameters)
            return cursor.fetchall()

    with connection:
        heads = known_heads(execute, options.head)
        companies = execute("SELECT id, name FROM res_company ORDER BY id")
        broken = [
            name
            for company, name in companies
            if not verify(chain, execute, company, name, heads)
        ]
        store = filestore(options)
        for company, name in companies:
            if not compare(proofs, execute, company, name, store):
                broken.append(name)
    connection.close()
    return 1 if broken else 0


def parse(arguments):
    """Return the options."""
    parser = argparse.ArgumentParser(prog="./run verify-log")
    parser.add_argument("database")
    parser.add_argument(
        "--head",
        action="append",
        default=[],
        type=head,
        metavar="COMPANY:ROW:HASH",
        help="an end of a chain seen earlier; it must still be there",
    )
    parser.add_argument(
        "--filestore",
        type=Path,
        metavar="FOLDER",
        help="the files of the database; by default those of ./run, if they are there",
    )
    return parser.parse_args(arguments)


def filestore(options):
    """Return the folder with the files of the database, ``None`` if nobody knows it."""
    folder = options.filestore or paths.DATA / "filestore" / options.database
    return folder if folder.is_dir() else None


def compare(proofs, execute, company, name, store):
    """Print what is not what it was when it was recorded; tell whether everything is."""

    def read_file(attachment):
        rows = execute(
            "SELECT store_fname, db_datas FROM ir_attachment WHERE id = %s",
            (attachment,),
        )
        for fname, content in rows:
            if content is not None:
                return bytes(content)
            path = store / (fname or "-")
            return path.read_bytes() if path.is_file() else None
        return None

    found = [*proofs.find_differences(execute, company, store and read_file)]
    for item in found:
        what = f"{item.model} {item.id} {item.column}".rstrip()
        say(f"{name}: CHANGED, {what}: {DIFFERENCES[item.reason]}")
    if found:
        return False
    say(f"{name}: papers and files as recorded" + ("" if store else ", bytes not read"))
    return True


def head(text):
    """Return ``(company, sequence, hash)``.

    >>> head("1:12:" + "a" * 64)[:2]
    (1, 12)
    """
    company, sequence, digest = text.split(":")
    if len(digest) != 64:
        raise ValueError(text)
    return int(company), int(sequence), digest


def connect(database):
    """Return a read-only connection on which all queries see one state."""
    environment = postgres.environment()
    names = {"host": "PGHOST", "port": "PGPORT", "user": "PGUSER"}
    given = {key: environment[name] for key, name in names.items() if environment[name]}
    try:
        connection = psycopg2.connect(dbname=database, **given)
    except psycopg2.OperationalError as error:
        raise Failure(f"Cannot open the database {database}: {error}") from error
    connection.set_session(isolation_level="REPEATABLE READ", readonly=True)
    return connection


def known_heads(execute, given):
    """Return the ends of chains that were seen: in earlier verifications and by hand."""
    try:
        seen = execute(
            "SELECT company_id, sequence, head FROM complaint_log_check"
            " WHERE ok AND sequence > 0"
        )
    except psycopg2.errors.UndefinedTable as error:
        raise Failure("This database has no complaint log.") from error
    return [*seen, *given]


def verify(chain, execute, company, name, heads):
    """Print what became of one company's chain; tell whether it holds."""
    own = [(row, digest) for number, row, digest in heads if number == company]
    last = {"sequence": 0, "hash": chain.GENESIS}

    def rows():
        for row in chain.read(execute, company):
            last.update(row)
            yield row

    broken = chain.find_break(rows(), own)
    if not last["sequence"] and not own:
        return True
    if broken:
        reason = REASONS[broken.reason]
        say(f"{name}: BROKEN, row {broken.sequence} {reason}")
        return False
    end = f"{company}:{last['sequence']}:{last['hash']}"
    say(f"{name}: unbroken, {last['sequence']} rows, --head {end}")
    return True
