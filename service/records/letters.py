"""Letters of responsibility (责任书): their text by activity and year, signing one, and who has and hasn't signed."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import literal, select
from sqlmodel import Session, col

from models import Activity, Campaign, Letter, Person, Signature, Task, Unit
from models.base import table_of
from models.kinds import ActivityKind
from service import store
from service.access import Actor, in_scope, units_beneath
from service.campaigns import acts as campaigns
from service.errors import Conflict, Fault, Forbidden, NotFound, Refused
from service.hazards.fields import long_text
from service.lists import PAGE, Page
from service.people import fields
from service.people.fields import fit
from service.people.unit_acts import visible_unit
from service.rules import letters as rules
from service.rules.steps import make
from service.tasks import acts as tasks

TEXT_MOST = 50_000
YEARS = range(1990, 2100)
SHOWN = ("key", "version", "activity", "year", "number", "title", "text", "made_at", "made_by")
SIGNED = ("key", "task", "letter", "unit", "person", "name", "text", "sha256", "signed_at")


class ToSign(NamedTuple):
    """A letter as one person would sign it, or did: its text with the blanks filled, and that text's digest."""

    task: str
    version: int
    state: str
    unit: str
    unit_name: str
    letter: str
    title: str
    text: str
    sha256: str
    mine: bool
    signature: Mapping[str, Any] | None


class Covered(NamedTuple):
    """Coverage of one letter: owed, filed, signed, the share filed (null: nothing owed); and unit by unit."""

    owed: int
    filed: int
    signed: int
    rate: float | None
    units: Sequence[Mapping[str, Any]]


def write(
    session: Session, actor: Actor, *, campaign: str, activity: str, year: int, title: str, text: str, now: datetime
) -> str:
    """Write the letter of a commitment activity for a year, or its next version; answers its key.

    `{unit}`, `{person}` and `{year}` are filled for whoever signs. What was signed stays as it was signed. The same
    text again changes nothing.
    """
    checks = {"title": fields.name, "text": lambda value: long_text(value, TEXT_MOST) or fields.missing()}
    values = fit(checks, {"title": title, "text": text})
    faults = [Fault("text", "nobody can fill {name}", {"name": f"{{{name}}}"}) for name in rules.unknown_blanks(text)]
    if year not in YEARS:
        faults.append(Fault("year", "is no year of these times"))
    found = campaigns.find(session, actor, campaign)
    actor.must("plan campaigns", found.path)
    key = f"{campaign}:{activity}"
    kind = session.execute(select(col(Activity.kind)).where(col(Activity.key) == key)).scalar_one_or_none()
    if kind != ActivityKind.commitment:
        faults.append(Fault("activity", "is no commitment activity of this campaign"))
    if faults:
        raise Refused("Some fields are wrong", faults=faults)
    before = newest(session, key, year)
    if before is not None and (before.title, before.text) == (values["title"], values["text"]):
        return str(before.key)
    number = before.number + 1 if before is not None else 1
    values |= {"activity": key, "year": year, "number": number, "made_at": now, "made_by": actor.person}
    made = f"{key}:{year}:{number}"
    store.require(session, [make(Letter, made, "written", values)], now=now, by=actor.person)
    return made


def newest(session: Session, activity: str, year: int) -> Any:
    """The text in force of an activity's letter for a year; None where there is none."""
    statement = select(table_of(Letter)).where(col(Letter.activity) == activity, col(Letter.year) == year)
    return session.execute(statement.order_by(col(Letter.number).desc()).limit(1)).one_or_none()


