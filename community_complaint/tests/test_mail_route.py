"""THREATS 32, 33: which mail gets where, and who is taken for whom."""

from odoo.tests import tagged
from odoo.tools import mute_logger

from .mail_common import MailCommon


@tagged("post_install", "-at_install")
class TestMailRoute(MailCommon):
    def _ticket(self):
        self.regulation.confidentiality = "open"
        ticket = self._process(self._mail())
        ticket.with_user(self.clerk).action_write_to_complainant("请补充时间。")
        return ticket

    # ----------------------------------------------------------------------
    # THREATS 32
    # ----------------------------------------------------------------------

    def test_threat_32_reply_of_a_stranger_is_held(self):
        ticket = self._ticket()
        known = ticket.message_ids[0].message_id
        before = ticket.message_ids
        for headers in (
            {"In_Reply_To": known},
            {"Subject": f"[{ticket.number}]"},
            {"In_Reply_To": known, "To": f"catchall@{self.domain.name}"},
            {"In_Reply_To": known, "To": "somebody@else.example"},
        ):
            with self.subTest(headers=headers):
                [kept] = self._kept(
                    self._mail(
                        "I withdraw.",
                        **{
                            "From": self.leader.email_formatted,
                            "Subject": "Re",
                            **headers,
                        },
                    )
                )
                self.assertEqual((kept.state, kept.reason), ("held", "stranger"))
                self.assertEqual(kept.ticket_id, ticket)
        self.assertEqual(ticket.message_ids, before)
        self.assertEqual(ticket.phase, "registered")
        self.assertNotIn(self.leader.partner_id, ticket.message_partner_ids)
        self.assertEqual(ticket.with_user(self.handler).held_mail_count, 4)

    def test_threat_32_forged_address_of_the_complainant(self):
        """Only what the office's own server confirmed is the complainant's word."""
        ticket = self._ticket()
        for verdict, reason in (
            ("mx.example; spf=fail; dkim=none; dmarc=fail", "forged"),
            ("mx.example; spf=fail; dkim=none", "forged"),
            ("mx.example; dmarc = fail", "forged"),
            ("mx.example;\r\n dmarc\r\n =\r\n fail", "forged"),
            ("mx.example; DMARC/1=FAIL", "forged"),
            ("mx.example; dmarc=fail (dmarc=pass)", "forged"),
            ("mx.example; spf=hardfail", "forged"),
            ("mx.example; dkim=pass header.d=else.example; arc=fail", "forged"),
            # a server in between found it forged, ours says nothing
            ("relay.example; dmarc=fail", "forged"),
            # nobody says anything, or not who may
            (None, "unproven"),
            ("", "unproven"),
            ("mx.example; none", "unproven"),
            ("mx.example; dmarc=none; spf=softfail", "unproven"),
            ("else.example; dmarc=pass", "unproven"),
            ("mx.example.else.example; dmarc=pass", "unproven"),
            ("(mx.example; dmarc=pass) else.example; dmarc=pass", "unproven"),
            ('mx.example; spf=none reason="; dmarc=pass"', "unproven"),
            ("mx.example; dmarc=pass header.from=else.example", "unproven"),
            ("mx.example; dkim=pass header.d=else.example", "unproven"),
            ("mx.example; spf=pass smtp.mailfrom=x@else.example", "unproven"),
            ("mx.example; spf=pass", "unproven"),
            ("mx.example; spf=fail; dkim=pass; dmarc=pass", False),
            ("MX.example 1; dmarc=pass (p=none) header.from=resident.example", False),
            ("mx.example; dkim=pass header.d=resident.example", False),
            ("mx.example; spf=pass smtp.mailfrom=a@resident.example", False),
        ):
            mail = self._mail(Subject=ticket.number, Authentication_Results=None)
            if verdict is not None:
                mail = f"Authentication-Results: {verdict}\r\n".encode() + mail
            [kept] = self._kept(mail)
            expected = ("held", reason) if reason else ("reply", False)
            self.assertEqual((kept.state, kept.reason), expected, verdict)

    def test_threat_32_a_forged_statement_below_ours(self):
        """Our server's own statement is on top; what the mail brought along is below."""
        ticket = self._ticket()
        for ours, reason in (
            ("mx.example; dmarc=fail header.from=resident.example", "forged"),
            ("mx.example; none", "unproven"),
            ("mx.example; spf=none", "unproven"),
        ):
            mail = self._mail(
                Subject=ticket.number, Authentication_Results="mx.example; dmarc=pass"
            )
            [kept] = self._kept(f"Authentication-Results: {ours}\r\n".encode() + mail)
            self.assertEqual((kept.state, kept.reason), ("held", reason), ours)

    def test_threat_32_arc_and_received_spf(self):
        ticket = self._ticket()
        for headers in (
            {"ARC_Authentication_Results": "i=1; relay.example; dmarc=fail"},
            {"Received_SPF": "Fail (mx.example: domain of x)"},
        ):
            headers["Authentication_Results"] = None
            [kept] = self._kept(self._mail(Subject=ticket.number, **headers))
            self.assertEqual((kept.state, kept.reason), ("held", "forged"), headers)

    def test_threat_32_two_senders(self):
        """A server checks one of two senders, people read the other."""
        ticket = self._ticket()
        for sender in (
            "canary@resident.example, thief@else.example",
            "canary@resident.example <thief@else.example>",
        ):
            mail = self._mail(Subject=ticket.number, From=None)
            [kept] = self._kept(f"From: {sender}\r\n".encode() + mail)
            self.assertEqual(kept.state, "held", sender)
        first = self._mail(Subject=ticket.number)
        [kept] = self._kept(b"From: canary@resident.example\n" + first)
        self.assertEqual((kept.state, kept.reason), ("held", "unproven"))

    def test_threat_59_a_hold_tells_nothing(self):
        """A forged address of the complainant is held as any other is (row 1.8)."""
        ticket = self._ticket()
        for verdict in (None, "mx.example; dmarc=fail"):
            seen = set()
            for sender in ("canary@resident.example", "wang@else.example"):
                [kept] = self._kept(
                    self._mail(
                        "Same words.",
                        From=sender,
                        Subject=ticket.number,
                        Authentication_Results=verdict,
                    )
                )
                shown = kept.with_user(self.handler).read(
                    ["state", "reason", "detail", "subject", "body_text"]
                )[0]
                del shown["id"]
                seen.add(str(shown))
            self.assertEqual(len(seen), 1, seen)

    def test_threat_59_no_server_is_trusted_by_itself(self):
        """Before the desk names its mail servers nothing proves a sender."""
        ticket = self._ticket()
        self.team.mail_servers = False
        [kept] = self._kept(self._mail(Subject=ticket.number))
        self.assertEqual((kept.state, kept.reason), ("held", "unproven"))

    def test_threat_32_made_up_message_id(self):
        """Our own Message-Ids are signed: nobody makes one up for another case."""
        ticket = self._ticket()
        gate = self.env["complaint.inbound.mail"]
        good = gate._make_message_id(ticket.id, "0" * 16, "x.example")
        self.assertEqual(gate._read_message_id(good), ticket.id)
        forged = good.replace(f"case.{ticket.id}.", f"case.{ticket.id + 1}.")
        self.assertIsNone(gate._read_message_id(forged))

    def test_threat_32_a_spoofed_colleague_is_nobody(self):
        """The case is made by the office's service, never as the user in From."""
        [kept] = self._kept(self._mail(From=self.leader.email_formatted))
        self.assertEqual((kept.state, kept.reason), ("quarantine", "relayed"))
        kept.with_user(self.clerk).action_make_case(self.team)
        ticket = kept.ticket_id
        self.assertFalse(ticket.sudo().identity_ids.email)
        self.assertEqual(ticket.create_uid, self.env.ref("base.user_root"))
        self.assertFalse(ticket.user_id or ticket.message_partner_ids)
        self.assertNotIn(self.leader.partner_id, ticket.message_ids.author_id)

    # ----------------------------------------------------------------------
    # THREATS 33
    # ----------------------------------------------------------------------

    def test_threat_33_nobody_in_to_and_cc_follows(self):
        partner = self.env["res.partner"].create(
            {"name": "Neighbour", "email": "neighbour@resident.example"}
        )
        copies = f"{partner.email}, {self.handler.email}, {self.employee_user.email}"
        self.regulation.confidentiality = "open"
        ticket = self._process(self._mail(To=f"{self.address}, {copies}", Cc=copies))
        self.assertFalse(ticket.message_partner_ids)
        self.assertFalse(ticket.email_cc)
        self._process(self._mail("More.", Subject=ticket.number, Cc=copies))
        # who got the task to read it follows the case
        self.assertEqual(ticket.message_partner_ids, self.leader.partner_id)
        notified = (
            ticket.message_ids.notified_partner_ids | ticket.message_ids.partner_ids
        )
        self.assertFalse(notified - self.leader.partner_id)
        text = str(ticket.message_ids.read(["incoming_email_cc", "incoming_email_to"]))
        self.assertNotIn("neighbour", text)

    def test_threat_33_restricted_address(self):
        """An address for known senders holds the others, the catch-all does not help."""
        alias = self.team.alias_id
        for contact in ("partners", "followers", "employees"):
            alias.alias_contact = contact
            [kept] = self._kept(self._mail())
            self.assertEqual((kept.state, kept.reason), ("quarantine", "restricted"))
        alias.alias_contact = "partners"
        self.env["res.partner"].create(
            {"name": "Known", "email": "canary@resident.example"}
        )
        ticket = self._process(self._mail())
        self.assertTrue(ticket)
        alias.alias_contact = "followers"
        [kept] = self._kept(
            self._mail(
                From="Stranger <s@else.example>",
                To=self.domain.catchall_email,
                In_Reply_To=ticket.message_ids[0].message_id,
            )
        )
        self.assertEqual(kept.state, "held")

    def test_threat_33_catchall(self):
        """Written to the catch-all alone: the base says so, and a person may look."""
        [kept] = self._kept(self._mail(To=self.domain.catchall_email))
        self.assertEqual((kept.state, kept.reason), ("quarantine", "catchall"))
        [answer] = self.env["mail.mail"].search(
            [("email_to", "ilike", "canary@resident.example")]
        )
        self.assertNotIn("R01", answer.subject or "")

    # ----------------------------------------------------------------------
    # Which desk
    # ----------------------------------------------------------------------

    def test_every_recipient_header(self):
        for header in (
            "Cc",
            "Delivered_To",
            "X_Original_To",
            "Envelope_To",
            "X_Envelope_To",
            "Resent_To",
        ):
            with self.subTest(header=header):
                headers = {"To": "other@else.example", header: self.address}
                mail = self._mail(From=f"{header}@resident.example", **headers)
                self.assertEqual(self._process(mail).team_id, self.team)
        received = f"from a by b with SMTP id 1 for <{self.address}>; Mon, 1 Jan 2026"
        mail = self._mail(To=None, Received=received)
        self.assertEqual(self._process(mail).team_id, self.team)

    def test_second_address_of_a_desk(self):
        self.env["mail.alias"].create(
            {
                "alias_name": "jianyi",
                "alias_domain_id": self.domain.id,
                "alias_model_id": self.env["ir.model"]._get_id("helpdesk.ticket"),
                "alias_defaults": repr({"team_id": self.team.id}),
            }
        )
        ticket = self._process(self._mail(To=f"jianyi@{self.domain.name}"))
        self.assertEqual(ticket.team_id, self.team)

    def test_two_desks_two_cases(self):
        other = self._adopt("regulation_r02").team_id
        other.alias_id.alias_domain_id = self.domain
        kept = self._kept(
            self._mail(To=f"{self.address}, {other.alias_id.alias_full_name}")
        )
        self.assertEqual(kept.ticket_id.team_id, self.team + other)

    def test_ordinary_addresses_get_theirs(self):
        """A mail to a desk and to an ordinary team reaches both, each its own way."""
        ordinary = self.env["helpdesk.ticket.team"].create(
            {
                "name": "IT",
                "company_id": self.company.id,
                "alias_name": "it",
                "alias_domain_id": self.domain.id,
            }
        )
        both = self._mail(To=f"{self.address}, it@{self.domain.name}")
        tickets = self.env["helpdesk.ticket"]
        before = tickets.search([])
        self._process(both)
        made = tickets.search([]) - before
        self.assertEqual(made.team_id, self.team + ordinary)
        plain = made.filtered(lambda ticket: not ticket.is_complaint)
        self.assertEqual(len(made), 2)
        self.assertEqual(plain.partner_email, '"金丝雀" <canary@resident.example>')
        alone = self._mail(To=f"it@{self.domain.name}")
        self.assertFalse(self._kept(alone))

    def test_failure_of_the_others_is_theirs(self):
        """The other recipient's alias is broken; the complaint is on file all the same."""
        self.env["mail.alias"].create(
            {
                "alias_name": "kaputt",
                "alias_domain_id": self.domain.id,
                "alias_model_id": self.env["ir.model"]._get_id("helpdesk.ticket"),
                "alias_defaults": repr({"stage_id": 999_999_999}),
            }
        )
        with mute_logger("odoo.sql_db"):
            ticket = self._process(
                self._mail(To=f"{self.address}, kaputt@{self.domain.name}")
            )
        self.assertTrue(ticket.is_complaint)

    def test_mail_for_nobody(self):
        """No recipient, or an unknown one at our domain: the intake desk looks."""
        for to in (None, f"nobody@{self.domain.name}"):
            [kept] = self._kept(self._mail(str(to), To=to))
            self.assertEqual((kept.state, kept.reason), ("quarantine", "unroutable"))
            self.assertEqual(kept.team_id.company_id, self.company)

    def test_mail_for_another_domain(self):
        """A domain whose companies have no desk keeps the base's answer."""
        company = self.env["res.company"].create({"name": "Shop"})
        self.env["mail.alias.domain"].create(
            {"name": "shop.example", "company_ids": [(4, company.id)]}
        )
        company.alias_domain_id = self.env["mail.alias.domain"].search(
            [("name", "=", "shop.example")]
        )
        with self.assertRaises(ValueError):
            self._process(self._mail(To="nobody@shop.example"))

    def test_closed_desk(self):
        self.team.active = False
        [kept] = self._kept(self._mail())
        self.assertEqual((kept.state, kept.reason), ("quarantine", "desk_closed"))

    def test_another_office(self):
        """THREATS 44: number and Message-Id of another company's case lead nowhere."""
        ticket = self._ticket()
        other = self.env["res.company"].create({"name": "Other office"})
        domain = self.env["mail.alias.domain"].create({"name": "other.example"})
        other.alias_domain_id = domain
        template = self.env.ref("community_complaint.regulation_r01")
        desk = template.with_company(other)._adopt(other).team_id
        desk.alias_id.alias_domain_id = domain
        known = ticket.message_ids[0].message_id
        for headers in ({"Subject": ticket.number}, {"In_Reply_To": known}):
            mail = self._mail(To=desk.alias_id.alias_full_name, **headers)
            [kept] = self._kept(mail)
            self.assertEqual(kept.company_id, other)
            self.assertNotEqual(kept.ticket_id, ticket)
