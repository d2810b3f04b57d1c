"""Old registers as offices keep them: every way to write them gives the same cases."""

import io
import random
from datetime import date, datetime

import openpyxl
import pytest

from community_complaint.tools import register_columns as columns
from community_complaint.tools import register_rows as rows
from community_complaint.tools import register_table as tables

TODAY = date(2026, 11, 29)
HEAD = "序号,登记日期,来访人姓名,联系电话,反映问题,办理结果,办结日期"


def read(content, today=TODAY, **kwargs):
    table = tables.read_table(content)
    headings = columns.find_headings(table.rows)
    found = columns.match_columns(headings.labels)
    return rows.read_entries(table, headings, found, today, **kwargs)


def lines(*records, head=HEAD, title=()):
    return "\r\n".join([*title, head, *records]) + "\r\n"


def workbook(fill, epoch_1904=False):
    book = openpyxl.Workbook()
    if epoch_1904:
        book.epoch = openpyxl.utils.datetime.CALENDAR_MAC_1904
    fill(book.active)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


@pytest.mark.parametrize(
    "codec", ["gbk", "gb18030", "utf-8", "utf-8-sig", "utf-16", "utf-16-le"]
)
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_charsets_and_separators(codec, separator):
    text = lines("1,2025/3/5,赵一,13800138001,噪声,已修,2025/3/12").replace(
        ",", separator
    )
    entries, left_out = read(text.encode(codec))
    assert [entry.said["name"] for entry in entries] == ["赵一"]
    assert entries[0].said["received"] == date(2025, 3, 5)
    assert entries[0].phase == "closed"
    assert not entries[0].doubts
    assert not left_out


def test_one_wrong_byte_ruins_one_letter():
    text = lines("1,2025/3/5,赵一,13800138001,楼上夜间装修噪声,已修,2025/3/12")
    for codec in ("utf-8", "gb18030"):
        content = bytearray(text.encode(codec))
        content[content.index("夜".encode(codec))] = 0xFF
        entries, _left_out = read(bytes(content))
        assert entries[0].said["name"] == "赵一"
        assert entries[0].said["matter"].startswith("楼上")


def test_line_breaks_and_separators_in_quotes():
    text = lines('1,2025/3/5,赵一,,"噪声，夜间,\n吵"",还有灰",已修,2025/3/12')
    entries, _left_out = read(text.encode())
    assert entries[0].said["matter"] == '噪声，夜间,\n吵",还有灰'


def test_an_open_quotation_mark_does_not_swallow_the_rest():
    records = [f"{n},2025/3/5,赵一,,噪声,已修,2025/3/12" for n in range(1, 400)]
    records[3] = '4,2025/3/5,钱二,,"噪声,已修,2025/3/12'
    entries, _left_out = read(lines(*records).encode())
    assert len(entries) == len(records)


def test_titles_footers_and_pages():
    text = lines(
        "1,3.5,赵一,13800138001,噪声,已修,3.12",
        HEAD,
        "2,3月9日,钱二,13800138002,路灯不亮,已修,3月10日",
        "合计,2,,,,,",
        "填表人：李敏,,,,审核：王强,,",
        title=["2024年度来访登记表,,,,,,", "单位：向阳社区,,,,,,"],
    )
    entries, left_out = read(text.encode("gbk"))
    assert [entry.said["received"] for entry in entries] == [
        date(2024, 3, 5),
        date(2024, 3, 9),
    ]
    assert all("year_guessed:received" in entry.doubts for entry in entries)
    assert [reason for _row, reason in left_out] == ["heading", "footer", "footer"]


def test_what_is_merged_belongs_to_all_its_rows():
    def fill(sheet):
        sheet.append(["2025年信访登记"])
        sheet.merge_cells("A1:G1")
        sheet.append(HEAD.split(","))
        day = datetime(2025, 3, 5)
        sheet.append([1, day, "赵一", "13800138001", "噪声", "已修", 45728])
        sheet.append([2, None, "钱二", "13800138002", "路灯不亮", None, None])
        sheet.append([3, datetime(2025, 3, 9), "孙三", None, "垃圾", "已清", 45731])
        sheet.append([None, None, None, None, "又堆了", None, None])
        sheet.merge_cells("B3:B4")
        for column in "ABCD":
            sheet.merge_cells(f"{column}5:{column}6")
        sheet.append(["合计", None, 3])

    entries, left_out = read(workbook(fill))
    assert [entry.said["number"] for entry in entries] == ["1", "2", "3"]
    assert entries[1].said["received"] == date(2025, 3, 5)
    assert entries[1].phase == "running"
    assert entries[2].said["matter"] == "垃圾\n又堆了"
    assert entries[0].said["closed"] == date(2025, 3, 12)
    assert left_out == [(7, "footer")]


