"""Campaigns: the list, and one of them with its road, how far it is, and what may be done to it."""

from functools import partial
from typing import Annotated, Any

from fastapi import APIRouter, Query, Response
from sqlmodel import Session

from models.kinds import CampaignState
from service import listings, unit_tree, units
from service.access import Actor
from service.calendar.days import gather_calendar
from service.campaigns import acts as campaigns
from service.campaigns import progress, year_strip
from service.campaigns.plans import plan_of
from service.errors import NotFound
from service.signin.sessions import Visitor
from service.web.asks import After, KeyInPath
from service.web.deps import Call
from service.web.marks import N_
from service.web.pages import strips
from service.web.pages.acts import act
from service.web.pages.posted import Form
from service.web.pages.visit import show, visit

router = APIRouter()

DONE = {
    "activate": N_("The campaign is running: its tasks are planned from now on"),
    "pause": N_("The campaign is paused: nothing of it opens until it is resumed"),
    "resume": N_("The campaign is running again"),
    "close": N_("The campaign is closed: what has not opened is called off"),
}


@router.get("/campaigns")
def campaign_list(call: Call, state: Annotated[CampaignState | None, Query()] = None, after: After = None) -> Response:
    with visit(call) as (session, reader):
        must_see(reader.actor)
        found = listings.campaigns(session, reader.actor, state=state, after=after)
        counts = progress.of_campaigns(session, reader.actor, [row.key for row in found.items], now=call.now)
        owners = unit_tree.names(session, {row.owner for row in found.items})
    return show(
        call, "campaigns.html", found=found, counts=counts, owners=owners, state=state, after=after,
        states=tuple(CampaignState), may_plan=bool(reader.actor.paths("plan campaigns")),
    )  # fmt: skip


def must_see(actor: Actor) -> None:
    """Campaigns are for those who see records somewhere."""
    if not actor.paths("see"):
        raise NotFound("There is nothing of that name here")


@router.get("/campaigns/{key}")
def one_campaign(call: Call, key: KeyInPath) -> Response:
    with visit(call) as (session, reader):
        found = campaigns.find(session, reader.actor, key)
        plan = plan_of(session, key)[0]
        calendar = gather_calendar(session, zone=units.zone_of(session, found.owner))
        parts = progress.parts_of_campaign(session, reader.actor, found, now=call.now)
        today = calendar.civil(call.now)
        from_on, to_on = strips.around(plan.from_on, plan.to_on, today)
        shown = year_strip.strip(session, plan, from_on=from_on, to_on=to_on)
        names = unit_tree.names(session, {found.owner})
    drawn = strips.strips(shown, calendar, from_on=from_on, to_on=to_on, phases=plan.phases, today=today)
    acts = [name for name, (before, _) in campaigns.ACTS.items() if found.state in before]
    return show(
        call, "campaign.html", found=found, plan=plan, parts=parts, strips=drawn, today=today, owner=names[found.owner],
        listed=strips.listed(shown, calendar), phases=phases_of(plan, parts["phase"]),
        tasks_of=partial(tasks_of, found), year=progress.civil_year(call.now),
        acts=acts if reader.actor.may("run campaigns", found.path) else [],
        may_plan=reader.actor.may("plan campaigns", found.path) and found.state != CampaignState.closed,
    )  # fmt: skip


def tasks_of(campaign: Any, by: progress.By, group: str) -> dict[str, str]:
    """What the list of tasks is asked for those of one group of a campaign's progress."""
    asked = {"campaign": str(campaign.key), by: group}
    if by == "unit" and group == campaign.owner:
        return asked | {"alone": "true"}  # the others have rows of their own
    return asked if group else {"campaign": str(campaign.key), "between_phases": "true"}


def phases_of(plan: Any, counted: progress.Progress) -> list[tuple[Any, progress.Counts | None]]:
    """The phases of a plan in their order, each with how far it is."""
    known = {group.key: group.counts for group in counted.groups}
    return [(phase, known.get(phase.name)) for phase in plan.phases]


@router.post("/campaigns/{key}/{name}")
def run_campaign(call: Call, key: KeyInPath, name: str, form: Form) -> Response:
    if name not in campaigns.ACTS:
        raise NotFound("There is nothing of that name here")

    def run(session: Session, visitor: Visitor) -> None:
        campaigns.run(session, visitor.actor, key, name, now=call.now, version=form.version())

    return act(call, form, run, then=f"/campaigns/{key}", said=DONE[name])
