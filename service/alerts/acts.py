"""Alerts: broadcasting a warning to many units at once, and ending it."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlmodel import Session, col

from models import Alert, Unit, UnitTag
from models.kinds import AlertState
from service import cases, store
from service.access import Actor, beneath
from service.alerts import fields as known
from service.alerts.found import everybody_told, find, silent_receipts
from service.alerts.receipts import acknowledge
from service.calendar.days import gather_calendar
from service.errors import Conflict, Fault, Forbidden, Refused
from service.hazards.fields import long_text
from service.hazards.found import needed
from service.numbers import write_numbered
from service.on_watch import answering
from service.people.fields import fit, fit_one, today
from service.people.unit_acts import visible_unit
from service.rules import alerts as rules
from service.rules.alerts import Said, Warned
from service.rules.steps import change, make
from service.settings import settings

__all__ = ["acknowledge", "broadcast", "cancel", "end", "preview", "targets"]

ACT = "broadcast alerts"


def targets(
    session: Session, path: str, kinds: Sequence[str] = (), tags: Sequence[str] = (), *, now: datetime
) -> list[str]:
    """The open units at `path` and beneath it, of any of these kinds and with any of these tags today."""
    statement = select(col(Unit.key)).where(beneath(path), col(Unit.closed_on).is_(None))
    if kinds:
        statement = statement.where(col(Unit.kind).in_(kinds))
    if tags:
        on = today(now)
        carried = select(col(UnitTag.unit)).where(col(UnitTag.tag).in_(tags), col(UnitTag.from_on) <= on)
        carried = carried.where(col(UnitTag.until_on).is_(None) | (col(UnitTag.until_on) >= on))
        statement = statement.where(col(Unit.key).in_(carried))
    return list(session.execute(statement.order_by(col(Unit.path))).scalars())


def reached(
    session: Session, actor: Actor, unit: str, kinds: Sequence[str], tags: Sequence[str], *, now: datetime
) -> list[Warned]:
    """Whom an alert would tell first, unit by unit; whom nobody answers for, its sender must reach."""
    found = visible_unit(session, actor, unit)
    actor.must(ACT, found.path, see="see units")
    codes = targets(session, found.path, kinds, tags, now=now)
    people = answering(session, codes, now)
    return [Warned(code, *people[code]) for code in codes]


def preview(
    session: Session, actor: Actor, *, now: datetime, unit: str, kinds: Sequence[str] = (), tags: Sequence[str] = ()
) -> list[dict[str, Any]]:
    """The units that an alert would go to, and who would be told first; nothing is written."""
    fitted = fit({"kinds": known.kinds, "tags": known.tags}, {"kinds": kinds, "tags": tags})
    warned = reached(session, actor, unit, fitted["kinds"], fitted["tags"], now=now)
    return [{"unit": one.unit, "people": list(one.people), "via": one.via} for one in warned]


def broadcast(
    session: Session,
    actor: Actor,
    *,
    now: datetime,
    unit: str,
    title: str,
    text: str,
    level: str = "",
    kinds: Sequence[str] = (),
    tags: Sequence[str] = (),
    chase: Sequence[int] = rules.USUAL_STEPS,
    until_at: datetime | None = None,
) -> str:
    """Warn the units at `unit` and beneath it, narrowed by kinds and tags; answers the key, `A-<year>-<number>`.

    Each is told through the officers on its own watch right now, else through its chain of responsibility; whoever
    does not acknowledge is chased up that chain after so many minutes (`chase`), frozen as it stands. What nobody
    answers for comes back to its sender. With `until_at` it ends by itself at that instant. Raises Refused naming each
    bad field, or where no unit fits.
    """
    given = {"title": title, "text": text, "level": level, "kinds": kinds, "tags": tags, "chase": chase}
    values = fit(known.ALERT, given)
    known.valid(until_at, now)
    warned = reached(session, actor, unit, values["kinds"], values["tags"], now=now)
    if not warned:
        raise Refused("Some fields are wrong", faults=[Fault("unit", "no open unit there fits")])
    steps: list[int] = values.pop("chase")
    row = values | {
        "kinds": ",".join(values["kinds"]), "tags": ",".join(values["tags"]), "unit": unit, "made_at": now,
        "made_by": actor.person, "units": len(warned), "until_at": until_at,
        "attend_at": rules.first_look(now + timedelta(minutes=steps[-1]), until_at),
    }  # fmt: skip
    key = write_numbered(
        session, "A", today(now).year, lambda key: make(Alert, key, "broadcast", row), now=now, by=actor.person
    )
    said = Said(key, values["title"], values["text"], values["level"], until_at)
    calendar = gather_calendar(session, zone=settings().zone_info())
    told = [one if one.people else one._replace(people=(actor.person,)) for one in warned]
    receipts = [rules.receipt(said, one, steps, calendar, now) for one in told]
    store.require(session, [*rules.steps_of(key, steps), *receipts], now=now, by=actor.person)
    return key


def end(
    session: Session, actor: Actor, key: str, *, now: datetime, reason: str = "", version: int | None = None
) -> None:
    """End an alert (解除): nobody is chased any more, and everybody who had been told hears it."""
    over(session, actor, key, AlertState.ended, now=now, reason=fit_one("reason", long_text, reason), version=version)


def cancel(session: Session, actor: Actor, key: str, *, now: datetime, reason: str, version: int | None = None) -> None:
    """Take back an alert that should not have gone out, with the reason; everybody who had been told hears it."""
    over(session, actor, key, AlertState.cancelled, now=now, reason=needed(reason), version=version)


def over(
    session: Session, actor: Actor, key: str, state: AlertState, *, now: datetime, reason: str, version: int | None
) -> None:
    found = find(session, actor, key)
    if not actor.may(ACT, found.path):
        raise Forbidden("Your role does not allow this here")
    alert = found.alert
    if version is not None and version != alert.version:
        raise Conflict("Somebody else changed this in the meantime; read it again")
    if alert.state != AlertState.open:
        raise Conflict("The alert is {state}; this can't be done to it now", state=str(alert.state))
    said = Said(key, alert.title, alert.text, alert.level)
    people = [one for one in everybody_told(session, key) if one != actor.person]
    tell = rules.told(f"alert_{state}", people, said, now, unit=alert.unit, about="", reason=reason)
    values = {"state": state, "ended_at": now, "ended_by": actor.person, "reason": reason, "attend_at": None}
    steps = [
        change(Alert, key, alert.version, str(state), values, reason, tell),
        *cases.ending(session, silent_receipts(session, [key]), now, str(state)),
    ]
    store.require(session, steps, now=now, by=actor.person)
