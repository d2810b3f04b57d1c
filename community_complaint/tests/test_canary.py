"""The canary sweep over a whole life of a confidential case, and its own proof."""

import logging

from odoo import Command
from odoo.tests import tagged

from .canary import CanarySweep, file_text
from .common import CANARY, JOINT_CANARY, ROLES, ComplaintCommon
from .wire_common import Wire

__all__ = ["CanarySweep"]


class CanaryLife(ComplaintCommon, CanarySweep):
    """A confidential joint complaint that went through everything."""

    canaries = (*CANARY.values(), *JOINT_CANARY.values())

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.regulation.gate_follow_up = True
        cls.admin = cls._new_user("admin", "base.group_system")
        cls.regulation.joint_complaints = True
        cls.case = cls._complaint(respondent_ids=cls._respondent(), **CANARY)
        cls.case.with_user(cls.clerk).action_join(
            [{**JOINT_CANARY, "representative": True}]
        )

    def _live(self):
        """Take the case through its whole life."""
        case = self.case
        self._accept(case)
        self._investigate(case)
        self.env["complaint.evidence"].with_user(self.handler).create(
            {"ticket_id": case.id, "name": "Photo", "description": "From the yard."}
        )
        case.with_user(self.handler).message_post(
            body="Please look.", partner_ids=self.clerk.partner_id.ids
        )
        case._post_from_complainant("It is still loud.")
        case.with_user(self.handler).action_write_to_complainant("We come on Monday.")
        self._submit(case)
        self._notify(case)
        self._release_papers(case)
        case.notice_ids.with_user(self.clerk).action_serve(delivery="post", note="RX 1")
        case.with_user(self.clerk).action_follow_up("Called.", "satisfied")
        self._show(case).action_hide_identity()
        case.with_user(self.handler).action_request_disclosure("The court asks.")
        disclosure = self.env["complaint.disclosure"].search([], limit=1)
        disclosure.with_user(self.custodian).action_approve()
        case.with_user(self.clerk).action_close()
        case.with_user(self.leader).action_reopen("New facts.")
        case.with_user(self.clerk).action_withdraw("Enough.")
        case.with_user(self.clerk).action_archive()

    def _readers(self):
        """Return everybody who must not know, with the name of the role."""
        roles = [role for role in ROLES if role != "custodian"]
        return [getattr(self, role) for role in (*roles, "employee_user", "admin")]


@tagged("post_install", "-at_install")
class TestCanary(Wire, CanaryLife):
    def test_at_rest_and_on_the_way(self):
        """Tables with the bus, files, mails, log."""
        self.company.email = "office@office.example"
        with self.assertNoCanaryInLogs():
            self._live()
            mails = self._received()
        mine = [
            message
            for _content, message in mails
            if message["To"] == CANARY["complainant_email"]
        ]
        self.assertTrue(mine)
        for _content, message in mails:
            if message in mine:
                del message["To"]
            for part in (message, *message.walk()):
                self.assertNoCanary(part.items(), "head of a mail")
                if not part.is_multipart():
                    text = file_text(part.get_payload(decode=True))
                    self.assertNoCanary(text, "body or file of a mail")
        papers = self.case.notice_ids.pdf_attachment_id
        self.assertTrue(papers)
        files = self.env["ir.attachment"].sudo().search([("res_field", "=", False)])
        self.assertLessEqual(papers, files)
        self.assertNoCanaryInFiles(files)
        self.assertNoCanaryInDatabase()

    def test_every_role(self):
        self._live()
        for user in self._readers():
            self.assertNoCanaryRead(user, self.case)
            self.assertNoCanaryFound(user, self.case)
            self.assertNoCanaryAnywhere(user)
        # who has no look right now is no better off
        self.assertNoCanaryRead(self.custodian, self.case)


def _log_line(text):
    """Return the values of a line of the log that the database keeps."""
    return {
        "name": "x",
        "type": "server",
        "message": text,
        "path": "x",
        "func": "x",
        "line": "1",
    }


