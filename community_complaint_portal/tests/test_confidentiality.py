import time

from odoo.http import root
from odoo.tests import tagged

from odoo.addons.community_complaint.tests.common import CANARY, ROLES
from odoo.addons.community_complaint.tests.test_canary import CanarySweep

from .common import LIST, PNG, STORY, PortalCommon


@tagged("post_install", "-at_install")
class TestConfidentiality(PortalCommon, CanarySweep):
    """What a resident types about themselves is found in the vault and nowhere else."""

    def file(self):
        """File a complaint with the canary as its complainant, and return it."""
        address = self.start_draft()
        self.tell(address, {"files": ("a.png", PNG, "image/png")})
        vals = {
            name.removeprefix("complainant_"): value for name, value in CANARY.items()
        }
        self.assertEqual(self.send(address, **vals).status_code, 303)
        return self.cases_of(self.resident)

    def live(self, case):
        """Take the case to its end, with messages on the way."""
        self.post(
            self.page_of(case, "/message"), {"nonce": "1" * 32, "text": "Thank you."}
        )
        self._accept(case)
        case.with_user(self.clerk).action_write_to_complainant("We come today.")
        for notice in case.notice_ids:
            self.post(self.page_of(case, f"/notice/{notice.id}/received"))
        self.env.invalidate_all()
        self._to(case, "closed")
        self.env.invalidate_all()

    def test_database(self):
        self.regulation.identity_required = True
        case = self.file()
        self.assertEqual(case.identity_ids.name, CANARY["complainant_name"])
        self.assertEqual(case.identity_ids.id_number, CANARY["complainant_id_number"])
        self.live(case)
        # the queue of mails to the complainant needs the address until they are sent
        self.env["mail.mail"].sudo().search([]).unlink()
        self.assertNoCanaryInDatabase()

    def test_sessions(self):
        """What the server remembers of a browser names nobody, after a fault neither."""
        since = time.time() - 1
        address = self.start_draft()
        self.tell(address)
        told = {key.removeprefix("complainant_"): val for key, val in CANARY.items()}
        # not sent: the name is missing, or the last screen was left
        answer = self.send(address, **{**told, "name": ""})
        self.assertIn(answer.status_code, (303, 422))
        self.file()
        self.assertTrue(self.assertNoCanaryInSessions(since))
        # the sweep sees
        self.session["typed"] = CANARY["complainant_name"]
        root.session_store.save(self.session)
        with self.assertRaises(AssertionError):
            self.assertNoCanaryInSessions(since)

    def test_every_role(self):
        case = self.file()
        self.live(case)
        for role in (*ROLES, "employee_user", "neighbour"):
            if role != "custodian":
                self.assertNoCanaryRead(getattr(self, role), case)

    def test_papers(self):
        case = self.file()
        self.live(case)
        self.assertNoCanaryInFiles(case.notice_ids.pdf_attachment_id)

    def test_pages_of_others(self):
        """Neither the HTML of a neighbour nor of a visitor shows a trace."""
        case = self.file()
        self.live(case)
        paths = (
            "/complaints",
            "/my",
            LIST,
            "/my/complaints/new",
            self.page_of(case),
            self.page_of(case, f"/notice/{case.notice_ids[0].id}"),
            "/my/tickets",
            f"/my/ticket/{case.id}",
            f"/my/tickets?search={CANARY['complainant_name']}&search_in=all",
        )
        for user in (self.neighbour, None):
            self.authenticate(user and user.login, user and user.login)
            for path in paths:
                with self.subTest(user=user and user.login, path=path):
                    page = self.url_open(path)
                    self.assertNotIn(STORY, page.text)
                    self.assertNotIn(case.name, page.text)
                    # the search box repeats what was typed into it
                    shown = page.text.replace(path.split("search=")[-1][:3], "")
                    self.assertNoCanary(shown, path)
                    if LIST not in path:
                        self.assertNotIn(case.number, page.text)

    def test_no_role_reads_drafts(self):
        address = self.start_draft()
        self.tell(address, {"files": ("a.png", PNG, "image/png")})
        self.post(self.third(address), {"name": CANARY["complainant_name"]})
        draft = self.draft_of(address)
        self.assertEqual(draft.answers["name"], CANARY["complainant_name"])
        users = [getattr(self, role) for role in (*ROLES, "employee_user")]
        for user in (*users, self.resident, self.neighbour):
            with self.subTest(user=user.login):
                for model in ("complaint.submission", "complaint.portal.nonce"):
                    records = self.env[model].with_user(user)
                    for operation in ("read", "write", "create", "unlink"):
                        self.assertFalse(records.has_access(operation))
                files = self.env["ir.attachment"].with_user(user)
                self.assertFalse(files.search([("id", "in", draft._files().ids)]))

    def test_administrator_reads_no_drafts(self):
        admin = self.env.ref("base.user_admin")
        for model in ("complaint.submission", "complaint.portal.nonce"):
            records = self.env[model].with_user(admin)
            self.assertFalse(records.has_access("read"))

    def test_drafts_are_forgotten(self):
        address = self.start_draft()
        self.tell(address, {"files": ("a.png", PNG, "image/png")})
        draft = self.draft_of(address)
        files = draft._files()
        self.assertTrue(files)
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE complaint_submission SET write_date = write_date - interval '13 days'"
        )
        draft.invalidate_recordset()
        draft._gc_submissions()
        self.assertTrue(draft.exists())
        self.env.cr.execute(
            "UPDATE complaint_submission SET write_date = write_date - interval '2 days'"
        )
        draft.invalidate_recordset()
        draft._gc_submissions()
        self.assertFalse(draft.exists())
        self.assertFalse(files.exists())

    def test_receipts_of_sent_ones_are_forgotten(self):
        """Forgetting the way a case came leaves the case and its files."""
        case = self.file()
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE complaint_submission SET write_date = write_date - interval '61 days'"
        )
        self.env.invalidate_all()
        self.env["complaint.submission"]._gc_submissions()
        self.assertFalse(
            self.env["complaint.submission"].search([("ticket_id", "=", case.id)])
        )
        self.assertEqual(case.evidence_ids.attachment_ids.raw, PNG)
