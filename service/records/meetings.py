"""Meetings and study: agenda, who is called and who came, when it was held, and its minutes."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import and_, or_, select
from sqlmodel import Session, col

from models import Activity, Attendance, Campaign, Meeting, Person, Task, Unit
from models.kinds import AttendanceMark, TaskState
from service import cases, journal, store, units
from service.access import Actor, in_scope
from service.campaigns.plans import plan_of
from service.errors import Conflict, Fault, Forbidden, NotFound, Refused
from service.hazards.fields import long_text
from service.lists import PAGE, Page, newest
from service.people import fields
from service.people.fields import fit_one
from service.people.unit_acts import visible_unit
from service.records import attendance
from service.rules import meetings as rules
from service.rules.steps import Op, Step, change, make
from service.tasks.acts import TASK_AT

MOST_CALLED = 500
MINUTES_MOST = 100_000
HELD_AGO_MOST = timedelta(days=60)
RUNNING = (TaskState.planned, TaskState.open, TaskState.submitted)
SHOWN = ("agenda", "place", "held_at", "minutes_due_at", "minutes_at", "minutes_by")
LISTED = ("held_at", "place", "minutes_due_at", "minutes_at")
CALLED = ("key", "version", "person", "name", "party", "mark", "marked_at", "marked_by", "reason")


class MeetingWhole(NamedTuple):
    """A meeting with its task, what was said of it, who was called, and the parties still missing."""

    task: Mapping[str, Any]
    meeting: Mapping[str, Any]
    minutes: str
    attendance: Sequence[Any]
    figures: Mapping[str, int]
    missing_parties: Sequence[str]
    journal: Sequence[Any]


class Found(NamedTuple):
    """A meeting's task, what stands of the meeting, and everybody who was called."""

    task: Any
    meeting: Any
    there: Sequence[Any]


def find(session: Session, actor: Actor, key: str, *, to_read: bool = False) -> Found:
    """The meeting; NotFound for another task, and for one out of sight of whoever was not called to it either.

    Unless only read, its task is held, so that what two write of one meeting at once comes one after the other.
    """
    task = session.execute(TASK_AT, {"key": key}).one_or_none()
    if task is None or task.kind not in rules.KINDS:
        raise NotFound("There is no meeting {key}", key=key)
    if not to_read and session.get_bind().dialect.name == "postgresql":
        session.execute(select(col(Task.key)).where(col(Task.key) == key).with_for_update(key_share=True))
    there = attendance.of_task(session, key)
    named = {task.assignee, task.co_assignee, *(one.person for one in there)}
    if not (actor.may("see", task.path) or actor.person in named):
        raise NotFound("There is no meeting {key}", key=key)
    return Found(task, attendance.meeting_of(session, key), there)


def may_write(actor: Actor, found: Found) -> None:
    """Refuse who neither has the meeting to hold nor does such work on its unit."""
    if actor.person not in (found.task.assignee, found.task.co_assignee) and not actor.may(
        "submit tasks", found.task.path
    ):
        raise Forbidden("Your role does not allow this here")


def in_state(found: Found, *states: str) -> None:
    """Refuse an act that the state of the meeting's task does not admit."""
    if found.task.state not in states:
        raise Conflict("The task is {state}; this can't be done to it now", state=str(found.task.state))


def prepare(
    session: Session, actor: Actor, key: str, *, now: datetime, agenda: str, place: str = "", version: int | None = None
) -> None:
    """Say what a meeting is about and where it is; `version` is the meeting's own."""
    values = {"agenda": fit_one("agenda", long_text, agenda), "place": fit_one("place", fields.text, place)}
    found = find(session, actor, key)
    may_write(actor, found)
    in_state(found, *RUNNING)
    at_version(found, version)
    store.require(session, [attendance.said(found.task, found.meeting, "prepared", values)], now=now, by=actor.person)


def at_version(found: Found, version: int | None) -> None:
    if version is not None and version != (found.meeting.version if found.meeting else 0):
        raise Conflict("Somebody else changed this in the meantime; read it again")


