"""R15: files of evidence are clean copies; their originals are locked away."""

import hashlib
import io

from PIL import Image
from pypdf import PdfReader

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .test_custody import CANARY, CustodyCommon, paper, photo


@tagged("post_install", "-at_install")
class TestEvidenceFiles(CustodyCommon):
    """Copies without metadata for everybody, originals for identity custodians."""

    def test_threat_8_copies_are_clean(self):
        files = [("a.jpg", photo()), ("b.pdf", paper()), ("c.txt", b"plain")]
        evidence = self._evidence(files=files)
        copies = {file.name: file.raw for file in evidence.attachment_ids}
        self.assertEqual(copies.keys(), {"a.jpg", "b.pdf", "c.txt"})
        self.assertFalse(dict(Image.open(io.BytesIO(copies["a.jpg"])).getexif()))
        self.assertFalse(PdfReader(io.BytesIO(copies["b.pdf"])).metadata)
        for content in copies.values():
            self.assertNotIn(CANARY.encode(), content)
        self.assertEqual(copies["c.txt"], b"plain")
        for word in ("a.jpg: without", "author", "device", "position", "time"):
            self.assertIn(word, evidence.files_note.split("\n")[0])
        self.assertIn("c.txt: kept as it is", evidence.files_note)

    def test_threat_8_originals_are_locked_away(self):
        """Nobody but custodians gets at the original, not even who handed it in."""
        content = photo()
        evidence = self._evidence(files=[("a.jpg", content)])
        digest = hashlib.sha256(content).hexdigest()
        self.assertEqual(evidence.sha256, f"{digest}  a.jpg")
        original = evidence.sudo().original_ids
        self.assertEqual(original.attachment_id.raw, content)
        for user in (self.handler, self.leader, self.manager, self.admin):
            with self.subTest(user=user.login):
                file = original.attachment_id.with_user(user)
                with self.assertRaises(AccessError):
                    file.read(["raw"])
                with self.assertRaises(AccessError):
                    original.with_user(user).read(["name"])
                self.assertFalse(
                    self.env["ir.attachment"]
                    .with_user(user)
                    .search([("checksum", "=", original.attachment_id.checksum)])
                )
        self.assertEqual(original.attachment_id.with_user(self.custodian).raw, content)

    def test_threat_8_upload_on_a_saved_record(self):
        """The web client uploads onto the record; that file is locked away as well."""
        evidence = self._evidence()
        upload = (
            self.env["ir.attachment"]
            .with_user(self.handler)
            .create(
                {
                    "name": "a.jpg",
                    "raw": photo(),
                    "res_model": evidence._name,
                    "res_id": evidence.id,
                }
            )
        )
        evidence.attachment_ids = [Command.link(upload.id)]
        self.assertNotIn(upload, evidence.attachment_ids)
        self.assertEqual(evidence.attachment_ids.name, "a.jpg")
        with self.assertRaises(AccessError):
            upload.with_user(self.handler).read(["raw"])
        self.assertEqual(
            evidence.custody_ids.mapped("kind"), ["received", "file_added"]
        )

    def test_threat_8_photo_is_turned_upright(self):
        evidence = self._evidence(files=[("a.jpg", photo(orientation=6))])
        image = Image.open(io.BytesIO(evidence.attachment_ids.raw))
        self.assertEqual(image.size, (60, 80))

    def test_linking_opens_no_file_of_others(self):
        """Who links a file of another case gets no copy of it."""
        secret = self.env["ir.attachment"].create(
            {
                "name": "secret.txt",
                "raw": b"secret",
                "res_model": "res.company",
                "res_id": self.env.ref("base.main_company").id,
            }
        )
        other = (
            self.env["ir.attachment"]
            .with_user(self.clerk)
            .create({"name": "mine.txt", "raw": b"mine"})
        )
        for file in (secret, other):
            with self.assertRaises(AccessError):
                self._evidence(attachment_ids=[Command.link(file.id)])
            inquiry = self.env["complaint.inquiry"].with_user(self.handler)
            vals = {"ticket_id": self.ticket.id, "summary": "x"}
            with self.assertRaises(AccessError):
                inquiry.create({**vals, "attachment_ids": [Command.link(file.id)]})

    def test_file_of_a_message_stays_where_it_is(self):
        message = self.ticket.message_post(body="x", attachments=[("a.jpg", photo())])
        file = message.attachment_ids
        evidence = self._evidence(attachment_ids=[Command.link(file.id)])
        self.assertEqual(message.attachment_ids, file)
        self.assertEqual(file.res_model, "helpdesk.ticket")
        self.assertNotIn(CANARY.encode(), evidence.attachment_ids.raw)

    def test_files_of_inquiries_follow_the_case(self):
        """What was uploaded before saving is seen by everybody who sees the inquiry."""
        inquiry = (
            self.env["complaint.inquiry"]
            .with_user(self.handler)
            .create(
                {
                    "ticket_id": self.ticket.id,
                    "summary": "Seen.",
                    "attachment_ids": [Command.create({"name": "a.txt", "raw": b"a"})],
                }
            )
        )
        file = inquiry.attachment_ids
        self.assertEqual((file.res_model, file.res_id), (inquiry._name, inquiry.id))
        self.assertEqual(file.with_user(self.leader).raw, b"a")

    def test_parts_stay_with_their_case(self):
        evidence, other = self._evidence(), self._complaint()
        for record in (evidence, evidence.sudo()):
            with self.assertRaises(UserError):
                record.ticket_id = other
        self.assertEqual(evidence.ticket_id, self.ticket)

    def test_looking_at_an_original_is_noted(self):
        evidence = self._evidence(files=[("a.jpg", photo())])
        original = evidence.sudo().original_ids
        with self.assertRaises(AccessError):
            original.with_user(self.handler).action_open()
        action = original.with_user(self.custodian).action_open()
        self.assertIn(str(original.attachment_id.id), action["url"])
        entry = evidence.custody_ids.filtered(lambda item: item.kind == "shown")
        self.assertEqual((entry.user_id, entry.note), (self.custodian, "a.jpg"))

    def test_files_that_come_and_go(self):
        """Before it is sealed a file may be taken off; its original stays."""
        evidence = self._evidence(files=[("a.txt", b"a")])
        evidence.attachment_ids = [Command.create({"name": "b.txt", "raw": b"b"})]
        first = evidence.attachment_ids.filtered(lambda file: file.name == "a.txt")
        evidence.attachment_ids = [Command.unlink(first.id)]
        kinds = evidence.custody_ids.mapped("kind")
        self.assertEqual(kinds, ["received", "file_added", "file_removed"])
        self.assertEqual(len(evidence.sudo().original_ids), 2)
        self.assertNotIn("a.txt", evidence.sha256)
        self.assertFalse(evidence._verify())

    def test_erasing_an_identity_forgets_originals(self):
        evidence = self._evidence(files=[("a.jpg", photo()), ("b.txt", b"b")])
        sealed = self._evidence(files=[("c.jpg", photo())])
        self._seal(sealed)
        self.ticket._erase("request", "asked for")
        originals = evidence.sudo().original_ids
        self.assertFalse(originals[0].attachment_id)
        self.assertTrue(originals[1].attachment_id)
        self.assertTrue(sealed.sudo().original_ids.attachment_id)
        self.assertEqual(len(evidence.attachment_ids), 2)
        self.assertFalse((evidence + sealed)._verify())

    def test_the_chain_names_no_complainant(self):
        """It cannot forget: from the beginning it says “complainant”."""
        evidence = self._evidence()
        act = self._seal(evidence)
        self.assertEqual(act.second_name, "Li Lei")
        chain = evidence.custody_ids
        for name in ("from_name", "to_name", "signatures"):
            self.assertNotIn("Li Lei", "".join(filter(None, chain.mapped(name))))
        self.assertIn("[complainant]", chain[-1].to_name)
        self.ticket._erase("request", "asked for")
        act.invalidate_recordset()
        self.assertFalse(act.pdf_attachment_id or act.second_signature)
        self.assertNotIn("Li Lei", act.second_name)
        self.assertFalse(evidence._verify())

    def test_made_confidential_later(self):
        """Signed lists with the name are kept where the identity is."""
        act = self._seal(self._evidence())
        paper = act.pdf_attachment_id
        self.ticket.confidentiality = "confidential"
        self.env.invalidate_all()
        self.assertNotIn("Li Lei", act.second_name)
        self.assertFalse(act.second_signature)
        self.assertTrue(paper.sudo().raw, "the paper itself stays")
        with self.assertRaises(AccessError):
            paper.with_user(self.handler).read(["raw"])
        kept = self.env["ir.attachment"].search(
            [("res_model", "=", "complaint.identity"), ("id", "!=", paper.id)]
        )
        self.assertIn(f"{act.number}.png", kept.mapped("name"))
