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
_VERBATIM = frozenset(["pre", "textarea", "xmp", "listing"])
#: A link that leads somewhere, for people.
_LINK = re.compile(r"(?:https?://|mailto:|tel:)[^\s<>\"]+", re.IGNORECASE)
_LONGEST_LINK = 300
_LONGEST_ALT = 200
_META = re.compile(
    rb"<meta[^>]{0,200}charset\s*=\s*[\"']?\s*([\w.:-]{2,40})", re.IGNORECASE
)
_HTML_HEAD = 4_096
_LONGEST_PLACEHOLDER = 300
#: What programs say where they have no plain text.
_PLACEHOLDER = re.compile(
    r"html|网页(?:格式|版|形式|方式)|網頁|超文本|富文本|不支持|不支援|无法(?:正常)?显示|無法顯示"
    r"|浏览器|瀏覽器|multi-?part|view (?:this|the|it)|enable|your (?:e-?mail )?(?:client|program)",
    re.IGNORECASE,
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
    >>> html_to_text("<a href='https://b.cn/1'>看这里</a> <img src='x' alt='三号楼'>")
    '看这里 (https://b.cn/1) [三号楼]'
    >>> html_to_text("<pre>第一行\\n    缩进</pre><p>A &lt; B</p>")
    '第一行\\n    缩进\\n\\nA < B'
    """
    html = html.replace("\r\n", "\n").replace("\r", "\n")
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
    # whether spaces and lines count, for each element that says so
    kept = []
    for event, node in etree.iterwalk(root, events=("start", "end")):
        tag = node.tag if isinstance(node.tag, str) else ""
        if event == "start":
            silent += tag in _SILENT
            if tag in _VERBATIM:
                kept.append(tag)
            if not silent:
                yield "\n" if tag in _BLOCKS else ""
                yield _picture(node) if tag == "img" else ""
                yield _laid_out(node.text, kept)
            continue
        silent -= tag in _SILENT
        if tag in _VERBATIM and kept:
            kept.pop()
        if not silent:
            yield _target(node) if tag == "a" else ""
            yield "\n" if tag in _BLOCKS and tag != "br" else ""
            yield " " if tag in ("td", "th") else ""
            yield _laid_out(node.tail, kept)


def _laid_out(text, kept):
    """Return text as a page shows it: outside of ``pre``, lines of the source are none."""
    return (text or "") if kept else (text or "").replace("\n", " ")


def _picture(node):
    """Return what a picture stands for, if somebody wrote it."""
    words = " ".join((node.get("alt") or "").split())[:_LONGEST_ALT]
    return f"[{words}]" if words and not _LINK.match(words) else ""


def _target(node):
    """Return where a link leads, if its words do not say it."""
    target = (node.get("href") or "").strip()
    if not _LINK.fullmatch(target) or len(target) > _LONGEST_LINK:
        return ""
    words = "".join(node.itertext()).strip()
    bare = re.sub(r"^(?:https?://|mailto:)(?:www\.)?", "", target).rstrip("/")
    if not words or bare.partition("?")[0] in words:
        return ""
    if target.lower().startswith("mailto:"):
        target = target[7:].partition("?")[0]
    return f" ({target})"


def html_charset(content):
    """Return the charset a page says it has, empty if it does not.

    >>> html_charset(b"<meta http-equiv=x content='text/html; charset=gb2312'>")
    'gb2312'
    """
    found = _META.search(content[:_HTML_HEAD])
    return found[1].decode("ascii", "replace") if found else ""


def unflowed(text, delete_spaces=False):
    """Return text whose lines were broken for transport (RFC 3676), as it was written.

    >>> unflowed("楼上 \\n夜间装修。\\n-- \\n李雷", delete_spaces=True)
    '楼上夜间装修。\\n-- \\n李雷'
    """
    lines, open_ = [], None
    for line in text.replace("\r\n", "\n").split("\n"):
        rest = line.lstrip(">")
        depth = len(line) - len(rest)
        rest = rest.removeprefix(" ")
        if open_ == depth and rest != "-- ":
            lines[-1] += rest
        else:
            lines.append(">" * depth + (" " if depth else "") + rest)
        flows = rest.endswith(" ") and rest != "-- "
        open_ = depth if flows else None
        if flows and delete_spaces:
            lines[-1] = lines[-1][:-1]
    return "\n".join(lines)


def is_placeholder(plain, page):
    """Return whether a plain text only says that there is a page instead.

    >>> is_placeholder("您的邮件客户端不支持HTML格式", "三号楼电梯坏了"), is_placeholder("a", "a")
    (True, False)
    """
    said, shown = ("".join(item.split()).lower() for item in (plain, page))
    if not shown or said in shown or len(said) > _LONGEST_PLACEHOLDER:
        return False
    return bool(_PLACEHOLDER.search(plain)) or len(said) * 10 < len(shown)


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