def call(session: Session, actor: Actor, key: str, people: Sequence[Mapping[str, Any]], *, now: datetime) -> None:
    """Call people to a meeting: each a `person` on record, or the `name` of somebody from outside, with their `party`.

    Who was called already is left as they are; who was called for no party gets the one that is named now. Refused
    names each place that is wrong.
    """
    found = find(session, actor, key)
    may_write(actor, found)
    in_state(found, *RUNNING)
    known = names_of(session, [one["person"] for one in people if one.get("person")])
    faults: list[Fault] = []
    standing = {(one.person, one.name, one.party) for one in found.there}
    bare = {one.person: one for one in found.there if one.person and not one.party}
    number = max((int(one.key.rpartition(":")[2]) for one in found.there), default=0)
    steps: list[Step] = []
    for at, one in enumerate(people):
        person = one.get("person") or None
        party = fit_one(f"people[{at}].party", fields.text, one.get("party") or "")
        name = known.get(person or "", "") if person else fit_one(f"people[{at}].name", fields.text, one.get("name"))
        if not name:
            faults.append(Fault(f"people[{at}]", "there is no such person" if person else "is missing"))
        elif party and person in bare:
            spoken = bare.pop(person)
            standing.add((person, name, party))
            steps.append(change(Attendance, spoken.key, spoken.version, "called", {"party": party}))
        elif (person, name, party) not in standing:
            standing.add((person, name, party))
            number += 1
            values = {"task": key, "person": person, "name": name, "party": party}
            steps.append(make(Attendance, f"{key}:attends:{number}", "called", values))
    if len(standing) > MOST_CALLED:
        faults.append(Fault("people", "are more than {most}", {"most": MOST_CALLED}))
    if faults:
        raise Refused("Some fields are wrong", faults=faults)
    marks = [(one.key, one.mark) for one in found.there] + [
        (step.key, AttendanceMark.called) for step in steps if step.op == Op.make
    ]
    finish(session, actor, found, steps, marks, now)


def names_of(session: Session, people: Sequence[str]) -> dict[str, str]:
    """The names of those who are on record and have not left."""
    found: dict[str, str] = {}
    for batch in units.in_batches(set(people)):
        statement = select(col(Person.key), col(Person.name)).where(col(Person.key).in_(batch))
        found.update(session.execute(statement.where(col(Person.left_on).is_(None))).tuples().all())
    return found


def mark(session: Session, actor: Actor, key: str, number: int, mark: str, *, now: datetime, reason: str = "") -> None:
    """Mark one who was called as signed in, absent, excused (which needs a reason), or called again."""
    reason = fit_one("reason", long_text, reason)
    try:
        marked = AttendanceMark(mark)
    except ValueError:
        fault = Fault("mark", "must be called, signed_in, absent or excused")
        raise Refused("Some fields are wrong", faults=[fault]) from None
    if marked == AttendanceMark.excused and not reason:
        raise Refused("A reason is needed", faults=[Fault("reason", "must not be empty")])
    found = find(session, actor, key)
    one = next((one for one in found.there if one.key == f"{key}:attends:{number}"), None)
    if one is None:
        raise NotFound("There is nothing of that name here")
    if not (one.person == actor.person and marked in (AttendanceMark.signed_in, AttendanceMark.excused)):
        may_write(actor, found)
    in_state(found, *RUNNING)
    values = {"mark": marked, "marked_at": now, "marked_by": actor.person, "reason": reason}
    step = change(Attendance, one.key, one.version, str(marked), values, reason)
    marks = [(row.key, marked if row.key == one.key else row.mark) for row in found.there]
    finish(session, actor, found, [step], marks, now)


def sign_in(session: Session, actor: Actor, key: str, *, now: datetime) -> None:
    """Sign in to a meeting for oneself, for whoever was called to it."""
    found = find(session, actor, key)
    mine = next((one for one in found.there if one.person == actor.person), None)
    if mine is None:
        raise Forbidden("You were not called to this meeting")
    mark(session, actor, key, int(mine.key.rpartition(":")[2]), AttendanceMark.signed_in, now=now)


def finish(
    session: Session, actor: Actor, found: Found, steps: list[Step], marks: Sequence[tuple[str, str]], now: datetime
) -> None:
    """Write changes of the attendance; the figures of a meeting that was handed in already follow."""
    if found.task.state == TaskState.submitted:
        steps = [*steps, *attendance.recounted(session, found.task, marks)]
    if steps:
        store.require(session, steps, now=now, by=actor.person)


def hold(session: Session, actor: Actor, key: str, *, now: datetime, held_at: datetime | None = None) -> None:
    """Say when a meeting was held (now where it is left out); its minutes are owed from then on.

    Refused while one of its parties is missing, for an instant to come and one long past; Conflict once the minutes
    are written. Held again, what was owed of the first time is settled.
    """
    found = find(session, actor, key)
    may_write(actor, found)
    in_state(found, TaskState.open, TaskState.submitted)
    held_at = held_at or now
    if not now - HELD_AGO_MOST <= held_at <= now:
        fault = Fault("held_at", "must lie in the last {days} days", {"days": HELD_AGO_MOST.days})
        raise Refused("Some fields are wrong", faults=[fault])
    if found.meeting and found.meeting.minutes_at:
        raise Conflict("The minutes are written; it was held")
    _, activities = plan_of(session, found.task.campaign)
    activity = activities.get(found.task.activity)
    attendance.all_parties(activity, found.there)
    steps = [attendance.held(session, found.task, activity, found.meeting, held_at, now)]
    if found.meeting and found.meeting.held_at != held_at:
        steps += ended(session, found, now, "held again")
    store.require(session, steps, now=now, by=actor.person)


