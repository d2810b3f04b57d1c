"""Hashes that prove something, compared with the log's chain and with what is stored.

Plain Python and plain SQL, so that the server and ``./run verify-log`` find the same. A
hash that only lies beside what it proves proves nothing: who changes a file in the
filestore changes the row as well. So every hash goes into the chain when it is made.

Of words, which may be guessed, the hash is of the words and a salt that lies beside them.
When the office takes a name out of the words it makes both anew: the hash in the chain
that was of the name then confirms nothing.
"""

import hashlib
import json
from typing import NamedTuple

#: ``{model: {column with a hash: column with the attachment it is of, or None}}``.
PROVEN = {
    "complaint.notice": {"sha256": "pdf_attachment_id"},
    "complaint.custody.act": {"sha256": "pdf_attachment_id"},
    "complaint.evidence.original": {
        "sha256": "attachment_id",
        "copy_sha256": "copy_id",
    },
    # its bytes are in the vault, whose seal holds this hash as well
    "complaint.inbound.mail": {"sha256": None},
    "complaint.decision": {"words_sha256": None},
    "complaint.publication": {"words_sha256": None},
    "complaint.publication.line": {"words_sha256": None},
}


class Words(NamedTuple):
    """Rows whose words are proven.

    ``columns``: what is proven of the row; ``final``: SQL condition of the rows that must
    have a proof; ``lines``: ``(table, column that leads to the row, columns)`` of its lines.
    """

    columns: tuple
    final: str
    lines: tuple = ()


#: ``{model: Words}`` of the models whose hash is of words and the salt ``words_salt``.
WORDS = {
    "complaint.decision": Words(
        (
            *("ticket_id", "version", "conclusion", "reasons", "legal_basis"),
            *("accountability_note", "decided_by_id", "decided_date"),
        ),
        "state <> 'draft'",
        (
            "complaint_decision_measure",
            "decision_id",
            ("measure_id", "respondent_id", "note"),
        ),
    ),
    "complaint.publication": Words(
        (
            *("kind", "date_from", "name", "introduction", "number", "released_date"),
            *("approved_by_id", "released_by_id"),
        ),
        "state IN ('released', 'withdrawn')",
        (
            "complaint_publication_figure",
            "publication_id",
            ("table", "code", "type_id", "hidden", "count"),
        ),
    ),
    "complaint.publication.line": Words(
        (
            *("publication_id", "public_key", "month", "type_id", "conclusion"),
            *("measures", "summary"),
        ),
        "publication_id IN (SELECT id FROM complaint_publication"
        " WHERE state IN ('released', 'withdrawn'))",
    ),
}
#: Of what the office forgets the file may be gone, the hash stays.
_FORGOTTEN = ("identity_erased",)


class Difference(NamedTuple):
    """Something that is not what it was when it was recorded.

    ``reason``: ``record``, the hash is another one; ``unknown``, the chain knows none;
    ``gone``, there is no such record; ``file``, the file is another one; ``file gone``;
    ``words``, what it says is something else.
    """

    model: str
    id: int
    column: str
    reason: str


def find_differences(
    execute, company_id, read_file=None, models=tuple(PROVEN), after=None
):
    """Yield every :class:`Difference` of one company.

    :param execute: function of a query and its parameters that returns the rows
    :param read_file: function of an attachment's id that returns its bytes, ``None`` if
        there are none; without it files are not looked at
    :param models: which models
    :param after: ``(id, limit)`` of the records looked at; by default all
    """
    forgotten = {
        row[0]
        for row in execute(
            "SELECT ticket_id FROM complaint_log WHERE company_id = %s AND kind = ANY(%s)",
            (company_id, list(_FORGOTTEN)),
        )
    }
    for model in models:
        rows = _records(execute, company_id, model, after)
        seen = {row["id"] for row in rows}
        chain = _known(execute, company_id, model, None if after is None else seen)
        words = _digests(execute, model, {row["id"]: row["salt"] for row in rows})
        for row in rows:
            yield from _of_record(model, row, chain.get(row["id"], {}))
            if model in WORDS and row["words_sha256"] != words.get(row["id"]):
                yield Difference(model, row["id"], "words_sha256", "words")
            if read_file:
                yield from _of_files(
                    model, row, read_file, row["ticket_id"] in forgotten
                )
        if after is None:
            for lost in sorted(chain.keys() - seen):
                yield Difference(model, lost, "", "gone")


