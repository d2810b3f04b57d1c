"""The canary sweep: who complained appears where it may and nowhere else.

Other add-ons inherit :class:`CanarySweep` and sweep after their own steps.
"""

import base64
import io
import json
import logging
import re
import zipfile
from contextlib import contextmanager, suppress
from pathlib import Path

from pypdf import PdfReader

from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.http import root
from odoo.tests import TransactionCase
from odoo.tools import SQL

from .common import CANARY

#: Tables that may hold the identity of a confidential complainant, with the reason.
ALLOWED_TABLES = {"complaint_identity": "the vault itself"}
#: Models of the base that say something about a case, and how they are found.
ABOUT = {
    "helpdesk.ticket": lambda case: Domain("id", "=", case.id),
    "mail.message": lambda case: _document(case, "model"),
    "mail.activity": lambda case: _document(case, "res_model"),
    "mail.followers": lambda case: _document(case, "res_model"),
    "rating.rating": lambda case: _document(case, "res_model"),
    "mail.notification": lambda case: Domain(
        "mail_message_id", "in", case.sudo().message_ids.ids
    ),
    "ir.model.data": lambda case: _document(case, "model"),
}
#: Technical models whose computed fields are the program's own text, read by the million.
_PROGRAM = ("ir.model", "ir.ui.", "ir.actions", "ir.module", "ir.asset", "ir.qweb")
_TEXT = ("char", "text", "html", "json", "selection")
_SAMPLE = 40
#: Models without a name offer everything to whatever is typed.
_NONSENSE = "zqxjkv"


def _document(case, name):
    return Domain(name, "=", case._name) & Domain("res_id", "=", case.id)


def _files(case, env):
    """Return the domain of the files of a case and of the parts a user may know."""
    ids = {}
    for model, path in case._case_paths().items():
        if env[model].has_access("read"):
            parts = case.sudo().env[model].search([(path or "id", "=", case.id)])
            ids[model] = parts.ids
    domain = Domain.OR(
        Domain("res_model", "=", model) & Domain("res_id", "in", found)
        for model, found in ids.items()
    )
    return domain & Domain("id", "!=", 0)


