"""The examples in the plain modules of custody and exports are true."""

import doctest
import io

import pypdf
import pytest

from community_complaint.tools import (
    cell_text,
    drawing,
    file_cleaning,
    file_text,
    hash_chain,
)


@pytest.mark.parametrize(
    "module", [cell_text, drawing, file_cleaning, file_text, hash_chain]
)
def test_examples(module):
    result = doctest.testmod(module)
    assert result.attempted > 0
    assert result.failed == 0


def test_a_broken_pdf_is_kept_as_it_is():
    """Whichever end is missing; the library stumbles over some in ways of its own."""
    stream = io.BytesIO()
    writer = pypdf.PdfWriter()
    writer.add_blank_page(100, 100)
    writer.write(stream)
    content = stream.getvalue()
    for end in range(content.index(b"xref"), len(content)):
        cut = content[:end] + content[end + 21 :]
        cleaned = file_cleaning.clean(cut)
        assert cleaned.removed is not None or cleaned.content == cut, end
