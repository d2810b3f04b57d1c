import base64
import json
from contextlib import contextmanager, suppress
from datetime import timedelta

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import Form, tagged
from odoo.tools import SQL

from ..tools import history
from .common import ComplaintCommon

#: What silences the base's own tracking.
QUIET = {
    "tracking_disable": True,
    "mail_notrack": True,
    "mail_create_nolog": True,
    "mail_create_nosubscribe": True,
    "install_mode": True,
}


class HistoryCommon(ComplaintCommon):
    """Cases that people change as the web client does, a transaction at a time."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.values = cls.env["complaint.log.value"]
        cls.case = cls._complaint()

    def _save(self, record, user=None, context=None, **vals):
        """Save a record as a form does, and end the transaction."""
        mine = record.with_user(user or self.handler).with_context(**(context or {}))
        mine.web_save(vals, {})
        self._commit()

    def _commit(self):
        """Do what happens when a request is over."""
        self.env.cr.flush()
        self.env.invalidate_all()

    def _rows(self, record=None, name=None, user=None):
        record = record or self.case
        domain = [("res_model", "=", record._name), ("res_id", "=", record.id)]
        if name:
            domain.append(("field", "=", name))
        return self.values.with_user(user or self.handler).search(domain, order="id")

    def _change(self, record=None, name=None, user=None):
        """Return ``(before, after)`` of the last change of a field, as a user sees it."""
        row = self._rows(record, name, user)[-1:]
        return row.old_text, row.new_text

    def _chain(self, ticket=None):
        return self.env["complaint.log"].search(
            [("ticket_id", "=", (ticket or self.case).id), ("kind", "=", "changed")],
            order="sequence",
        )

    def _columns(self, row):
        """Return what lies in the table, as who owns the database sees it."""
        return self.env.execute_query(
            SQL(
                "SELECT old_value, new_value, salt FROM complaint_log_value WHERE id = %s",
                row.id,
            )
        )[0]

    def _long_ago(self, minutes):
        """Let everything on record have happened earlier."""
        self._commit()
        self.env.cr.execute(
            "UPDATE complaint_log_value SET moment = moment - %s",
            (timedelta(minutes=minutes),),
        )
        self.env.invalidate_all()

    def _broken(self):
        return self.values._find_broken(self.company)

    def _verified(self):
        checks = self.env["complaint.log.check"].with_user(self.auditor)
        return checks._verify(self.company).ok


@tagged("post_install", "-at_install")
class TestHistory(HistoryCommon):
    """KIND D: every change by hand is on record, with what was there before."""

    def test_case_fields(self):
        self._to(self.case, "investigating")
        other = self.env.ref("community_complaint.type_facility")
        for name, value, seen in (
            ("description", "<p>Nothing happened.</p>", "Nothing happened."),
            ("demand", "Silence.", "Silence."),
            ("findings", "He was asleep.", "He was asleep."),
            ("type_id", other.id, other.name),
            ("incident_place", "Lane 7", "Lane 7"),
        ):
            with self.subTest(name):
                before = len(self._chain())
                self._save(self.case, **{name: value})
                self.assertEqual(self._change(name=name)[1], seen)
                self.assertEqual(self._rows(name=name).user_id, self.handler)
                self.assertEqual(len(self._chain()), before + 1)
        self.assertIn("Drilling until two", self._change(name="description")[0])
        self.assertEqual(self._change(name="type_id")[0], self.type.name)
        self.assertFalse(self._broken())

    def test_quiet_flags_hide_nothing(self):
        """Finding 12 of the second part: who handled a case, whatever the context."""
        self._save(self.case, context=QUIET, user_id=self.handler.id)
        self.assertEqual(self._change(name="user_id"), (False, self.handler.name))
        self._save(self.case, self.leader, context=QUIET, user_id=self.leader.id)
        self.assertEqual(
            self._change(name="user_id"), (self.handler.name, self.leader.name)
        )

    def test_parts(self):
        self._save(self.case, respondent_ids=self._respondent())
        self._to(self.case, "investigating")
        respondent = self.case.respondent_ids
        inquiry = self.env["complaint.inquiry"].with_user(self.handler)
        inquiry = inquiry.create(
            {"ticket_id": self.case.id, "kind": "visit", "summary": "It was loud."}
        )
        self._commit()
        self._save(respondent, statement="I was there.")
        self._save(respondent, statement="I was away.")
        self._save(inquiry, summary="It was quiet.", kind="phone")
        self.assertEqual(
            self._change(respondent, "statement"), ("I was there.", "I was away.")
        )
        self.assertEqual(
            self._change(inquiry, "summary"), ("It was loud.", "It was quiet.")
        )
        self.assertEqual(self._change(inquiry, "kind"), ("Visit", "Phone call"))
        self.assertIn("Wang Wei", self._rows(respondent)[-1:].record_text)

    def test_through_the_form_of_the_case(self):
        """Rows of its lists are saved with it, and are on record as themselves."""
        self._save(self.case, respondent_ids=self._respondent())
        respondent = self.case.respondent_ids
        command = Command.update(respondent.id, {"statement": "No."})
        self._save(self.case, respondent_ids=[command])
        self.assertEqual(self._change(respondent, "statement"), (False, "No."))
        self.assertFalse(self._rows(name="respondent_ids"))

    def test_deleted_part(self):
        """Finding 15: a respondent who is gone stays on record."""
        self._save(self.case, respondent_ids=self._respondent())
        respondent = self.case.respondent_ids
        respondent.with_user(self.leader).unlink()
        self._commit()
        rows = self.values.with_user(self.auditor).search(
            [("res_model", "=", respondent._name), ("res_id", "=", respondent.id)]
        )
        name = rows.filtered(lambda row: row.field == "name")
        self.assertEqual((name.old_text, name.new_text), ("Wang Wei", False))
        self.assertEqual(name.user_id, self.leader)
        self.assertEqual(name.record_text, "Respondent (deleted)")

    def test_fields_of_other_modules(self):
        model = self.env["ir.model"]._get("helpdesk.ticket")
        self.env["ir.model.fields"].create(
            {
                "name": "x_shelf",
                "model_id": model.id,
                "ttype": "char",
                "field_description": "Shelf",
            }
        )
        case = self.env["helpdesk.ticket"].browse(self.case.id)
        self._save(case, x_shelf="B 4")
        row = self._rows(name="x_shelf")
        self.assertEqual((row.field_text, row.new_text), ("Shelf", "B 4"))

    def test_with_all_rights_by_hand(self):
        """What a server action writes is on record under who ran it."""
        self.case.with_user(self.manager).sudo().write({"demand": "Money."})
        self._commit()
        self.assertEqual(self._rows(name="demand").user_id, self.manager)

    def test_what_is_no_change_by_hand(self):
        """Registering and steps have their own rows; chatter and activities none."""
        self._to(self.case, "accepted")
        self._commit()
        self.assertFalse(self._rows())
        self.case.with_user(self.handler).message_post(body="Called.")
        self.case.with_user(self.handler).activity_schedule(
            "mail.mail_activity_data_todo", user_id=self.handler.id
        )
        self._save(self.case, demand=self.case.demand, priority=self.case.priority)
        self.assertFalse(self._rows())
        self.assertNotIn("access_token", self.values._kept_names(self.case._name))

    def test_other_tickets_have_none(self):
        ticket = self.env["helpdesk.ticket"].create(
            {"name": "Printer", "description": "Broken."}
        )
        ticket.write({"name": "Printer 2"})
        self._commit()
        self.assertFalse(self.values.search([("res_id", "=", ticket.id)]))

    def test_finished_case_is_refused(self):
        """Finding 19."""
        self._to(self.case, "closed")
        for name in ("description", "demand", "findings", "incident_place"):
            with self.subTest(name), self.assertRaises(UserError):
                self._save(self.case, **{name: "Rewritten."})
        self._commit()
        self.assertNotIn("Rewritten.", self._rows().mapped("new_text"))

    def test_links_and_files(self):
        tags = self.env["helpdesk.ticket.tag"].create([{"name": "A"}, {"name": "B"}])
        self._save(self.case, tag_ids=[Command.set(tags[0].ids)])
        self._save(self.case, tag_ids=[Command.link(tags[1].id)])
        self.assertEqual(self._change(name="tag_ids"), ("A", "A, B"))
        case = self._complaint(confidentiality="open")
        signature = base64.b64encode(b"signed")
        self._save(case, self.clerk, complainant_signature=signature.decode())
        identity = case.sudo().identity_ids
        row = self._rows(identity, "signature", self.clerk)
        self.assertEqual(self._columns(row)[1], history.text("binary", signature))
        self.assertRegex(row.new_text, "^File [0-9a-f]{12}$")

    # ----------------------------------------------------------------------
    # Transactions and sessions
    # ----------------------------------------------------------------------

    def test_one_transaction_one_row(self):
        case = self.case.with_user(self.handler)
        case.demand = "One."
        case.demand = "Two."
        case.incident_place = "Lane 7"
        self._commit()
        self.assertEqual(len(self._chain()), 1)
        self.assertEqual(self._change(name="demand"), (False, "Two."))

    def test_undone_leaves_nothing(self):
        self._save(self.case, demand="One.")
        with self.assertRaises(ZeroDivisionError), self.env.cr.savepoint():
            self.case.with_user(self.handler).demand = "Two."
            self.assertEqual(self._change(name="demand"), ("One.", "Two."))
            raise ZeroDivisionError
        self.env.invalidate_all()
        self.case.with_user(self.handler).demand = "Three."
        self.case.with_user(self.handler).demand = "One."
        self._commit()
        self.assertEqual(len(self._rows(name="demand")), 1)
        self.assertEqual(len(self._chain()), 1)
        self.assertFalse(self._broken())

    def test_looked_at_and_undone(self):
        """A look within a savepoint that is taken back loses nothing that was before."""
        self.case.with_user(self.handler).demand = "One."
        self.env.flush_all()
        # not assertRaises, which flushes as a commit does
        with (
            suppress(ZeroDivisionError),
            self.env.cr.savepoint(flush=False),
        ):
            self.assertEqual(self._change(name="demand"), (False, "One."))
            raise ZeroDivisionError
        self.env.invalidate_all()
        self._commit()
        self.assertEqual(self._change(name="demand"), (False, "One."))
        self.assertFalse(self._broken())

    def test_session_folds(self):
        for text in ("One.", "Two.", "Three."):
            self._save(self.case, demand=text)
        self._save(self.case, incident_place="Lane 7")
        entries = self._rows().filtered("is_entry")
        self.assertEqual(len(entries), 1)
        self.assertEqual(
            entries.changes.split("\n"),
            [
                "Demand: — → Three.",
                "Place of the Incident: — → Lane 7",
            ],
        )
        demand = entries.line_ids.filtered(lambda row: row.field == "demand")
        self.assertEqual((demand.first_text, demand.new_text), (False, "Three."))

    def test_session_ends(self):
        self._save(self.case, demand="One.")
        self._long_ago(29)
        self._save(self.case, demand="Two.")
        self.assertEqual(len(self._rows().filtered("is_entry")), 1)
        self._long_ago(31)
        self._save(self.case, demand="Three.")
        self.assertEqual(len(self._rows().filtered("is_entry")), 2)
        self._save(self.case, self.leader, demand="Four.")
        self._save(self.case, demand="Five.")
        self.assertEqual(len(self._rows().filtered("is_entry")), 4)

    # ----------------------------------------------------------------------
    # On the case
    # ----------------------------------------------------------------------

    def test_button_of_the_case(self):
        self._save(self.case, demand="One.")
        self._save(self.case, respondent_ids=self._respondent())
        self._save(self.case.respondent_ids, statement="No.")
        with Form(self.case.with_user(self.handler)) as form:
            action = form.record.action_view_history()
        rows = self.values.with_user(self.handler).search(action["domain"])
        self.assertEqual(
            [row.res_model for row in rows],
            ["complaint.respondent", "helpdesk.ticket"],
        )
        self.assertIn(("field_text", "ilike", "statement"), self._searches("Statement"))
        found = rows.search([*action["domain"], ("field_text", "ilike", "statement")])
        self.assertEqual(found, rows[0])
        found = rows.search([*action["domain"], ("user_id", "ilike", "clerk")])
        self.assertFalse(found)

    def _searches(self, text):
        """Return what the search view asks for when somebody types a text."""
        views = self.values.with_user(self.handler).get_views([(False, "search")])
        self.assertIn('name="field_text"', views["views"]["search"]["arch"])
        return [("field_text", "ilike", text.lower())]

    def test_words(self):
        self.handler.tz = "Asia/Shanghai"
        self._save(self.case, complexity="complex", incident_date="2026-01-05")
        self._save(self.case, is_major=True)
        self.assertEqual(self._change(name="complexity"), ("Ordinary", "Complex"))
        self.assertEqual(self._change(name="incident_date"), (False, "2026/01/05"))
        self.assertEqual(self._change(name="is_major"), ("No", "Yes"))
        inquiry = self.env["complaint.inquiry"].with_user(self.handler)
        inquiry = inquiry.create({"ticket_id": self.case.id, "summary": "Loud."})
        self._commit()
        self._save(inquiry, date="2026-01-05 20:00:00")
        rows = self._rows(inquiry, "date").with_context(tz="Asia/Shanghai")
        self.assertEqual(rows.new_text, "2026/1/6 04:00")

    # ----------------------------------------------------------------------
    # Cost
    # ----------------------------------------------------------------------

    def test_queries_do_not_grow(self):
        def count(number):
            cases = self.env["helpdesk.ticket"].create(
                [self._vals() for _n in range(number)]
            )
            self._commit()
            before = self.env.cr.sql_log_count
            cases.with_user(self.handler)._note_changes(
                {"demand", "type_id", "tag_ids"}
            )
            self.values._settle()
            noted = self.env.cr.sql_log_count - before
            for case in cases:
                self._force(case, demand="Silence.")
            self.env.flush_all()
            before = self.env.cr.sql_log_count
            self.values._settle()
            settled = self.env.cr.sql_log_count - before
            self.env.cr.precommit.run()
            return noted, settled

        count(3)
        few, many = count(3), count(30)
        self.assertEqual(few, many)
        self.assertLessEqual(sum(many), 16)

    def test_steps_and_creates_cost_nothing(self):
        notes = self.env.cr.precommit.data.get("complaint.log.value")
        self.assertFalse(notes)
        case = self._complaint(respondent_ids=self._respondent())
        case.with_user(self.clerk).action_accept()
        self.assertFalse(self.env.cr.precommit.data.get("complaint.log.value"))


@tagged("post_install", "-at_install")
class TestHistoryProof(HistoryCommon):
    """What is on record cannot be changed unseen."""

    def setUp(self):
        super().setUp()
        self._save(self.case, demand="One.")
        self.row = self._rows(name="demand")

    def test_chain_holds_hashes_only(self):
        details = json.loads(self._chain().details)
        old, new, salt = self._columns(self.row)
        self.assertEqual(details["key"], self.row.key)
        self.assertEqual(
            details["fields"],
            {"demand": [history.digest(salt, old), history.digest(salt, new)]},
        )
        self.assertEqual((old, new), (None, "One."))
        self.assertNotIn("One.", self._chain().details)
        self.assertEqual(self._chain().summary, "Demand")
        self.assertTrue(self._verified())

    def test_nobody_edits_it(self):
        for rows in (self.row.sudo(), self.row.with_user(self.manager)):
            for write in (
                lambda rows=rows: rows.write({"new_value": "Two."}),
                lambda rows=rows: rows.write({"user_id": self.leader.id}),
                lambda rows=rows: rows.unlink(),
                lambda rows=rows: rows.copy(),
                lambda rows=rows: rows.create({}),
                lambda rows=rows: rows.create(
                    {"ticket_id": self.case.id, "field": "demand"}
                ),
            ):
                # an AccessError is one as well
                with self.assertRaises(UserError):
                    write()

    def test_forged_in_the_database(self):
        self.assertFalse(self._broken())
        for forge, reason in (
            (
                "UPDATE complaint_log_value SET new_value = 'Two.' WHERE id = %s",
                "changed",
            ),
            ("UPDATE complaint_log_value SET salt = NULL WHERE id = %s", "emptied"),
            ("UPDATE complaint_log_value SET key = 'x' WHERE id = %s", "unknown"),
            ("DELETE FROM complaint_log_value WHERE id = %s", "missing"),
        ):
            with self.subTest(reason), self._undone():
                self.env.cr.execute(forge, (self.row.id,))
                self.env.invalidate_all()
                self.assertIn(reason, {why for _key, _field, why in self._broken()})
        self.assertFalse(self._broken())

    @contextmanager
    def _undone(self):
        with self.assertRaises(ZeroDivisionError), self.env.cr.savepoint():
            yield
            raise ZeroDivisionError
        self.env.invalidate_all()
