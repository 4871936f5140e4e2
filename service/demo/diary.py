"""The diary of the town: what is to happen at which instant, and the clock that moves along it."""

from collections.abc import Callable, Iterable, Sequence, Set
from datetime import date, datetime, timedelta
from heapq import heappop, heappush
from random import Random
from typing import NamedTuple

from sqlalchemy import Engine, bindparam, exists, select
from sqlmodel import Session, SQLModel, col

from models import ChecklistItem, Notice, Task, Unit
from models.base import table_of
from models.kinds import TaskState
from service import store, sweeps, units
from service.access import Actor
from service.calendar.days import gather_calendar
from service.campaigns import acts as campaigns
from service.demo import answering, facts
from service.demo.colleagues import Deed, Office, Owed, course
from service.demo.founding import TOWN, Crew
from service.notices import delivery
from service.records import meetings
from service.rules import meetings as meeting_rules
from service.rules.chain import ancestors
from service.rules.days import Calendar
from service.rules.plan import ActivityPlan, Plan
from service.settings import settings
from service.tasks import acts as tasks

Act = Callable[[Session, datetime], object]
DAWN, TOLD_AT = timedelta(hours=6), timedelta(hours=8)
EVERY_DAY = tuple(range(7))
TOLD_ON = (0,)  # Monday: messages along a moved clock reach nobody, and each round costs
FORTNIGHT = 14  # a report is drawn from all the records of its days: once in a fortnight will do
ONE_DAY = timedelta(days=1)
WRITTEN_AFTER = timedelta(hours=3)
# every row that a sweep looks at has an indexed `attend_at`; those of notices are the senders', and whose table is not
# named here belongs to every noun
LOOKED_AT_BY: dict[str, str] = {
    "activity": "planning", "task": "tasks", "hazard": "hazards", "recheck": "rechecks", "recheckdraw": "rechecks",
    "roster": "duty", "watch": "duty", "presencecheck": "duty", "dutytable": "duty", "meeting": "records",
    "plandocument": "records", "storeitem": "records", "incidentreport": "incidents", "alert": "alerts",
    "report": "reports", "case": "cases", "publiccall": "public calls",
}  # fmt: skip
LOOKED_AT = [
    table for table in SQLModel.metadata.sorted_tables if "attend_at" in table.c and table is not table_of(Notice)
]
WHAT_WAITS = select(*(exists().where(table.c.attend_at <= bindparam("now")).label(table.name) for table in LOOKED_AT))
ROUNDS = 3


class Entry(NamedTuple):
    """Something that will happen; two at one instant go by their subject, then as they were entered."""

    at: datetime
    subject: str
    nth: int
    act: Act


