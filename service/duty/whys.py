"""Why whoever serves a watch serves it, found from the journal: a plan, a hand's edit of one, a swap, a substitute."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import func, select
from sqlmodel import Session, col

from models import Journal, Turn
from models.base import table_of
from service.units import in_batches

PLANNED = ("published", "republished")
# acts that put somebody, or nobody, into a watch
PLACING = (*PLANNED, "cancelled", "vacated", "swapped", "filled", "substituted", "taken")


class Why(NamedTuple):
    """The act that put somebody into a watch, by whom and when.

    `source` is the key of the version or the swap that it came from; `reason` what was said, of a version's seat only
    where it was edited by hand. `person` is whom the plan's seat or the substitute names.
    """

    act: str
    at: datetime
    by: str
    source: str = ""
    reason: str = ""
    person: str | None = None
    by_hand: bool = False


def whys(session: Session, watches: Iterable[str]) -> dict[str, Why]:
    """Watch → why whoever serves it now does, each by the last act of the journal that placed somebody there."""
    lines = {line.subject: line for batch in in_batches(watches) for line in placing(session, batch)}
    seats = {key: seat_key(line) for key, line in lines.items() if line.act in PLANNED}
    found = {one.key: one for batch in in_batches(seats.values()) for one in seats_of(session, batch)}
    return {key: why_of(line, found.get(seats.get(key, ""))) for key, line in lines.items()}


def placing(session: Session, watches: list[str]) -> Iterable[Any]:
    """The last line of each watch that placed somebody there."""
    last = select(func.max(col(Journal.id))).where(col(Journal.subject).in_(watches), col(Journal.act).in_(PLACING))
    return session.execute(select(table_of(Journal)).where(col(Journal.id).in_(last.group_by(col(Journal.subject)))))


def seat_key(line: Any) -> str:
    """The key of the seat that a watch came from, by the version that its line names."""
    return f"{line.reason}:{line.subject.partition(':')[2]}"


def seats_of(session: Session, keys: list[str]) -> Iterable[Any]:
    return session.execute(select(table_of(Turn)).where(col(Turn.key).in_(keys)))


def why_of(line: Any, seat: Any) -> Why:
    """What a line of the journal says; `seat` is the one it comes from, if it comes from a version."""
    known = Why(line.act, line.at, line.by)
    if line.act in PLANNED:
        hand = seat is not None and seat.by_hand
        person, reason = (seat.person, seat.reason if hand else "") if seat is not None else (None, "")
        return known._replace(source=line.reason, person=person, by_hand=hand, reason=reason)
    if line.act == "swapped":
        return known._replace(source=line.reason)
    if line.act in ("vacated", "cancelled"):
        return known._replace(reason=line.reason)
    person = placed_by(line)
    return known._replace(person=person, reason=line.reason[len(person) :].removeprefix(": "))


def placed_by(line: Any) -> str:
    """The code of whoever a line says was put into a watch without an exchange; empty for any other line."""
    return str(line.reason).partition(": ")[0] if line.act in ("filled", "substituted", "taken") else ""
