"""What was tried, what came of it: canaries in answers, and rows that changed."""

import contextlib
import json
import os
from collections import Counter
from dataclasses import dataclass, field

REFUSED, NOTHING, SUCCESS = "refused", "nothing gained", "SUCCESS"
#: Pages of ours answer whatever comes; what the base does is the base's.
OURS = ("/complaint", "/my/complaint", "/my/ticket", "/ticket", "/new/ticket")
#: Of an attempt that may change rows: only its answers are looked at.
EVERYTHING = ("*",)
#: What moves by itself in a row.
VOLATILE = (
    *("write_date", "write_uid", "message_main_attachment_id", "last_seen"),
    *("x_peek", "is_overdue", "next_due", "next_due_state", "last_activity"),
)


@dataclass
class Secret:
    """Something planted.

    :param words: what must not come back, as texts
    :param knows: logins of who may know it
    :param ticket: id of its case
    """

    name: str
    words: list
    knows: set
    ticket: int = 0
    number: str = ""


@dataclass
class Attempt:
    """One try of one person by one way."""

    part: str
    who: str
    way: str
    target: str = ""
    verdict: str = NOTHING
    found: list = field(default_factory=list)
    calls: int = 0
    refusals: int = 0

    def row(self):
        return {**self.__dict__, "found": self.found[:12]}


class Ledger:
    """All attempts against one server.

    :param guard: ``Guard`` or ``None``, compared before and after every attempt
    :param hidden: ``{login: [cases]}`` that somebody must not see
    """

    def __init__(self, secrets, guard=None, hidden=None):
        self.secrets, self.guard, self.attempts = secrets, guard, []
        self.hidden = hidden or {}

    @contextlib.contextmanager
    def attempt(self, part, who, way, target="", allowed=()):
        """Note one attempt; what it sees goes through ``trial.see``.

        :param allowed: names of tables in which this attempt may change rows
        """
        trial = Trial(self, Attempt(part, who, way, target))
        try:
            yield trial
        except Exception as error:  # noqa: BLE001 - a broken attempt is told, not lost
            trial.attempt.found.append(f"BROKEN {error!r}"[:300])
            trial.attempt.verdict = "broken"
        if self.guard:
            for change in self.guard.changes(who, allowed, self.hidden.get(who, ())):
                trial.success(f"changed: {change}")
        done = trial.attempt
        if done.verdict == NOTHING and done.calls and done.refusals == done.calls:
            done.verdict = REFUSED
        self.attempts.append(done)

    def figures(self):
        """Return ``{part: Counter of verdicts}``."""
        figures = {}
        for attempt in self.attempts:
            figures.setdefault(attempt.part, Counter())[attempt.verdict] += 1
        return figures

    def write(self, path):
        rows = [attempt.row() for attempt in self.attempts]
        path.write_text(json.dumps(rows, ensure_ascii=False, indent=1))


class Trial:
    """What an attempt sees while it runs."""

    def __init__(self, ledger, attempt):
        self.ledger, self.attempt = ledger, attempt

    def see(self, answer, *, said=()):
        """Take an answer down, look for canaries in it, and return it.

        :param said: words the asker used himself
        """
        attempt = self.attempt
        attempt.calls += 1
        if answer.error or answer.status in (0, 303, 302) or answer.status >= 400:
            attempt.refusals += 1
        if answer.status >= 500 and answer.path.startswith(OURS):
            self.success(f"status {answer.status}: {answer.told[:80]}")
        self.scan(answer.text, said)
        return answer

    def scan(self, text, said=()):
        """Look for canaries in a text."""
        for secret in self.ledger.secrets:
            if self.attempt.who in secret.knows:
                continue
            for word in secret.words:
                if word in text and not any(word in str(item) for item in said):
                    place = text.index(word)
                    near = text[max(place - 60, 0) : place + 60].replace("\n", " ")
                    self.success(f"{secret.name}: {word} in …{near}…")

    def same(self, first, second, words=(), note=""):
        """Two answers must not differ by a secret; tell if they do."""
        one, two = first.shape(*words), second.shape(*words)
        if one != two:
            self.success(f"differs {note}: {str(one)[:160]} | {str(two)[:160]}")

    def success(self, text):
        """The attempt got something."""
        self.attempt.verdict = SUCCESS
        if len(self.attempt.found) < 40 and text not in self.attempt.found:
            self.attempt.found.append(text[:420])


