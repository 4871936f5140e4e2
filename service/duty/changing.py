"""A roster in use changed by its form, by the act that takes its file; and what that does to what is published."""

from collections.abc import Iterable
from datetime import date, datetime
from functools import partial
from hashlib import sha256
from typing import Any, NamedTuple

from sqlalchemy import select
from sqlmodel import Session, col

from models import RosterVersion, Turn, Watch
from models.kinds import Role, VersionState
from service import store, units
from service.access import Actor
from service.duty import ahead
from service.duty.allowed import PLAN, find_roster, must, unchanged
from service.duty.breaches import N_
from service.duty.file import document_of, read
from service.duty.filling import Filled, changed
from service.duty.filling_faults import field_of, nobody_in
from service.duty.people import cards_of
from service.duty.publishing import FACTS
from service.duty.rewriting import rewritten
from service.duty.rosters import apply_file, unknown_members
from service.duty.usual import beside_fields
from service.errors import Conflict, Fault, Refused
from service.roster import Problem
from service.rules.watches import AHEAD, WatchFacts, taken_off

LOOK = N_("This touches what is published already: look at it, then send it again")
PAIRED = N_("{name} stands in a rule of who serves together: change that in the file first")
OFF = N_("no longer serves on this roster")


class Effects(NamedTuple):
    """What a change of a roster does to what is planned already.

    `watches`: published, ahead, of people who would be in that role no longer or not on that day; `days`: published,
    whose seats would be too many or too few, those of a role that goes among them; `drafts`: the numbers of those that
    still seat such people.
    """

    watches: list[WatchFacts]
    days: list[date]
    drafts: list[int]

    def __bool__(self) -> bool:
        return any(self)

    @property
    def mark(self) -> str:
        """What says that these were looked at, and no others."""
        told = f"{[one.key for one in self.watches]} {self.days} {self.drafts}"
        return sha256(told.encode()).hexdigest()[:16]


def change_roster(
    session: Session, actor: Actor, key: str, told: Filled, *, now: datetime, version: int | None, stood: str = "",
    seen: str = "", vacate: bool = False,
) -> int:  # fmt: skip
    """Change a roster as its form says; with `vacate` the watches ahead of those taken out become gaps: how many.

    1. nobody else has changed it: what it says is what was read, by the mark in `stood`; without one, its version is
    2. the file is written anew where the form says something else
    3. what that does to what is published must have been looked at: `seen` is its mark
    4. the file is taken as any file is; those whose watches become gaps are told, and the coordinators

    Raises Refused with each fault at its field, Forbidden, Conflict.
    """
    row, path = find_roster(session, actor, key)
    must(actor, PLAN, path)
    unmoved(row, version, stood)
    text = text_of(session, row, told)
    if text == row.text and not row.retired:
        raise Refused("Nothing is changed")
    effects = foreseen(session, row, text, now=now)
    if effects and seen != effects.mark:
        raise Refused(LOOK)
    apply_file(session, actor, text, now=now, version=row.version)
    if not vacate:
        return 0
    heard = units.gather_holders(session, Role.coordinator, {watch.unit for watch in effects.watches})
    steps = [
        taken_off(watch, row.name, now=now, why=OFF, by=actor.person, heard=heard.get(watch.unit, ()))
        for watch in effects.watches
    ]
    store.require(session, steps, now=now, by=actor.person)
    return len(steps)


def unmoved(row: Any, version: int | None, stood: str) -> None:
    """Refuse a change of a roster that says something else by now than what was read."""
    if not stood:
        unchanged(row, version)
    elif stood != mark_of(row):
        raise Conflict("Somebody else changed this in the meantime; read it again")


def mark_of(row: Any) -> str:
    """What a roster says; unlike its version it stays the same when the roster is only looked at by a sweep."""
    return sha256(f"{row.retired} {row.text}".encode()).hexdigest()[:16]


