from email.message import EmailMessage
from uuid import uuid4

from odoo.tests import HttpCase

from .common import ComplaintCommon

#: A picture of one red point.
PHOTO = (
    b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x02\x00"
    b"\x00\x00\x90wS\xde\x00\x00\x00\x0cIDATx\x9cc\xf8\xcf\xc0\x00\x00\x03\x01\x01\x00"
    b"\xc9\xfe\x92\xef\x00\x00\x00\x00IEND\xaeB`\x82"
)
DOMAIN = "xiangyang.example"


class MailCommon(ComplaintCommon):
    """A desk with an address, ``tousu@xiangyang.example``, and mails to it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.domain = cls.env["mail.alias.domain"].create(
            {"name": DOMAIN, "company_ids": [(4, cls.company.id)]}
        )
        cls.company.alias_domain_id = cls.domain
        cls.team.alias_id.alias_domain_id = cls.domain
        cls.team.alias_name = "tousu"
        cls.team.user_id = cls.leader
        cls.team.mail_servers = "mx.example"
        cls.address = f"tousu@{DOMAIN}"

    def setUp(self):
        super().setUp()
        # the gateway keeps every mail in a transaction of its own
        if not isinstance(self, HttpCase):
            self.registry_enter_test_mode()

    def _mail(self, text="楼上夜间装修。", charset="gb18030", **headers):
        """Return the bytes of a mail with a photo; ``None`` leaves a header out.

        The office's mail server found that the sender is who it claims.
        """
        message = EmailMessage()
        headers = {
            "From": "金丝雀 <canary@resident.example>",
            "To": self.address,
            "Subject": "夜间噪声",
            "Message-ID": f"<{uuid4().hex}@client.example>",
            "Authentication-Results": "mx.example; dmarc=pass",
            **{name.replace("_", "-"): value for name, value in headers.items()},
        }
        for name, value in headers.items():
            if value:
                message[name] = value
        message.set_content(text, charset=charset)
        message.add_attachment(
            PHOTO, maintype="image", subtype="png", filename="照片.png"
        )
        return message.as_bytes()

    def _process(self, content, user=None):
        """Put a mail through the gateway as fetching does; return its complaint."""
        thread = self.env["mail.thread"].with_user(
            user or self.env.ref("base.user_root")
        )
        self.env.flush_all()
        ticket_id = thread.message_process(None, content)
        # what waits for the end of a request, which a test has none of
        self.env.cr.postcommit.run()
        self.env.invalidate_all()
        return self.env["helpdesk.ticket"].browse(ticket_id or [])

    def _kept(self, content):
        """Put a mail through the gateway and return what is kept of it."""
        before = self.env["complaint.inbound.mail"].search([])
        self._process(content)
        return self.env["complaint.inbound.mail"].search([]) - before

    def _tasks(self, mail):
        """Return the open tasks on a kept mail."""
        return self.env["mail.activity"].search(
            [("res_model", "=", mail._name), ("res_id", "=", mail.id)]
        )
