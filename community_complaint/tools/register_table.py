"""An old register as a table of cells, whatever program wrote the file; no ORM.

CSV in the charsets and separators that Chinese offices use, and XLSX. What cannot be read
is an :class:`Unreadable` with a code, for which the screen has a sentence.
"""

import csv
import io
import re
import zipfile
from collections import Counter
from datetime import date, datetime, time
from typing import NamedTuple

import openpyxl

from .mail_charset import decode

#: Longer registers are brought in by parts.
MOST_ROWS = 50_000
#: Columns that are looked at.
_MOST_COLUMNS = 120
#: What a workbook may unpack to.
_MOST_UNPACKED = 300 * 1024 * 1024
_SEPARATORS = (",", ";", "\t", "|", "，", "；")
#: Records of a file that its separator is guessed from.
_SAMPLE = 200
#: More lines in one cell are an open quotation mark.
_MOST_LINES = 200
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
#: Others that people take for a workbook.
_NOT_TABLES = (b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"Rar!", b"7z\xbc\xaf")
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f]")
_BLANK = " \t\r\n\x0b\x0c\xa0\u3000\u200b\ufeff"


class Unreadable(Exception):
    """A file that is no register: ``code`` says why.

    ``empty``, ``old_format``, ``password``, ``not_a_table``, ``broken``, ``too_long``
    """

    def __init__(self, code):
        super().__init__(code)
        self.code = code


class Table(NamedTuple):
    """Cells of a register.

    ``rows``: lists of ``str``, ``int``, ``float``, ``date``, ``datetime`` or ``None``, all
    of one length; ``numbers``: the number of each row in the file, as people see it there;
    ``merged``: ``{(row, column): row of its first cell}`` of cells merged with one above,
    which have its value; ``epoch_1904``: the file counts its days from 1904; ``how``:
    charset and separator, or the name of the sheet.
    """

    rows: list
    numbers: list
    merged: dict
    epoch_1904: bool
    how: str


def read_table(content, most=MOST_ROWS):
    """Return the :class:`Table` of a file.

    :param content: its bytes
    :raise Unreadable: see there

    >>> read_table("序号;姓名\\n1;赵一\\n".encode("gbk")).rows
    [['序号', '姓名'], ['1', '赵一']]
    >>> read_table(b"")
    Traceback (most recent call last):
    ...
    community_complaint.tools.register_table.Unreadable: empty
    """
    if not content or not content.strip(_BLANK.encode()):
        raise Unreadable("empty")
    if content.startswith(b"PK\x03\x04"):
        table = _read_workbook(content, most)
    elif content.startswith(_OLE):
        secret = "EncryptedPackage".encode("utf-16-le")
        raise Unreadable("password" if secret in content else "old_format")
    elif content.startswith(_NOT_TABLES):
        raise Unreadable("not_a_table")
    elif content[:512].lstrip().lower().startswith((b"<html", b"<table", b"<!doctype")):
        # what many programs call .xls
        raise Unreadable("old_format")
    else:
        table = _read_text(content, most)
    if not table.rows:
        raise Unreadable("empty")
    return table


# ----------------------------------------------------------------------
# Text
# ----------------------------------------------------------------------


def _read_text(content, most):
    text, charset = _decoded(content)
    if len(_CONTROL.findall(text)) > len(text) // 100:
        raise Unreadable("not_a_table")
    text = text.replace("\0", "").removeprefix("\ufeff")
    hint, _end, rest = text.partition("\n")
    if hint.strip().lower().startswith("sep=") and len(hint.strip()) == 5:
        separator, text, first = hint.strip()[4], rest, 2
    else:
        separator, first = _separator(text), 1
    rows, numbers = _records(text, separator, first, most)
    shown = {"\t": "Tab"}.get(separator, separator)
    return _tidy(rows, numbers, {}, False, f"{charset} {shown}")


def _decoded(content):
    """Return ``(text, name of its charset)``.

    One wrong byte does not make another charset of a file.

    >>> _decoded("楼上".encode("utf-8-sig"))[1], _decoded("楼上".encode("gb18030"))[1]
    ('UTF-8', 'GB18030')
    >>> _decoded("登记日期,来访人姓名".encode() + b"\\xff")
    ('登记日期,来访人姓名\ufffd', 'UTF-8')
    """
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return content.decode("utf-16", "replace"), "UTF-16"
    even, odd = content[::2].count(0), content[1::2].count(0)
    if max(even, odd) * 40 > len(content) and max(even, odd) > 9 * min(even, odd):
        name = "utf-16-le" if odd > even else "utf-16-be"
        return content.decode(name, "replace"), "UTF-16"
    for name in ("utf-8-sig", "gb18030"):
        try:
            return content.decode(name), name.removesuffix("-sig").upper()
        except UnicodeDecodeError:
            continue
    utf8 = content.decode("utf-8", "replace")
    letters = sum("\u3400" <= char <= "\u9fff" for char in utf8)
    if utf8.count("\ufffd") * 3 <= letters:
        return utf8, "UTF-8"
    gb = content.decode("gb18030", "replace")
    if gb.count("\ufffd") * 50 <= len(gb):
        return gb, "GB18030"
    return decode(content), "?"