@tagged("post_install", "-at_install")
class TestCanarySees(CanaryLife):
    """The sweep fails when there is something to find."""

    def assertSees(self, sweep, *args):
        with self.assertRaises(AssertionError):
            sweep(*args)

    def test_a_custodian_who_looks(self):
        self._show(self.case)
        self.assertSees(self.assertNoCanaryRead, self.custodian, self.case)
        self.assertSees(self.assertNoCanaryFound, self.custodian, self.case)

    def test_a_text_on_the_case(self):
        for name in (CANARY["complainant_name"], JOINT_CANARY["name"]):
            self.case.sudo().findings = f"{name} said so."
            self.assertSees(self.assertNoCanaryInDatabase)
            self.assertSees(self.assertNoCanaryRead, self.handler, self.case)
            self.assertSees(self.assertNoCanaryFound, self.handler, self.case)

    def test_a_bus_payload(self):
        self.env["bus.bus"]._sendone("x", "y", {"who": CANARY["complainant_name"]})
        self.assertSees(self.assertNoCanaryInDatabase)

    def test_what_other_apps_send_and_keep(self):
        """Mails, notifications with their number, text messages, guests, jobs."""
        name, number = CANARY["complainant_name"], CANARY["complainant_phone"]
        message = self.case.sudo().message_ids[:1]
        cron = self.env.ref("community_complaint.complaint_dispatch_cron_deliver")
        for model, vals in (
            ("mail.mail", {"email_to": CANARY["complainant_email"]}),
            (
                "mail.notification",
                {
                    "mail_message_id": message.id,
                    "res_partner_id": self.clerk.partner_id.id,
                    "notification_type": "sms",
                    "sms_number": number,
                },
            ),
            ("sms.sms", {"number": number, "body": "x"}),
            ("mail.guest", {"name": name}),
            ("ir.cron.progress", {"cron_id": cron.id}),
            ("ir.logging", _log_line(name)),
        ):
            with self.subTest(model), self.env.cr.savepoint() as kept:
                record = self.env[model].sudo().create(vals)
                if model == "ir.cron.progress":
                    # a job that was named after somebody
                    cron.sudo().cron_name = f"Tell {name}"
                    self.env.flush_all()
                self.assertTrue(record)
                self.assertSees(self.assertNoCanaryInDatabase)
                kept.rollback()
                self.env.invalidate_all()

    def test_bytes_in_a_table(self):
        self.env["complaint.inbound.mail"]._create_sealed(
            "kept", {"company_id": self.company.id, "raw": b"6YeR5Lid6ZuA"}
        )
        self.assertSees(self.assertNoCanaryInDatabase)

    def test_a_file(self):
        for content in (CANARY["complainant_phone"].encode(), self._pdf()):
            file = self.env["ir.attachment"].create({"name": "x", "raw": content})
            self.assertSees(self.assertNoCanaryInFiles, file)

    def _pdf(self):
        open_case = self._complaint(confidentiality="open", **CANARY)
        self._accept(open_case)
        return open_case.notice_ids.pdf_attachment_id.raw

    def test_a_mail(self):
        known = [CANARY["complainant_email"]]
        for vals in (
            {"headers": repr({"X-Msg-To-Add": CANARY["complainant_name"]})},
            {"subject": CANARY["complainant_phone"]},
            {"body_html": CANARY["complainant_address"]},
            {"email_to": f"{CANARY['complainant_name']} <x@example.com>"},
            {"email_to": "x@example.com", "reply_to": CANARY["complainant_email"]},
        ):
            mail = self.env["mail.mail"].create({"email_to": known[0], **vals})
            with self.subTest(vals=vals):
                self.assertSees(self.assertNoCanaryInMails, mail, known)

    def test_a_log_line(self):
        with self.assertRaises(AssertionError), self.assertNoCanaryInLogs():
            logging.getLogger("odoo.x").info("Call %s", CANARY["complainant_phone"])


@tagged("post_install", "-at_install")
class TestCanarySeesFakeModel(CanaryLife):
    """A module somebody adds that shows the identity: a model and its fields."""

    def test_a_leak_in_a_fake_model(self):
        model = self.env["ir.model"].create(
            {
                "name": "Leak",
                "model": "x_leak",
                "access_ids": [
                    Command.create(
                        {
                            "name": "leak",
                            "group_id": self.env.ref("base.group_user").id,
                            "perm_read": True,
                        }
                    )
                ],
                "field_id": [
                    Command.create(
                        {
                            "name": "x_ticket_id",
                            "field_description": "Case",
                            "ttype": "many2one",
                            "relation": "helpdesk.ticket",
                        }
                    ),
                    Command.create(
                        {"name": "x_text", "field_description": "Text", "ttype": "char"}
                    ),
                    self._computed("x_shown"),
                ],
            }
        )
        leak = self.env["x_leak"].create({"x_ticket_id": self.case.id})
        # stored nowhere, shown to everybody
        self.assertNoCanaryInDatabase()
        self.assertEqual(leak.with_user(self.clerk).x_shown, self._name)
        with self.assertRaises(AssertionError):
            self.assertNoCanaryRead(self.clerk, self.case)
        # who may not read the case reads no record of another add-on about it
        self.assertNoCanaryAnywhere(self.employee_user)
        # on a model that has nothing to do with cases
        model.field_id.filtered(lambda field: field.name == "x_shown").unlink()
        self.assertNoCanaryAnywhere(self.employee_user)
        languages = self.env["ir.model"]._get("res.lang")
        languages.field_id = [self._computed("x_shown")]
        with self.assertRaises(AssertionError):
            self.assertNoCanaryAnywhere(self.employee_user)
        # and stored
        self.env["x_leak"].browse(leak.id).x_text = self._name
        with self.assertRaises(AssertionError):
            self.assertNoCanaryInDatabase()

    _name = CANARY["complainant_name"]

    def _computed(self, name):
        """Return the command that makes a field which shows who complained."""
        code = (
            "for record in self:\n"
            f"  record[{name!r}] = self.env['complaint.identity'].sudo().search("
            f"[('ticket_id', '=', {self.case.id})])[:1].name"
        )
        return Command.create(
            {
                "name": name,
                "field_description": name,
                "ttype": "char",
                "store": False,
                "readonly": True,
                "compute": code,
            }
        )
