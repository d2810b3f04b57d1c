from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import ComplaintCommon


@tagged("post_install", "-at_install")
class TestReply(ComplaintCommon):
    """R04 3.5: oral complaints are mainly answered orally, written ones in writing."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.regulation.write(
            {"reply_mirrors_channel": True, "gate_notify_respondent": False}
        )
        cls.letter = cls.env.ref("community_complaint.channel_letter")

    def _served(self, delivery, note="RX 1: they signed.", **vals):
        ticket = self._to(self._complaint(**vals), "notified")
        self._tell(ticket)
        scan = self.env["ir.attachment"].create({"name": "receipt.pdf", "raw": b"x"})
        result = ticket.notice_ids.filtered(lambda item: item.kind == "result")
        result.with_user(self.clerk).action_serve(
            delivery=delivery,
            note=note,
            attachments=scan,
            person_name="Li Lei",
            hour=10.5,
        )
        return ticket.with_user(self.clerk)

    def assertNotServed(self, part, delivery, note=None, **vals):
        with self.assertRaises(UserError) as caught, self.env.cr.savepoint():
            self._served(delivery, note, **vals)
        self.assertIn(part, str(caught.exception))

    def test_written_complaint(self):
        for vals in ({"channel_id": self.letter.id}, {"written_form": True}):
            for delivery in ("phone", "oral"):
                with self.subTest(vals=vals, delivery=delivery):
                    self.assertNotServed(
                        "came in writing", delivery, "Told Li Lei at noon.", **vals
                    )
        for delivery in ("hand", "post", "email", "portal"):
            with self.subTest(delivery=delivery):
                self._served(delivery, channel_id=self.letter.id).action_close()

    def test_oral_complaint(self):
        self.assertNotServed("time and person", "oral", note=None)
        self._served("oral", "Told Li Lei at the window, 10:20.").action_close()
        self._served("hand").action_close()

    def test_respondents_may_be_told(self):
        self.regulation.gate_notify_respondent = True
        ticket = self._to(
            self._complaint(
                channel_id=self.letter.id, respondent_ids=self._respondent()
            ),
            "notified",
        ).with_user(self.clerk)
        self._release_papers(ticket)
        for notice in ticket.notice_ids:
            told = notice.addressee == "respondent"
            notice.action_serve(
                delivery="oral" if told else "post",
                note="At 10:20.",
                person_name="Wang Wei",
                hour=10.5,
            )
        ticket.action_close()

    def test_switched_off(self):
        self.regulation.reply_mirrors_channel = False
        self._served("phone", channel_id=self.letter.id).action_close()

    def test_answer_on_the_spot_in_writing(self):
        self.regulation.on_spot_allowed = True
        written = self._complaint(channel_id=self.letter.id).with_user(self.clerk)
        written.action_answer_on_spot("Here is why.")
        self.assertEqual(written.notice_ids.kind, "answer")
        spoken = self._complaint().with_user(self.clerk)
        spoken.action_answer_on_spot("Here is why.")
        self.assertFalse(spoken.notice_ids)


@tagged("post_install", "-at_install")
class TestFirstReceiver(ComplaintCommon):
    """R17 1.8, R18 3: whoever is asked first does not send anybody away."""

    def test_who_registers(self):
        with self.assertRaises(UserError):
            self._complaint(first_receiver_id=self.leader.id)
        tickets = self.env["helpdesk.ticket"].with_user(self.clerk)
        forged = tickets.with_context(default_first_receiver_id=self.leader.id)
        self.assertEqual(forged.create(self._vals()).first_receiver_id, self.clerk)

    def test_mail_has_none_until_accepted(self):
        ticket = self.env["helpdesk.ticket"].sudo().create(self._vals())
        self.assertFalse(ticket.first_receiver_id)
        self._accept(ticket)
        self.assertEqual(ticket.first_receiver_id, self.clerk)

    def test_only_a_leader_refuses(self):
        ticket = self._complaint().with_user(self.clerk)
        self.regulation.gate_first_receiver = True
        with self.assertRaises(UserError) as caught:
            ticket.action_refuse("Not our matter.")
        self.assertIn("only a leader", str(caught.exception))
        self.assertEqual(ticket.phase, "registered")
        ticket.with_user(self.leader).action_refuse("Not our matter.")
        self.assertEqual(ticket.phase, "refused")

    def test_switched_off(self):
        ticket = self._complaint().with_user(self.clerk)
        ticket.action_refuse("Not our matter.")
        self.assertEqual(ticket.phase, "refused")

    def test_it_is_not_changed_by_hand(self):
        ticket = self._complaint()
        with self.assertRaises(UserError):
            ticket.with_user(self.leader).first_receiver_id = self.leader
