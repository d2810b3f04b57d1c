"""Where the mails of ``data/mail/kinds`` end: each was misunderstood once."""

import csv
import re
from email.message import EmailMessage
from html import unescape
from pathlib import Path

import yaml
from freezegun import freeze_time

from odoo.tests import tagged

from odoo.addons.community_complaint.tests.mail_common import MailCommon

FOLDER = Path(__file__).resolve().parents[2] / "data" / "mail" / "kinds"
EXPECTED = yaml.safe_load((FOLDER / "expected.yaml").read_text())
_PROOF = b"Authentication-Results: mx.example; dmarc=pass\r\n"
_FULL_WIDTH = {code: code + 0xFEE0 for code in range(0x21, 0x7F)}


@tagged("post_install", "-at_install")
class TestMailKinds(MailCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.regulation.confidentiality = "open"
        cls.team.write({"mail_limit": 1_000, "mail_domain_limit": 1_000})

    def _content(self, name):
        return (FOLDER / name).read_bytes()

    def test_where_they_end(self):
        for name, expected in EXPECTED.items():
            with self.subTest(name):
                [kept] = self._kept(self._content(name))
                ends = [kept.state, kept.reason] if kept.reason else [kept.state]
                self.assertEqual(ends, expected.get("ends", ["case"]))
                if kept.state != "case":
                    self.assertFalse(self._dispatches(kept.ticket_id))
                    continue
                case = kept.ticket_id
                if text := expected.get("text"):
                    for line in filter(None, text.split("\n")):
                        self.assertIn(line, unescape(str(case.description)))
                if sender := expected.get("sender"):
                    self.assertEqual(case.sudo().identity_ids.email, sender)

    def _dispatches(self, case):
        return self.env["complaint.dispatch"].search([("ticket_id", "in", case.ids)])

    def test_two_people_of_one_script_are_two(self):
        """Whoever cannot be told apart is not taken for the complainant."""
        case = self._process(self._content("m03_eai_sender.eml"))
        self.assertEqual(case.sudo().identity_ids.email, "张三@例子.中国")
        other = self._content("m35_eai_other_person_reply.eml")
        number = case.number.encode()
        other = other.replace(b"{number of the case made by m03}", number)
        [kept] = self._kept(_PROOF + other)
        self.assertEqual((kept.state, kept.ticket_id), ("held", case))
        self.assertNotIn(
            "撤回投诉", "".join(case.message_ids.mapped(lambda m: m.body or ""))
        )

    def test_the_same_domain_in_two_spellings_is_one(self):
        case = self._process(self._content("m03_eai_sender.eml"))
        head = f"From: 张三@xn--fsqu00a.xn--fiqs8s\r\nSubject: {case.number}\r\n"
        head += f"To: {self.address}\r\nMessage-ID: <again@client.example>\r\n\r\n"
        [kept] = self._kept(_PROOF + head.encode() + "还没修。".encode())
        self.assertEqual((kept.state, kept.ticket_id), ("reply", case))

    def test_numbers_however_they_are_written(self):
        case = self._process(self._mail())
        number = case.number
        spellings = {
            "{n}": number,
            "{n lower case}": number.lower(),
            "{n with full-width hyphen}": number.replace("-", "－"),
            "{n with full-width digits}": number.translate(_FULL_WIDTH),
        }
        with open(FOLDER / "m34_subjects_with_number.csv", newline="") as stream:
            subjects = [row["subject"] for row in csv.DictReader(stream)]
        subjects += ["编号{n}—补充", "Re:{n}。", "{n lower case}号投诉", "请看{n}"]
        for subject in subjects:
            for mark, spelling in spellings.items():
                subject = subject.replace(mark, spelling)
            with self.subTest(subject):
                [kept] = self._kept(self._mail(subject, Subject=subject))
                self.assertEqual((kept.state, kept.ticket_id), ("reply", case))

    def test_received_when_the_office_had_it(self):
        """The clock starts when the office's own server took it, not when it was fetched."""
        self.team.mail_servers = "mx.example imap.office.example"
        with freeze_time("2026-11-28 02:00:00"):
            [kept] = self._kept(self._content("m30_arrived_eight_days_ago.eml"))
        case = kept.ticket_id
        self.assertEqual(str(case.received_date), "2026-11-20 01:00:05")
        [due] = case.deadline_ids
        self.assertEqual(
            (due.end_event, str(due.due_date)), ("accept_told", "2026-11-25")
        )
        self.assertTrue(kept.is_late)
        self.assertIn("took this e-mail", case.message_ids[0].body)

    def test_what_another_server_says_is_a_hint(self):
        """Anybody may write an earlier day: somebody looks when it was."""
        with freeze_time("2026-11-28 02:00:00"):
            [kept] = self._kept(self._content("m30_arrived_eight_days_ago.eml"))
        self.assertEqual(str(kept.ticket_id.received_date), "2026-11-28 02:00:00")
        self.assertTrue(kept.is_late)
        self.assertIn("Check when", kept.ticket_id.message_ids[0].body)

    def test_a_server_further_down_is_not_believed(self):
        self.team.mail_servers = "mx.example imap.office.example"
        content = self._content("m30_arrived_eight_days_ago.eml")
        top = b"Received: from x by mx.elsewhere; Sat, 28 Nov 2026 09:59:00 +0800\r\n"
        with freeze_time("2026-11-28 02:00:00"):
            [kept] = self._kept(top + content)
        self.assertEqual(str(kept.ticket_id.received_date), "2026-11-28 02:00:00")

    def test_whoever_complains_is_asked_for(self):
        """A colleague passes a mail on: nothing is sent before somebody says whose it is."""
        [kept] = self._kept(self._content("m08_forwarded_by_staff.eml"))
        clerk = kept.with_user(self.clerk)
        action = clerk.action_make_case()
        wizard = (
            self.env["complaint.inbound.mail.wizard"]
            .with_user(self.clerk)
            .with_context(**action["context"])
            .create({"team_id": self.team.id})
        )
        self.assertTrue(wizard.asks_person)
        self.assertEqual(
            (wizard.complainant_name, wizard.complainant_email),
            ("孙七", "sun7@resident.example"),
        )
        wizard.action_confirm()
        case = kept.ticket_id
        identity = case.sudo().identity_ids
        self.assertEqual(
            (identity.name, identity.email), ("孙七", "sun7@resident.example")
        )
        self.assertEqual(self._dispatches(case).duty, "acknowledge")

    def test_whatever_else_it_waits_for(self):
        """A colleague's mail to an address of nobody: they are not the complainant."""
        content = self._content("m08_forwarded_by_staff.eml")
        domain = self.env["mail.alias.domain"].search([], limit=1).name
        to = f"To: nobody-here@{domain}".encode()
        [kept] = self._kept(re.sub(rb"(?m)^To:.*$", to, content, count=1))
        self.assertEqual(kept.reason, "unroutable")
        clerk = kept.with_user(self.clerk)
        action = clerk.action_make_case()
        self.assertEqual(action["context"]["default_complainant_name"], "孙七")
        wizards = self.env["complaint.inbound.mail.wizard"].with_user(self.clerk)
        wizard = wizards.with_context(**action["context"]).create({})
        self.assertTrue(wizard.asks_person)
        clerk.action_make_case(self.team)
        self.assertFalse(kept.ticket_id.sudo().identity_ids.email)
        self.assertFalse(self._dispatches(kept.ticket_id))

    def test_nobody_is_told_who_is_not_known(self):
        [kept] = self._kept(self._content("m07_form_relay_reply_to.eml"))
        kept.with_user(self.clerk).action_make_case(self.team)
        self.assertFalse(kept.ticket_id.sudo().identity_ids.email)
        self.assertFalse(self._dispatches(kept.ticket_id))

    def test_secret_people_behind_are_covered(self):
        self.regulation.confidentiality = "confidential"
        [kept] = self._kept(self._content("m08_forwarded_by_staff.eml"))
        self.assertNotIn("孙七", kept.body_text)
        self.assertNotIn("sun7", kept.body_text)
        kept.with_user(self.clerk).action_make_case(self.team)
        self.assertNotIn("孙七", kept.ticket_id.description)

    def test_no_case_of_a_file_alone(self):
        """What somebody complains about stands in a file: somebody looks first."""
        [kept] = self._kept(self._mail("", Subject="投诉"))
        self.assertEqual((kept.state, kept.reason), ("quarantine", "textless"))

    def test_a_subject_is_a_text(self):
        message = EmailMessage()
        for name, value in (
            ("From", "a@resident.example"),
            ("To", self.address),
            ("Subject", "三号楼电梯坏了"),
            ("Message-ID", "<subject@client.example>"),
        ):
            message[name] = value
        case = self._process(message.as_bytes())
        self.assertIn("三号楼电梯坏了", case.description)

    def test_who_answers_their_own_mail(self):
        first = self._mail(Message_ID="<own.first@client.example>")
        case = self._process(first)
        more = self._mail(
            "昨晚又吵。", Subject="补充", References="<own.first@client.example>"
        )
        self.assertEqual(self._process(more), case)
        other = self._mail(
            "我也投诉。",
            Subject="补充",
            From="other@resident.example",
            In_Reply_To="<own.first@client.example>",
        )
        [kept] = self._kept(other)
        self.assertEqual(kept.state, "case")
        self.assertNotEqual(kept.ticket_id, case)
