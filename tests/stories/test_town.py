"""The sample town: its counts are those of the summaries it is made of, and its year was lived by people."""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from sqlalchemy import Engine, Select, func, select
from sqlmodel import Session, col

from models import (
    Activity,
    Campaign,
    ChainLink,
    Checklist,
    ChecklistItem,
    Enforcement,
    Event,
    Grant,
    Hazard,
    HazardCycle,
    Journal,
    Notice,
    Person,
    Recheck,
    Roster,
    RosterVersion,
    Season,
    Swap,
    Task,
    TaskAnswer,
    TaskFigure,
    Turn,
    Unit,
    UnitTag,
    Watch,
)  # fmt: skip
from models.base import table_of
from service import store, sweeps
from service.demo import Report, facts, stands, town
from service.errors import Refused
from service.signin import sessions as signin
from tests import databases

pytestmark = pytest.mark.xdist_group("town")  # one town for all of them, not one a worker

NOW = datetime(2026, 11, 23, 8, 30, tzinfo=UTC)
FIRMS = ("enterprise", "mine", "site")
CLOSED = {"accepted", "missed", "cancelled"}
LEADS_TO = {
    "planned": "planned", "replanned": "planned", "assigned": "open", "due_soon": "open", "overdue": "open",
    "reassigned": "open", "rejected": "open", "submitted": "submitted", "accepted": "accepted", "missed": "missed",
    "cancelled": "cancelled",
}  # fmt: skip
BOOKS = (
    Unit, UnitTag, Person, ChainLink, Grant, Season, Checklist, ChecklistItem, Campaign, Activity, Event, Task,
    TaskFigure, TaskAnswer, Notice, Hazard, HazardCycle, Recheck, Enforcement, Roster, RosterVersion, Turn, Watch, Swap,
)  # fmt: skip


class Lived(NamedTuple):
    """A town that has been built, what its builder was told on the way, and its books before anybody came to look."""

    engine: Engine
    report: Report
    ticks: list[tuple[int, int]]
    books: dict[str, list[tuple[Any, ...]]]


@pytest.fixture(scope="module")
def lived(all_databases: databases.Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lived]:
    ticks: list[tuple[int, int]] = []
    with databases.empty(all_databases, "sqlite", tmp_path_factory.mktemp("town")) as engine:
        report = town(engine, now=NOW, on_progress=lambda done, total: ticks.append((done, total)))
        with store.reading(engine) as session:
            untouched = books(session)
        yield Lived(engine, report, ticks, untouched)


@pytest.fixture
def session(lived: Lived) -> Iterator[Session]:
    with store.reading(lived.engine) as opened:
        yield opened


def count(session: Session, statement: Select[Any]) -> int:
    return int(session.execute(select(func.count()).select_from(statement.subquery())).scalar_one())


def accepted(*activities: str) -> Select[Any]:
    statement = select(table_of(Task)).where(col(Task.state) == "accepted")
    return statement.where(col(Task.activity).in_(activities))


def figure(session: Session, name: str, *activities: str) -> float:
    statement = select(func.sum(col(TaskFigure.value))).join(Task, col(TaskFigure.task) == col(Task.key))
    statement = statement.where(col(TaskFigure.name) == name)
    if activities:
        statement = statement.where(col(Task.activity).in_(activities))
    return float(session.execute(statement).scalar_one())


def units_of(*kinds: str) -> Select[Any]:
    return select(col(Unit.key)).where(col(Unit.kind).in_(kinds))


def test_the_place_is_the_one_of_the_summary(session: Session) -> None:
    assert count(session, units_of("village")) == 12
    assert count(session, units_of(*FIRMS)) == 36
    assert count(session, units_of("hazard_point")) == 13
    assert count(session, units_of("town")) == 1
    roots = session.execute(select(col(Unit.kind)).where(col(Unit.parent).is_(None))).scalars().all()
    assert roots == ["district"]
    tagged = select(col(Unit.name)).join(UnitTag, col(UnitTag.unit) == col(Unit.key))
    tagged = tagged.where(col(UnitTag.tag).in_(["危化品", "粉尘涉爆"]))
    names = set(session.execute(tagged).scalars())
    stations = {"墩墩滩加油站", "响泉加油站", "陇宝加油站", "大水头加油站"}
    assert names == stations | {"涪氢源氧气站", "魏家地陶土矿", "小石沟石料厂"}


