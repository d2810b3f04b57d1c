"""R15: evidence is sealed by two people and never changed, forged, hidden or lost."""

import base64
import hashlib
import io
import os

from PIL import ExifTags, Image
from psycopg2.errors import RaiseException
from pypdf import PdfReader, PdfWriter

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from odoo.addons.community_complaint.tools.hash_chain import link

from .common import ComplaintCommon

CANARY = "Zeisig"


def photo(orientation=1):
    """Return a photo as a telephone takes it, with position, time and author."""
    image = Image.effect_noise((80, 60), 40).convert("RGB")
    exif = Image.Exif()
    exif[ExifTags.Base.Make] = "Phone"
    exif[ExifTags.Base.Artist] = CANARY
    exif[ExifTags.Base.DateTime] = "2026:01:05 10:00:00"
    exif[ExifTags.Base.Orientation] = orientation
    exif[ExifTags.IFD.GPSInfo] = {
        1: "N",
        2: (31.0, 14.0, 5.0),
        3: "E",
        4: (121.0, 29.0, 0.0),
    }
    stream = io.BytesIO()
    image.save(stream, "JPEG", exif=exif)
    return stream.getvalue()


def paper():
    """Return a PDF that names its author."""
    writer = PdfWriter()
    writer.add_blank_page(100, 100)
    writer.add_metadata({"/Author": CANARY})
    stream = io.BytesIO()
    writer.write(stream)
    return stream.getvalue()


def signature():
    """Return a drawn signature as the web client sends it."""
    image = Image.new("RGBA", (60, 20))
    for column in range(10, 50):
        image.putpixel((column, 10), (0, 0, 0, 255))
    stream = io.BytesIO()
    image.save(stream, "PNG")
    return base64.b64encode(stream.getvalue())


