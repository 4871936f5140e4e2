"""Readiness: the ten haves (十个有) of a campaign at a unit, scored from records and never ticked by hand.

Each has 0 to 10 points, with the figures and records they come from; and beside them what was found, ranked and
eliminated (一线三排), and how far commitments cover those who owe them.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import func, or_, select
from sqlmodel import Session, col

from models import Activity, Campaign, CampaignPlan, ChainLink, Event, Report, Unit
from models.kinds import ReportState
from service.access import Actor
from service.campaigns.plans import plan_of
from service.figures import Reach, counting, totals
from service.figures.folding import Name
from service.notices.words import N_
from service.reports.asked import Asked, ask, span_of
from service.reports.numbers import Numbers
from service.rules.chain import ancestors
from service.rules.figures import Number
from service.rules.readiness import POINTS, covered, had

ROWS_SHOWN = 20
RANKS = (
    "hazards.found",
    "hazards.ranked",
    "hazards.rectified",
    "hazards.open",
    "hazards.overdue",
    "hazards.found.major",
)
COVERAGE = ("commitments.owed", "commitments.done", "commitments.rate", "commitments.units")
COUNTED = (
    *RANKS, *COVERAGE, "meetings.held", "study.held", "inspections.visits", "inspections.units", "self_checks.done",
    "patrols.times", "publicity.held", "trainings.held", "drills.held", "roadmap.all", "roadmap.due", "roadmap.done",
    "roadmap.rate", "supervision.times", "hazards.rate", "hazards.rate.in_time", "rechecks.done", "rechecks.rebounded",
    "rechecks.rate",
)  # fmt: skip


class Evidence(NamedTuple):
    """What a score rests on: a figure by its key with its value, or a record by its key.

    Of a record `label` is what it is called, `note` what tells it from others of the name, and `page` the key of the
    unit, campaign or report on whose page it stands.
    """

    kind: str
    key: str
    value: Any
    label: str = ""
    note: str = ""
    page: str = ""


class Have(NamedTuple):
    """One of the ten: its name as a msgid, its points of ten, and the evidence."""

    key: str
    label: str
    points: int
    evidence: list[Evidence]


class Readiness(NamedTuple):
    unit: str
    campaign: str
    points: int
    most: int
    haves: list[Have]
    ranks: dict[str, Number | None]
    coverage: dict[str, Number | None]


class Named(NamedTuple):
    """Where the label, the note and the page of a kind of record are found."""

    label: Any
    note: Any
    page: Any
    joined: tuple[tuple[Any, Any], ...]


NAMED = {
    "plan": Named(
        Campaign.name, CampaignPlan.number, Campaign.key,
        ((Campaign, col(CampaignPlan.campaign) == col(Campaign.key)),),
    ),
    "chain": Named(
        Unit.name, ChainLink.level, Unit.key,
        ((Unit, col(ChainLink.unit) == col(Unit.key)),),
    ),
    "activity": Named(
        Activity.name, Campaign.name, Campaign.key,
        ((Campaign, col(Activity.campaign) == col(Campaign.key)),),
    ),
    "report": Named(
        Unit.name, Report.to_on, Report.key,
        ((Unit, col(Report.unit) == col(Unit.key)),),
    ),
    "event": Named(
        Unit.name, Event.note, Unit.key,
        ((Unit, col(Event.unit) == col(Unit.key)),),
    ),
}  # fmt: skip


class Scene:
    """What the ten are scored from."""

    def __init__(self, session: Session, asked: Asked, now: datetime) -> None:
        self.session, self.asked, self.now = session, asked, now
        campaign = asked.campaign or ""
        self.campaign = campaign
        self.members = counting.members(session, campaign)
        self.span = span_of(session, asked.stretch, asked.zone)
        reach = Reach(asked.path, self.members)
        self.held = counting.Held(session, counting.inside_of(reach))
        self.numbers = Numbers(totals.count(session, COUNTED, reach, self.span, self.held), {})

    def of(self, key: str) -> Number | None:
        return self.numbers.value(Name(key))

    def figures(self, *keys: str) -> list[Evidence]:
        from service.figures import figure

        return [Evidence("figure", key, self.of(key), figure(key).label) for key in keys]

    def rows(self, kind: str, table: Any, *where: Any) -> list[Evidence]:
        """The first records of a kind by their keys, each called by its name, and how many there are."""
        named = NAMED[kind]
        told = (named.label, named.note, named.page)
        statement = select(col(table.key), *map(col, told), func.count().over()).where(*where)
        for other, on in named.joined:
            statement = statement.join(other, on)
        found = self.session.execute(statement.order_by(col(table.key)).limit(ROWS_SHOWN)).all()
        return [Evidence(f"{kind}s", "", many) for *_, many in found[:1]] + [
            Evidence(kind, key, None, label, str(note), page) for key, label, note, page, _ in found
        ]


def readiness(session: Session, actor: Actor, *, now: datetime, campaign: str, unit: str, **days: Any) -> Readiness:
    """The ten haves of a campaign and its sub-plans at a unit and beneath, over the campaign's days or others.

    Raises NotFound for a unit or a campaign out of sight, Refused for days in the wrong order.
    """
    statement = select(col(Campaign.from_on), col(Campaign.to_on)).where(col(Campaign.key) == campaign)
    row = session.execute(statement).one_or_none()
    from_on = days.get("from_on") or (row.from_on if row else now.date())
    to_on = days.get("to_on") or (row.to_on if row else now.date())
    asked = ask(session, actor, unit=unit, from_on=from_on, to_on=to_on, campaign=campaign)
    scene = Scene(session, asked, now)
    haves = [Have(key, label, *score(scene)) for key, label, score in HAVES]
    points = sum(one.points for one in haves)
    return Readiness(
        unit, campaign, points, POINTS * len(haves), haves, {key: scene.of(key) for key in RANKS},
        {key: scene.of(key) for key in COVERAGE},
    )  # fmt: skip


Score = tuple[int, list[Evidence]]


def plan(scene: Scene) -> Score:
    rows = scene.rows("plan", CampaignPlan, col(CampaignPlan.campaign).in_(scene.members))
    return had(rows), rows


def deployment(scene: Scene) -> Score:
    return had(scene.of("meetings.held")), scene.figures("meetings.held", "study.held")


def organisation(scene: Scene) -> Score:
    """Whether levels one to three of the chain are held, at the unit or above it."""
    above = ancestors(scene.asked.path)
    where = or_(scene.held(col(ChainLink.unit)), col(ChainLink.unit).in_(above))
    levels = set(scene.session.execute(select(col(ChainLink.level)).where(where).distinct()).scalars())
    rows = scene.rows("chain", ChainLink, where)
    return covered(len(levels & {1, 2, 3}), 3), rows


def inspection(scene: Scene) -> Score:
    made = sum(scene.of(key) or 0 for key in ("inspections.visits", "self_checks.done", "patrols.times"))
    return had(made), scene.figures("inspections.visits", "inspections.units", "self_checks.done", "patrols.times")


def publicity(scene: Scene) -> Score:
    made = sum(scene.of(key) or 0 for key in ("publicity.held", "trainings.held", "drills.held"))
    return had(made), scene.figures("publicity.held", "trainings.held", "drills.held")


def roadmap(scene: Scene) -> Score:
    """A roadmap has phases and tasks; of the tasks due, those done count."""
    rows = scene.rows("activity", Activity, col(Activity.campaign).in_(scene.members), col(Activity.retired).is_(False))
    phases = len(plan_of(scene.session, scene.campaign)[0].phases)
    due = scene.of("roadmap.due")
    points = covered(scene.of("roadmap.done") or 0, due) if due else had(rows)
    return points, [*scene.figures("roadmap.all", "roadmap.due", "roadmap.done"), Evidence("phases", "", phases), *rows]


def ledger(scene: Scene) -> Score:
    return had(scene.of("hazards.found")), scene.figures("hazards.found", "hazards.found.major", "hazards.open")


def assessment(scene: Scene) -> Score:
    """Whether somebody looked at how it was done: supervision, and reports that were sent up."""
    sent = scene.rows(
        "report", Report, scene.held(col(Report.unit)),
        col(Report.state).in_((ReportState.sent, ReportState.corrected)),
        col(Report.from_on) >= scene.asked.stretch.from_on, col(Report.to_on) <= scene.asked.stretch.to_on,
    )  # fmt: skip
    halves = [had(scene.of("supervision.times")), had(sent)]
    return sum(halves) // 2, [*scene.figures("supervision.times"), *sent]


def effect(scene: Scene) -> Score:
    """What was rectified of what was found, less what came back."""
    found, back = scene.of("hazards.found") or 0, scene.of("rechecks.rebounded") or 0
    points = covered(max((scene.of("hazards.rectified") or 0) - back, 0), found) if found else 0
    return points, scene.figures("hazards.rate", "hazards.rate.in_time", "rechecks.rate")


def chronicle(scene: Scene) -> Score:
    rows = scene.rows(
        "event", Event, scene.held(col(Event.unit)), col(Event.happened_at) >= scene.span.starts_at,
        col(Event.happened_at) < scene.span.ends_at,
    )  # fmt: skip
    return had(rows), rows


HAVES: tuple[tuple[str, str, Callable[[Scene], Score]], ...] = (
    ("plan", N_("A plan"), plan),
    ("deployment", N_("Deployment"), deployment),
    ("organisation", N_("An organisation"), organisation),
    ("inspection", N_("Inspections"), inspection),
    ("publicity", N_("Publicity"), publicity),
    ("roadmap", N_("A roadmap"), roadmap),
    ("ledger", N_("A ledger"), ledger),
    ("assessment", N_("Assessment"), assessment),
    ("effect", N_("An effect"), effect),
    ("chronicle", N_("A chronicle"), chronicle),
)
