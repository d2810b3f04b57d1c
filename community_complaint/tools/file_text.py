"""What is written in a file that leaves the house, as text to look for people in; no ORM.

Office documents and PDF files are taken apart as far as needed for that. Nothing here
raises on any input.
"""

import html
import io
import logging
import re
import zipfile

import pypdf

from .mail_charset import decode

_logger = logging.getLogger(__name__)
#: What is read at most: pages, bytes of one part of an archive, parts.
_PAGES = 300
_LONGEST = 20_000_000
_PARTS = 500
#: Parts of office documents in which people write: OOXML and OpenDocument, properties too.
_WRITTEN = re.compile(
    r"(?:(?:word|xl|ppt|docProps)/.+|content|meta|styles)\.xml", re.IGNORECASE
)
#: Where a new line begins; everything else inside a paragraph is one run of words.
_BREAK = re.compile(r"</(?:w:p|a:p|text:p|text:h|si|row|c)>|<w:br\b[^>]*>")
_TAG = re.compile(r"<[^>]*>")
#: Bytes that no text has.
_BINARY = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")


def file_text(content):
    """Return what is written in a file, ``None`` if nobody but a person can read it.

    :param content: bytes

    >>> file_text("证人：金丝雀".encode("gbk")), file_text(b"\\x89PNG\\r\\n\\x1a\\n\\x00")
    ('证人：金丝雀', None)
    >>> stream = io.BytesIO()
    >>> with zipfile.ZipFile(stream, "w") as archive:
    ...     archive.writestr(
    ...         "word/document.xml",
    ...         "<w:p><w:t>金</w:t><w:t>丝雀</w:t></w:p><w:p>A&amp;B</w:p>",
    ...     )
    >>> file_text(stream.getvalue())
    '金丝雀\\nA&B\\n'
    >>> file_text(b"PK\\x03\\x04 cut off"), file_text(b"%PDF-1.4 cut off")
    (None, None)
    """
    try:
        if content.startswith(b"%PDF-"):
            return _pdf_text(content)
        if content.startswith(b"PK"):
            return _archive_text(content)
    except Exception as error:  # noqa: BLE001 - whatever is wrong with somebody's file
        _logger.info("A file cannot be read: %s", type(error).__name__)
        return None
    if _BINARY.search(content):
        return None
    return decode(content[:_LONGEST])


def _pdf_text(content):
    """Return the text of a PDF; a page with none is a picture, for people."""
    reader = pypdf.PdfReader(io.BytesIO(content))
    if len(reader.pages) > _PAGES:
        return None
    pages = [page.extract_text() for page in reader.pages]
    properties = [str(value) for value in (reader.metadata or {}).values()]
    return "\n".join([*pages, *properties]) if all(map(str.strip, pages)) else None


def _archive_text(content):
    """Return the text of an office document, ``None`` for any other archive."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = [
            item for item in archive.infolist() if _WRITTEN.fullmatch(item.filename)
        ]
        if not parts or len(parts) > _PARTS:
            return None
        if any(item.file_size > _LONGEST for item in parts):
            return None
        texts = [archive.read(item).decode("utf-8", "replace") for item in parts]
    return "".join(map(_plain, texts))


def _plain(text):
    """Return the words of XML; of a paragraph cut into runs they stand together."""
    return html.unescape(_TAG.sub("", _BREAK.sub("\n", text)))
