"""Drawings such as signatures as paths that a page can print without any image."""

import io
from itertools import groupby

from PIL import Image

#: Size of a drawing on paper, in units of its path; dots darker than this are ink.
_WIDTH, _HEIGHT, _INK = 300, 110, 150
_MAX_PIXELS = 4_000_000


def ink_path(content):
    """Return ``(width, height, path)`` of a drawing as SVG path data, ``None`` if empty.

    :param content: a picture, dark on white or on nothing

    >>> dot = Image.new("RGBA", (3, 2))
    >>> dot.putpixel((1, 0), (0, 0, 0, 255))
    >>> stream = io.BytesIO()
    >>> dot.save(stream, "PNG")
    >>> ink_path(stream.getvalue())
    (3, 2, 'M1 0h1v1h-1z')
    >>> ink_path(b"no picture")
    """
    try:
        image = Image.open(io.BytesIO(content), formats=["PNG", "JPEG"])
        if image.width * image.height > _MAX_PIXELS:
            return None
        image = image.convert("RGBA")
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        return None
    paper = Image.new("RGBA", image.size, "white")
    paper.alpha_composite(image)
    drawing = paper.convert("L")
    drawing.thumbnail((_WIDTH, _HEIGHT))
    path = "".join(_runs(drawing))
    return (*drawing.size, path) if path else None


def _runs(drawing):
    """Yield the dark runs of every row."""
    width, height = drawing.size
    dots = drawing.tobytes()
    for row in range(height):
        column = 0
        line = dots[row * width : (row + 1) * width]
        # pylint: disable-next=bad-builtin-groupby
        for dark, run in groupby(line, lambda dot: dot < _INK):
            length = len(list(run))
            if dark:
                yield f"M{column} {row}h{length}v1h-{length}z"
            column += length
