"""A printed report of a story: what it says of a figure, looked for in every format."""

import io
import re
from functools import cached_property
from typing import Any

from docx import Document
from openpyxl import load_workbook

from service.papers import render
from service.rules.figures import about, vague

LOCALE = "zh_CN"
FIRST_ROW = 3
ROUNDED = {"over": "{}余", "near": "近{}", "exact": "{}", "tens": "数十", "over a hundred": "上百"}


class Printed:
    """A frozen report in its formats."""

    def __init__(self, snapshot: dict[str, Any]) -> None:
        self.snapshot = snapshot
        self.findings = snapshot["findings"]

    @cached_property
    def docx(self) -> str:
        document = Document(io.BytesIO(render(self.snapshot, "docx", LOCALE)))
        cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
        return "\n".join([paragraph.text for paragraph in document.paragraphs] + cells)

    @cached_property
    def texts(self) -> dict[str, str]:
        """The words of each format that can be read as words."""
        plain = {form: render(self.snapshot, form, LOCALE).decode() for form in ("md", "html")}
        return plain | {"docx": self.docx}

    @cached_property
    def rows(self) -> dict[str, tuple[Any, ...]]:
        """The lines of the workbook's list of figures by their ids."""
        book = load_workbook(io.BytesIO(render(self.snapshot, "xlsx", LOCALE)))
        sheet: Any = book.worksheets[-1]
        return {row[7]: row for row in sheet.iter_rows(min_row=FIRST_ROW, values_only=True)}

    def says(self, figure: str, number: float) -> None:
        """Fail unless every format says that a figure is this number, and the workbook where its records are."""
        row = self.rows[figure]
        assert row[1] == number, (figure, row[1])
        assert row[3], figure  # what it counts
        assert row[4], figure  # over what
        if row[2] != "%":
            assert str(row[8]).startswith("/api/v1/figures/"), figure
        digits = self.snapshot["figures"][figure]["shown"]
        for form, text in self.texts.items():
            assert re.search(rf"(?<![\d.]){re.escape(digits)}(?![\d]|\.\d)", text), (form, figure, digits)

    def roughly(self, figure: str, words: str, *, vaguely: bool = False) -> None:
        """Fail unless the exact number behind a figure, rounded by rule, makes the words of the text: 50余, 近500."""
        value = self.snapshot["figures"][figure]["value"]
        self.says(figure, value)
        rounded = vague(value) if vaguely else about(value)
        assert ROUNDED[rounded.word].format(rounded.number) == words, (figure, value)

    def flags(self, figure: str, kind: str, by: str | None = None) -> dict[str, Any]:
        """The finding that says of a figure that it does not agree, told in every format right where it shows."""
        found = [one for one in self.findings if one["figure"] == figure and one["kind"] == kind]
        found = [one for one in found if by is None or one["by"] == by]
        assert found, (figure, kind, by, self.findings)
        for text in self.texts.values():
            assert "注" in text
        assert self.rows[figure][6]
        return found[0]

    def line(self, figure: str, dim: str, value: str) -> Any:
        """What the report says of one line of a table."""
        return self.rows[f"{figure}@{dim}={value}"][1]