def listed(session: Session, actor: Actor, *, limit: int = PAGE, after: str | None = None) -> Page:
    """A page of the letters in force of campaigns in sight, by key."""
    other = table_of(Letter).alias("other")
    newer = select(other.c.key).where(
        other.c.activity == col(Letter.activity), other.c.year == col(Letter.year), other.c.number > col(Letter.number)
    )
    statement = select(*(col(getattr(Letter, name)) for name in SHOWN))
    statement = statement.join(Activity, col(Letter.activity) == col(Activity.key))
    statement = statement.join(Campaign, col(Activity.campaign) == col(Campaign.key))
    statement = statement.join(Unit, col(Campaign.owner) == col(Unit.key))
    statement = statement.where(units_beneath(actor.paths("see")), ~newer.exists())
    if after is not None:
        statement = statement.where(col(Letter.key) > after)
    rows = session.execute(statement.order_by(col(Letter.key)).limit(limit + 1)).all()
    return Page(rows[:limit], rows[limit - 1].key if len(rows) > limit else None)


def signed_for(session: Session, found: Sequence[Any]) -> dict[str, str]:
    """What each of these letters is signed for: key of the activity → its campaign and its name."""
    columns: list[Any] = [col(Activity.key), col(Activity.name), col(Campaign.name).label("campaign")]
    statement = select(*columns).join(Campaign, col(Activity.campaign) == col(Campaign.key))
    rows = session.execute(statement.where(col(Activity.key).in_({letter.activity for letter in found})))
    return {row.key: f"{row.campaign} · {row.name}" for row in rows}


def counted(session: Session, actor: Actor, found: Sequence[Any]) -> dict[str, rules.Coverage]:
    """How many of each of these letters are owed by units in sight and came in."""
    columns: list[Any] = [col(getattr(Task, name)) for name in ("key", "activity", "planned_on", "state")]
    columns.append(literal(False).label("signed"))
    statement = select(*columns).where(col(Task.activity).in_({letter.activity for letter in found}))
    rows = session.execute(statement.where(in_scope(Task.unit, actor.paths("see")))).all()
    return {
        letter.key: rules.coverage(
            row for row in rows if row.activity == letter.activity and row.planned_on.year == letter.year
        )
        for letter in found
    }


def activities(session: Session, actor: Actor) -> Sequence[Any]:
    """The commitment activities that the actor may write a letter for, with their campaigns, the newest first."""
    columns: list[Any] = [col(Activity.key), col(Activity.name), col(Campaign.name).label("campaign")]
    statement = select(*columns)
    statement = statement.join(Campaign, col(Activity.campaign) == col(Campaign.key))
    statement = statement.join(Unit, col(Campaign.owner) == col(Unit.key))
    statement = statement.where(col(Activity.kind) == ActivityKind.commitment)
    statement = statement.where(units_beneath(actor.paths("plan campaigns")))
    return session.execute(statement.order_by(col(Campaign.from_on).desc(), col(Activity.key)).limit(PAGE)).all()


def find(session: Session, actor: Actor, key: str) -> Any:
    """One version of a letter; NotFound also for that of a campaign out of sight."""
    row = session.execute(select(table_of(Letter)).where(col(Letter.key) == key)).one_or_none()
    if row is None:
        raise NotFound("There is no letter {key}", key=key)
    campaigns.find(session, actor, row.activity.rpartition(":")[0])
    return row


def to_sign(session: Session, actor: Actor, task: str) -> ToSign:
    """The letter that a task asks for as its person would sign it; what was signed is shown as it was signed.

    Who may not sign sees it with the name of who is asked to. NotFound where the task is none, or has no letter yet.
    """
    found, _ = tasks.find(session, actor, task)
    letter = letter_of(session, found)
    signature = signature_of(session, task) if found.state in rules.FILED else None
    mine = actor.person in (found.assignee, found.co_assignee)
    person = actor.person if mine else found.assignee or actor.person
    unit_name = session.execute(select(col(Unit.name)).where(col(Unit.key) == found.unit)).scalar_one()
    text = signature.text if signature else text_for(session, letter, found, person, unit_name)
    key = signature.letter if signature else letter.key
    signed = {name: getattr(signature, name) for name in SIGNED} if signature else None
    return ToSign(
        task, found.version, found.state, found.unit, unit_name, key, letter.title, text, rules.digest(text), mine,
        signed,
    )  # fmt: skip


