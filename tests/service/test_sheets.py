"""Sheets: what is read out of workbooks and csv files, and every file that is refused, with place and reason."""

import io
import zipfile
from collections.abc import Callable
from datetime import date, datetime, time
from typing import Any

import pytest
from openpyxl import Workbook

from service.errors import Refused
from service.sheets.reading import Column, DateText, letters, match, read_sheet
from service.sheets.xlsx import DAMAGED, write_workbook
from tests.service.workbooks import csv, edited, saved, with_part, xlsx

GOOD = xlsx([("编码", "名称"), ("a", "甲")])
SHEET_PART = "xl/worksheets/sheet1.xml"


def cells(data: bytes, filename: str = "表.xlsx") -> list[tuple[str, ...]]:
    return [row.cells for row in read_sheet(data, filename).rows]


def test_cells_are_read_as_a_person_reads_them() -> None:
    half_past_eight = datetime.fromisoformat("2023-04-01T08:30")
    values = (1001.0, 1001, 0.1 + 0.2, True, " 　甲乙\u3000\u00a0", date(2023, 4, 1), half_past_eight, None)
    read = read_sheet(xlsx([("一", "二", "三", "四", "五", "六", "七", "八"), values]), "表.xlsx")
    assert read.rows[0].cells == ("1001", "1001", "0.3", "TRUE", "甲乙", "2023-04-01", "2023-04-01 08:30", "")
    assert isinstance(read.rows[0].cells[5], DateText)
    assert (read.name, read.rows[0].number) == ("Sheet1", 2)


def test_other_kinds_of_cells() -> None:
    assert cells(xlsx([("a", "b"), (time(8, 30), 138e8), (-1.5, 10**14)])) == [
        ("08:30:00", "13800000000"),
        ("-1.5", "100000000000000"),
    ]


def test_a_code_shown_with_leading_zeros_keeps_them() -> None:
    def shape(sheet: Any) -> None:
        sheet["A2"].number_format = "00000"

    assert cells(xlsx([("编码", "名称"), (12, "甲")], shape)) == [("00012", "甲")]


def test_a_title_may_stand_merged_above_the_headings() -> None:
    def shape(sheet: Any) -> None:
        sheet.merge_cells("A1:C1")

    rows = [("盐井镇单位一览表", None, None), (None, None, None), ("编码", "名称", "类型"), ("a", "甲", "村")]
    data = xlsx(rows, shape)
    read = read_sheet(data, "表.xlsx")
    assert (read.headings, read.heading_row, read.rows[0].number) == (("编码", "名称", "类型"), 3, 4)
    assert read.place(4, 2) == "Sheet1!C4 类型"


def test_empty_rows_are_passed_over_and_numbers_stay() -> None:
    data = xlsx([("编码", "名称"), ("a", "甲"), (None, "　"), (), ("b", "乙")])
    assert [(row.number, row.cells[0]) for row in read_sheet(data, "表.xlsx").rows] == [(2, "a"), (5, "b")]


def test_the_first_sheet_that_can_be_seen_is_read() -> None:
    book = Workbook()
    hidden: Any = book.active
    hidden.append(["编码", "旧的"])
    hidden.sheet_state = "hidden"
    shown: Any = book.create_sheet("单位")
    shown.append(["编码", "名称"])
    shown.append(["a", "甲"])
    assert read_sheet(saved(book), "表.xlsx").name == "单位"


def test_a_formula_with_its_value_is_read() -> None:
    data = xlsx([("编码", "名称"), ("a", "=A2")])
    valued = edited(data, SHEET_PART, lambda part: part.replace(b"<f>A2</f>", b"<f>A2</f><v>7</v>"))
    assert cells(valued) == [("a", "7")]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_csv_is_read_in_every_encoding_and_with_every_separator(encoding: str, separator: str) -> None:
    words = f'编码{separator}名称\r\n"a"{separator}"甲{separator}乙"\r\n\r\nb{separator}𠮷\r\n'
    read = read_sheet(words.encode(encoding), "/some/where/单位.csv")
    assert read.name == "单位.csv"
    assert [(row.number, row.cells) for row in read.rows] == [(2, ("a", f"甲{separator}乙")), (4, ("b", "𠮷"))]


