"""The town is founded: its sheets imported, its roles granted, checklists and seasons entered."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import func, select
from sqlmodel import Session, col

from models import Campaign, Checklist, ChecklistItem, Person, Unit
from models.kinds import Role, SeasonKind
from service import people, store
from service.access import SYSTEM, Actor, actor_for
from service.calendar.days import declare_season
from service.demo import facts
from service.errors import Refused
from service.imports.kinds import IMPORTS
from service.rules.steps import Step, make

TOWN = "yanjing"


class Crew(NamedTuple):
    """The people of the town's own offices who act on everybody's tasks; the first leader is the deputy in charge."""

    coordinator: str
    leaders: tuple[str, ...]
    inspectors: tuple[str, ...]

    def checker_of(self, submitter: str, *, afield: bool) -> str:
        """Who looks at what `submitter` handed in: never the same person."""
        if submitter in self.leaders:
            return next(leader for leader in reversed(self.leaders) if leader != submitter)
        if afield and submitter not in self.inspectors:
            return self.inspectors[0]
        return self.coordinator if submitter != self.coordinator else self.leaders[0]


def refuse_unless_empty(session: Session) -> None:
    """Refused when anything of a place stands in the database already."""
    counts = {
        table.__name__.lower(): session.execute(select(func.count()).select_from(table)).scalar_one()
        for table in (Unit, Person, Campaign)
    }
    if any(counts.values()):
        raise Refused(
            "The sample town needs an empty database; here are {units} units, {people} people, {campaigns} campaigns",
            units=counts["unit"], people=counts["person"], campaigns=counts["campaign"],
        )  # fmt: skip


def found(session: Session, *, now: datetime, years: Iterable[int]) -> Crew:
    """Everything that stands before the first campaign, with the seasons of `years`; answers the office's crew."""
    for kind in ("units", "people", "chain"):
        IMPORTS[kind](session, SYSTEM, facts.sheet(kind), now=now, removals="keep", allow_mass=False, dry_run=False)
    for one in facts.noted("accounts"):
        people.grant(session, SYSTEM, one["person"], one["role"], one["unit"], now=now)
    crew = crew_of(facts.noted("accounts"))
    store.require(session, list(checklist_steps()), now=now, by=crew.coordinator)
    for year in sorted(set(years)):
        declare_seasons(session, year, now=now, by=crew.coordinator)
    return crew


def crew_of(accounts: Iterable[dict[str, Any]]) -> Crew:
    held: dict[str, list[str]] = {}
    for one in accounts:
        if one["unit"] == TOWN:
            held.setdefault(one["role"], []).append(one["person"])
    return Crew(held[Role.coordinator][0], tuple(held[Role.leader]), tuple(held[Role.inspector]))


def actors(session: Session) -> dict[str, Actor]:
    """Everybody on record, with the roles they hold."""
    return {code: actor_for(session, code) for code in session.execute(select(col(Person.key))).scalars()}


def checklist_steps() -> Iterable[Step]:
    for one in facts.noted("checklists"):
        yield make(Checklist, one["key"], "entered", {"name": one["name"], "owner": TOWN})
        for place, words in enumerate(one["items"], 1):
            key = f"{one['key']}:{place}"
            yield make(ChecklistItem, key, "entered", {"checklist": one["key"], "place": place, "text": words})


def declare_seasons(session: Session, year: int, *, now: datetime, by: str) -> None:
    """The seasons that begin in a year: those of every year, and those noted for this one."""
    steps: list[Step] = []
    for one in facts.noted("seasons")["yearly"]:
        from_on, to_on = (date.fromisoformat(f"{year}-{one[end]}") for end in ("from", "to"))
        if to_on < from_on:
            to_on = to_on.replace(year=year + 1)
        steps += season_steps(session, one, from_on, to_on)
    for one in facts.noted("seasons")["once"]:
        if one["from"].year == year:
            steps += season_steps(session, one, one["from"], one["to"])
    store.require(session, steps, now=now, by=by)


def season_steps(session: Session, one: dict[str, Any], from_on: date, to_on: date) -> list[Step]:
    kind = SeasonKind(one["kind"])
    return declare_season(session, kind=kind, from_on=from_on, to_on=to_on, unit=one["unit"], name=one["name"])
