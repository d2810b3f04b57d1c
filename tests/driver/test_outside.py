"""Somebody complains by mail and at the portal; what the office does comes back to them."""

from email.message import EmailMessage

from odoo.tests import HttpCase, tagged

from odoo.addons.community_complaint.tests.mail_common import MailCommon
from odoo.addons.community_complaint_portal.tests.common import (
    NAME,
    PHONE,
    PNG,
    PortalCommon,
)

from .errors import NotFilledIn, NotOffered
from .outside import Outside
from .person import Person
from .resident import Resident
from .web import Web, paper_text

ADDRESS = "lilei@resident.example"
STORY = "楼上每晚装修，钻孔声持续到凌晨两点。"


@tagged("post_install", "-at_install")
class TestMailbox(MailCommon, HttpCase):
    """By mail: bytes in, bytes out."""

    def test_mail_there_and_back(self):
        message = EmailMessage()
        message["From"], message["To"] = f"李雷 <{ADDRESS}>", self.address
        message["Subject"], message["Message-ID"] = "夜间噪声", "<1@resident.example>"
        message.set_content(STORY)
        with Outside(self.env) as outside:
            case = self.env["helpdesk.ticket"].browse(outside.write(message.as_bytes()))
            self.assertIn(STORY, case.description)
            [letter] = outside.deliver().mailbox(ADDRESS)
            self.assertIn(case.number, letter.subject)
            self.assertFalse(outside.mailbox("nobody@resident.example"))


@tagged("post_install", "-at_install")
class TestResident(PortalCommon):
    """At the portal, then at the office's screens, then on paper."""

    def test_filed_and_accepted(self):
        resident = self._file()
        case = self.cases_of(self.resident)
        self.assertIn(case.number, resident.text())
        clerk = Person(self.clerk, Web(self))
        clerk.go("All Complaints").open(number=case.number)
        self.assertIn(STORY, str(clerk.here.value("description")))
        clerk.press("Accept").press("Print Papers")
        paper = paper_text(clerk.paper())
        self.assertIn(case.number, paper)
        self.assertIn(NAME, paper)
        page = Resident(self, self.resident).open(self.page_of(case)).text()
        self.assertIn("Acceptance voucher", page)
        self._send_paper(clerk.paper())
        # a neighbour who knows the address of the paper
        neighbour = Person(self.neighbour, Web(self))
        neighbour.addresses.append(clerk.addresses[-1])
        with self.assertRaises(NotOffered):
            neighbour.paper()

    def _send_paper(self, content):
        """Check that a paper is the same in the mailbox that it is sent to."""
        paper = self.env["ir.attachment"].create({"name": "v.pdf", "raw": content})
        values = {
            "email_from": "office@xiangyang.example",
            "email_to": ADDRESS,
            "subject": "文书",
            "body_html": "<p>请查收。</p>",
            "attachment_ids": paper.ids,
        }
        with Outside(self.env) as outside:
            self.env["mail.mail"].create(values)
            [letter] = outside.deliver().mailbox(ADDRESS)
        self.assertEqual((letter.subject, letter.text.strip()), ("文书", "请查收。"))
        self.assertEqual(letter.papers(), {"v.pdf": paper_text(content)})

    def _file(self):
        """Return the resident who filed a case on the three screens."""
        resident = Resident(self, self.resident)
        resident.open("/my/complaints/new").fill(kind="Noise").press("Next")
        with self.assertRaises(NotFilledIn):
            resident.press("Next")
        files = [("噪音.png", PNG, "image/png")]
        resident.fill(what=STORY, files=files).press("Next")
        resident.fill(name=NAME, phone=PHONE, confidentiality="open")
        return resident.press("Send complaint")
