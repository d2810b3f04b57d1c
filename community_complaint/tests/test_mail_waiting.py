"""THREATS 34: e-mails that wait for a person, what they show, and what becomes of them."""

from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from .mail_common import PHOTO, MailCommon

REPORT = "Warm greetings from 金丝雀 <canary@resident.example>."


@tagged("post_install", "-at_install")
class TestMailWaiting(MailCommon):
    def _waiting(self, text="楼上夜间装修。", **headers):
        """Return a mail that waits: its sender was found forged."""
        verdict = {"Authentication_Results": "mx.example; dmarc=fail"}
        [kept] = self._kept(self._mail(text, **{**verdict, **headers}))
        self.assertEqual(kept.state, "quarantine")
        return kept

    def _held(self):
        """Return an open case, and a reply to it of somebody else."""
        self.regulation.confidentiality = "open"
        ticket = self._process(self._mail())
        [kept] = self._kept(
            self._mail("补充一点。", From="b@else.example", Subject=ticket.number)
        )
        self.assertEqual(kept.state, "held")
        return ticket, kept

    def _wizard(self, mails, deed, user=None, **vals):
        mails = mails.with_user(user or self.clerk)
        action = getattr(mails, f"action_{deed}")()
        wizard = self.env[action["res_model"]].with_user(user or self.clerk)
        if action.get("res_id"):
            dialog = wizard.browse(action["res_id"])
            dialog.write(vals)
            return dialog.action_confirm()
        form = Form(wizard.with_context(**action["context"]))
        for name, value in vals.items():
            form[name] = value
        return form.save().action_confirm()

    def _logged(self, kind):
        self.env.flush_all()
        return self.env["complaint.log"].search([("kind", "=", kind)])

    # ----------------------------------------------------------------------
    # Deeds
    # ----------------------------------------------------------------------

    def test_make_a_case(self):
        with freeze_time("2026-01-05 01:00:00"):
            kept = self._waiting(
                Authentication_Results=None, List_Id="<residents.example>"
            )
        action = self._wizard(kept, "make_case")
        ticket = kept.ticket_id
        self.assertEqual(action["res_id"], ticket.id)
        self.assertEqual((kept.state, kept.handled_by_id), ("case", self.clerk))
        self.assertEqual(str(ticket.received_date), "2026-01-05 01:00:00")
        self.assertIn("夜间装修", ticket.description)
        self.assertEqual(ticket.message_ids.attachment_ids.raw, PHOTO)
        self.assertEqual(ticket.sudo().identity_ids.email, "canary@resident.example")
        self.assertEqual(self._logged("mail_case").user_id, self.clerk)
        with self.assertRaisesRegex(UserError, "dealt with"):
            kept.with_user(self.clerk).action_make_case()

    def test_forged_sender_is_not_the_complainant(self):
        """Who really wrote is unknown: nobody is put on file, nobody gets an answer."""
        kept = self._waiting()
        self._wizard(kept, "make_case")
        self.assertFalse(kept.ticket_id.sudo().identity_ids.email)
        told = self.env["complaint.dispatch"].search(
            [("ticket_id", "=", kept.ticket_id.id)]
        )
        self.assertFalse(told)

    def test_make_a_case_of_a_ruin(self):
        """What cannot be taken apart becomes a case with what can be read of it."""
        parts = b"--p\n\nHelp, the roof leaks.\n" * 5_000
        content = self._mail().split(b"Content-Type", 1)[0]
        content += b'Content-Type: multipart/mixed; boundary="p"\n\n' + parts
        [kept] = self._kept(content)
        self.assertEqual(kept.reason, "too_many_parts")
        self.assertTrue(kept.cut)
        self.assertIn("roof leaks", kept.body_text)
        self._wizard(kept, "make_case")
        self.assertIn("roof leaks", kept.ticket_id.description)
        self.assertIn("broke off", str(kept.ticket_id.message_ids.mapped("body")))

    def test_make_a_case_at_another_desk(self):
        other = self._adopt("regulation_r02").team_id
        other.user_ids = self.clerk
        kept = self._waiting()
        self._wizard(kept, "make_case", team_id=other)
        self.assertEqual(kept.ticket_id.team_id, other)
        self.assertEqual(kept.team_id, other)

    def test_add_to_a_case(self):
        ticket = self._complaint(confidentiality="open")
        first, second = self._waiting("Mine."), self._waiting("His.")
        self._wizard(first, "add_to_case", ticket_id=ticket, writer="complainant")
        self._wizard(second, "add_to_case", ticket_id=ticket, writer="other")
        self.assertEqual((first.state, second.state), ("reply", "note"))
        his, mine = ticket.message_ids[:2]
        self.assertEqual(
            mine.subtype_id, self.env.ref("community_complaint.mt_from_complainant")
        )
        self.assertIn("Mine.", mine.body)
        self.assertEqual(his.subtype_id, self.env.ref("mail.mt_note"))
        self.assertIn("somebody other than the complainant", his.body)

    def test_add_to_what_one_may_write(self):
        """Neither to a ticket that is no complaint nor to a case one is excluded from."""
        kept = self._waiting().with_user(self.clerk)
        desk = self.env["helpdesk.ticket.team"].create({"name": "Repairs"})
        repair = self.env["helpdesk.ticket"].create(
            {"name": "Lamp", "description": "Dark.", "team_id": desk.id}
        )
        hidden = self._complaint()
        self._recuse(hidden, self.clerk)
        for action in (kept.action_accept, kept.action_refuse_sender):
            with self.assertRaisesRegex(UserError, "Choose a complaint"):
                action(repair)
            with self.assertRaises(AccessError):
                action(hidden.with_user(self.clerk))
        self.assertEqual(kept.state, "quarantine")

    def test_discard_and_take_up_again(self):
        kept = self._waiting()
        self._wizard(kept, "discard", text="Advertising")
        self.assertEqual((kept.state, kept.handled_note), ("discarded", "Advertising"))
        self.assertTrue(kept.sudo().raw)
        self.assertFalse(self._tasks(kept))
        kept.with_user(self.clerk).action_restore()
        self.assertEqual(kept.state, "quarantine")
        self.assertTrue(self._tasks(kept))
        self.assertEqual(
            len(self._logged("mail_discarded") | self._logged("mail_restored")), 2
        )

    def test_threat_32_accept_a_held_reply(self):
        ticket, kept = self._held()
        self.assertEqual(ticket.with_user(self.handler).held_mail_count, 1)
        action = ticket.with_user(self.handler).action_open_held_mails()
        self.assertEqual(action["res_id"], kept.id)
        kept.with_user(self.handler).action_accept()
        self.assertEqual(kept.state, "reply")
        self.assertIn("补充一点", ticket.message_ids[0].body)
        self.assertEqual(
            ticket.message_ids[0].author_id,
            self.env.ref("community_complaint.partner_complainant"),
        )
        self.assertEqual(ticket.with_user(self.handler).held_mail_count, 0)
        self.assertEqual(self._logged("mail_accepted").ticket_id, ticket)

    def test_threat_32_refuse_a_held_reply(self):
        ticket, kept = self._held()
        kept.with_user(self.leader).action_refuse_sender()
        self.assertEqual(kept.state, "note")
        note = ticket.message_ids[0]
        self.assertIn("补充一点", note.body)
        self.assertEqual(note.subtype_id, self.env.ref("mail.mt_note"))
        self.assertEqual(ticket.phase, "registered")

    def test_two_people_at_once(self):
        kept = self._waiting()
        self._wizard(kept, "discard", text="Advertising")
        for deed in ("make_case", "add_to_case", "discard"):
            with self.assertRaisesRegex(UserError, "dealt with"):
                self._wizard(kept, deed, user=self.leader)

    # ----------------------------------------------------------------------
    # Tasks
    # ----------------------------------------------------------------------

    def test_one_task_at_a_time(self):
        """However many wait, a person has one task; the next follows."""
        first, second = self._waiting("1"), self._waiting("2")
        self.assertEqual(self._tasks(first).user_id, self.leader)
        self.assertFalse(self._tasks(second))
        text = str(self._tasks(first).read(["summary", "note", "res_name"]))
        self.assertNotIn("噪声", text)
        self._wizard(first, "discard", text="Advertising")
        self.assertEqual(self._tasks(second).user_id, self.leader)

    def test_task_of_who_may_know(self):
        """Neither somebody kept away from the case, nor a leader who left."""
        ticket, kept = self._held()
        self.assertEqual(self._tasks(kept).user_id, self.leader)
        self._recuse(ticket.with_user(self.leader), self.leader)
        [second] = self._kept(
            self._mail("又一封。", From="b@else.example", Subject=ticket.number)
        )
        self.assertEqual(self._tasks(second).user_id, self.clerk)
        self.assertFalse(second.with_user(self.leader).has_access("read"))
        self.assertFalse(kept.with_user(self.leader).has_access("read"))

    def test_task_when_the_leader_has_left(self):
        self.leader.active = False
        self.assertEqual(self._tasks(self._waiting()).user_id, self.clerk)
        self.team.user_ids = False
        managers = self._tasks(self._waiting("2")).user_id
        self.assertTrue(
            managers.has_group("community_complaint.group_complaint_manager")
        )

    def test_tile_of_the_desk(self):
        self._waiting()
        for user, section in ((self.clerk, "clerk"), (self.custodian, "mail")):
            desk = self.env["helpdesk.ticket"].with_user(user).get_complaint_desk()
            [tiles] = [
                part["tiles"] for part in desk["sections"] if part["key"] == section
            ]
            [tile] = [tile for tile in tiles if tile["key"] == "mails"]
            self.assertEqual(tile["count"], 1)
        action = self.env["helpdesk.ticket"].with_user(self.clerk)
        action = action.open_complaint_desk_tile("mails")
        self.assertEqual(action["res_model"], "complaint.inbound.mail")
        keys = str(
            self.env["helpdesk.ticket"].with_user(self.publisher).get_complaint_desk()
        )
        self.assertNotIn("'mails'", keys)

    # ----------------------------------------------------------------------
    # Who sees what
    # ----------------------------------------------------------------------

    def test_who_may_read(self):
        kept = self._waiting()
        for role in ("clerk", "leader", "custodian", "manager", "auditor"):
            user = getattr(self, role)
            self.assertTrue(kept.with_user(user).has_access("read"), role)
            self.assertFalse(kept.with_user(user).has_access("write"), role)
        for role in ("handler", "discipline", "publisher", "employee_user"):
            user = getattr(self, role)
            with self.assertRaises(AccessError, msg=role):
                kept.with_user(user).read(["subject"])
        _ticket, held = self._held()
        self.assertTrue(held.with_user(self.handler).has_access("read"))
        self.team.user_ids = self.leader
        self.assertFalse(kept.with_user(self.clerk).has_access("read"))

    def test_auditors_only_read(self):
        kept = self._waiting()
        for deed in ("make_case", "add_to_case", "discard", "accept", "refuse_sender"):
            with self.assertRaises(AccessError):
                getattr(kept.with_user(self.auditor), f"action_{deed}")()

    def test_sender_of_an_open_desk(self):
        self.regulation.confidentiality = "open"
        kept = self._waiting(REPORT)
        shown = "金丝雀 <canary@resident.example>"
        for user in (self.clerk, self.custodian):
            self.assertEqual(kept.with_user(user).sender, shown)
        for user in (self.auditor, self.manager):
            self.assertFalse(kept.with_user(user).sender)
        self.assertIn("canary@", kept.with_user(self.clerk).body_text)

    def test_sender_of_a_confidential_desk(self):
        self.regulation.confidentiality = "confidential"
        kept = self._waiting(REPORT, Subject="金丝雀的投诉")
        for user in (self.clerk, self.leader, self.manager, self.auditor):
            seen = kept.with_user(user).read(
                ["sender", "subject", "body_text", "file_names", "display_name"]
            )
            self.assertNotIn("金丝雀", str(seen))
            self.assertNotIn("canary", str(seen))
        self.assertIn("〔…〕的投诉", kept.subject)
        self.assertIn("canary", kept.with_user(self.custodian).sender)

    def test_sender_of_a_confidential_case(self):
        """The desk is open, this case is not: its mails follow the case."""
        self.regulation.confidentiality = "open"
        ticket = self._complaint(
            confidentiality="confidential", complainant_email="a@resident.example"
        )
        [kept] = self._kept(self._mail(REPORT, Subject=ticket.number))
        self.assertEqual(kept.state, "held")
        seen = str(kept.with_user(self.clerk).read(["sender", "body_text"]))
        self.assertNotIn("canary", seen)
        kept.with_user(self.custodian).action_accept()
        self.assertNotIn("canary", ticket.message_ids[0].body)

    def test_what_a_case_tells_is_up_to_the_case(self):
        """An e-mail to an open desk, put into a confidential case, tells no name there."""
        self.regulation.confidentiality = "open"
        ticket = self._complaint(confidentiality="confidential")
        first, second = self._waiting(REPORT), self._waiting(REPORT + " 2")
        self._wizard(
            first,
            "add_to_case",
            user=self.custodian,
            ticket_id=ticket,
            writer="complainant",
        )
        other = self._adopt("regulation_r02").team_id
        other.regulation_id.confidentiality = "confidential"
        other.user_ids = self.clerk
        self._wizard(second, "make_case", team_id=other)
        seen = [
            first.with_user(self.clerk).read(["sender", "subject", "body_text"]),
            second.with_user(self.clerk).read(["sender", "subject", "body_text"]),
            ticket.message_ids.mapped("body"),
            second.ticket_id.message_ids.mapped("body"),
            second.ticket_id.description,
        ]
        self.assertNotIn("canary", str(seen))
        self.assertNotIn("金丝雀", str(seen))

    def test_known_names_are_covered_in_replies(self):
        """What the office knows of the complainant, not only what stands in From."""
        ticket = self._complaint(
            confidentiality="confidential",
            complainant_name="金丝雀",
            complainant_phone="13912345678",
            complainant_email="a@resident.example",
        )
        text = "我是金丝雀，电话13912345678。"
        reply = self._mail(text, From="a@resident.example", Subject=ticket.number)
        [kept] = self._kept(reply)
        self.assertNotIn("金丝雀", str(kept.with_user(self.handler).read()))
        self.assertIn(text, kept.with_user(self.custodian).secret_text)
        kept.with_user(self.custodian).action_accept()
        self.assertIn("我是", ticket.message_ids[0].body)
        self.assertNotIn("金丝雀", ticket.message_ids[0].body)
        self.assertNotIn("13912345678", ticket.message_ids[0].body)

    def test_made_confidential_later(self):
        """The originals stay readable for the custodian, the texts lose the name."""
        self.regulation.confidentiality = "open"
        ticket = self._process(self._mail(REPORT))
        kept = ticket.sudo().inbound_mail_ids
        self.assertIn("canary", kept.body_text)
        ticket._redact_texts()
        self.env.invalidate_all()
        self.assertNotIn("canary", kept.body_text)
        self.assertIn("canary", kept.with_user(self.custodian).sender)
        self.assertTrue(kept._bytes())

    def test_preview_is_plain_text(self):
        """THREATS 29: nothing of a mail is fetched, run or rendered."""
        mail = self._mail().replace(
            b"Content-Type: text/plain", b"Content-Type: text/html", 1
        )
        html = '<img src="http://track.example/x"><script>a()</script><b>Hm</b>'
        kept = self._waiting(html)
        self.assertEqual(kept.body_text.strip(), html)
        [kept] = self._kept(mail.replace("楼上".encode("gb18030"), html.encode()))
        ticket = kept.ticket_id
        self.assertNotIn("track.example", ticket.description)
        self.assertNotIn("<script", ticket.description)

    def test_search_finds_no_sender(self):
        """Who may not see the sender cannot guess it by searching either."""
        self._waiting()
        mails = self.env["complaint.inbound.mail"].with_user(self.clerk)
        for field in ("sender_key", "sender_vault", "message_key"):
            with self.assertRaises(AccessError):
                mails.search([(field, "ilike", "canary")])

    def test_erased_with_the_identity(self):
        """THREATS 42: the original goes when the office forgets who complained."""
        ticket = self._process(self._mail(REPORT))
        kept = ticket.sudo().inbound_mail_ids
        ticket.with_user(self.clerk).action_refuse("Not ours.")
        ticket.sudo()._erase("request", "Asked for.")
        self.env.invalidate_all()
        self.assertFalse(kept.raw or kept.sender_vault or kept.sender_key)
        self.assertNotIn("canary", kept.body_text)
        with self.assertRaisesRegex(UserError, "erased"):
            kept.with_user(self.custodian).sudo()._bytes()
