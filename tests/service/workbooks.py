"""Workbooks and csv files made for tests, good ones and broken ones."""

import io
import zipfile
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from openpyxl import Workbook

from service.sheets.reading import Sheet, read_sheet

UNITS = ("编码", "名称", "上级编码", "类型", "行业", "风险等级", "标签", "地址", "联系电话")
PEOPLE = ("工号", "姓名", "单位编码", "职务", "手机", "邮箱", "企业微信")
CHAIN = ("单位编码", "层级", "工号")


def xlsx(rows: Iterable[Sequence[Any]], shape: Callable[[Any], None] | None = None, title: str = "Sheet1") -> bytes:
    """A workbook of one sheet; `shape` may do more to the sheet before it is saved."""
    book = Workbook()
    sheet: Any = book.active
    sheet.title = title
    for row in rows:
        sheet.append(list(row))
    if shape:
        shape(sheet)
    return saved(book)


def saved(book: Workbook) -> bytes:
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


def csv(rows: Iterable[Sequence[str]]) -> bytes:
    """A csv file in UTF-8."""
    return "\r\n".join(",".join(row) for row in rows).encode()


def sheet(headings: Sequence[str], *rows: Sequence[str]) -> Sheet:
    """What is read of a csv with these headings and rows, each row short of its empty ends."""
    return read_sheet(csv([headings, *((*row, *[""] * (len(headings) - len(row))) for row in rows)]), "表.csv")


def edited(data: bytes, part: str, change: Callable[[bytes], bytes] | None) -> bytes:
    """The workbook with one part changed, or left out."""
    written = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            if name != part:
                target.writestr(name, source.read(name))
            elif change:
                target.writestr(name, change(source.read(name)))
    return written.getvalue()


def with_part(data: bytes, part: str, content: bytes) -> bytes:
    """The workbook with one part more."""
    written = io.BytesIO(data)
    with zipfile.ZipFile(written, "a", zipfile.ZIP_DEFLATED) as target:
        target.writestr(part, content)
    return written.getvalue()
