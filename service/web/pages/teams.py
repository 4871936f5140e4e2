"""Teams (三员 …): who holds which role where, who is missing, and who joins and leaves."""

from fastapi import APIRouter, Response
from sqlmodel import Session

from service.errors import Trouble
from service.people import offered
from service.people.fields import today
from service.records import teams
from service.signin.sessions import Visitor
from service.web.asks import PAGE, After, Asked, KeyInPath
from service.web.deps import Call, Incoming
from service.web.forms_records import Left, NewMember
from service.web.marks import N_
from service.web.pages.acts import act
from service.web.pages.posted import Form, Posted
from service.web.pages.visit import show, visit

router = APIRouter()


@router.get("/teams")
def member_list(
    call: Call, unit: Asked = None, role: Asked = None, every: bool = False, after: After = None
) -> Response:
    return list_page(call, unit or None, role or None, every, after)


def list_page(
    call: Incoming, unit: str | None = None, role: str | None = None, every: bool = False, after: str | None = None,
    trouble: Trouble | None = None, typed: Posted | None = None,
) -> Response:  # fmt: skip
    """Who holds a role today, or ever did; beneath one unit also the villages that have nobody."""
    day = today(call.now)
    with visit(call) as (session, reader):
        found = teams.listed(
            session, reader.actor, unit=unit, role=role, on=None if every else day, limit=PAGE, after=after
        )
        roles = (role,) if role else ()
        gaps = (
            teams.gaps(session, reader.actor, unit=unit, kind="village", roles=roles, on=day, now=call.now)
            if unit
            else []
        )
        may_change = bool(reader.actor.paths(teams.ACT))
        units = offered.units(session, reader.actor)
        staff = offered.staff(session, reader.actor) if may_change else []
    asked = {
        name: value for name, value in (("unit", unit), ("role", role), ("every", "true" if every else None)) if value
    }
    return show(
        call, "records/teams.html", found=found, gaps=gaps, asked=asked, after=after, may_change=may_change, day=day,
        units=units, staff=staff, trouble=trouble, typed=typed,
    )  # fmt: skip


@router.post("/teams")
def join(call: Call, form: Form) -> Response:
    def do(session: Session, visitor: Visitor) -> None:
        told = form.fit(NewMember, keep_empty=("unit", "role", "person"))
        teams.join(session, visitor.actor, now=call.now, **told.model_dump(exclude_none=True))

    def again(trouble: Trouble) -> Response:
        return list_page(call, trouble=trouble, typed=form)

    return act(call, form, do, then="/teams", said=N_("They hold the role now"), again=again)


@router.post("/teams/{key}/leave")
def leave(call: Call, key: KeyInPath, form: Form) -> Response:
    def do(session: Session, visitor: Visitor) -> None:
        told = form.fit(Left)
        teams.leave(session, visitor.actor, key, now=call.now, **told.model_dump())

    def again(trouble: Trouble) -> Response:
        return list_page(call, trouble=trouble, typed=form)

    return act(call, form, do, then="/teams", said=N_("Their time in the role has ended"), again=again)
