import io
import uuid

from PIL import Image

from odoo import http
from odoo.tests import tagged

from ..tools.uploads import MAX_FILE_SIZE, MAX_FILES
from .common import PNG, STORY, PortalCommon, docx, png

MEGABYTE = 1024 * 1024


class Stream(io.RawIOBase):
    """A form with one large file, made while it is sent."""

    def __init__(self, fields, name, size):
        super().__init__()
        self.boundary = uuid.uuid4().hex
        head = "".join(
            f'--{self.boundary}\r\nContent-Disposition: form-data; name="{key}"\r\n\r\n'
            f"{value}\r\n"
            for key, value in fields.items()
        )
        head += (
            f"--{self.boundary}\r\nContent-Disposition: form-data; "
            f'name="files"; filename="{name}"\r\n\r\n'
        )
        self.parts = [head.encode(), size, f"\r\n--{self.boundary}--\r\n".encode()]
        self.length = len(self.parts[0]) + size + len(self.parts[2])

    def __len__(self):
        return self.length

    # pylint: disable-next=method-required-super
    def read(self, size=-1):
        """Return the next bytes: the head, then zeros, then the end."""
        if not self.parts:
            return b""
        part = self.parts[0]
        if isinstance(part, bytes):
            return self.parts.pop(0)
        block = min(part, 1 << 20)
        self.parts[0] -= block
        if not self.parts[0]:
            self.parts.pop(0)
        return bytes(block)


