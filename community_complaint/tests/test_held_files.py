"""THREATS 62: what cannot be cleaned waits for a custodian, who passes it on or does not."""

import runpy

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .test_leaving import UPGRADES
from .test_sent_files import SENT, SentFilesSweep, mail_with
from .wire_common import WireCommon


@tagged("post_install", "-at_install")
class TestHeldFiles(WireCommon, SentFilesSweep):
    def setUp(self):
        super().setUp()
        self.regulation.confidentiality = "confidential"
        self.case = self._process(mail_with(self._mail(), {"c.docx": SENT["c.docx"]}))
        self.case.user_id = self.handler
        self._received()
        self.file = self.case.evidence_ids.sudo().original_ids
        self.mine = self.file.with_user(self.custodian)
        self.assertEqual(self.file.state, "held")

    def _seen_by(self, user):
        self.env.invalidate_all()
        return self._readable(user, self.case.sudo())

    def _chain(self):
        return self.case.evidence_ids.sudo().custody_ids.sorted("sequence")[-1:]

    def test_a_custodian_finds_it(self):
        desk = self.env["helpdesk.ticket"].with_user(self.custodian)
        action = desk.open_complaint_desk_tile("held_files")
        self.assertEqual(self.mine.search(action["domain"]), self.mine)
        self.mine.action_refuse()
        self.assertFalse(self.mine.search(action["domain"]))

    def test_a_custodian_passes_it_on(self):
        self.assertFalse(self._seen_by(self.handler))
        with self.assertRaisesRegex(UserError, "open it first"):
            self.mine.action_pass_on()
        self.mine.action_open()
        self.mine.action_pass_on()
        self.assertEqual(self._seen_by(self.handler), [("c.docx", SENT["c.docx"])])
        self.assertRecordValues(
            self._chain(), [{"kind": "passed_on", "user_id": self.custodian.id}]
        )
        self.assertRecordValues(
            self.file, [{"state": "passed", "judged_by_id": self.custodian.id}]
        )
        self.assertIn("c.docx", "".join(self.case.activity_ids.mapped("summary")))
        evidence = self.case.evidence_ids.with_user(self.handler)
        self.assertIn("kept as it is", evidence.files_note)
        self.assertFalse(evidence.sudo()._verify())
        with self.assertRaises(UserError):
            self.mine.action_refuse()

    def test_what_another_custodian_saw_is_not_enough(self):
        colleague = self._new_user(
            "custodian2", "community_complaint.group_complaint_custodian"
        )
        self.file.with_user(colleague).action_open()
        with self.assertRaisesRegex(UserError, "open it first"):
            self.mine.action_pass_on()

    def test_nobody_else_does(self):
        for user in (self.clerk, self.handler, self.leader, self.manager):
            for step in ("action_pass_on", "action_refuse"):
                with self.assertRaises(AccessError):
                    getattr(self.file.with_user(user), step)()

    def test_a_custodian_does_not(self):
        """Who sent it is asked for a photo or a PDF file, by e-mail."""
        self.mine.action_refuse()
        self.assertFalse(self._seen_by(self.handler))
        self.assertEqual(self._chain().kind, "not_passed_on")
        [told] = self._told(self.case, duty="tell")
        self.assertIn("c.docx", told.content)
        self.assertIn("photo or a PDF", told.content)
        [(_content, message)] = self._received()
        self.assertIn("canary@resident.example", message["To"])
        self.assertFalse(self.case.evidence_ids.sudo()._verify())
        with self.assertRaises(UserError):
            self.mine.action_pass_on()

    def test_of_somebody_else_nobody_is_asked(self):
        [held] = self._kept(
            mail_with(self._mail(Subject=self.case.number), {"c.docx": SENT["c.docx"]})
        )
        held.with_user(self.custodian).action_refuse_sender()
        self._received()
        file = self.case.evidence_ids.sudo().original_ids - self.file
        file.with_user(self.custodian).action_refuse()
        self.assertFalse(self._received())

    def test_who_answers_by_mail_is_told_by_mail(self):
        [held] = self._kept(
            mail_with(self._mail(Subject=self.case.number), {"d.docx": SENT["c.docx"]})
        )
        self.assertFalse(self._received(), "nobody knows who wrote yet")
        held.with_user(self.custodian).action_accept()
        [told] = self._told(self.case, duty="tell")
        self.assertIn("d.docx", told.content)
        [(_content, message)] = self._received()
        self.assertIn("canary@resident.example", message["To"])

    def test_what_was_passed_on_is_forgotten(self):
        self.mine.action_open()
        self.mine.action_pass_on()
        self.file._forget()
        self.assertFalse(self.file.attachment_id or self.file.copy_id)
        self.assertFalse(self._seen_by(self.handler))
        self.assertFalse(self.case.evidence_ids.sudo()._verify())

    def test_sealed_evidence_stays_as_it_is(self):
        self.mine.action_open()
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE complaint_evidence SET custody_state = 'sealed' WHERE id = %s",
            self.file.evidence_id.ids,
        )
        self.env.invalidate_all()
        with self.assertRaisesRegex(UserError, "sealed"):
            self.mine.action_pass_on()

    def test_upgrade(self):
        """Before 19.0.1.4.0 there was no state; the column starts with its default."""
        self.env.flush_all()
        self.env.cr.execute("UPDATE complaint_evidence_original SET state = 'shown'")
        runpy.run_path(str(UPGRADES / "post-files.py"))["migrate"](
            self.env.cr, "19.0.1.3.0"
        )
        self.env.invalidate_all()
        self.assertEqual(self.file.state, "held")
