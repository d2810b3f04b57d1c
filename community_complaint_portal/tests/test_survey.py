from odoo.tests import tagged

from .common import PortalCommon
from .test_anonymous import TRACK, AnonymousCommon


@tagged("post_install", "-at_install")
class TestSurvey(PortalCommon):
    """R14 4: the resident says on the page how satisfied they are."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.regulation.ask_satisfaction = True

    def setUp(self):
        super().setUp()
        self.case = self._to(self._own_complaint(), "closed")

    def page(self):
        self.env.invalidate_all()
        return self.shown(self.get(self.page_of(self.case)))

    def answer(self, **vals):
        nonce = self.nonce_of(self.get(self.page_of(self.case)))
        result = self.post(self.page_of(self.case, "/survey"), {"nonce": nonce, **vals})
        self.env.invalidate_all()
        return result

    def answers(self):
        return self.case.sudo().follow_up_ids

    def test_asked_and_answered(self):
        self.assertIn("How satisfied are you?", self.page())
        self.assertIn("Say how satisfied you are", self.page())
        answer = self.answer(score="5", solved="yes", note="Quiet at last.")
        self.assertEqual(answer.status_code, 303)
        page = self.shown(self.get(self.path_of(answer)))
        self.assertIn("Thank you for your answer.", page)
        self.assertIn("You answered: Very good", page)
        found = self.answers()
        self.assertEqual(
            (found.way, found.score, found.result, found.solved, found.note),
            ("survey", "5", "satisfied", "yes", "Quiet at last."),
        )
        self.assertFalse(found.user_id)
        self.assertFalse(self.case.reopen_proposed)

    def test_nobody_is_named(self):
        self.answer(score="1", note="Han.Meimei is not content.")
        found = self.answers()
        self.assertNotIn("Meimei", found.note)
        self.assertNotIn(self.resident, found.create_uid | found.write_uid)
        self.assertFalse(self.case.sudo().rating_ids)
        asked = [("subject", "=", self.case.number), ("body_html", "ilike", "/rate/")]
        self.assertFalse(self.env["mail.mail"].sudo().search(asked))

    def test_poor_answer_and_reply(self):
        self.answer(score="2", solved="no")
        self.assertTrue(self.case.reopen_proposed)
        summaries = self.case.sudo().activity_ids.mapped("summary")
        self.assertTrue(any("not satisfied" in text for text in summaries))
        self.answers().with_user(self.clerk).action_reply("We come again on Monday.")
        self.assertIn("We come again on Monday.", self.page())

    def test_once(self):
        self.answer(score="5")
        again = self.answer(score="1")
        self.assertEqual(again.status_code, 422)
        self.assertIn("taken already", self.shown(again))
        self.assertEqual(self.answers().score, "5")

    def test_something_is_chosen(self):
        for vals in ({}, {"score": "9"}, {"score": "x" * 500}):
            answer = self.answer(**vals, note="Hello")
            self.assertEqual(answer.status_code, 422)
            self.assertIn("Please choose how satisfied you are.", self.shown(answer))
            self.assertIn("Hello", answer.text)
        self.assertFalse(self.answers())

    def test_not_asked(self):
        self.regulation.ask_satisfaction = False
        self.assertNotIn("How satisfied are you?", self.page())
        self.assertEqual(self.answer(score="5").status_code, 422)
        self.assertFalse(self.answers())

    def test_not_before_the_end_and_not_by_others(self):
        other = self._own_complaint(user=self.neighbour)
        self.assertEqual(
            self.post(self.page_of(other, "/survey"), {"score": "5"}).status_code, 404
        )
        self.case = self._own_complaint()
        self.assertNotIn("How satisfied are you?", self.page())
        self.assertEqual(self.answer(score="5").status_code, 422)


@tagged("post_install", "-at_install")
class TestAnonymousSurvey(AnonymousCommon):
    """Who is not known answers with the receipt code."""

    def test_with_the_code(self):
        self.regulation.ask_satisfaction = True
        case, code = self.file_anonymous()
        self._to(case, "closed")
        page = self.track(code)
        self.assertIn("How satisfied are you?", self.shown(page))
        vals = {"nonce": self.nonce_of(page), "score": "4", "case": case.number}
        answer = self.post(f"{TRACK}/survey", vals)
        self.assertEqual(answer.status_code, 200)
        self.assertIn("You answered: Good", self.shown(answer))
        self.env.invalidate_all()
        self.assertEqual(case.sudo().follow_up_ids.score, "4")
