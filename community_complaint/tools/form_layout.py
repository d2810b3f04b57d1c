"""How the lines of a printed form and the rows of a register are laid out; no ORM."""

from math import ceil

#: Share of the printed columns in the width of the page, in percent, as the style says.
_SHARES = {
    "number": 9,
    "received": 8,
    "channel": 5,
    "complainant": 7,
    "type": 6,
    "matter": 15,
    "respondent": 8,
    "instruction": 9,
    "handled": 8,
    "result": 12,
    "closed": 8,
    "late": 5,
}
#: Chinese characters on a whole line of the page, and lines on a page.
_LINE = 78
_LINES = 42


def pairs(lines):
    """Return lines of a form as rows: two short ones side by side, a long one alone.

    :param lines: iterable of ``(label, text, wide)``
    :return: iterator of lists of one or two ``(label, text)``

    >>> list(pairs([("a", "1", False), ("b", "2", False), ("c", "3", True)]))
    [[('a', '1'), ('b', '2')], [('c', '3')]]
    >>> list(pairs([("a", "1", False), ("c", "3", True), ("b", "2", False)]))
    [[('a', '1')], [('c', '3')], [('b', '2')]]
    """
    row = []
    for label, text, wide in lines:
        if row and (wide or len(row) == 2):
            yield row
            row = []
        row.append((label, text))
        if wide:
            yield row
            row = []
    if row:
        yield row


def table_pages(rows):
    """Yield the rows of each printed page.

    The renderer does not repeat the heading of a table that goes on, so each page is a
    table of its own; how high rows are is estimated from their texts.

    >>> row = dict.fromkeys(_SHARES, "")
    >>> [len(page) for page in table_pages([row] * 50)]
    [19, 26, 5]
    >>> long = {**row, "matter": "字" * 160}
    >>> [len(page) for page in table_pages([long] * 5)]
    [2, 2, 1]
    >>> list(table_pages([]))
    []
    """
    page, room = [], _LINES - 10
    for row in rows:
        height = max(_height(key, text) for key, text in row.items()) + 0.6
        if page and height > room:
            yield page
            page, room = [], _LINES
        page.append(row)
        room -= height
    if page:
        yield page


def _height(key, text):
    """Return how many lines a text takes in its column."""
    chars = _SHARES.get(key, 8) * _LINE / 100 - 1
    return sum(
        max(1, ceil(sum(1 if ord(char) > 0x2E7F else 0.55 for char in line) / chars))
        for line in (text or "").split("\n")
    )