@tagged("post_install", "-at_install")
class TestUploads(PortalCommon):
    """A file that cannot be taken is named, and what was typed is kept."""

    def setUp(self):
        super().setUp()
        self.screen = self.start_draft()

    def add(self, name, content, mimetype="image/png"):
        """Send the second screen with a file."""
        files = {"files": (name, content, mimetype)}
        return self.post(self.screen, {"what": STORY}, files)

    def names(self):
        """Return the names of the files that were kept."""
        self.env.invalidate_all()
        return self.draft_of(self.screen)._files().mapped("name")

    def refused(self, answer, text):
        """Check that the form came again, with the reason and the story."""
        self.assertEqual(answer.status_code, 422)
        self.assertIn(text, self.shown(answer))
        self.assertIn(STORY, answer.text)
        self.assertEqual(self.draft_of(self.screen).answers["what"], STORY)

    def test_60_megabytes(self):
        self.speak_chinese()
        answer = self.add("film.mp4", bytes(60 * MEGABYTE))
        self.refused(answer, "“film.mp4”超过20MB，请选择较小的文件或送到办公室。")
        self.assertEqual(self.names(), [])

    def test_more_than_odoo_takes(self):
        """Odoo hangs up beyond 128 MB; our forms still answer."""
        self.speak_chinese()
        fields = {"csrf_token": http.Request.csrf_token(self), "what": STORY}
        body = Stream(fields, "film.mp4", 200 * MEGABYTE)
        kind = f"multipart/form-data; boundary={body.boundary}"
        answer = self.url_open(
            self.screen,
            data=body,
            headers={"Content-Type": kind},
            timeout=120,
            allow_redirects=False,
        )
        self.refused(answer, "“film.mp4”超过20MB")

    def test_large_file_of_a_message(self):
        case = self._own_complaint()
        nonce = self.nonce_of(self.get(self.page_of(case)))
        self.speak_chinese()
        answer = self.post(
            self.page_of(case, "/message"),
            {"nonce": nonce, "text": "See the film."},
            {"files": ("film.mp4", bytes(60 * MEGABYTE), "video/mp4")},
        )
        self.assertEqual(answer.status_code, 422)
        self.assertIn("“film.mp4”超过20MB", self.shown(answer))
        self.assertIn("See the film.", answer.text)
        self.assertFalse(case._portal_messages())

    def test_largest_file(self):
        content = PNG + bytes(MAX_FILE_SIZE - len(PNG))
        self.assertEqual(self.add("a.png", content).status_code, 303)
        self.assertEqual(self.draft_of(self.screen)._files().file_size, MAX_FILE_SIZE)

    def test_one_byte_more(self):
        content = PNG + bytes(MAX_FILE_SIZE - len(PNG) + 1)
        self.refused(self.add("a.png", content), "“a.png” is larger than 20 MB.")

    def test_too_many(self):
        files = [
            ("files", (f"{number}.png", PNG, "image/png"))
            for number in range(MAX_FILES + 1)
        ]
        answer = self.post(self.screen, {"what": STORY}, files)
        self.refused(answer, "“10.png” was not added: at most 10 files can be sent.")
        self.assertEqual(len(self.names()), MAX_FILES)

    def test_too_many_in_turns(self):
        files = [("files", (f"{number}.png", PNG, "image/png")) for number in range(6)]
        self.post(self.screen, {"what": STORY, "more": "1"}, files)
        answer = self.post(self.screen, {"what": STORY}, files)
        self.refused(answer, "“5.png” was not added: at most 10 files can be sent.")
        self.assertEqual(len(self.names()), MAX_FILES)

    def test_too_large_together(self):
        content = PNG + bytes(MAX_FILE_SIZE - len(PNG))
        files = [
            ("files", (f"{number}.png", content, "image/png")) for number in range(3)
        ]
        answer = self.post(self.screen, {"what": STORY}, files)
        self.refused(
            answer, "“2.png” was not added: all files together may have 50 MB."
        )
        self.assertEqual(self.names(), ["0.png", "1.png"])

    def test_wrong_types(self):
        for name, content in (
            ("page.html", b"<script>alert(1)</script>"),
            ("picture.svg", b"<svg/>"),
            ("program.exe", b"MZ"),
            ("photo.png", b"<script>alert(1)</script>"),
            ("letter.docx", b"PK\x03\x04no zip at all"),
            ("no ending", PNG),
        ):
            with self.subTest(name=name):
                answer = self.add(name, content)
                self.refused(answer, f"“{name}” is of a kind we cannot open.")
        self.assertEqual(self.names(), [])

    def test_empty(self):
        # Werkzeug's client and browsers alike send a name with no bytes
        self.refused(self.add("a.png", b""), "“a.png” is empty.")

    def test_image_bomb(self):
        """A file of some kilobytes whose picture would take gigabytes."""
        bomb = png(30_000, 30_000)
        self.assertLess(len(bomb), 200_000)
        self.refused(self.add("b.png", bomb), "“b.png” becomes far too large")

    def test_image_bomb_in_a_message(self):
        """THREATS 15: a small bomb lost the ticket; here the picture is not opened."""
        case = self._own_complaint()
        content = png(7_000, 7_000)
        answer = self.post(
            self.page_of(case, "/message"),
            {"nonce": "1" * 32, "text": "See."},
            {"files": ("b.png", content, "image/png")},
        )
        self.assertEqual(answer.status_code, 303)
        self.assertEqual(case._portal_messages().attachment_ids.name, "b.png")
        original = case.sudo().evidence_ids.original_ids.attachment_id
        self.assertEqual(original.raw, content)

    def test_zip_bombs(self):
        for content in (docx(400_000_000), docx(1, members=6_000)):
            with self.subTest(size=len(content)):
                self.assertLess(len(content), 2_000_000)
                answer = self.add("b.docx", content)
                self.assertEqual(answer.status_code, 422)
                self.assertIn("“b.docx”", self.shown(answer))
                self.assertEqual(self.names(), [])

    def test_documents(self):
        answer = self.add("信.docx", docx(), "application/octet-stream")
        self.assertEqual(answer.status_code, 303)
        file = self.draft_of(self.screen)._files()
        self.assertEqual(file.name, "信.docx")
        self.assertIn("wordprocessingml", file.mimetype)

    def test_names(self):
        for sent, kept in (
            ("../../etc/passwd.png", "passwd.png"),
            ("C:\\Users\\han\\噪音.png", "噪音.png"),
            ("photo\u202egnp.png", "photognp.png"),
            ("a\x01b\x7f.png", "ab.png"),
            ("x" * 300 + ".png", "x" * 96 + ".png"),
        ):
            with self.subTest(sent=sent[:20]):
                self.screen = self.start_draft()
                self.add(sent, PNG)
                self.assertEqual(self.names(), [kept])

    def test_take_back(self):
        self.post(
            self.screen,
            {"what": STORY, "more": "1"},
            {"files": ("a.png", PNG, "image/png")},
        )
        file = self.draft_of(self.screen)._files()
        answer = self.post(self.screen, {"what": STORY, "drop": str(file.id)})
        self.assertEqual(answer.status_code, 303)
        self.assertEqual(self.names(), [])

    def test_nobody_elses_file(self):
        """A number typed into the form takes no other file away."""
        case = self._own_complaint(user=self.neighbour)
        other = self.env["ir.attachment"].create({"name": "x.png", "raw": PNG})
        case.sudo().message_post(body="Note", attachment_ids=other.ids)
        self.post(self.screen, {"what": STORY, "drop": str(other.id)})
        self.assertTrue(other.exists())

    def test_evidence_stays_as_it_is(self):
        """Pictures are not made smaller: their hashes prove them."""
        content = png(4_000, 100)
        self.add("long.png", content)
        self.send(self.screen)
        case = self.cases_of(self.resident)
        self.assertEqual(case.evidence_ids.original_ids.attachment_id.raw, content)

    def test_photos_tell_nothing(self):
        """Position, device and author of a photo stay in the vault (THREATS 8)."""
        photo = Image.new("RGB", (40, 30), "green")
        notes = photo.getexif()
        notes[0x010F], notes[0x013B] = "Huawei", "Han Meimei"
        notes.get_ifd(0x8825)[2] = (31.0, 14.0, 0.0)
        target = io.BytesIO()
        photo.save(target, "JPEG", exif=notes)
        content = target.getvalue()
        self.assertIn(b"Han Meimei", content)
        self.add("photo.jpg", content, "image/jpeg")
        self.send(self.screen)
        case = self.cases_of(self.resident)
        files = {"files": ("again.jpg", content, "image/jpeg")}
        vals = {"nonce": "1" * 32, "text": "And again."}
        self.post(self.page_of(case, "/message"), vals, files)
        self.env.invalidate_all()
        shown = (
            case.evidence_ids.attachment_ids | case._portal_messages().attachment_ids
        )
        self.assertEqual(sorted(shown.mapped("name")), ["again.jpg", "photo.jpg"])
        for file in shown:
            self.assertNotIn(b"Han Meimei", file.raw)
            self.assertNotIn(b"Huawei", file.raw)
        originals = case.evidence_ids.original_ids.attachment_id
        self.assertEqual(originals.mapped("raw"), [content, content])
