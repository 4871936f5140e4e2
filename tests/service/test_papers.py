"""Papers: the same snapshot is the same bytes in every format, and every format says the same and opens again."""

import io
import re
import shutil
import subprocess
import zipfile
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import orjson
import pytest
from docx import Document
from docx.oxml.ns import qn
from docx.shared import Mm, Pt
from openpyxl import load_workbook

from service.errors import NotFound
from service.papers import FORMATS, render
from service.papers.docx_looks import TABLE_SIZE
from service.papers.docx_tables import headed, widths_of
from service.papers.laid import Heading, Note, laid_out
from service.papers.numerals import Numbering, chinese
from service.papers.tables import Table, in_text, meant
from service.papers.words import unit_said
from service.papers.xlsx import sheet_name
from tests.service.paper_snapshots import NASTY, figure, whole

LOCALES = ("zh_CN", "en")
OFFICE = shutil.which("soffice")


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("form", FORMATS)
def test_the_same_snapshot_is_the_same_bytes(form: str, locale: str) -> None:
    first = render(whole(), form, locale)
    assert first == render(orjson.loads(orjson.dumps(whole())), form, locale)
    if form in ("docx", "xlsx"):
        with zipfile.ZipFile(io.BytesIO(first)) as packed:
            assert {part.date_time for part in packed.infolist()} == {(1980, 1, 1, 0, 0, 0)}
            assert b"2000-01-01T00:00:00Z" in packed.read("docProps/core.xml")
            assert packed.namelist()[0] == "[Content_Types].xml"


def test_a_format_that_is_none() -> None:
    with pytest.raises(NotFound):
        render(whole(), "pdf", "zh_CN")


def test_headings_are_numbered_as_official_papers_are() -> None:
    assert [chinese(number) for number in (1, 9, 10, 11, 19, 20, 21, 90, 99)] == [
        "一", "九", "十", "十一", "十九", "二十", "二十一", "九十", "九十九",
    ]  # fmt: skip
    counting = Numbering("zh_CN")
    assert [counting.next(level) for level in (1, 2, 2, 1, 2)] == ["一、", "（一）", "（二）", "二、", "（一）"]
    english = Numbering("en")
    assert [english.next(level) for level in (1, 2, 1, 2)] == ["1. ", "1.1 ", "2. ", "2.1 "]


def test_an_empty_section_is_not_printed_and_numbers_close_up() -> None:
    paper = laid_out(whole(), "zh_CN")
    headings = [one.text for one in paper.elements if isinstance(one, Heading)]
    assert headings == ["一、标题1", "（一）标题2", "（二）标题3", "二、标题4", "（一）标题5"]
    draft = laid_out(whole(frozen_at=None), "zh_CN")
    assert [one.text for one in draft.elements if isinstance(one, Heading)][-1] == "三、标题6"
    assert draft.remarks[0] == "（草稿）"


def test_each_note_is_told_once_and_pointed_to_again() -> None:
    paper = laid_out(whole(), "zh_CN")
    notes = [one.text for one in paper.elements if isinstance(one, Note)]
    assert [note[:3] for note in notes] == ["注1："]
    assert all(number in notes[0] for number in ("81", "80", "79"))
    assert [one.text[:3] for one in paper.annex if isinstance(one, Note)] == ["注2："]
    for form in ("md", "html"):
        text = render(whole(), form, "zh_CN").decode()
        assert text.count("注1：") == 1
        assert text.count("〔注1〕") == 3  # in the sentence, in the total, in the form


def test_the_docx_has_the_official_layout() -> None:
    document = Document(io.BytesIO(render(whole(), "docx", "zh_CN")))
    section = document.sections[0]
    margins = (section.top_margin, section.bottom_margin, section.left_margin, section.right_margin)
    assert [round(margin.mm) for margin in margins] == [37, 35, 28, 26]
    assert (round(section.page_width.mm), round(section.page_height.mm)) == (210, 297)
    title, remark = document.paragraphs[:2]
    assert title.text.startswith("研经镇")
    assert remark.text == "（第2版，更正原因：漏报一宗）"
    fonts = {
        name: face(document.styles[name])
        for name in ("Paper title", "Paper heading 1", "Paper heading 2", "Paper text")
    }
    assert list(fonts.values()) == ["方正小标宋简体", "黑体", "楷体_GB2312", "仿宋_GB2312"]
    body = document.styles["Paper text"]
    assert (body.font.size, body.paragraph_format.line_spacing) == (Pt(16), Pt(28))
    assert body.element.pPr.find(qn("w:ind")).get(qn("w:firstLineChars")) == "200"
    footer = section.footer._element.xml
    assert "PAGE" in footer
    assert "PAGE" in section.even_page_footer._element.xml
    with zipfile.ZipFile(io.BytesIO(render(whole(), "docx", "zh_CN"))) as packed:
        assert "仿宋,FangSong" in packed.read("word/fontTable.xml").decode()


