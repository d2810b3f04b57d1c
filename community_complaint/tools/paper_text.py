"""What may stand on a printed paper: plain functions on text, no ORM.

People's own words come onto papers; they must neither steer the renderer nor name
somebody the reader of the paper must not know.
"""

import re
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
