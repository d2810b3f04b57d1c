"""THREATS 31: nobody brings mail into a complaint, or writes as somebody else, by RPC."""

from base64 import b64encode
from xmlrpc.client import Binary

from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from .mail_common import MailCommon


@tagged("post_install", "-at_install")
class TestMailRpc(HttpCase, MailCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.ticket = cls._complaint()
        cls.note = cls.ticket.with_user(cls.handler).message_post(body="Seen it.")
        cls.resident = cls._new_user("resident", "base.group_portal")
        main = cls.env.ref("base.main_company")
        for user in (
            cls.employee_user,
            cls.clerk,
            cls.handler,
            cls.manager,
            cls.resident,
        ):
            user.company_ids += main
        cls.people = (cls.employee_user, cls.resident, cls.clerk, cls.manager)

    def _rpc(self, user, model, method, *args, **kwargs):
        """Call a method over the web; return the name of the error, or ``None``."""
        self.authenticate(user.login, user.login)
        params = {"model": model, "method": method, "args": args, "kwargs": kwargs}
        with mute_logger("odoo.http"):
            answer = self.url_open(
                f"/web/dataset/call_kw/{model}/{method}", json={"params": params}
            ).json()
        self.env.invalidate_all()
        return answer.get("error", {}).get("data", {}).get("name")

    def _content(self):
        before = self.env["complaint.inbound.mail"].search_count([])
        return before, self.ticket.message_ids, self.ticket.message_partner_ids

    def test_threat_31_process(self):
        """Whatever the call names: the alias, the thread, a known Message-Id, the number."""
        mail = self._mail(From=self.leader.email_formatted).decode("ascii", "ignore")
        reply = self._mail(
            From=self.leader.email_formatted,
            To="x@else.example",
            In_Reply_To=self.note.message_id,
        ).decode("ascii", "ignore")
        signed = self.env["complaint.inbound.mail"]._make_message_id(
            self.ticket.id, "a" * 16, "x.example"
        )
        own = self._mail(To=None, References=signed).decode("ascii", "ignore")
        nobody = self._mail(To=None).decode("ascii", "ignore")
        calls = (
            ((False, mail), {}),
            ((False, reply), {}),
            ((False, own), {}),
            (("helpdesk.ticket", nobody), {"thread_id": self.ticket.id}),
            (("helpdesk.ticket", nobody, {"team_id": self.team.id}), {}),
            (("res.partner", mail), {"thread_id": self.leader.partner_id.id}),
            (("helpdesk.ticket", mail), {"thread_id": self.ticket.id}),
            # nor into what is no case, or not there
            (("helpdesk.ticket", nobody), {"thread_id": 999_999_999}),
            (("complaint.duty.task", nobody), {"thread_id": 1}),
            (("res.partner", nobody), {"thread_id": self.leader.partner_id.id}),
        )
        for user in self.people:
            for model in ("mail.thread", "helpdesk.ticket", "res.partner"):
                for args, kwargs in calls:
                    with self.subTest(user=user.login, model=model, kwargs=kwargs):
                        before = self._content()
                        error = self._rpc(
                            user, model, "message_process", *args, **kwargs
                        )
                        self.assertEqual(error, "odoo.exceptions.AccessError")
                        self.assertEqual(self._content(), before)

    def test_threat_31_xml_rpc(self):
        """The way of the script between mail server and Odoo, with bytes."""
        for user in (self.employee_user, self.manager):
            with self.assertRaises(AccessError):
                self.env["mail.thread"].with_user(user).message_process(
                    False, Binary(self._mail())
                )
        found = self.env["mail.thread"].message_process(False, Binary(self._mail()))
        self.env.invalidate_all()
        self.assertTrue(self.env["helpdesk.ticket"].browse(found).is_complaint)

    def test_threat_31_nobody_fills_the_quarantine(self):
        """What leads nowhere is refused as ever, unless the gateway brings it."""
        mail = self._mail(To=None).decode("ascii", "ignore")
        for user in self.people:
            before = self._content()
            error = self._rpc(user, "mail.thread", "message_process", False, mail)
            # residents do not get as far as the base's own answer
            self.assertIn(error, ("builtins.ValueError", "odoo.exceptions.AccessError"))
            self.assertEqual(self._content(), before)

    def test_threat_31_post_as_somebody_else(self):
        names = {
            "author_id": self.leader.partner_id.id,
            "email_from": self.leader.email_formatted,
            "subtype_xmlid": "community_complaint.mt_from_complainant",
            "subtype_id": self.env.ref("community_complaint.mt_to_complainant").id,
            "message_type": "email",
            "date": "2020-01-01 00:00:00",
            "incoming_email_to": "x@else.example",
        }
        for user in (self.clerk, self.handler, self.manager):
            for method in ("message_post", "message_notify"):
                for name, value in names.items():
                    if method == "message_notify" and name == "message_type":
                        continue
                    with self.subTest(user=user.login, method=method, name=name):
                        before = self._content()
                        kwargs = {name: value, "body": "Done."}
                        if method == "message_notify":
                            kwargs["partner_ids"] = self.clerk.partner_id.ids
                        error = self._rpc(
                            user, "helpdesk.ticket", method, self.ticket.ids, **kwargs
                        )
                        self.assertEqual(error, "odoo.exceptions.AccessError")
                        self.assertEqual(self._content(), before)

    def test_threat_31_post_as_oneself(self):
        own = {
            "author_id": self.handler.partner_id.id,
            "email_from": self.handler.email_formatted,
            "message_type": "comment",
            "partner_ids": self.clerk.partner_id.ids,
        }
        error = self._rpc(
            self.handler,
            "helpdesk.ticket",
            "message_post",
            self.ticket.ids,
            body="Done.",
            **own,
        )
        self.assertFalse(error)
        self.assertEqual(self.ticket.message_ids[0].author_id, self.handler.partner_id)

    def test_threat_31_readers_do_not_post(self):
        """The base lets whoever may read post."""
        for user in (self.auditor, self.custodian):
            user.company_ids += self.env.ref("base.main_company")
            self.assertTrue(self.ticket.with_user(user).has_access("read"))
            error = self._rpc(
                user, "helpdesk.ticket", "message_post", self.ticket.ids, body="Hm."
            )
            self.assertEqual(error, "odoo.exceptions.AccessError")

    def test_threat_31_messages_made_by_hand(self):
        vals = {"model": "helpdesk.ticket", "res_id": self.ticket.id, "body": "Done."}
        for forged in (
            {"author_id": self.leader.partner_id.id},
            {"email_from": "x@else.example"},
            {"message_type": "email"},
            {"subtype_id": self.env.ref("community_complaint.mt_from_complainant").id},
        ):
            error = self._rpc(
                self.handler, "mail.message", "create", [{**vals, **forged}]
            )
            self.assertEqual(error, "odoo.exceptions.AccessError", forged)
        self.assertEqual(self.ticket.message_ids[0], self.note)

    def test_threat_31_composer(self):
        """The window for writing e-mails is another way to the same."""
        composer = (
            self.env["mail.compose.message"]
            .with_user(self.handler)
            .with_context(
                default_model="helpdesk.ticket", default_res_ids=self.ticket.ids
            )
            .create({"body": "Done.", "author_id": self.leader.partner_id.id})
        )
        with self.assertRaises(AccessError):
            composer.action_send_mail()

    def test_threat_7_nobody_outside_is_told(self):
        """Whoever is mentioned: only who may read the case hears of it."""
        stranger = self.env["res.partner"].create(
            {"name": "Reporter", "email": "reporter@paper.example"}
        )
        people = self.employee_user + self.resident + self.clerk
        people.notification_type = "email"
        message = self.ticket.with_user(self.handler).message_post(
            body="Look.", partner_ids=(stranger + people.partner_id).ids
        )
        told = message.sudo().notification_ids.res_partner_id
        self.assertEqual(told, self.clerk.partner_id)
        self.assertFalse(
            self.ticket.with_user(self.handler)._message_get_suggested_recipients()
        )

    def test_threat_18_a_follower_in_conflict_gets_no_mail(self):
        """Who follows and may not read any more is told nothing."""
        self.clerk.notification_type = "email"
        follow = {
            "res_model": "helpdesk.ticket",
            "res_id": self.ticket.id,
            "partner_id": self.clerk.partner_id.id,
            "subtype_ids": [Command.link(self.env.ref("mail.mt_comment").id)],
        }
        self._recuse(self.ticket, self.clerk)
        # sudo: mail.followers - a row that should not be there
        self.env["mail.followers"].sudo().create(follow)
        message = self.ticket.with_user(self.handler).message_post(
            body="Look.", subtype_xmlid="mail.mt_comment"
        )
        self.assertFalse(message.sudo().notified_partner_ids)

    def test_threat_16_nobody_edits_what_was_received(self):
        """Residents by their routes, staff by theirs, or by RPC."""
        received = self.ticket._post_from_complainant("It happened at night.")
        for user in (self.resident, self.clerk, self.manager):
            self.authenticate(user.login, user.login)
            params = {
                "message_id": received.id,
                "update_data": {"body": "", "attachment_ids": []},
            }
            with mute_logger("odoo.http"):
                answer = self.url_open(
                    "/mail/message/update_content", json={"params": params}
                ).json()
            self.assertTrue(answer.get("error"))
            for method, args in (("write", ({"body": "Nothing."},)), ("unlink", ())):
                error = self._rpc(user, "mail.message", method, received.ids, *args)
                self.assertTrue(error)
        self.assertIn("at night", received.body)

    def test_original_is_for_the_custodian_only(self):
        """Nobody reads it by RPC; a download is granted for a minute, and logged."""
        content = self._mail()
        [kept] = self._kept(content)
        custodian = self.custodian
        custodian.company_ids += self.env.ref("base.main_company")
        for user in (self.clerk, self.manager, custodian):
            for field in ("raw", "sender_vault", "sender_key", "message_key"):
                error = self._rpc(
                    user, "complaint.inbound.mail", "read", kept.ids, [field]
                )
                self.assertEqual(error, "odoo.exceptions.AccessError")
            image = self.url_open(f"/web/content/complaint.inbound.mail/{kept.id}/raw")
            self.assertNotIn(b"canary", image.content)
        for user in (self.clerk, self.manager):
            error = self._rpc(user, kept._name, "action_download", kept.ids)
            self.assertEqual(error, "odoo.exceptions.AccessError")
        action = kept.with_user(custodian).action_download()
        self.env.flush_all()
        log = self.env["complaint.log"].search([("kind", "=", "mail_downloaded")])
        self.assertEqual((log.user_id, log.res_id), (custodian, kept.id))
        self.authenticate(self.manager.login, self.manager.login)
        self.assertEqual(self.url_open(action["url"]).status_code, 404)
        self.authenticate(custodian.login, custodian.login)
        answer = self.url_open(action["url"])
        self.assertEqual(answer.content, content)
        self.assertIn("attachment", answer.headers["Content-Disposition"])
        self.assertEqual(answer.headers["Cache-Control"], "no-store")
        [_empty, _complaint, _mail, _id, until, grant] = action["url"].split("/")
        for moment, proof in (
            (until, "0" * 64),
            (until, "é" * 64),
            (str(int(until) - 120), grant),
        ):
            url = f"/complaint/mail/{kept.id}/{moment}/{proof}"
            self.assertEqual(self.url_open(url).status_code, 404)

    def test_b64_of_nothing(self):
        """Odd arguments of an odd caller: refused before anybody looks at them."""
        for message in ("", "\x00", b64encode(b"x").decode()):
            error = self._rpc(
                self.employee_user, "mail.thread", "message_process", False, message
            )
            self.assertEqual(error, "odoo.exceptions.AccessError", repr(message))

    def test_mails_by_templates_and_the_composer(self):
        """The base makes these with all rights, for whoever may read the case."""
        template = self.env.ref("helpdesk_mgmt.closed_ticket_template")
        publisher = self._new_user(
            "rpc.publisher", "community_complaint.group_complaint_publisher"
        )
        publisher.company_ids += self.env.ref("base.main_company")
        leader = {
            "author_id": self.leader.partner_id.id,
            "email_from": self.leader.email_formatted,
        }
        written = {"body": "I approve.", "body_html": "I approve."}
        sent = {**written, "email_to": "x@else.example"}
        composed = {
            **leader,
            "model": self.ticket._name,
            "res_ids": str(self.ticket.ids),
            "composition_mode": "mass_mail",
            "subject": "x",
            "body": "I approve.",
        }
        before = self._content()
        for user, values in (
            (publisher, {**sent, **leader}),
            (publisher, sent),
            (self.handler, {**sent, **leader}),
            (self.handler, {**sent, "email_from": self.leader.email_formatted}),
        ):
            with self.subTest(user=user.login, values=sorted(values)):
                args = ("mail.template", "send_mail", template.ids, self.ticket.id)
                error = self._rpc(user, *args, email_values=values)
                self.assertEqual(error, "odoo.exceptions.AccessError")
        for user in (publisher, self.handler):
            with self.subTest(user=user.login):
                composer = (
                    self.env["mail.compose.message"].with_user(user).create(composed)
                )
                error = self._rpc(
                    user, composer._name, "action_send_mail", composer.ids
                )
                self.assertEqual(error, "odoo.exceptions.AccessError")
        self.assertEqual(self._content(), before)