def test_days_counted_from_1904():
    def fill(sheet):
        sheet.append(HEAD.split(","))
        sheet.append([1, datetime(2025, 3, 5), "赵一", None, "噪声", "已修", None])

    entries, _left_out = read(workbook(fill, epoch_1904=True))
    assert entries[0].said["received"] == date(2025, 3, 5)
    text = lines("1,44259,赵一,,噪声,已修,44266")
    entries, _left_out = read(text.encode(), epoch_1904=True)
    assert entries[0].said["received"] == date(2025, 3, 5)


def test_headings_of_two_rows():
    def fill(sheet):
        sheet.append(["序号", "登记日期", "来访人", None, "反映问题"])
        sheet.append([None, None, "姓名", "联系电话", None])
        sheet.merge_cells("C1:D1")
        for column in "ABE":
            sheet.merge_cells(f"{column}1:{column}2")
        sheet.append([1, "2025-3-5", "赵一", "13800138001", "噪声"])

    entries, _left_out = read(workbook(fill))
    assert len(entries) == 1
    assert entries[0].said["name"] == "赵一"
    assert entries[0].said["phone"] == "13800138001"


def test_every_doubt_is_marked():
    text = lines(
        "1,2025-2-30,赵一,13800138001,噪声,,",
        "2,2025-3-5,,138001,噪声,已修,2025-3-1",
        "3,2025-3-5,匿名,,噪声,已修,",
        "3,2027-3-5,王（匿名）,,,,",
        "5,,李四,,噪声,,",
    )
    entries, _left_out = read(text.encode())
    doubts = [set(entry.doubts) for entry in entries]
    assert {"bad_date:received", "no_received"} <= doubts[0]
    assert {"missing_name", "odd_phone", "closed_early"} <= doubts[1]
    assert {"anonymous_name", "no_closed", "duplicate"} <= doubts[2]
    assert {"future:received", "missing_matter", "anonymous_name"} <= doubts[3]
    assert "no_received" in doubts[4]
    blocked = [rows.is_blocking(entry.doubts) for entry in entries]
    assert blocked == [True, True, False, True, True]
    assert [entry.secrecy for entry in entries[2:4]] == ["anonymous", "confidential"]


def test_columns_of_secrecy_and_state():
    text = lines(
        "1,2025-3-5,赵一,噪声,是,办理中",
        "2,2025-3-5,钱二,噪声,不保密,已办结",
        "3,2025-3-5,孙三,噪声,蓝,不予受理",
        head="编号,来访日期,来访人,反映问题,是否保密,办理状态",
    )
    entries, _left_out = read(text.encode())
    assert [entry.secrecy for entry in entries] == [
        "confidential",
        "open",
        "confidential",
    ]
    assert [entry.phase for entry in entries] == ["running", "closed", "refused"]
    assert "unknown_word:secrecy" in entries[2].doubts


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty"),
        (b" \r\n\xef\xbb\xbf", "empty"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "old_format"),
        (
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
            + "EncryptedPackage".encode("utf-16-le"),
            "password",
        ),
        (b"PK\x03\x04broken", "broken"),
        (b"%PDF-1.7 ...", "not_a_table"),
        (b"<html><table><tr><td>1</td></tr></table>", "old_format"),
        (bytes(range(256)) * 40, "not_a_table"),
    ],
)
def test_what_is_no_register_says_so(content, code):
    with pytest.raises(tables.Unreadable) as caught:
        tables.read_table(content)
    assert caught.value.code == code


def test_damaged_files_raise_nothing_else():
    def fill(sheet):
        sheet.append(HEAD.split(","))
        for number in range(20):
            sheet.append([number, "2025-3-5", "赵一", None, "噪声", "已修", None])

    chance = random.Random(16)
    text = lines(*(f"{n},2025/3/5,赵一,,噪声,已修,45728" for n in range(20)))
    for source in (workbook(fill), text.encode("gbk"), text.encode()):
        for _turn in range(120):
            content = bytearray(source)
            for _count in range(chance.randint(1, 12)):
                content[chance.randrange(len(content))] = chance.randrange(256)
            content = bytes(content[: chance.randrange(8, len(content))])
            try:
                table = tables.read_table(content)
            except tables.Unreadable:
                continue
            headings = columns.find_headings(table.rows)
            if headings:
                found = columns.match_columns(headings.labels)
                rows.read_entries(table, headings, found, TODAY)
