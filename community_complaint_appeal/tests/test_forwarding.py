from datetime import timedelta

from odoo import Command, fields
from odoo.exceptions import UserError
from odoo.tests import tagged

from odoo.addons.community_complaint.tests.common import CANARY
from odoo.addons.community_complaint.tests.wire_common import WireCommon

from .common import AppealCommon

_SUPERIOR = "street@gov.example"
_COMPLAINANT = "li@resident.example"
_OPEN = {"confidentiality": "open"}


class ForwardingCommon(WireCommon, AppealCommon):
    """An office whose superior body decides appeals, and everybody's mailboxes."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._ladder({"authority": "superior", "superior_name": "the body above"})
        cls.street = cls.env["res.partner"].create(
            {"name": "Sunflower District", "email": _SUPERIOR, "is_company": True}
        )
        cls.regulation.superior_partner_id = cls.street
        # a text without limits for appeals, such as R02
        cls.regulation.sla_policy_ids.filtered(
            lambda item: item.start_event.startswith("appeal_")
        ).active = False

    def _forwarded(self, ticket=None, **vals):
        """Return an appeal that was forwarded today, as the leader sees it."""
        appeal = self._filed(ticket, **vals)
        appeal.with_user(self.clerk).action_forward()
        self._release_papers(appeal.ticket_id)
        return appeal.with_user(self.leader)

    def test_an_appeal_this_office_decides_does_not_sleep_either(self):
        """R05: the text sets no limit; the office's own date reminds, and goes up."""
        self.regulation.appeal_level_ids.authority = "same_office"
        appeal = self._filed()
        [clock] = appeal.deadline_ids
        self.assertEqual((clock.state, str(clock.due_date)), ("running", "2026-04-01"))
        appeal.with_user(self.leader).action_assign(self.reviewer)
        review = appeal.with_user(self.reviewer)
        review.write({"outcome": "upheld", "reasons": "Rightly so."})
        review.action_decide()
        self.assertEqual(clock.state, "met")

    def _letter(self, appeal):
        return self._notices(appeal, "appeal_referral")

    def _mailboxes(self):
        """Deliver; return what arrived, ``{address: message}``."""
        mails = self._received()
        return {
            recipients[0].strip("<>"): message
            for (_sender, recipients), (_raw, message) in zip(
                self.envelopes, mails, strict=True
            )
        }

    def _write_answer(self, appeal, day=None):
        """Type what the superior body decided."""
        appeal.write(
            {
                "superior_number": "JD 12",
                "superior_date": day or appeal.ticket_id._office_date(),
                "superior_file_ids": [Command.link(self._file(self.leader).id)],
                "outcome": "upheld",
                "reasons": "The department agrees.",
            }
        )


