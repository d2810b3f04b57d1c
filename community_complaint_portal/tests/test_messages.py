from odoo.tests import tagged

from .common import PNG, PortalCommon


@tagged("post_install", "-at_install")
class TestMessages(PortalCommon):
    """The resident and the office write to each other, under no name."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.case = cls._own_complaint()

    def say(self, text="It is still noisy.", files=None, **vals):
        """Send a message as the page's form does."""
        nonce = self.nonce_of(self.get(self.page_of(self.case)))
        vals = {"nonce": nonce, "text": text, **vals}
        answer = self.post(self.page_of(self.case, "/message"), vals, files)
        self.env.invalidate_all()
        return answer

    def messages(self):
        """Return the conversation as the database knows it."""
        return self.case.sudo()._portal_messages()

    def test_author_is_nobody(self):
        """The neutral proxy speaks for the complainant (THREATS 4)."""
        self.assertEqual(self.say().status_code, 303)
        message = self.messages()
        proxy = self.env.ref("community_complaint.partner_complainant")
        self.assertEqual(message.author_id, proxy)
        self.assertFalse(message.email_from)
        self.assertNotIn(self.resident, message.create_uid | message.write_uid)
        self.assertNotIn(self.resident.partner_id, self.case.message_partner_ids)

    def test_files(self):
        files = [("files", (f"{number}.png", PNG, "image/png")) for number in (1, 2)]
        self.say("", files)
        self.assertEqual(
            self.messages().attachment_ids.sorted("id").mapped("name"),
            ["1.png", "2.png"],
        )
        self.assertNotIn(self.resident, self.messages().attachment_ids.create_uid)

    def test_nothing_written(self):
        answer = self.say(" \n ")
        self.assertEqual(answer.status_code, 422)
        self.assertIn("Please write something or choose a file.", self.shown(answer))
        self.assertFalse(self.messages())

    def test_too_long(self):
        text = "é" * 10_001
        answer = self.say(text)
        self.assertEqual(answer.status_code, 422)
        self.assertIn("at most 10000 characters at a time.", self.shown(answer))
        self.assertIn("é" * 10_000, answer.text)

    def test_markup_stays_text(self):
        self.say("<script>alert(1)</script> & <b>bold</b>")
        page = self.get(self.page_of(self.case)).text
        self.assertNotIn("<script>alert", page)
        self.assertIn("&lt;script&gt;alert(1)&lt;/script&gt; &amp;", page)

    def test_old_form(self):
        """A form without its one-time number is sent again, the text is kept."""
        answer = self.say(nonce="")
        self.assertEqual(answer.status_code, 422)
        self.assertIn("Please send the form again.", self.shown(answer))
        self.assertIn("It is still noisy.", answer.text)
        self.assertFalse(self.messages())

    def test_both_sides_are_shown(self):
        self.say()
        self.case.with_user(self.clerk).action_write_to_complainant("We come today.")
        self.case.sudo().message_post(body="Inside: he is a nuisance.")
        page = self.shown(self.get(self.page_of(self.case)))
        self.assertIn("It is still noisy.", page)
        self.assertIn("We come today.", page)
        self.assertNotIn("nuisance", page)
        # who answered is the office
        self.assertNotIn(self.clerk.name, page)

    def test_append_only(self):
        """No form changes or empties what was sent (THREATS 16)."""
        self.say("First")
        message = self.messages()
        self.say("Second", message_id=str(message.id), id=str(message.id))
        self.assertIn("First", message.body)
        self.assertEqual(len(self.messages()), 2)

    def test_archived(self):
        self._to(self.case, "closed")
        self.case.with_user(self.clerk).action_archive()
        self.assertNotIn('name="text"', self.get(self.page_of(self.case)).text)
        vals = {"nonce": "0" * 32, "text": "Hello"}
        answer = self.post(self.page_of(self.case, "/message"), vals)
        self.assertEqual(answer.status_code, 422)
        self.assertIn("This case is archived.", self.shown(answer))

    def test_office_is_told(self):
        """Who works on the case has something to do, once."""
        self._to(self.case, "investigating")
        self.say("First")
        self.say("Second")
        activity = self.case.sudo().activity_ids
        self.assertEqual(activity.user_id, self.case.user_id)
        self.assertEqual(activity.summary, "Read the complainant's message")

    def test_office_is_told_again(self):
        """A message after the office has read the first is a new thing to do."""
        self._to(self.case, "investigating")
        self.say("First")
        self.case.sudo().activity_ids.action_done()
        self.say("Second")
        self.assertEqual(len(self.case.sudo().activity_ids), 1)

    def test_nobody_kept_away_is_told(self):
        """Who has a conflict hears nothing, were they the head of the desk."""
        self.team.user_id = self.leader
        self._recuse(self.case.sudo(), self.leader)
        self.assertEqual(self.say().status_code, 303)
        activities = self.case.sudo().activity_ids
        self.assertTrue(activities)
        self.assertNotIn(self.leader, activities.user_id)
        self.assertNotIn(self.leader.partner_id, self.case.sudo().message_partner_ids)

    def test_withdrawal_is_a_request(self):
        """The office decides; until then the case goes on."""
        nonce = self.nonce_of(self.get(self.page_of(self.case)))
        answer = self.post(
            self.page_of(self.case, "/withdraw"),
            {"nonce": nonce, "reason": "We talked."},
        )
        self.assertEqual(answer.status_code, 303)
        self.env.invalidate_all()
        self.assertEqual(self.case.phase, "registered")
        self.assertIn("I would like to withdraw my complaint.", self.messages().body)
        self.assertIn("We talked.", self.messages().body)

    def test_withdrawal_of_a_finished_case(self):
        self._to(self.case, "closed")
        vals = {"nonce": "0" * 32, "reason": "Too late"}
        answer = self.post(self.page_of(self.case, "/withdraw"), vals)
        self.assertEqual(answer.status_code, 422)
        self.assertIn("This case is finished already.", self.shown(answer))
        self.assertFalse(self.messages())
