"""Every attack on record has its answer, and every answer its tests."""

from tools import threats


def test_every_row_has_tests_that_are_there():
    assert threats.problems() == []


def test_the_document_is_what_the_table_says():
    assert threats.DOCUMENT.read_text() == threats.document(), "run ./run threats"