class Diary:
    """The town's people, what they have in mind to do, and the database in which they do it."""

    def __init__(self, engine: Engine, crew: Crew, people: dict[str, Actor], *, seed: int) -> None:
        self.engine, self.people, self.seed = engine, people, seed
        self.activities: dict[str, ActivityPlan] = {}
        self.sweeps = 0
        self.onlookers: list[Callable[[datetime], None]] = []
        self.finders: list[Callable[[Sequence[str], str, datetime], None]] = []
        self._entries: list[Entry] = []
        self._entered = 0
        self._seen: set[str] = set()
        self._findings = findings_of(facts.noted("findings"))
        self._counted_until = max(one["day"] for one in facts.noted("findings"))
        with store.reading(engine) as session:
            days = gather_calendar(session, zone=settings().zone_info())
            self._items = items_of(session)
            self._stand_ins = stand_ins(session)
        self.office = Office(facts.noted("colleagues"), crew, days)

    @property
    def days(self) -> Calendar:
        return self.office.days

    @property
    def crew(self) -> Crew:
        return self.office.crew

    def enter(self, at: datetime, subject: str, act: Act) -> None:
        """Note that `act` is to happen at `at`."""
        self._entered += 1
        heappush(self._entries, Entry(at, subject, self._entered, act))

    def enter_campaign(self, plan: Plan, text: str, at: datetime) -> None:
        """Note that the coordinator applies a campaign file at `at` and the deputy in charge sets it going."""
        self.activities |= {f"{plan.key}:{activity.key}": activity for activity in plan.activities}

        def begin(session: Session, now: datetime) -> None:
            campaigns.apply_file(session, self.people[self.crew.coordinator], text, now=now)
            campaigns.run(session, self.people[self.crew.leaders[0]], plan.key, "activate", now=now)

        self.enter(at, f"campaign {plan.key}", begin)

    def live(
        self, from_on: date, until: datetime, *, on_day: Callable[[], None] = lambda: None,
        swept_on: Sequence[int] = EVERY_DAY,
    ) -> None:  # fmt: skip
        """The days from `from_on` on, each swept at dawn (or only some days of the week) and then worked; the last only
        up to `until`. What is noted for later than `until` stays noted.
        """
        on = from_on
        while (dawn := self.days.start_of(on) + DAWN) <= until:
            later = {"reports"} if on.toordinal() % FORTNIGHT != 1 else set()
            nouns = self.waiting(dawn) - later if on.weekday() in swept_on else set()
            if nouns and self.swept(dawn, nouns, later):
                self.look_around(dawn)
            told_at = self.days.start_of(on) + TOLD_AT
            if on.weekday() in TOLD_ON and told_at <= until:
                delivery.rehearse(self.engine, told_at)
            self.work(min(dawn + ONE_DAY, until))
            on += ONE_DAY
            on_day()

    def waiting(self, now: datetime) -> set[str]:
        """The nouns whose sweep would find something to look at; a dawn on which nothing waits is passed over."""
        with store.reading(self.engine) as session:
            row = session.execute(WHAT_WAITS, {"now": now}).one()
        return {noun for table, waits in row._mapping.items() if waits for noun in nouns_of(table)}

    def sweep(self, now: datetime) -> None:
        """Let time do its part in everything, as the service does it by itself."""
        sweeps.sweep(self.engine, now)
        self.looked(now)

    def swept(self, now: datetime, nouns: set[str], later: Set[str] = frozenset()) -> bool:
        """Sweep these nouns, and those for which they have left something but for what is done `later`; answers
        whether any task moved."""
        moved = 0
        for _ in range(ROUNDS):
            for noun, call in sweeps.NOUNS.items():
                if noun in nouns:
                    applied = sweeps.again(call, self.engine, now, ()).applied
                    moved += applied if noun == "tasks" else 0
            nouns = self.waiting(now) - nouns - later
            if not nouns:
                break
        self.looked(now)
        return moved > 0

    def looked(self, now: datetime) -> None:
        self.sweeps += 1
        for look in self.onlookers:
            look(now)

    def look_around(self, now: datetime) -> None:
        """Note what will become of the tasks that have opened since the last look."""
        with store.reading(self.engine) as session:
            found = [task for task in gather_owed(session) if task.key not in self._seen]
        for task in found:
            self._seen.add(task.key)
            chance = Random(f"{self.seed} {task.key}")
            stand_in = self._stand_ins.get(task.village, self._stand_ins[TOWN])
            for deed in course(task, now, self.office, stand_in, chance):
                self.enter(deed.at, task.key, self.act_of(task, deed, chance))

    def work(self, until: datetime) -> None:
        """Do what is noted up to `until`, all of it in one transaction, each thing at its own instant."""
        if not self._entries or self._entries[0].at >= until:
            return
        with store.transaction(self.engine) as session:
            while self._entries and self._entries[0].at < until:
                entry = heappop(self._entries)
                entry.act(session, entry.at)

    def act_of(self, task: Owed, deed: Deed, chance: Random) -> Act:
        """The service's own act behind a deed."""
        actor, key = self.people[deed.by], task.key
        if deed.verb == "submit":
            return self.submission(task, actor, chance)
        if deed.verb == "accept":
            return lambda session, now: tasks.accept(session, actor, key, now=now)
        if deed.verb == "reject":
            return lambda session, now: tasks.reject(session, actor, key, now=now, reason=deed.words)
        if deed.verb == "cancel":
            return lambda session, now: tasks.cancel(session, actor, key, now=now, reason=deed.words)
        return lambda session, now: tasks.reassign(session, actor, key, now=now, person=deed.to, reason=deed.words)

    def submission(self, task: Owed, actor: Actor, chance: Random) -> Act:
        """Handing the task in, with all it asks for."""
        activity, habits = self.activities[task.activity], self.office.habits
        figures = answering.figures(task, activity.figures, facts.noted("figures"), chance)
        exact = task.planned_on <= self._counted_until and any(task.activity == one for one, *_ in self._findings)
        given = answering.answers(
            task, self._items.get(activity.checklist or "", ()), self._findings,
            exact=exact, troubles=habits["troubles"], chance=chance,
        )  # fmt: skip
        note = chance.choice(habits["notes"][task.kind])
        noted = self._findings.get((task.activity, task.planned_on.isoformat(), task.unit), {})
        found = [{"description": words, "level": "general", "mode": "on_spot"} for words in noted.values()]

        def act(session: Session, now: datetime) -> None:
            codes = tasks.submit(
                session, actor, task.key, now=now, figures=figures, answers=given, note=note, findings=found
            )
            for hear in self.finders:
                hear(codes, actor.person, now)
            if task.kind in meeting_rules.KINDS:
                self.enter(now + WRITTEN_AFTER, task.key, self.minutes(task.key, actor, note))

        return act

    def minutes(self, key: str, actor: Actor, note: str) -> Act:
        """Writing down what a meeting came to, the same day."""
        text = f"{note}。会议明确了责任单位和完成时限，由应急管理办公室督办落实。"
        return lambda session, now: meetings.write_minutes(session, actor, key, text, now=now)