def write_minutes(
    session: Session, actor: Actor, key: str, text: str, *, now: datetime, version: int | None = None
) -> None:
    """Write the minutes (会议纪要) of a meeting that was held; written again, they take the place of the first."""
    text = fit_one("text", lambda value: long_text(value, MINUTES_MOST), text)
    if not text:
        raise Refused("Some fields are wrong", faults=[Fault("text", "must not be empty")])
    found = find(session, actor, key)
    may_write(actor, found)
    at_version(found, version)
    if found.meeting is None or found.meeting.held_at is None:
        raise Conflict("The meeting has not been held yet")
    values = {"minutes": text, "minutes_at": now, "minutes_by": actor.person, "attend_at": None}
    steps = [attendance.said(found.task, found.meeting, "minutes written", values)]
    store.require(session, [*steps, *ended(session, found, now, "minutes written")], now=now, by=actor.person)


def ended(session: Session, found: Found, now: datetime, why: str) -> list[Step]:
    """The steps that end the case about the minutes that were owed."""
    meeting = found.meeting
    owed = rules.owed_of(meeting.key, meeting.held_at, meeting.minutes_due_at, meeting.minutes_at)
    return cases.ending(session, [one.subject for one in owed], now, why)


def whole(session: Session, actor: Actor, key: str) -> MeetingWhole:
    """One meeting as it stands."""
    task, meeting, there = find(session, actor, key, to_read=True)
    _, activities = plan_of(session, task.campaign)
    activity = activities.get(task.activity)
    unit_name = session.execute(select(col(Unit.name)).where(col(Unit.key) == task.unit)).scalar_one()
    names = ("key", "version", "kind", "unit", "state", "opens_at", "due_at", "closes_at", "assignee", "co_assignee")
    said = {name: getattr(meeting, name) if meeting else None for name in SHOWN}
    said |= {"agenda": said["agenda"] or "", "place": said["place"] or "", "version": meeting.version if meeting else 0}
    return MeetingWhole(
        {name: getattr(task, name) for name in names} | {"name": task.activity_name, "unit_name": unit_name},
        said,
        meeting.minutes if meeting else "",
        [{name: getattr(one, name) for name in CALLED} for one in there],
        rules.counted(one.mark for one in there),
        rules.missing_parties(activity.parties if activity else (), there),
        journal.lines(session, [key, *(one.key for one in there)], limit=PAGE),
    )


def listed(
    session: Session,
    actor: Actor,
    *,
    unit: str | None = None,
    kind: str | None = None,
    minutes_owed: bool | None = None,
    limit: int = PAGE,
    after: str | None = None,
) -> Page:
    """A page of the meetings and study of units in sight, and those one was called to; the latest due first."""
    shown: list[Any] = [col(getattr(Task, name)) for name in ("key", "kind", "unit", "state", "opens_at", "due_at")]
    shown += [col(getattr(Meeting, name)) for name in LISTED]
    shown += [col(Activity.name).label("name"), col(Unit.name).label("unit_name")]
    statement = select(*shown).join(Unit, col(Task.unit) == col(Unit.key))
    statement = statement.join(Activity, col(Task.activity) == col(Activity.key))
    statement = statement.join(Meeting, col(Meeting.key) == col(Task.key), isouter=True)
    mine = select(col(Attendance.task)).where(col(Attendance.person) == actor.person)
    own = or_(col(Task.assignee) == actor.person, col(Task.co_assignee) == actor.person, col(Task.key).in_(mine))
    statement = statement.where(or_(in_scope(Task.unit, actor.paths("see")), own))
    statement = statement.where(col(Task.kind).in_([kind] if kind in rules.KINDS else sorted(rules.KINDS)))
    # of a million tasks few are meetings: each campaign's, in each state, are found by the index of what was done
    every = (col(Task.campaign).in_(select(col(Campaign.key))), col(Task.state).in_(tuple(TaskState)))
    statement = store.by_index(statement.where(*every), Task, "ix_task_counted")
    if unit is not None:
        statement = statement.where(in_scope(Task.unit, (visible_unit(session, actor, unit).path,)))
    if minutes_owed is not None:
        owed = and_(col(Meeting.minutes_due_at).is_not(None), col(Meeting.minutes_at).is_(None))
        statement = statement.where(owed if minutes_owed else ~owed)
    return newest(session, statement, col(Task.due_at), col(Task.key), limit=limit, after=after)
