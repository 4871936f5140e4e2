"""`/absences` and `/wishes`: when people can't serve, and when they would rather or rather not."""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Response
from sqlalchemy import select
from sqlmodel import Session, col

from models import Absence, Wish
from service.access import Actor
from service.duty import gaps, lists, retiring, rosters
from service.listings import columns
from service.web.asks import PAGE, After, Asked, Day, KeyInPath, Limit, gives, gives_nothing
from service.web.deps import Call
from service.web.forms_duty import Away, Wished
from service.web.shown import watches as shown
from service.web.shown.base import Listing

router = APIRouter(tags=["watches"])

From = Annotated[Day | None, Query(alias="from")]
To = Annotated[Day | None, Query(alias="to")]


@router.get("/absences", **gives(Listing[shown.Absence]))
def list_absences(
    call: Call, person: Asked = None, from_on: From = None, to_on: To = None, limit: Limit = PAGE, after: After = None
) -> Response:
    """The absences that touch some days, by key: one's own, and those of people of the units in sight."""
    return call.read(
        lambda session, actor: lists.absences(
            session, actor, person=person, from_on=from_on, to_on=to_on, limit=limit, after=after
        )
    )


@router.post("/absences", **gives(shown.Absence, 201))
def enter_absence(call: Call, form: Away) -> Response:
    """Somebody is away; their watches ahead become gaps, which the coordinators hear of."""

    def enter(session: Session, actor: Actor) -> Any:
        who = form.person or actor.person
        key = gaps.enter_absence(session, actor, who, form.from_on, form.to_on, now=call.now, reason=form.reason)
        return session.execute(select(*columns(Absence, lists.ABSENCE_COLUMNS)).where(col(Absence.key) == key)).one()

    return call.act(enter, status=201)


@router.delete("/absences/{key}", **gives_nothing())
def end_absence(call: Call, key: KeyInPath, version: int | None = None) -> Response:
    """Take an absence back; watches that were given to others stay theirs."""
    return call.act(lambda session, actor: gaps.end_absence(session, actor, key, now=call.now, expects=version))


@router.get("/wishes", **gives(Listing[shown.Wish]))
def list_wishes(
    call: Call, person: Asked = None, from_on: From = None, to_on: To = None, limit: Limit = PAGE, after: After = None
) -> Response:
    """The wishes for some days, by key: one's own, and those of people of the units in sight."""
    return call.read(
        lambda session, actor: lists.wishes(
            session, actor, person=person, from_on=from_on, to_on=to_on, limit=limit, after=after
        )
    )


@router.post("/wishes", **gives(shown.Wish))
def wish(call: Call, form: Wished) -> Response:
    """Say that one would rather be off on a day, or rather serve; said again it is changed."""

    def enter(session: Session, actor: Actor) -> Any:
        who = form.person or actor.person
        key = rosters.wish(session, actor, who, form.on, now=call.now, want=form.want, weight=form.weight)
        return session.execute(select(*columns(Wish, lists.WISH_COLUMNS)).where(col(Wish.key) == key)).one()

    return call.act(enter)


@router.delete("/wishes/{key}", **gives_nothing())
def unwish(call: Call, key: KeyInPath, version: int | None = None) -> Response:
    """Take a wish back."""
    return call.act(lambda session, actor: retiring.unwish(session, actor, key, now=call.now, expects=version))