def text_of(session: Session, row: Any, told: Filled) -> str:
    """The roster's file as the form would have it, or Refused with each fault at its field."""
    document = document_of(row.text)
    wanted = changed(document, told)
    text = rewritten(row.text, wanted)
    faults = nobody_in(told)
    try:
        unknown_members(session, read(text))
    except Refused as refused:
        named = {fault.field for fault in faults}
        beside = beside_fields(refused, partial(field_of, document=wanted))
        faults += [in_a_rule(session, fault) for fault in beside if fault.field not in named]
    if faults:
        raise Refused("Some fields are wrong", faults=faults)
    return text


def in_a_rule(session: Session, fault: Fault) -> Fault:
    """A fault said for the form: who stands in a rule of the file that the form does not know is named."""
    if fault.field != "pairs" or not fault.facts or "value" not in fault.facts:
        return fault
    code = str(fault.facts["value"])
    cards = cards_of(session, [code])
    return Fault(fault.field, PAIRED, {"name": cards[code].name if code in cards else code})


def foreseen(session: Session, row: Any, text: str, *, now: datetime) -> Effects:
    """What a changed file would do to what is published; nothing where it says the same."""
    before, after = read(row.text).problem, read(text).problem
    days: list[date] = []
    if [(role.code, role.need) for role in before.roles] != [(role.code, role.need) for role in after.roles]:
        stands = ahead.published(session, ahead.look(session, row.key, now))
        days = sorted({*ahead.misfits(after, stands)} - {*ahead.misfits(before, stands)})
    going = {
        code
        for role in before.roles
        for code in role.members
        if code not in people_in(after, role.code) or stay(before, code) != stay(after, code)
    }
    if not going:
        return Effects([], days, [])
    statement = select(*(col(getattr(Watch, name)) for name in FACTS)).where(
        col(Watch.roster) == row.key, col(Watch.starts_at) > now, col(Watch.served_by).in_(sorted(going)),
        col(Watch.state).in_(AHEAD),
    )  # fmt: skip
    statement = statement.order_by(col(Watch.starts_at), col(Watch.key))
    watches = [
        watch
        for watch in (WatchFacts(*found) for found in session.execute(statement))
        if ends(before, after, watch.role, watch.served_by or "", watch.on)
    ]
    return Effects(watches, days, drafts(session, row, before, after, going, now))


def drafts(
    session: Session, row: Any, before: Problem, after: Problem, going: Iterable[str], now: datetime
) -> list[int]:
    """The drafts that still seat those who go."""
    statement = select(col(RosterVersion.number), col(Turn.role), col(Turn.person), col(Turn.on))
    statement = statement.join(Turn, col(Turn.version_key) == col(RosterVersion.key)).where(
        col(RosterVersion.roster) == row.key, col(RosterVersion.state) == VersionState.draft,
        col(RosterVersion.to_on) >= now.date(), col(Turn.person).in_(sorted(going)),
    )  # fmt: skip
    return sorted(
        {number for number, role, person, on in session.execute(statement) if ends(before, after, role, person, on)}
    )


def ends(before: Problem, after: Problem, role: str, person: str, on: date | None) -> bool:
    """Whether somebody could serve in a role on a day as it was, and could not as it will be; the role stays."""
    stays = any(one.code == role for one in after.roles)
    return stays and serves(before, role, person, on) and not serves(after, role, person, on)


def serves(problem: Problem, role: str, person: str, on: date | None) -> bool:
    first, last = stay(problem, person)
    return person in people_in(problem, role) and (
        on is None or ((first is None or first <= on) and (last is None or on <= last))
    )


def stay(problem: Problem, person: str) -> tuple[date | None, date | None]:
    """From when and until when somebody serves."""
    found = problem.people.get(person)
    return (found.first, found.last) if found is not None else (None, None)


def people_in(problem: Problem, role: str) -> tuple[str, ...]:
    return next((one.members for one in problem.roles if one.code == role), ())
