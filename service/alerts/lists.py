"""Alerts, page by page; one whole; and its receipts: who was told, when, by which channel, and how it went."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy import func, or_, select
from sqlmodel import Session, col

from models import Alert, AlertReceipt, AlertStep, CaseRung, Channel, Notice, Person, Unit
from service import journal, unit_tree
from service.access import Actor, in_scope
from service.alerts.found import find, silent_of
from service.listings import columns
from service.lists import PAGE, Page, cursor, in_sight, newest, place_of
from service.rules.alerts import receipt_key
from service.rules.cases import case_key

ALERT_COLUMNS = (
    "key", "version", "unit", "kinds", "tags", "level", "title", "text", "made_at", "made_by", "units", "until_at",
    "state", "ended_at", "ended_by", "reason",
)  # fmt: skip
RECEIPT_COLUMNS = (
    "key", "version", "unit", "person", "co_person", "via", "acknowledged_at", "acknowledged_by", "entered_by", "how",
    "note",
)  # fmt: skip
LINES = 200


class AlertWhole(NamedTuple):
    """An alert with the steps of its chase, and who did what to it."""

    alert: Any
    chase: Sequence[int]
    journal: Sequence[Any]


def alerts(
    session: Session,
    actor: Actor,
    *,
    unit: str | None = None,
    state: str | None = None,
    limit: int = PAGE,
    after: str | None = None,
) -> Page:
    """A page of alerts, the newest first: those that went out from units in sight, to them, or to the actor."""
    seen = actor.paths("see")
    mine = or_(col(AlertReceipt.person) == actor.person, col(AlertReceipt.co_person) == actor.person)
    chased = select(col(CaseRung.case)).where(
        or_(col(CaseRung.person) == actor.person, col(CaseRung.co_person) == actor.person)
    )
    came = select(col(AlertReceipt.alert)).where(
        or_(in_scope(AlertReceipt.unit, seen), mine, ("case:" + col(AlertReceipt.key)).in_(chased))
    )
    statement = select(*columns(Alert, ALERT_COLUMNS), col(Unit.name).label("unit_name"))
    statement = statement.join(Unit, col(Alert.unit) == col(Unit.key))
    statement = statement.where(or_(in_scope(Alert.unit, seen), col(Alert.key).in_(came)))
    if unit is not None:
        statement = statement.where(in_scope(Alert.unit, (in_sight(session, actor, unit),)))
    if state is not None:
        statement = statement.where(col(Alert.state) == state)
    found = newest(session, statement, col(Alert.made_at), col(Alert.key), limit=limit, after=after)
    silent = silent_of(session, [row.key for row in found.items])
    return Page([shown(row, silent.get(row.key, 0)) for row in found.items], found.next)


def shown(row: Any, silent: int) -> dict[str, Any]:
    """An alert with how many of its units are silent; the lists it was narrowed by as lists."""
    found = {name: getattr(row, name) for name in (*ALERT_COLUMNS, "unit_name")}
    for name in ("kinds", "tags"):
        found[name] = found[name].split(",") if found[name] else []
    return found | {"silent": silent, "acknowledged": row.units - silent}


def whole(session: Session, actor: Actor, key: str) -> AlertWhole:
    """One alert; NotFound for one out of sight."""
    found = find(session, actor, key, to_read=True).alert
    steps = select(col(AlertStep.after_minutes)).where(col(AlertStep.alert) == key).order_by(col(AlertStep.place))
    chase = list(session.execute(steps).scalars())
    silent = silent_of(session, [key]).get(key, 0)
    return AlertWhole(shown(found, silent), chase, journal.lines(session, [key], limit=LINES))


def receipts(
    session: Session,
    actor: Actor,
    key: str,
    *,
    silent: bool | None = None,
    limit: int = PAGE,
    after: str | None = None,
) -> Page:
    """A page of an alert's receipts by unit, or of those `silent`, each with its notices: who was told, when, by what.

    Whoever sees the alert only through units of their own sees the receipts of those.
    """
    found = find(session, actor, key, to_read=True)
    statement = select(*columns(AlertReceipt, RECEIPT_COLUMNS), col(Unit.name).label("unit_name"))
    statement = statement.join(Unit, col(AlertReceipt.unit) == col(Unit.key)).where(col(AlertReceipt.alert) == key)
    if not actor.may("see", found.path):
        mine = or_(col(AlertReceipt.person) == actor.person, col(AlertReceipt.co_person) == actor.person)
        statement = statement.where(or_(in_scope(AlertReceipt.unit, actor.paths("see")), mine, on_rung(actor.person)))
    if silent is not None:
        at = col(AlertReceipt.acknowledged_at)
        statement = statement.where(at.is_(None) if silent else at.is_not(None))
    if after is not None:
        statement = statement.where(col(AlertReceipt.key) > place_of(after)[1])
    rows = session.execute(statement.order_by(col(AlertReceipt.key)).limit(limit + 1)).all()
    told = journeys(session, [row.key for row in rows[:limit]])
    items = [dict(row._mapping) | {"told": told.get(row.key, [])} for row in rows[:limit]]
    more = len(rows) > limit
    return Page(items, cursor(found.alert.made_at, rows[limit - 1].key) if more else None)


def on_rung(person: str) -> Any:
    """The person stands on the ladder of a receipt's case."""
    cases = select(col(CaseRung.case)).where(or_(col(CaseRung.person) == person, col(CaseRung.co_person) == person))
    return ("case:" + col(AlertReceipt.key)).in_(cases)


