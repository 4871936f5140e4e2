"""`/meetings`: meetings and study by the keys of their tasks: agenda, attendance, when it was held, minutes."""

from collections.abc import Callable
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Path, Response
from sqlmodel import Session

from service.access import Actor
from service.records import meetings
from service.web.asks import PAGE, After, Asked, KeyInPath, Limit, gives
from service.web.deps import Call, Incoming
from service.web.forms_records import Agenda, Called, Held, Marked, Minutes
from service.web.shown import meetings as shown
from service.web.shown.base import Listing

router = APIRouter(prefix="/meetings", tags=["meetings"])


@router.get("", **gives(Listing[shown.Meeting]))
def list_meetings(
    call: Call,
    unit: Asked = None,
    kind: Literal["meeting", "study"] | None = None,
    minutes_owed: bool | None = None,
    limit: Limit = PAGE,
    after: After = None,
) -> Response:
    """The meetings of units in sight, and those the caller was called to; the latest due first."""
    return call.read(
        lambda session, actor: meetings.listed(
            session, actor, unit=unit, kind=kind, minutes_owed=minutes_owed, limit=limit, after=after
        )
    )


@router.get("/{key}", **gives(shown.MeetingWhole))
def read_meeting(call: Call, key: KeyInPath) -> Response:
    """One meeting with who was called and came, its minutes, the figures counted, and the parties still missing."""
    return call.read(lambda session, actor: meetings.whole(session, actor, key))


def done(call: Incoming, key: str, do: Callable[..., Any], *what: Any, **more: Any) -> Response:
    """Do it, and answer the meeting as it is then."""

    def act(session: Session, actor: Actor) -> Any:
        do(session, actor, key, *what, now=call.now, **more)
        return meetings.whole(session, actor, key)

    return call.act(act)


@router.put("/{key}/agenda", **gives(shown.MeetingWhole))
def prepare_meeting(call: Call, key: KeyInPath, form: Agenda) -> Response:
    """Say what it is about and where it is."""
    return done(call, key, meetings.prepare, **form.model_dump())


@router.post("/{key}/attendance", **gives(shown.MeetingWhole))
def call_people(call: Call, key: KeyInPath, form: Called) -> Response:
    """Call people to it; who was called already is left as they are."""
    return done(call, key, meetings.call, [one.model_dump() for one in form.people])


@router.post("/{key}/attendance/{number}", **gives(shown.MeetingWhole))
def mark_attendance(
    call: Call,
    key: KeyInPath,
    number: Annotated[int, Path(ge=1, le=9_999, description="the end of their key")],
    form: Marked,
) -> Response:
    """Mark one as signed in, absent, or excused with a reason; oneself may be signed in or excused by oneself."""
    return done(call, key, meetings.mark, number, form.mark, reason=form.reason)


@router.post("/{key}/sign-in", **gives(shown.MeetingWhole))
def sign_in_to_meeting(call: Call, key: KeyInPath) -> Response:
    """Sign in for oneself, for whoever was called."""
    return done(call, key, meetings.sign_in)


@router.post("/{key}/hold", **gives(shown.MeetingWhole))
def hold_meeting(call: Call, key: KeyInPath, form: Held | None = None) -> Response:
    """Say when it was held; its minutes are owed from then on. Handing in its task says so, too."""
    return done(call, key, meetings.hold, held_at=form.held_at if form else None)


@router.put("/{key}/minutes", **gives(shown.MeetingWhole))
def write_minutes(call: Call, key: KeyInPath, form: Minutes) -> Response:
    """Write the minutes, or write them again."""
    return done(call, key, meetings.write_minutes, form.text, version=form.version)
