"""Imports by kind of sheet, for the command line, the API and the pages; empty sheets to fill."""

from typing import NamedTuple

from service.errors import NotFound
from service.imports import chain as imports_chain
from service.imports import hazards as imports_hazards
from service.imports import holidays as imports_holidays
from service.imports import people as imports_people
from service.imports import stores as imports_stores
from service.imports import units as imports_units
from service.imports.chain import import_chain
from service.imports.hazards import import_hazards
from service.imports.holidays import import_holidays
from service.imports.people import import_people
from service.imports.rows import Importer, Removals, Report
from service.imports.stores import import_stores
from service.imports.units import import_units
from service.sheets.reading import Column, Sheet, read_sheet

__all__ = [
    "IMPORTS",
    "Importer",
    "Removals",
    "Report",
    "Sheet",
    "import_chain",
    "import_hazards",
    "import_holidays",
    "import_people",
    "import_stores",
    "import_units",
    "importer",
    "read_sheet",
    "template",
]


class Layout(NamedTuple):
    """What a kind's empty sheet looks like: its name, its columns and a row that shows how they are filled."""

    title: str
    columns: tuple[Column, ...]
    example: tuple[str, ...]


IMPORTS: dict[str, Importer] = {
    "units": import_units, "people": import_people, "chain": import_chain, "hazards": import_hazards,
    "holidays": import_holidays, "stores": import_stores,
}  # fmt: skip
LAYOUTS: dict[str, Layout] = {
    "units": Layout("单位", imports_units.COLUMNS, imports_units.EXAMPLE),
    "people": Layout("人员", imports_people.COLUMNS, imports_people.EXAMPLE),
    "chain": Layout("责任链", imports_chain.COLUMNS, imports_chain.EXAMPLE),
    "hazards": Layout("隐患台账", imports_hazards.COLUMNS, imports_hazards.EXAMPLE),
    "holidays": Layout("放假安排", imports_holidays.COLUMNS, imports_holidays.EXAMPLE),
    "stores": Layout("应急物资", imports_stores.COLUMNS, imports_stores.EXAMPLE),
}


def importer(kind: str) -> Importer:
    """The import of a kind of sheet; NotFound when there is none."""
    if kind not in IMPORTS:
        raise NotFound("There is no import of {kind}", kind=kind)
    return IMPORTS[kind]


def template(kind: str) -> bytes:
    """A workbook (.xlsx) with the headings of a kind and one row as an example; NotFound when there is no such kind."""
    if kind not in LAYOUTS:
        raise NotFound("There is no import of {kind}", kind=kind)
    from service.sheets.xlsx import write_workbook  # openpyxl takes half a second to import

    layout = LAYOUTS[kind]
    return write_workbook(layout.title, [column.headings[0] for column in layout.columns], [layout.example])
