from unittest.mock import patch

from werkzeug.exceptions import Forbidden, RequestEntityTooLarge, TooManyRequests

from odoo.tests import tagged
from odoo.tools import mute_logger

from ..controllers.my_complaints import MyComplaints
from .common import LIST, PortalCommon


@tagged("post_install", "-at_install")
class TestTrouble(PortalCommon):
    """What goes wrong on a page of ours is told in words of the reader's language."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.lang"]._activate_lang("zh_CN")

    def trouble(self, error, path=LIST):
        """Return the answer when a page stumbles."""
        with (
            patch.object(MyComplaints, "_prepare_complaints_values", side_effect=error),
            mute_logger("odoo.http"),
        ):
            return self.get(path)

    def test_words(self):
        for error, code, words in (
            (Forbidden(), 403, "belongs to somebody else"),
            (RequestEntityTooLarge(), 413, "fewer or smaller files"),
            (TooManyRequests(), 429, "try again in a few minutes"),
            (ValueError("secret detail"), 500, "It is not your fault"),
        ):
            with self.subTest(code=code):
                answer = self.trouble(error)
                self.assertEqual(answer.status_code, code)
                self.assertIn(words, self.shown(answer))
                self.assertIn("o_complaint_portal", answer.text)
                self.assertIn('href="/complaints/track"', answer.text)
                self.assertNotIn("secret detail", answer.text)
                self.assertEqual(answer.headers["Cache-Control"], "no-store")

    def test_in_chinese(self):
        answer = self.trouble(ValueError("x"), f"/zh_CN{LIST}")
        self.assertIn('lang="zh-CN"', answer.text)
        self.assertIn("这不是您的错", self.shown(answer))

    def test_no_such_page(self):
        for path in ("/complaints/nothing/there", "/my/complaints/x/y/z"):
            answer = self.get(path)
            self.assertEqual(answer.status_code, 404)
            self.assertIn("We did not find this page", self.shown(answer))

    def test_pages_of_others_stay_theirs(self):
        answer = self.get("/nothing/there")
        self.assertEqual(answer.status_code, 404)
        self.assertNotIn("o_complaint_portal", answer.text)
