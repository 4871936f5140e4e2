"""Sheets out and in again, for tests: the file of an export, what it is read as, and what an import makes of it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from sqlalchemy import Engine

from service import exports, store
from service.access import SYSTEM, Actor, actor_for
from service.imports import kinds as taking
from service.imports.rows import Report
from service.ledger.wishes import Wishes
from service.sheets.reading import Sheet, read_sheet
from tests import databases
from tests.service import hazard_worlds as worlds
from tests.service.hazard_worlds import FOUND, act, rows

FORMS = ("xlsx", "csv")
LATER = FOUND + timedelta(days=40)


def sheet_of(engine: Engine, kind: str, form: str = "xlsx", who: str | Actor = SYSTEM, **more: Any) -> Sheet:
    """What an export is read as."""
    return read_sheet(file_of(engine, kind, form, who, **more), f"{kind}.{form}")


def file_of(
    engine: Engine, kind: str, form: str = "xlsx", who: str | Actor = SYSTEM, locale: str = "zh_CN", **more: Any
) -> bytes:
    with store.reading(engine) as session:
        actor = actor_for(session, who) if isinstance(who, str) else who
        if kind == "hazards":
            wishes = Wishes(**more)
            made = exports.export_hazards(session, actor, wishes, now=LATER, form=form, locale=locale)
        elif kind == "holidays":
            made = exports.export_holidays(session, more["year"], form=form, locale=locale)
        else:
            make: Callable[..., Any] = getattr(exports, f"export_{kind}")
            made = make(session, actor, form=form, locale=locale, **more)
    with made:
        return made.read()


def take(engine: Engine, kind: str, sheet: Sheet, who: str | Actor = SYSTEM) -> Report:
    return act(engine, taking.importer(kind), who, sheet, now=LATER)


def plain(report: Report) -> tuple[int, int, int]:
    """Rows made, changed, taken away."""
    return report.made, report.changed, report.removed


def standing(engine: Engine, *tables: Any) -> list[list[Any]]:
    return [rows(engine, table) for table in tables]


@contextmanager
def elsewhere(all_databases: databases.Databases, folder: Any, name: str = "other") -> Iterator[Engine]:
    """Another place with the same units and people, and an empty ledger."""
    engine = all_databases.sqlite(folder / f"{name}.sqlite")
    yield worlds.found(engine)
    engine.dispose()
