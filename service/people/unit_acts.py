"""Acts on units: add one, change it, move its whole subtree, close it, and the tags it carries."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, select, text
from sqlmodel import Session, col

from models import Unit, UnitTag
from service.access import EVERYWHERE, Actor, beneath
from service.errors import Conflict, Fault, Forbidden, NotFound, Refused
from service.people import fields
from service.people.fields import UNIT_FIELDS, fit, fit_one
from service.rules.steps import Step, change, make
from service.store import require
from service.units import restless

ACT = "change units"
PATH_BYTES_AT_MOST = 2_000  # an index entry of PostgreSQL ends at 2,704 bytes
TARGETED = frozenset({"kind", "sector", "risk", "parent", "closed_on"})  # what campaigns choose their units by
PLAIN = ("name", "kind", "sector", "risk", "address", "phone", "zone", "closed_on")


def add_unit(
    session: Session,
    actor: Actor,
    *,
    now: datetime,
    code: str,
    name: str,
    kind: str,
    parent: str | None = None,
    tags: Iterable[str] = (),
    **more: Any,
) -> str:
    """Put a new unit into the tree; answers its code.

    `more` may hold sector, risk, address, phone and zone. A unit without a parent is a root, which only someone with
    rights everywhere may add. Raises Refused naming each bad field, NotFound for an unknown parent, Conflict when the
    code stands already.
    """
    code = fit_one("code", fields.code, code)
    given = {"name": name, "kind": kind, "parent": parent, **more}
    values = fit({field: check for field, check in UNIT_FIELDS.items() if field != "closed_on"}, given)
    words = fit_one("tags", fields.tag_list, tags)
    hold_tree(session)
    path = child_path(place_for(session, actor, values["parent"]), code)
    steps = [make(Unit, code, "added", {**values, "path": path})]
    steps += [tagged(code, tag, fields.today(now)) for tag in words]
    steps += restless(session, now=now, path=path, why=f"unit {code} added")
    require(session, steps, now=now, by=actor.person)
    return code


def change_unit(
    session: Session,
    actor: Actor,
    code: str,
    changes: Mapping[str, Any],
    *,
    now: datetime,
    version: int | None = None,
) -> None:
    """Change what is known of a unit: name, kind, sector, risk, address, phone, zone, parent, closed_on.

    A new parent moves the whole subtree; None makes it a root. What already is as asked for changes nothing and
    leaves no journal line. Raises Refused for bad fields, a circle, or closing above open units; Conflict for a stale
    `version`.
    """
    values = fit(UNIT_FIELDS, changes)
    hold_tree(session)
    found = visible_unit(session, actor, code)
    actor.must(ACT, found.path, see="see units")
    at_version(found.version, version)
    new = {field: value for field, value in values.items() if value != getattr(found, field)}
    if not new:
        return
    steps: list[Step] = []
    if "parent" in new:
        new["path"], steps = moved(session, actor, found, new["parent"])
    if new.get("closed_on"):
        fields.not_to_come("closed_on", new["closed_on"], now)
        nothing_open_beneath(session, found.path)
    steps.insert(0, change(Unit, code, found.version, "changed", new, ", ".join(sorted(new.keys() - {"path"}))))
    if TARGETED & new.keys():
        why = f"unit {code} changed"
        touched = common_path(found.path, new.get("path", found.path))
        steps += restless(session, now=now, path=touched, why=why)
    require(session, steps, now=now, by=actor.person)


def tag_unit(session: Session, actor: Actor, code: str, tag: str, *, now: datetime) -> None:
    """The unit carries `tag` from today on; nothing happens when it does already."""
    tag, on = fit_one("tag", fields.code, tag), fields.today(now)
    found = visible_unit(session, actor, code)
    actor.must(ACT, found.path, see="see units")
    statement = select(col(UnitTag.key), col(UnitTag.version), col(UnitTag.until_on))
    statement = statement.where(col(UnitTag.unit) == code, col(UnitTag.tag) == tag)
    latest = session.execute(statement.order_by(col(UnitTag.from_on).desc()).limit(1)).one_or_none()
    if latest and latest.until_on is None:
        return
    step = tagged(code, tag, on)
    if latest and latest.until_on >= on:
        # taken off and put on again on one day: as if it had never been off
        step = change(UnitTag, latest.key, latest.version, "tagged", {"until_on": None})
    steps = [step, *restless(session, now=now, path=found.path, why=f"unit {code} tagged {tag}")]
    require(session, steps, now=now, by=actor.person)


def untag_unit(session: Session, actor: Actor, code: str, tag: str, *, now: datetime) -> None:
    """The unit carries `tag` up to today and no longer; the history stays. NotFound when it doesn't carry it."""
    tag = fit_one("tag", fields.code, tag)
    found = visible_unit(session, actor, code)
    actor.must(ACT, found.path, see="see units")
    statement = select(col(UnitTag.key), col(UnitTag.version))
    statement = statement.where(col(UnitTag.unit) == code, col(UnitTag.tag) == tag, col(UnitTag.until_on).is_(None))
    carried = session.execute(statement).one_or_none()
    if carried is None:
        raise NotFound("The unit {code} does not carry the tag {tag}", code=code, tag=tag)
    step = change(UnitTag, carried.key, carried.version, "untagged", {"until_on": fields.today(now)})
    steps = [step, *restless(session, now=now, path=found.path, why=f"unit {code} untagged {tag}")]
    require(session, steps, now=now, by=actor.person)


