import base64
import hashlib

from lxml import html

from odoo.tests import tagged

from .common import LIST, NEW, PortalCommon


@tagged("post_install", "-at_install")
class TestHeaders(PortalCommon):
    """Pages about somebody are kept by nobody, framed by nobody and tell nobody."""

    def check(self, answer):
        """Check the headers of a page, an answer to a form or a redirection."""
        headers = answer.headers
        self.assertEqual(headers["Cache-Control"], "no-store")
        self.assertEqual(headers["Referrer-Policy"], "no-referrer")
        self.assertEqual(headers["X-Frame-Options"], "DENY")
        self.assertEqual(headers["X-Robots-Tag"], "noindex")
        self.assertEqual(headers["X-Content-Type-Options"], "nosniff")
        if answer.status_code == 303:
            return
        policy = headers["Content-Security-Policy"]
        for rule in (
            "default-src 'self'",
            "form-action 'self'",
            "object-src 'none'",
            "base-uri 'self'",
            "frame-ancestors 'none'",
        ):
            self.assertIn(rule, policy)
        # nothing is loaded from or sent to anywhere else
        self.assertNotIn("http", policy)
        self.assertNotIn("*", policy)

    def test_pages(self):
        case = self._own_complaint()
        address = self.start_draft()
        self.tell(address)
        for path in (
            LIST,
            NEW,
            address,
            self.third(address),
            self.page_of(case),
            f"{LIST}/TS2026-99999",
        ):
            with self.subTest(path=path):
                self.check(self.get(path))

    def test_forms(self):
        case = self._own_complaint()
        address = self.start_draft()
        for path, vals in (
            (NEW, {}),
            (address, {}),
            (address, {"what": "Noise"}),
            (self.third(address), {}),
            (self.page_of(case, "/message"), {}),
            (self.page_of(case, "/message"), {"text": "Hi", "nonce": "0" * 32}),
        ):
            with self.subTest(path=path, vals=vals):
                self.check(self.post(path, vals))

    def test_public_page(self):
        page = self.get("/complaints")
        self.assertEqual(page.headers["Referrer-Policy"], "no-referrer")

    def test_no_code_but_ours(self):
        """Browsers run the one script of the page; nobody else's, wherever it came from."""
        case = self._own_complaint()
        for path in ("/complaints", "/complaints/track", LIST, NEW, self.page_of(case)):
            with self.subTest(path=path):
                answer = self.get(path)
                [script] = html.fromstring(answer.content).iter("script")
                self.assertFalse(script.get("src"))
                digest = hashlib.sha256(script.text.encode()).digest()
                known = base64.b64encode(digest).decode()
                rules = answer.headers["Content-Security-Policy"].split("; ")
                self.assertIn(f"script-src 'sha256-{known}'", rules)
                self.assertNotIn("unsafe-eval", " ".join(rules))