class CanarySweep(TransactionCase):
    """Set ``canaries`` (texts); every method takes what it looks for from there."""

    canaries = tuple(CANARY.values())

    def assertNoCanary(self, text, where):
        """A text holds no canary."""
        seen = [canary for canary in self.canaries if canary in str(text)]
        self.assertFalse(seen, where)

    # ----------------------------------------------------------------------
    # At rest
    # ----------------------------------------------------------------------

    def assertNoCanaryInDatabase(self, allowed=()):
        """No table but the allowed ones holds a canary, in whatever column or form.

        What waits for the commit (bus, log) is written first.
        """
        allowed = {*ALLOWED_TABLES, *allowed}
        found = set(self._tables_with(self._pattern())) - allowed
        self.assertFalse(found, "tables that hold the identity")

    @contextmanager
    def assertNoTraceInTables(self, *texts):
        """No table holds more rows afterwards that show one of some texts.

        For addresses and browsers of people who wish to stay unknown (THREATS 10).
        """
        pattern = "|".join(map(re.escape, texts))
        before = self._tables_with(pattern)
        yield
        after = self._tables_with(pattern)
        grown = [name for name, count in after.items() if count > before.get(name, 0)]
        self.assertFalse(grown, "tables that know where somebody came from")

    def _tables_with(self, pattern):
        """Return how many rows match a pattern, ``{table: count}``.

        Only rows that this transaction wrote: nobody of it was known before.
        """
        self.env.cr.flush()
        tables = self.env.execute_query(
            SQL(
                "SELECT table_name FROM information_schema.tables"
                " WHERE table_schema = 'public' AND table_type = 'BASE TABLE'"
            )
        )
        found = {}
        for (table,) in tables:
            query = SQL(
                "SELECT count(*) FROM %s AS t"
                " WHERE age(t.xmin) <= age(pg_current_xact_id()::xid)"
                " AND t::text ~ %s",
                SQL.identifier(table),
                pattern,
            )
            [(count,)] = self.env.execute_query(query)
            if count:
                found[table] = count
        return found

    def _pattern(self):
        """Return the pattern of the canaries as text, as JSON and as bytes."""
        forms = []
        for canary in self.canaries:
            escaped = json.dumps(canary)[1:-1].replace("\\", r"\\+")
            forms += [canary.replace(".", r"\."), escaped, canary.encode().hex()]
            forms += [core.encode().hex() for core in _base64_cores(canary.encode())]
        return "|".join(dict.fromkeys(forms))

    def assertNoCanaryInFiles(self, attachments):
        """No file holds a canary: bytes, text and metadata of PDFs, parts of archives."""
        for attachment in attachments.sudo():
            self.assertNoCanary(file_text(attachment.raw or b""), attachment.name)

    def assertNoCanaryInSessions(self, since):
        """No session that was written since a time holds a canary.

        :param since: seconds, as ``time.time`` gives them
        :return: how many there were
        """
        folder = Path(root.session_store.path)
        written = [
            path
            for path in folder.rglob("*")
            if path.is_file() and path.stat().st_mtime >= since
        ]
        pattern = re.compile(self._pattern())
        for path in written:
            text = path.read_bytes().decode("utf-8", "ignore")
            self.assertFalse(pattern.search(text), "a session holds the identity")
            self.assertNoCanary(text, "session")
        return len(written)

    # ----------------------------------------------------------------------
    # On the way
    # ----------------------------------------------------------------------

    @contextmanager
    def assertNoCanaryInLogs(self):
        """Nothing that is logged meanwhile holds a canary."""
        lines = []
        handler = logging.Handler(logging.INFO)
        handler.emit = lambda record: lines.append(record.getMessage())
        root = logging.getLogger()
        root.addHandler(handler)
        try:
            yield
        finally:
            root.removeHandler(handler)
        self.assertTrue(lines, "nothing was logged at all")
        self.assertNoCanary("\n".join(lines), "log")

    def assertNoCanaryInMails(self, mails, known=()):
        """Mails name a complainant in their address only, and nobody else's at all.

        :param mails: ``mail.mail`` records
        :param known: canaries that may be in the address, usually the e-mail
        """
        for mail in mails.sudo():
            address = mail.email_to or ""
            for canary in known:
                address = address.replace(canary, "")
            self.assertNoCanary(address, "address of a mail")
            for outgoing in mail._prepare_outgoing_list():
                outgoing.pop("email_to", None)
                outgoing.pop("email_to_normalized", None)
                outgoing.pop("email_to_raw", None)
                self.assertNoCanary(outgoing, "headers and body of a mail")

    # ----------------------------------------------------------------------
    # What a person can read
    # ----------------------------------------------------------------------

    def assertNoCanaryRead(self, user, case):
        """Nothing a user can read about a case shows a canary.

        Every field of every model that leads to the case: read, exported, grouped.
        """
        env = self._as(user)
        for model, domain in self._about(case, env):
            records = env[model].with_context(active_test=False)
            if not records.has_access("read"):
                continue
            found = records.search(domain)
            names = self._readable_fields(found)
            where = f"{user.login}: {model}"
            for name, value in self._values(found, names):
                self.assertNoCanary(value, f"{where}.{name}")
            if found:
                # the private method: most roles may not export at all
                paths = [[name] for name in names if found._fields[name].type in _TEXT]
                self.assertNoCanary(found._export_rows(paths), f"export, {where}")

    def assertNoCanaryAnywhere(self, user):
        """No computed text of any model shows a canary to a user.

        What is stored is swept by :meth:`assertNoCanaryInDatabase`.
        """
        env = self._as(user)
        for model in env.registry:
            records = env[model].with_context(active_test=False)
            if records._abstract or records._transient or model.startswith(_PROGRAM):
                continue
            if not records._auto or not records.has_access("read"):
                continue
            names = [
                name
                for name in self._readable_fields(records)
                if records._fields[name].type in _TEXT
                and not records._fields[name].store
            ]
            found = records.search([], limit=_SAMPLE, order="id desc")
            for name, value in self._values(found, names):
                self.assertNoCanary(value, f"{user.login}: {model}.{name}")

    def assertNoCanaryFound(self, user, case):
        """No search of a user finds a case, or anything of it, by a canary."""
        env = self._as(user)
        for model, about in self._about(case, env):
            records = env[model].with_context(active_test=False)
            if not records.has_access("read"):
                continue
            where = f"{user.login}: search of {model}"
            named = self._named(records, self.canaries)
            named -= self._named(records, [_NONSENSE])
            self.assertFalse(named.filtered_domain(about), where)
            finds = list(self._searches(records))
            # all at once; one by one only if there is something, or a refusal
            everything = Domain.OR(find(self.canaries) for find in finds)
            if self._count(records, everything & about) == 0:
                continue
            for find in finds:
                if self._count(records, find([_NONSENSE]) & about):
                    continue  # finds all, whatever is asked
                count = self._count(records, find(self.canaries) & about)
                self.assertFalse(count, f"{where} {find(self.canaries)}")

    def _named(self, records, texts):
        """Return what is offered to somebody who types one of some texts."""
        return records.browse(
            {
                id_
                for text in texts
                for id_, _name in records.name_search(text, limit=None)
            }
        )

    def _searches(self, records):
        """Yield functions of texts that return a domain by which they are looked for."""
        for name in self._readable_fields(records):
            field = records._fields[name]
            if not (field.store or field.search):
                continue
            if field.type in ("char", "text", "html"):
                yield lambda texts, name=name: Domain.OR(
                    Domain(name, "ilike", text) | Domain(name, "=", text)
                    for text in texts
                )
            for path in self._ways.get(field.comodel_name, ()):
                yield lambda texts, way=f"{name}.{path}": Domain(way, "in", texts)

    #: From a case, its parts and messages to what an identity is found by.
    _ways = {
        "complaint.identity": ("name", "phone", "email", "name_key", "phone_key"),
        "helpdesk.ticket": tuple(
            f"identity_ids.{name}" for name in ("name", "phone", "email", "phone_key")
        ),
    }

    def _count(self, records, domain):
        """Return how many records a search finds, ``None`` if it is refused."""
        try:
            return records.search_count(domain)
        except (AccessError, UserError, ValueError):
            return None

    # ----------------------------------------------------------------------
    # Helpers
    # ----------------------------------------------------------------------

    def _as(self, user):
        """Return the environment of a user with all companies of theirs."""
        return self.env(
            user=user, context={"allowed_company_ids": user.company_ids.ids}
        )

    def _about(self, case, env):
        """Yield every model that leads to a case, with the domain of what is its own."""
        yield "ir.attachment", _files(case, env)
        for model, domain in ABOUT.items():
            yield model, domain(case)
        paths = case._case_paths()
        for model, path in paths.items():
            if path:
                yield model, Domain(path, "=", case.id)
        for model, field in self._other_ways(paths):
            yield model, Domain(field, "in", case.ids)

    def _other_ways(self, paths):
        """Yield models of other add-ons with a field that leads to a case."""
        for name, model in self.env.registry.items():
            if name in ABOUT or name in paths or model._abstract or model._transient:
                continue
            for field in model._fields.values():
                if field.comodel_name == "helpdesk.ticket" and field.store:
                    yield name, field.name

    def _values(self, records, names):
        """Yield ``(field, value)`` of what a user can read of records."""
        names = [*names, "display_name"]
        try:
            rows = records.read(names)
        except AccessError:
            # some computed values need more rights than the record
            rows = []
            for name in names:
                with suppress(AccessError):
                    rows += records.read([name])
        for row in rows:
            yield from row.items()

    def _closed(self, env, field):
        """Tell whether a user may read nothing of what a field leads to."""
        return not env[field.comodel_name].has_access("read")

    def _readable_fields(self, records):
        """Return the names of the fields a user may read; pictures only bore."""
        return [
            name
            for name, field in records._fields.items()
            if records._has_field_access(field, "read")
            and field.type not in ("properties", "properties_definition")
            and not (field.relational and self._closed(records.env, field))
            and not name.startswith(("image_", "avatar_"))
        ]


def _base64_cores(content):
    """Return what of some bytes is the same wherever they stand in a base64 text."""
    cores = []
    for shift in range(3):
        encoded = base64.b64encode(b"x" * shift + content).decode().rstrip("=")
        cores.append(encoded[4 * bool(shift) : -2])
    return cores


def file_text(content):
    """Return all text of a file."""
    text = content.decode("utf-8", "ignore")
    if content.startswith(b"%PDF-"):
        reader = PdfReader(io.BytesIO(content))
        text += "".join(page.extract_text() for page in reader.pages)
        text += str(reader.metadata)
        # PDF writers break lines within words
        text += text.replace("\n", "")
    elif content.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            for name in archive.namelist():
                text += archive.read(name).decode("utf-8", "ignore")
    return text