def nouns_of(table: str) -> tuple[str, ...]:
    """The nouns whose sweeps look at a table."""
    return (LOOKED_AT_BY[table],) if table in LOOKED_AT_BY else tuple(sweeps.NOUNS)


def findings_of(noted: Iterable[dict[str, object]]) -> dict[tuple[str, str, str], dict[int, str]]:
    """(activity, turn, unit) → place in the checklist → what was found there."""
    found: dict[tuple[str, str, str], dict[int, str]] = {}
    for one in noted:
        where = (str(one["activity"]), str(one["day"]), str(one["unit"]))
        found.setdefault(where, {})[int(str(one["item"]))] = str(one["words"])
    return found


def items_of(session: Session) -> dict[str, tuple[str, ...]]:
    """Checklist → the keys of its items, in order."""
    found: dict[str, list[str]] = {}
    statement = select(col(ChecklistItem.checklist), col(ChecklistItem.key))
    statement = statement.order_by(col(ChecklistItem.checklist), col(ChecklistItem.place))
    for checklist, key in session.execute(statement):
        found.setdefault(checklist, []).append(key)
    return {checklist: tuple(items) for checklist, items in found.items()}


def stand_ins(session: Session) -> dict[str, str]:
    """Who takes a task over when its holder can't: the head of the village, or of the town's office."""
    villages = list(session.execute(select(col(Unit.key)).where(col(Unit.parent) == TOWN)).scalars())
    chains = units.gather_chains(session, [TOWN, *villages])
    return {code: chain.at(2).people[0] for code, chain in chains.items()}


def gather_owed(session: Session) -> list[Owed]:
    """The open tasks."""
    columns = (Task.key, Task.activity, Task.kind, Task.unit, Unit.path, Task.planned_on, Task.due_at, Task.closes_at)
    statement = select(*(col(column) for column in columns), col(Task.assignee), col(Task.co_assignee))
    statement = statement.join(Unit, col(Task.unit) == col(Unit.key)).where(col(Task.state) == TaskState.open)
    return [
        Owed(key, activity, kind, unit, village_of(path), *rest)
        for key, activity, kind, unit, path, *rest in session.execute(statement.order_by(col(Task.key)))
    ]


def village_of(path: str) -> str:
    """The code on the path right beneath the town, empty for the town itself."""
    line = ancestors(path)[::-1]
    return line[2] if len(line) > 2 else ""
