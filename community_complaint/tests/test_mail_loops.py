"""THREATS 37: machines, bursts and copies."""

from odoo.tests import tagged

from .wire_common import WireCommon


@tagged("post_install", "-at_install")
class TestMailLoops(WireCommon):
    def _outbox(self):
        """Return what was told, or is going to be, to people outside, as a set."""
        told = self.env["complaint.dispatch"].search([])
        mails = self.env["mail.mail"].search([("email_to", "!=", False)])
        return {*told, *mails}

    def test_threat_37_no_answer_to_machines(self):
        for headers, state in (
            ({"Auto_Submitted": "auto-replied"}, "quarantine"),
            ({"Auto_Submitted": "auto-generated"}, "case"),
            ({"Precedence": "bulk"}, "quarantine"),
            ({"Precedence": "auto_reply"}, "quarantine"),
            ({"X_Autoreply": "yes"}, "quarantine"),
            ({"X_Autorespond": "Re"}, "quarantine"),
            ({"List_Id": "<x.example>"}, "quarantine"),
            ({"Return_Path": "<>"}, "quarantine"),
            ({"Subject": "自动回复: 您好"}, "quarantine"),
            ({"Subject": "【自动答复】我在休假"}, "quarantine"),
            ({"Subject": "撤回: 夜间噪声"}, "quarantine"),
            ({"Subject": "召回邮件：夜间噪声"}, "quarantine"),
            ({"Subject": "Recall: Noise"}, "quarantine"),
            ({"Subject": "已读: 夜间噪声"}, "quarantine"),
            # maybe people: their mail is a case, and nobody's machine answers
            ({"X_Loop": "a@b.example"}, "case"),
            ({"X_Auto_Response_Suppress": "All"}, "case"),
            ({"X_Auto_Response_Suppress": "OOF, AutoReply"}, "case"),
        ):
            with self.subTest(headers=headers):
                before = self._outbox()
                [kept] = self._kept(self._mail(str(headers), **headers))
                self.assertEqual(kept.state, state)
                self.assertEqual(self._outbox(), before)

    def test_threat_37_people_are_answered(self):
        for headers in (
            {"Auto_Submitted": "no"},
            {"X_Autoreply": "no"},
            {"X_Auto_Response_Suppress": "None"},
            {"Subject": "撤回投诉"},
            {},
        ):
            before = self._outbox()
            self._process(self._mail(str(headers), **headers))
            self.assertEqual(len(self._outbox() - before), 1)

    def test_threat_37_automatic_answer_to_a_case(self):
        """A vacation message is kept with the case; it is no message and no work."""
        ticket = self._process(self._mail())
        before = ticket.message_ids, self._outbox()
        [kept] = self._kept(
            self._mail(Subject=ticket.number, Auto_Submitted="auto-replied")
        )
        self.assertEqual((kept.state, kept.ticket_id), ("automatic", ticket))
        self.assertEqual((ticket.message_ids, self._outbox()), before)
        self.assertFalse(self._tasks(kept) or ticket.activity_ids)

    def test_threat_37_quiet_people_are_heard(self):
        """Who asks for no automatic answer may be a person: the reply is no machine's."""
        self.regulation.confidentiality = "open"
        ticket = self._process(self._mail())
        for headers in ({"X_Loop": "x"}, {"X_Auto_Response_Suppress": "All"}):
            [kept] = self._kept(
                self._mail(str(headers), Subject=ticket.number, **headers)
            )
            self.assertEqual((kept.state, kept.ticket_id), ("reply", ticket))

    def test_threat_37_burst_of_a_machine(self):
        """The one answer to many mails of a sender goes to no machine either."""
        for number in range(5):
            self._process(self._mail(f"Complaint {number}"))
        before = self._outbox()
        [kept] = self._kept(self._mail("Sixth", Auto_Submitted="auto-generated"))
        self.assertEqual(kept.reason, "burst")
        self.assertEqual(self._outbox(), before)

    def test_threat_37_bounce_of_our_mail(self):
        """Somebody learns that the complainant was not reached."""
        ticket = self._process(self._mail())
        [(_content, sent)] = self._received()
        report = (
            "From: MAILER-DAEMON@mx.example\n"
            f"To: {self.domain.bounce_email}\n"
            "Subject: Undelivered Mail Returned to Sender\n"
            'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\n\n'
            "--b\n\nCould not be delivered.\n"
            "--b\nContent-Type: message/delivery-status\n\n"
            f"Original-Envelope-Id: {self.envelope_id}\n\n"
            "Final-Recipient: rfc822; canary@resident.example\nAction: failed\n\n"
            f"--b\nContent-Type: text/rfc822-headers\n\nMessage-Id: {sent['Message-ID']}\n"
            "--b--\n"
        )
        [kept] = self._kept(report.encode())
        self.assertEqual((kept.state, kept.ticket_id), ("automatic", ticket))
        self.assertIn("did not arrive", ticket.activity_ids.summary)
        self.assertEqual(self._told(ticket)[0].state, "failed")

    def test_threat_37_own_address(self):
        for sender in (
            self.address,
            self.domain.catchall_email,
            self.domain.bounce_email,
            self.domain.default_from_email,
        ):
            before = self._outbox()
            [kept] = self._kept(self._mail(sender, From=sender))
            self.assertEqual((kept.state, kept.reason), ("quarantine", "own"))
            self.assertEqual(self._outbox(), before)

    def test_threat_37_burst(self):
        """Five cases within the hour; the rest is looked at together, with one answer."""
        kept, before = self.env["complaint.inbound.mail"], self._outbox()
        for number in range(8):
            kept += self._kept(self._mail(f"Complaint {number}"))
        self.assertEqual(kept.mapped("state"), ["case"] * 5 + ["quarantine"] * 3)
        self.assertEqual(set(kept[5:].mapped("reason")), {"burst"})
        told = self._outbox() - before
        self.assertEqual(len(told), 6, "one a case, one for all the others")
        tasks = self.env["mail.activity"].search(
            [("res_model", "=", kept._name), ("res_id", "in", kept.ids)]
        )
        self.assertEqual(len(tasks), 1)
        [other] = self._kept(self._mail(From="other@resident.example"))
        self.assertEqual(other.state, "case")

    def test_threat_37_copies_by_message_id(self):
        content = self._mail(Message_ID="<same@client.example>")
        [first] = self._kept(content)
        relayed = b"Received: from a by b; Mon, 1 Jan 2026 00:00:00 +0000\r\n" + content
        [again] = self._kept(relayed)
        self.assertEqual((again.state, again.original_id), ("duplicate", first))
        self.assertEqual(again.ticket_id, first.ticket_id)

    def test_threat_37_copies_without_message_id(self):
        self.regulation.confidentiality = "open"
        content = self._mail(Message_ID=None)
        [first], [again] = self._kept(content), self._kept(content)
        self.assertEqual((again.state, again.original_id), ("duplicate", first))
        self._force(first + again, received_date="2026-01-05 01:00:00")
        [later] = self._kept(content)
        self.assertEqual(
            later.state, "case", "the same again after days is a complaint"
        )

    def test_threat_37_known_message_id_of_another_sender(self):
        """Who copies a Message-Id neither hides a mail nor is hidden."""
        known = {"Message_ID": "<same@client.example>"}
        [first] = self._kept(self._mail("Mine.", From="a@resident.example", **known))
        [other] = self._kept(self._mail("Mine.", From="b@resident.example", **known))
        [changed] = self._kept(self._mail("Else.", From="a@resident.example", **known))
        self.assertEqual((first + other + changed).mapped("state"), ["case"] * 3)