def next_ids(execute, company_id, model, start, limit):
    """Return the ids of the records after one that have a hash, or should have."""
    rows = _records(execute, company_id, model, (start, limit))
    return [row["id"] for row in rows]


def digest_words(execute, model, salts):
    """Return the hashes of the words of rows as they are stored now, ``{id: hash}``.

    :param salts: ``{id: text}``
    """
    return _digests(execute, model, salts)


def unproven_words(execute, company_id, model):
    """Return the ids of the rows of a model that should have a hash of their words."""
    rows = execute(
        f"SELECT id FROM {_table(model)} WHERE company_id = %s"  # noqa: S608 - ours
        f" AND words_sha256 IS NULL AND {WORDS[model].final} ORDER BY id",
        (company_id,),
    )
    return [row[0] for row in rows]


def _digests(execute, model, salts):
    if model not in WORDS or not salts:
        return {}
    words = WORDS[model]
    said = {
        row[0]: [list(row[1:])]
        for row in execute(
            f"SELECT id, {_texts(words.columns)} FROM {_table(model)}"  # noqa: S608
            " WHERE id = ANY(%s)",
            (list(salts),),
        )
    }
    if words.lines:
        table, whole, columns = words.lines
        for row in execute(
            f"SELECT {whole}, {_texts(columns)} FROM {table}"  # noqa: S608 - ours
            f" WHERE {whole} = ANY(%s) ORDER BY id",
            (list(salts),),
        ):
            said[row[0]].append(list(row[1:]))
    return {id_: _digest(salts[id_], rows) for id_, rows in said.items() if salts[id_]}


def _digest(salt, rows):
    """Return the hash of words and their salt.

    >>> _digest("a", [["Noise", None]]) == _digest("b", [["Noise", None]])
    False
    """
    text = json.dumps([salt, rows], ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def _texts(columns):
    """Return columns as texts, which every connection reads alike.

    >>> _texts(("table", "count"))
    '"table"::text, "count"::text'
    """
    return ", ".join(f'"{column}"::text' for column in columns)


def _table(model):
    return model.replace(".", "_")


def _known(execute, company_id, model, ids=None):
    """Return ``{id: {column: hash}}`` of the chain, the latest of each.

    :param ids: of which records; ``None`` for all
    """
    known = {}
    for record_id, details in execute(
        "SELECT res_id, details FROM complaint_log WHERE company_id = %s"
        " AND kind = 'proof' AND res_model = %s"
        " AND (%s OR res_id = ANY(%s)) ORDER BY id",
        (company_id, model, ids is None, list(ids or ())),
    ):
        known.setdefault(record_id, {}).update(json.loads(details)["hashes"])
    return known


def _records(execute, company_id, model, after):
    """Return the records of a model that have a hash, or should, as dicts."""
    columns = ["id"]
    for column, file in PROVEN[model].items():
        columns += [column, *filter(None, [file])]
    of_case = not model.startswith("complaint.publication")
    names = ", ".join(
        [
            *columns,
            "ticket_id" if of_case else "NULL",
            "words_salt" if model in WORDS else "NULL",
        ]
    )
    columns += ["ticket_id", "salt"]
    hashed = " OR ".join(f"{column} IS NOT NULL" for column in PROVEN[model])
    if model in WORDS:
        hashed += f" OR {WORDS[model].final}"
    start, limit = after or (0, None)
    rows = execute(
        f"SELECT {names} FROM {_table(model)}"  # noqa: S608 - names of ours
        f" WHERE company_id = %s AND id > %s AND ({hashed}) ORDER BY id LIMIT %s",
        (company_id, start, limit),
    )
    return [dict(zip(columns, row, strict=True)) for row in rows]


def _of_record(model, row, hashes):
    for column in PROVEN[model]:
        if column not in hashes and (row[column] or model in WORDS):
            yield Difference(model, row["id"], column, "unknown")
        elif row[column] != hashes.get(column):
            yield Difference(model, row["id"], column, "record")


def _of_files(model, row, read_file, forgotten):
    for column, file in PROVEN[model].items():
        if not file or not row[column]:
            continue
        content = row[file] and read_file(row[file])
        if content is None:
            # originals that were destroyed say so in their own chain of custody
            if not forgotten and model != "complaint.evidence.original":
                yield Difference(model, row["id"], column, "file gone")
        elif hashlib.sha256(content).hexdigest() != row[column]:
            yield Difference(model, row["id"], column, "file")