def test_nobody_in_it_can_be_rung_by_mistake(session: Session) -> None:
    mobiles = list(session.execute(select(col(Person.mobile))).scalars())
    assert len(mobiles) == len(set(mobiles))
    assert 60 <= len(mobiles) <= 80
    assert all(re.fullmatch(r"1380013\d{4}", mobile) for mobile in mobiles)
    assert set(
        session.execute(select(col(Notice.state)).where(col(Notice.owed_at) < NOW.replace(year=2025))).scalars()
    ) == {"delivered"}


def test_both_heads_share_the_fourth_level(session: Session) -> None:
    links = select(col(ChainLink.level), col(Person.post)).join(Person, col(ChainLink.person) == col(Person.key))
    links = links.where(col(ChainLink.unit).in_(["jingyan", "yanjing"])).order_by(col(ChainLink.key))
    held: dict[int, list[str]] = {}
    for level, post in session.execute(links):
        held.setdefault(level, []).append(post)
    assert held[3] == ["分管领导"]
    assert held[4] == ["党委书记", "镇长"]
    assert held[5] == ["县安委办主任"]


@pytest.mark.parametrize(
    ("activities", "wanted"),
    [
        (("work-2023:letters-villages", "work-2023:letters-firms"), 12 + 36),
        (("work-2023:committee",), 3),
        (("work-2023:thematic-meetings", "forest-fire-2023:thematic-meeting"), 8),
        (("three-year-2023:regular-meetings",), 4),
        (("three-year-2023:market-days",), 2),
        (("three-year-2023:trainings",), 2),
        (("flood-2023:drill",), 1),
    ],
)
def test_what_the_summaries_counted_was_done(session: Session, activities: tuple[str, ...], wanted: int) -> None:
    assert count(session, accepted(*activities)) == wanted


def test_figures_of_the_summaries(session: Session) -> None:
    market = "three-year-2023:market-days"
    assert figure(session, "copies") == 5000
    assert figure(session, "vehicles", market) == 1
    assert figure(session, "people", market) > 50
    assert figure(session, "points") == 13
    assert figure(session, "questions", "safety-month-2023:consultation-day") > 50
    days = session.execute(
        select(col(Task.planned_on)).where(col(Task.activity) == "safety-month-2023:consultation-day")
    )
    assert list(days.scalars()) == [date(2023, 6, 16)]
    traffic = "three-year-2023:traffic-persuasion"
    assert 40 < count(session, accepted(traffic)) < 50
    persuaders = facts.noted("figures")["fixed"][traffic]
    villages = list(session.execute(units_of("village")).scalars())
    assert sum(persuaders.get(village, persuaders["*"])["people"] for village in villages) == 18


def test_inspections_of_the_summaries(session: Session) -> None:
    by_august = accepted_inspections_of_firms().where(col(Task.accepted_at) < datetime(2023, 7, 31, 16, tzinfo=UTC))
    assert count(session, by_august) == 74
    failed = select(col(TaskAnswer.key)).where(col(TaskAnswer.mark) == "fail")
    keys = by_august.with_only_columns(col(Task.key))
    assert count(session, failed.where(col(TaskAnswer.task).in_(keys))) == 7
    rounds = select(col(Task.planned_on)).distinct()
    assert count(session, rounds.where(col(Task.activity) == "three-year-2023:major-holidays")) == 3
    subplans = [f"{campaign}:inspections" for campaign in ("hazchem-2023", "mines-2023", "fire-2023", "sites-2023")]
    others = select(col(Task.activity), col(Task.planned_on)).where(col(Task.activity).in_(subplans)).distinct()
    assert count(session, others) > 10
    parents = session.execute(select(col(Campaign.key)).where(col(Campaign.parent) == "three-year-2023")).scalars()
    assert set(parents) == {"hazchem-2023", "mines-2023", "fire-2023", "sites-2023"}


