"""Which files residents may send, under which names; plain Python."""

import io
import os
import re
import struct
import unicodedata
import zipfile
from tempfile import SpooledTemporaryFile
from typing import NamedTuple

from . import pictures
from .forms import clean_line

MAX_FILES = 10
MAX_FILE_SIZE = 20 * 1024 * 1024
MAX_TOTAL_SIZE = 50 * 1024 * 1024
#: What a form may weigh at all; beyond it the server hangs up before reading. So much
#: that whoever chose a whole film still reads why, and finds the text again; what is
#: over the size of a file is thrown away while it comes in, see :class:`CappedFile`.
MAX_REQUEST_SIZE = 1024 * 1024 * 1024
#: Office documents are zips; what they may hold, unpacked.
MAX_ZIP_MEMBERS = 5_000
MAX_ZIP_SIZE = 300 * 1024 * 1024
_NAME_LENGTH = 100
_IN_MEMORY = 512 * 1024
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
    """A file that did not pass.

    ``reason``: ``size``, ``type``, ``empty``, ``bomb``, ``count`` or ``total``.
    """

    name: str
    reason: str


class CappedFile(SpooledTemporaryFile):
    """Where a file arrives: one byte more than allowed is kept, the rest is forgotten.

    >>> with CappedFile() as file:
    ...     file.write(b"x" * MAX_FILE_SIZE), file.write(b"yz"), file.write(b"!"), file.tell()
    (20971520, 2, 1, 20971521)
    """

    def __init__(self):
        super().__init__(max_size=_IN_MEMORY, mode="w+b")

    def write(self, data):
        """Keep what still fits; tell the reader that all of it was taken."""
        room = MAX_FILE_SIZE + 1 - self.tell()
        if room > 0:
            super().write(data[:room])
        return len(data)


def clean_name(name):
    r"""Return a file name without path, control and bidi signs, its ending kept.

    >>> clean_name("../../etc/passwd"), clean_name("C:\\photos\\noise.jpg")
    ('passwd', 'noise.jpg')
    >>> clean_name("a\u202egpj.exe"), clean_name(".."), clean_name("噪音 1.JPG")
    ('agpj.exe', 'file', '噪音 1.JPG')
    >>> len(clean_name("x" * 300 + ".pdf")), len(clean_name("." + "x" * 300))
    (100, 100)
    """
    name = unicodedata.normalize("NFC", clean_line(name, 1000))
    name = re.split(r"[/\\]", name)[-1]
    name = _BAD_IN_NAMES.sub("", name).strip(" .")
    stem, ending = os.path.splitext(name)
    ending = ending[:20]
    return (stem[: _NAME_LENGTH - len(ending)] + ending) or "file"


def check_content(name, content):
    r"""Return the type of a file whose content fits its ending, or ``None``.

    >>> check_content("a.png", b"\x89PNG\r\n\x1a\n..."), check_content("a.png", b"<svg/>")
    ('image/png', None)
    >>> check_content("a.html", b"<b>"), check_content("a.txt", b"\xb9\xa4"), check_content("a", b"x")
    (None, 'text/plain', None)
    """
    mimetype, starts = _TYPES.get(_ending(name), (None, ()))
    if not mimetype:
        return None
    if starts and not any(
        content[offset : offset + len(start)] == start for offset, start in starts
    ):
        return None
    if starts is _ZIP and not _is_document(content):
        return None
    return mimetype


def is_bomb(name, content):
    """Tell whether a file is small only as long as nobody opens it.

    >>> is_bomb("a.txt", b"x")
    False
    """
    if _TYPES.get(_ending(name), (None, ()))[1] is _ZIP:
        return _is_zip_bomb(content)
    return pictures.is_bomb(content)


def _ending(name):
    return os.path.splitext(name)[1][1:].lower()


def _zip_members(content):
    """Return the members of a zip, ``None`` if it is none, without unpacking it.

    How many there are is read first: listing a million takes a gigabyte.

    >>> _zip_members(b"PK..")
    """
    end = content.rfind(b"PK\x05\x06")
    try:
        (count,) = struct.unpack_from("<H", content, end + 10)
        if end < 0 or content.count(b"PK\x01\x02") > max(count, MAX_ZIP_MEMBERS):
            return None
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return archive.infolist()
    except (
        zipfile.BadZipFile,
        struct.error,
        ValueError,
        OSError,
        NotImplementedError,
    ):
        return None


def _is_document(content):
    """Tell whether a zip is an office document.

    >>> _is_document(b"PK..")
    False
    """
    names = {member.filename for member in _zip_members(content) or ()}
    return bool(names & {"[Content_Types].xml", "mimetype"})


def _is_zip_bomb(content):
    members = _zip_members(content) or ()
    unpacked = sum(member.file_size for member in members)
    return len(members) > MAX_ZIP_MEMBERS or unpacked > MAX_ZIP_SIZE


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
        if count + len(kept) >= MAX_FILES:
            refused.append(Refused(name, "count"))
            continue
        content = storage.stream.read(MAX_FILE_SIZE + 1)
        reason = _refusal(name, content, size)
        if reason:
            refused.append(Refused(name, reason))
            continue
        kept.append(Upload(name, content, check_content(name, content)))
        size += len(content)
    return kept, refused


def _refusal(name, content, size):
    """Return why a file is refused, ``None`` if it may be kept.

    :param size: bytes of the files kept before it

    >>> _refusal("a.txt", b"", 0), _refusal("a.exe", b"MZ", 0), _refusal("a.txt", b"x", 0)
    ('empty', 'type', None)
    >>> _refusal("a.txt", b"x", MAX_TOTAL_SIZE)
    'total'
    """
    if len(content) > MAX_FILE_SIZE:
        return "size"
    if not content:
        return "empty"
    if not check_content(name, content):
        return "type"
    if is_bomb(name, content):
        return "bomb"
    return "total" if size + len(content) > MAX_TOTAL_SIZE else None
