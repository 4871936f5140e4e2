"""`/figures`: what can be counted, what it comes to now, and the records behind it. `/readiness`: the ten haves."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response
from pydantic import Field
from sqlmodel import Session

from service import short_lists
from service.access import Actor
from service.campaigns.readiness import readiness
from service.figures import FIGURES, Figure, Rate, Reach, counting, figure, listing, totals
from service.figures.base import Defined
from service.figures.folding import Name
from service.lists import PAGE, PAGE_AT_MOST
from service.reports.asked import Asked as AskedReport
from service.reports.asked import ask, span_of
from service.reports.numbers import Numbers
from service.reports.shown_figures import basis_of, link
from service.rules.figures import digits
from service.web import shown as out
from service.web.asks import After, Day, KeyInPath, Limit, Questions, gives, parameters, read_questions
from service.web.deps import Call
from service.words import say

router = APIRouter(tags=["figures"])


class FigureQuestions(Questions):
    unit: str = Field(max_length=500, description="at it and everything beneath")
    from_on: Day = Field(alias="from")
    to_on: Day = Field(alias="to")
    campaign: str | None = Field(None, max_length=500, description="and its sub-plans; empty: outside campaigns")
    alone: bool = Field(False, description="the campaign without its sub-plans")
    sector: str | None = Field(None, max_length=500)


class RecordQuestions(FigureQuestions):
    own: bool = Field(False, description="the unit's own records, without those beneath")
    limit: int = Field(PAGE, ge=1, le=PAGE_AT_MOST, description="how many at most")
    after: str | None = Field(None, max_length=2_000, description="the `next` of the page before")


class ReadinessQuestions(Questions):
    unit: str = Field(max_length=500)
    campaign: str = Field(max_length=500)
    from_on: Day | None = Field(None, alias="from", description="the campaign's first day if absent")
    to_on: Day | None = Field(None, alias="to", description="the campaign's last day if absent")


Asked = Annotated[FigureQuestions, Depends(read_questions(FigureQuestions))]
RecordsAsked = Annotated[RecordQuestions, Depends(read_questions(RecordQuestions))]
ReadinessAsked = Annotated[ReadinessQuestions, Depends(read_questions(ReadinessQuestions))]


def defined(one: Defined, locale: str) -> dict[str, Any]:
    """A definition in the reader's language."""
    return {
        "key": one.key, "label": say(one.label, locale), "unit_word": say(one.unit_word, locale),
        "definition": say(one.definition, locale), "scope": say(one.scope, locale), "basis": basis_of(one),
        "parts": {by: list(keys) for by, keys in one.parts.items()},
    }  # fmt: skip


def reached(session: Session, actor: Actor, asked: FigureQuestions) -> tuple[AskedReport, Reach]:
    """What is asked of, and over what it reaches."""
    of = ask(session, actor, unit=asked.unit, from_on=asked.from_on, to_on=asked.to_on, campaign=asked.campaign or None)
    members: tuple[str, ...] | None = None
    if asked.campaign is not None:
        alone = asked.alone or not asked.campaign
        members = (asked.campaign,) if alone else counting.members(session, asked.campaign)
    return of, Reach(of.path, members, asked.sector)


@router.get("/figures", **gives(out.Listing[out.FigureDefined]))
def list_figures(call: Call, limit: Limit = PAGE_AT_MOST, after: After = None) -> Response:
    """Every figure there is, with what it counts and what must sum to it."""
    return call.read(
        lambda _session, _actor: short_lists.fixed_page(
            [defined(one, call.locale) for one in FIGURES.values()], limit=limit, after=after
        )
    )


@router.get("/figures/{key}", openapi_extra=parameters(FigureQuestions), **gives(out.FigureCounted))
def count_figure(call: Call, key: KeyInPath, asked: Asked) -> Response:
    """What a figure comes to now, counted from the records."""

    def count(session: Session, actor: Actor) -> Any:
        one = figure(key)
        of, reach = reached(session, actor, asked)
        counted = totals.count(session, [key], reach, span_of(session, of.stretch, of.zone))
        value = Numbers(counted, {}).value(Name(key))
        said = digits(value, decimals=one.decimals, ten_thousands=one.ten_thousands)
        records = None if isinstance(one, Rate) else link(of, Name(key))
        return {**defined(one, call.locale), "value": value, "shown": said, "records": records}

    return call.read(count)


@router.get("/figures/{key}/records", openapi_extra=parameters(RecordQuestions), **gives(out.Listing[out.Record]))
def list_records(call: Call, key: KeyInPath, asked: RecordsAsked) -> Response:
    """The records that a figure counts; of a rate, those of the whole it is a share of."""

    def find(session: Session, actor: Actor) -> Any:
        of, reach = reached(session, actor, asked)
        span = span_of(session, of.stretch, of.zone)
        return listing.records(session, actor, key, reach, span, own=asked.own, limit=asked.limit, after=asked.after)

    return call.read(find)


@router.get("/readiness", openapi_extra=parameters(ReadinessQuestions), **gives(out.Readiness))
def read_readiness(call: Call, asked: ReadinessAsked) -> Response:
    """The ten haves of a campaign at a unit, scored from records with the evidence listed."""

    def score(session: Session, actor: Actor) -> Any:
        found = readiness(
            session, actor, now=call.now, campaign=asked.campaign, unit=asked.unit, from_on=asked.from_on,
            to_on=asked.to_on,
        )  # fmt: skip
        haves = [
            one._replace(
                label=say(one.label, call.locale),
                evidence=[
                    proof._replace(label=say(proof.label, call.locale)) if proof.label else proof
                    for proof in one.evidence
                ],
            )
            for one in found.haves
        ]
        return found._replace(haves=haves)

    return call.read(score)


__all__ = ["Figure", "Request", "router"]
