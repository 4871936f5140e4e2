"""Exports: the ledger, units, people, the chain and the holidays as sheets; an import of them again changes nothing."""

from calendar import monthrange
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, datetime
from tempfile import TemporaryFile
from typing import IO, Any, NamedTuple

from sqlmodel import Session

from service.access import Actor
from service.errors import Fault, Refused
from service.exports import books, hazards, holidays, stores
from service.exports.columns import Heading, headings_in
from service.ledger.wishes import Wishes
from service.sheets.out import Paper, Print, Value, write_csv, write_xlsx
from service.sheets.reading import LAST_ROW

Writer = Callable[[IO[bytes], str, Sequence[str], Iterable[Sequence[Value]]], None]


class Layout(NamedTuple):
    """What a kind's sheet looks like: its title, its columns, and the paper it is printed on."""

    title: str
    columns: tuple[Heading, ...]
    paper: Paper = Paper.lying


LAYOUTS: dict[str, Layout] = {
    "hazards": Layout("隐患台账", hazards.COLUMNS, Paper.large),
    "units": Layout("单位", books.UNITS),
    "people": Layout("人员", books.PEOPLE),
    "chain": Layout("责任链", books.CHAIN, Paper.upright),
    "holidays": Layout("放假安排", holidays.COLUMNS, Paper.upright),
    "stores": Layout("应急物资", stores.COLUMNS),
}

MONTHLY, MONTHLY_TITLE = "monthly_form", "月报表"
TITLES = {"dual-prevention": "双重预防隐患数据"}


def export_hazards(
    session: Session, actor: Actor, asked: Wishes, *, now: datetime, form: str, locale: str
) -> IO[bytes]:
    """The ledger (隐患台账) of the hazards asked for, the earliest first, as a file that is read from its beginning.

    What was struck out stands in it only where it is asked for by its state. Raises NotFound for a unit out of sight.
    """
    return written("hazards", hazards.rows(session, actor, asked, now=now, locale=locale), form, locale)


def export_units(session: Session, actor: Actor, *, form: str, locale: str, **asked: Any) -> IO[bytes]:
    """The units in sight that are open, parents before children; `asked` as `people.units` takes it."""
    return written("units", books.units(session, actor, locale=locale, **asked), form, locale)


def export_people(session: Session, actor: Actor, *, form: str, locale: str, **asked: Any) -> IO[bytes]:
    """The people in sight who have not left; `asked` as `people.people` takes it."""
    return written("people", books.people(session, actor, **asked), form, locale)


def export_chain(session: Session, actor: Actor, *, form: str, locale: str, within: str | None = None) -> IO[bytes]:
    """Who answers for each open unit at each level, as entered there; nothing that is inherited."""
    return written("chain", books.chain(session, actor, within=within), form, locale)


def export_holidays(session: Session, year: int, *, form: str, locale: str) -> IO[bytes]:
    """The days of a year that differ from plain Monday to Friday, as its notice has them."""
    return written("holidays", holidays.rows(session, year, locale=locale), form, locale)


def export_stores(
    session: Session, actor: Actor, *, now: datetime, form: str, locale: str, unit: str | None = None
) -> IO[bytes]:
    """The stores (应急物资) in the books of units in sight."""
    return written("stores", stores.rows(session, actor, now=now, unit=unit), form, locale)


def export_monthly(session: Session, actor: Actor, unit: str, first: date, *, now: datetime, locale: str) -> bytes:
    """The monthly form (月报表) of the month that a day begins, as a workbook: drawn as a report is, and kept nowhere.

    Give it a steady read. Raises NotFound for a unit out of sight.
    """
    from service.papers import render  # reports are read where they are asked for
    from service.reports.asked import ask
    from service.reports.drawing import draw

    last = first.replace(day=monthrange(first.year, first.month)[1])
    asked = ask(session, actor, unit=unit, from_on=first, to_on=last, template_key=MONTHLY)
    return render(draw(session, asked, now=now), "xlsx", locale)


def written(kind: str, rows: Iterator[Sequence[Value]], form: str, locale: str) -> IO[bytes]:
    """The rows of a kind in a temporary file, in the form asked for (xlsx or csv)."""
    layout = LAYOUTS[kind]
    made = TemporaryFile()  # noqa: SIM115 - the answer closes it once it has been sent
    try:
        headings = headings_in(layout.columns, locale)
        if form == "xlsx":
            looks = Print(layout.title, tuple(column.width for column in layout.columns), layout.paper)
            write_xlsx(made, looks, headings, within_a_sheet(rows))
        else:
            write_csv(made, headings, rows)
    except BaseException:
        made.close()
        raise
    made.seek(0)
    return made


def within_a_sheet(rows: Iterator[Sequence[Value]]) -> Iterator[Sequence[Value]]:
    """The rows, refused as soon as they are more than a sheet has."""
    for number, row in enumerate(rows, 2):
        if number > LAST_ROW:
            fault = Fault("", "has more than {most} rows", {"most": LAST_ROW - 1})
            raise Refused("This is too much for one sheet: ask for less of it, or for csv", faults=[fault])
        yield row


def title_of(kind: str, on: date) -> str:
    """What the file of a kind is called."""
    title = LAYOUTS[kind].title if kind in LAYOUTS else TITLES[kind]
    return f"{title}{on:%Y%m%d}"
