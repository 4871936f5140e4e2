"""`/exports`: the ledger, units, people, the chain and holidays as sheets, and hazards for exchange platforms."""

from collections.abc import Callable, Iterator
from datetime import date
from typing import IO, Annotated, Any, Literal
from urllib.parse import quote

from fastapi import APIRouter, Depends, Query, Response
from fastapi.responses import StreamingResponse
from pydantic import Field
from sqlmodel import Session

from service import store
from service.access import Actor
from service.calendar.holidays_cn import YEARS
from service.ledger.wishes import Wishes
from service.people.fields import today
from service.web.api.hazards import LedgerQuestions
from service.web.asks import Questions, parameters, read_questions
from service.web.deps import Call, Incoming

router = APIRouter(prefix="/exports", tags=["exports"])

CHUNK = 1 << 16
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MEDIA = {"xlsx": XLSX, "csv": "text/csv; charset=utf-8", "json": "application/json"}
Form = Literal["xlsx", "csv"]
ExchangeForm = Literal["json", "csv"]
SHEETS: dict[str, Any] = {"response_class": Response, "responses": {200: {"content": {XLSX: {}, "text/csv": {}}}}}
FORM: dict[str, Any] = {"response_class": Response, "responses": {200: {"content": {XLSX: {}}}}}
EXCHANGE: dict[str, Any] = {
    "response_class": Response,
    "responses": {200: {"content": {"application/json": {}, "text/csv": {}}}},
}


class UnitQuestions(Questions):
    within: str | None = Field(None, max_length=500, description="it and everything beneath")
    parent: str | None = Field(None, max_length=500, description="right beneath")
    kind: str | None = Field(None, max_length=500)
    q: str | None = Field(None, max_length=100, description="part of the name or the code")


class PeopleQuestions(Questions):
    within: str | None = Field(None, max_length=500, description="of it and everything beneath")
    unit: str | None = Field(None, max_length=500)
    q: str | None = Field(None, max_length=100, description="part of the name or the staff number")


LedgerAsked = Annotated[LedgerQuestions, Depends(read_questions(LedgerQuestions))]
UnitsAsked = Annotated[UnitQuestions, Depends(read_questions(UnitQuestions))]
PeopleAsked = Annotated[PeopleQuestions, Depends(read_questions(PeopleQuestions))]


class MonthQuestions(Questions):
    unit: str = Field(max_length=500, description="at it and everything beneath")
    month: str = Field(pattern=r"^20\d\d-(0[1-9]|1[0-2])$", description="2026-03")


MonthAsked = Annotated[MonthQuestions, Depends(read_questions(MonthQuestions))]


def sent(call: Incoming, kind: str, form: str, make: Callable[[Session, Actor], IO[bytes]]) -> Response:
    """The file, made whole in one reading transaction before the first of it leaves."""
    from service.exports import title_of  # exports are rare

    with call.reading() as (session, actor):
        made = make(session, actor)
    size = made.seek(0, 2)
    made.seek(0)
    named = disposition(f"{kind}.{form}", f"{title_of(kind, today(call.now))}.{form}")
    return StreamingResponse(
        pieces(made), 200, {"Content-Disposition": named, "Content-Length": str(size)}, MEDIA[form]
    )


def disposition(plain: str, named: str) -> str:
    """What a file is called when it is saved, for those that know Chinese names and those that don't."""
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(named)}"


def pieces(made: IO[bytes]) -> Iterator[bytes]:
    with made:
        while piece := made.read(CHUNK):
            yield piece


@router.get("/hazards.{form}", openapi_extra=parameters(LedgerQuestions), **SHEETS)
def export_hazards(call: Call, form: Form, asked: LedgerAsked) -> Response:
    """The ledger (隐患台账) of the hazards asked for, with every column that people print."""
    from service import exports

    def make(session: Session, actor: Actor) -> IO[bytes]:
        wishes = Wishes(**asked.wishes())
        return exports.export_hazards(session, actor, wishes, now=call.now, form=form, locale=call.locale)

    return sent(call, "hazards", form, make)


