import os
from unittest.mock import patch

from odoo.tests import tagged

from odoo.addons.community_complaint.tests.key_common import (
    NEW,
    OLD,
    KeyCommon,
    _no_commit,
    key,
)

from .common import LIST, STORY, PortalCommon

CODE = "1234567890123456"


@tagged("post_install", "-at_install")
class TestKeys(PortalCommon, KeyCommon):
    """THREATS 63: residents are told why, not shown zero."""

    def setUp(self):
        super().setUp()
        self.addCleanup(self.registry.clear_cache)
        self.patch(self.registry["ir.cron"], "_commit_progress", _no_commit)

    def _with_keys(self, *keys):
        """What the administrator puts into the server's configuration."""
        keys = patch.dict(os.environ, {"COMPLAINT_IDENTITY_KEYS": ",".join(keys)})
        keys.start()
        self.addCleanup(keys.stop)
        self.env.invalidate_all()

    def test_told_why_not_shown_zero(self):
        self._with_keys(NEW)
        case = self._own_complaint()
        self.assertIn(case.number, self.get(LIST).text)
        for keys in ((), (key("2026", b"x"),), (OLD,)):
            with self.subTest(keys=keys):
                self._with_keys(*keys)
                page = self.get(LIST)
                self.assertEqual(page.status_code, 200)
                self.assertIn("cannot be shown at the moment", self.shown(page))
                self.assertNotIn("not filed a complaint here yet", self.shown(page))
                # one's own, somebody else's and none: the same
                for number in (case.number, "TS1999-00001"):
                    page = self.get(f"{LIST}/{number}")
                    self.assertEqual(page.status_code, 503)
                    self.assertIn("not possible at the moment", self.shown(page))
        self._with_keys(NEW)
        self.assertEqual(self.get(f"{LIST}/{case.number}").status_code, 200)
        self.assertEqual(self.get(f"{LIST}/TS1999-00001").status_code, 404)

    def test_nothing_is_taken_without_the_key(self):
        """Neither a complaint nor a word on one; no draft stays with plain answers."""
        self._with_keys(NEW)
        address = self.start_draft()
        drafts = self.env["complaint.submission"].search_count([])
        self._with_keys()
        answer = self.tell(address)
        self.assertEqual(answer.status_code, 503)
        self.assertIn("Nothing is lost", self.shown(answer))
        self.assertEqual(self.env["complaint.submission"].search_count([]), drafts)
        self.env.flush_all()
        self.env.cr.execute(
            "SELECT string_agg(t::text, ' ') FROM complaint_submission t"
        )
        self.assertNotIn(STORY, self.env.cr.fetchone()[0])

    def test_codes_follow_the_key_when_they_are_used(self):
        self._with_keys(OLD)
        receipts = self.env["complaint.receipt"].sudo()
        self.regulation.allow_anonymous = True
        case = self._complaint(confidentiality="anonymous")
        receipts._issue(case, CODE)
        self._with_keys(NEW, OLD)
        self.env["complaint.identity"].sudo()._cron_rotate_keys()
        self.assertEqual(receipts._key_counts(), {"2025": 1})
        self.assertEqual(receipts._find_by_mark(CODE)._opened_by(CODE).ticket_id, case)
        self.env.flush_all()
        self.assertEqual(receipts._key_counts(), {"2026": 1})
        self._with_keys(NEW)
        self.assertEqual(receipts._find_by_mark(CODE)._opened_by(CODE).ticket_id, case)

    def test_codes_open_in_a_copy_of_the_database(self):
        """Without keys a code is marked with the secret of the office, which stays."""
        receipts = self.env["complaint.receipt"].sudo()
        self.regulation.allow_anonymous = True
        case = self._complaint(confidentiality="anonymous")
        receipts._issue(case, CODE)
        self.env["ir.config_parameter"].sudo().init(force=True)
        self.assertEqual(receipts._find_by_mark(CODE)._opened_by(CODE).ticket_id, case)

    def test_every_sealed_column_is_declared(self):
        """Sweep: drafts and receipts of the portal are kept under declared columns."""
        self._with_keys(NEW)
        self.regulation.allow_anonymous = True
        self.tell(self.start_draft())
        case = self._complaint(confidentiality="anonymous")
        self.env["complaint.receipt"]._issue(case, CODE)
        found = self._columns_under_keys()
        self.assertKeptIsDeclared(found)
        for place in (
            ("complaint_submission", "sealed"),
            ("complaint_submission", "owner_key"),
            ("complaint_receipt", "mark"),
        ):
            self.assertIn(place, found)
