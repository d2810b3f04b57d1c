"""THREATS 58: very many e-mails at once, of as many forged senders."""

from odoo.tests import tagged

from .wire_common import WireCommon


@tagged("post_install", "-at_install")
class TestMailFlood(WireCommon):
    def _flood(self, number, start=0, **headers):
        """Return what is kept of mails of as many senders, the first ones first."""
        headers.setdefault("Authentication_Results", None)
        kept = self.env["complaint.inbound.mail"]
        for turn in range(start, start + number):
            sender = f"a{turn}@d{turn}.example"
            kept += self._kept(self._mail(f"{turn}", **{"From": sender, **headers}))
        return kept

    def _told(self):
        """Return how much goes to people outside."""
        mails = self.env["mail.mail"].search_count([("email_to", "!=", False)])
        return self.env["complaint.dispatch"].search_count([]) + mails

    def test_forty_forged_senders(self):
        """Beyond 30 an hour nobody is answered, nothing is lost, the desk is told once."""
        self.assertEqual((self.team.mail_limit, self.team.mail_domain_limit), (30, 20))
        before = self._told()
        kept = self._flood(40)
        self.assertEqual(kept.mapped("state"), ["case"] * 30 + ["quarantine"] * 10)
        self.assertEqual(set(kept[30:].mapped("reason")), {"flood"})
        self.assertEqual(self._told() - before, 30)
        self.assertTrue(all(mail.raw for mail in kept))
        tasks = self.env["mail.activity"].search(
            [("res_model", "=", kept._name), ("res_id", "in", kept.ids)]
        )
        self.assertEqual(len(tasks), 1)
        self.assertIn("Very many", tasks.summary)

    def test_told_although_something_else_waits(self):
        """Who has the task to look at one mail hears of a flood all the same."""
        self.team.mail_limit = 1
        [forged] = self._kept(
            self._mail(Authentication_Results="mx.example; dmarc=fail")
        )
        kept = self._flood(4)
        tasks = self._tasks(forged), *(self._tasks(mail) for mail in kept)
        self.assertEqual([len(task) for task in tasks], [1, 0, 1, 0, 0])

    def test_pile_is_dealt_with_at_once(self):
        self.team.mail_limit = 1
        kept = self._flood(5)[1:]
        pile = self.env[kept._name].with_user(self.clerk)
        action = kept[0].with_user(self.clerk).action_open_pile()
        self.assertEqual(pile.search(action["domain"], order="id"), kept)
        kept.with_user(self.clerk).action_discard("Nonsense")
        self.assertEqual(set(kept.mapped("state")), {"discarded"})
        self.assertFalse(pile.search(action["domain"]))
        kept[0].with_user(self.clerk).action_restore()
        kept[0].with_user(self.clerk).action_make_case(self.team)
        self.assertEqual(kept[0].state, "case")
        self.assertEqual(kept[0].ticket_id.received_date, kept[0].received_date)

    def test_one_domain(self):
        """Its other addresses wait; people of other domains do not."""
        self.team.mail_domain_limit = 3
        kept = self.env["complaint.inbound.mail"]
        for turn in range(5):
            sender = f"a{turn}@same.example"
            kept += self._kept(
                self._mail(str(turn), From=sender, Authentication_Results=None)
            )
        self.assertEqual(kept.mapped("state"), ["case"] * 3 + ["quarantine"] * 2)
        [other] = self._flood(1)
        self.assertEqual(other.state, "case")

    def test_confirmed_senders_are_not_shut_out(self):
        """A flood of forged mails holds up nobody whom the mail server confirms."""
        self.team.mail_limit = 3
        kept = self._flood(5)
        self.assertEqual(kept[-1].reason, "flood")
        [honest] = self._kept(self._mail("Honest."))
        self.assertEqual(honest.state, "case")
        proof = {"Authentication_Results": "mx.example; dmarc=pass"}
        more = self._flood(3, start=100, **proof)
        self.assertEqual(more.mapped("state"), ["case", "case", "quarantine"])

    def test_over_after_an_hour(self):
        self.team.mail_limit = 2
        kept = self._flood(3)
        self.assertEqual(kept[-1].reason, "flood")
        self._force(kept, received_date="2026-01-05 01:00:00")
        [later] = self._flood(1, start=50)
        self.assertEqual(later.state, "case")

    def test_cases_made_by_people_do_not_count(self):
        """Working on the pile does not lengthen the flood."""
        self.team.mail_limit = 2
        kept = self._flood(4)
        self._force(kept[:2], received_date="2026-01-05 01:00:00")
        kept[2:].with_user(self.clerk).action_make_case(self.team)
        [next_one] = self._flood(1, start=50)
        self.assertEqual(next_one.state, "case")

    def test_domain_is_kept_for_the_brake_alone(self):
        [kept] = self._flood(1)
        self.assertTrue(kept.domain_key)
        for name in ("domain_key", "proven"):
            field = kept._fields[name]
            self.assertFalse(
                kept.with_user(self.clerk)._has_field_access(field, "read")
            )
        kept._forget()
        self.assertFalse(kept.domain_key or kept.sender_key)