@router.get("/units.{form}", openapi_extra=parameters(UnitQuestions), **SHEETS)
def export_units(call: Call, form: Form, asked: UnitsAsked) -> Response:
    """The open units in sight, parents before children."""
    from service import exports

    def make(session: Session, actor: Actor) -> IO[bytes]:
        wishes = {"within": asked.within, "parent": asked.parent, "kind": asked.kind, "query": asked.q}
        return exports.export_units(session, actor, form=form, locale=call.locale, **wishes)

    return sent(call, "units", form, make)


@router.get("/people.{form}", openapi_extra=parameters(PeopleQuestions), **SHEETS)
def export_people(call: Call, form: Form, asked: PeopleAsked) -> Response:
    """The people in sight who have not left."""
    from service import exports

    def make(session: Session, actor: Actor) -> IO[bytes]:
        wishes = {"within": asked.within, "unit": asked.unit, "query": asked.q}
        return exports.export_people(session, actor, form=form, locale=call.locale, **wishes)

    return sent(call, "people", form, make)


@router.get("/chain.{form}", **SHEETS)
def export_chain(
    call: Call, form: Form, within: Annotated[str | None, Query(max_length=500, description="and beneath")] = None
) -> Response:
    """Who answers for each unit at each level, as entered there."""
    from service import exports

    def make(session: Session, actor: Actor) -> IO[bytes]:
        return exports.export_chain(session, actor, form=form, locale=call.locale, within=within)

    return sent(call, "chain", form, make)


@router.get("/stores.{form}", **SHEETS)
def export_stores(
    call: Call, form: Form, unit: Annotated[str | None, Query(max_length=500, description="and beneath")] = None
) -> Response:
    """The stores in the books, with quantity, place, expiry, minimum and keeper."""
    from service import exports

    def make(session: Session, actor: Actor) -> IO[bytes]:
        return exports.export_stores(session, actor, now=call.now, form=form, locale=call.locale, unit=unit)

    return sent(call, "stores", form, make)


@router.get("/holidays.{form}", **SHEETS)
def export_holidays(call: Call, form: Form, year: Annotated[int, Query(ge=YEARS[0], le=YEARS[-1])]) -> Response:
    """The days of a year that differ from plain Monday to Friday."""
    from service import exports

    def make(session: Session, actor: Actor) -> IO[bytes]:
        return exports.export_holidays(session, year, form=form, locale=call.locale)

    return sent(call, "holidays", form, make)


@router.get("/monthly.xlsx", openapi_extra=parameters(MonthQuestions), **FORM)
def export_monthly(call: Call, asked: MonthAsked) -> Response:
    """The monthly form (月报表) of a unit and everything beneath it, counted now."""
    from service import exports

    with store.steady(call.engine) as session:
        first = date.fromisoformat(f"{asked.month}-01")
        made = exports.export_monthly(session, call.actor(session), asked.unit, first, now=call.now, locale=call.locale)
    named = f"{exports.MONTHLY_TITLE}{asked.month}.xlsx"
    return Response(made, 200, {"Content-Disposition": disposition("monthly.xlsx", named)}, XLSX)


@router.get("/dual-prevention.{form}", openapi_extra=parameters(LedgerQuestions), **EXCHANGE)
def export_dual_prevention(call: Call, form: ExchangeForm, asked: LedgerAsked) -> Response:
    """The hazards asked for in the fields of the dual-prevention (双重预防) exchange; what was struck out is marked."""
    from service.exports import dual_prevention

    def make(session: Session, actor: Actor) -> IO[bytes]:
        return dual_prevention.export(session, actor, Wishes(**asked.wishes()), now=call.now, form=form)

    return sent(call, "dual-prevention", form, make)
