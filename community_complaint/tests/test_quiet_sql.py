import logging
import traceback
from contextlib import closing, suppress
from pathlib import Path
from unittest.mock import patch

import psycopg2

from odoo.tests import tagged
from odoo.tools import SQL

from .common import CANARY, ComplaintCommon

NAME = CANARY["complainant_name"]


@tagged("post_install", "-at_install")
class TestQuietSql(ComplaintCommon):
    """THREATS 55: no secret in an error, nor in any log of server or database.

    Connections of their own, and what they write is rolled back or taken away again.
    """

    def _refused(self, query, cr=None):
        """Return what server log and traceback say about a statement that fails."""
        with (
            self.assertLogs("odoo.sql_db", logging.ERROR) as logs,
            closing(self.registry.cursor()) as own,
        ):
            try:
                (cr or own).execute(query)
            except psycopg2.Error:
                told = traceback.format_exc()
            else:
                self.fail("it was meant to fail")
        return "\n".join([*logs.output, told])

    def assertUntold(self, text):  # noqa: N802
        """Nothing names the complainant, not as bytes or escaped either."""
        forms = (
            NAME,
            repr(NAME.encode())[2:-1],
            ascii(NAME)[1:-1],
            NAME.encode().hex(),
        )
        self.assertFalse([form for form in forms if form in text], text)

    def _kept(self):
        for keeper in self.env["complaint.key.keeper"]._keepers():
            for name in keeper._kept_columns():
                yield keeper, name

    def test_a_missing_value_shows_nothing_of_its_row(self):
        """Sweep: every column that is kept under a key, in a row that is refused."""
        count = 0
        for keeper, name in self._kept():
            with self.subTest(model=keeper._name, column=name):
                told = self._refused(
                    SQL(
                        "INSERT INTO %s (id, %s) VALUES (NULL, %s)",
                        SQL.identifier(keeper._table),
                        SQL.identifier(name),
                        NAME,
                    )
                )
                self.assertIn("not-null", told)
                self.assertIn(name, told)
                self.assertUntold(told)
                count += 1
        self.assertGreater(count, 8)

    def test_nor_do_other_violations(self):
        case = SQL(
            "INSERT INTO helpdesk_ticket (id, name, description) VALUES (0, %s, %s)",
            NAME,
            f"<p>{NAME}</p>",
        )
        key = SQL(
            "INSERT INTO complaint_key (name, check_value) VALUES (%s, 'x')", NAME
        )
        check = SQL("SELECT %s::integer", NAME)
        twice = SQL("%s; %s", key, key)
        long = SQL("SELECT lo_get(%s::text::oid)", NAME)
        for query in (case, twice, check, long):
            with self.subTest(query=query.code):
                self.assertUntold(self._refused(query))

    def test_two_taps_on_send(self):
        """Two requests write one draft: the later one fails, and says nothing (25)."""
        with (
            closing(self.registry.cursor()) as one,
            closing(self.registry.cursor()) as two,
        ):
            one.execute("SELECT id FROM ir_config_parameter ORDER BY id LIMIT 1")
            [(param,)] = one.fetchall()
            two.execute("SELECT 1")
            one.execute(
                "UPDATE ir_config_parameter SET write_date = write_date WHERE id = %s",
                (param,),
            )
            one.commit()
            told = self._refused(
                SQL(
                    "UPDATE ir_config_parameter SET value = %s WHERE id = %s",
                    NAME,
                    param,
                ),
                two,
            )
        self.assertIn("could not serialize", told)
        self.assertUntold(told)

    def test_who_is_later_fails_before_the_values(self):
        """PostgreSQL's own log never gets them: the row is locked by a statement before."""
        statements = []
        execute = type(self.env.cr).execute

        def noted(cr, query, params=None, **options):
            statements.append(query.code if isinstance(query, SQL) else query)
            return execute(cr, query, params, **options)

        case = self._complaint(confidentiality="open", **CANARY)
        self.env.flush_all()
        self.patch(type(self.env.cr), "execute", noted)
        case.with_user(self.clerk).complainant_phone = "021 6688 9900"
        self.env.flush_all()
        table = [text for text in statements if '"complaint_identity"' in text]
        update = next(
            i for i, text in enumerate(table) if "UPDATE" in text.split()[0:1]
        )
        self.assertIn("FOR NO KEY UPDATE", " ".join(table[:update]))

    def test_whoever_keeps_something_locks_first(self):
        """Sweep: no column under a key is written by a statement that may have to wait."""
        tried = set()
        for keeper, record in self._kept_records():
            names = [
                name
                for name in keeper._kept_columns()
                if record._fields[name].type in ("char", "text", "binary")
            ]
            with self.subTest(model=keeper._name):
                statements = self._statements_of(record, names[0])
                self.assertIn("FOR NO KEY UPDATE", " ".join(statements))
                self.assertIn("UPDATE", statements[-1].split()[0])
                self.assertNotIn("FOR NO KEY UPDATE", statements[-1])
                tried.add(keeper._name)
        self.assertGreater(len(tried), 2)

    def _kept_records(self):
        """Yield every keeper with a record of it."""
        case = self._complaint(confidentiality="open", **CANARY)
        case.with_user(self.clerk).complainant_phone = "021 6688 9900"
        self.env.cr.precommit.run()
        case._tell_complainant("Come.", "tell")
        for keeper in self.env["complaint.key.keeper"]._keepers():
            # sudo: every keeper - the fixture's own records
            record = keeper.sudo().search([], limit=1)
            if record:
                yield keeper, record

    def _statements_of(self, record, name):
        """Return the statements on a table up to the one that writes a column."""
        statements = []
        execute = type(self.env.cr).execute

        def noted(cr, query, *args, **options):
            text = query.code if isinstance(query, SQL) else str(query)
            if record._table in text:
                statements.append(" ".join(text.split()))
            return execute(cr, query, *args, **options)

        self.env.flush_all()
        with patch.object(type(self.env.cr), "execute", noted):
            # past the seal, as the routines of the model do it
            record._write_multi([{name: record[name] or "x"}])
        return statements

    def test_the_databases_own_log(self):
        """With the settings that the handbook asks for, and that ``./run`` makes."""
        with suppress(psycopg2.Error):
            rows = self.env.execute_query(
                SQL("SELECT current_setting('data_directory')")
            )
            log = Path(rows[0][0]) / "server.log"
            if not log.is_file() or self.env["complaint.key"]._server_tells():
                self.skipTest("not the cluster of ./run")
            before = log.stat().st_size
            self.test_a_missing_value_shows_nothing_of_its_row()
            self.test_two_taps_on_send()
            with log.open("rb") as lines:
                lines.seek(before)
                written = lines.read().decode(errors="replace")
            self.assertIn("not-null", written)
            self.assertIn("could not serialize", written)
            self.assertUntold(written)

    def test_a_manager_sees_that_the_server_tells(self):
        wizard = self.env["complaint.key.wizard"].with_user(self.manager)
        for tells in (True, False):
            self.patch(
                self.registry["complaint.key"],
                "_server_tells",
                lambda _self, tells=tells: tells,
            )
            status = wizard.new().status
            self.assertEqual("log_min_error_statement" in status, tells)