def face(style: Any) -> str:
    found: str = style.element.rPr.rFonts.get(qn("w:eastAsia"))
    return found


def test_tables_of_the_docx_repeat_their_heads() -> None:
    document = Document(io.BytesIO(render(whole(), "docx", "zh_CN")))
    by_unit, form, duty, meanings, sources = document.tables
    unit = unit_said("items (hazards)", "zh_CN")
    for table in document.tables:
        assert table.rows[0]._tr.trPr.find(qn("w:tblHeader")) is not None
        assert abs(sum(column.width for column in table.columns) - Mm(156)) < Mm(1)
    assert [cell.text for cell in by_unit.rows[-1].cells] == ["合计", "81〔注1〕", "633.745"]
    assert [cell.text for cell in form.rows[1].cells] == ["发现隐患", "81〔注1〕", unit]
    assert [cell.text for cell in duty.rows[1].cells] == [
        "2026-10-01", "国庆节", "李示例（镇长）", "王示例\n赵示例（干事）", "13800130001\n13800130002", "",
    ]  # fmt: skip
    assert [cell.text for cell in duty.rows[2].cells][:2] == ["2026-10-09", "星期五"]
    assert len(meanings.rows) == 5
    assert sources.rows[1].cells[3].text == "ab" * 8


def test_no_day_number_or_telephone_is_broken_over_lines() -> None:
    day = ("2026-11-01", "星期日", "任雪琴（公共事务办主任）", "董海燕（应急办干事）", "13800131063\n13800131091", "")
    duty = Table("duty", "", ("日期", "星期", "带班领导", "值班员", "手机", "备注"), (day,))
    room = [share / TABLE_SIZE * 2 - 2 for share in widths_of(duty)]
    assert room[0] >= 10
    assert room[1] >= 6
    assert room[4] >= 11
    rows = (("危险化学品和粉尘涉爆专项整治", *["188〔注4〕"] * 7),)
    found = Table("t", "", ("单位", *["检查家次（家次）"] * 7), rows, None, frozenset(range(1, 8)))
    assert min(widths_of(found)[1:]) / TABLE_SIZE * 2 - 2 > 8
    crowded = Table(
        "t", "", ("unit", *["Number of inspections"] * 9), (("e1", *["1234567890123"] * 9),), None, frozenset()
    )
    assert sum(widths_of(crowded)) <= Mm(156)
    assert headed("检查家次（家次）", 4) == "检查家次\n（家次）"
    assert headed("未整改隐患（条）", 7) == "未整改\n隐患\n（条）"


def test_the_annex_tells_the_meaning_of_what_the_text_shows_in_its_order() -> None:
    snapshot = whole()
    snapshot["figures"]["alerts.made"] = figure("alerts.made", 0, "0", "items (hazards)")
    assert "alerts.made" not in meant(snapshot)
    snapshot["figures"]["alerts.made"]["value"] = 3
    assert meant(snapshot)[-1] == "alerts.made"
    assert meant(snapshot)[0] == next(in_text(snapshot))


def test_who_signs_and_when_is_told_where_they_are() -> None:
    assert laid_out(whole(), "zh_CN").signed == ("研经镇", "2026年8月2日")  # half past midnight there
    assert laid_out(whole(), "en").signed == ("研经镇", "2026-08-02")


def test_the_xlsx_opens_again_with_numbers_as_numbers() -> None:
    book = load_workbook(io.BytesIO(render(whole(), "xlsx", "zh_CN")))
    assert book.sheetnames == ["隐患分村统计", "隐患排查治理情况月报表", "值班表", "sources", "指标"]
    sheet: Any = book["指标"]
    rows = {row[7].value: row for row in sheet.iter_rows(min_row=3)}
    assert rows["enforcement.fines"][1].value == 633.745
    assert rows["hazards.rate"][1].value == 99.4
    assert rows["incidents.deaths"][1].value == "—"
    assert rows["hazards.found"][8].value == "/api/v1/figures/hazards.found/records?unit=yanjing"
    assert "30 + 50 = 80" in rows["hazards.found"][5].value
    assert "81" in rows["hazards.found"][6].value
    assert "（=幸福村）" in rows["hazards.found@unit=v1"][0].value.replace("(", "（").replace(")", "）")
    assert sheet.print_area == f"'指标'!$A$1:$G${2 + len(meant(whole()))}", "keys, calls and lines are for programs"
    table: Any = book["隐患分村统计"]
    assert (table["A3"].value, table["A3"].data_type, table["B5"].value) == ("=幸福村", "s", 81)
    assert "80" in str(table.cell(table.max_row, 1).value)


