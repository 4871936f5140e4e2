"""The looks of official documents (GB/T 9704-2012): page, fonts with their substitutes, headings, page numbers.

A computer seldom has the fonts that the standard names, so each stands in the font table with the names of those that
may take its place.
"""

from enum import StrEnum
from typing import Any

from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import nsdecls, qn
from docx.shared import Mm, Pt

LATIN = "Times New Roman"
TITLE_FONT, FIRST_FONT, SECOND_FONT, BODY_FONT, TABLE_FONT = (
    "方正小标宋简体", "黑体", "楷体_GB2312", "仿宋_GB2312", "宋体",
)  # fmt: skip
SUBSTITUTES = {
    TITLE_FONT: "方正小标宋_GBK,FZXiaoBiaoSong-B05S,华文中宋,STZhongsong,宋体",
    FIRST_FONT: "SimHei,Noto Sans CJK SC",
    SECOND_FONT: "楷体,KaiTi,KaiTi_GB2312,华文楷体,STKaiti",
    BODY_FONT: "仿宋,FangSong,FangSong_GB2312,华文仿宋,STFangsong",
    TABLE_FONT: "SimSun,Noto Serif CJK SC",
}
# 2号, 3号, 4号, 5号: the sizes of the standard in points
TITLE_SIZE, BODY_SIZE, PAGE_SIZE, TABLE_SIZE = Pt(22), Pt(16), Pt(14), Pt(10.5)
LINE, TITLE_LINE, NOTE_LINE = Pt(28), Pt(34), Pt(22)
LETTERS_IN = 200  # hundredths of a character: two characters in
SIGNED_IN = 400
TOP, BOTTOM, LEFT, RIGHT = Mm(37), Mm(35), Mm(28), Mm(26)
FOOT = Mm(28)  # 7 mm beneath the text, whose lower edge is 35 mm above that of the page


class Looks(StrEnum):
    """The styles of a paper by their names in the document."""

    headline = "Paper title"
    remark = "Paper remark"
    first = "Paper heading 1"
    second = "Paper heading 2"
    body = "Paper text"
    note = "Paper note"
    signed = "Paper signature"
    caption = "Paper caption"
    cell = "Paper cell"


def dressed(document: Any, locale: str) -> Any:
    """The document with its page, its styles and its page numbers."""
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin, section.left_margin, section.right_margin = TOP, BOTTOM, LEFT, RIGHT
    section.footer_distance = FOOT
    faced(document.styles["Normal"], BODY_FONT, BODY_SIZE)
    add_styles(document.styles, locale)
    add_font_table(document)
    document.settings.odd_and_even_pages_header_footer = True
    number_pages(section.footer, WD_ALIGN_PARAGRAPH.RIGHT)
    number_pages(section.even_page_footer, WD_ALIGN_PARAGRAPH.LEFT)
    return document


def add_styles(styles: Any, locale: str) -> None:
    """One style for each look; headings keep with what follows and stand in the document's outline."""
    centre, justify = WD_ALIGN_PARAGRAPH.CENTER, WD_ALIGN_PARAGRAPH.JUSTIFY
    if locale == "en":
        justify = WD_ALIGN_PARAGRAPH.LEFT
    style(styles, Looks.headline, TITLE_FONT, TITLE_SIZE, TITLE_LINE, centre)
    style(styles, Looks.remark, SECOND_FONT, BODY_SIZE, LINE, centre)
    style(styles, Looks.first, FIRST_FONT, BODY_SIZE, LINE, justify, letters=LETTERS_IN, outline=0)
    style(styles, Looks.second, SECOND_FONT, BODY_SIZE, LINE, justify, letters=LETTERS_IN, outline=1)
    style(styles, Looks.body, BODY_FONT, BODY_SIZE, LINE, justify, letters=LETTERS_IN)
    style(styles, Looks.note, SECOND_FONT, PAGE_SIZE, NOTE_LINE, justify, letters=LETTERS_IN)
    style(styles, Looks.signed, BODY_FONT, BODY_SIZE, LINE, WD_ALIGN_PARAGRAPH.RIGHT, right=SIGNED_IN)
    style(styles, Looks.caption, FIRST_FONT, PAGE_SIZE, NOTE_LINE, centre).paragraph_format.keep_with_next = True
    cell = style(styles, Looks.cell, TABLE_FONT, TABLE_SIZE, None, WD_ALIGN_PARAGRAPH.LEFT).paragraph_format
    cell.space_before = cell.space_after = Pt(1.5)


def style(
    styles: Any,
    name: str,
    font: str,
    size: Any,
    line: Any,
    alignment: Any,
    *,
    letters: int = 0,
    right: int = 0,
    outline: int | None = None,
) -> Any:
    """A paragraph style: `letters` is how far in its first line begins, in hundredths of a character."""
    made = styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
    made.base_style = styles["Normal"]
    faced(made, font, size)
    shape = made.paragraph_format
    shape.alignment, shape.space_before, shape.space_after = alignment, Pt(0), Pt(0)
    if line is None:
        shape.line_spacing = 1.0
    else:
        shape.line_spacing_rule, shape.line_spacing = WD_LINE_SPACING.EXACTLY, line
    indent = OxmlElement("w:ind")
    if letters:
        indent.set(qn("w:firstLineChars"), str(letters))
        indent.set(qn("w:firstLine"), str(int(size.pt * 20 * letters / 100)))
    if right:
        indent.set(qn("w:rightChars"), str(right))
        indent.set(qn("w:right"), str(int(size.pt * 20 * right / 100)))
    if letters or right:
        made.element.get_or_add_pPr().append(indent)
    if outline is not None:
        shape.keep_with_next = True
        level = OxmlElement("w:outlineLvl")
        level.set(qn("w:val"), str(outline))
        made.element.get_or_add_pPr().append(level)
    return made


def faced(made: Any, font: str, size: Any) -> None:
    """Chinese in one font, Latin letters and digits in another; black, and never slanted or bold by itself."""
    made.font.name, made.font.size = LATIN, size
    made.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), font)


def add_font_table(document: Any) -> None:
    """Name the fonts that may take the place of each."""
    names = "".join(
        f'<w:font w:name="{name}"><w:altName w:val="{others}"/><w:charset w:val="86"/><w:family w:val="auto"/></w:font>'
        for name, others in SUBSTITUTES.items()
    )
    head = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
    table = f"{head}<w:fonts {nsdecls('w')}>{names}</w:fonts>"
    document.part.part_related_by(RELATIONSHIP_TYPE.FONT_TABLE)._blob = table.encode()


def number_pages(footer: Any, side: Any) -> None:
    """－1－ at the outer edge, one character from it."""
    footer.is_linked_to_previous = False
    paragraph = footer.paragraphs[0]
    paragraph.alignment = side
    shape = paragraph.paragraph_format
    shape.left_indent = shape.right_indent = PAGE_SIZE
    paragraph.add_run("— ")
    run = paragraph.add_run()
    for kind, text in (("begin", None), (None, "PAGE"), ("separate", None), ("text", "1"), ("end", None)):
        run._r.append(field_part(kind, text))
    paragraph.add_run(" —")
    for one in paragraph.runs:
        one.font.size = PAGE_SIZE
        one._r.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), TABLE_FONT)


def field_part(kind: str | None, text: str | None) -> Any:
    """A piece of the field that shows the page's number."""
    if kind in ("begin", "separate", "end"):
        part = OxmlElement("w:fldChar")
        part.set(qn("w:fldCharType"), kind)
        return part
    part = OxmlElement("w:t" if kind == "text" else "w:instrText")
    part.text = text
    return part