class CustodyCommon(ComplaintCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.admin = cls._new_user(
            "admin",
            "base.group_system,community_complaint.group_complaint_manager",
        )
        cls.ticket = cls._complaint(confidentiality="open")

    def _evidence(self, user=None, files=(), **vals):
        return (
            self.env["complaint.evidence"]
            .with_user(user or self.handler)
            .create(
                {
                    "ticket_id": self.ticket.id,
                    "name": "Photo",
                    "received_from": "Li Lei",
                    "attachment_ids": [
                        Command.create({"name": name, "raw": content})
                        for name, content in files
                    ],
                    **vals,
                }
            )
        )

    def _act(self, evidence, kind="seal", user=None, **vals):
        return (
            self.env["complaint.custody.act"]
            .with_user(user or self.handler)
            .create(
                {
                    "ticket_id": self.ticket.id,
                    "kind": kind,
                    "evidence_ids": [Command.set(evidence.ids)],
                    "place": "Archive, cabinet 3",
                    "reason": "As agreed.",
                    "second_name": "Li Lei",
                    "second_capacity": "complainant",
                    **vals,
                }
            )
        )

    def _sign(self, act, second=None):
        act.first_signature = signature()
        (act.with_user(second) if second else act).second_signature = signature()

    def _seal(self, evidence, **vals):
        act = self._act(evidence, **vals)
        self._sign(act)
        return act


@tagged("post_install", "-at_install")
class TestCustody(CustodyCommon):
    def test_seal_by_two_signatures(self):
        evidence = self._evidence(files=[("a.jpg", photo())])
        act = self._act(evidence)
        act.first_signature = signature()
        self.assertFalse(evidence.sealed, "one signature")
        act.second_signature = signature()
        self.assertEqual(act.state, "done")
        self.assertTrue(evidence.sealed)
        self.assertEqual(evidence.sealed_place, "Archive, cabinet 3")
        self.assertEqual(evidence.seal_number, act.number)
        self.assertEqual(evidence.custodian_id, self.handler)
        entry = evidence.custody_ids[-1]
        self.assertEqual(entry.kind, "seal")
        self.assertIn("complainant", entry.to_name)
        digest = hashlib.sha256(act.first_signature).hexdigest()
        self.assertIn(digest, entry.signatures)
        self.assertIn(evidence.sha256, entry.files)

    def test_everybody_signs_for_themselves(self):
        evidence = self._evidence()
        act = self._act(evidence, second_user_id=self.leader.id)
        self.assertEqual(act.second_name, self.leader.name)
        asked = self.ticket.activity_ids.filtered(
            lambda item: item.user_id == self.leader
        )
        self.assertEqual(len(asked), 1)
        for user, name in (
            (self.handler, "second_signature"),
            (self.leader, "first_signature"),
            (self.clerk, "second_signature"),
        ):
            with self.subTest(user=user.login), self.assertRaises(UserError):
                act.with_user(user)[name] = signature()
        self._sign(act, second=self.leader)
        self.assertEqual(act.second_signed_by_id, self.leader)
        self.assertTrue(evidence.sealed)

    def test_evidence_of_one_case(self):
        other = self._evidence(ticket_id=self._to(self._complaint(), "accepted").id)
        with self.assertRaisesRegex(UserError, "“Evidence” .*its “Complaint”"):
            self._act(self._evidence() + other)
        act = self._act(self._evidence())
        with self.assertRaisesRegex(UserError, "“Evidence” .*its “Complaint”"):
            act.evidence_ids += other

    def test_two_different_people(self):
        with self.assertConstraint("Two different people"):
            self._act(self._evidence(), second_user_id=self.handler.id)

    def test_what_was_signed_does_not_change(self):
        evidence = self._evidence()
        act = self._act(evidence)
        act.first_signature = signature()
        for vals in (
            {"evidence_ids": [Command.clear()]},
            {"second_name": "Somebody"},
            {"first_signature": False},
            {"kind": "destroy"},
        ):
            with self.subTest(vals=vals), self.assertRaises(UserError):
                act.write(vals)
        act.second_signature = signature()
        for vals in ({"place": "Elsewhere"}, {"state": "draft"}, {"sha256": "x"}):
            for user in (self.handler, self.admin):
                with self.subTest(vals=vals), self.assertRaises(UserError):
                    act.with_user(user).write(vals)
            with self.assertRaises(UserError):
                act.sudo().write(vals)
        with self.assertRaises(UserError):
            act.sudo().unlink()

    def test_signed_by_hand(self):
        """Residents who sign paper: the scan of the list is kept."""
        evidence = self._evidence()
        act = self._act(evidence)
        act.on_paper = True
        with self.assertRaises(UserError):
            act.action_complete_on_paper()
        act.scan_ids = [Command.create({"name": "scan.pdf", "raw": paper()})]
        with self.assertRaises(UserError):
            act.with_user(self.clerk).action_complete_on_paper()
        act.action_complete_on_paper()
        self.assertTrue(evidence.sealed)
        digest = hashlib.sha256(act.scan_ids.raw).hexdigest()
        self.assertIn(digest, evidence.custody_ids[-1].signatures)

    def test_cancelled_number_stays_taken(self):
        evidence = self._evidence()
        first = self._act(evidence)
        first.action_cancel()
        second = self._act(evidence)
        self.assertEqual(first.state, "cancelled")
        numbers = [
            int(act.number.split("〕")[1].rstrip("号")) for act in first + second
        ]
        self.assertEqual(numbers[1], numbers[0] + 1)
        with self.assertRaises(UserError):
            first.first_signature = signature()

    # ----------------------------------------------------------------------
    # Sealed is sealed
    # ----------------------------------------------------------------------

    def test_sealed_evidence_does_not_change(self):
        """Not by interface, RPC or ORM, not by an administrator, not with sudo."""
        evidence = self._evidence(files=[("a.jpg", photo())])
        self._seal(evidence)
        copy, original = evidence.attachment_ids, evidence.sudo().original_ids
        changes = [
            lambda record: record.write({"name": "Other"}),
            lambda record: record.write({"attachment_ids": [Command.clear()]}),
            lambda record: record.write({"attachment_ids": [Command.delete(copy.id)]}),
            lambda record: record.write(
                {"attachment_ids": [Command.create({"name": "x", "raw": b"x"})]}
            ),
            lambda record: record.write({"sealed": False}),
            lambda record: record.write({"custody_state": "kept"}),
            lambda record: record.with_context(complaint_custody=True).write(
                {"custody_state": "kept"}
            ),
            lambda record: record.action_mark_mistaken(),
            lambda record: record.unlink(),
        ]
        files = [
            lambda file: file.write({"raw": b"x"}),
            lambda file: file.write({"name": "x"}),
            lambda file: file.write({"res_id": False}),
            lambda file: file.unlink(),
        ]
        for user in (self.handler, self.custodian, self.admin, self.env.user):
            for sudo in (False, True):
                for index, change in enumerate(changes):
                    record = evidence.with_user(user).sudo(sudo)
                    with (
                        self.subTest(user=user.login, sudo=sudo, change=index),
                        self.assertRaises(UserError),
                        self.env.cr.savepoint(),
                    ):
                        change(record)
                for index, change in enumerate(files):
                    for file in (copy, original.attachment_id):
                        with (
                            self.subTest(user=user.login, sudo=sudo, file=index),
                            self.assertRaises(UserError),
                            self.env.cr.savepoint(),
                        ):
                            change(file.with_user(user).sudo(sudo))
        for record in (original, evidence.custody_ids):
            for change in (
                lambda item: item.sudo().write(
                    {"sha256" if "sha256" in item else "note": "x"}
                ),
                lambda item: item.sudo().unlink(),
            ):
                with (
                    self.assertRaises(UserError),
                    self.env.cr.savepoint(),
                ):
                    change(record)
        self.env.invalidate_all()
        self.assertEqual(evidence.name, "Photo")
        self.assertFalse(evidence._verify())

    def test_chain_is_written_by_nobody(self):
        evidence = self._evidence()
        vals = {
            "evidence_id": evidence.id,
            "ticket_id": self.ticket.id,
            "company_id": self.company.id,
            "sequence": 9,
            "kind": "destroy",
            "moment": "2026-01-01 00:00:00",
            "user_id": self.env.uid,
            "hash": "x",
        }
        with self.assertRaises(UserError):
            self.env["complaint.custody"].sudo().create(vals)

    @mute_logger("odoo.sql_db")
    def test_database_refuses_as_well(self):
        entry = self._evidence().custody_ids
        for query in (
            "UPDATE complaint_custody SET note = 'x' WHERE id = %s",
            "DELETE FROM complaint_custody WHERE id = %s",
        ):
            with (
                self.assertRaisesRegex(RaiseException, "never changed"),
                self.env.cr.savepoint(),
            ):
                self.env.cr.execute(query, (entry.id,))

    def test_evidence_is_never_deleted(self):
        evidence = self._evidence()
        for record in (evidence, evidence.sudo()):
            with self.assertRaises(UserError):
                record.unlink()
        evidence.action_mark_mistaken()
        self.assertTrue(evidence.mistaken)
        self.assertFalse(self.ticket._has_evidence())

    # ----------------------------------------------------------------------
    # Other acts
    # ----------------------------------------------------------------------

    def test_transfer(self):
        evidence = self._evidence()
        self._sign(
            self._act(
                evidence,
                "transfer",
                second_user_id=self.leader.id,
                second_capacity="deputy",
            ),
            self.leader,
        )
        self.assertEqual(evidence.custodian_id, self.leader)
        self._sign(
            self._act(
                evidence,
                "transfer",
                user=self.leader,
                second_name="Appraisal institute",
            )
        )
        self.assertFalse(evidence.custodian_id)
        self.assertEqual(evidence.holder, "Appraisal institute")
        moves = [(item.from_name, item.to_name) for item in evidence.custody_ids[1:]]
        self.assertEqual(moves[0], (self.handler.name, f"{self.leader.name} (deputy)"))
        self.assertFalse(evidence._verify())

    def test_open_and_seal_again(self):
        evidence = self._evidence()
        self._seal(evidence)
        with self.assertRaisesRegex(UserError, "Sealed"):
            self._seal(evidence)
        self._sign(self._act(evidence, "open"))
        self.assertEqual(evidence.custody_state, "opened")
        self._seal(evidence)
        self.assertTrue(evidence.sealed)

    def test_return(self):
        evidence = self._evidence()
        with self.assertRaisesRegex(UserError, "reason"):
            self._sign(self._act(evidence, "return", reason=False))
        self._sign(self._act(evidence, "return"))
        self.assertEqual(evidence.custody_state, "returned")
        with self.assertRaises(UserError):
            evidence.name = "Other"

    def test_return_after_the_end(self):
        """Evidence goes back when the case is over."""
        evidence = self._evidence()
        self._to(self.ticket, "closed")
        self._sign(self._act(evidence, "return"))
        self.assertEqual(evidence.custody_state, "returned")

    def test_destroy_by_order_only(self):
        evidence = self._evidence(files=[("a.jpg", photo())])
        self._seal(evidence)
        for vals in (
            {"order_ref": False, "second_user_id": self.leader.id},
            {"order_ref": "Court 15/2026"},
            {"order_ref": "Court 15/2026", "second_user_id": self.clerk.id},
        ):
            act = self._act(evidence, "destroy", **vals)
            with self.subTest(vals=vals), self.assertRaises(UserError):
                self._sign(
                    act, self.env["res.users"].browse(vals.get("second_user_id"))
                )
        act = self._act(
            evidence,
            "destroy",
            order_ref="Court 15/2026",
            second_user_id=self.leader.id,
        )
        self.ticket.with_user(self.manager).action_set_hold("Lawsuit")
        with self.assertRaisesRegex(UserError, "legal hold"), self.env.cr.savepoint():
            self._sign(act, self.leader)
        self.ticket.with_user(self.manager).action_lift_hold("Over")
        act.invalidate_recordset()
        files = evidence.attachment_ids | evidence.sudo().original_ids.attachment_id
        self._sign(act, self.leader)
        self.assertEqual(evidence.custody_state, "destroyed")
        self.assertFalse(files.exists())
        self.assertTrue(evidence.sha256, "the hashes stay")
        self.assertIn("Court 15/2026", evidence.custody_ids[-1].note)
        self.assertFalse(evidence._verify())

    def test_nobody_below_leaders_destroys_on_paper(self):
        """Naming a leader as the second one is no signature of theirs."""
        evidence = self._evidence(files=[("a.jpg", photo())])
        self._seal(evidence)
        act = self._act(
            evidence,
            "destroy",
            order_ref="Court 15/2026",
            second_user_id=self.leader.id,
        )
        act.on_paper = True
        act.scan_ids = [Command.create({"name": "scan.pdf", "raw": paper()})]
        with self.assertRaisesRegex(UserError, "A leader completes"):
            act.action_complete_on_paper()
        self.assertEqual(evidence.custody_state, "sealed")

    # ----------------------------------------------------------------------
    # Verification
    # ----------------------------------------------------------------------

    def test_verify_sees_changed_bytes(self):
        """Somebody who gets at the files on the disk, past Odoo."""
        evidence = self._evidence(files=[("a.txt", os.urandom(64))])
        self._seal(evidence)
        original = evidence.sudo().original_ids
        for user in (self.auditor, self.handler):
            action = evidence.with_user(user).action_verify()
            self.assertEqual(action["params"]["type"], "success")
        path = original.attachment_id._full_path(original.attachment_id.store_fname)
        content = original.attachment_id.raw
        with open(path, "wb") as stream:
            stream.write(b"forged")
        try:
            action = evidence.with_user(self.auditor).action_verify()
        finally:
            with open(path, "wb") as stream:
                stream.write(content)
        self.assertEqual(action["params"]["type"], "danger")
        self.assertIn("a.txt", action["params"]["message"])
        self.assertIn("was changed", self.ticket.message_ids[0].body)

    def test_verify_sees_a_broken_chain(self):
        evidence = self._evidence()
        self._seal(evidence)
        self._past_the_guard(
            "UPDATE complaint_custody SET to_name = 'x' WHERE evidence_id = %s"
            " AND sequence = 1",
            evidence,
        )
        [problem] = evidence._verify()
        self.assertIn("entry 1", problem)

    def test_verify_sees_missing_entries(self):
        """Also when the newest ones are gone, or the whole chain."""
        evidence = self._evidence()
        self._seal(evidence)
        for sequence in (2, 1):
            self._past_the_guard(
                "DELETE FROM complaint_custody WHERE evidence_id = %s AND sequence = %s",
                evidence,
                sequence,
            )
            [problem] = evidence._verify()
            self.assertIn("missing", problem)

    def test_verify_sees_a_chain_made_anew(self):
        """Who computes the hashes anew is betrayed by the office's own log."""
        evidence = self._evidence()
        entry = evidence.custody_ids
        content = {**entry._as_hashed(), "to_name": "Somebody"}
        self._past_the_guard(
            "UPDATE complaint_custody SET to_name = 'Somebody'"
            " WHERE evidence_id = %s AND hash != %s",
            evidence,
            link(None, content),
        )
        self._past_the_guard(
            "UPDATE complaint_custody c SET hash = h.hash FROM"
            " (SELECT %s AS id, %s AS hash) h WHERE c.evidence_id = h.id",
            evidence,
            link(None, content),
        )
        self.assertTrue(evidence._verify())

    def _past_the_guard(self, query, evidence, *values):
        self.env.flush_all()
        self.env.cr.execute("ALTER TABLE complaint_custody DISABLE TRIGGER USER")
        self.env.cr.execute(query, (evidence.id, *values))
        self.env.cr.execute("ALTER TABLE complaint_custody ENABLE TRIGGER USER")
        self.env.invalidate_all()

    def test_verify_sees_another_paper(self):
        evidence = self._evidence()
        act = self._seal(evidence)
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE complaint_custody_act SET sha256 = 'x' WHERE id = %s", (act.id,)
        )
        self.env.invalidate_all()
        [problem] = evidence._verify()
        self.assertIn(act.number, problem)

    def test_scheduled_verification(self):
        self.patch(
            self.registry["ir.cron"],
            "_commit_progress",
            lambda _cron, _done=0, **_options: True,
        )
        evidence = self._evidence()
        self._seal(evidence)
        before = len(self.ticket.message_ids)
        self.env["complaint.evidence"]._cron_verify()
        self.assertEqual(len(self.ticket.message_ids), before)
        self._past_the_guard(
            "UPDATE complaint_custody SET to_name = 'x' WHERE evidence_id = %s",
            evidence,
        )
        self.env["complaint.evidence"]._cron_verify()
        self.assertEqual(len(self.ticket.message_ids), before + 1)

    # ----------------------------------------------------------------------
    # Paper
    # ----------------------------------------------------------------------

    def test_sealing_list(self):
        """Number, case, every file with its hash, both signers, two copies."""
        evidence = self._evidence(files=[("a.jpg", photo())])
        act = self._act(evidence)
        self.assertIn("in two copies", self._text(act._paper()))
        self._sign(act)
        content = act._paper()
        self.assertEqual(hashlib.sha256(content).hexdigest(), act.sha256)
        text = self._text(content)
        for word in (act.number, self.ticket.number, "Photo", "a.jpg", "Li Lei"):
            self.assertIn(word, text)
        self.assertIn(evidence.sha256.split()[0], text.replace(" ", ""))

    def _text(self, content):
        pages = PdfReader(io.BytesIO(content)).pages
        return " ".join("".join(page.extract_text() for page in pages).split())

    def test_confidential_sealing_list(self):
        """Nobody who complained signs it; evidence is called as it was typed."""
        self.ticket = self._complaint(confidentiality="confidential")
        evidence = self._evidence(name="Photo by Li Lei")
        act = self._act(evidence)
        self.assertIn("Photo by Li Lei", self._text(act._paper()))
        act.first_signature = signature()
        with self.assertRaisesRegex(UserError, "confidential"):
            act.second_signature = signature()
        act = self._act(evidence, second_name="Complainant")
        self._sign(act)
        self.assertTrue(evidence.sealed)

    def test_signing_tells_nobody_who_complained(self):
        """Whoever types names gets one answer, by the same queries, right or wrong."""
        self.ticket = self._complaint(confidentiality="confidential")
        told = {
            name: [self._answer(second_name=name), self._answer(reason=name)]
            # the first one fills the caches
            for name in ("Wei Hua", "Han Mei", "Li Lei")
        }
        self.assertEqual(told["Li Lei"], told["Han Mei"])
        self.assertIn("confidential", told["Li Lei"][0][0])

    def _answer(self, **vals):
        """Return the message, the queries and the chain when a list is signed."""
        evidence = self._evidence()
        act = self._act(evidence, **{"second_name": "Complainant", **vals})
        act.first_signature = signature()
        self.env.flush_all()
        self.env.invalidate_all()
        before, message = self.env.cr.sql_log_count, ""
        try:
            with self.env.cr.savepoint():
                act.second_signature = signature()
                self.env.flush_all()
        except UserError as error:
            message = str(error).replace(act.number, "")
        queries = self.env.cr.sql_log_count - before
        entry = evidence.custody_ids[-1:]
        shown = (entry.kind, entry.from_name, entry.to_name, entry.place, entry.note)
        return message, queries, shown

    def test_other_sides_of_a_confidential_case(self):
        """Bodies on file and colleagues sign; a custodian names whom they want."""
        self.ticket = self._complaint(confidentiality="confidential")
        self.env["res.partner"].create({"name": "Appraisers", "is_company": True})
        for vals in (
            {"second_name": "Appraisers"},
            {"second_name": False, "second_user_id": self.leader.id},
        ):
            evidence = self._evidence()
            act = self._act(evidence, **vals)
            act.first_signature = signature()
            signer = act.second_user_id or self.handler
            act.with_user(signer).second_signature = signature()
            self.assertEqual(act.state, "done")
        act = self._act(self._evidence(), second_name="Han Mei")
        act.first_user_id = self.custodian
        self._sign(act.with_user(self.custodian))
        self.assertEqual(act.state, "done")

    def test_sealing_list_is_no_markup(self):
        """THREATS 27: what people write stands on the list as text."""
        evidence = self._evidence(name="<b>x</b><script>1</script>")
        act = self._act(evidence, second_name="<i>y</i>")
        text = self._text(act._paper())
        self.assertIn("<b>x</b><script>1</script>", text)
        self.assertIn("<i>y</i>", text)

    def test_seal_from_the_case(self):
        evidence = self._evidence() + self._evidence()
        self._seal(evidence[0])
        action = self.ticket.with_user(self.handler).action_seal_evidence()
        self.assertEqual(
            action["context"]["default_evidence_ids"], [(6, 0, evidence[1].ids)]
        )
        self._seal(evidence[1])
        with self.assertRaises(UserError):
            self.ticket.with_user(self.handler).action_seal_evidence()


@tagged("post_install", "-at_install")
class TestCustodyPages(HttpCase, CustodyCommon):
    def test_paper_for_who_may_read_it(self):
        act = self._act(self._evidence())
        far = self._new_user("far", "community_complaint.group_complaint_leader")
        for user, status in (
            (self.handler, 200),
            (self.auditor, 200),
            (far, 404),
            (self.employee_user, 404),
        ):
            self.authenticate(user.login, user.login)
            page = self.url_open(f"/complaint/custody/{act.id}")
            self.assertEqual(page.status_code, status, user.login)
            if status == 200:
                self.assertTrue(page.content.startswith(b"%PDF-"))

    def test_changed_paper_is_not_shown(self):
        act = self._act(self._evidence())
        self._sign(act)
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE complaint_custody_act SET sha256 = 'x' WHERE id = %s", (act.id,)
        )
        self.authenticate(self.handler.login, self.handler.login)
        page = self.url_open(f"/complaint/custody/{act.id}")
        self.assertEqual(page.status_code, 409)