def test_names_of_sheets_may_stand_beside_each_other() -> None:
    assert sheet_name("a/b:c*[d]?", ()) == "a b c  d"
    long = sheet_name("长" * 40, ())
    assert len(long) == 31
    assert sheet_name("长" * 40, (long,)) == "长" * 27 + " 2"
    assert sheet_name("''", ()) == "1"


def test_what_people_wrote_means_nothing_to_a_format() -> None:
    html = render(whole(), "html", "zh_CN").decode()
    assert "<b>" not in html
    assert "&lt;b&gt;x&lt;/b&gt;" in html
    Strict().feed(html)
    markdown = render(whole(), "md", "zh_CN").decode()
    assert r"\*重\* \<b\>x\</b\> \_甲\_ \[乙\](丙)" in markdown
    assert "\n\\- 第二段\n" in markdown
    assert "\n1\\. 第三段\n" in markdown or "\n\\1. 第三段\n" in markdown
    document = Document(io.BytesIO(render(whole(), "docx", "zh_CN")))
    assert NASTY.replace("\ufffe", "\ufffd") in [paragraph.text for paragraph in document.paragraphs]


class Strict(HTMLParser):
    """Fails where a tag is closed that is not open."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag not in ("script", "style")
        assert not any(name.startswith("on") or name == "style" for name, _ in attrs)
        if tag not in ("meta", "link", "br"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


@pytest.mark.parametrize("locale", LOCALES)
def test_every_format_says_the_same(locale: str) -> None:
    texts = {
        "md": render(whole(), "md", locale).decode(),
        "html": render(whole(), "html", locale).decode(),
        "docx": text_of(Document(io.BytesIO(render(whole(), "docx", locale)))),
    }
    for number in ("633.745", "99.4", "81", "30", "50"):
        for form, text in texts.items():
            assert re.search(rf"(?<![\d.]){re.escape(number)}(?![\d.])", text), (form, number)


def text_of(document: Any) -> str:
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([paragraph.text for paragraph in document.paragraphs] + cells)


def as_pdf(folder: Path, name: str, content: bytes) -> tuple[str, int]:
    """The text and the number of pages of a file as LibreOffice prints it."""
    (folder / name).write_bytes(content)
    profile = f"-env:UserInstallation=file://{folder}/profile"
    asked = [str(OFFICE), profile, "--headless", "--convert-to", "pdf", "--outdir", str(folder), str(folder / name)]
    subprocess.run(asked, check=True, capture_output=True, timeout=120)
    pdf = (folder / name).with_suffix(".pdf")
    text = subprocess.run(["pdftotext", "-layout", str(pdf), "-"], check=True, capture_output=True).stdout.decode()
    pictures = folder / "page"
    subprocess.run(["pdftoppm", "-r", "40", "-png", str(pdf), str(pictures)], check=True, capture_output=True)
    return text, len(list(folder.glob("page-*.png")))


@pytest.mark.skipif(OFFICE is None or shutil.which("pdftotext") is None, reason="needs LibreOffice and poppler-utils")
@pytest.mark.parametrize(("form", "pages"), [("docx", 3), ("xlsx", 5)])
def test_libreoffice_prints_it(tmp_path: Path, form: str, pages: int) -> None:
    text, printed = as_pdf(tmp_path, f"paper.{form}", render(whole(), form, "zh_CN"))
    assert printed >= pages
    plain = re.sub(r"\s", "", text)
    for words in ("研经镇", "633.745", "99.4", "国庆节", "李示例"):
        assert words in plain, words
    if form == "docx":
        assert "—1—" in plain
        assert plain.count("指标口径") == 1
        assert blackness(tmp_path) > 0.005  # something stands on every page


def blackness(folder: Path) -> float:
    """The least share of ink on any page."""
    from PIL import Image

    shares = []
    for page in folder.glob("page-*.png"):
        with Image.open(page) as picture:
            grey = picture.convert("L").tobytes()
            shares.append(sum(1 for sign in grey if sign < 128) / len(grey))
    return min(shares)
