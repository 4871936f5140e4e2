"""What comes in by itself: from monitored buildings and camera platforms, and from the public."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Request, Response
from sqlmodel import Session

from models.kinds import Role
from service import public_calls, reports_in, store
from service.access import Actor
from service.errors import Forbidden, Unknown
from service.web import shown
from service.web.asks import gives
from service.web.deps import BEARER, Call, Incoming, answer, incoming
from service.web.forms_ledger import PublicReport, Sighted
from service.web.marks import N_
from service.web.problems import problem

router = APIRouter(tags=["reports from outside"])

TOO_MANY = N_("Too many calls")
LATER = N_("There have been many reports from here within an hour; try again later, or telephone the office")


class Unsigned(Incoming):
    """A call for which nobody signs in; its Idempotency-Key counts for the address it comes from."""

    __slots__ = ()

    def actor(self, session: Session) -> Actor:
        return Actor(f"public:{address_of(self)}")


async def unsigned(request: Request) -> Unsigned:
    call = await incoming(request)
    return Unsigned(request, call.now, call.raw)


Public = Annotated[Unsigned, Depends(unsigned)]


def turned_away(call: Incoming, unit: str) -> int:
    """The seconds after which one may report about a unit again; units that aren't there count as one."""
    with store.reading(call.engine) as session:
        place = unit if reports_in.named_publicly(session, unit) else ""
    return public_calls.wait(call.engine, address_of(call), place, now=call.now)


def address_of(call: Incoming) -> str:
    return call.request.client.host if call.request.client else ""


@router.post("/hooks/hazards", **gives(shown.Taken))
def take_hazard(call: Call, form: Sighted) -> Response:
    """Make a hazard of what a platform saw; the same `ref` of one token again answers the same hazard.

    For a bearer token of the role inspector, on the unit that the platform watches.
    """
    presented = call.request.headers.get("authorization", "")
    if presented[: len(BEARER)].lower() != BEARER:
        raise Unknown("Only bearer tokens are understood")
    public_half = presented.partition("_")[2].partition("_")[0]

    def take(session: Session, actor: Actor) -> Any:
        if not any(role == Role.inspector for role, _ in actor.holds):
            raise Forbidden("Your role does not allow this here")
        return reports_in.take(session, actor, form.model_dump(), token=public_half, now=call.now)

    return call.act(take)


@router.post("/public/reports", **gives(shown.Receipt, 201))
def report_publicly(call: Public, form: PublicReport) -> Response:
    """Report what one saw, without signing in; the receipt follows what becomes of it. Five an hour from one place."""
    seconds = turned_away(call, form.unit)
    if seconds:
        return problem(call.request, 429, TOO_MANY, LATER, headers={"Retry-After": str(seconds)})

    def report(session: Session, _: Actor) -> Any:
        return {"receipt": reports_in.report_publicly(session, form.unit, form.text, form.contact, now=call.now)}

    return call.act(report, status=201)


@router.get("/public/reports/{receipt}", **gives(shown.Followed))
def follow_report(call: Public, receipt: Annotated[str, Path(max_length=100)]) -> Response:
    """What became of a public report; no name of anybody."""
    with store.reading(call.engine) as session:
        return answer(reports_in.follow(session, receipt))
