"""What was tried, what came of it: canaries in answers, and rows that changed."""

import contextlib
import os
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

#: People who attack at once.
AT_ONCE = 4
REFUSED, NOTHING, SUCCESS = "refused", "nothing gained", "SUCCESS"
#: Pages of ours answer whatever comes; what the base does is the base's.
OURS = ("/complaint", "/my/complaint", "/my/ticket", "/ticket", "/new/ticket")
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
        self._lock = threading.Lock()

    @contextlib.contextmanager
    def attempt(self, part, who, way, target=""):
        """Note one attempt; what it sees goes through ``trial.see``."""
        with self._noted(part, who, way, target) as trial:
            yield trial
        for change in self._changes():
            self._tell(trial, *change)

    def at_once(self, part, way, tries):
        """Note attempts of several people by one way, made at the same time.

        Rows that changed are theirs who wrote them, or of all if nobody can tell.

        :param tries: ``[(who, function of the trial)]``
        """

        def run(one):
            who, attack = one
            with self._noted(part, who, way, "") as trial:
                attack(trial)
            return trial

        with ThreadPoolExecutor(AT_ONCE) as pool:
            trials = list(pool.map(run, tries))
        for change in self._changes():
            own = [t for t in trials if t.attempt.who == self.guard.writer(*change)]
            for trial in own or trials:
                self._tell(trial, *change)

    @contextlib.contextmanager
    def _noted(self, part, who, way, target):
        trial = Trial(self, Attempt(part, who, way, target))
        done = trial.attempt
        try:
            yield trial
        except Exception as error:  # noqa: BLE001 - a broken attempt is told, not lost
            done.found.append(f"BROKEN {error!r}"[:300])
            done.verdict = "broken"
        if done.verdict == NOTHING and done.calls and done.refusals == done.calls:
            done.verdict = REFUSED
        with self._lock:
            self.attempts.append(done)

    def _changes(self):
        return self.guard.changes() if self.guard else ()

    def _tell(self, trial, what, table, key):
        who = trial.attempt.who
        if self.guard.counts(what, table, key, who, self.hidden.get(who, ())):
            trial.success(f"changed: {table}({key}) {what}")


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

    def writer(self, what, table, key):
        """Return the login of who wrote a row last, if that can be told."""
        row = {} if what == "gone" else self.content(table, key) or {}
        user = row.get("create_uid" if what == "added" else "write_uid")
        self.cursor.execute("select login from res_users where id = %s", [user])
        return next((login for (login,) in self.cursor.fetchall()), None)

    def changes(self):
        """Return ``[(what, table, id)]`` of rows that changed since the last call."""
        before, self.before = self.before, self._rows()
        known = [
            ("changed" if place in self.before else "gone", *place)
            for place, value in before.items()
            if self.before.get(place) != value
        ]
        added = self.before.keys() - before.keys()
        return known + [("added", *place) for place in sorted(added)]

    def counts(self, what, table, key, who, hidden=()):
        """Return whether a change is one that this person must not make.

        :param hidden: cases to which they can add nothing, not even a note
        """
        if table in self.settings:
            return who not in self.may
        return what != "added" or self._case_of(table, key) in hidden


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
