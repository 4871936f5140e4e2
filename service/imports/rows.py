"""What every import shares: rows made of cells and checked, faults gathered with their places, and the report."""

import unicodedata
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, Literal, NamedTuple, Protocol

from sqlmodel import Session

from service.access import Actor
from service.errors import Fault, Forbidden, Refused
from service.people.fields import Unfit, code, text
from service.sheets.reading import FAULTS_SHOWN, Column, DateText, Sheet, many, match

Removals = Literal["keep", "close"]

MASS_ABOVE = 5
MASS_SHARE = 0.1


class Report(NamedTuple):
    """What became of a sheet: rows read, and of what they name the made, changed, unchanged; what went because unnamed.

    `refused` counts the faults, `faults` shows the first 500 of them; both are only ever filled by a dry run, since an
    import with a fault is refused whole.
    """

    read: int = 0
    made: int = 0
    changed: int = 0
    unchanged: int = 0
    removed: int = 0
    refused: int = 0
    faults: tuple[Fault, ...] = ()


class Importer(Protocol):
    """An import of one kind of sheet: all of its rows or none."""

    def __call__(
        self,
        session: Session,
        actor: Actor,
        sheet: Sheet,
        *,
        now: datetime,
        removals: Removals = "keep",
        allow_mass: bool = False,
        dry_run: bool = False,
    ) -> Report: ...


class Entry(NamedTuple):
    """One row of a sheet: its number, and the values of the columns that were fit."""

    number: int
    values: dict[str, Any]


Checks = Mapping[str, Callable[[Any], Any]]


class Reading:
    """A sheet being checked: its entries, where its columns stand, and every fault found so far."""

    def __init__(self, sheet: Sheet, columns: Sequence[Column], checks: Checks) -> None:
        """Check every cell on its own; raises Refused for headings that are missing, doubled or unknown."""
        self.sheet = sheet
        self.at = match(sheet, columns)
        self.faults: list[Fault] = []
        self.entries = [self.entry(number, cells, checks) for number, cells in sheet.rows]

    def entry(self, number: int, cells: Sequence[str], checks: Checks) -> Entry:
        values: dict[str, Any] = {}
        for column, place in self.at.items():
            try:
                values[column] = checks[column](cells[place])
            except Unfit as wrong:
                self.faults.append(wrong.fault(self.sheet.place(number, place)))
        return Entry(number, values)

    def fault(self, entry: Entry, column: str, reason: str, **facts: Any) -> None:
        """Note what is wrong with a cell."""
        self.faults.append(Fault(self.sheet.place(entry.number, self.at[column]), reason, facts or None))

    def by_key(self, *columns: str) -> dict[Any, Entry]:
        """The entries by the values of these columns; one that repeats an earlier row is a fault."""
        found: dict[Any, Entry] = {}
        for entry in self.entries:
            if not all(column in entry.values for column in columns):
                continue
            key = tuple(entry.values[column] for column in columns)
            key = key if len(columns) > 1 else key[0]
            if key in found:
                self.fault(entry, columns[0], "stands in row {row} already", row=found[key].number)
            else:
                found[key] = entry
        return found

    def check_mass(self, going: int, standing: int, allow_mass: bool) -> None:
        """A fault of the whole sheet when more would go than anybody means by a correction."""
        if not allow_mass and going > MASS_ABOVE and going > MASS_SHARE * standing:
            facts = {"going": going, "standing": standing}
            reason = "would take away {going} of the {standing} that stand: say that this is meant"
            self.faults.append(Fault(self.sheet.name, reason, facts))

    def refuse_faults(self, dry_run: bool) -> Report | None:
        """Refused with all that is wrong; for a dry run a report that says so. None when nothing is."""
        if not self.faults:
            return None
        if dry_run:
            shown = tuple(self.faults[:FAULTS_SHOWN])
            return Report(read=len(self.entries), refused=len(self.faults), faults=shown)
        raise self.refusal()

    def refusal(self) -> Refused:
        return many("Nothing was imported: {count} places in the sheet are wrong", self.faults)


def allowed(actor: Actor, act: str) -> None:
    """Forbidden to whoever may do this nowhere."""
    if not actor.paths(act):
        raise Forbidden("Your role does not allow this here")


def sheet_code(cell: str) -> str:
    """A code from a cell; full-width letters and digits become plain ones."""
    if isinstance(cell, DateText):
        raise Unfit("was made a date by the spreadsheet: format the column as text and enter it again")
    return code(unicodedata.normalize("NFKC", cell))


def sheet_optional_code(cell: str) -> str | None:
    return sheet_code(cell) if cell else None


def sheet_text(cell: str) -> str:
    """One line of text; line breaks inside a cell become blanks."""
    return text(" ".join(cell.split("\n")).replace("\r", ""))
