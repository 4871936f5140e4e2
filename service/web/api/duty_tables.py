"""`/rosters/{key}/table`: a month as it hangs on the wall; and the tables that holidays ask for."""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Response
from sqlmodel import Session

from service.access import Actor
from service.duty import table, tables
from service.lists import Page
from service.web.asks import KeyInPath, gives
from service.web.deps import Call
from service.web.forms_duty import TableDone
from service.web.shown import duty as shown
from service.web.shown.base import Listing

router = APIRouter(tags=["rosters"])

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
Month = Annotated[str, Query(pattern=r"^\d{4}-\d{2}$", description="like 2026-10")]


@router.get("/rosters/{key}/table", **gives(shown.Table))
def read_table(call: Call, key: KeyInPath, month: Month) -> Response:
    """A month of a roster: who serves on each day, the festivals, whom to ring."""
    return call.read(lambda session, actor: table.table(session, actor, key, month))


@router.get("/rosters/{key}/table.xlsx", response_class=Response, responses={200: {"content": {XLSX: {}}}})
def print_table(call: Call, key: KeyInPath, month: Month) -> Response:
    """The same as a workbook ready for the wall: a list and a month grid, each on one page across."""
    from service.duty import print_table  # openpyxl takes half a second to import

    with call.reading() as (session, actor):
        found = table.table(session, actor, key, month)
    made = print_table.workbook(found, call.locale)
    named = {"Content-Disposition": f'attachment; filename="duty-{month}.xlsx"'}
    return Response(made, 200, named, XLSX)


@router.get("/duty-tables/{key}/table.xlsx", response_class=Response, responses={200: {"content": {XLSX: {}}}})
def print_holiday(call: Call, key: KeyInPath) -> Response:
    """A holiday's days alone, ready for the wall."""
    from service.duty import print_table

    with call.reading() as (session, actor):
        owed = tables.seen(session, actor, key)
        found = table.between(session, actor, owed.roster, owed.from_on, owed.to_on)
    named = {"Content-Disposition": f'attachment; filename="duty-{owed.from_on}.xlsx"'}
    return Response(print_table.workbook(found, call.locale), 200, named, XLSX)


@router.get("/rosters/{key}/tables", **gives(Listing[shown.DutyTable]))
def list_tables(call: Call, key: KeyInPath) -> Response:
    """The tables that holidays ask for: each must be up five days before the first day off; the newest first."""
    return call.read(lambda session, actor: Page(tables.of_roster(session, actor, key), None))


@router.post("/duty-tables/{key}/done", **gives(shown.DutyTable))
def put_up(call: Call, key: KeyInPath, form: TableDone) -> Response:
    """Say that a holiday's table is up: printed, posted or sent."""

    def done(session: Session, actor: Actor) -> Any:
        tables.put_up(session, actor, key, form.how, now=call.now, note=form.note, version=form.version)
        return tables.one(session, key)

    return call.act(done)
