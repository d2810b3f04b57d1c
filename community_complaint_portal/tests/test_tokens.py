import json

from odoo.tests import tagged
from odoo.tools import mute_logger

from ..tools.uploads import Upload
from .common import LIST, NEW, PNG, PortalCommon


@tagged("post_install", "-at_install")
class TestTokens(PortalCommon):
    """No link opens a complaint to whoever holds it (THREATS 8, 9, 16)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.case = cls._own_complaint()

    def old_token(self):
        """Return a token the ticket got before its desk took complaints."""
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE helpdesk_ticket SET access_token = 'old' WHERE id = %s",
            [self.case.id],
        )
        self.env.invalidate_all()
        return "old"

    def call(self, path, **params):
        """Return the answer to a call of the portal's chatter."""
        body = {"jsonrpc": "2.0", "method": "call", "params": params}
        with mute_logger("odoo.http"):
            return self.url_open(
                path,
                data=json.dumps(body).encode(),
                headers={"Content-Type": "application/json"},
            ).json()

    def test_viewing_makes_no_token(self):
        self._accept(self.case)
        upload = Upload("a.png", PNG, "image/png")
        self.case.sudo()._portal_post("Listen", [upload])
        self.case.sudo().message_post(body="Inside", attachments=[("b.png", PNG)])
        for path in (LIST, NEW, self.page_of(self.case), "/my", "/my/tickets"):
            self.get(path)
        notice = self.case.notice_ids
        self.get(self.page_of(self.case, f"/notice/{notice.id}"))
        self.env.invalidate_all()
        self.assertFalse(self.case.sudo().access_token)
        files = self.env["ir.attachment"].search(
            [("res_model", "in", ("helpdesk.ticket", "complaint.notice"))]
        )
        self.assertTrue(files)
        self.assertFalse(any(files.mapped("access_token")))

    def test_token_reads_nothing(self):
        token = self.old_token()
        self.case.sudo()._portal_post("Confidential words")
        for user in (None, self.neighbour, self.resident):
            with self.subTest(user=user and user.login):
                self.authenticate(user and user.login, user and user.login)
                answer = self.call(
                    "/mail/chatter_fetch",
                    thread_model="helpdesk.ticket",
                    thread_id=self.case.id,
                    token=token,
                )
                self.assertNotIn("Confidential words", str(answer))

    def test_token_writes_nothing(self):
        """Whoever holds the base's token could post as the complainant."""
        token = self.old_token()
        before = self.case.sudo().message_ids
        for user in (None, self.neighbour, self.resident):
            with self.subTest(user=user and user.login):
                self.authenticate(user and user.login, user and user.login)
                answer = self.call(
                    "/mail/message/post",
                    thread_model="helpdesk.ticket",
                    thread_id=self.case.id,
                    post_data={"body": "Forged", "message_type": "comment"},
                    token=token,
                )
                self.assertIn("error", answer)
        self.env.invalidate_all()
        self.assertEqual(self.case.sudo().message_ids, before)

    def test_signed_links_write_nothing(self):
        """The links that mails to customers bear are no better."""
        partner = self.resident.partner_id
        case = self.case.sudo()
        self.old_token()
        answer = self.call(
            "/mail/message/post",
            thread_model="helpdesk.ticket",
            thread_id=case.id,
            post_data={"body": "Forged", "message_type": "comment"},
            pid=partner.id,
            hash=case._sign_token(partner.id),
        )
        self.assertIn("error", answer)

    def test_ordinary_tickets_keep_their_links(self):
        team = self.env["helpdesk.ticket.team"].create(
            {"name": "Help", "company_id": self.company.id}
        )
        ticket = self.env["helpdesk.ticket"].create(
            {"name": "Printer", "description": "Broken", "team_id": team.id}
        )
        token = ticket._portal_ensure_token()
        self.authenticate(None, None)
        page = self.get(f"/my/ticket/{ticket.id}?access_token={token}")
        self.assertIn("Printer", page.text)
        found = self.env["helpdesk.ticket"]._get_thread_with_access(
            ticket.id, token=token
        )
        self.assertEqual(found, ticket)

    def test_messages_are_not_edited(self):
        """What was sent is append-only, for the resident as for a token's holder."""
        self.case.sudo()._portal_post("As it was")
        message = self.case.sudo()._portal_messages()
        token = self.old_token()
        answer = self.call(
            "/mail/message/update_content",
            message_id=message.id,
            update_data={"body": "Changed", "attachment_ids": []},
            token=token,
        )
        self.assertIn("error", answer)
        self.env.invalidate_all()
        self.assertIn("As it was", message.body)

    def test_files_are_not_deleted(self):
        upload = Upload("a.png", PNG, "image/png")
        self.case.sudo()._portal_post("Listen", [upload])
        file = self.case.sudo()._portal_messages().attachment_ids
        token = self.old_token()
        self.call("/mail/attachment/delete", attachment_id=file.id, access_token=token)
        self.assertTrue(file.exists())

    def test_content_route(self):
        """Not even one's own file comes through Odoo's general way to files."""
        upload = Upload("a.png", PNG, "image/png")
        self.case.sudo()._portal_post("Listen", [upload])
        file = self.case.sudo()._portal_messages().attachment_ids
        for path in (f"/web/content/{file.id}", f"/web/image/{file.id}"):
            answer = self.get(path)
            self.assertNotEqual(answer.content, PNG)
