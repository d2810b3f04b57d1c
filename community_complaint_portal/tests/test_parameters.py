from urllib.parse import quote

from odoo.tests import tagged

from .common import LIST, NEW, PortalCommon

NONSENSE = (
    "zzz",
    "",
    "-1",
    "0",
    "9" * 30,
    "9" * 5000,
    "²",
    "abc",
    "\x00",
    "%00",
    "'; DROP TABLE x; --",
    "\u202e",
    "[]",
    "{}",
    "id desc",
    "partner_id.name",
)


@tagged("post_install", "-at_install")
class TestParameters(PortalCommon):
    """Nothing a visitor sends makes the server stumble (THREATS 14)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.case = cls._own_complaint()

    def check(self, path, expected=(200,)):
        """Check that a link gives one of the answers expected."""
        # 301: Odoo has its own way with percent signs
        self.assertIn(self.get(path).status_code, (301, *expected), path[:200])

    def test_list(self):
        for name in ("page", "sort", "show", "sortby", "category", "filterby"):
            for value in NONSENSE:
                with self.subTest(name=name, value=value[:40]):
                    self.check(f"{LIST}?{name}={quote(value)}")

    def test_list_page(self):
        for value in NONSENSE:
            if value:
                with self.subTest(value=value[:40]):
                    self.check(f"{LIST}/page/{quote(value, safe='')}", (200, 404))

    def test_repeated_parameters(self):
        self.check(f"{LIST}?sort=zzz&sort=due&page=1&page=2&show[]=a&show=open")

    def test_names_of_the_code(self):
        """Parameters named like what the server uses itself."""
        names = "&".join(f"{name}=1" for name in ("self", "args", "number", "nonce"))
        for path in (LIST, self.page_of(self.case), NEW, "/complaints"):
            with self.subTest(path=path):
                self.check(f"{path}?{names}")

    def test_case(self):
        for value in NONSENSE:
            if not value:
                continue
            value = quote(value, safe="")
            for path in (
                f"{LIST}/{value}",
                self.page_of(self.case, f"/notice/{value}"),
                self.page_of(self.case, f"/file/{value}"),
                self.page_of(self.case, f"/{value}"),
            ):
                with self.subTest(path=path[:60]):
                    self.check(path, (404,))

    def test_case_notes(self):
        for value in NONSENSE:
            with self.subTest(value=value[:40]):
                value = quote(value)
                self.check(self.page_of(self.case, f"?sent={value}&done={value}"))

    def test_filing(self):
        for name in ("desk", "draft", "kind", "nonce"):
            for value in NONSENSE:
                with self.subTest(name=name, value=value[:40]):
                    self.check(f"{NEW}?{name}={quote(value)}")

    def test_drafts(self):
        for value in NONSENSE:
            if not value:
                continue
            for tail in ("what", "you"):
                with self.subTest(value=value[:40], tail=tail):
                    self.check(f"{NEW}/{quote(value, safe='')}/{tail}", (303, 404))

    def test_public_page(self):
        for value in NONSENSE:
            with self.subTest(value=value[:40]):
                self.check(f"/complaints?desk={quote(value)}&lang={quote(value)}")

    def test_messages(self):
        for value in NONSENSE:
            with self.subTest(value=value[:40]):
                for tail in ("/message", "/withdraw"):
                    vals = {"nonce": value, "text": "x", "reason": value}
                    answer = self.post(self.page_of(self.case, tail), vals)
                    self.assertEqual(answer.status_code, 422)
        self.assertFalse(self.case._portal_messages())

    def test_no_write_by_get(self):
        """A link, as in a mail or a picture, changes nothing."""
        self.case.with_user(self.clerk).action_accept()
        notice = self.case.notice_ids
        for path in (
            self.page_of(self.case, "/message?text=hello&nonce=" + "0" * 32),
            self.page_of(self.case, "/withdraw?reason=hello&nonce=" + "0" * 32),
            self.page_of(self.case, f"/notice/{notice.id}/received"),
        ):
            with self.subTest(path=path):
                self.assertIn(self.get(path).status_code, (303, 404))
        self.get(f"{NEW}?nonce={'0' * 32}&desk={self.regulation.id}")
        self.env.invalidate_all()
        self.assertFalse(self.case._portal_messages())
        self.assertEqual(notice.state, "issued")
        self.assertFalse(self.env["complaint.submission"].search_count([]))
