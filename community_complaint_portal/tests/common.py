"""A resident at the office's pages, by HTTP as a browser does it."""

import io
import re
import struct
import zipfile
import zlib

from odoo import Command, http
from odoo.tests import HttpCase, new_test_user

from odoo.addons.community_complaint.tests.common import ComplaintCommon

LIST = "/my/complaints"
NEW = "/my/complaints/new"
STORY = "Drilling until two in the morning, every night since Monday."
NAME, PHONE = "Han Meimei", "13700137000"
#: A picture of one red point.
PNG = (
    b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x02\x00"
    b"\x00\x00\x90wS\xde\x00\x00\x00\x0cIDATx\x9cc\xf8\xcf\xc0\x00\x00\x03\x01\x01\x00"
    b"\xc9\xfe\x92\xef\x00\x00\x00\x00IEND\xaeB`\x82"
)


def png(width, height):
    """Return a picture that is small as a file: all its points are black."""

    def chunk(kind, data):
        check = struct.pack(">I", zlib.crc32(kind + data))
        return struct.pack(">I", len(data)) + kind + data + check

    packer = zlib.compressobj(9)
    rows = b"".join(packer.compress(bytes(1 + width // 8)) for _row in range(height))
    head = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", rows + packer.flush())
        + chunk(b"IEND", b"")
    )


def docx(size=1000, members=1):
    """Return an office document whose members unpack to ``size`` zero bytes each."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        for number in range(members):
            with archive.open(f"word/{number}.xml", "w") as member:
                for _block in range(max(size // 1_000_000, 1)):
                    member.write(bytes(min(size, 1_000_000)))
    return target.getvalue()


class PortalCommon(HttpCase, ComplaintCommon):
    """An office under R01, two residents, and what a browser sends."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # the database may know Chinese only; these tests read English
        cls.env["res.lang"]._activate_lang("en_US")
        cls.env["ir.default"].set("res.partner", "lang", "en_US")
        cls.resident = cls._new_resident("han.meimei")
        cls.neighbour = cls._new_resident("zhao.qian")
        cls.regulation.confidentiality = "confidential"

    @classmethod
    def _new_resident(cls, login, **vals):
        return new_test_user(
            cls.env,
            login=f"{login}.resident",
            groups="base.group_portal",
            **{
                "name": login.title(),
                "lang": "en_US",
                "company_id": cls.company.id,
                "company_ids": [Command.set(cls.company.ids)],
                **vals,
            },
        )

    def setUp(self):
        super().setUp()
        self.sign_in(self.resident)

    # ----------------------------------------------------------------------
    # The browser
    # ----------------------------------------------------------------------

    def sign_in(self, user):
        """Go on as another user."""
        self.authenticate(user.login, user.login)

    def speak_chinese(self):
        """Go on in Chinese, as the choice of language on the page does."""
        for cookie in self.opener.cookies:
            if cookie.name == "frontend_lang":
                cookie.value = "zh_CN"

    def get(self, path, **options):
        """Return the answer to a link; redirections are not followed."""
        return self.url_open(path, allow_redirects=False, **options)

    def post(self, path, data=None, files=None, **options):
        """Return the answer to a form; redirections are not followed."""
        self.keep_session()
        data = {"csrf_token": http.Request.csrf_token(self), **(data or {})}
        options.setdefault("timeout", 60)
        return self.url_open(
            path, data=data, files=files, allow_redirects=False, **options
        )

    def keep_session(self):
        """Go on with the session that the server gave last, as the browser does."""
        sid = self.opener.cookies.get("session_id")
        if sid != self.session.sid:
            self.session = http.root.session_store.get(sid)

    def nonce_of(self, page):
        """Return the one-time number of the forms on a page."""
        return re.search(r'name="nonce" value="([0-9a-f]{32})"', page.text)[1]

    def shown(self, page):
        """Return a page's text without markup, spaces made one."""
        body = re.sub(r"(?s)<(script|style)\b.*?</\1>", " ", page.text)
        return " ".join(re.sub(r"<[^>]+>", " ", body).split())

    # ----------------------------------------------------------------------
    # Filing
    # ----------------------------------------------------------------------

    def start_draft(self, **vals):
        """Send the first screen and return the address of the second."""
        page = self.get(f"{NEW}?desk={self.regulation.id}")
        answer = self.post(
            NEW,
            {
                "nonce": self.nonce_of(page),
                "desk": self.regulation.id,
                "kind": self.type.id,
                **vals,
            },
        )
        self.assertEqual(answer.status_code, 303)
        return self.path_of(answer)

    def tell(self, screen, files=None, /, **vals):
        """Send the second screen."""
        return self.post(screen, {"what": STORY, **vals}, files)

    def send(self, screen, /, **vals):
        """Send the third screen."""
        data = {
            "name": NAME,
            "phone": PHONE,
            "confidentiality": "confidential",
            "kind": self.regulation.complainant_kind_ids[:1].id,
        }
        return self.post(self.third(screen), {**data, **vals})

    def third(self, address):
        """Return the address of the third screen."""
        return address.removesuffix("/what") + "/you"

    def path_of(self, answer):
        """Return where a redirection leads, without the server."""
        return answer.headers["Location"].removeprefix(self.base_url())

    def draft_of(self, address):
        """Return the draft of an address."""
        nonce = address.split("/")[-2]
        return self.env["complaint.submission"].search([("nonce", "=", nonce)])

    def cases_of(self, user):
        """Return a resident's cases as the database knows them."""
        self.env.invalidate_all()
        identities = self.env["complaint.identity"].search(
            [("partner_id", "=", user.partner_id.id)]
        )
        return identities.ticket_id

    @classmethod
    def _own_complaint(cls, user=None, **vals):
        """Return a complaint of a resident, without the three screens."""
        user = user or cls.resident
        return cls._complaint(
            **{
                "channel_id": cls.env.ref("community_complaint.channel_website").id,
                "complainant_partner_id": user.partner_id.id,
                **vals,
            }
        )

    def page_of(self, case, tail=""):
        """Return the address of a case's page."""
        return f"{LIST}/{case.number}{tail}"
