"""What is left when a secret identity is erased tells nobody whose it was (THREATS 46)."""

import re

from dateutil.relativedelta import relativedelta
from freezegun import freeze_time
from psycopg2 import IntegrityError

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .canary import file_text
from .common import CANARY
from .key_common import _no_commit
from .test_oracle import OTHER, OracleCommon, typed

#: Rows that never change, and lists that two people signed: as typed, whoever is on them.
_STAY = {"complaint.log", "complaint.custody", "complaint.custody.act"}
#: Numbers and keys that are made anew for every case.
_MADE = re.compile(
    r"\b[0-9a-f]{16,}\b|(?<=planted_)\d+|(?<=incident:)\d+|[A-Z]{1,4}\d{4}-\d{5}"
)
#: Both people on one list: the same words, whoever complained.
LIST = f"{typed(CANARY)}；{typed(OTHER)}"


@tagged("post_install", "-at_install")
class TestErasing(OracleCommon):
    """The same file of two people: after erasing it still is the same."""

    def setUp(self):
        super().setUp()
        self.patch(self.registry["ir.cron"], "_commit_progress", _no_commit)
        self.regulation.allow_anonymous = True

    def _filled(self, person):
        """Return a secret case of a person, with lists wherever somebody can write."""
        case = self._complaint(
            confidentiality="confidential",
            respondent_ids=self._respondent(),
            **person,
        )
        self._to(case, "deciding")
        for user in (self.handler, self.clerk, self.leader):
            for model, path in case._case_paths().items():
                record = self.part_of(model, case) if path else case
                for name in case._text_columns(record):
                    self._type(record.with_user(user), name)
            case.with_user(user).message_post(body=LIST)
        case.with_user(self.handler).action_request_disclosure(LIST, body=LIST)
        return case

    def _type(self, record, name):
        try:
            with self.env.cr.savepoint(), mute_logger("odoo.sql_db"):
                record.write({name: LIST})
                self.env.flush_all()
        except (UserError, IntegrityError):
            self.env.invalidate_all()

    def _withdraw(self, case):
        case.with_user(self.clerk).action_withdraw("They took it back.")

    def _file(self, case):
        """Return what a handler, a leader and an auditor read of a case."""
        self.env.flush_all()
        self.env.invalidate_all()
        seen = []
        for user in (self.handler, self.leader, self.auditor):
            for model, path in case._case_paths().items():
                parts = self.env[model].with_user(user)
                if not parts.has_access("read"):
                    continue
                records = parts.search([(path or "id", "=", case.id)], order="id")
                names = [
                    name
                    for name in case._text_columns(records)
                    if records._has_field_access(records._fields[name], "read")
                ]
                for row in records.read(names, load=None) if names else ():
                    del row["id"]
                    seen.append((model, self._same(case, row)))
            bodies = case.with_user(user).message_ids.sorted("id").mapped("body")
            seen += [("mail.message", self._same(case, body)) for body in bodies]
        return seen

    def _same(self, case, row):
        """Return what was read, without what differs from case to case."""
        text = str(row).replace(case.number, "<number>")
        return _MADE.sub("#", text)

    def _pair(self, erase):
        """Return what is read of two cases that differ by who complained, erased.

        :param erase: function of a case
        """
        seen = []
        for person in (CANARY, OTHER):
            self.env.flush_all()
            savepoint = self.env.cr.savepoint(flush=False)
            case = self._filled(person)
            before = self._file(case)
            self.assertIn(CANARY["complainant_name"], str(before))
            self.assertIn(OTHER["complainant_name"], str(before))
            erase(case)
            seen.append(self._file(case))
            self.env.flush_all()
            savepoint.rollback()
            savepoint.close(rollback=False)
            self.env.invalidate_all()
        return seen

    def assertSameFile(self, erase):
        """Assert that both files are the same, and what can be changed names nobody."""
        first, second = self._pair(erase)
        other = [pair for pair in zip(first, second, strict=True) if len(set(pair)) > 1]
        self.assertFalse(other)
        for value in ("周丽丽、", "13912345678", "13512345679", "canary@", "warbler@"):
            left = {model for model, text in first if value in text}
            self.assertLessEqual(left, _STAY, value)

    def test_anonymous(self):
        """1.22: a case is made anonymous by two people."""
        self.assertSameFile(lambda case: self._change_level(case, "anonymous"))

    def test_on_request(self):
        """1.3: a list of candidates that was left in the file, years later."""

        def erase(case):
            self._withdraw(case)
            case.with_user(self.custodian).action_erase_identity("They asked for it.")

        self.assertSameFile(erase)

    def test_retention(self):
        self.regulation.identity_retention_years = 1

        def erase(case):
            self._withdraw(case)
            with freeze_time(fields.Datetime.now() + relativedelta(years=2)):
                self.env["helpdesk.ticket"].sudo()._cron_erase_identities()
            self.assertTrue(case.identity_erased_date)

        self.assertSameFile(erase)

    def test_a_paper_for_others(self):
        """What a custodian's release took out does not show later either."""
        case = self._secret_at_result()
        paper = case.notice_ids.filtered("respondent_id")
        paper.with_user(self.custodian).action_release()
        self._close(case)
        case.with_user(self.custodian).action_erase_identity("They asked for it.")
        self.env.invalidate_all()
        for user in (self.handler, self.clerk, self.leader, self.auditor):
            with self.assertRaisesRegex(UserError, "custodian"):
                paper.with_user(user).action_print()
        self.assertIn("周丽丽", file_text(paper.sudo().pdf_attachment_id.raw))
        paper.with_user(self.custodian).action_print()

    def _secret_at_result(self):
        case = self._secret("deciding")
        self._draft(case, reasons="周丽丽、金丝雀来过。")
        self._notify(case)
        return case

    def test_an_open_case_forgets_by_the_vault(self):
        """Whoever read it could read who complained; others on a list stay."""
        case = self._complaint(confidentiality="open", **CANARY)
        case.with_user(self.handler).message_post(body="周丽丽、金丝雀")
        self._to(case, "closed")
        case.with_user(self.custodian).action_erase_identity("They asked for it.")
        body = " ".join(case.sudo().message_ids.mapped("body"))
        self.assertIn("周丽丽、", body)
        self.assertNotIn("金丝雀", body)
