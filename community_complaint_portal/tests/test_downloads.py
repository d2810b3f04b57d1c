import io

from pypdf import PdfReader

from odoo.tests import tagged
from odoo.tools import mute_logger

from ..tools.uploads import Upload
from .common import PNG, PortalCommon


@tagged("post_install", "-at_install")
class TestDownloads(PortalCommon):
    """Papers and files come as downloads, and only one's own."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.case = cls._own_complaint(respondent_ids=cls._respondent())

    def download(self, tail):
        """Return a file of the case; its headers keep it out of pages and caches."""
        answer = self.get(self.page_of(self.case, tail))
        self.assertEqual(answer.status_code, 200)
        headers = answer.headers
        self.assertTrue(headers["Content-Disposition"].startswith("attachment;"))
        self.assertEqual(headers["X-Content-Type-Options"], "nosniff")
        self.assertEqual(headers["Cache-Control"], "no-store")
        self.assertEqual(headers["Referrer-Policy"], "no-referrer")
        self.assertEqual(headers["Content-Security-Policy"], "default-src 'none'")
        return answer

    def test_voucher(self):
        self._accept(self.case)
        notice = self.case.notice_ids
        link = f"/notice/{notice.id}"
        self.assertIn(
            f"{self.page_of(self.case, link)}", self.get(self.page_of(self.case)).text
        )
        answer = self.download(link)
        self.assertEqual(answer.headers["Content-Type"], "application/pdf")
        text = "".join(
            page.extract_text() for page in PdfReader(io.BytesIO(answer.content)).pages
        )
        self.assertIn(self.case.number, text)
        self.assertEqual(answer.content, notice.sudo().pdf_attachment_id.raw)

    def test_reading_is_not_service(self):
        """Opening a paper starts no time limit; confirming it does."""
        self._accept(self.case)
        notice = self.case.notice_ids
        self.download(f"/notice/{notice.id}")
        self.assertEqual(notice.state, "issued")
        self.post(self.page_of(self.case, f"/notice/{notice.id}/received"))
        self.env.invalidate_all()
        self.assertEqual(notice.state, "served")
        self.assertEqual(notice.delivery, "portal")

    def test_only_the_complainants_papers(self):
        """The result notice for the other side is theirs."""
        self._to(self.case, "notified")
        own = self.case.notice_ids.filtered(
            lambda item: item.kind == "result" and item.addressee == "complainant"
        )
        other = self.case.notice_ids.filtered(
            lambda item: item.addressee == "respondent"
        )
        self.assertTrue(other)
        self.download(f"/notice/{own.id}")
        for tail in (f"/notice/{other.id}", f"/file/{other.pdf_attachment_id.id}"):
            self.assertEqual(self.get(self.page_of(self.case, tail)).status_code, 404)
        answer = self.post(self.page_of(self.case, f"/notice/{other.id}/received"))
        self.assertEqual(answer.status_code, 404)
        self.env.invalidate_all()
        self.assertEqual(other.state, "issued")

    def test_void_papers(self):
        self._accept(self.case)
        notice = self.case.notice_ids
        notice.with_user(self.leader).action_void("Misspelt.")
        answer = self.get(self.page_of(self.case, f"/notice/{notice.id}"))
        self.assertEqual(answer.status_code, 404)

    def test_changed_paper(self):
        """A file that is not what was issued is not given out."""
        self._accept(self.case)
        notice = self.case.notice_ids
        self.env.cr.execute(
            "UPDATE complaint_notice SET sha256 = 'x' WHERE id = %s", [notice.id]
        )
        notice.invalidate_recordset(["sha256"])
        logger = "odoo.addons.community_complaint_portal.models.complaint_notice"
        with mute_logger(logger):
            answer = self.get(self.page_of(self.case, f"/notice/{notice.id}"))
        self.assertEqual(answer.status_code, 409)
        self.assertIn("This paper cannot be shown.", answer.text)

    def test_files_of_messages(self):
        upload = Upload("噪音.png", PNG, "image/png")
        self.case.sudo()._portal_post("Listen", [upload])
        file = self.case.sudo()._portal_messages().attachment_ids
        answer = self.download(f"/file/{file.id}")
        self.assertEqual(answer.content, PNG)

    def test_pages_are_served_as_files(self):
        """What the office sends may be of any kind; it never runs on our pages."""
        page = b"<html><script>alert(1)</script></html>"
        file = self.env["ir.attachment"].create({"name": "plan.html", "raw": page})
        case = self.case.with_user(self.clerk)
        case.sudo().action_write_to_complainant("Your plan", file.ids)
        self.assertEqual(self.download(f"/file/{file.id}").content, page)

    def test_internal_files(self):
        """Notes, evidence of others and drafts of papers stay inside."""
        note = self.case.sudo().message_post(
            body="Inside", attachments=[("inside.png", PNG)]
        )
        evidence = self.env["complaint.evidence"].create(
            {
                "ticket_id": self.case.id,
                "name": "Photo of the handler",
                "attachment_ids": [(0, 0, {"name": "other.png", "raw": PNG})],
            }
        )
        page = self.get(self.page_of(self.case)).text
        for file in note.attachment_ids | evidence.attachment_ids:
            with self.subTest(file=file.name):
                answer = self.get(self.page_of(self.case, f"/file/{file.id}"))
                self.assertEqual(answer.status_code, 404)
                self.assertNotIn(file.name, page)
