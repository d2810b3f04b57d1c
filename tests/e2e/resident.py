"""Residents in the portal: in a browser on a phone, and as plain requests."""

import re
import subprocess
import urllib.error
import urllib.parse
import urllib.request
import uuid
import zlib
from importlib import resources
from struct import pack

from tools import paths
from tools.live import Session

#: What axe-core calls the gravest two of its four levels.
GRAVE = ("serious", "critical")


def photo(width=1200, height=900):
    """Return a PNG of a night sky with lit windows, as bytes."""
    rows = bytearray()
    for y in range(height):
        rows += b"\0"
        for x in range(0, width, 10):
            lit = y > height // 3 and (x // 60 + y // 80) % 5 == 0 and 10 < y % 80 < 60
            rows += (b"\xf5\xd0\x60" if lit else pack("BBB", 20, 26, 40 + y // 12)) * 10
    head = pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = b"\x89PNG\r\n\x1a\n"
    parts = ((b"IHDR", head), (b"IDAT", zlib.compress(bytes(rows))), (b"IEND", b""))
    for kind, data in parts:
        body += pack(">I", len(data)) + kind + data
        body += pack(">I", zlib.crc32(kind + data))
    return body


def pdf_text(path):
    """Return the text of a PDF without white space, by ``pdftotext``."""
    done = subprocess.run(
        ["pdftotext", "-layout", path, "-"], capture_output=True, check=True
    )
    return re.sub(r"\s+", "", done.stdout.decode())


class Phone:
    """A resident's browser.

    :param page: a page of Playwright
    :param prefix: of the pictures left under ``.odoo/screenshots``
    """

    def __init__(self, page, prefix):
        self.page, self.prefix = page, prefix
        self.axe = None
        self.complaints = []
        page.on("console", self._listen)

    def _listen(self, message):
        if "Content Security Policy" in message.text or message.type == "error":
            self.complaints.append(message.text)

    def open(self, path):
        """Open a page."""
        self.page.goto(path)
        return self

    def press(self, label):
        """Press a button or link by its label."""
        target = self.page.locator(
            "a:visible, button:visible, summary:visible", has_text=label
        )
        target.first.click()
        return self

    def fill(self, **values):
        """Type into the fields of a form by their names."""
        for name, value in values.items():
            self.page.locator(f"#field_{name}").fill(value)
        return self

    def attach(self, *files, field="files"):
        """Choose files, as ``(name, bytes)`` or a path."""
        self.page.locator(f"#field_{field}").set_input_files(
            [
                {"name": item[0], "mimeType": "image/png", "buffer": item[1]}
                if isinstance(item, tuple)
                else item
                for item in files
            ]
        )
        return self

    def download(self, label):
        """Press a link and return the path of the file that comes."""
        with self.page.expect_download() as waiting:
            self.press(label)
        return waiting.value.path()

    def text(self):
        """Return what the resident reads."""
        return self.page.locator(".o_cc").inner_text()

    def picture(self, name):
        """Leave a picture of the whole page."""
        folder = paths.WORK / "screenshots"
        folder.mkdir(parents=True, exist_ok=True)
        self.page.wait_for_load_state("networkidle")
        self.page.screenshot(path=folder / f"{self.prefix}-{name}.png", full_page=True)
        return self

    def accessible(self):
        """Check the page with axe-core: nothing serious, and targets for thumbs."""
        if self.axe is None:
            package = resources.files("axe_playwright_python")
            self.axe = (package / "axe.min.js").read_text()
        self.page.evaluate(self.axe)
        found = self.page.evaluate("axe.run('.o_cc', {resultTypes: ['violations']})")
        grave = [
            f"{item['id']}: {item['nodes'][0]['html']}"
            for item in found["violations"]
            if item["impact"] in GRAVE
        ]
        assert not grave, "\n".join([self.page.url, *grave])
        assert not self.small_targets(), self.page.url
        return self

    def small_targets(self):
        """Return the buttons, fields and links of their own that a thumb may miss.

        44 pixels each way, as WCAG 2.5.5 asks; links within a text are excepted.
        """
        return self.page.evaluate(
            """() => [...document.querySelectorAll(
                '.o_cc .btn, .o_cc summary, .o_cc select, .o_cc label.o_cc_choice,'
                + '.o_cc input:not([type=hidden]):not(.visually-hidden):not([type=radio])'
                + ':not(.o_cc_choice *)'
            )].filter((node) => node.offsetParent && node.offsetHeight < 44)
             .map((node) => node.outerHTML.slice(0, 120))"""
        )


class Visitor(Session):
    """A resident without a browser: sends forms as browsers do."""

    def form(self, path):
        """Return the hidden fields of the first own form on a page."""
        _status, _headers, body = self.get(path)
        text = body.decode()
        fields = re.findall(
            r'<input\s+type="hidden"\s+name="(\w+)"\s+value="([^"]*)"', text
        )
        return dict(fields)

    def send(self, path, fields, files=()):
        """Return ``(status, address or text)`` of the answer to a form.

        :param files: list of ``(name, bytes)``
        """
        boundary = uuid.uuid4().hex
        body = b"".join(
            f"--{boundary}\r\nContent-Disposition: form-data; "
            f'name="{name}"\r\n\r\n{value}\r\n'.encode()
            for name, value in fields.items()
        )
        for name, content in files:
            head = (
                f"--{boundary}\r\nContent-Disposition: form-data; "
                f'name="files"; filename="{name}"\r\n\r\n'
            )
            body += head.encode() + content + b"\r\n"
        body += f"--{boundary}--\r\n".encode()
        request = urllib.request.Request(self.url + path, body)
        kind = f"multipart/form-data; boundary={boundary}"
        request.add_header("Content-Type", kind)
        request.add_header("Cookie", f"session_id={self.cookie}")
        try:
            with _OPENER.open(request, timeout=300) as response:
                return response.status, response.read().decode()
        except urllib.error.HTTPError as error:
            if error.code == 303:
                return 303, urllib.parse.urlsplit(error.headers["Location"]).path
            return error.code, error.read().decode()


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_arguments):
        return None


_OPENER = urllib.request.build_opener(_NoRedirect)
