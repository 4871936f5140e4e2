"""The town lives: it is founded, its year 2023 is replayed, and a drive of the present is under way."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from string import Template
from typing import NamedTuple

from sqlalchemy import Engine, func, select
from sqlmodel import Session, col

from models import Login, Person, Task, Unit
from service import store
from service.calendar.days import gather_calendar
from service.campaignfile import read
from service.campaigns import acts as campaigns
from service.demo import facts
from service.demo.diary import Diary
from service.demo.founding import TOWN, actors, found, refuse_unless_empty
from service.demo.ledger import Ledger
from service.demo.reporting import Reporting
from service.demo.warnings import Warnings
from service.demo.watches import Duty, first_of
from service.errors import Refused
from service.rules.plan import Plan
from service.settings import settings
from service.signin import sessions as signin

Progress = Callable[[int, int], None]
FOUNDED_ON, LAST_ON, EARLIEST_PRESENT_ON = date(2022, 12, 19), date(2024, 2, 2), date(2024, 4, 1)
APPLIED_BEFORE = timedelta(days=10)
MORNING = timedelta(hours=9)
LEDGER_FOR = timedelta(days=205)
# what a drive that begins in a month is about
NAMES = {
    (11, 12, 1, 2): "岁末年初安全检查",
    (3, 4, 5): "春季安全检查",
    (6, 7, 8, 9): "汛期安全检查",
    (10,): "秋季安全检查",
}


class Account(NamedTuple):
    """Somebody who can sign in; the password works once and must then be changed."""

    role: str
    person: str
    name: str
    password: str


class Report(NamedTuple):
    """What the town holds once it has been built: counts, tasks by state, and who can sign in."""

    units: int
    people: int
    campaigns: int
    sweeps: int
    tasks: dict[str, int]
    accounts: list[Account]

    def __str__(self) -> str:
        states = ", ".join(f"{count} {state}" for state, count in self.tasks.items())
        lines = [f"{self.units} units, {self.people} people, {self.campaigns} campaigns; tasks: {states}"]
        lines += [f"{one.role}: {one.person} {one.name}, one-time password {one.password}" for one in self.accounts]
        return "\n".join(lines)


def town(engine: Engine, *, now: datetime, on_progress: Progress | None = None, seed: int = 2023) -> Report:
    """Build the sample town in an empty database whose schema is at head, and live its time up to `now`.

    1. the sheets are imported, roles granted, checklists and seasons entered
    2. the year 2023 is lived day by day: sweeps along a moved clock, and colleagues who act as people do
    3. the campaigns of 2023 are closed, and the months up to this very moment are lived: the ledger of hazards with
       its look-backs, two months of duty, warnings and incidents, reports, and a drive around `now`
    4. five people are let in; their one-time passwords are in the answer and nowhere else

    The same seed and `now` give the same rows, passwords apart. `on_progress(days lived, days in all)` is called after
    each day. Raises Refused for a database that isn't empty and a `now` before April 2024.
    """
    with store.transaction(engine) as session:
        refuse_unless_empty(session)
        days = gather_calendar(session, zone=settings().zone_info())
        today = days.civil(now)
        if today < EARLIEST_PRESENT_ON:
            raise Refused("The sample town's present must not lie before {day}", day=EARLIEST_PRESENT_ON)
        founded_at = days.start_of(FOUNDED_ON) + MORNING
        crew = found(session, now=founded_at, years=(2022, 2023, today.year - 1, today.year))
        people = actors(session)
    diary = Diary(engine, crew, people, seed=seed)
    plans = [enter_past(diary, text) for text in facts.campaign_files()]
    present, text = present_plan(today)
    plans.append(present)
    again_on = max(today - LEDGER_FOR, LAST_ON + timedelta(days=1))
    total = (LAST_ON - FOUNDED_ON).days + (today - again_on).days + 2
    tick = Ticker(on_progress, total)
    enter_events(diary)
    close_past(diary, plans[:-1])
    ledger, duty = Ledger(diary), Duty(diary)
    warnings, reporting = Warnings(diary), Reporting(diary)
    reporting.close_year(LAST_ON)
    diary.onlookers, diary.finders = [ledger.look_around, warnings.look_around], [ledger.found_at_tasks]
    diary.live(FOUNDED_ON, diary.days.end_of(LAST_ON), on_day=tick)
    diary.enter_campaign(present, text, diary.days.start_of(present.from_on - timedelta(days=3)) + MORNING)
    ledger.tell(today)
    warnings.tell(now)
    reporting.go_on(now)
    live_with_duty(diary, duty, again_on, today, now, tick)
    diary.sweep(now)
    with store.transaction(engine) as session:
        return report(session, diary, len(plans), now=now)


def live_with_duty(diary: Diary, duty: Duty, first: date, today: date, now: datetime, tick: Callable[[], None]) -> None:
    """The months up to now, with the roster entered before last month and planned on a week ago."""
    days = diary.days
    entered_on, planned_on = max(first_of(today, -1) - timedelta(days=6), first), today - timedelta(days=7)
    diary.live(first, days.end_of(entered_on), on_day=tick, swept_on=(0, 3))  # nothing but the ledger moves yet
    duty.begin(today, days.end_of(entered_on) - timedelta(hours=8))
    diary.live(entered_on + timedelta(days=1), days.end_of(planned_on), on_day=tick)
    duty.go_on(today, days.end_of(planned_on) - timedelta(hours=8))
    diary.live(planned_on + timedelta(days=1), now, on_day=tick)
    duty.today(now)


def stands(engine: Engine) -> bool:
    """Whether the sample town was built here, to its end: its people are let in last."""
    lets_in = [one["person"] for one in facts.noted("accounts") if one.get("signs_in")]
    with store.reading(engine) as session:
        units = session.execute(select(func.count()).where(col(Unit.key) == TOWN)).scalar_one()
        logins = session.execute(select(func.count()).where(col(Login.key).in_(lets_in))).scalar_one()
    return bool(units) and logins == len(lets_in)


class Ticker:
    """Counts the days lived for whoever watches."""

    def __init__(self, on_progress: Progress | None, total: int) -> None:
        self.on_progress, self.total, self.done = on_progress, total, 0

    def __call__(self) -> None:
        self.done += 1
        if self.on_progress:
            self.on_progress(min(self.done, self.total), self.total)


def enter_past(diary: Diary, text: str) -> Plan:
    """A campaign of 2023, applied some days before it begins, an overall plan before its sub-plans."""
    plan = read(text)
    at = diary.days.start_of(plan.from_on - APPLIED_BEFORE) + MORNING
    diary.enter_campaign(plan, text, at + timedelta(hours=1) if plan.parent else at)
    return plan


def enter_events(diary: Diary) -> None:
    """What an inspector registers in the year, each in the morning of its day."""
    inspector = diary.people[diary.crew.inspectors[0]]
    for nth, one in enumerate(facts.noted("events")):
        at = diary.days.start_of(one["day"]) + MORNING + timedelta(minutes=5 * nth)

        def register(session: Session, now: datetime, one: dict[str, str] = one) -> None:
            campaigns.register_event(
                session, inspector, name=one["name"], unit=one["unit"], now=now, happened_at=now, note=one["note"]
            )

        diary.enter(at, f"event {one['unit']}", register)


def close_past(diary: Diary, plans: list[Plan]) -> None:
    """The campaigns of 2023 are closed when nothing of them is open any more, sub-plans first."""
    leader = diary.people[diary.crew.leaders[0]]
    for plan in plans:
        at = diary.days.start_of(LAST_ON) + MORNING + timedelta(hours=0 if plan.parent else 1)

        def close(session: Session, now: datetime, key: str = plan.key) -> None:
            campaigns.run(session, leader, key, "close", now=now)

        diary.enter(at, f"campaign {plan.key}", close)


def present_plan(today: date) -> tuple[Plan, str]:
    """The drive around today: from the first of the month, or a week ago, to sixty days from now."""
    from_on = min(today.replace(day=1), today - timedelta(days=7))
    text = Template(facts.text("present")).substitute(
        key=f"safety-checks-{today:%Y-%m}",
        name=next(name for months, name in NAMES.items() if today.month in months),
        from_on=from_on,
        to_on=today + timedelta(days=60),
        self_check_day=min((today - timedelta(days=3)).day, 28),
        training_on=today + timedelta(days=9),
        drill_on=today + timedelta(days=20),
        summary_on=today + timedelta(days=56),
    )
    return read(text), text


def report(session: Session, diary: Diary, plans: int, *, now: datetime) -> Report:
    """The counts, and the first passwords of those who sign in."""
    by_state = select(col(Task.state), func.count()).group_by(col(Task.state)).order_by(col(Task.state))
    states = {str(state): int(count) for state, count in session.execute(by_state)}
    accounts = []
    for one in facts.noted("accounts"):
        if one.get("signs_in"):
            password = signin.add_login(session, one["person"], now=now, by=diary.crew.coordinator)
            name = session.execute(select(col(Person.name)).where(col(Person.key) == one["person"])).scalar_one()
            accounts.append(Account(one["role"], one["person"], name, password))
    units, people = (session.execute(select(func.count()).select_from(t)).scalar_one() for t in (Unit, Person))
    return Report(units, people, plans, diary.sweeps, states, accounts)