def letter_of(session: Session, task: Any) -> Any:
    """The letter in force for a commitment task; NotFound where there is none."""
    letter = newest(session, task.activity, task.planned_on.year) if task.kind == ActivityKind.commitment else None
    if letter is None:
        raise NotFound("There is no letter to sign for {key}", key=task.key)
    return letter


def signature_of(session: Session, task: str) -> Any:
    """The newest signature under a task's letter; None where nobody signed."""
    statement = select(table_of(Signature)).where(col(Signature.task) == task)
    rows = session.execute(statement).all()
    return max(rows, key=lambda row: int(row.key.rpartition(":")[2]), default=None)


def text_for(session: Session, letter: Any, task: Any, person: str, unit_name: str) -> str:
    name = session.execute(select(col(Person.name)).where(col(Person.key) == person)).scalar_one_or_none()
    return rules.filled(letter.text, unit=unit_name, person=name or person, year=task.planned_on.year)


def sign(session: Session, actor: Actor, task: str, *, sha256: str, now: datetime, version: int | None = None) -> str:
    """Sign the letter of a task, for whom it was given to and nobody else; the task is handed in with it.

    `sha256` is that of the text that was read: where the text has changed since, nothing is signed (Conflict). Answers
    the signature's key. Who, when and which text stand in the row and in the journal for ever.
    """
    found, _ = tasks.find(session, actor, task)
    if actor.person not in (found.assignee, found.co_assignee):
        raise Forbidden("Only who the letter was given to can sign it")
    letter = letter_of(session, found)
    unit_name = session.execute(select(col(Unit.name)).where(col(Unit.key) == found.unit)).scalar_one()
    text = text_for(session, letter, found, actor.person, unit_name)
    if rules.digest(text) != sha256:
        raise Conflict("The text has changed since you read it; read it again before you sign")
    tasks.submit(session, actor, task, now=now, version=version)
    before = signature_of(session, task)
    key = f"{task}:signed:{int(before.key.rpartition(':')[2]) + 1 if before else 1}"
    name = session.execute(select(col(Person.name)).where(col(Person.key) == actor.person)).scalar_one()
    values = {
        "task": task, "letter": letter.key, "unit": found.unit, "person": actor.person, "name": name, "text": text,
        "sha256": sha256, "signed_at": now,
    }  # fmt: skip
    store.require(session, [make(Signature, key, "signed", values, sha256)], now=now, by=actor.person)
    return key


def coverage(
    session: Session, actor: Actor, *, campaign: str, activity: str, year: int, unit: str | None = None
) -> Covered:
    """Who owed the letter of a year, who handed it in and signed it on the page, unit by unit in sight."""
    campaigns.find(session, actor, campaign)
    signed = select(col(Signature.key)).where(col(Signature.task) == col(Task.key)).exists()
    columns: list[Any] = [col(getattr(Task, name)) for name in ("key", "unit", "state", "assignee", "submitted_at")]
    statement = select(*columns, col(Unit.name).label("unit_name"), signed.label("signed"))
    statement = statement.join(Unit, col(Task.unit) == col(Unit.key))
    statement = statement.where(col(Task.activity) == f"{campaign}:{activity}")
    statement = statement.where(col(Task.planned_on) >= date(year, 1, 1), col(Task.planned_on) <= date(year, 12, 31))
    statement = statement.where(in_scope(Task.unit, actor.paths("see")))
    if unit is not None:
        statement = statement.where(in_scope(Task.unit, (visible_unit(session, actor, unit).path,)))
    rows = session.execute(statement.order_by(col(Unit.path), col(Task.key))).all()
    found = rules.coverage(rows)
    lacking = {row.key for row in found.lacking}
    return Covered(
        found.owed, found.filed, found.signed, found.filed / found.owed if found.owed else None,
        [{**row._mapping, "lacking": row.key in lacking} for row in rows],
    )  # fmt: skip