def test_what_a_file_is_decides_not_its_name() -> None:
    assert cells(GOOD, "表.csv") == [("a", "甲")]
    assert cells(csv([("编码", "名称"), ("a", "甲")]), "表") == [("a", "甲")]


def test_what_is_written_is_read_again() -> None:
    data = write_workbook("单位", ["编码", "名称"], [("007", "=1+1"), ("1e5", "甲")])
    assert cells(data) == [("007", "=1+1"), ("1e5", "甲")]


def test_further_sheets_that_hold_something_are_told_and_not_passed_over() -> None:
    book = Workbook()
    first: Any = book.active
    first.append(["编码", "名称"])
    first.append(["a", "甲"])
    book.create_sheet("说明")["C7"] = "填表说明"
    book.create_sheet("旧表")["A1"] = "b"
    book["旧表"].sheet_state = "hidden"
    book.create_sheet("空表")
    read = read_sheet(saved(book), "表.xlsx")
    assert [row.cells for row in read.rows] == [("a", "甲")]
    assert [(one.field, one.reason) for one in read.unread] == [
        ("说明", "was not read: of several sheets only the first visible one is"),
        ("旧表", "is hidden and was not read"),
    ]
    assert read_sheet(xlsx([("编码", "名称"), ("a", "甲")]), "表.xlsx").unread == ()


def merged(area: str) -> Callable[[Any], None]:
    return lambda sheet: sheet.merge_cells(area)


def bomb() -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("[Content_Types].xml", b"")
        for number in range(3):
            packed.writestr(f"xl/{number}.xml", bytes(80 * 1024 * 1024))
    return written.getvalue()


def laughs(part: bytes) -> bytes:
    entities = b'<!ENTITY l0 "ha">' + b"".join(
        b'<!ENTITY l%d "%s">' % (n, b"&l%d;" % (n - 1) * 10) for n in range(1, 12)
    )
    body = part.split(b"?>", 1)[-1]
    return b"<!DOCTYPE worksheet [" + entities + b"]>" + body.replace(b"<sheetData>", b"<sheetData>&l11;")


def locked() -> bytes:
    written = bytearray(GOOD)
    for sign in (b"PK\x03\x04", b"PK\x01\x02"):
        at = -1
        while (at := written.find(sign, at + 1)) >= 0:
            written[at + (6 if sign.endswith(b"\x04") else 8)] |= 1
    return bytes(written)


def numbered_wide(count: int) -> bytes:
    return xlsx([[f"列{n}" for n in range(count)], ["x"] * count])


