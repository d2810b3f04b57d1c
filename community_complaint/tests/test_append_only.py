"""THREATS 16, 40: what is on the file of a complaint stays as it is."""

from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase, tagged

from odoo.addons.community_complaint.tools.append_only import PURGE

from .common import ComplaintCommon

PIXEL = (
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJg"
    "gg=="
)


@tagged("post_install", "-at_install")
class TestAppendOnly(ComplaintCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.admin = cls._new_user(
            "admin",
            "base.group_system,community_complaint.group_complaint_manager,"
            "helpdesk_mgmt.group_helpdesk_manager",
        )
        cls.ticket = cls._complaint()
        cls.file = cls._file(cls.ticket)
        cls.note = cls.ticket.with_user(cls.handler).message_post(
            body="Spoke with the neighbours.", attachment_ids=cls.file.ids
        )
        cls.team_it = cls.env["helpdesk.ticket.team"].create(
            {"name": "IT", "company_id": cls.company.id}
        )
        cls.ordinary = (
            cls.env["helpdesk.ticket"]
            .with_user(cls.admin)
            .create(
                {
                    "name": "Printer",
                    "description": "<p>Jam</p>",
                    "team_id": cls.team_it.id,
                }
            )
        )

    @classmethod
    def _file(cls, record):
        return cls.env["ir.attachment"].create(
            {
                "name": "photo.png",
                "datas": PIXEL,
                "res_model": record._name,
                "res_id": record.id,
            }
        )

    def _refused(self, function, *args, **kwargs):
        with self.assertRaisesRegex(UserError, "stays as it is"):
            function(*args, **kwargs)

    def test_threat_40_messages_are_not_edited(self):
        for user in (self.handler, self.manager, self.admin):
            for vals in (
                {"body": "Nothing to see."},
                {"subject": "Other"},
                {"attachment_ids": [(5,)]},
                {"author_id": self.clerk.partner_id.id},
                {"date": "2020-01-01 00:00:00"},
                {"subtype_id": False},
                {"message_id": "<other@example.com>"},
                {"reply_to": "other@example.com"},
            ):
                with self.subTest(user=user.login, vals=vals):
                    self._refused(self.note.with_user(user).write, vals)
        self._refused(self.note.sudo().write, {"body": "Nothing to see."})
        self._refused(
            self.ticket.with_user(self.handler)._message_update_content,
            self.note,
            body="Nothing to see.",
        )
        self.assertIn("neighbours", self.note.body)

    def test_threat_16_a_second_rating_is_a_new_message(self):
        """The base replaces the message of a rating without asking."""
        before = self.ticket.message_ids
        self.ticket._message_update_content(self.note, body="Better now.", strict=False)
        self.assertIn("neighbours", self.note.body)
        self.assertIn("Better now.", (self.ticket.message_ids - before).body)

    def test_threat_40_delivery_is_written_as_ever(self):
        """Stars, notifications and reactions are not the content."""
        note = self.note.with_user(self.handler)
        note.toggle_message_starred()
        self.assertTrue(note.starred)
        note.toggle_message_starred()
        self.assertFalse(note.starred)

    def test_threat_40_messages_are_not_deleted(self):
        for user in (self.handler, self.manager, self.admin):
            with self.subTest(user=user.login):
                self._refused(self.note.with_user(user).unlink)
        self._refused(self.note.sudo().unlink)
        self.ticket.sudo().message_ids.invalidate_recordset()
        self.assertIn(self.note, self.ticket.sudo().message_ids)

    def test_threat_40_sent_mail_keeps_its_message(self):
        """The queue deletes what was sent; what the case shows of it stays."""
        mail = (
            self.env["mail.mail"]
            .sudo()
            .create(
                {
                    "body_html": "<p>Please come on Monday.</p>",
                    "model": "helpdesk.ticket",
                    "res_id": self.ticket.id,
                    "email_to": "someone@example.com",
                    "auto_delete": True,
                }
            )
        )
        message = mail.mail_message_id
        mail.unlink()
        self.assertTrue(message.exists())
        self.assertFalse(mail.exists())

    def test_threat_40_mail_of_a_message(self):
        """Notifying by e-mail makes a mail of the message and changes nothing in it."""
        self.clerk.notification_type = "email"
        message = self.ticket.with_user(self.handler).message_post(
            body="Please have a look.",
            partner_ids=self.clerk.partner_id.ids,
            subtype_xmlid="mail.mt_comment",
        )
        mail = (
            self.env["mail.mail"].sudo().search([("mail_message_id", "=", message.id)])
        )
        self.assertEqual(mail.recipient_ids, self.clerk.partner_id)
        before = message.read(["body", "subject", "author_id", "model", "res_id"])
        self.env["mail.mail"].sudo().create(
            {"mail_message_id": message.id, "subject": "Other", "body": "Other"}
        )
        message.invalidate_recordset()
        self.assertEqual(
            message.read(["body", "subject", "author_id", "model", "res_id"]), before
        )

    def test_threat_40_files_are_not_changed(self):
        for user in (self.handler, self.manager, self.admin):
            for vals in (
                {"datas": PIXEL},
                {"raw": b"other"},
                {"name": "other.png"},
                {"res_id": False},
                {"res_model": "res.partner", "res_id": user.partner_id.id},
                {"public": True},
                {"type": "url", "url": "https://example.com"},
            ):
                with self.subTest(user=user.login, vals=vals):
                    self._refused(self.file.with_user(user).write, vals)
        self._refused(self.file.sudo().write, {"raw": b"other"})

    def test_threat_40_files_are_not_deleted(self):
        for user in (self.handler, self.manager, self.admin):
            with self.subTest(user=user.login):
                self._refused(self.file.with_user(user).unlink)
                ticket = self.ticket.with_user(user)
                for command in ((2, self.file.id), (3, self.file.id), (5,)):
                    self._refused(ticket.write, {"attachment_ids": [command]})
        self._refused(self.file.sudo().unlink)
        self._refused(self.file.sudo()._delete_and_notify)

    def test_threat_40_files_of_parts(self):
        self._to(self.ticket, "investigating")
        inquiry = self.env["complaint.inquiry"].create(
            {"ticket_id": self.ticket.id, "summary": "Seen."}
        )
        self._refused(self._file(inquiry).with_user(self.admin).unlink)

    def test_threat_8_no_public_key(self):
        """Nothing mints a key that opens a file of a complaint without login."""
        other = self._file(self.ordinary)
        tokens = (self.file + other).generate_access_token()
        self.assertEqual(tokens[0], "")
        self.assertTrue(tokens[1])
        self.assertFalse(self.file.access_token)
        self.assertEqual(other.access_token, tokens[1])

    def test_threat_40_who_may_not_see_learns_nothing(self):
        for records in (self.note, self.file):
            records = records.with_user(self.employee_user)
            with self.assertRaises(AccessError):
                records.unlink()
            with self.assertRaises(AccessError):
                records.write({"res_id": 1})

    def test_threat_40_tracking_stays(self):
        field = self.env["ir.model.fields"]._get("helpdesk.ticket", "priority")
        values = (
            self.env["mail.tracking.value"]
            .sudo()
            .create(
                {
                    "mail_message_id": self.note.id,
                    "field_id": field.id,
                    "old_value_char": "Low",
                    "new_value_char": "High",
                }
            )
        )
        self._refused(values.with_user(self.admin).unlink)
        self._refused(values.with_user(self.admin).write, {"old_value_char": "x"})

    def test_ordinary_tickets_untouched(self):
        note = self.ordinary.message_post(body="Paper was bad.")
        file = self._file(self.ordinary)
        note.body = "Paper was wet."
        file.name = "other.png"
        file.unlink()
        note.unlink()
        self.assertFalse(note.exists() or file.exists())

    def test_retention_may_purge(self):
        """Only an object of this process opens the file, nothing sent from outside."""
        for value in (True, "PURGE", 1):
            self._refused(self.file.with_context(complaint_purge=value).unlink)
        (self.file.with_context(complaint_purge=PURGE)).unlink()
        self.note.with_context(complaint_purge=PURGE).unlink()
        self.assertFalse(self.file.exists() or self.note.exists())


@tagged("post_install", "-at_install")
class TestAppendOnlyPages(HttpCase, ComplaintCommon):
    """The web client's own routes, which act with all rights once they let you in."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.ticket = cls._complaint()
        cls.note = cls.ticket.with_user(cls.handler).message_post(
            body="Spoke with the neighbours.",
            message_type="comment",
            subtype_xmlid="mail.mt_note",
            attachments=[("photo.txt", b"evidence")],
        )
        cls.handler.company_ids += cls.env.ref("base.main_company")

    def _call(self, route, **params):
        answer = self.url_open(route, json={"params": params}).json()
        return answer.get("error", {}).get("data", {}).get("name")

    def test_threat_40_update_content(self):
        self.authenticate(self.handler.login, self.handler.login)
        for data in (
            {"body": "Nothing to see."},
            {"body": "", "attachment_ids": []},
        ):
            error = self._call(
                "/mail/message/update_content",
                message_id=self.note.id,
                update_data=data,
            )
            self.assertEqual(error, "odoo.exceptions.UserError")
        self.note.invalidate_recordset()
        self.assertIn("neighbours", self.note.body)
        self.assertTrue(self.note.attachment_ids)

    def test_threat_40_attachment_delete(self):
        self.authenticate(self.handler.login, self.handler.login)
        file = self.note.attachment_ids
        error = self._call("/mail/attachment/delete", attachment_id=file.id)
        self.assertEqual(error, "odoo.exceptions.UserError")
        self.assertTrue(file.exists())