def tagged(code: str, tag: str, on: date, reason: str = "") -> Step:
    """The step that puts a tag on a unit."""
    values = {"unit": code, "tag": tag, "from_on": on, "until_on": None, "reason": reason}
    return make(UnitTag, f"{code}:{tag}:{on}", "tagged", values, reason)


def hold_tree(session: Session) -> None:
    """Wait until nobody else is changing the tree; held to the end of the transaction.

    Paths are made from the paths above them, so two moves at once could make a circle. SQLite has one writer anyway.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SELECT pg_advisory_xact_lock(hashtext('zhiban.units'))"))


def visible_unit(session: Session, actor: Actor, code: str) -> Row[Any]:
    """The unit's key, version, parent, path and plain fields; NotFound where there is none that the actor may see."""
    columns = (Unit.key, Unit.version, Unit.parent, Unit.path, *(getattr(Unit, field) for field in PLAIN))
    statement = select(*(col(c) for c in columns)).where(col(Unit.key) == code)
    found = session.execute(statement).one_or_none() if fields.is_code(code) else None
    if found is None or not actor.may("see units", found.path):
        raise NotFound("There is no unit {code}", code=code)
    return found


def place_for(session: Session, actor: Actor, parent: str | None) -> str:
    """The path of the parent that a unit shall stand under, `/` for none; refuses where the actor may not put it."""
    if parent is None:
        if not actor.may(ACT, EVERYWHERE):
            raise Forbidden("Only someone with rights everywhere may add a unit that stands under no other")
        return EVERYWHERE
    above = visible_unit(session, actor, parent)
    actor.must(ACT, above.path, see="see units")
    if above.closed_on is not None:
        raise Refused("Some fields are wrong", faults=[Fault("parent", "is closed")])
    return str(above.path)


def child_path(above: str, code: str) -> str:
    """The path of a unit under the path above it; Refused where the tree gets too deep for an index."""
    path = f"{above}{code}/"
    if len(path.encode()) > PATH_BYTES_AT_MOST:
        raise Refused("Some fields are wrong", faults=[Fault("parent", "stands too deep in the tree")])
    return path


def moved(session: Session, actor: Actor, found: Row[Any], parent: str | None) -> tuple[str, list[Step]]:
    """The unit's new path and the steps that give everything beneath it theirs."""
    old = found.path
    above = place_for(session, actor, parent)
    if above.startswith(old):
        raise Refused("Some fields are wrong", faults=[Fault("parent", "stands under the unit itself")])
    if not actor.may(ACT, old.removesuffix(f"{found.key}/")):
        raise Forbidden("You may not take this unit away from the one above it")
    new = child_path(above, found.key)
    statement = select(col(Unit.key), col(Unit.version), col(Unit.path)).where(beneath(old), col(Unit.key) != found.key)
    steps = []
    for key, version, path in session.execute(statement):
        # the journal remembers one move, and a line for each unit that went along
        steps.append(change(Unit, key, version, "moved along", {"path": child_path(new, path[len(old) : -1])}))
    return new, steps


def nothing_open_beneath(session: Session, path: str) -> None:
    statement = select(col(Unit.key)).where(beneath(path), col(Unit.path) != path, col(Unit.closed_on).is_(None))
    still = session.execute(statement.order_by(col(Unit.path)).limit(1)).scalar_one_or_none()
    if still is not None:
        fault = Fault("closed_on", "the unit {code} beneath is open: close or move it first", {"code": still})
        raise Refused("Some fields are wrong", faults=[fault])


def at_version(stands: int, expected: int | None) -> None:
    """Conflict when the caller read an older version than the one that stands."""
    if expected is not None and expected != stands:
        raise Conflict("Somebody else changed this in the meantime; read it again")


def common_path(*paths: str) -> str | None:
    """The path of the nearest unit above all of these; None where only the whole tree is."""
    shared: list[str] = []
    for codes in zip(*(path.strip("/").split("/") for path in paths), strict=False):
        if len(set(codes)) > 1:
            break
        shared.append(codes[0])
    return f"/{'/'.join(shared)}/" if shared else None
