"""What may stand on a printed paper: plain functions on text, no ORM.

People's own words come onto papers; they must neither steer the renderer nor name
somebody the reader of the paper must not know.
"""

import re
import unicodedata
from itertools import groupby

import lxml.html
import qrcode

#: Text that only looks like something else: controls, bidirectional overrides and
#: isolates, invisible separators, half characters. Line ends and tabs stay.
_HIDDEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\xad"
    "\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\uffff"
    "\ud800-\udfff\U000e0000-\U000e007f]"
)
#: Elements that fetch, run or ask something.
_ACTIVE = (
    "script", "link", "iframe", "frame", "frameset", "object", "embed", "applet",
    "img", "picture", "video", "audio", "source", "track", "input", "button", "base",
    "form", "noscript", "image", "use", "foreignobject",
)  # fmt: skip
_REMOTE = frozenset(
    ("src", "srcset", "href", "xlink:href", "background", "data", "action", "poster")
)
_FETCHES = re.compile(r"url\s*\(|@import|expression\s*\(|\\", re.IGNORECASE)


def clean(text):
    r"""Return a text without characters that nobody sees but the renderer obeys.

    >>> clean("a\x00b\u202ec\r\nd\tE\ufeff")
    'abc\nd\tE'
    >>> clean(False)
    ''
    """
    return _HIDDEN.sub("", text.replace("\r\n", "\n")) if text else ""


def paragraphs(text):
    r"""Return the lines of a text that say something.

    >>> paragraphs(" First.\n\n  Second. \n")
    ['First.', 'Second.']
    """
    return [line.strip() for line in clean(text).split("\n") if line.strip()]


def redactor(secrets, mask):
    """Return a function that puts ``mask`` wherever a text tells a secret.

    Numbers are found however they are grouped, names whatever their case and spacing.
    Secrets of one character, or numbers of fewer than five digits, would hit innocent
    text and are left out.

    >>> hide = redactor(["Li Lei", "13800138000", "李雷"], "***")
    >>> hide("li  lei (138-0013 8000) is not Li Leigh; 投诉人李雷说")
    '*** (***) is not Li Leigh; 投诉人***说'
    >>> redactor(["11010119900307451X"], "***")("１１０１０１ 19900307 451x")
    '***'
    >>> redactor(["", None, "x", "12"], "***")("x, 12")
    'x, 12'
    """
    patterns = [_secret_pattern(secret) for secret in secrets if secret]
    patterns = sorted(filter(None, patterns), key=len, reverse=True)
    if not patterns:
        return clean
    found = re.compile("|".join(patterns), re.IGNORECASE)
    return lambda text: found.sub(lambda _match: mask, clean(text))


def _secret_pattern(secret):
    """Return the pattern of one secret, or ``None`` if it is too short to look for."""
    secret = unicodedata.normalize("NFC", clean(secret)).strip()
    digits = re.sub(r"[\s().+\-–]", "", unicodedata.normalize("NFKC", secret))
    if re.fullmatch(r"[0-9]+[0-9A-Za-z]?", digits):
        if len(digits) < 5:
            return None
        return r"[\s().\-–]*".join(map(_any_width, digits))
    if len(secret) < 2:
        return None
    body = r"\s+".join(map(re.escape, secret.split()))
    if secret[0].isascii() and secret[0].isalnum():
        body = r"(?<![A-Za-z0-9])" + body
    if secret[-1].isascii() and secret[-1].isalnum():
        body += r"(?![A-Za-z0-9])"
    return body


def _any_width(char):
    """Return a pattern of a digit or letter, of Latin or of Chinese width."""
    return f"[{char}{chr(ord(char) + 0xFEE0)}]"


def self_contained(html):
    """Return a page without anything that loads, links or runs.

    Words of people are escaped already; this is for pages that print formatted text.

    >>> page = '<p onclick="x()">a<img src="http://x/y"/><b style="color:red">b</b></p>'
    >>> self_contained(page)
    '<p>a<b style="color:red">b</b></p>'
    """
    root = lxml.html.fromstring(clean(str(html)))
    for node in list(root.iter()):
        if (
            not isinstance(node.tag, str)
            or node.tag in _ACTIVE
            or (node.tag == "meta" and node.get("http-equiv"))
            or node.tag == "style"
            and _FETCHES.search(node.text or "")
        ):
            _drop(node)
        else:
            _drop_attributes(node)
    return lxml.html.tostring(root, encoding="unicode", doctype=_doctype(root))


def _doctype(root):
    return "<!DOCTYPE html>" if root.tag == "html" else None


def _drop(node):
    if node.getparent() is not None:
        node.drop_tree()


def _drop_attributes(node):
    for name, value in node.attrib.items():
        if (
            name in _REMOTE
            or name.startswith("on")
            or (name == "style" and _FETCHES.search(value))
        ):
            del node.attrib[name]


def qr_path(text):
    """Return ``(size, path)`` of a QR code as SVG path data with its quiet zone.

    One of the eight masks is as readable as the next; trying all of them would take
    seven times as long.

    >>> size, path = qr_path("http://example.com")
    >>> size, path[:12]
    (33, 'M4 4h7v1h-7z')
    """
    code = qrcode.QRCode(
        error_correction=qrcode.constants.ERROR_CORRECT_M, border=4, mask_pattern=2
    )
    code.add_data(text)
    matrix = code.get_matrix()
    runs = []
    for row, cells in enumerate(matrix):
        column = 0
        for dark, run in groupby(cells):  # pylint: disable=bad-builtin-groupby
            width = len(list(run))
            if dark:
                runs.append(f"M{column} {row}h{width}v1h-{width}z")
            column += width
    return len(matrix), "".join(runs)
