"""What leaves a case that is kept secret names nobody, whoever wrote it where.

Read at the other end: the text of the PDF, the mail at the server, the message.
"""

import hashlib
import io
import runpy
import zipfile
from datetime import timedelta
from pathlib import Path
from unittest.mock import patch

from freezegun import freeze_time

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from ..tools import finder
from ..tools.sms_provider import SmsLoopback
from .canary import file_text
from .common import CANARY
from .mail_common import PHOTO
from .wire_common import WireCommon

#: How people write of somebody, known to the vault and not.
PLANTED = (
    "402室金丝雀（13912345678）来过，金女士和小金说：电话139 1234 5678、１３６ ００００ ８８８８，"
    "金 丝 雀住鸟笼弄7号5栋1101室，邮箱canary＠resident.example、zhou@mail.example，"
    "证件110101 19900307 4514，微信号zhoukai_88，Jin Sique，周大妈也在。"
)
#: What may be left of it nowhere.
FORMS = (
    "金丝雀",
    "金女士",
    "小金",
    "金 丝 雀",
    "13912345678",
    "139 1234 5678",
    "００００",
    "鸟笼弄7号",
    "402室",
    "1101室",
    "canary",
    "zhou@",
    "4514",
    "zhoukai_88",
    "周大妈",
)
#: Texts of a file that are no words of anybody, or say who the other side is.
_NO_WORDS = {
    "helpdesk.ticket": {"number", "ticket_ref", "access_token", "email_cc"},
    "complaint.respondent": {"name", "post"},
    "complaint.notice": {"number", "lang", "sha256"},
    "complaint.dispatch": {"reference", "carrier_key", "link_hash", "number_key"},
    "complaint.transfer": {"recipient_name"},
    "complaint.deadline": set(),
}
_SKIPPED = (
    "mail.message",
    "mail.tracking.value",
    "complaint.log",
    "complaint.identity",
)

UPGRADES = Path(__file__).parents[1] / "migrations" / "19.0.1.4.0"
UPGRADE = UPGRADES / "pre-messages.py"


