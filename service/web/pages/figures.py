"""The records behind a figure, with what it counts on top; and the ten haves of a campaign at a unit."""

from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Response
from pydantic import Field, field_validator

from service import figures as known
from service import unit_tree
from service.campaigns import progress, readiness
from service.figures import listing, totals
from service.figures.folding import Name
from service.people import offered
from service.reports import wording
from service.reports.asked import span_of
from service.reports.numbers import Numbers
from service.rules.figures import digits
from service.web.api.figures import RecordQuestions, reached
from service.web.asks import FIRST_DAY, LAST_DAY, Day, KeyInPath, Questions, read_questions
from service.web.deps import Call
from service.web.pages.report_words import KINDS, PLACES
from service.web.pages.visit import show, visit

router = APIRouter()


class PageQuestions(RecordQuestions):
    """What the records are asked of; nobody is told what lacks before they have come through the door."""

    unit: str = Field("", max_length=500)
    from_on: Day = Field(FIRST_DAY, alias="from")
    to_on: Day = Field(LAST_DAY, alias="to")


# where what a score rests on is looked at
EVIDENCE = {
    "plan": "/campaigns/", "activity": "/campaigns/", "chain": "/units/", "event": "/units/", "report": "/reports/",
}  # fmt: skip
RecordsAsked = Annotated[PageQuestions, Depends(read_questions(PageQuestions))]


class ReadinessQuestions(Questions):
    """What the ten haves are asked of; without a unit it is the campaign's owner."""

    unit: str | None = Field(None, max_length=500)
    campaign: str | None = Field(None, max_length=500)
    from_on: Day | None = Field(None, alias="from")
    to_on: Day | None = Field(None, alias="to")

    @field_validator("*", mode="before")
    @classmethod
    def left_empty(cls, value: object) -> object:
        return None if value == "" else value


ReadinessAsked = Annotated[ReadinessQuestions, Depends(read_questions(ReadinessQuestions))]


@router.get("/figures/{key}/records")
def figure_records(call: Call, key: KeyInPath, asked: RecordsAsked) -> Response:
    with visit(call) as (session, reader):
        one = known.figure(key)
        of, reach = reached(session, reader.actor, asked)
        span = span_of(session, of.stretch, of.zone)
        found = listing.records(
            session, reader.actor, key, reach, span, own=asked.own, limit=asked.limit, after=asked.after
        )
        value = None
        if not asked.own:
            value = Numbers(totals.count(session, [key], reach, span), {}).value(Name(key))
    told = {"scope": one.scope, "basis": basis(key), "definition": one.definition}
    return show(
        call, "figures/records.html", figure=one, key=key, found=found, of=of, value=value, kinds=PLACES, words=KINDS,
        told=told, shown=None if asked.own else digits(value, decimals=one.decimals, ten_thousands=one.ten_thousands),
        asked=asked.model_dump(mode="json", by_alias=True, exclude_defaults=True, exclude={"after"}), after=asked.after,
        say_scope=wording.scope,
    )  # fmt: skip


def basis(key: str) -> str:
    from service.reports.shown_figures import basis_of

    return basis_of(known.figure(key))


@router.get("/readiness")
def ten_haves(call: Call, asked: ReadinessAsked) -> Response:
    """The ten haves with their evidence, what was found, ranked and eliminated, and how far commitments cover."""
    with visit(call) as (session, reader):
        campaigns = progress.running(session, reader.actor)
        owner = next((row.owner for row in campaigns if row.key == asked.campaign), None)
        unit = asked.unit or owner
        found: Any = None
        if asked.campaign is not None and unit is not None:
            found = readiness.readiness(
                session, reader.actor, now=call.now, campaign=asked.campaign, unit=unit, from_on=asked.from_on,
                to_on=asked.to_on,
            )  # fmt: skip
        names = unit_tree.names(session, [unit, *(row.owner for row in campaigns)])
        offers = offered.units(session, reader.actor)
    chosen = next((row for row in campaigns if row.key == asked.campaign), None)
    return show(
        call, "figures/readiness.html", found=found, campaigns=campaigns,
        campaign=asked.campaign, unit=unit, names=names, chosen=chosen, asked=asked,
        ways=EVIDENCE, words=KINDS, offers=offers,
        labels={key: known.figure(key).label for key in (*readiness.RANKS, *readiness.COVERAGE)},
        days=days_of(asked, chosen, call.now.date()),
    )  # fmt: skip


def days_of(asked: ReadinessQuestions, campaign: Any, today: date) -> tuple[date, date]:
    """The days that are looked at: the campaign's own unless others are asked for."""
    return (
        asked.from_on or (campaign.from_on if campaign else today),
        asked.to_on or (campaign.to_on if campaign else today),
    )
