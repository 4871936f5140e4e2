"""`/campaigns`: a plan comes in as its file; it is previewed, run and followed."""

from collections.abc import Callable
from typing import Annotated, Any

from fastapi import APIRouter, Query, Response
from sqlmodel import Session

from models.kinds import CampaignState
from service import listings, units
from service.access import Actor
from service.campaigns import acts as campaigns
from service.campaigns import progress
from service.campaigns.plans import plan_of
from service.errors import Fault, Refused
from service.web import shown
from service.web.asks import PAGE, After, Asked, Day, KeyInPath, Limit, gives
from service.web.deps import Call, Incoming
from service.web.forms import Act

router = APIRouter(prefix="/campaigns", tags=["campaigns"])

TEXT = {"schema": {"type": "string"}}
FILE = {"requestBody": {"required": True, "content": {"application/yaml": TEXT, "application/json": TEXT}}}


@router.get("", **gives(shown.Listing[shown.Campaign]))
def list_campaigns(
    call: Call, state: CampaignState | None = None, limit: Limit = PAGE, after: After = None
) -> Response:
    """The campaigns of the units in sight, those that end last first."""
    return call.read(lambda session, actor: listings.campaigns(session, actor, state=state, limit=limit, after=after))


def text_of(call: Incoming) -> str:
    """The file as text."""
    try:
        return call.raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Refused("The file is not UTF-8") from None


@router.post("", openapi_extra=FILE, **gives(shown.CampaignWhole))
def apply_campaign(call: Call) -> Response:
    """Make a campaign file so: a new one as a draft, a changed one with what has not opened planned again."""
    text = text_of(call)

    def apply(session: Session, actor: Actor) -> Any:
        plan = campaigns.apply_file(session, actor, text, now=call.now)
        return listings.campaign(session, actor, plan.key)

    return call.act(apply)


@router.post("/check", openapi_extra=FILE, **gives(shown.Checked))
def check_campaign(call: Call) -> Response:
    """Validate a campaign file, every fault with its line; nothing is written."""
    text = text_of(call)

    def check(session: Session, actor: Actor) -> Any:
        plan = campaigns.check(session, actor, text, now=call.now)
        return {"key": plan.key, "name": plan.name, "activities": len(plan.activities)}

    return call.read(check)


@router.get("/{key}", **gives(shown.CampaignWhole))
def read_campaign(call: Call, key: KeyInPath) -> Response:
    """One campaign with its file and how far it has been planned."""
    return call.read(lambda session, actor: listings.campaign(session, actor, key))


@router.get("/{key}/preview", **gives(shown.Listing[shown.Foreseen]))
def preview_campaign(
    call: Call,
    key: KeyInPath,
    from_on: Annotated[Day, Query(alias="from")],
    to_on: Annotated[Day, Query(alias="to")],
    limit: Limit = PAGE,
    after: Annotated[int, Query(ge=0, description="the `next` of the page before")] = 0,
) -> Response:
    """The tasks whose windows open between two days, both included, on the units in sight; nothing is written."""

    def look(session: Session, actor: Actor) -> Any:
        campaigns.find(session, actor, key)
        found = campaigns.preview(session, plan_of(session, key)[0], from_on=from_on, to_on=to_on)
        paths = units.paths_of(session, {task.unit for task in found})
        seen = [task for task in found if actor.may("see", paths[task.unit])]
        more = after + limit < len(seen)
        return {"items": seen[after : after + limit], "next": str(after + limit) if more else None}

    if to_on < from_on:
        raise Refused("Some fields are wrong", faults=[Fault("to", "comes before the first day")])
    return call.read(look)


@router.get("/{key}/progress", **gives(shown.Progress))
def read_progress(call: Call, key: KeyInPath, by: progress.By = "phase", unit: Asked = None) -> Response:
    """How much is done, in all and by phase, unit, kind or activity; what is due this year and done of it."""
    return call.read(lambda session, actor: progress.of_campaign(session, actor, key, by=by, unit=unit, now=call.now))


def running(act: str) -> Callable[..., Response]:
    def run(call: Call, key: KeyInPath, form: Act | None = None) -> Response:
        def do(session: Session, actor: Actor) -> Any:
            campaigns.run(session, actor, key, act, now=call.now, version=form.version if form else None)
            return listings.campaign(session, actor, key)

        return call.act(do)

    return run


for act, says in (
    ("activate", "Start a draft: its tasks are planned from now on."),
    ("pause", "Let nothing of it open."),
    ("resume", "Go on after a pause; what fell wholly into it is cancelled."),
    ("close", "End it: what has not opened is cancelled, what is open remains to be done."),
):
    router.post(
        f"/{{key}}/{act}", name=f"{act}_campaign", description=says, summary=says, **gives(shown.CampaignWhole)
    )(running(act))
