"""Where a change comes from: the row of the sheet that says so, found again by what tells one row from another."""

import unicodedata
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from models import ChainLink, DayOverride, Grant, Hazard, Person, Row, StoreItem, Unit, UnitTag
from service.imports.kinds import LAYOUTS
from service.rules.steps import Op, Step
from service.sheets.reading import Sheet, match

Words = tuple[str, ...]
STORED: Words = ("unit", "name", "spec", "place")
# what of a row says which record it is, by table: the columns of the sheet, and what a step has for them
KNOWN_BY: Mapping[type[Row], tuple[Words, Callable[[Step, Mapping[str, Any]], tuple[Any, ...]]]] = {
    Unit: (("code",), lambda step, _row: (step.key,)),
    UnitTag: (("code",), lambda _step, row: (row["unit"],)),
    Person: (("code",), lambda step, _row: (step.key,)),
    Grant: (("code",), lambda _step, row: (row["person"],)),
    ChainLink: (("unit", "level", "person"), lambda _step, row: (row["unit"], row["level"], row["person"])),
    DayOverride: (("on",), lambda _step, row: (row["on"],)),
    StoreItem: (STORED, lambda _step, row: tuple(row[one] for one in STORED)),
    Hazard: (("code",), lambda step, _row: (step.key,)),
}
UNCODED: Words = ("description",)  # a hazard's row without a code


class Places:
    """The rows of a sheet by what tells one from another; each row is found once for each thing that it says."""

    def __init__(self, kind: str, sheet: Sheet) -> None:
        self.at = match(sheet, LAYOUTS[kind].columns)
        self.sheet = sheet
        self.found: dict[Words, dict[Words, list[int]]] = {}

    def row_of(self, step: Step, standing: Mapping[str, Any]) -> int | None:
        """The number of the row that a step comes from; None for what goes because no row names it."""
        if step.table not in KNOWN_BY:
            return None
        columns, told = KNOWN_BY[step.table]
        row = {**standing, **step.values} if step.op is not Op.remove else standing
        number = self._next(columns, tuple(map(plain, told(step, row))))
        if number is None and step.table is Hazard:
            number = self._next(UNCODED, (plain(row["description"]),))
        return number

    def _next(self, columns: Words, words: Words) -> int | None:
        rows = self._rows(tuple(one for one in columns if one in self.at))
        here = tuple(word for one, word in zip(columns, words, strict=True) if one in self.at)
        numbers = rows.get(here, [])
        if len(numbers) > 1 and columns == UNCODED:
            return numbers.pop(0)  # one and the same thing found in several places, in the order of the sheet
        return numbers[0] if numbers else None

    def _rows(self, columns: Words) -> dict[Words, list[int]]:
        if columns not in self.found:
            rows: dict[Words, list[int]] = {}
            for number, cells in self.sheet.rows:
                rows.setdefault(tuple(plain(cells[self.at[one]]) for one in columns), []).append(number)
            self.found[columns] = rows
        return self.found[columns]


def plain(value: Any) -> str:
    """A value and a cell alike: as a sheet writes it, whatever the width of its signs."""
    if isinstance(value, date):
        return value.isoformat()
    return " ".join(unicodedata.normalize("NFKC", "" if value is None else str(value)).split())