def accepted_inspections_of_firms() -> Select[Any]:
    statement = select(table_of(Task)).where(col(Task.kind) == "inspection", col(Task.state) == "accepted")
    return statement.where(col(Task.unit).in_(units_of(*FIRMS)))


def test_the_drive_has_its_phases(session: Session) -> None:
    drive = select(col(Task.phase), func.min(col(Task.opens_at)), func.max(col(Task.opens_at)))
    drive = drive.where(col(Task.campaign) == "three-year-2023").group_by(col(Task.phase))
    spans = {phase: (first, last) for phase, first, last in session.execute(drive)}
    assert set(spans) == {"动员部署", "排查整治"}
    assert spans["动员部署"][1] < spans["排查整治"][0]


def test_some_did_it_in_time_and_some_did_not(session: Session) -> None:
    rows = session.execute(select(table_of(Task)).where(col(Task.campaign).like("%2023"))).all()
    assert {row.state for row in rows} == CLOSED
    late = [row for row in rows if row.submitted_at and row.submitted_at > row.due_at]
    in_time = [row for row in rows if row.submitted_at and row.submitted_at <= row.due_at]
    missed = [row for row in rows if row.state == "missed"]
    cancelled = [row for row in rows if row.state == "cancelled"]
    assert len(in_time) > 1000
    assert len(late) > 100
    assert len(missed) > 50
    assert 5 < len(cancelled) < 50
    assert all(row.reason for row in cancelled)
    acts = dict(session.execute(select(col(Journal.act), func.count()).group_by(col(Journal.act))).all())
    assert acts["rejected"] > 20
    assert acts["reassigned"] > 5
    assert acts["registered"] == len(facts.noted("events"))


def test_villages_differ(session: Session) -> None:
    done = select(col(Unit.path), col(Task.state)).join(Unit, col(Task.unit) == col(Unit.key))
    shares: dict[str, list[bool]] = {}
    for path, state in session.execute(done.where(col(Task.campaign).like("%2023"), col(Task.state) != "cancelled")):
        shares.setdefault(path.split("/")[3], []).append(state == "accepted")
    villages = {village: sum(kept) / len(kept) for village, kept in shares.items() if len(kept) > 90}
    assert len(villages) == 12
    assert villages["hongtuxian"] < 0.9 < villages["xiangquan"]


def test_the_journal_explains_every_task(session: Session) -> None:
    told: dict[str, list[Any]] = {}
    lines = select(col(Journal.subject), col(Journal.act), col(Journal.at), col(Journal.by)).order_by(col(Journal.id))
    for line in session.execute(lines.where(col(Journal.act).in_(LEADS_TO))):
        told.setdefault(line.subject, []).append(line)
    rows = session.execute(select(table_of(Task))).all()
    assert len(rows) > 1500
    for row in rows:
        lines_of_it = told[row.key]
        acts = [line.act for line in lines_of_it]
        assert len(acts) == row.version, row.key  # no change without its line, no line without a change
        assert LEADS_TO[acts[-1]] == row.state, row.key
        instants = [line.at for line in lines_of_it]
        assert instants == sorted(instants), row.key
        if row.state == "accepted":
            submitted = [line for line in lines_of_it if line.act == "submitted"][-1]
            assert (submitted.at, submitted.by) == (row.submitted_at, row.submitted_by)
            assert row.opens_at <= row.submitted_at < row.closes_at
            assert row.accepted_by != row.submitted_by


def test_nothing_of_2023_is_left(session: Session) -> None:
    states = dict(session.execute(select(col(Campaign.key), col(Campaign.state))).all())
    present = [key for key in states if not key.endswith("-2023")]
    assert present == ["safety-checks-2026-11"]
    assert states.pop(present[0]) == "active"
    assert set(states.values()) == {"closed"}
    waiting = select(col(Task.key)).where(col(Task.campaign) != present[0], col(Task.attend_at).is_not(None))
    assert count(session, waiting) == 0


