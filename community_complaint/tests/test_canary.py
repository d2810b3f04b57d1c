"""The canary sweep: who complained appears where it may and nowhere else."""

import io

from pypdf import PdfReader

from odoo.tests import TransactionCase, tagged
from odoo.tools import SQL

from .common import CANARY, ROLES, ComplaintCommon

#: Tables that may hold the identity of a confidential complainant, with the reason.
ALLOWED_TABLES = {"complaint_identity": "the vault itself"}
#: Models whose computed fields are read by every role, record by record.
SWEPT_MODELS = ("helpdesk.ticket", "mail.message", "mail.activity", "ir.attachment")
_TEXT = ("char", "text", "html", "json", "selection")


class CanarySweep(TransactionCase):
    """What other add-ons use to sweep after their own steps.

    Set ``canaries`` (texts) before calling; every method takes what it needs from there.
    """

    canaries = tuple(CANARY.values())

    def assertNoCanaryInDatabase(self, allowed=()):
        """No table but the allowed ones holds a canary, in whatever column."""
        allowed = {*ALLOWED_TABLES, *allowed}
        self.env.flush_all()
        tables = self.env.execute_query(
            SQL(
                "SELECT table_name FROM information_schema.tables"
                " WHERE table_schema = 'public' AND table_type = 'BASE TABLE'"
            )
        )
        pattern = "|".join(self.canaries)
        found = [
            table
            for (table,) in tables
            if table not in allowed
            and self.env.execute_query(
                SQL(
                    "SELECT 1 FROM %s AS t WHERE t::text ~ %s LIMIT 1",
                    SQL.identifier(table),
                    pattern,
                )
            )
        ]
        self.assertFalse(found, "tables that hold the identity")

    def assertNoCanaryInFiles(self, attachments):
        """No file holds a canary, neither as bytes nor as text of a PDF."""
        for attachment in attachments.sudo():
            content = attachment.raw or b""
            text = content.decode("utf-8", "ignore")
            if content.startswith(b"%PDF-"):
                reader = PdfReader(io.BytesIO(content))
                text += "".join(page.extract_text() for page in reader.pages)
                text += str(reader.metadata)
            self.assertNoCanary(text, attachment.name)

    def assertNoCanary(self, text, where):
        """A text holds no canary."""
        seen = [canary for canary in self.canaries if canary in str(text)]
        self.assertFalse(seen, where)

    def assertNoCanaryRead(self, user, case):
        """No field of any record about the case shows a canary to a user."""
        env = self.env(user=user)
        for model in self._swept_models(env):
            records = env[model].with_context(active_test=False)
            domain = self._about(model, case)
            if not records.has_access("read"):
                continue
            found = records.search(domain)
            names = [
                name
                for name, field in records._fields.items()
                if field.type in _TEXT and records._has_field_access(field, "read")
            ]
            for values in found.read([*names, "display_name"]):
                for name, value in values.items():
                    self.assertNoCanary(value, f"{user.login}: {model}.{name}")
            if found:
                # the private method: most roles may not export at all
                rows = found._export_rows([[name] for name in names])
                self.assertNoCanary(rows, f"{user.login}: export of {model}")

    def _swept_models(self, env):
        own = [
            name
            for name, model in env.registry.items()
            if name.startswith("complaint.")
            and not (model._abstract or model._transient)
            and "ticket_id" in model._fields
        ]
        return [*SWEPT_MODELS, *own]

    def _about(self, model, case):
        if model == "helpdesk.ticket":
            return [("id", "=", case.id)]
        if model == "mail.message":
            return [("model", "=", "helpdesk.ticket"), ("res_id", "=", case.id)]
        if model == "mail.activity":
            return [("res_model", "=", "helpdesk.ticket"), ("res_id", "=", case.id)]
        if model == "ir.attachment":
            return [("res_model", "like", "complaint."), ("id", "!=", 0)]
        return [("ticket_id", "=", case.id)]


@tagged("post_install", "-at_install")
class TestCanary(ComplaintCommon, CanarySweep):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.regulation.gate_follow_up = True
        cls.case = cls._complaint(respondent_ids=cls._respondent(), **CANARY)

    def _live(self):
        """Take the case through its whole life."""
        case = self.case
        self._accept(case)
        self._investigate(case)
        self.env["complaint.evidence"].with_user(self.handler).create(
            {"ticket_id": case.id, "name": "Photo", "description": "From the yard."}
        )
        self._submit(case)
        self._notify(case)
        case.notice_ids.with_user(self.clerk).action_serve()
        case.with_user(self.clerk).action_follow_up("Called.", "satisfied")
        case.with_user(self.clerk).action_close()
        case.with_user(self.leader).action_reopen("New facts.")
        case.with_user(self.clerk).action_withdraw("Enough.")
        case.with_user(self.clerk).action_archive()

    def test_database(self):
        self._live()
        self.assertNoCanaryInDatabase()

    def test_papers(self):
        self._live()
        self.assertTrue(self.case.notice_ids.pdf_attachment_id)
        self.assertNoCanaryInFiles(self.case.notice_ids.pdf_attachment_id)

    def test_every_role(self):
        self._live()
        for role in (*ROLES, "employee_user"):
            if role != "custodian":
                self.assertNoCanaryRead(getattr(self, role), self.case)

    def test_the_sweep_sees(self):
        """The sweep finds what is there: it fails on the custodian and on a leak."""
        self._show(self.case)
        with self.assertRaises(AssertionError):
            self.assertNoCanaryRead(self.custodian, self.case)
        self.case.sudo().findings = f"{CANARY['complainant_name']} said so."
        with self.assertRaises(AssertionError):
            self.assertNoCanaryInDatabase()
        with self.assertRaises(AssertionError):
            self.assertNoCanaryRead(self.handler, self.case)
