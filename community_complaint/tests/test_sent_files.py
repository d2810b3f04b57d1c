"""THREATS 8, 62: what is sent by mail or handed in tells the desk nothing of who sent it."""

import io
import zipfile
from email import message_from_bytes, policy

from odoo.exceptions import AccessError
from odoo.fields import Domain
from odoo.tests import tagged

from .mail_common import MailCommon
from .test_custody import CANARY, CustodyCommon, paper, photo


def office_document():
    """Return a text document that names its author."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr(
            "docProps/core.xml",
            f"<cp:coreProperties><dc:creator>{CANARY}</dc:creator></cp:coreProperties>",
        )
    return stream.getvalue()


#: Files that name who made them, ``{name: bytes}``.
SENT = {"a.jpg": photo(), "b.pdf": paper(), "c.docx": office_document()}
HELD = ["c.docx"]


def mail_with(content, files):
    """Return a mail with files instead of its photo."""
    message = message_from_bytes(content, policy=policy.default)
    del message.get_payload()[1]
    for name, file in files.items():
        message.add_attachment(
            file, maintype="application", subtype="octet-stream", filename=name
        )
    return message.as_bytes()


class SentFilesSweep:
    """Looks for the canary in all files of a case that somebody can read."""

    def assertSecretCase(self, case, names=tuple(SENT)):
        """The desk has clean copies only, custodians what was sent."""
        case = case.sudo()
        self.env.invalidate_all()
        for user in (self.clerk, self.handler, self.leader, self.manager):
            files = self._readable(user, case)
            self.assertEqual(
                {name for name, _content in files}, set(names) - set(HELD), user.login
            )
            for name, content in files:
                self.assertNotIn(CANARY.encode(), content, (user.login, name))
        self.assertOriginals(case, names)

    def assertOriginals(self, case, names=tuple(SENT)):
        originals = case.evidence_ids.original_ids.with_user(self.custodian)
        self.assertEqual(sorted(originals.mapped("name")), sorted(names))
        for original in originals:
            original.action_open()
            self.assertEqual(original.attachment_id.raw, SENT[original.name])
        self.assertFalse(case.evidence_ids._verify())

    def _readable(self, user, case):
        """Return ``[(name, bytes)]`` of all files of a case and of its parts."""
        owners = [case, case.evidence_ids, case.evidence_ids.original_ids]
        owned = Domain.OR(
            Domain("res_model", "=", owner._name) & Domain("res_id", "in", owner.ids)
            for owner in owners
        )
        files = self.env["ir.attachment"].search(owned)
        found = []
        for file in files | case.message_ids.attachment_ids:
            try:
                [values] = file.with_user(user).read(["name", "raw"])
            except AccessError:
                continue
            found.append((values["name"], values["raw"]))
        return found


@tagged("post_install", "-at_install")
class TestMailedFiles(MailCommon, SentFilesSweep):
    def _with(self, files, **headers):
        return mail_with(self._mail(**headers), files)

    def test_threat_8_62_mailed_to_a_secret_desk(self):
        self.regulation.confidentiality = "confidential"
        case = self._process(self._with(SENT))
        self.assertSecretCase(case)
        [message] = case.message_ids.filtered("attachment_ids")
        self.assertIn("For identity custodians only", message.body)
        self.assertIn("c.docx", message.body)
        told = case.dispatch_ids.filtered(lambda item: item.duty == "acknowledge")
        self.assertIn("c.docx", told.sudo().content)

    def test_threat_62_only_a_file_that_waits(self):
        self.regulation.confidentiality = "confidential"
        case = self._process(self._with({"c.docx": SENT["c.docx"]}))
        self.assertSecretCase(case, HELD)
        self.assertFalse(case.message_ids.attachment_ids)
        self.assertIn("waits", case.evidence_ids.with_user(self.handler).files_note)

    def test_threat_8_62_held_reply_of_the_complainant_and_of_others(self):
        self.regulation.confidentiality = "confidential"
        case = self._process(self._with(SENT))
        for step in ("action_accept", "action_refuse_sender"):
            with self.subTest(step=step):
                [held] = self._kept(self._with(SENT, Subject=case.number))
                self.assertEqual(held.state, "held")
                getattr(held.with_user(self.custodian), step)()
                self.assertIn("c.docx", case.message_ids[0].body)
        self.assertSecretCase(case, [*SENT] * 3)

    def test_threat_8_mailed_to_an_open_desk(self):
        """Clean copies there, too; what cannot be cleaned is shown and said so."""
        self.regulation.confidentiality = "open"
        case = self._process(self._with(SENT))
        self._process(self._with(SENT, Subject=case.number))
        files = self._readable(self.handler, case)
        self.assertEqual(len(files), 6)
        for name, content in files:
            self.assertEqual(CANARY.encode() in content, name in HELD, name)
        self.assertIn("kept as it is", case.evidence_ids[0].files_note)
        self.assertOriginals(case, [*SENT] * 2)


@tagged("post_install", "-at_install")
class TestHandedInFiles(CustodyCommon, SentFilesSweep):
    def test_threat_8_62_evidence_of_the_complainant(self):
        self.ticket = self._complaint(confidentiality="confidential")
        self._evidence(files=SENT.items(), side="complainant")
        self.assertSecretCase(self.ticket)

    def test_threat_62_what_waits_is_forgotten_with_who_sent_it(self):
        self.ticket = self._complaint(confidentiality="confidential")
        evidence = self._evidence(files=SENT.items(), side="complainant").sudo()
        evidence.original_ids._forget()
        self.assertFalse(evidence.original_ids.attachment_id)
        self.assertFalse(evidence._verify())