def journeys(session: Session, keys: Sequence[str]) -> dict[str, list[dict[str, Any]]]:
    """Receipt → every notice about it: to whom, of what kind, since when it was owed, how it went, by what channel."""
    subjects = {key: key for key in keys} | {case_key(key): key for key in keys}
    names = ("kind", "recipient", "owed_at", "state", "delivered_at", "acknowledged_at", "attempts", "answer")
    statement = select(col(Notice.subject), *columns(Notice, names), col(Person.name).label("name"))
    statement = statement.add_columns(func.coalesce(col(Channel.kind), "").label("channel"))
    statement = statement.join(Person, col(Notice.recipient) == col(Person.key), isouter=True)
    statement = statement.join(Channel, col(Notice.channel) == col(Channel.key), isouter=True)
    statement = statement.where(col(Notice.subject).in_(list(subjects)))
    found: dict[str, list[dict[str, Any]]] = {}
    for subject, *values in session.execute(statement.order_by(col(Notice.owed_at), col(Notice.key))):
        found.setdefault(subjects[subject], []).append(dict(zip((*names, "name", "channel"), values, strict=True)))
    return found


def receipt(session: Session, actor: Actor, alert: str, unit: str) -> dict[str, Any]:
    """One receipt with its notices, for whoever has just acknowledged it."""
    key = receipt_key(alert, unit)
    statement = select(*columns(AlertReceipt, RECEIPT_COLUMNS)).where(col(AlertReceipt.key) == key)
    row = session.execute(statement).one()
    names = unit_tree.names(session, {unit})
    return dict(row._mapping) | {"unit_name": names[unit], "told": journeys(session, [key]).get(key, [])}


def at_a_glance(session: Session, key: str) -> dict[str, int]:
    """How an alert stands: units, acknowledged, silent, and those that at least one message has reached."""
    total = select(func.count()).where(col(AlertReceipt.alert) == key)
    units = session.execute(total).scalar_one()
    silent = silent_of(session, [key]).get(key, 0)
    reached = select(func.count(func.distinct(col(Notice.subject)))).where(
        col(Notice.subject).in_(select(col(AlertReceipt.key)).where(col(AlertReceipt.alert) == key)),
        col(Notice.delivered_at).is_not(None),
    )
    return {
        "units": units, "acknowledged": units - silent, "silent": silent,
        "reached": session.execute(reached).scalar_one(),
    }  # fmt: skip
