"""Printed papers as PDF files: merged, numbered, searchable; no ORM."""

import io
import re
import unicodedata
import zlib

import pypdf
from pypdf.generic import NameObject, StreamObject

_STREAM = re.compile(rb"stream\r?\n(.*?)\r?\nendstream", re.DOTALL)
_RADICAL = re.compile(rb"<2[EeFf][0-9A-Fa-f]{2}>")
#: Radicals whose compatibility mapping is missing, or wrong for simplified characters,
#: and the characters that fonts draw like them.
_DRAWN_LIKE = dict(
    zip(
        "⺎⺒⺓⺕⺛⺠⺦⻁⻅⻆⻉⻋⻑⻓⻔⻘⻙⻚⻛⻜⻝⻢⻣⻤⻥⻦⻧⻨⻩⻪⻫⻬⻮⻯⻰⻱⻲⼾",
        "兀巳幺彐旡民丬虎见角贝车長长门青韦页风飞食马骨鬼鱼鸟卤麦黄黾斉齐齿竜龙龜亀户",
        strict=True,
    )
)


def merge(contents):
    """Return one PDF with the pages of many, in the order given."""
    if len(contents) == 1:
        return contents[0]
    writer = pypdf.PdfWriter()
    for content in contents:
        writer.append(io.BytesIO(content), import_outline=False)
    return _to_bytes(writer)


def page_count(content):
    """Return how many pages a PDF has."""
    return len(pypdf.PdfReader(io.BytesIO(content)).pages)


def text(content):
    """Return the text of a PDF, lines joined: the renderer breaks within words."""
    pages = pypdf.PdfReader(io.BytesIO(content)).pages
    return " ".join(page.extract_text().replace("\n", "") for page in pages)


def stamp(content, overlay):
    """Return a PDF whose pages also bear what is on the pages of the overlay.

    The renderer paints every page white within its margins. The marks stand in the
    margin of the content, so they go under it; on top they would hide it.
    """
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(content))
    marks = pypdf.PdfReader(io.BytesIO(overlay)).pages
    for page, mark in zip(writer.pages, marks, strict=True):
        page.merge_page(mark, over=False)
    return _to_bytes(writer)


def searchable(content):
    """Return a PDF whose text is found when searched, copied or read aloud.

    Some fonts draw 月 and the radical ⽉ alike; the renderer then notes the radical as
    the text, and nobody finds “12月1日” any more.
    """
    if not any(_RADICAL.search(text) for text in _character_maps(content)):
        return content
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(content))
    for thing in writer._objects:
        text = thing.get("/ToUnicode") if isinstance(thing, dict) else None
        text = text.get_object() if text is not None else None
        if isinstance(text, StreamObject):
            plain = StreamObject()
            plain.set_data(_RADICAL.sub(_ideograph, text.get_data()))
            thing[NameObject("/ToUnicode")] = writer._add_object(plain.flate_encode())
    return _to_bytes(writer)


def _character_maps(content):
    """Yield the tables of a PDF that say which text its glyphs stand for."""
    for match in _STREAM.finditer(content):
        try:
            text = zlib.decompress(match[1])
        except zlib.error:
            # the renderer leaves these tables uncompressed
            text = match[1]
        if b"begincmap" in text:
            yield text


def _ideograph(match):
    r"""Return the table's entry of the character a radical is drawn like.

    >>> _RADICAL.sub(_ideograph, b"[<2F49> <2EE3> <6708> <2E80>]")
    b'[<6708> <9AA8> <6708> <2E80>]'
    """
    radical = chr(int(match[0][1:-1], 16))
    plain = _DRAWN_LIKE.get(radical) or unicodedata.normalize("NFKC", radical)
    return b"<%04X>" % ord(plain)


def _to_bytes(writer):
    with io.BytesIO() as stream:
        writer.write(stream)
        return stream.getvalue()