BAD_FILES: dict[str, tuple[Callable[[], bytes], str, str, str]] = {
    "empty": (lambda: b"", "表.csv", "表.csv", "is empty"),
    "blank": (lambda: b" \r\n , ,\r\n", "表.csv", "表.csv", "is empty"),
    "empty sheet": (lambda: xlsx([]), "表.xlsx", "Sheet1", "is empty"),
    "headings alone": (lambda: xlsx([("编码", "名称")]), "表.xlsx", "Sheet1", "no rows"),
    "nothing in the first rows": (
        lambda: xlsx([*[()] * 20, ("编码", "名称"), ("a", "甲")]), "表.xlsx", "Sheet1", "first 20 rows",
    ),
    "over 20 MB": (lambda: b"x" * (20 * 1024 * 1024 + 1), "表.csv", "表.csv", "20 MB"),
    "zip bomb": (bomb, "表.xlsx", "表.xlsx", "unpacks to more than 200 MB"),
    "entities that multiply": (lambda: edited(GOOD, SHEET_PART, laughs), "表.xlsx", "表.xlsx", "damaged"),
    "macros by name": (lambda: GOOD, "表.XLSM", "表.XLSM", "macros"),
    "macros inside": (lambda: with_part(GOOD, "xl/vbaProject.bin", b"x"), "表.xlsx", "表.xlsx", "macros"),
    "encrypted workbook": (
        lambda: b"\xd0\xcf\x11\xe0" + bytes(500) + "EncryptedPackage".encode("utf-16-le"), "表.xlsx", "表.xlsx",
        "is encrypted",
    ),
    "encrypted zip": (locked, "表.xlsx", "表.xlsx", "is encrypted"),
    "old workbook": (lambda: b"\xd0\xcf\x11\xe0" + bytes(500), "表.xls", "表.xls", "save it as one"),
    "text called xlsx": (lambda: b"hello", "表.xlsx", "表.xlsx", "save it as one"),
    "zip that is no workbook": (lambda: with_part(b"", "a.txt", b"x"), "表.xlsx", "表.xlsx", "save it as one"),
    "cut short": (lambda: GOOD[: len(GOOD) // 2], "表.xlsx", "表.xlsx", DAMAGED),
    "sheet missing": (lambda: edited(GOOD, SHEET_PART, None), "表.xlsx", "表.xlsx", "no sheet that can be seen"),
    "workbook missing": (lambda: edited(GOOD, "xl/workbook.xml", None), "表.xlsx", "表.xlsx", DAMAGED),
    "sheet of garbage": (lambda: edited(GOOD, SHEET_PART, lambda _: b"<x"), "表.xlsx", "表.xlsx", DAMAGED),
    "number of garbage": (
        lambda: edited(xlsx([("a", "b"), (1, 2)]), SHEET_PART, lambda part: part.replace(b"<v>1</v>", b"<v>z</v>")),
        "表.xlsx", "表.xlsx", DAMAGED,
    ),
    "row beyond the last": (
        lambda: edited(GOOD, SHEET_PART, lambda part: part.replace(b'<row r="2"', b'<row r="99999999999"')),
        "表.xlsx", "Sheet1", "200000 rows",
    ),
    "formula in a row beyond the last": (
        lambda: edited(
            xlsx([("a", "b"), ("=1", 2)]), SHEET_PART, lambda part: part.replace(b'<row r="2"', b'<row r="99999999999"')
        ),
        "表.xlsx", "Sheet1", "200000 rows",
    ),
    "too many rows": (lambda: b"a,b\n" + b"1,2\n" * 200_001, "表.csv", "表.csv", "200000 rows"),
    "too many columns": (lambda: numbered_wide(65), "表.xlsx", "Sheet1", "64 columns"),
    "merged in the data": (
        lambda: xlsx([("编码", "名称"), ("a", "甲"), ("b", "")], merged("B2:B3")), "表.xlsx", "Sheet1!B2:B3", "merged",
    ),
    "merged headings": (
        lambda: xlsx([("编码", "名称", "类型"), ("a", "甲")], merged("B1:C1")), "表.xlsx", "Sheet1!B1:C1", "merged",
    ),
    "formula without value": (
        lambda: xlsx([("编码", "名称"), ("a", "=A2")]), "表.xlsx", "Sheet1!B2", "formula without a value",
    ),
    "error value": (lambda: xlsx([("编码", "名称"), ("a", "#N/A")]), "表.xlsx", "Sheet1!B2", "error: #N/A"),
    "rounded number": (
        lambda: xlsx([("编码", "名称"), (110101199001011234, "甲")]), "表.xlsx", "Sheet1!A2", "more than 15 digits",
    ),
    "rounded heading": (lambda: xlsx([("编码", 10**16), ("a", "甲")]), "表.xlsx", "Sheet1!B1", "more than 15 digits"),
    "value without heading": (lambda: xlsx([("编码", "名称"), ("a", "甲", "x")]), "表.xlsx", "Sheet1!C2", "no heading"),
    "value under an empty heading": (
        lambda: xlsx([("编码", None, "名称"), ("a", "x", "甲")]), "表.xlsx", "Sheet1!B2", "no heading",
    ),
    "csv of zeros": (lambda: bytes(50), "表.csv", "表.csv", "UTF-8 or GB 18030"),
    "csv in UTF-16": (lambda: "编码,名称\na,甲".encode("utf-16"), "表.csv", "表.csv", "UTF-8 or GB 18030"),
    "csv of bytes": (lambda: b"\x80\xff\x80", "表.csv", "表.csv", "UTF-8 or GB 18030"),
    "csv with a stray quote": (lambda: b'a,b\n"x"y,2\n', "表.csv", "表.csv", "line 2 is not csv"),
    "csv with an open quote": (lambda: b'a,b\n"x,2\n', "表.csv", "表.csv", "is not csv"),
    "csv with an endless cell": (lambda: b"a,b\n" + b"x" * 200_000, "表.csv", "表.csv", "line 2 is not csv"),
}  # fmt: skip


@pytest.mark.parametrize("case", BAD_FILES)
def test_a_bad_file_is_refused_with_its_place_and_reason(case: str) -> None:
    made, filename, place, reason = BAD_FILES[case]
    with pytest.raises(Refused) as refused:
        read_sheet(made(), filename)
    assert [fault.field for fault in refused.value.faults] == [place]
    assert reason in str(refused.value.faults[0])


def test_every_bad_cell_is_named_and_five_hundred_are_shown() -> None:
    data = xlsx([("编码", "名称"), *[("#REF!", "#N/A")] * 400])
    with pytest.raises(Refused, match="800 places") as refused:
        read_sheet(data, "表.xlsx")
    assert len(refused.value.faults) == 500
    assert refused.value.faults[1].field == "Sheet1!B2"


COLUMNS = (
    Column("code", ("编码", "单位编码"), needed=True),
    Column("name", ("名称",), needed=True),
    Column("risk", ("风险等级",)),
)


@pytest.mark.parametrize(
    "headings",
    [("编码", "名称", "风险等级(红橙黄蓝)"), ("单位编码*", "名 称", "风险等级（红橙黄蓝）"), ("Code", "NAME:", "risk")],
)
def test_headings_are_known_in_both_languages(headings: tuple[str, ...]) -> None:
    assert match(read_sheet(csv([headings, ("a", "甲", "红")]), "表.csv"), COLUMNS) == {"code": 0, "name": 1, "risk": 2}


def test_row_numbers_and_the_order_of_columns_do_not_matter() -> None:
    read = read_sheet(csv([("序号", "名称", "编码"), ("1", "甲", "a")]), "表.csv")
    assert match(read, COLUMNS) == {"code": 2, "name": 1}


@pytest.mark.parametrize(
    ("headings", "faults"),
    [
        (("编码", "风"), ["表.csv!B1 风: is no heading that is known here", "表.csv!1: the column 名称 is missing"]),
        (("编码", "名称", "code"), ["表.csv!C1 code: stands twice"]),
        (("编码", "单位编码", "名称"), ["表.csv!B1 单位编码: stands twice"]),
        (("一", "二"), [
            "表.csv!A1 一: is no heading that is known here", "表.csv!B1 二: is no heading that is known here",
            "表.csv!1: the column 编码 is missing", "表.csv!1: the column 名称 is missing",
        ]),
    ],
)  # fmt: skip
def test_all_wrong_headings_are_named(headings: tuple[str, ...], faults: list[str]) -> None:
    with pytest.raises(Refused) as refused:
        match(read_sheet(csv([headings, ["x"] * len(headings)]), "表.csv"), COLUMNS)
    assert [str(fault) for fault in refused.value.faults] == faults


def test_letters_of_columns() -> None:
    assert [letters(n) for n in (0, 25, 26, 51, 52, 701, 702)] == ["A", "Z", "AA", "AZ", "BA", "ZZ", "AAA"]