@tagged("post_install", "-at_install")
class TestForwarding(ForwardingCommon):
    """Forwarded is not sent: the superior body gets a letter, the appellant word of it."""

    def test_the_superior_gets_the_letter(self):
        """R02 10: what is appealed, by whom, why, by when; with what is enclosed."""
        ticket = self._served(complainant_email=_COMPLAINANT, **_OPEN)
        self._received()
        own = self._file()
        appeal = self._forwarded(ticket, attachment_ids=[Command.link(own.id)])
        mails = self._mailboxes()
        self.assertEqual(set(mails), {_SUPERIOR, _COMPLAINANT})
        files = {
            part.get_filename(): part.get_content()
            for part in mails[_SUPERIOR].iter_attachments()
        }
        [letter] = self._letter(appeal)
        contested = appeal.notice_id.sudo().pdf_attachment_id
        self.assertEqual(len(files), 3)
        self.assertEqual(files["letter.txt"].strip(), "I do not agree.")
        self.assertEqual(files[contested.name], contested.raw)
        self.assertIn(letter.sudo().pdf_attachment_id.raw, files.values())
        text = self._paper(letter)
        for words in (
            "Sunflower District",
            ticket.number,
            appeal.number,
            appeal.notice_id.number,
            "Li Lei",
            "Nobody asked me.",
            "The visit confirmed the noise.",
            "letter.txt",
            self._day(4, 1, "full"),
        ):
            self.assertIn(" ".join(words.split()), text)
        self.assertEqual(letter.addressee_name, "Sunflower District")
        self.assertEqual(letter.dispatch_ids.addressee, "superior")
        self.assertEqual(letter.dispatch_ids.told_name, "Sunflower District")

    def test_the_appellant_is_told_where_it_went(self):
        ticket = self._served(complainant_email=_COMPLAINANT, **_OPEN)
        self._received()
        appeal = self._forwarded(ticket)
        text = self._mailboxes()[_COMPLAINANT].get_body().get_content()
        self.assertIn("Sunflower District", text)
        self.assertIn(appeal.number, text)

    def test_a_respondent_is_told_as_well(self):
        self._ladder(
            {"authority": "superior", "superior_name": "S", "applicant": "both"}
        )
        ticket = self._served()
        respondent = ticket.respondent_ids
        respondent.employee_id.sudo().work_email = "wang@office.example"
        self._received()
        self._forwarded(ticket, **self._by(respondent))
        messages = ticket.sudo().dispatch_ids.filtered("held")
        messages.with_user(self.custodian).action_release()
        mails = self._mailboxes()
        self.assertIn("wang@office.example", mails)
        text = self._paper(self._letter(ticket.appeal_ids))
        self.assertIn("Wang Wei (Receptionist)", text)

    def test_secret_cases(self):
        """Neither letter nor mail nor file tells who complained (THREATS 17)."""
        self.regulation.allow_anonymous = True
        for secrecy in ("confidential", "anonymous"):
            vals = (
                CANARY
                if secrecy == "confidential"
                else {"complainant_name": False, "complainant_phone": False}
            )
            ticket = self._served(confidentiality=secrecy, **vals)
            self._received()
            grounds = f"{CANARY['complainant_name']} 13912345678: nobody asked me."
            own = self._file()
            appeal = self._forwarded(
                ticket,
                attachment_ids=[Command.link(own.id)],
                **({"grounds": grounds} if secrecy == "confidential" else {}),
            )
            mail = self._mailboxes()[_SUPERIOR]
            with self.subTest(secrecy):
                [paper] = mail.iter_attachments()
                text = self._paper(self._letter(appeal))
                self.assertIn("nobody asked me", text.lower())
                self.assertIn("kept secret", text)
                self.assertIn("files stay with us", text)
                for telling in CANARY.values():
                    self.assertNotIn(telling, text)
                    self.assertNotIn(telling.encode(), bytes(mail))

    # ----------------------------------------------------------------------
    # By hand
    # ----------------------------------------------------------------------

    def test_no_decision_on_what_never_left(self):
        """Who has no e-mail gets it by hand or post; before that nobody decided."""
        self.street.email = False
        appeal = self._forwarded()
        [dispatch] = self._letter(appeal).dispatch_ids
        self.assertEqual((dispatch.channel, dispatch.state), ("hand", "queued"))
        desk = self.env["helpdesk.ticket"].with_user(self.clerk)
        waiting = self.env["complaint.dispatch"].search(
            desk._desk_domain("to_hand_over")
        )
        self.assertIn(dispatch, waiting)
        self._write_answer(appeal)
        with self.assertRaisesRegex(UserError, "has not left the office"):
            appeal.action_record()
        with self.assertRaisesRegex(UserError, "has not left the office"):
            appeal.with_user(self.handler).action_dismiss("Not theirs.")
        dispatch.with_user(self.clerk).action_post("EMS 1023")
        self.assertEqual(dispatch.state, "sent")
        self.assertEqual(self._letter(appeal).state, "issued", "not proven yet")
        appeal.action_record()
        self.assertEqual(appeal.state, "decided")
        self.assertEqual(self._letter(appeal).state, "served", "it was answered")
        self.assertIn("JD 12", dispatch.proof)

    def test_the_letter_came_back(self):
        """Somebody is told, the next way waits, and the gate is shut again."""
        self.street.email = False
        appeal = self._forwarded()
        dispatch = self._letter(appeal).dispatch_ids
        dispatch.with_user(self.clerk).action_post("EMS 1023")
        dispatch.with_user(self.clerk).action_return("They have moved.")
        following = dispatch.next_dispatch_id
        self.assertEqual(following.addressee, "superior")
        self.assertEqual(following.state, "queued")
        self.assertTrue(appeal.ticket_id.activity_ids)
        self._write_answer(appeal)
        with self.assertRaisesRegex(UserError, "has not left the office"):
            appeal.action_record()

    def test_the_mail_came_back(self):
        self.sink.refusals[f"RCPT TO:<{_SUPERIOR}>"] = "550 5.1.1 unknown"
        appeal = self._forwarded()
        self._deliver()
        failed, following = self._letter(appeal).dispatch_ids.sorted("id")
        self.assertEqual((failed.channel, failed.state), ("email", "failed"))
        self.assertEqual((following.channel, following.state), ("hand", "queued"))
        self._write_answer(appeal)
        with self.assertRaisesRegex(UserError, "has not left the office"):
            appeal.action_record()

    def test_somebody_is_asked_for_the_proof(self):
        appeal = self._forwarded()
        self._deliver()
        self.go(5)
        # the database's own clock is not frozen
        moment = fields.Datetime.now() - timedelta(days=3)
        self.env.cr.execute("UPDATE complaint_dispatch SET create_date = %s", [moment])
        self.env.invalidate_all()
        self._deliver()
        tasks = appeal.ticket_id.activity_ids.mapped("summary")
        self.assertTrue([text for text in tasks if "not proven yet" in text])

    # ----------------------------------------------------------------------
    # Which body
    # ----------------------------------------------------------------------

    def test_who_decided_does_not_get_the_next_appeal(self):
        first, second = self._ladder(
            {"authority": "superior", "superior_name": "the body above"},
            {
                "name": "Re-review",
                "sequence": 20,
                "authority": "superior",
                "one_higher": True,
                "superior_name": "the body above that",
            },
        )
        self.assertEqual(first._superior_partner(), self.street)
        self.assertFalse(second._superior_partner())
        ticket = self._served()
        self._received()
        appeal = self._forwarded(ticket)
        self._deliver()
        self.sink.mails.clear()
        self._write_answer(appeal)
        appeal.action_record()
        self._serve(ticket.notice_ids)
        appeal = self._forwarded(ticket)
        self.assertEqual(appeal.level_id, second)
        self.assertNotIn(_SUPERIOR, self._mailboxes())
        [dispatch] = self._letter(appeal).dispatch_ids
        self.assertEqual(
            (dispatch.channel, dispatch.told_name), ("hand", "the body above that")
        )
        city = self.street.copy({"name": "City", "email": "city@gov.example"})
        second.body_partner_id = city
        self.assertEqual(second._superior_partner(), city)

    # ----------------------------------------------------------------------
    # By when
    # ----------------------------------------------------------------------

    def test_an_answer_is_asked_for(self):
        """Where the text sets no limit, the office's own clock reminds (R02, R06)."""
        appeal = self._forwarded()
        self.assertEqual(str(appeal.answer_date), "2026-04-01")
        [clock] = appeal.deadline_ids
        self.assertEqual((clock.state, str(clock.due_date)), ("running", "2026-04-01"))
        self.go(self._april(2))
        self.assertEqual(appeal.due_state, "overdue")
        overdue = self.env["complaint.appeal"].search(
            self.env["helpdesk.ticket"]._desk_domain("appeals_overdue")
        )
        self.assertIn(appeal, overdue)
        self._deliver()
        self._write_answer(appeal)
        appeal.action_record()
        self.assertEqual(clock.state, "met_late")

    def _april(self, day):
        return fields.Date.to_date(f"2026-04-{day:02}")

    def test_another_day_is_asked_for(self):
        appeal = self._filed()
        appeal.answer_date = "2026-02-01"
        with self.assertRaisesRegex(UserError, "is over"):
            appeal.action_forward()
        appeal.answer_date = "2026-03-20"
        appeal.action_forward()
        self.assertEqual(str(appeal.deadline_ids.due_date), "2026-03-20")
        self.assertIn(self._day(3, 20, "full"), self._paper(self._letter(appeal)))
        with self.assertRaises(UserError):
            appeal.answer_date = "2026-05-01"

    def test_the_limit_of_the_text(self):
        """It is printed with its reason, and no other clock runs."""
        self._policy("appeal_filed", "appeal_served", 10, unit="calendar_day")
        appeal = self._forwarded()
        [clock] = appeal.deadline_ids
        self.assertEqual(appeal.answer_date, clock.due_date)
        self.assertFalse(clock.source_model)
        self.assertIn(
            "appeal_filed to appeal_served", self._paper(self._letter(appeal))
        )

    # ----------------------------------------------------------------------
    # Taken back, or issued again
    # ----------------------------------------------------------------------

    def test_withdrawn_before_it_left(self):
        self.street.email = False
        appeal = self._forwarded()
        appeal.with_user(self.clerk).action_withdraw("They agree now.")
        letter = self._letter(appeal)
        self.assertEqual(letter.state, "void")
        self.assertEqual(letter.dispatch_ids.state, "called_off")
        self.assertFalse(appeal._asked_clocks())

    def test_withdrawn_after_it_left(self):
        """The desk is asked to tell the superior body."""
        appeal = self._forwarded()
        self._deliver()
        appeal.with_user(self.clerk).action_withdraw("They agree now.")
        tasks = " ".join(appeal.ticket_id.activity_ids.mapped("summary"))
        self.assertIn("Sunflower District", tasks)
        self.assertIn("withdrawn", tasks)

    def test_issued_again(self):
        """A letter with a mistake is declared void; the next one is about the same."""
        self.street.email = False
        appeal = self._forwarded()
        first = self._letter(appeal)
        first.with_user(self.leader).action_void("Wrong day.")
        first.with_user(self.clerk).action_issue_again()
        second = self._letter(appeal) - first
        self.assertEqual((second.appeal_id, second.state), (appeal, "issued"))
        self.assertIn(appeal.number, self._paper(second))
        self.assertEqual(second.dispatch_ids.state, "queued")
