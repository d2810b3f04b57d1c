"""Which files residents may send, under which names; plain Python."""

import io
import os
import re
import unicodedata
import zipfile
from typing import NamedTuple

from .forms import clean_line

MAX_FILES = 10
MAX_FILE_SIZE = 20 * 1024 * 1024
MAX_TOTAL_SIZE = 50 * 1024 * 1024
#: What a form may weigh at all; beyond it the server hangs up before reading.
MAX_REQUEST_SIZE = 128 * 1024 * 1024
_NAME_LENGTH = 100
_BAD_IN_NAMES = re.compile(r'[<>:"/\\|?*\x00-\x1f\x7f]')

#: Types by ending, and how such a file begins (offset, bytes); ``()``: no fixed start.
_ZIP = ((0, b"PK\x03\x04"),)
_OLE = ((0, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"),)
_ISO_MEDIA = ((4, b"ftyp"),)
_TYPES = {
    "jpg": ("image/jpeg", ((0, b"\xff\xd8\xff"),)),
    "jpeg": ("image/jpeg", ((0, b"\xff\xd8\xff"),)),
    "png": ("image/png", ((0, b"\x89PNG\r\n\x1a\n"),)),
    "gif": ("image/gif", ((0, b"GIF8"),)),
    "webp": ("image/webp", ((8, b"WEBP"),)),
    "heic": ("image/heic", _ISO_MEDIA),
    "pdf": ("application/pdf", ((0, b"%PDF-"),)),
    "doc": ("application/msword", _OLE),
    "xls": ("application/vnd.ms-excel", _OLE),
    "docx": (
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        _ZIP,
    ),
    "xlsx": ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", _ZIP),
    "odt": ("application/vnd.oasis.opendocument.text", _ZIP),
    "txt": ("text/plain", ()),
    "mp3": ("audio/mpeg", ((0, b"ID3"), (0, b"\xff\xfb"), (0, b"\xff\xf3"))),
    "m4a": ("audio/mp4", _ISO_MEDIA),
    "amr": ("audio/amr", ((0, b"#!AMR"),)),
    "wav": ("audio/wav", ((8, b"WAVE"),)),
    "mp4": ("video/mp4", _ISO_MEDIA),
    "mov": ("video/quicktime", _ISO_MEDIA),
}
#: For the ``accept`` attribute of file fields.
ACCEPT = ",".join(f".{ending}" for ending in _TYPES)


class Upload(NamedTuple):
    """A file that passed; ``content`` is bytes."""

    name: str
    content: bytes
    mimetype: str


class Refused(NamedTuple):
    """A file that did not pass; ``reason``: ``size``, ``type``, ``empty``, ``count``
    or ``total``."""

    name: str
    reason: str


def clean_name(name):
    r"""Return a file name without path, control and bidi signs, its ending kept.

    >>> clean_name("../../etc/passwd"), clean_name("C:\\photos\\noise.jpg")
    ('passwd', 'noise.jpg')
    >>> clean_name("a\u202egpj.exe"), clean_name(".."), clean_name("噪音 1.JPG")
    ('agpj.exe', 'file', '噪音 1.JPG')
    >>> len(clean_name("x" * 300 + ".pdf"))
    100
    """
    name = unicodedata.normalize("NFC", clean_line(name, 1000))
    name = re.split(r"[/\\]", name)[-1]
    name = _BAD_IN_NAMES.sub("", name).strip(" .")
    stem, ending = os.path.splitext(name)
    return (stem[: _NAME_LENGTH - len(ending)] + ending) or "file"


def check_content(name, content):
    r"""Return the type of a file whose content fits its ending, or ``None``.

    >>> check_content("a.png", b"\x89PNG\r\n\x1a\n..."), check_content("a.png", b"<svg/>")
    ('image/png', None)
    >>> check_content("a.html", b"<b>"), check_content("a.txt", b"\xb9\xa4"), check_content("a", b"x")
    (None, 'text/plain', None)
    """
    ending = os.path.splitext(name)[1][1:].lower()
    mimetype, starts = _TYPES.get(ending, (None, ()))
    if not mimetype:
        return None
    if starts and not any(
        content[offset : offset + len(start)] == start for offset, start in starts
    ):
        return None
    if starts is _ZIP and not _is_document(content):
        return None
    return mimetype


def _is_document(content):
    """Tell whether a zip is an office document, without unpacking it.

    >>> _is_document(b"PK..")
    False
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = set(archive.namelist())
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError):
        return False
    return bool(names & {"[Content_Types].xml", "mimetype"})


def read_uploads(storages, count=0, size=0):
    """Sort sent files into those that may be kept and those refused.

    :param storages: Werkzeug ``FileStorage`` objects; nothing bigger than the limit is
        read into memory
    :param count: how many files are there already
    :param size: and their bytes
    :return: ``([Upload], [Refused])``
    """
    kept, refused = [], []
    for storage in storages:
        if not storage or not storage.filename:
            continue
        name = clean_name(storage.filename)
        content = storage.stream.read(MAX_FILE_SIZE + 1)
        mimetype = check_content(name, content)
        if len(content) > MAX_FILE_SIZE:
            reason = "size"
        elif not content:
            reason = "empty"
        elif not mimetype:
            reason = "type"
        elif count + len(kept) >= MAX_FILES:
            reason = "count"
        elif size + len(content) > MAX_TOTAL_SIZE:
            reason = "total"
        else:
            kept.append(Upload(name, content, mimetype))
            size += len(content)
            continue
        refused.append(Refused(name, reason))
    return kept, refused