class LeavingCommon(WireCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.regulation.write({"allow_transfer": True, "gate_voucher": False})
        cls.body = cls.env["res.partner"].create(
            {"name": "City Bureau", "email": "bureau@city.example", "is_company": True}
        )

    def _secret(self, phase="accepted", **vals):
        vals = {"respondent_ids": self._respondent(), **CANARY, **vals}
        case = self._complaint(confidentiality="confidential", **vals)
        return self._to(case, phase)

    def _transfer(self, case, **vals):
        transfers = self.env["complaint.transfer"].with_user(self.clerk)
        return transfers.create(
            {
                "ticket_id": case.id,
                "target_kind": "body",
                "mode": "joint",
                "partner_id": self.body.id,
                "reason": "Please look into it.",
                **vals,
            }
        )

    def _sent(self, case, **vals):
        transfer = self._transfer(case, **vals)
        transfer.action_send()
        return transfer

    def _to_the_bureau(self):
        """Deliver; return the mails that the other body got since."""
        mails = [message for _content, message in self._received()]
        return [mail for mail in mails if mail["To"] == self.body.email]

    def assertNobody(self, text, where):
        left = [form for form in FORMS if form in text]
        self.assertFalse(left, where)


@tagged("post_install", "-at_install")
class TestLeavingPapers(LeavingCommon):
    """The KIND: any free text of a file that comes onto a paper for others."""

    def _file(self):
        """Return a case with all parts that papers for others are about."""
        self.regulation.gate_hearing = False
        case = self._secret("deciding")
        self._sent(case)
        decision = self._draft(case)
        measure = self.env["complaint.measure"].search([], limit=1)
        lines = self.env["complaint.decision.measure"].with_user(self.handler)
        self.line = lines.create(
            {
                "decision_id": decision.id,
                "measure_id": measure.id,
                "respondent_id": case.respondent_ids.id,
                "note": "Please.",
            }
        )
        case.with_user(self.leader).action_decide()
        return case.sudo()

    def _plant(self, case):
        """Write into every free text of a file; return what was written, by mark."""
        marks = {}
        for records in case._file_records():
            if records._name in _SKIPPED:
                continue
            names = set(case._text_columns(records)) - _NO_WORDS.get(
                records._name, set()
            )
            for name in sorted(names):
                mark = f"［{len(marks)}］"
                marks[mark] = f"{records._name}.{name}"
                for record in records:
                    # as nobody can: straight into the table
                    case._redact_value(record, name, lambda _old: mark + PLANTED)  # noqa: B023
        self.env.flush_all()
        self.env.invalidate_all()
        return marks

    def _papers(self, case):
        """Return the papers that others get of a case, issued now."""
        respondent = {
            "addressee": "respondent",
            "respondent_id": case.respondent_ids.id,
        }
        body = {"addressee": "body", "transfer_id": case.transfer_ids.id}
        line = {"measure_line_id": self.line.id}
        wanted = [
            {"kind": "result", **respondent},
            {"kind": "correction", **respondent, **line},
            {"kind": "transfer", **body},
            {"kind": "urging", **body},
        ]
        common = {
            "ticket_id": case.id,
            "issued_date": case.create_date,
            "issued_by_id": self.clerk.id,
            "lang": "zh_CN" if self._has_chinese() else "en_US",
        }
        notices = self.env["complaint.notice"].with_user(self.clerk)
        return notices._issue_vals([{**common, **vals} for vals in wanted])

    def _has_chinese(self):
        return bool(self.env["res.lang"]._get_data(code="zh_CN"))

    def test_every_text(self):
        case = self._file()
        marks = self._plant(case)
        papers = self._papers(case)
        papers.with_user(self.custodian).action_release()
        shown = set()
        for paper in papers:
            text = file_text(paper.sudo().pdf_attachment_id.raw)
            self.assertNobody(text, paper.kind)
            shown |= {name for mark, name in marks.items() if mark in text}
        # what is printed is found by itself; if nothing were, nothing would be proven
        for name in (
            "helpdesk.ticket.name",
            "helpdesk.ticket.description",
            "helpdesk.ticket.demand",
            "helpdesk.ticket.incident_place",
            "complaint.transfer.reason",
            "complaint.respondent.finding_note",
            "complaint.decision.measure.note",
        ):
            self.assertIn(name, shown)

    def test_without_the_finder_they_tell(self):
        """The sweep sees what it looks for."""
        case = self._file()
        self._plant(case)
        with patch.object(finder, "redact", lambda text, *_args, **_more: text or ""):
            papers = self._papers(case)
            papers.with_user(self.custodian).action_release()
        for paper in papers:
            text = file_text(paper.sudo().pdf_attachment_id.raw)
            self.assertTrue("金丝雀" in text)

    def test_the_same_for_who_is_unknown(self):
        """What a custodian releases looks alike where anybody would strike it."""
        case = self._secret()
        with case._released():
            hide = case._leaving_redactor()
        for text in (
            "电话13912345678",
            "电话13600008888",
            "金女士来过",
            "周女士来过",
            "402室漏水",
        ):
            self.assertEqual(case._leaving_preview("body", text), hide(text))

    def test_respondents_keep_their_name(self):
        """Also one that is called by the room, which is nobody else's."""
        theirs = [Command.create({"kind": "other", "name": "三号楼301室住户"})]
        case = self._secret(respondent_ids=theirs)
        hide = case._leaving_redactor()
        self.assertEqual(hide("三号楼301室住户"), "三号楼301室住户")
        self.assertEqual(hide("三号楼302室住户"), "三号楼[place]住户")

    def test_open_cases_stay_as_they_are(self):
        case = self._complaint(
            confidentiality="open", respondent_ids=self._respondent()
        )
        self._to(case, "accepted")
        transfer = self._sent(case, reason="请致电周女士13600008888。")
        text = file_text(transfer.sudo().notice_ids.pdf_attachment_id.raw)
        self.assertTrue("13600008888" in text)
        self.assertFalse(transfer.notice_ids.held)


@tagged("post_install", "-at_install")
class TestHeld(LeavingCommon):
    """A custodian looks first, whatever a paper says, and nobody else learns of it."""

    def _told_reasons(self, reasons):
        self.regulation.gate_hearing = False
        case = self._secret("deciding")
        self._draft(case, reasons=reasons)
        self._notify(case)
        return case.notice_ids.filtered(lambda item: item.addressee == "respondent")

    def test_a_paper_waits(self):
        paper = self._told_reasons("经查，这与金丝雀所述一致。")
        self.assertTrue(paper.held)
        dispatch = paper.dispatch_ids
        self.assertTrue(dispatch.held)
        for user in (self.handler, self.clerk, self.leader, self.auditor):
            with self.subTest(user.login):
                self.assertIn(
                    "Waits for an identity", paper.with_user(user).dispatch_way
                )
                with self.assertRaisesRegex(UserError, "custodian"):
                    paper.with_user(user).action_print()
                with self.assertRaises(AccessError):
                    paper.sudo().pdf_attachment_id.with_user(user).read(["raw"])
        with self.assertRaisesRegex(UserError, "custodian"):
            paper.with_user(self.clerk).action_serve(delivery="post", note="RX 1")
        with self.assertRaisesRegex(UserError, "custodian"):
            dispatch.with_user(self.clerk).action_prove("They signed.")
        with self.assertRaises(AccessError):
            paper.with_user(self.leader).action_release()
        # nothing that they can do is counted on the clerk's desk
        desk = self.env["helpdesk.ticket"].with_user(self.clerk)
        for key, item in (("to_serve", paper), ("to_hand_over", dispatch)):
            domain = desk.open_complaint_desk_tile(key)["domain"]
            self.assertNotIn(item, item.with_user(self.clerk).search(domain), key)

    def test_a_custodian_lets_it_go(self):
        paper = self._told_reasons("经查，这与金丝雀所述一致。")
        mine = paper.with_user(self.custodian)
        tiles = self.env["helpdesk.ticket"].with_user(self.custodian)
        action = tiles.open_complaint_desk_tile("held_papers")
        self.assertIn(paper, mine.search(action["domain"]))
        mine.action_print()
        mine.action_release()
        self.env.invalidate_all()
        file = paper.sudo().pdf_attachment_id
        text = file_text(file.raw)
        self.assertTrue("所述一致" in text)
        self.assertFalse("金丝雀" in text)
        self.assertEqual(hashlib.sha256(file.raw).hexdigest(), mine.sha256)
        mine.action_print()
        self.assertFalse(paper.held or paper.dispatch_ids.held)
        with self.assertRaisesRegex(UserError, "waits for nobody"):
            mine.action_release()
        for user in (self.clerk, self.handler, self.leader):
            with self.assertRaisesRegex(UserError, "custodian"):
                paper.with_user(user).action_print()
        paper.with_user(self.clerk).action_serve(delivery="post", note="RX 1")
        self.assertEqual(paper.state, "served")

    def test_all_that_waits_with_one_press(self):
        """A custodian chooses every paper and every message of the case."""
        case = self._secret()
        transfers = self._sent(case) | self._transfer(case, reason="Look again.")
        transfers[1].action_send()
        mine = case.notice_ids.with_user(self.custodian)
        mine[:1].action_release()
        mine.action_release()
        self.assertFalse(any(mine.mapped("held")))
        messages = case.dispatch_ids.with_user(self.custodian)
        self.assertFalse(any(messages.mapped("held")))
        with self.assertRaisesRegex(UserError, "waits for nobody"):
            messages.action_release()

    def test_a_dispatch_takes_its_paper_along(self):
        """Released from the list of messages, the paper is compared as well."""
        paper = self._told_reasons("经查，这与金丝雀所述一致。")
        paper.dispatch_ids.with_user(self.custodian).action_release()
        self.assertFalse(paper.held or paper.dispatch_ids.held)
        self.assertFalse("金丝雀" in file_text(paper.sudo().pdf_attachment_id.raw))

    def test_the_next_attempt_waits_like_its_paper(self):
        """It left while the case was open, and comes back when it is secret."""
        self.regulation.gate_hearing = False
        case = self._complaint(
            confidentiality="open", respondent_ids=self._respondent(), **CANARY
        )
        self._to(case, "deciding")
        self._draft(case)
        self._notify(case)
        paper = case.notice_ids.filtered(lambda item: item.addressee == "respondent")
        first = paper.sudo().dispatch_ids
        first._do_step("send")
        case.with_user(self.handler).action_change_confidentiality("confidential")
        first._do_step("fail", "Unknown address")
        again = paper.sudo().dispatch_ids - first
        self.assertTrue(paper.held and again.held)
        paper.with_user(self.custodian).action_release()
        self.assertFalse(paper.held or again.held)

    def test_nobody_is_told_to_prove_what_waits(self):
        """Only a custodian can do something about it; afterwards it is to be proven."""
        paper = self._told_reasons("属实。")
        dispatch = paper.dispatch_ids
        with freeze_time(fields.Datetime.now() + timedelta(days=30)):
            dispatch._chase_unproven()
            self.assertFalse(dispatch.chased_date)
            paper.with_user(self.custodian).action_release()
            dispatch._chase_unproven()
            self.assertTrue(dispatch.chased_date)

    def test_custodians_are_told(self):
        paper = self._told_reasons("经查，这与金丝雀所述一致。")
        case = paper.ticket_id
        told = self.env["mail.message"].search(
            [("partner_ids", "in", self.custodian.partner_id.ids)]
        )
        [message] = [item for item in told if case.number in item.body]
        self.assertEqual(message.author_id, self.env.ref("base.partner_root"))
        self.assertFalse(self._struck(case), "nobody looked yet")
        paper.with_user(self.custodian).action_release()
        self.assertEqual(self._struck(case).user_id, self.custodian)

    def _struck(self, case):
        """Return the rows of the log that say that the vault took something out."""
        self.env.cr.precommit.run()
        return self.env["complaint.log"].search(
            [("ticket_id", "=", case.id), ("kind", "=", "redacted")]
        )

    def test_what_names_nobody_waits_as_well(self):
        """Released with one press, byte for byte as it was issued."""
        paper = self._told_reasons("周女士（13600008888，5栋1101室）所述属实。")
        self.assertTrue(paper.held)
        before = paper.sudo().pdf_attachment_id.raw
        paper.with_user(self.custodian).action_release()
        self.assertFalse(paper.held or self._struck(paper.ticket_id))
        self.assertEqual(paper.sudo().pdf_attachment_id.raw, before)
        text = file_text(before)
        for piece in ("周女士", "13600008888", "1101"):
            self.assertFalse(piece in text, piece)

    def test_the_residents_own_words(self):
        """R07: a signature under the complaint."""
        words = "<p>楼上夜间装修，联系电话13911112222。金丝雀</p>"
        case = self._secret(description=words)
        slip = self._sent(case, delivery="email").sudo().notice_ids
        self.assertFalse(self._to_the_bureau())
        slip.with_user(self.custodian).action_release()
        [message] = self._to_the_bureau()
        [file] = message.iter_attachments()
        text = file_text(file.get_payload(decode=True))
        self.assertTrue("楼上夜间装修" in text)
        for piece in ("金丝雀", "13911112222"):
            self.assertFalse(piece in text, piece)

    def test_what_waits_when_a_case_becomes_secret(self):
        """Two ways to one state: a paper that was issued before waits as well."""
        case = self._complaint(
            confidentiality="open", respondent_ids=self._respondent(), **CANARY
        )
        self._to(case, "accepted")
        slip = self._sent(case, reason="请查。").sudo().notice_ids
        self.assertFalse(slip.held)
        case.with_user(self.handler).action_change_confidentiality("confidential")
        self.assertTrue(slip.held and slip.dispatch_ids.held)

    def test_what_others_got_stays_when_the_identity_is_erased(self):
        paper = self._told_reasons("经查，这与金丝雀所述一致。")
        self._close(paper.ticket_id)
        paper.ticket_id.with_user(self.custodian).sudo()._erase("request")
        self.env.invalidate_all()
        self.assertTrue("所述一致" in file_text(paper.sudo().pdf_attachment_id.raw))

    def test_a_slip_to_a_department_goes_the_way_of_its_transfer(self):
        inside = self.env["hr.department"].create(
            {"name": "Works", "company_id": self.company.id}
        )
        slip = self._sent(
            self._secret(),
            target_kind="department",
            partner_id=False,
            department_id=inside.id,
            delivery="oa",
        ).notice_ids
        self.assertEqual((slip.state, slip.delivery), ("issued", False))
        slip.with_user(self.custodian).action_release()
        self.assertEqual(
            slip.state, "issued", "the report of the office network proves it"
        )
        self.assertRecordValues(
            slip.sudo().dispatch_ids,
            [{"channel": "oa", "state": "queued", "held": False}],
        )

    def test_a_slip_that_waits_is_not_handed_over(self):
        case = self._secret()
        slip = self._sent(case, reason="这是金丝雀的意见。").notice_ids
        self.assertTrue(slip.held)
        self.assertEqual(slip.state, "issued")
        slip.with_user(self.custodian).action_release()
        self.assertEqual(
            slip.state, "issued", "it is to be handed over, with its proof"
        )
        self.assertRecordValues(
            slip.sudo().dispatch_ids,
            [{"channel": "hand", "state": "queued", "held": False}],
        )


@tagged("post_install", "-at_install")
class TestLeavingMessages(LeavingCommon):
    def _write(self, case, text, **vals):
        with self.with_user(self.handler.login):
            wizard = self.env["complaint.tell.wizard"].with_context(
                default_ticket_id=case.id,
                **{f"default_{name}": value for name, value in vals.items()},
            )
            form = Form(wizard)
            form.text = text
            self.form = form
            form.save().action_confirm()
        return case.sudo().dispatch_ids.filtered("content")[:1]

    def test_to_another_body(self):
        case = self._secret()
        transfer = self._sent(case)
        self._received()
        told = self._write(
            case,
            "请联系周女士13600008888，或5栋1101室。",
            addressee="body",
            transfer_id=transfer.id,
        )
        self.assertFalse(self._received())
        told.with_user(self.custodian).action_release()
        [(content, message)] = self._received()
        text = message.get_body(("plain",)).get_content()
        self.assertTrue("请联系" in text)
        for piece in ("周女士", "13600008888", "1101"):
            self.assertFalse(piece in text, piece)
            self.assertNotIn(piece.encode(), content)
        self.assertIn(told.content, text, "they get what was shown")
        self.assertEqual(self.form.preview.strip(), told.content)

    def test_what_the_vault_knows_waits(self):
        case = self._secret()
        transfer = self._sent(case)
        self._received()
        told = self._write(
            case,
            "这是金丝雀的意见，说的是对的。",
            addressee="body",
            transfer_id=transfer.id,
        )
        self.assertTrue(told.held)
        self.assertIn("金丝雀", self.form.preview, "the dialog does not compare")
        self.assertFalse(self.form.is_struck)
        self.assertFalse(self._received())
        mine = told.with_user(self.handler)
        self.assertIn("金丝雀", mine.content, "shown as typed, before and after")
        with self.assertRaises(AccessError):
            mine.read(["told_content"])
        self.assertNotIn("金丝雀", told.with_user(self.custodian).told_content)
        told.with_user(self.custodian).action_release()
        [message] = self._to_the_bureau()
        text = message.get_body(("plain",)).get_content()
        self.assertTrue("说的是对的" in text)
        self.assertFalse("金丝雀" in text)
        self.assertIn("金丝雀", mine.content)

    def test_what_waited_before_the_upgrade_keeps_its_words(self):
        case = self._secret()
        told = self._write(
            case, "道路已修好。", addressee="body", transfer_id=self._sent(case).id
        )
        # how 19.0.1.3.0 kept it
        self.env.flush_all()
        self.env.cr.execute("ALTER TABLE complaint_dispatch ADD held_content text")
        self.env.cr.execute(
            "UPDATE complaint_dispatch SET content = 'Wait', held_content = %s"
            " WHERE id = %s",
            ("道路已修好。", told.id),
        )
        runpy.run_path(str(UPGRADE))["migrate"](self.env.cr, "19.0.1.3.0")
        told.invalidate_recordset()
        self.assertEqual(told.content, "道路已修好。")

    def test_every_form(self):
        """A message with everything in it, read at the other body's mail server."""
        case = self._secret()
        transfer = self._sent(case)
        self._received()
        told = self._write(case, PLANTED, addressee="body", transfer_id=transfer.id)
        told.with_user(self.custodian).action_release()
        [message] = self._to_the_bureau()
        self.assertNobody(message.as_string(), "headers and source")
        text = message.get_body(("plain",)).get_content()
        self.assertNobody(text, "text")
        self.assertIn("来过", text)

    def test_text_messages(self):
        """A respondent's phone shows the number of the case, nothing else."""
        self.env["ir.config_parameter"].set_param(
            "community_complaint.sms_loopback", "1"
        )
        SmsLoopback.sent.clear()
        person = self.env["res.partner"].create(
            {"name": "Wang Wei", "phone": "13700000001"}
        )
        case = self._secret(
            respondent_ids=[
                Command.create({"kind": "partner", "partner_id": person.id})
            ]
        )
        told = self._write(
            case,
            PLANTED,
            addressee="respondent",
            respondent_id=case.respondent_ids.id,
        )
        self.assertEqual(told.channel, "sms")
        self._deliver()
        self.assertFalse(SmsLoopback.sent, "it waits for a custodian")
        told.with_user(self.custodian).action_release()
        self._deliver()
        [message] = SmsLoopback.sent
        self.assertEqual(message["number"], "13700000001")
        self.assertIn(case.number, message["content"])
        self.assertNobody(message["content"], "text message")
        self.assertNotIn("来过", message["content"])

    def test_the_dialog_reads_no_vault(self):
        """The same queries and no look into the vault, whoever is named."""
        case = self._secret()
        identities = type(self.env["complaint.identity"])

        def cost(text):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            with patch.object(identities, "_open_vault", autospec=True) as opened:
                case.with_user(self.handler)._leaving_preview("respondent", text)
            self.assertFalse(opened.called)
            return self.env.cr.sql_log_count - before

        cost("warm")
        self.assertEqual(cost("金丝雀来过。"), cost("周丽丽来过。"))

    def test_by_hand(self):
        case = self._secret()
        respondent = case.respondent_ids
        told = self._write(
            case,
            "金丝雀请您周一来。",
            addressee="respondent",
            respondent_id=respondent.id,
        )
        self.assertEqual((told.channel, told.held), ("hand", True))
        with self.assertRaisesRegex(UserError, "custodian"):
            told.with_user(self.clerk).action_prove("They heard it.")
        with self.assertRaisesRegex(UserError, "custodian"):
            told.with_user(self.clerk).action_print_letter()
        with self.assertRaises(AccessError):
            told.with_user(self.handler).action_release()
        told.with_user(self.custodian).action_release()
        with self.assertRaisesRegex(AccessError, "custodian prints"):
            told.with_user(self.clerk).action_print_letter()
        form = self.env["complaint.form"].with_user(self.custodian)
        [page] = form._sheet_pages_letter(told.with_user(self.custodian))
        self.assertNotIn("金丝雀", page)
        self.assertIn("请您周一来", page)
        told.with_user(self.clerk).action_prove("They heard it, at ten.")

    def test_names_of_files(self):
        case = self._secret()
        transfer = self._sent(case)
        self._received()
        files = self.env["ir.attachment"].with_user(self.handler)
        file = files.create({"name": "金丝雀13600008888.txt", "raw": b"x"})
        case.with_user(self.handler)._write_to(
            "body", "See the file.", transfer=transfer, attachments=file
        )
        waiting = case.sudo().dispatch_ids.filtered(lambda item: item.content)
        waiting.with_user(self.custodian).action_release()
        [(_content, message)] = self._received()
        [attached] = message.iter_attachments()
        self.assertNotIn("金丝雀", attached.get_filename())
        self.assertNotIn("1360000", attached.get_filename())


@tagged("post_install", "-at_install")
class TestLeavingFiles(LeavingCommon):
    """What is in the files that go out: nobody can take it out, so they do not go."""

    def setUp(self):
        super().setUp()
        self.case = self._secret()
        self.transfer = self._sent(self.case)
        self._received()

    def _message(self, name, content):
        files = self.env["ir.attachment"].with_user(self.handler)
        self.case.with_user(self.handler)._write_to(
            "body",
            "See the file.",
            transfer=self.transfer,
            attachments=files.create({"name": name, "raw": content}),
        )
        told = self.case.sudo().dispatch_ids.filtered("content").sorted("id")[-1:]
        return told.with_user(self.custodian)

    def test_files_that_name_who_complained(self):
        words = "经查，证人称金丝雀（电话139 1234 5678）所述属实。"
        pdf = self.env["ir.actions.report"]._print_papers([f"<p>{words}</p>"])[0]
        for name, content in (
            ("a.txt", words.encode("gbk")),
            ("a.csv", words.encode()),
            ("a.pdf", pdf),
            ("a.docx", document(words)),
            ("b.docx", document("See above.", author="金丝雀")),
        ):
            with self.subTest(name):
                told = self._message(name, content)
                self.assertIn(name, told.files_note)
                with self.assertRaisesRegex(UserError, name):
                    told.action_release()
                self.assertFalse(self._to_the_bureau())
                told.action_withhold("Cover it.")

    def test_files_that_name_nobody_of_the_vault(self):
        told = self._message("a.docx", document("周女士说，楼道灯坏了。"))
        self.assertFalse(told.files_note)
        told.action_release()
        [message] = self._to_the_bureau()
        self.assertTrue(list(message.iter_attachments()))

    def test_files_that_only_people_read(self):
        told = self._message("a.png", PHOTO)
        self.assertIn("a.png", told.files_note)
        told.action_release()
        self.assertTrue(self._to_the_bureau())

    def test_nobody_else_learns_of_it(self):
        told = self._message("a.txt", "金丝雀".encode())
        with self.assertRaises(AccessError):
            told.with_user(self.handler).read(["files_note"])

    def test_to_the_complainant_anything_goes(self):
        told = self.env["complaint.dispatch"].new(
            {"ticket_id": self.case.id, "addressee": "complainant"}
        )
        self.assertEqual(told._looked_into(), ([], []))


def document(words, author=""):
    """Return a text document whose words are cut into runs, as programs do."""
    stream = io.BytesIO()
    runs = "".join(f"<w:r><w:t>{word}</w:t></w:r>" for word in words)
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("word/document.xml", f"<w:p>{runs}</w:p>")
        archive.writestr("docProps/core.xml", f"<dc:creator>{author}</dc:creator>")
    return stream.getvalue()


@tagged("post_install", "-at_install")
class TestLeavingPreview(LeavingCommon):
    """Who issues a paper sees before what the other side gets."""

    def test_papers(self):
        case = self._secret()
        transfer = self._transfer(case, reason="请找周女士13600008888。与金丝雀有关。")
        identities = type(self.env["complaint.identity"])
        notices = self.env["complaint.notice"].with_user(self.clerk)
        with patch.object(identities, "_open_vault", autospec=True) as opened:
            [paper] = notices._preview_papers(transfer._preview_vals())
        self.assertFalse(opened.called)
        text = file_text(paper)
        self.assertFalse("13600008888" in text)
        self.assertFalse("周女士" in text)
        self.assertTrue("金丝雀" in text, "who typed it sees it as typed")
        self.assertFalse(case.sudo().notice_ids.filtered("transfer_id"))
        transfer.action_send()
        slip = transfer.sudo().notice_ids
        self.assertTrue("金丝雀" in file_text(slip.pdf_attachment_id.raw))
        slip.with_user(self.custodian).action_release()
        self.assertFalse("金丝雀" in file_text(slip.pdf_attachment_id.raw))