class Guard:
    """Rows that must stay as they are, read past the server, by SQL.

    :param connection: of psycopg2
    :param cases: ids of cases nobody may change
    :param settings: ``{table: condition}`` of rows nobody may change but who ``may``
    """

    def __init__(self, connection, cases, settings, may=()):
        self.cursor, self.cases = connection.cursor(), list(cases)
        self.settings, self.may = settings, set(may)
        self.tables = self._tables()
        self.before = self._rows()

    def _tables(self):
        self.cursor.execute(
            "select c.table_name, array_agg(c.column_name::text)"
            " from information_schema.columns c join information_schema.tables t"
            " using (table_schema, table_name) where table_schema = 'public'"
            " and table_type = 'BASE TABLE' and column_name in ('ticket_id', 'id')"
            " group by 1 having count(*) = 2"
        )
        skip = ("complaint_log", "wizard", "dialog", "complaint_vault_look")
        return [
            name
            for name, _columns in self.cursor.fetchall()
            if not any(word in name for word in skip)
        ]

    def _rows(self):
        # the id is bound once; every table is read by itself, a missing one does not matter
        drop = ",".join(f"'{name}'" for name in VOLATILE)
        row = f"md5((to_jsonb(t) - array[{drop}])::text)"
        ids = ",".join(map(str, self.cases)) or "0"
        parts = [
            f"select '{table}', t.id, {row} from \"{table}\" t where ticket_id in ({ids})"
            for table in self.tables
        ]
        parts.append(
            f"select 'helpdesk_ticket', t.id, {row} from helpdesk_ticket t"
            f" where id in ({ids})"
        )
        parts.append(
            f"select 'ir_attachment', t.id, {row} from ir_attachment t"
            f" where res_model = 'helpdesk.ticket' and res_id in ({ids})"
        )
        parts.append(
            "select 'mail_message', t.id, md5(concat(body, subject, author_id,"
            " message_id, reply_to, is_internal, subtype_id)) from mail_message t"
            f" where model = 'helpdesk.ticket' and res_id in ({ids})"
        )
        parts += [
            f"select '{table}', t.id, {row} from \"{table}\" t where {condition}"
            for table, condition in self.settings.items()
        ]
        self.cursor.execute(" union all ".join(parts))
        return {(table, key): value for table, key, value in self.cursor.fetchall()}

    def content(self, table, key):
        """Return a row as it is."""
        self.cursor.execute(f'select to_jsonb(t) from "{table}" t where id = %s', [key])
        found = self.cursor.fetchone()
        return found[0] if found else None

    def _case_of(self, table, key):
        row = self.content(table, key) or {}
        return row.get("ticket_id") or row.get("res_id")

    def changes(self, who, allowed=(), hidden=()):
        """Return texts about rows that changed or went since the last call.

        :param hidden: cases to which this person can add nothing, not even a note
        """
        after = self._rows()
        told = []
        for place, value in self.before.items():
            table = place[0]
            if after.get(place) == value or table in allowed:
                continue
            if table in self.settings and who in self.may:
                continue
            what = "changed" if place in after else "gone"
            told.append(f"{table}({place[1]}) {what}")
        for table, key in after.keys() - self.before.keys():
            if table in allowed or (table in self.settings and who in self.may):
                continue
            if table in self.settings or self._case_of(table, key) in hidden:
                told.append(f"{table}({key}) added")
        self.before = after
        return [] if allowed == EVERYTHING else told


def connect(database, environment):
    """Return a connection of psycopg2 that sees every commit."""
    import psycopg2

    names = {name: environment.get(name) for name in ("PGHOST", "PGPORT", "PGUSER")}
    connection = psycopg2.connect(
        dbname=database,
        host=names["PGHOST"],
        port=names["PGPORT"],
        user=names["PGUSER"],
        password=environment.get("PGPASSWORD") or os.environ.get("PGPASSWORD"),
    )
    connection.autocommit = True
    return connection
