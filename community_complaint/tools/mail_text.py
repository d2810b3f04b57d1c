"""Plain text of what people mail: without markup, remote content or who they are.

Plain Python and lxml. Nothing here raises on any input.
"""

import re

from lxml import etree

from . import finder
from .printable import one_line, printable

#: HTML that is looked at, in characters.
_LONGEST_HTML = 2_000_000
_BLOCKS = frozenset(
    [
        "address",
        "article",
        "blockquote",
        "br",
        "center",
        "dd",
        "div",
        "dl",
        "dt",
        "fieldset",
        "figure",
        "footer",
        "form",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "header",
        "hr",
        "li",
        "main",
        "nav",
        "ol",
        "p",
        "pre",
        "section",
        "table",
        "tr",
        "ul",
    ]
)
_SILENT = frozenset(
    ["script", "style", "head", "title", "noscript", "template", "object", "iframe"]
)
_RESERVED_NAME = re.compile(r'[<>:"|?*\\/]')
#: What stands where a name was taken out.
MASK = "〔…〕"


def html_to_text(html):
    """Return the text of HTML: no tags, no scripts, nothing fetched from anywhere.

    >>> html_to_text("<style>p{}</style><p>您好：<br>楼上<b>装修</b></p><img src='http://x/t'>")
    '您好：\\n楼上装修'
    >>> html_to_text("<table><tr><td>日期<td>3月</tr></table>"), html_to_text("<")
    ('日期 3月', '<')
    """
    content = html[:_LONGEST_HTML].encode("utf-8", "replace")
    parser = etree.HTMLParser(
        encoding="utf-8", no_network=True, remove_comments=True, remove_pis=True
    )
    try:
        root = etree.fromstring(content, parser)
    except (etree.LxmlError, ValueError, AssertionError):
        root = None
    if root is None:
        return tidy(html)
    return tidy("".join(_pieces(root)))


def _pieces(root):
    """Yield the text of an element and what is in it, in order."""
    silent = 0
    for event, node in etree.iterwalk(root, events=("start", "end")):
        tag = node.tag if isinstance(node.tag, str) else ""
        if event == "start":
            silent += tag in _SILENT
            if not silent:
                yield "\n" if tag in _BLOCKS else ""
                yield " ".join((node.text or "").split(" ")).replace("\n", " ")
            continue
        silent -= tag in _SILENT
        if not silent:
            yield "\n" if tag in _BLOCKS and tag != "br" else ""
            yield " " if tag in ("td", "th") else ""
            yield (node.tail or "").replace("\n", " ")


def tidy(text):
    """Return text without control characters, trailing spaces and heaps of lines.

    >>> tidy("a  \\r\\n\\n\\n\\n b\\x00\\u202e")
    'a\\n\\n b'
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\xa0", " ")
    text = printable(text)
    text = "\n".join(line.rstrip() for line in text.split("\n"))
    return re.sub(r"\n{3,}", "\n\n", text).strip("\n")


def mask(text, *secrets):
    """Return text in which names and addresses are taken out, and whatever numbers and
    addresses people are reached by: who writes in secret signs with them.

    >>> mask("王芳 (wang.fang@b.cn) wrote; lift", "王芳", "Wang.Fang@b.cn", "li")
    '〔…〕 (〔…〕) wrote; lift'
    >>> mask("联系电话139-1111-2222。王女士", "王芳")
    '联系电话〔…〕。〔…〕'
    """
    known = [
        (finder.classify(item), item.strip())
        for item in secrets
        if item and item.strip()
    ]
    return finder.redact(text, known, {"name": MASK}, contact=finder.PRIVATE)


def safe_name(name, fallback="attachment"):
    """Return a file name without folders, control characters or hidden endings.

    >>> safe_name("C:\\\\tmp\\\\照片.jpg"), safe_name("../../etc/passwd"), safe_name(" . ")
    ('照片.jpg', 'passwd', 'attachment')
    >>> safe_name("photo\\u202egpj.exe"), len(safe_name("字" * 300 + ".jpeg"))
    ('photo gpj.exe', 120)
    """
    name = one_line(name or "").replace("\\", "/").rpartition("/")[2]
    name = _RESERVED_NAME.sub("_", name).strip(". ")
    if not name:
        return fallback
    stem, dot, ending = name.rpartition(".")
    if len(name) > 120 and dot and len(ending) <= 10:
        return f"{stem[: 119 - len(ending)]}.{ending}"
    return name[:120]
