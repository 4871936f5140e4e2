"""Lives of a small town, drawn at random: a campaign of any shape, what happens meanwhile, and when somebody looks."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from hypothesis import assume
from hypothesis import strategies as st
from sqlalchemy import Engine

from models import Task
from models.kinds import Festival, RestDayRule
from service import sweeps
from service.errors import Refused
from service.store import Applied
from tests.service import worlds
from tests.service.worlds import at

RULES = ("FREQ=WEEKLY;BYDAY=MO,SA", "FREQ=MONTHLY;BYMONTHDAY=1,10,-1", "FREQ=DAILY;INTERVAL=11", "FREQ=DAILY;COUNT=9")
KINDS = ("village", "enterprise", "hazard_point", "town")
UNITS = ("town", "v1", "v2", "e1", "e2", "e3", "h1")

spans = st.one_of(
    st.integers(1, 12).map(lambda n: {"days": n}),
    st.integers(0, 8).map(lambda n: {"working_days": n}),
    st.integers(1, 60).map(lambda n: {"hours": n}),
)
assignees = st.one_of(
    st.integers(1, 4).map(lambda n: {"level": n}),
    st.sampled_from(({"role": "inspector"}, {"role": "staff"}, {"person": "viewer"}, {"duty": "officer"})),
)


@dataclass(frozen=True)
class Life:
    """A campaign file, when it was set running, the events that were registered as they happened, and the last day."""

    text: str
    first: date
    last: date
    started_at: datetime
    happened: tuple[tuple[datetime, str], ...]

    @property
    def ended_at(self) -> datetime:
        return self.started_at + timedelta(days=365)


@st.composite
def activities(draw: st.DrawFn, n: int, first: date, last: date) -> dict[str, Any]:
    found: dict[str, Any] = {
        "key": f"a{n}", "kind": "patrol", "assignee": draw(assignees), "window": draw(spans),
        "targets": {"kinds": draw(st.lists(st.sampled_from(KINDS), min_size=1, unique=True))},
    }  # fmt: skip
    form = draw(st.sampled_from(("holiday", "rrule", "season", "date", "event")))
    if form == "holiday":
        opens = draw(st.integers(0, 10))
        festivals = draw(st.lists(st.sampled_from(Festival), min_size=1, unique=True))
        due = draw(st.integers(0, opens))
        return found | {"when": {"holiday": [*map(str, festivals)], "opens_days_before": opens, "due_days_before": due}}
    found["due"] = draw(spans)
    if form == "rrule":
        rest = str(draw(st.sampled_from(RestDayRule)))
        return found | {"when": {"rrule": draw(st.sampled_from(RULES)), "on_rest_day": rest}}
    if form == "season":
        return found | {"when": {"season": "flood", "every_days": draw(st.integers(3, 20))}}
    if form == "date":
        return found | {"when": {"date": draw(st.dates(first, last)).isoformat()}}
    return found | {"when": {"event": "works"}}


@st.composite
def lives(draw: st.DrawFn) -> Life:
    first = draw(st.dates(date(2026, 1, 1), date(2026, 3, 31)))
    last = first + timedelta(days=draw(st.integers(20, 250)))
    doing = [draw(activities(n, first, last)) for n in range(draw(st.integers(1, 3)))]
    half = {"name": "first half", "from": first.isoformat(), "to": (first + (last - first) // 2).isoformat()}
    text = worlds.drive(*doing, from_=first.isoformat(), to=last.isoformat(), phases=[half])
    started_at = at(first.isoformat()) + timedelta(hours=draw(st.integers(-24 * 60, 24 * 20)))
    minutes = st.integers(0, 365 * 24 * 60).map(lambda n: started_at + timedelta(minutes=n))
    happened = draw(st.lists(st.tuples(minutes, st.sampled_from(UNITS)), max_size=4, unique=True))
    return Life(text, first, last, started_at, tuple(sorted(happened)))


def begin(engine: Engine, life: Life) -> Engine:
    """The town, its seasons (one everywhere, one nearer) and the campaign, running."""
    worlds.found(engine)
    worlds.season(engine, "2026-04-15", "2026-09-30", worlds.LONG_AGO)
    worlds.season(engine, "2026-05-03", "2026-06-20", worlds.LONG_AGO, "v2")
    try:
        worlds.launch(engine, life.text, life.started_at)
    except Refused:
        assume(False)  # a rule that gives no day in so short a period
    return engine


def live(engine: Engine, life: Life, looks: Iterable[datetime]) -> list[dict[str, Applied]]:
    """Live the whole year: what happens is registered as it does, each look is a sweep, the last is at the end."""
    begin(engine, life)
    ends = life.ended_at
    moments: list[tuple[datetime, str | None]] = [(when, unit) for when, unit in life.happened if when <= ends]
    moments += [(look, None) for look in {*looks, ends} if life.started_at <= look <= ends]
    done = []
    for now, unit in sorted(moments, key=lambda moment: (moment[0], moment[1] is None, moment[1] or "")):
        if unit is None:
            done.append(sweeps.sweep(engine, now))
        else:
            worlds.happen(engine, "works", unit, now.isoformat()[:19].replace("T", " "), now=now)
    return done


def turning_points(engine: Engine) -> set[datetime]:
    """Every instant at which something befalls one of the tasks: whoever looks at each of them misses nothing."""
    points: set[datetime] = set()
    for task in worlds.rows(engine, Task):
        points |= {task.opens_at, task.due_at - timedelta(days=1), task.due_at, task.closes_at}
    return points


def outcome(engine: Engine) -> dict[str, tuple[Any, ...]]:
    """Every task as it stands, without the count of its changes."""
    return {task.key: tuple(task)[2:] for task in worlds.rows(engine, Task)}


def heard(engine: Engine) -> set[tuple[Any, ...]]:
    """Every notice about a task: its key, and of when it speaks."""
    return {(one.key, one.recipient, one.owed_at) for one in worlds.notices(engine).values()}