def _separator(text):
    """Return the separator that makes the most even table.

    >>> _separator("a;b;c\\n1;2,5;3\\n"), _separator("a\\tb\\n1,2\\t3\\n"), _separator("a\\n")
    (';', '\\t', ',')
    """
    best, chosen = 0, ","
    for separator in _SEPARATORS:
        sizes = Counter()
        for count, row in enumerate(_reader(text, separator)):
            if count == _SAMPLE:
                break
            if any(cell.strip(_BLANK) for cell in row):
                sizes[len(row)] += 1
        total = sum(sizes.values())
        score = max(
            (
                count * min(size, 30) / total
                for size, count in sizes.items()
                if size > 1
            ),
            default=0,
        )
        if score > best:
            best, chosen = score, separator
    return chosen


def _reader(text, separator):
    return csv.reader(io.StringIO(text, newline=""), delimiter=separator)


def _records(text, separator, first, most):
    """Return rows and the line at which each begins.

    A quotation mark that is never closed would make one cell of all that follows: then
    quotation marks are letters.
    """
    for quoting in (csv.QUOTE_MINIMAL, csv.QUOTE_NONE):
        reader = csv.reader(
            io.StringIO(text, newline=""), delimiter=separator, quoting=quoting
        )
        rows, numbers, line = [], [], first
        try:
            for row in reader:
                if len(rows) > most:
                    raise Unreadable("too_long")
                rows.append(row[:_MOST_COLUMNS])
                numbers.append(line)
                line = first + reader.line_num
        except csv.Error:
            continue
        if all(cell.count("\n") < _MOST_LINES for row in rows for cell in row):
            return rows, numbers
    return rows, numbers


# ----------------------------------------------------------------------
# Workbooks
# ----------------------------------------------------------------------


def _read_workbook(content, most):
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = {item.filename for item in archive.infolist()}
            size = sum(item.file_size for item in archive.infolist())
    except (zipfile.BadZipFile, ValueError, OSError) as error:
        raise Unreadable("broken") from error
    if not any(name.lower().endswith("xl/workbook.xml") for name in names):
        raise Unreadable("not_a_table")
    if size > _MOST_UNPACKED:
        raise Unreadable("too_long")
    try:
        book = openpyxl.load_workbook(io.BytesIO(content), data_only=True)
    except Exception as error:  # noqa: BLE001  whatever a broken file raises there
        raise Unreadable("broken") from error
    sheets = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"]
    sheets = [sheet for sheet in sheets or book.worksheets if sheet.max_row]
    tables = [_read_sheet(sheet, book.epoch.year == 1904, most) for sheet in sheets]
    # notes and lists to choose from lie on other sheets
    return max(
        tables,
        key=lambda table: sum(len(row) for row in table.rows),
        default=Table([], [], {}, False, ""),
    )


def _read_sheet(sheet, epoch_1904, most):
    if sheet.max_row > most * 4:
        raise Unreadable("too_long")
    # what is merged: the values that only the first cell has
    filled, merged = {}, {}
    for area in sheet.merged_cells.ranges:
        if area.max_row - area.min_row > most or area.max_col > _MOST_COLUMNS:
            continue
        value = sheet.cell(area.min_row, area.min_col).value
        for row in range(area.min_row, area.max_row + 1):
            for column in range(area.min_col, area.max_col + 1):
                if row > area.min_row:
                    filled[row - 1, column - 1] = value
                    merged[row - 1, column - 1] = area.min_row - 1
    rows, numbers = [], []
    places = {}
    for index, cells in enumerate(
        sheet.iter_rows(max_col=min(sheet.max_column, _MOST_COLUMNS), values_only=True)
    ):
        row = [
            _plain(filled.get((index, column), cell))
            for column, cell in enumerate(cells)
        ]
        if any(cell not in (None, "") for cell in row):
            if len(rows) > most:
                raise Unreadable("too_long")
            places[index] = len(rows)
            rows.append(row)
            numbers.append(index + 1)
    merged = {
        (places[row], column): places[above]
        for (row, column), above in merged.items()
        if row in places and above in places
    }
    return _tidy(rows, numbers, merged, epoch_1904, sheet.title)


def _plain(cell):
    """Return the value of a cell of a workbook as one of ours."""
    if cell is None or isinstance(cell, datetime | date | str):
        return cell
    if isinstance(cell, bool):
        return "是" if cell else "否"
    if isinstance(cell, float) and cell.is_integer():
        return int(cell)
    if isinstance(cell, int | float):
        return cell
    if isinstance(cell, time):
        return cell.strftime("%H:%M")
    return str(cell)


# ----------------------------------------------------------------------
# Both
# ----------------------------------------------------------------------


def _tidy(rows, numbers, merged, epoch_1904, how):
    """Return the table without blank rows and trailing columns, all rows alike long."""
    rows = [
        [cell.strip(_BLANK) if isinstance(cell, str) else cell for cell in row]
        for row in rows
    ]
    kept = [
        place
        for place, row in enumerate(rows)
        if any(cell not in (None, "") for cell in row)
    ]
    width = max(
        (
            place + 1
            for row in rows
            for place, cell in enumerate(row)
            if cell not in (None, "")
        ),
        default=0,
    )
    order = {place: index for index, place in enumerate(kept)}
    return Table(
        [
            [cell if cell != "" else None for cell in rows[place][:width]]
            + [None] * (width - len(rows[place]))
            for place in kept
        ],
        [numbers[place] for place in kept],
        {
            (order[row], column): order[above]
            for (row, column), above in merged.items()
            if row in order and above in order
        },
        epoch_1904,
        how,
    )
