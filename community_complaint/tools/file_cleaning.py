"""Copies of files without what tells who made them, where and when; no ORM.

A photo of a telephone knows its position, a document its author. Whoever works on a
case sees a copy without that; the original stays under lock and key.
"""

import contextlib
import io
import logging
from typing import NamedTuple

import pypdf
from PIL import ExifTags, Image, ImageOps

_logger = logging.getLogger(__name__)

#: Pictures larger than this are not opened: they take the server's memory.
MAX_PIXELS = 100_000_000
_FORMATS = {"JPEG", "PNG", "WEBP", "TIFF"}
#: What stays in a picture: how its colours look.
_HARMLESS = frozenset(
    {
        "adobe",
        "adobe_transform",
        "aspect",
        "chromaticity",
        "compression",
        "dpi",
        "gamma",
        "icc_profile",
        "interlace",
        "jfif",
        "jfif_density",
        "jfif_unit",
        "jfif_version",
        "loop",
        "background",
        "duration",
        "timestamp",
        "progression",
        "progressive",
        "resolution",
        "srgb",
        "transparency",
    }
)
_KEPT_SEGMENTS = (b"JFIF", b"JFXX", b"Adobe", b"ICC_PROFILE")
_TAGS = {
    "device": ("Make", "Model", "Software", "HostComputer", "CameraOwnerName"),
    "author": ("Artist", "Copyright", "XPAuthor"),
    "time": ("DateTime",),
}
_PDF_AUTHOR = ("/Author", "/Creator", "/Producer")
_PDF_TIME = ("/CreationDate", "/ModDate")


class Cleaned(NamedTuple):
    """A copy: its bytes and what was taken out.

    ``removed``: codes in alphabetical order, ``author``, ``device``, ``other``,
    ``position``, ``time``; empty if there was nothing. ``None`` if the file could not be
    looked into and the copy is the file itself.
    """

    content: bytes
    removed: tuple | None


def clean(content):
    """Return a clean copy of a file, recognised by what is in it.

    >>> clean(b"just text")
    Cleaned(content=b'just text', removed=None)
    """
    if content.startswith(b"%PDF-"):
        return _attempt(_clean_pdf, content)
    return _attempt(_clean_picture, content)


def _attempt(function, content):
    """Clean a file; whatever is broken about it, the file is kept as it is."""
    try:
        return function(content)
    except Exception as error:  # noqa: BLE001 - the libraries stumble in many ways
        _logger.info("A file is kept as it is: %s", error)
        return Cleaned(content, None)


# ----------------------------------------------------------------------
# Pictures
# ----------------------------------------------------------------------


def _clean_picture(content):
    image = Image.open(io.BytesIO(content), formats=sorted(_FORMATS))
    if image.width * image.height > MAX_PIXELS or getattr(image, "n_frames", 1) > 1:
        return Cleaned(content, None)
    removed = _picture_secrets(image)
    if not removed and _ends_with_more(image.format, content):
        removed = {"other"}
    if not removed:
        return Cleaned(content, ())
    return Cleaned(_encoded(image), tuple(sorted(removed)))


def _picture_secrets(image):
    """Return the codes of what a picture says besides what one sees."""
    exif = image.getexif()
    details = exif.get_ifd(ExifTags.IFD.Exif)
    names = {ExifTags.TAGS.get(tag) for tag in (*exif, *details)}
    found = {code for code, tags in _TAGS.items() if names.intersection(tags)}
    if any(name and name.startswith("DateTime") for name in names):
        found.add("time")
    if exif.get_ifd(ExifTags.IFD.GPSInfo):
        found.add("position")
    if image.format == "TIFF":
        # most of a TIFF's tags describe the picture itself
        return found
    if not found and (exif or _other_secrets(image)):
        found.add("other")
    return found


def _other_secrets(image):
    """Tell whether a picture has texts or segments that are not about its colours."""
    segments = [data for _name, data in getattr(image, "applist", ())]
    return bool(image.info.keys() - _HARMLESS) or any(
        not data.startswith(_KEPT_SEGMENTS) for data in segments
    )


def _ends_with_more(kind, content):
    """Tell whether something follows the picture, such as the film of a telephone."""
    if kind == "JPEG":
        return not content.rstrip(b"\0\n").endswith(b"\xff\xd9")
    return kind == "PNG" and len(content) > content.rfind(b"IEND") + 8


def _encoded(image):
    """Return a picture written anew, upright, with its colours and nothing else."""
    upright = ImageOps.exif_transpose(image)
    options = {}
    if profile := image.info.get("icc_profile"):
        options["icc_profile"] = profile
    if image.format == "JPEG":
        # "keep": the same tables, so that nearly nothing is lost
        turned = upright.size != image.size or upright.info != image.info
        options["quality"] = 95 if turned else "keep"
        upright = upright if turned else image
    elif image.format == "WEBP":
        options["quality"] = 95
    upright.info = {
        key: value for key, value in upright.info.items() if key in _HARMLESS
    }
    stream = io.BytesIO()
    upright.save(stream, image.format, exif=b"", **options)
    return stream.getvalue()


# ----------------------------------------------------------------------
# PDF
# ----------------------------------------------------------------------


def _clean_pdf(content):
    with _quietly():
        return _rewritten_pdf(pypdf.PdfReader(io.BytesIO(content)), content)


@contextlib.contextmanager
def _quietly():
    """Keep what a resident's broken file makes pypdf say out of the server's log."""
    logger = logging.getLogger("pypdf")
    level = logger.level
    logger.setLevel(logging.CRITICAL)
    try:
        yield
    finally:
        logger.setLevel(level)


def _rewritten_pdf(reader, content):
    if reader.is_encrypted:
        return Cleaned(content, None)
    removed = _pdf_secrets(reader)
    if not removed:
        return Cleaned(content, ())
    writer = pypdf.PdfWriter(clone_from=reader)
    writer.metadata = None
    writer._root_object.pop("/Metadata", None)
    stream = io.BytesIO()
    writer.write(stream)
    return Cleaned(stream.getvalue(), tuple(sorted(removed)))


def _pdf_secrets(reader):
    """Return the codes of what a PDF says about itself."""
    info = {key for key, value in (reader.metadata or {}).items() if value}
    found = set()
    if info.intersection(_PDF_AUTHOR):
        found.add("author")
    if info.intersection(_PDF_TIME):
        found.add("time")
    rest = info.difference(_PDF_AUTHOR, _PDF_TIME)
    if rest or "/Metadata" in reader.trailer["/Root"]:
        found.add("other")
    return found
