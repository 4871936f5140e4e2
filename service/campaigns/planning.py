"""Planning: reaching ahead so that every target of an activity has its tasks before they open."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import date, datetime, timedelta
from itertools import chain
from typing import Any

from sqlalchemy import Engine, and_, or_, select
from sqlmodel import Session, col

from models import Activity, Campaign, Event, Task, Unit
from models.base import table_of
from models.kinds import CampaignState, TaskState
from service import store, units
from service.access import units_beneath
from service.calendar.days import gather_calendar, gather_seasons
from service.campaigns.plans import plan_of
from service.rules import campaigns as rules
from service.rules.campaigns import EventFacts, Occurrence, Setting, Standing, UnitFacts
from service.rules.plan import ActivityPlan, OnEvent, OnSeason, Plan, Targets
from service.rules.steps import Step, change
from service.settings import settings
from service.store import Applied

BATCH = 10_000
MOVED_MOST = timedelta(days=90)


def sweep(engine: Engine, now: datetime, *, within: Sequence[str] = ()) -> Applied:
    """Plan every activity whose time has come, as far ahead as the settings say.

    Tasks are made in batches, each a transaction; how far the plan reaches is written with the last one, so that a
    sweep killed midway is simply made again: what stands already is taken, not made twice.
    """
    total = Applied()
    ahead = timedelta(days=settings().ahead_days)
    with store.reading(engine) as session:
        due = gather_due(session, now, within)
    for row in due:
        with store.reading(engine) as session:
            steps, last = plan_steps(session, row, now=now, ahead=ahead)
        for batch in chain(units.in_batches(steps, BATCH), [[last]]):
            with store.transaction(engine) as session:
                if not unchanged(session, row, written=last in batch):
                    break
                total += store.apply(session, batch, now=now, by="sweep")
    return total


def unchanged(session: Session, row: Any, *, written: bool) -> bool:
    """Whether the activity is as it was read, and remains so until this transaction ends.

    Otherwise somebody paused, closed or changed its campaign meanwhile, or another sweep has planned it. Who goes on
    to write it takes it alone: two sweeps that had shared it would each wait for the other, and one would be undone.
    """
    statement = select(col(Activity.version)).where(col(Activity.key) == row.key).with_for_update(read=not written)
    return session.execute(statement).scalar_one_or_none() == row.version


def gather_due(session: Session, now: datetime, within: Sequence[str]) -> list[Any]:
    """The activities to look at, of campaigns that are running."""
    statement = select(table_of(Activity)).join(Campaign, col(Activity.campaign) == col(Campaign.key))
    statement = store.attending(statement, Activity, now).where(col(Campaign.state) == CampaignState.active)
    if within:
        paths = list(units.paths_of(session, within).values())
        statement = statement.join(Unit, col(Activity.within) == col(Unit.key)).where(units_beneath(paths))
    return list(session.execute(statement.order_by(col(Activity.attend_at), col(Activity.key))))


def plan_steps(session: Session, row: Any, *, now: datetime, ahead: timedelta) -> tuple[Iterable[Step], Step]:
    """The tasks an activity owes, and the step that says how far it has now been planned."""
    plan, activities = plan_of(session, row.campaign)
    calendar = gather_calendar(session, zone=units.zone_of(session, row.within))
    # a turn that opens at the very first moment lies beyond this, so that a sleeper still owes it
    before_all = calendar.start_of(plan.from_on) - timedelta(microseconds=1)
    until = now + ahead
    since = row.planned_until_at
    activity = activities.get(row.key)
    turns: list[Occurrence] = []
    wanted: Iterator[Step] = iter(())
    standing: list[Standing] = []
    if activity is not None and not row.retired:
        setting = gather_setting(session, activity)
        turns = rules.occurrences(plan, activity, setting)
        owed = rules.owed_turns(turns, since=since, until=until, as_of=row.attend_at, stale=row.stale)
        if row.stale:
            oldest = min([row.attend_at, *(turn.opens_at for turn in owed)])
            standing = gather_standing(session, row.key, row.attend_at, oldest)
            owed += rules.held_beyond(turns, standing, until=until)
        targets = targets_of(session, activity) if owed else []
        wanted = chain.from_iterable(rules.planned(plan, activity, turn, targets, setting) for turn in owed)
    elif row.stale:
        standing = gather_standing(session, row.key, row.attend_at, row.attend_at)
    steps = rules.replanned(wanted, standing) if row.stale else wanted
    values = {
        "planned_until_at": rules.reached(turns, until=until, since=since or before_all),
        "stale": False,
        "attend_at": rules.next_look(turns, until=until, ahead=ahead),
    }
    return steps, change(Activity, row.key, row.version, "planned", values)


def gather_standing(session: Session, activity: str, as_of: datetime, oldest: datetime) -> list[Standing]:
    """The tasks of an activity that had not opened by `as_of`, and those that planning itself called off.

    A task called off may be asked for again while its window lasts, so they are looked for from the `oldest` opening
    on, and as much further back as the calendar could have moved it since.
    """
    columns = select(*(col(getattr(Task, name)) for name in Standing._fields)).where(col(Task.activity) == activity)
    columns = columns.where(col(Task.opens_at) > oldest - MOVED_MOST)
    unopened = and_(col(Task.state) == TaskState.planned, col(Task.opens_at) > as_of)
    called_off = and_(col(Task.state) == TaskState.cancelled, col(Task.unplanned).is_(True))
    rows = session.execute(columns.where(or_(unopened, called_off)))
    return [Standing(*row) for row in rows]


def gather_setting(session: Session, activity: ActivityPlan) -> Setting:
    """The calendar, and the seasons or events that this activity waits for."""
    return gather_settings(session, [activity])[0]


def gather_settings(session: Session, activities: Sequence[ActivityPlan]) -> list[Setting]:
    """The setting of each activity, in their order: what several wait for is asked once for all of them."""
    withins = dict.fromkeys(activity.targets.within for activity in activities)
    zones = {within: units.zone_of(session, within) for within in withins}
    calendars = {zone: gather_calendar(session, zone=zone) for zone in dict.fromkeys(zones.values())}
    seasonal = any(isinstance(activity.when, OnSeason) for activity in activities)
    seasons = gather_seasons(session) if seasonal else []
    paths = units.paths_of(session, [season.unit for season in seasons if season.unit])
    events = gather_events(session, {a.when.name for a in activities if isinstance(a.when, OnEvent)})
    settings_of = []
    for activity in activities:
        calendar = calendars[zones[activity.targets.within]]
        if isinstance(activity.when, OnSeason):
            settings_of.append(Setting(calendar, seasons, paths))
        elif isinstance(activity.when, OnEvent):
            settings_of.append(Setting(calendar, events=events.get(activity.when.name, [])))
        else:
            settings_of.append(Setting(calendar))
    return settings_of


def gather_events(session: Session, names: Collection[str]) -> dict[str, list[EventFacts]]:
    """Name → the events registered under it."""
    found: dict[str, list[EventFacts]] = {}
    if names:
        columns = select(col(Event.name), *(col(getattr(Event, name)) for name in EventFacts._fields))
        for name, *facts in session.execute(columns.where(col(Event.name).in_(sorted(names)))):
            found.setdefault(name, []).append(EventFacts(*facts))
    return found


def targets_of(session: Session, activity: ActivityPlan) -> list[UnitFacts]:
    """The units that an activity concerns, as they are now."""
    return targets_for(session, [activity.targets])[activity.targets]


def targets_for(session: Session, asked: Iterable[Targets]) -> dict[Targets, list[UnitFacts]]:
    """The units that each of these concerns, as they are now; one reading for all that lie within one unit."""
    within: dict[str, list[Targets]] = {}
    for targets in dict.fromkeys(asked):
        within.setdefault(targets.within, []).append(targets)
    found: dict[Targets, list[UnitFacts]] = {}
    for code, several in within.items():
        path = units.path_of(session, code)
        kinds = {kind for targets in several for kind in targets.kinds} if all(one.kinds for one in several) else ()
        tags = {tag for targets in several for tag in targets.tags}
        known = units.gather_units(session, path, kinds=sorted(kinds), tags=sorted(tags))
        for targets in several:
            found[targets] = [unit for unit in known if rules.fits(targets, path, unit)]
    return found


def turns_between(plan: Plan, activity: ActivityPlan, setting: Setting, from_on: date, to_on: date) -> list[Occurrence]:
    """The turns whose window opens on one of these days, both included."""
    start, end = setting.calendar.start_of(from_on), setting.calendar.end_of(to_on)
    return [turn for turn in rules.occurrences(plan, activity, setting) if start <= turn.opens_at < end]
