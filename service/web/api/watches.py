"""`/watches`: who is on duty, and what people do to their watches; the log and its open matters."""

from collections.abc import Callable
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Response
from pydantic import Field
from sqlmodel import Session

from models.kinds import WatchState
from service.access import Actor
from service.duty import lists, serving, swaps, whole
from service.duty.version_words import said_broken
from service.lists import PAGE, PAGE_AT_MOST
from service.web.asks import Day, KeyInPath, Questions, gives, parameters, read_questions
from service.web.deps import Call, Incoming
from service.web.forms import Act
from service.web.forms_duty import HandedOver, Logged, Substituted, Taken
from service.web.shown import watches as shown
from service.web.shown.base import Listing

router = APIRouter(prefix="/watches", tags=["watches"])


class WatchQuestions(Questions):
    roster: str | None = Field(None, max_length=500)
    unit: str | None = Field(None, max_length=500, description="at it and everything beneath")
    person: str | None = Field(None, max_length=500, description="theirs to serve, or their turn")
    from_on: Day | None = Field(None, alias="from")
    to_on: Day | None = Field(None, alias="to")
    state: list[WatchState] = Field(default_factory=list, max_length=7, description="one or several")
    limit: int = Field(PAGE, ge=1, le=PAGE_AT_MOST, description="how many at most")
    after: str | None = Field(None, max_length=2_000, description="the `next` of the page before")


Asked = Annotated[WatchQuestions, Depends(read_questions(WatchQuestions))]


@router.get("", openapi_extra=parameters(WatchQuestions), **gives(Listing[shown.Watch]))
def list_watches(call: Call, asked: Asked) -> Response:
    """The watches in sight in the order in which they begin, and the caller's own."""
    return call.read(
        lambda session, actor: lists.watches(
            session, actor, roster=asked.roster, unit=asked.unit, person=asked.person, from_on=asked.from_on,
            to_on=asked.to_on, states=asked.state, limit=asked.limit, after=asked.after,
        )
    )  # fmt: skip


@router.get("/{key}", **gives(shown.WatchWhole))
def read_watch(call: Call, key: KeyInPath) -> Response:
    """One watch with its log, the open matters it has to see to, its swaps and checks."""
    return call.read(lambda session, actor: whole.watch(session, actor, key))


def done(call: Incoming, key: str, do: Callable[..., Any], **more: Any) -> Response:
    """Do it, and answer the watch as it is then."""

    def act(session: Session, actor: Actor) -> Any:
        do(session, actor, key, now=call.now, **more)
        return whole.watch(session, actor, key)

    return call.act(act)


@router.post("/{key}/confirm", **gives(shown.WatchWhole))
def confirm_watch(call: Call, key: KeyInPath, form: Act | None = None) -> Response:
    """Say that one will be there."""
    return done(call, key, serving.confirm, version=form.version if form else None)


@router.post("/{key}/check-in", **gives(shown.WatchWhole))
def check_in(call: Call, key: KeyInPath, form: Act | None = None) -> Response:
    """Be there: from two hours before it begins until it ends."""
    return done(call, key, serving.check_in, version=form.version if form else None)


@router.post("/{key}/hand-over", **gives(shown.WatchWhole))
def hand_over(call: Call, key: KeyInPath, form: HandedOver | None = None) -> Response:
    """Hand it over; what is still open goes to the next watch, and whoever serves it is told."""
    given = form or HandedOver()
    return done(call, key, serving.hand_over, note=given.note, version=given.version)


@router.post("/{key}/take", **gives(shown.WatchWhole))
def take_watch(call: Call, key: KeyInPath, form: Taken | None = None) -> Response:
    """Take it over now, oneself or, by a planner, somebody else: somebody must be there."""
    given = form or Taken()
    return done(call, key, swaps.take, person=given.person, reason=given.reason)


@router.post("/{key}/substitute", **gives(shown.WatchChanged))
def substitute(call: Call, key: KeyInPath, form: Substituted) -> Response:
    """A planner puts somebody else into a watch ahead, or fills a gap; a rule it breaks is allowed with a reason."""

    def act(session: Session, actor: Actor) -> Any:
        broken = swaps.substitute(session, actor, key, form.person, now=call.now, reason=form.reason)
        return whole.watch(session, actor, key)._asdict() | {"broken": said_broken(session, broken, call.locale)}

    return call.act(act)


@router.post("/{key}/log", **gives(shown.WatchWhole, 201))
def write_log(call: Call, key: KeyInPath, form: Logged) -> Response:
    """Write a line in the duty log."""

    def act(session: Session, actor: Actor) -> Any:
        serving.log(session, actor, key, form.text, now=call.now, matter=form.matter)
        return whole.watch(session, actor, key)

    return call.act(act, status=201)


@router.post("/{key}/log/{number}/settle", **gives(shown.WatchWhole))
def settle_matter(call: Call, key: KeyInPath, number: int) -> Response:
    """An open matter is done: by whoever is on duty on the roster, or a planner."""

    def act(session: Session, actor: Actor) -> Any:
        serving.settle(session, actor, f"{key}:{number}", now=call.now)
        return whole.watch(session, actor, key)

    return call.act(act)