def test_the_present_has_work_for_this_week_and_ahead(session: Session) -> None:
    of_now = select(table_of(Task)).where(col(Task.campaign) == "safety-checks-2026-11")
    this_week = of_now.where(
        col(Task.state) == "open", col(Task.due_at) > NOW, col(Task.due_at) < NOW + timedelta(days=7)
    )
    assert count(session, this_week) > 20
    ahead = of_now.where(col(Task.state) == "planned")
    assert count(session, ahead) > 100
    assert count(session, ahead.where(col(Task.opens_at) <= NOW)) == 0
    assert count(session, of_now.where(col(Task.state) == "accepted")) > 20
    later = select(col(Journal.id)).where(col(Journal.at) > NOW)
    assert count(session, later) == 0


def test_those_who_sign_in_can(lived: Lived) -> None:
    accounts = {account.role: account for account in lived.report.accounts}
    assert set(accounts) == {"coordinator", "leader", "inspector", "viewer", "admin"}
    coordinator = accounts["coordinator"]
    assert signin.sign_in(lived.engine, coordinator.person, coordinator.password, now=NOW).must_change
    assert coordinator.password in str(lived.report)


def test_the_report_counts_what_stands(lived: Lived, session: Session) -> None:
    states = dict(session.execute(select(col(Task.state), func.count()).group_by(col(Task.state))).all())
    assert lived.report.tasks == states
    assert lived.report.units == count(session, select(col(Unit.key)))
    assert lived.report.campaigns == count(session, select(col(Campaign.key)))
    done, total = lived.ticks[-1]
    assert done == total == len(lived.ticks)
    assert [at for at, _ in lived.ticks] == list(range(1, total + 1))


def test_it_is_built_in_an_empty_database_only(lived: Lived, session: Session) -> None:
    assert stands(lived.engine)
    before = count(session, select(col(Journal.id)))
    with pytest.raises(Refused, match=r"needs an empty database; here are 84 units"):
        town(lived.engine, now=NOW)
    with store.reading(lived.engine) as again:
        assert count(again, select(col(Journal.id))) == before


def test_its_present_lies_after_the_year(all_databases: databases.Databases, tmp_path: Path) -> None:
    with databases.empty(all_databases, "sqlite", tmp_path) as engine:
        with pytest.raises(Refused, match="2024-04-01"):
            town(engine, now=datetime(2024, 3, 31, 15, 59, tzinfo=UTC))
        with store.reading(engine) as session:
            assert count(session, select(col(Unit.key))) == 0
        assert not stands(engine)


def books(session: Session) -> dict[str, list[tuple[Any, ...]]]:
    """Everything the town holds, but for passwords."""
    found: dict[str, list[tuple[Any, ...]]] = {}
    for table in BOOKS:
        rows = session.execute(select(table_of(table)).order_by(col(table.key)))
        found[table.__name__] = [tuple(row) for row in rows]
    lines = select(*(col(getattr(Journal, name)) for name in ("at", "by", "act", "subject", "reason")))
    drawn = col(Journal.act) != "reported publicly"  # its subject is a receipt, which nobody could guess
    found["Journal"] = [tuple(row) for row in session.execute(lines.where(drawn).order_by(col(Journal.id)))]
    return found


def test_the_same_seed_lives_the_same_year_on_postgresql(
    lived: Lived, all_databases: databases.Databases, tmp_path: Path
) -> None:
    with databases.empty(all_databases, "postgresql", tmp_path) as engine:
        report = town(engine, now=NOW)
        assert report._replace(accounts=[]) == lived.report._replace(accounts=[])
        with store.reading(engine) as other:
            there = books(other)
    for name, rows in lived.books.items():
        assert there[name] == rows, name


def test_a_sweep_after_it_owes_nothing(lived: Lived) -> None:
    done = sweeps.sweep(lived.engine, NOW)
    assert {noun: applied.applied for noun, applied in done.items()} == dict.fromkeys(done, 0)
